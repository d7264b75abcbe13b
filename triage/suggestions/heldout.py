"""How good suggestions are on cases whose article is known, per case and per family."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from triage.classifier.corpus.document_names import document_ids
from triage.classifier.corpus.samples import Example
from triage.suggestions.stored import READERS
from triage.suggestions.suggest import find


def evaluate_suggestions(cases: Sequence[Example], *, now: datetime) -> dict[str, str]:
    """What is suggested, by the same way as in the product. Raises EngineUnavailable."""
    ids = document_ids("article", {case.article for case in cases if case.article})
    found: dict[str, list[bool]] = defaultdict(list)
    silent, needless = 0, []
    for case in cases:
        hits = find(
            case.text, visibility=READERS, language=case.language, now=now, kinds=("article",)
        )
        if case.article in ids:
            found[case.group].append(ids[case.article] in {hit.id for hit in hits})
            silent += not hits
        elif not case.article:
            needless.append(bool(hits))
    texts = [each for group in found.values() for each in group]
    families = [sum(group) * 2 >= len(group) for group in found.values()]
    return {
        "right article among them, of cases that have one": _of(sum(texts), len(texts)),
        "right article for at least half of its cases, of families": _of(
            sum(families), len(families)
        ),
        "right article for at least one of its cases, of families": _of(
            sum(any(group) for group in found.values()), len(found)
        ),
        "nothing suggested, of cases that have one": _of(silent, len(texts)),
        "something suggested, of cases without an article": _of(sum(needless), len(needless)),
    }


def _of(part: int, whole: int) -> str:
    share = round(part / whole, 3) if whole else 0.0
    return f"{part} of {whole} ({share:.1%})"
