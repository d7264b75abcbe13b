"""The file a trained classifier lies in: one line that says what it is, then the estimators.

Stored by skops, never by pickle: reading a file cannot run code, and only the types listed here
are let in. Writing replaces the file in one step, so a reader sees the old or the new one whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy
import scipy
import sklearn
import skops
import skops.io
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from triage.classifier.certainty import Certainty
from triage.classifier.labels import LABELS, TARGETS
from triage.classifier.refusals import ArtifactMissing, ArtifactRefused

MAGIC = b"VEIVISER-CLASSIFIER 1\n"
LARGEST_HEADER = 200_000  # bytes
LARGEST_FILE = 500_000_000
TRUSTED = ("triage.classifier.features.Analysed",)


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """A trained classifier with what it was made from and how good it is.

    `data` is the checksum of the training texts; `scores` holds measures by target, and those of
    held-out families under "heldout".
    """

    features: FeatureUnion
    machines: Mapping[str, LinearSVC]
    certainties: Mapping[str, Certainty]
    scores: Mapping[str, Mapping]
    data: str
    trained_at: datetime
    version: str


def versions() -> dict[str, str]:
    """The libraries stored estimators depend on."""
    return {
        "scikit-learn": sklearn.__version__,
        "skops": skops.__version__,
        "numpy": numpy.__version__,
        "scipy": scipy.__version__,
    }


def save(artifact: Artifact, path: Path) -> None:
    """Write the artefact in place of what is there, in one step."""
    stored = {"features": artifact.features, "machines": dict(artifact.machines)}
    payload = skops.io.dumps(stored, compression=zipfile.ZIP_DEFLATED)
    header = {
        "libraries": versions(),
        "labels": {target: list(LABELS[target]) for target in TARGETS},
        "classes": {
            target: [str(name) for name in lines.classes_]
            for target, lines in artifact.machines.items()
        },
        "certainty": {
            target: {
                "base": each.base,
                "belief": each.belief,
                "lead": each.lead,
                "thresholds": dict(each.thresholds),
            }
            for target, each in artifact.certainties.items()
        },
        "scores": artifact.scores,
        "data": artifact.data,
        "trained_at": artifact.trained_at.isoformat(),
        "version": artifact.version,
        "size": len(payload),
        "sha256": hashlib.sha256(payload).hexdigest(),
    }
    line = json.dumps(header, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    _replace(path, MAGIC + line + payload)


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def load(path: Path) -> Artifact:
    """Read an artefact. Raises ArtifactRefused with a sentence on what is wrong with it."""
    header, payload = _parts(path)
    _check(header, payload)
    try:
        stored = skops.io.loads(payload, trusted=list(TRUSTED))
        machines = {target: stored["machines"][target] for target in TARGETS}
        certainties = {target: Certainty(**header["certainty"][target]) for target in TARGETS}
        for target in TARGETS:
            if [str(name) for name in machines[target].classes_] != header["classes"][target]:
                raise ArtifactRefused(_again(f"its labels for {target} do not fit together"))
        return Artifact(
            features=stored["features"],
            machines=machines,
            certainties=certainties,
            scores=header["scores"],
            data=header["data"],
            trained_at=datetime.fromisoformat(header["trained_at"]),
            version=header["version"],
        )
    except ArtifactRefused:
        raise
    except Exception as error:  # whatever a strange file makes a reader raise, it is refused
        raise ArtifactRefused(_again(f"it cannot be read ({type(error).__name__})")) from error


def _parts(path: Path) -> tuple[dict, bytes]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ArtifactRefused(_again("it is far too large"))
        content = path.read_bytes()
    except FileNotFoundError:
        raise ArtifactMissing(
            "There is no trained classifier: run the command train_classifier."
        ) from None
    except OSError as error:
        raise ArtifactRefused(_again(f"it cannot be opened ({error.strerror})")) from error
    if not content.startswith(MAGIC):
        raise ArtifactRefused(_again("it is of another kind or version"))
    line, found, payload = content[len(MAGIC) :].partition(b"\n")
    if not found or len(line) > LARGEST_HEADER:
        raise ArtifactRefused(_again("it is cut off"))
    try:
        header = json.loads(line)
        if not isinstance(header, dict):
            raise ValueError
    except ValueError:
        raise ArtifactRefused(_again("its first line cannot be read")) from None
    return header, payload


def _check(header: dict, payload: bytes) -> None:
    """Refuse what is cut off, changed, of other versions or labels, or holds foreign types."""
    if len(payload) != header.get("size"):
        raise ArtifactRefused(_again("it is cut off"))
    if hashlib.sha256(payload).hexdigest() != header.get("sha256"):
        raise ArtifactRefused(_again("it has been changed after it was written"))
    stored, here = header.get("libraries", {}), versions()
    if stored != here:
        names = sorted(name for name in here if stored.get(name) != here[name])
        listed = ", ".join(f"{name} {stored.get(name, '?')}, here {here[name]}" for name in names)
        raise ArtifactRefused(_again(f"it was made with other versions ({listed})"))
    if header.get("labels") != {target: list(LABELS[target]) for target in TARGETS}:
        raise ArtifactRefused(_again("it knows other labels than this version of the site"))
    try:
        foreign = set(skops.io.get_untrusted_types(data=payload)) - set(TRUSTED)
    except Exception as error:  # not a skops file at all
        raise ArtifactRefused(_again("it holds no estimators")) from error
    if foreign:
        raise ArtifactRefused(_again(f"it holds types that are not let in ({min(foreign)})"))


def _again(why: str) -> str:
    return f"The trained classifier is not used: {why}. Run the command train_classifier."
