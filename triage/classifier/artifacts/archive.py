"""Classifiers that were in use, or may be, lie beside the one that is; each under its version.

A file is taken into use only after it has been read whole, and found to be the one its name says.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from triage.classifier.artifacts import envelope
from triage.classifier.artifacts.current import path
from triage.classifier.artifacts.files import replaced
from triage.classifier.artifacts.refusals import ArtifactMissing, ArtifactRefused

if TYPE_CHECKING:
    from triage.classifier.artifacts.artifact import Artifact

MOST = 4  # files beside the one in use; the oldest go
ENDING = ".veiviser"
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


_seen: dict[Path, tuple[tuple[int, int, int], Kept]] = {}


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A classifier that lies aside. `refusal` is the sentence why it cannot be used, or ""."""

    version: str
    trained_at: datetime | None
    refusal: str


def folder() -> Path:
    """Where they lie."""
    return path().parent / "kept"


def file_of(version: str) -> Path:
    """The file of a version. Raises ArtifactMissing for what cannot be one."""
    if not _VERSION.fullmatch(version):
        raise ArtifactMissing(f"There is no classifier with the version {version!r}.")
    return folder() / f"{version}{ENDING}"


def versions() -> list[str]:
    """All that lie aside, the last put there first."""
    files = [each for each in folder().glob(f"*{ENDING}") if each.is_file()]
    files.sort(key=lambda each: (-each.stat().st_mtime_ns, each.name))
    return [each.name.removesuffix(ENDING) for each in files]


def listed() -> list[Kept]:
    """All that lie aside, each with whether its file is whole and fits this site.

    A file is read once, and again when it is another: they are large.
    """
    found, files = [], {}
    for version in versions():
        place = file_of(version)
        status = place.stat()
        state = (status.st_mtime_ns, status.st_ino, status.st_size)
        known = _seen.get(place)
        files[place] = known if known and known[0] == state else (state, _looked_at(version))
        found.append(files[place][1])
    _seen.clear()
    _seen.update(files)
    return found


def live_version() -> str:
    """The version in use, "" when there is none or its file cannot be read."""
    try:
        header, _payload = envelope.read(path())
        return str(header["version"])
    except (ArtifactRefused, KeyError):
        return ""


def keep(artifact: Artifact) -> None:
    """Put a classifier aside."""
    from triage.classifier.artifacts.artifact import save  # slow to import, see current.py

    save(artifact, file_of(artifact.version))
    _prune()


def keep_live() -> str:
    """Put a copy of the one in use aside; returns its version, "" when it cannot be used."""
    version = live_version()
    if version and _VERSION.fullmatch(version):
        _copy(path(), file_of(version))
        _prune()
    return version


def load_kept(version: str) -> Artifact:
    """Read one that lies aside. Raises ArtifactRefused, also when it is another than its name."""
    from triage.classifier.artifacts.artifact import load  # slow to import, see current.py

    place = file_of(version)
    if not place.is_file():
        raise ArtifactMissing(f"There is no classifier with the version {version!r}.")
    artifact = load(place)
    if artifact.version != version:
        raise ArtifactRefused(_swapped(version, artifact.version))
    return artifact


def use(version: str) -> str:
    """Put one that lies aside in place of the one in use, in one step; returns what that was.

    Raises ArtifactRefused when it cannot be used; the one in use stays then.
    """
    load_kept(version)
    try:
        before = keep_live()
        _copy(file_of(version), path())
    except OSError as error:
        raise ArtifactRefused(
            f"{version} cannot be put in place ({error.strerror or error}). Nothing has changed."
        ) from error
    return before


def _looked_at(version: str) -> Kept:
    try:
        header, _payload = envelope.read(file_of(version))
        if header.get("version") != version:
            raise ArtifactRefused(_swapped(version, str(header.get("version"))))
        trained_at = datetime.fromisoformat(header["trained_at"])
    except ArtifactRefused as error:
        return Kept(version=version, trained_at=None, refusal=str(error))
    except (KeyError, TypeError, ValueError):
        refusal = envelope.again("what it says of itself cannot be read")
        return Kept(version=version, trained_at=None, refusal=refusal)
    return Kept(version=version, trained_at=trained_at, refusal="")


def _swapped(version: str, found: str) -> str:
    return envelope.again(f"the file named {version} holds {found}")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with replaced(target) as file, source.open("rb") as content:
        shutil.copyfileobj(content, file)


def _prune() -> None:
    live = live_version()
    for version in [each for each in versions() if each != live][MOST:]:
        file_of(version).unlink(missing_ok=True)
