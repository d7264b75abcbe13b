"""Train a challenger on what people have decided, and put it to use when it is better."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from triage.classifier.artifacts.refusals import ArtifactRefused
from triage.classifier.corpus.samples import BrokenSample
from triage.classifier.decisions.solved import note_solved
from triage.classifier.models import Challenge

SAMPLE = Path(settings.BASE_DIR) / "sample" / "tickets"
POLITE = 10  # steps down in the queue for the processor


class Command(BaseCommand):
    """Does by hand what is done at night when enough new has been decided."""

    help = "Train a challenger on decided cases and put it to use when fresh cases show it better."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the sample is, and whether others go first."""
        parser.add_argument("--sample", type=Path, default=SAMPLE, help="folder of sample cases")
        parser.add_argument("--polite", action="store_true", help="let other processes go first")

    def handle(self, *args, **options) -> None:
        """Train, compare, and tell."""
        from triage.classifier.training.renewal import AlreadyUnderWay, renew  # slow to import

        if options["polite"]:
            os.nice(POLITE)
        note_solved(timezone.now())
        try:
            challenge = renew(now=timezone.now, folder=options["sample"], progress=self._tell)
        except AlreadyUnderWay:
            raise CommandError("A challenger is being trained already.") from None
        except (ArtifactRefused, BrokenSample) as error:
            raise CommandError(str(error)) from error
        self._report(challenge)

    def _tell(self, words: str) -> None:
        self.stdout.write(f"  {words}")

    def _report(self, challenge: Challenge) -> None:
        with translation.override("en"):
            outcome = str(challenge.get_outcome_display())
        self.stdout.write(f"{outcome}: {challenge.version or 'none'}")
        for each in challenge.figures.get("compared", ()):
            name = each["target"] or "together"
            both = "; ".join(
                f"{who}: {each[who]['right']} right, {each[who]['wrong']} wrong, "
                f"{each[who]['silent']} silent"
                for who in ("champion", "challenger")
            )
            self.stdout.write(
                f"  {name}: {each['cases']} cases of {each['families']} families; {both}; "
                f"gain {each['gain']:+.3f}, by chance {each['chance']:.4f}"
            )
