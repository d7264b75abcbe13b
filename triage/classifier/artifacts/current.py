"""The trained classifier this process uses: read once, and again when the file is another.

scikit-learn and its kin take seconds to import: only a process that guesses pays for them.
"""

from __future__ import annotations

import threading
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from django.conf import settings

from triage.classifier.artifacts.refusals import ArtifactMissing, ArtifactRefused

if TYPE_CHECKING:
    from triage.classifier.artifacts.artifact import Artifact

State = tuple[int, int, int]
FILE = "classifier.veiviser"

LOOK_AGAIN = 30.0  # seconds until a refused file is read again: whoever asks meanwhile is told why

_lock = threading.Lock()
_loaded: dict[Path, tuple[State, Artifact]] = {}
_refused: dict[Path, tuple[State, float, str]] = {}


def path() -> Path:
    """Where the artefact lies."""
    return Path(settings.CLASSIFIER_DIR) / FILE


def current() -> Artifact:
    """The artefact as the file is now.

    Raises ArtifactRefused when there is none or it cannot be used. A file that was replaced by a
    bad one is refused too: what an administrator sees is what is used.
    """
    place = path()
    state = _state(place)
    known = _loaded.get(place)
    if known and known[0] == state:
        return known[1]
    from triage.classifier.artifacts.artifact import load  # slow to import, see above

    with _lock:
        state = _state(place)
        known = _loaded.get(place)
        if not known or known[0] != state:
            _loaded.pop(place, None)
            _raise_if_refused_lately(place, state)
            try:
                _loaded[place] = (state, load(place))
            except ArtifactRefused as error:
                _refused[place] = (state, monotonic() + LOOK_AGAIN, str(error))
                raise
        return _loaded[place][1]


def _raise_if_refused_lately(place: Path, state: State) -> None:
    """Reading a large file to refuse it takes long, and every text that comes in asks."""
    refused_state, until, why = _refused.get(place, (None, 0.0, ""))
    if refused_state == state and monotonic() < until:
        raise ArtifactRefused(why)


def _state(place: Path) -> State:
    try:
        status = place.stat()
    except FileNotFoundError:
        raise ArtifactMissing(
            "There is no trained classifier: run the command train_classifier."
        ) from None
    return status.st_mtime_ns, status.st_ino, status.st_size
