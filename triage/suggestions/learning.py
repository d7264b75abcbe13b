"""Keeping what use teaches about suggestions, and reading what holds for a text."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.crypto import salted_hmac

from dispatch.jobs import recurring
from search.registry import registry
from search.types import Document
from search.visits import name_of, shared_in
from triage.classifier.corpus.anonymous import without_people
from triage.classifier.corpus.cases import text_of
from triage.suggestions.lessons import Lesson, Votes, votes_on, words_of
from triage.suggestions.models import KeptLesson
from triage.tickets.models import Ticket
from triage.tickets.wording import asking_part

KEPT = timedelta(days=540)
MOST_OF_DOCUMENT = 40  # the newest: what helped long ago is another version of the text
MOST_READ = 640  # for one text
FEWEST_WORDS = 2  # one word tells no matter


def learn_from_case(ticket: Ticket, document: str, *, helped: bool, by: int, now: datetime) -> None:
    """A person (by id) put a document into the answer of a case, or said that it does not fit.

    Their later word about the same case and document counts in place of the former. Nothing is
    learnt from security cases: few may know what they are about.
    """
    if ticket.security:
        return
    text = without_people(asking_part(text_of(ticket)), ticket.requester_name)
    giver = _hidden(f"person {by}")
    _keep(document, helped, words_of(text, ticket.language), giver, ticket=ticket, now=now)


def forget_word(ticket: Ticket, document: str, *, by: int) -> None:
    """A person takes back what they said of a document for a case."""
    once = _once(_hidden(f"person {by}"), ticket)
    KeptLesson.objects.filter(document=document, once=once).delete()


def learn_from_solved(
    text: str, document: str, *, language: str, visitor: str, now: datetime
) -> None:
    """A document solved what somebody was writing, who then sent nothing.

    Kept are those words of the text that the document has too: they tell of the document, not of
    who wrote. `visitor` is what tells one browser from another today; those of one person or at
    one address count once a day for a document, with what was written last.
    """
    found = registry.get_documents([document])
    giver = shared_in(name_of(visitor, now))
    if not found or not giver:
        return
    shared = words_of(asking_part(text), language) & _words_in(found[0])
    _keep(document, True, shared, _hidden(f"visitor {giver}"), now=now)


def votes_for(text: str, language: str, documents: Collection[str]) -> Mapping[str, Votes]:
    """The votes on documents for a text, by id; one statement, none without documents."""
    if not documents:
        return {}
    rows = KeptLesson.objects.filter(document__in=documents).order_by("-at", "-pk")
    values = rows.values_list("document", "helped", "words", "giver")[:MOST_READ]
    lessons = [
        Lesson(document=document, helped=helped, words=frozenset(words), giver=giver)
        for document, helped, words, giver in values
    ]
    return votes_on(words_of(asking_part(text), language), lessons) if lessons else {}


def _keep(
    document: str,
    helped: bool,
    words: Collection[str],
    giver: str,
    *,
    ticket: Ticket | None = None,
    now: datetime,
) -> None:
    if len(words) < FEWEST_WORDS:
        return
    KeptLesson.objects.update_or_create(
        document=document[:60],
        once=_once(giver, ticket),
        defaults={
            "helped": helped,
            "words": sorted(words),
            "giver": giver,
            "ticket": ticket,
            "at": now,
        },
    )


def _once(giver: str, ticket: Ticket | None) -> str:
    return _hidden(f"{giver} {ticket.pk}") if ticket else giver


def _hidden(name: str) -> str:
    value = name.encode("utf-8", "replace")
    return salted_hmac("triage.suggestions", value, algorithm="sha256").hexdigest()


def _words_in(document: Document) -> frozenset[str]:
    parts = (document.title, document.summary, *document.headings, document.body)
    words: set[str] = set()
    for part in (*parts, *document.search_words):
        words |= words_of(part, document.language, most=None)
    return frozenset(words)


@recurring("forget old lessons about suggestions", every=timedelta(hours=24))
def forget_old(now: datetime) -> None:
    """Delete lessons that are old, and of each document all but the newest."""
    KeptLesson.objects.filter(at__lt=now - KEPT).delete()
    many = KeptLesson.objects.values("document").annotate(number=Count("pk")).order_by()
    for document in many.filter(number__gt=MOST_OF_DOCUMENT).values_list("document", flat=True):
        own = KeptLesson.objects.filter(document=document)
        newest = own.order_by("-at", "-pk").values_list("pk", flat=True)[:MOST_OF_DOCUMENT]
        own.exclude(pk__in=list(newest)).delete()
