"""The file a trained classifier lies in: one line that says what it is, then its numbers.

Everything but the numbers themselves, so that asking what a file is needs no scikit-learn.
Writing replaces the file in one step, so a reader sees the old or the new one whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from triage.classifier.artifacts.files import replaced
from triage.classifier.artifacts.refusals import ArtifactMissing, ArtifactRefused
from triage.classifier.labels import LABELS, TARGETS

MAGIC = b"VEIVISER-CLASSIFIER 3\n"  # another number whenever stored numbers mean something else
LARGEST_HEADER = 200_000  # bytes
LARGEST_FILE = 500_000_000
LIBRARIES = ("scikit-learn", "numpy", "scipy")
ALIGNED = 64  # bytes the payload begins at a multiple of, so that numbers can be used in place


def versions() -> dict[str, str]:
    """The libraries stored numbers are used by, as they are installed here."""
    return {name: metadata.version(name) for name in LIBRARIES}


def write(path: Path, header: Mapping, payload: bytes) -> None:
    """Put the payload under its header in place of what is there, in one step."""
    full = {
        **header,
        "libraries": versions(),
        "labels": _labels(),
        "size": len(payload),
        "sha256": hashlib.sha256(payload).hexdigest(),
    }
    line = json.dumps(full, ensure_ascii=False, sort_keys=True).encode()
    line += b" " * (-(len(MAGIC) + len(line) + 1) % ALIGNED) + b"\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced(path) as file:
        file.writelines((MAGIC + line, payload))


def read(path: Path) -> tuple[dict, memoryview]:
    """Header and payload of a file that is whole and fits this site.

    Raises ArtifactRefused with a sentence on what is wrong with it.
    """
    header, payload = _parts(path)
    _check(header, payload)
    return header, payload


def again(why: str) -> str:
    """The sentence a file is refused with."""
    return f"The trained classifier is not used: {why}. Run the command train_classifier."


def _labels() -> dict[str, list[str]]:
    return {target: list(LABELS[target]) for target in TARGETS}


def _parts(path: Path) -> tuple[dict, memoryview]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ArtifactRefused(again("it is far too large"))
        content = path.read_bytes()
    except FileNotFoundError:
        raise ArtifactMissing(
            "There is no trained classifier: run the command train_classifier."
        ) from None
    except OSError as error:
        raise ArtifactRefused(again(f"it cannot be opened ({error.strerror})")) from error
    if not content.startswith(MAGIC):
        raise ArtifactRefused(again("it is of another kind or version"))
    end = content.find(b"\n", len(MAGIC), len(MAGIC) + LARGEST_HEADER + 1)
    if end < 0:
        raise ArtifactRefused(again("it is cut off"))
    try:
        header = json.loads(content[len(MAGIC) : end])
        if not isinstance(header, dict):
            raise ValueError
    except ValueError:
        raise ArtifactRefused(again("its first line cannot be read")) from None
    return header, memoryview(content)[end + 1 :]


def _check(header: dict, payload: memoryview) -> None:
    """Refuse what is cut off, changed, or of other versions or labels."""
    if len(payload) != header.get("size"):
        raise ArtifactRefused(again("it is cut off"))
    if hashlib.sha256(payload).hexdigest() != header.get("sha256"):
        raise ArtifactRefused(again("it has been changed after it was written"))
    stored, here = header.get("libraries", {}), versions()
    if stored != here:
        names = sorted(name for name in here if stored.get(name) != here[name])
        listed = ", ".join(f"{name} {stored.get(name, '?')}, here {here[name]}" for name in names)
        raise ArtifactRefused(again(f"it was made with other versions ({listed})"))
    if header.get("labels") != _labels():
        raise ArtifactRefused(again("it knows other labels than this version of the site"))
