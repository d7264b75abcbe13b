"""Train the classifier on the sample cases and store it with its scores."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from triage.classifier import evaluation, samples
from triage.classifier.artifact import Artifact, load, save
from triage.classifier.current import path
from triage.classifier.refusals import ArtifactRefused
from triage.classifier.training import train

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
        try:
            cases, hints = samples.read_families(folder / "train"), samples.read_hints()
        except (samples.BrokenSample, ValueError, OSError) as error:
            raise CommandError(f"The training texts cannot be used: {error}") from error
        trained = train(
            cases,
            hints,
            samples.read_concepts(),
            progress=lambda words: self.stdout.write(f"  {words}"),
        )
        now = timezone.now()
        artifact = Artifact(
            features=trained.features,
            machines=trained.machines,
            certainties=trained.certainties,
            scores=trained.scores,
            data=data,
            trained_at=now,
            version=f"{now:%Y-%m-%d}-{data[:8]}",
        )
        artifact = evaluation.with_heldout_scores(artifact, folder / "heldout")
        save(artifact, path())
        self.stdout.write("Cross-validation over families of the training texts:")
        self.stdout.write(evaluation.table(artifact.scores))
        if "heldout" in artifact.scores:
            self.stdout.write("Held-out families:")
            self.stdout.write(evaluation.table(artifact.scores["heldout"]))

    def _is_usable(self, data: str) -> bool:
        try:
            return load(path()).data == data
        except ArtifactRefused as error:
            self.stdout.write(str(error))
            return False
