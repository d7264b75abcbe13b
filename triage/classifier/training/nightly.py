"""At night a challenger is trained when people have decided enough that is new.

So it is when the classifier in use has read none of the site's cases though there are enough: after
an upgrade that could not use the one before, it learns from them again the next night.

In a process of its own, behind all others: training takes minutes, and neither web nor worker may
stand still so long. Killed, it leaves the classifier in use as it was, and another night comes.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from dispatch.jobs import recurring
from triage.classifier.artifacts import envelope
from triage.classifier.artifacts.current import path
from triage.classifier.artifacts.refusals import ArtifactRefused
from triage.classifier.corpus import decided_cases
from triage.classifier.models import Challenge
from triage.classifier.training.split import LEAST_ASKED, LEAST_LEARNT

log = structlog.get_logger(__name__)

HOURS = range(1, 5)  # local time
BETWEEN = timedelta(hours=20)
NEW = 50  # cases somebody decided since the last challenger that was judged began
NEW_SHARE = 0.1  # of those it had
CAME_TO_NOTHING = (Challenge.Outcome.RUNNING, Challenge.Outcome.FAILED)  # one killed still "runs"
COMMAND = "classifier_renew"

_process: subprocess.Popen | None = None


def is_due(now: datetime) -> bool:
    """Whether a challenger should be trained: at night, once, with enough new to learn."""
    if timezone.localtime(now).hour not in HOURS:
        return False
    last = Challenge.objects.order_by("-started_at").first()
    if last is not None and now - last.started_at < BETWEEN:
        return False
    judged = Challenge.objects.exclude(outcome__in=CAME_TO_NOTHING).order_by("-started_at")
    before = judged.first()
    if before is not None:
        new = decided_cases.count_since(before.started_at)
        if new >= max(NEW, NEW_SHARE * before.decided):
            return True
        if not _begins_anew(judged):
            return False
    return decided_cases.count() >= LEAST_LEARNT + LEAST_ASKED


def _begins_anew(judged: QuerySet[Challenge]) -> bool:
    """Whether the classifier in use has read none of the site's cases, and met no challenger."""
    try:
        header, _payload = envelope.read(path())
    except ArtifactRefused:
        return False
    version, window = header.get("version"), header.get("window", {})
    return "own" not in window and not judged.filter(against=version).exists()


def start() -> bool:
    """Start training in a process of its own; False when the one before still runs."""
    global _process
    if _process is not None and _process.poll() is None:
        return False
    command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), COMMAND, "--polite"]
    _process = subprocess.Popen(  # noqa: S603  our own command, nothing from outside in it
        command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    log.info("training of a challenger started", process=_process.pid)
    return True


@recurring("train a challenger", every=timedelta(hours=1))
def train_at_night(now: datetime) -> None:
    """Start the training when it is due."""
    if is_due(now):
        start()
