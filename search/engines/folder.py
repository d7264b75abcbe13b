"""A folder that holds one index in use, builds the next one aside, and lets one process write.

current            name of the folder in use, replaced in one step
index-…/           an index with what was learnt for it
damaged            name of the folder a reader could not read; the worker builds anew
writer.lock        held by the process that writes; freed by the system if it dies
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from search.contract import IndexBusy

POLL_SECONDS = 0.02


class IndexFolder:
    """The folder of an embedded index. All methods may be called by several processes."""

    def __init__(self, path: Path):
        self.path = path

    def current(self) -> Path | None:
        """Return the index in use, or None when there is none yet."""
        name = self._name_in("current")
        return self.path / name if name else None

    def _name_in(self, file: str) -> str:
        try:
            return (self.path / file).read_text(encoding="utf-8", errors="replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            return ""

    def mark_damaged(self) -> None:
        """Let every process know that the index in use cannot be read, until another is."""
        with suppress(OSError, ValueError):
            (self.path / "damaged").write_text(self._name_in("current"), encoding="utf-8")

    def is_marked_damaged(self) -> bool:
        """Whether the index in use is the one that was marked."""
        marked = self._name_in("damaged")
        return bool(marked) and marked == self._name_in("current")

    @contextmanager
    def writing(self, wait: float) -> Iterator[None]:
        """Be the only writer, waiting at most `wait` seconds; else raise `IndexBusy`."""
        self.path.mkdir(parents=True, exist_ok=True)
        with open(self.path / "writer.lock", "w", encoding="utf-8") as lock:
            self._acquire(lock, time.monotonic() + wait)
            yield

    def _acquire(self, lock, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise IndexBusy(
                        "Another process is writing to the search index; try again in a moment"
                    ) from None
                time.sleep(POLL_SECONDS)

    @contextmanager
    def building(self, goes_on: Callable[[Path], bool] = lambda remains: False) -> Iterator[Path]:
        """Give a folder aside; put it in use on success, remove it on error.

        Call it as the writer. Of the remains of builds that were killed one is given for which
        `goes_on` says so, and the others are cleared; without any, the folder is empty.
        """
        remains = [each for each in self.path.glob("index-*") if each != self.current()]
        aside = next((each for each in remains if goes_on(each)), None)
        self._clear(keep={self.current(), aside})
        aside = aside or Path(tempfile.mkdtemp(prefix="index-", dir=self.path))
        try:
            yield aside
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        self._put_in_use(aside)
        self._clear(keep={aside})

    def _put_in_use(self, aside: Path) -> None:
        pointer = self.path / "current.new"
        with open(pointer, "w", encoding="utf-8") as file:
            file.write(aside.name)
            file.flush()
            os.fsync(file.fileno())
        os.replace(pointer, self.path / "current")

    def _clear(self, keep: Collection[Path | None]) -> None:
        for old in self.path.glob("index-*"):
            if old not in keep:
                shutil.rmtree(old, ignore_errors=True)
