"""A trained classifier in its file: the envelope with the estimators in it.

Stored by skops, never by pickle: reading a file cannot run code, and only the types listed here
are let in.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import skops.io
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from triage.classifier import envelope
from triage.classifier.certainty import Certainty
from triage.classifier.envelope import again
from triage.classifier.labels import TARGETS
from triage.classifier.refusals import ArtifactRefused

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


def save(artifact: Artifact, path: Path) -> None:
    """Write the artefact in place of what is there, in one step."""
    stored = {"features": artifact.features, "machines": dict(artifact.machines)}
    payload = skops.io.dumps(stored, compression=zipfile.ZIP_DEFLATED)
    header = {
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
    }
    envelope.write(path, header, payload)


def load(path: Path) -> Artifact:
    """Read an artefact. Raises ArtifactRefused with a sentence on what is wrong with it."""
    header, payload = envelope.read(path)
    _check_types(payload)
    try:
        stored = skops.io.loads(payload, trusted=list(TRUSTED))
        machines = {target: stored["machines"][target] for target in TARGETS}
        certainties = {target: Certainty(**header["certainty"][target]) for target in TARGETS}
        for target in TARGETS:
            if [str(name) for name in machines[target].classes_] != header["classes"][target]:
                raise ArtifactRefused(again(f"its labels for {target} do not fit together"))
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
        raise ArtifactRefused(again(f"it cannot be read ({type(error).__name__})")) from error


def _check_types(payload: bytes) -> None:
    """Refuse what holds types that are not let in. Raises ArtifactRefused."""
    try:
        foreign = set(skops.io.get_untrusted_types(data=payload)) - set(TRUSTED)
    except Exception as error:  # not a skops file at all
        raise ArtifactRefused(again("it holds no estimators")) from error
    if foreign:
        raise ArtifactRefused(again(f"it holds types that are not let in ({min(foreign)})"))
