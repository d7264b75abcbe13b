"""`manage.py evaluate_suggestions`: what the first line is helped with on the sample.

Needs no database and no running site: the sample articles are put in a temporary index.
"""

from __future__ import annotations

import json as json_of
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from portal.demo.documents import SAMPLE
from portal.demo.judged import judge
from search.contract import SearchError
from search.engines.embedded import EmbeddedEngine
from triage.classifier.artifacts.current import current
from triage.classifier.artifacts.refusals import ArtifactRefused
from triage.classifier.corpus.samples import BrokenSample, read_families
from triage.suggestions.judging import (
    BARS,
    FIRST,
    LEAST_FALSE,
    MOST_FOUND,
    Figures,
    by_language,
    figures_of,
)


class Command(BaseCommand):
    help = "Measure which articles are suggested for held-out sample cases, and which falsely."
    requires_system_checks: Sequence[str] = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--cases", type=Path, default=SAMPLE / "tickets" / "heldout", help="folder of cases"
        )
        parser.add_argument("--json", type=Path, help="write the figures")

    def handle(self, *, cases, json, **options):
        try:
            artifact, judged_cases = current(), read_families(cases)
            with tempfile.TemporaryDirectory() as folder:
                judged = judge(EmbeddedEngine(folder), judged_cases)
        except (ArtifactRefused, BrokenSample, SearchError) as error:
            raise CommandError(str(error)) from error
        every, languages = figures_of(judged), by_language(judged)
        self.stdout.write(f"Classifier {artifact.version}, {len(judged)} cases")
        self.stdout.write(_table({"all": every, **languages}))
        self._tell_bars(every)
        if json:
            content = {"all": asdict(every)} | {name: asdict(f) for name, f in languages.items()}
            json.write_text(json_of.dumps(content, indent=1) + "\n", encoding="utf-8")

    def _tell_bars(self, every: Figures) -> None:
        said = {
            MOST_FOUND: f"at least {BARS[MOST_FOUND]:.0%} are shown their article",
            LEAST_FALSE: f"at most {BARS[LEAST_FALSE]:.0%} of those without one are shown any",
        }
        for bar, is_reached in every.reached.items():
            self.stdout.write(f"{'reached' if is_reached else 'MISSED '}  {said[bar]}")


def _table(rows: dict[str, Figures]) -> str:
    lines = [
        f"{'':10}{f'right among first {FIRST}':>26}{'nothing shown':>18}{'shown without one':>24}"
    ]
    for name, each in rows.items():
        found = _of(each.found, each.with_article)
        silent = _of(each.silent, each.with_article)
        lines.append(f"{name:10}{found:>26}{silent:>18}{_of(each.false, each.without):>24}")
    return "\n".join(lines)


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.1%})" if whole else "–"
