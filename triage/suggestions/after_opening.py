"""After a case is opened: it is classified, and articles and solved cases are suggested for it.
Suggestions alone are found anew when somebody says which product it is about.

The case needs none of it. Without a usable classifier, or without the search engine, the outbox
keeps the row, tries again with growing waits, and shows it to administrators.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from django.utils import timezone

from dispatch import outbox
from dispatch.models import OutboxRow
from search.contract import SearchError
from triage.classifier.artifacts.current import current
from triage.classifier.artifacts.refusals import ArtifactRefused
from triage.classifier.corpus.cases import text_of
from triage.classifier.labels import CASE_TYPE, NOT_A_CASE, PRODUCT
from triage.classifier.models import Prediction
from triage.classifier.predictions.services import classify
from triage.suggestions.stored import store_suggestions
from triage.tickets.models import Ticket

log = structlog.get_logger(__name__)

TOPIC = "classify"
ANEW = "suggest"


def look_again(ticket: Ticket) -> None:
    """Have what was found for another product replaced, after the caller's transaction.

    What was guessed stays: it counts in the week the case came in, and stands before its readers.
    """
    outbox.put(ANEW, {"ticket": ticket.pk}, key=str(ticket.pk))


@outbox.handles(TOPIC)
def follow(rows: Sequence[OutboxRow]) -> None:
    """Guess and suggest for the cases the rows name. Safe to repeat.

    Raises ArtifactRefused or SearchError after having done what could be done without.
    """
    tickets = _cases_of(rows)
    trouble: Exception | None = None
    try:
        artifact = current()
    except ArtifactRefused as error:
        log.warning("classifier not used", reason=str(error))
        artifact, trouble = None, error
    for ticket in tickets:
        if artifact is not None:
            classify(ticket, artifact, now=timezone.now())
        try:
            _suggest(ticket)
        except SearchError as error:
            trouble = trouble or error
    if trouble is not None:
        raise trouble


@outbox.handles(ANEW)
def suggest_anew(rows: Sequence[OutboxRow]) -> None:
    """Suggest for the cases the rows name, by the product each has now. Safe to repeat.

    Raises SearchError when the engine is away; what was suggested then stays.
    """
    for ticket in _cases_of(rows):
        _suggest(ticket)


def _cases_of(rows: Sequence[OutboxRow]) -> list[Ticket]:
    wanted = {row.payload["ticket"] for row in rows}
    return list(Ticket.objects.select_related("product", "organisation").filter(pk__in=wanted))


def _suggest(ticket: Ticket) -> None:
    store_suggestions(ticket, _asked(ticket), product=_product(ticket), now=timezone.now())


def _asked(ticket: Ticket) -> str:
    """The text something may answer; "" for what is guessed to be no case."""
    none = Prediction.objects.filter(ticket=ticket, target=CASE_TYPE, label=NOT_A_CASE, speaks=True)
    return "" if none.exists() else text_of(ticket)


def _product(ticket: Ticket) -> str:
    """The product the case has, else the one it is guessed to have; "" when neither is known."""
    if ticket.product:
        return ticket.product.slug
    found = Prediction.objects.filter(ticket=ticket, target=PRODUCT, speaks=True).first()
    return found.label if found else ""
