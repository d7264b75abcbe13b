"""First-line help as it is on the sample: what is suggested for cases whose article is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from portal.demo.documents import sample_documents
from search.contract import SearchEngine
from search.evaluation import EVERYBODY
from triage.classifier.corpus.samples import Example
from triage.classifier.predictions.leanings import Earlier, leanings
from triage.suggestions.judging import FIRST, Judged
from triage.suggestions.suggest import ARTICLE, look_up
from triage.tickets.wording import asking_part


def judge(engine: SearchEngine, cases: Sequence[Example]) -> list[Judged]:
    """What the sample articles alone, put in `engine`, bring for each case, by its text alone.

    Suggested is by the same way as in the product. Raises EngineUnavailable.
    """
    engine.rebuild(sample_documents())
    return [_judge(engine, case) for case in cases]


def _judge(engine: SearchEngine, case: Example) -> Judged:
    believed = leanings(asking_part(case.text))
    found = look_up(
        engine,
        case.text,
        visibility=EVERYBODY,
        language=case.language,
        kinds=(ARTICLE,),
        limit=FIRST,
        leanings=believed.products,
        before=_by_document(believed.earlier),
    )
    names = tuple(hit.id.partition(":")[2] for hit in found.hits)
    return Judged(language=case.language, article=case.article, suggested=names)


def _by_document(found: Earlier | None) -> Earlier | None:
    if found is None:
        return None
    return replace(found, articles={f"{ARTICLE}:{name}": b for name, b in found.articles.items()})
