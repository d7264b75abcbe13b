"""Measure the classifier and the suggestions on families nothing was trained on."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from search.contract import SearchError
from triage.classifier.artifacts.current import current
from triage.classifier.artifacts.files import replaced
from triage.classifier.artifacts.refusals import ArtifactRefused
from triage.classifier.corpus import samples
from triage.classifier.evaluation import benchmark, heldout
from triage.suggestions.heldout import evaluate_suggestions

SAMPLE = Path(settings.BASE_DIR) / "sample" / "tickets"


class Command(BaseCommand):
    """Measures a method on files of labelled texts, or what this site uses on sample cases.

    With --train and --data a committee is trained on one file and measured on the other; neither
    site, database nor network is needed. Without them the stored classifier guesses and the
    search suggests for every held-out sample case.
    """

    help = "Measure the classifier on labelled texts, or this site's on held-out sample cases."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which texts are learnt from and asked, and where results go."""
        parser.add_argument("--sample", type=Path, default=SAMPLE, help="folder of sample cases")
        parser.add_argument("--train", type=Path, help="JSON lines to learn from, plain or .gz")
        parser.add_argument("--data", type=Path, help="JSON lines to answer, plain or .gz")
        parser.add_argument("--train-split", default="", help="only rows of this split are learnt")
        parser.add_argument("--data-split", default="", help="only rows of this split are asked")
        parser.add_argument("--predictions", type=Path, help="file for an answer per row of data")
        parser.add_argument("--json", type=Path, help="file for the figures")
        parser.add_argument(
            "--no-peers", action="store_true", help="do not measure the two usual models beside it"
        )

    def handle(self, *args, **options) -> None:
        """Print the figures."""
        if options["train"] or options["data"]:
            self._measure_files(options)
        elif options["predictions"] or options["json"]:
            raise CommandError("--predictions and --json need --train and --data.")
        else:
            self._measure_sample(options["sample"])

    def _measure_files(self, options: dict) -> None:
        if not (options["train"] and options["data"]):
            raise CommandError("Name both files: --train and --data.")
        for path in (options["predictions"], options["json"]):
            if path and not path.parent.is_dir():
                raise CommandError(f"There is no folder {path.parent} to write {path.name} in.")
        try:
            train = benchmark.read_rows(options["train"], options["train_split"])
            data = benchmark.read_rows(options["data"], options["data_split"])
            measured = benchmark.measure(train, data, peers=not options["no_peers"])
            figures = json.dumps(measured.figures, ensure_ascii=False, indent=2)
            if options["predictions"]:
                _write(options["predictions"], benchmark.prediction_lines(measured.answers))
            if options["json"]:
                _write(options["json"], figures + "\n")
        except benchmark.BrokenRows as error:
            raise CommandError(f"The texts cannot be used: {error}.") from error
        except OSError as error:
            raise CommandError(f"A file cannot be used: {error}.") from error
        self.stdout.write(figures)

    def _measure_sample(self, folder: Path) -> None:
        try:
            artifact = current()
            cases = samples.read_families(folder / "heldout")
            suggested = evaluate_suggestions(cases, now=timezone.now())
        except (ArtifactRefused, samples.BrokenSample, SearchError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Classifier {artifact.version}, trained {artifact.trained_at:%d.%m.%Y}")
        self.stdout.write(heldout.table(heldout.evaluate(artifact, cases)))
        self.stdout.write("Suggested articles, at most three:")
        for words, value in suggested.items():
            self.stdout.write(f"  {words}: {value}")


def _write(path: Path, content: str) -> None:
    with replaced(path) as file:
        file.write(content.encode())
        os.fchmod(file.fileno(), 0o644)
