"""Cases people have decided about, as texts to learn from beside the families of the sample.

Security cases are left out: few may read them, and what is learnt lies where many can. What stood
when a person solved a case is noted too. Cases somebody has corrected are those that were guessed
wrong; only with those that were solved can two classifiers be compared without favouring the new.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from triage.classifier.corpus.anonymous import without_people
from triage.classifier.corpus.answered_cases import articles_of
from triage.classifier.corpus.cases import facts_of, words_of_who_asks
from triage.classifier.corpus.families import families
from triage.classifier.corpus.samples import Example, case_text
from triage.classifier.labels import CASE_TYPE, NOT_A_CASE
from triage.classifier.models import Decision
from triage.tickets.models import Ticket

MOST_CASES = 20_000  # the newest
CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class DecidedCase:
    """A case with what people decided about it. `thread` is shared with those merged into it.

    `article` is the id of the one that answered it, "" for none and None where it is not known.
    """

    ticket: int
    thread: int
    subject: str
    opened_at: datetime
    example: Example
    article: str | None = None


@dataclass(frozen=True, kw_only=True)
class Material:
    """Cases with their families, and which of those the sample has cases of too.

    The group of each case's example is its family, the sample's where it is one of those.
    """

    cases: Sequence[DecidedCase]
    families: Sequence[int]
    of_sample: frozenset[int]


def decided_tickets() -> QuerySet[Ticket]:
    """Ordinary cases somebody has decided something about."""
    decisions = Decision.objects.filter(ticket=OuterRef("pk"))
    return Ticket.objects.filter(Exists(decisions), security=False)


def newest() -> list[DecidedCase]:
    """The newest decided cases, in the order they came in; those without a text are left out."""
    newest = decided_tickets().order_by("-opened_at", "-pk").values_list("pk", flat=True)
    ids = sorted(newest[:MOST_CASES])
    found = [
        case
        for at in range(0, len(ids), CHUNK)
        for case in _read(ids[at : at + CHUNK])
        if case.example.text and case.example.labels
    ]
    return sorted(found, key=lambda case: (case.opened_at, case.ticket))


def _read(ids: Sequence[int]) -> list[DecidedCase]:
    first = words_of_who_asks(OuterRef("pk"))
    tickets = (
        Ticket.objects.filter(pk__in=ids)
        .select_related("requester", "organisation", "duplicate_of")
        .annotate(first_words=Subquery(first.values("body")[:1]))
    )
    labels, articles = labels_of(ids), articles_of(ids)
    return [_decided_case(ticket, labels[ticket.pk], articles.get(ticket.pk)) for ticket in tickets]


def labels_of(ids: Iterable[int]) -> Mapping[int, dict[str, str]]:
    """By case what was last decided of each target; what was taken back is left out."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = Decision.objects.filter(ticket__in=list(ids)).order_by("at", "pk")
    for ticket, target, label in rows.values_list("ticket_id", "target", "label"):
        found[ticket][target] = label
    return defaultdict(dict, {pk: _whole(own) for pk, own in found.items()})


def _whole(own: Mapping[str, str]) -> dict[str, str]:
    """The labels of one case: what is no case has neither product, team nor priority."""
    if own.get(CASE_TYPE) == NOT_A_CASE:
        return {CASE_TYPE: NOT_A_CASE}
    return {target: label for target, label in own.items() if label}


def _decided_case(ticket: Ticket, labels: Mapping[str, str], article: str | None) -> DecidedCase:
    name = ticket.requester_name
    subject = without_people(ticket.subject, name)
    other = ticket.duplicate_of
    return DecidedCase(
        ticket=ticket.pk,
        thread=(other.duplicate_of_id or other.pk) if other else ticket.pk,
        subject=subject,
        opened_at=ticket.opened_at,
        article=article,
        example=Example(
            text=without_people(case_text(ticket.subject, ticket.first_words or ""), name),
            labels=labels,
            group=f"case {ticket.pk}",
            language=ticket.language,
            facts=facts_of(ticket),
        ),
    )


def material(cases: Sequence[DecidedCase], sample: Sequence[Example]) -> Material:
    """The cases with their families: by thread, by subject, and with the sample's families."""
    subjects = [each.text.partition("\n")[0] for each in sample] + [case.subject for case in cases]
    threads = [("sample", each.group) for each in sample] + [("case", c.thread) for c in cases]
    found = families(subjects, threads)
    own = found[len(sample) :]
    return Material(
        cases=[
            replace(case, example=replace(case.example, group=_group(family, sample)))
            for case, family in zip(cases, own, strict=True)
        ],
        families=own,
        of_sample=frozenset(found[: len(sample)]),
    )


def _group(family: int, sample: Sequence[Example]) -> str:
    return sample[family].group if family < len(sample) else f"case family {family}"


def count() -> int:
    """How many cases there are to learn from."""
    return decided_tickets().count()


def count_since(moment: datetime) -> int:
    """How many cases somebody has decided about after a moment."""
    decisions = Decision.objects.filter(Q(at__gt=moment), ticket__security=False)
    return decisions.values("ticket").distinct().count()
