"""Train the classifier on the sample cases and store it with its scores."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from triage.classifier.artifacts import archive, envelope, releases
from triage.classifier.artifacts.current import path
from triage.classifier.artifacts.refusals import ArtifactRefused
from triage.classifier.corpus import samples
from triage.classifier.models import Release

SAMPLE = Path(settings.BASE_DIR) / "sample" / "tickets"


class Command(BaseCommand):
    """Reads texts, fits, measures by cross-validation and on held-out families, and stores."""

    help = "Train the classifier of cases on sample texts and store it with its scores."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the texts are, and whether a usable classifier is enough."""
        parser.add_argument(
            "--if-missing",
            action="store_true",
            help="do nothing when there is a usable classifier made from the same texts",
        )
        parser.add_argument("--sample", type=Path, default=SAMPLE, help="folder of sample cases")

    def handle(self, *args, **options) -> None:
        """Train, or say why not."""
        folder = options["sample"]
        data = samples.checksum(folder / "train", samples.DATA)
        if options["if_missing"] and self._is_usable(data):
            self.stdout.write("The classifier is trained already.")
            return
        from triage.classifier.training.making import make  # slow to import, and often not needed

        before = archive.live_version()
        try:
            artifact = make(folder, data, now=timezone.now(), progress=self._tell)
        except (samples.BrokenSample, ValueError, OSError) as error:
            raise CommandError(f"The training texts cannot be used: {error}") from error
        self._note(artifact.version, before)
        self._report(artifact)

    def _note(self, version: str, before: str) -> None:
        why, now = Release.Why.TRAINED, timezone.now()
        try:
            releases.note(version=version, replaced=before, why=why, now=now)
        except DatabaseError:  # training needs none; only the list of what was in use does
            self.stderr.write("The database cannot be used: that it is in use is not noted.")

    def _tell(self, words: str) -> None:
        self.stdout.write(f"  {words}")

    def _report(self, artifact) -> None:
        from triage.classifier.evaluation.heldout import table  # as above

        self.stdout.write("Cross-validation over families of the training texts:")
        self.stdout.write(table(artifact.scores))
        if "heldout" in artifact.scores:
            self.stdout.write("Held-out families:")
            self.stdout.write(table(artifact.scores["heldout"]))

    def _is_usable(self, data: str) -> bool:
        """Whether the stored one is of these texts, knows what answered them, and is judged.

        One that has learnt from the site's own cases as well is not replaced by one that has not.
        """
        try:
            header, _estimators = envelope.read(path())
            same = header.get("data") == data or "own" in header.get("window", {})
            return same and {"answers", "judgement"} <= set(header)
        except ArtifactRefused as error:
            self.stdout.write(str(error))
            return False
