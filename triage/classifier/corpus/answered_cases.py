"""Which articles answered the site's own cases, as far as that is known.

An article answered a case when it stood in an answer of it. None did when a second-line team had
the case, it was solved, and no answer links to one. Of all other cases it is not known: the first
line often answers in its own words what an article says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.db.models import Exists, OuterRef

from accounts.roles import Line
from search.registry import registry
from triage.classifier.corpus.document_names import document_ids
from triage.classifier.corpus.samples import Example
from triage.classifier.learner.articles import NO_ARTICLE
from triage.oversight.models import UsedArticle
from triage.tickets.models import Involvement, Ticket
from triage.tickets.states import ENDED_STATUSES

ARTICLE = "article"
FEWEST_CASES = 3  # of an article no sample case has; one alone may be chance
MOST_CASES = 5_000  # the newest


def articles_of(tickets: Iterable[int]) -> Mapping[int, str]:
    """By case the id of the article in its latest answer, NO_ARTICLE where none answers it.

    Cases of which it is not known are left out. Two statements.
    """
    ids = list(tickets)
    second = Involvement.objects.filter(ticket=OuterRef("pk"), kind="owner", team__line=Line.SECOND)
    solved = Ticket.objects.filter(
        Exists(second), pk__in=ids, status__in=ENDED_STATUSES, first_responded_at__isnull=False
    ).exclude(solution_code="")
    found = dict.fromkeys(solved.values_list("pk", flat=True), NO_ARTICLE)
    used = UsedArticle.objects.filter(ticket__in=ids).order_by("used_at", "pk")
    return found | dict(used.values_list("ticket_id", "document"))


def answered_examples(
    cases: Sequence[tuple[Example, str | None]], sample: Sequence[Example]
) -> list[Example]:
    """The newest of the cases whose article is known, under the names the sample has for articles.

    Each case is given with the id of its article, None where it is not known. Articles that are
    no longer there, and those of very few cases, are left out.
    """
    known = [(case, article) for case, article in cases if article is not None][-MOST_CASES:]
    counts = Counter(article for _case, article in known if article)
    there = {each.id for each in registry.get_documents(list(counts))}
    slugs = {case.article for case in sample if case.article}
    names = {each: name for name, each in document_ids(ARTICLE, slugs).items()}
    kept = {
        each: names.get(each, each)
        for each, count in counts.items()
        if each in there and (each in names or count >= FEWEST_CASES)
    } | {NO_ARTICLE: NO_ARTICLE}
    return [replace(case, article=kept[article]) for case, article in known if article in kept]
