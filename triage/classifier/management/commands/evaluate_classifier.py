"""Measure the classifier and the suggestions on families nothing was trained on."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from search.engines.contract import SearchError
from triage.classifier import evaluation, samples
from triage.classifier.current import current
from triage.classifier.refusals import ArtifactRefused

SAMPLE = Path(settings.BASE_DIR) / "sample" / "tickets"


class Command(BaseCommand):
    """Guesses and suggests for every held-out case, and counts per case and per family."""

    help = "Measure classifier and suggestions on the held-out families of sample cases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the sample cases are, and which part of them is asked."""
        parser.add_argument("--sample", type=Path, default=SAMPLE, help="folder of sample cases")

    def handle(self, *args, **options) -> None:
        """Print the figures."""
        try:
            artifact = current()
            cases = samples.read_families(options["sample"] / "heldout")
            suggested = evaluation.evaluate_suggestions(cases, now=timezone.now())
        except (ArtifactRefused, samples.BrokenSample, SearchError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Classifier {artifact.version}, trained {artifact.trained_at:%d.%m.%Y}")
        self.stdout.write(evaluation.table(evaluation.evaluate(artifact, cases)))
        self.stdout.write("Suggested articles, at most three:")
        for words, value in suggested.items():
            self.stdout.write(f"  {words}: {value}")
