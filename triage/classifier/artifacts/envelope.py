"""The file a trained classifier lies in: its kind, a checksum, a line on what it is, its numbers.

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

MAGIC = b"VEIVISER-CLASSIFIER 4\n"  # another number whenever stored numbers mean something else
CHECKSUM = 65  # bytes of the line after it: of all that follows, so that no limit changes unseen
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
    }
    line = json.dumps(full, ensure_ascii=False, sort_keys=True).encode()
    line += b" " * (-(len(MAGIC) + CHECKSUM + len(line) + 1) % ALIGNED) + b"\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced(path) as file:
        file.writelines((MAGIC, checksum_line(line, payload), line, payload))


def read(path: Path) -> tuple[dict, memoryview]:
    """Header and payload of a file that is whole and fits this site.

    Raises ArtifactRefused with a sentence on what is wrong with it.
    """
    stored, line, payload = _parts(path)
    header = _header(line)
    if len(payload) != header.get("size"):
        raise ArtifactRefused(again("it is cut off"))
    if checksum_line(line, payload) != stored:
        raise ArtifactRefused(again("it has been changed after it was written"))
    _check(header)
    return header, payload


def checksum_line(line: bytes, payload: bytes | memoryview) -> bytes:
    """The line that stands before a header's line and a payload."""
    digest = hashlib.sha256(line)
    digest.update(payload)
    return digest.hexdigest().encode() + b"\n"


def again(why: str) -> str:
    """The sentence a file is refused with."""
    return f"The trained classifier is not used: {why}. Run the command train_classifier."


def _labels() -> dict[str, list[str]]:
    return {target: list(LABELS[target]) for target in TARGETS}


def _parts(path: Path) -> tuple[bytes, bytes, memoryview]:
    """Line of the checksum, line of the header, and payload."""
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
    start = len(MAGIC) + CHECKSUM
    end = content.find(b"\n", start, start + LARGEST_HEADER + 1) + 1
    if end == 0:
        raise ArtifactRefused(again("it is cut off"))
    return content[len(MAGIC) : start], content[start:end], memoryview(content)[end:]


def _header(line: bytes) -> dict:
    try:
        header = json.loads(line)
        if not isinstance(header, dict):
            raise ValueError
    except ValueError:
        raise ArtifactRefused(again("what it says of itself cannot be read")) from None
    return header


def _check(header: dict) -> None:
    """Refuse what is of other versions or labels."""
    stored, here = header.get("libraries", {}), versions()
    if stored != here:
        names = sorted(name for name in here if stored.get(name) != here[name])
        listed = ", ".join(f"{name} {stored.get(name, '?')}, here {here[name]}" for name in names)
        raise ArtifactRefused(again(f"it was made with other versions ({listed})"))
    if header.get("labels") != _labels():
        raise ArtifactRefused(again("it knows other labels than this version of the site"))
