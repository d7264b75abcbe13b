"""What the classifier thinks of a case, as the desk shows it, and what people decided about it.

Nothing is set by a guess: each chip leads to the action a person would do by hand anyway.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Language, Team, User
from taxonomy.models import Product, Topic
from triage.classifier.corpus.cases import stands
from triage.classifier.decisions import services
from triage.classifier.labels import (
    CASE_TYPE,
    NOT_A_CASE,
    PRIORITY,
    PRODUCT,
    TEAM,
    TOPIC,
)
from triage.classifier.models import Decision, Prediction
from triage.classifier.monitoring.readings import how_right
from triage.suggestions.after_opening import look_again
from triage.tickets import codes
from triage.tickets.exceptions import TicketError
from triage.tickets.kinds import CaseType, Severity
from triage.tickets.models import Ticket
from triage.tickets.priority import priority_for
from triage.tickets.states import EVENTS, Action
from triage.tickets.written import Written

VERY_LIKELY, LIKELY = 0.85, 0.65  # from this probability on
LEAST_DECIDED = 10  # guesses of a label, before it is said how they went
SEEN = "seen_decision"
ORDER = (CASE_TYPE, PRODUCT, TOPIC, PRIORITY, TEAM)


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A suggestion beside a fact: what, how sure, why, and how it is accepted.

    `fields` are sent to `address` when accepted at once, with `SEEN`: what had been decided when
    it was shown, so that nothing a colleague decides meanwhile is undone unseen. Without fields
    `address` is a page on which the person reads and decides. `key` is the key that accepts.
    `often` tells how often such guesses were right lately, "" while few have been decided.
    """

    name: str
    value: str
    sure: str
    percent: int
    because: list[str]
    address: str
    fields: dict[str, str]
    key: str
    often: str = ""


def unsure_ids(ticket_ids: Iterable[int]) -> set[int]:
    """Which of the tickets have no product and could not be placed under one; one statement."""
    found = Prediction.objects.filter(
        ticket__in=list(ticket_ids),
        ticket__product__isnull=True,
        target=PRODUCT,
        speaks=False,
        decided_at__isnull=True,
    )
    return set(found.values_list("ticket_id", flat=True))


def chips(
    ticket: Ticket, actions: frozenset[Action], *, written: Written | None = None
) -> list[Chip]:
    """What is suggested for the ticket and this person may do: only what would change it.

    The ticket is one read with its `last_decision`. `written` is what the text tells of its
    language, None when a person has said which it is.
    """
    seen = {SEEN: str(ticket.last_decision or 0)}
    found = {
        each.target: each
        for each in Prediction.objects.filter(ticket=ticket, speaks=True, decided_at__isnull=True)
    }
    made = [
        (found[target], offer)
        for target in ORDER
        if target in found and (offer := _OFFERS[target](ticket, found[target].label, actions))
    ]
    right = how_right([(prediction.target, prediction.label) for prediction, _offer in made])
    said = [
        _chip(
            prediction,
            *offer,
            seen=seen,
            key=str(n),
            right=right.get((prediction.target, prediction.label)),
        )
        for n, (prediction, offer) in enumerate(made, 1)
    ]
    key = str(len(said) + 1)
    return said + _language(ticket, written or Written(), actions, seen=seen, key=key)


def _language(
    ticket: Ticket, written: Written, actions: frozenset[Action], *, seen: dict, key: str
) -> list[Chip]:
    """The language of the text, where answers are to go out in another."""
    if Action.CORRECT_LANGUAGE not in actions or written.language in ("", ticket.language):
        return []
    chip = Chip(
        name=_("Written standard"),
        value=str(Language(written.language).label),
        sure=sure_words(written.confidence),
        percent=round(100 * written.confidence),
        because=[],
        address=_step(ticket, "sprak"),
        fields={"language": written.language} | seen,
        key=key,
    )
    return [chip]


Offer = tuple[str, str, dict[str, str]]  # what is suggested, the address, the fields to send


def _step(ticket: Ticket, slug: str, **query: str | int) -> str:
    address = reverse("desk_step", args=[ticket.pk, slug])
    return f"{address}?{urlencode(query)}" if query else address


def _product(ticket: Ticket, label: str, actions: frozenset[Action]) -> Offer | None:
    has = stands(ticket, PRODUCT)
    product = Product.objects.filter(slug=label).first()
    if Action.CORRECT_PRODUCT not in actions or label == has or product is None:
        return None
    return product.name, _step(ticket, "produkt"), {"place": product.slug}


def _topic(ticket: Ticket, label: str, actions: frozenset[Action]) -> Offer | None:
    """A topic of the product the case has; where it has none, both are set at once."""
    product, _slash, slug = label.partition("/")
    topic = Topic.objects.filter(slug=slug, product__slug=product).exclude(pk=ticket.topic_id)
    topic = topic.select_related("product").first()
    if Action.CORRECT_PRODUCT not in actions or topic is None:
        return None
    if ticket.product_id not in (None, topic.product_id):
        return None
    return topic.name, _step(ticket, "produkt"), {"place": label}


def _case_type(ticket: Ticket, label: str, actions: frozenset[Action]) -> Offer | None:
    if label == ticket.case_type:
        return None
    name = str(dict(codes.CASE_TYPES).get(label, label))
    if label == NOT_A_CASE:
        allowed = Action.MARK_NOT_A_CASE in actions
        return (name, _step(ticket, "ikke-en-sak"), {}) if allowed else None
    if Action.CORRECT_TYPE not in actions:
        return None
    if label == CaseType.SECURITY_INCIDENT or needs_a_reader(ticket):  # never by one press
        return name, _step(ticket, "type", case_type=label), {}
    return name, _step(ticket, "type"), {"case_type": label}


def needs_a_reader(ticket: Ticket) -> bool:
    """Whether somebody reads the case before anything of it changes: security, and severity A."""
    security = ticket.security or ticket.case_type == CaseType.SECURITY_INCIDENT
    return security or ticket.severity == Severity.A


def _priority(ticket: Ticket, label: str, actions: frozenset[Action]) -> Offer | None:
    """Impact and urgency, to be confirmed with a reason; a severity is never suggested."""
    impact, urgency = (int(part) for part in label.split("x"))
    priority = priority_for(impact, urgency, severity=ticket.severity, security=ticket.security)
    if Action.CORRECT_PRIORITY not in actions or priority == ticket.priority:
        return None
    address = _step(ticket, "prioritet", impact=impact, urgency=urgency)
    return str(dict(codes.PRIORITIES)[priority]), address, {}


def _team(ticket: Ticket, label: str, actions: frozenset[Action]) -> Offer | None:
    team = Team.objects.filter(slug=label).exclude(pk=ticket.team_id).first()
    if Action.HAND_OVER not in actions or team is None or team.line == ticket.team.line:
        return None
    if team.line == "first":
        return None
    return team.name, _step(ticket, "send-videre", team=team.pk), {}


_OFFERS = {
    PRODUCT: _product,
    TOPIC: _topic,
    CASE_TYPE: _case_type,
    PRIORITY: _priority,
    TEAM: _team,
}


def _chip(
    prediction: Prediction,
    value: str,
    address: str,
    fields: dict,
    *,
    seen: dict,
    key: str,
    right: tuple[int, int] | None,
) -> Chip:
    return Chip(
        name=prediction.get_target_display(),
        value=value,
        sure=sure_words(prediction.confidence),
        percent=round(100 * prediction.confidence),
        because=list(prediction.because),
        address=address,
        fields=fields | seen if fields else {},
        key=key,
        often=_often(*right) if right else "",
    )


def _often(right: int, decided: int) -> str:
    if decided < LEAST_DECIDED:
        return ""
    return _("lately right %(right)s of %(decided)s times") % {"right": right, "decided": decided}


def sure_words(confidence: float) -> str:
    """How sure a guess is (0 to 1), in words."""
    if confidence >= VERY_LIKELY:
        return _("very likely")
    return _("likely") if confidence >= LIKELY else _("perhaps")


# --- what was decided -----------------------------------------------------------------------------


_SETTLED = {
    "produkt": (PRODUCT, TOPIC),
    "type": (CASE_TYPE,),
    "prioritet": (PRIORITY,),
    "send-videre": (TEAM,),
    "send-tilbake": (TEAM,),
}


# What was decided on cases; what is labelled in the list changes no case.
_ON_CASES = Decision.objects.filter(source=Decision.Source.DESK)


def last_decision() -> Subquery:
    """The number of the newest decision on a case, None when there is none.

    Read in one statement with the case, or a colleague could decide between the two, and what is
    shown would be the case from before with the number from after.
    """
    on_case = _ON_CASES.filter(ticket=OuterRef("pk")).order_by("-pk")
    return Subquery(on_case.values("pk")[:1])


def check_still_open(ticket: Ticket, step: str, *, seen: int) -> None:
    """Raises TicketError when somebody decided what the step decides after the decision `seen`.

    A language is suggested only until somebody has said which it is. To be called in the
    transaction of the step; it locks the case.
    """
    Ticket.objects.select_for_update().get(pk=ticket.pk)
    if step == "sprak":
        later = ticket.events.filter(kind=EVENTS[Action.CORRECT_LANGUAGE])
    else:
        later = _ON_CASES.filter(ticket=ticket, target__in=_SETTLED.get(step, ()), pk__gt=seen)
    if later.exists():
        raise TicketError(
            _("Somebody has decided this meanwhile. Look at the case before you change it.")
        )


def settle(
    ticket: Ticket, step: str, *, product_before: int | None, by: User, now: datetime
) -> None:
    """After a step was done: keep what the person chose as the labels of the case.

    Where the product is another than `product_before`, suggestions are found for it.
    """
    if step == "ikke-en-sak":
        services.decide(ticket=ticket, target=CASE_TYPE, label=NOT_A_CASE, by=by, now=now)
    for target in _SETTLED.get(step, ()):
        label = stands(ticket, target)
        services.decide(ticket=ticket, target=target, label=label, by=by, now=now)
    if ticket.product_id != product_before:
        look_again(ticket)
