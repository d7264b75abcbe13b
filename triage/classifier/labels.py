"""What the classifier may say about a case: five questions and the labels each may get. Pure.

`PRODUCT` is a slug of the shared vocabulary, the small products under "annet"; `CASE_TYPE` one of
the kinds of case, "not_a_case" among them; `TEAM` the slug of the team that should have the case,
where the first line is `FIRST_LINE`; `PRIORITY` impact and urgency, "2x3", which make a priority;
`TOPIC` a product and a topic of it, "id-porten/id-innlogging".
"""

from __future__ import annotations

from triage.tickets.kinds import CaseType
from triage.tickets.priority import IMPACTS, URGENCIES

PRODUCT, CASE_TYPE, TEAM, PRIORITY = "product", "case_type", "team", "priority"
TOPIC = "topic"
TARGETS = (PRODUCT, CASE_TYPE, TEAM, PRIORITY, TOPIC)
NEEDED = (PRODUCT, CASE_TYPE, TEAM)  # a classifier can do without the others
FIRST_LINE = "servicedesk"
NOT_A_CASE = CaseType.NOT_A_CASE.value
SMALL_PRODUCTS = "annet"

PRODUCTS = (
    "altinn-studio",
    "autorisasjon",
    "samtykke",
    "dialogporten",
    "arbeidsflate",
    "melding",
    "varsling",
    "altinn2",
    "maskinporten",
    "id-porten",
    "portalen",
    "avtale",
    SMALL_PRODUCTS,
)
LABELS: dict[str, tuple[str, ...]] = {
    PRODUCT: PRODUCTS,
    CASE_TYPE: tuple(kind.value for kind in CaseType),
    TEAM: (),  # those the training cases name
    PRIORITY: tuple(f"{impact}x{urgency}" for impact in IMPACTS for urgency in URGENCIES),
    TOPIC: (),  # those the training cases name
}


def product_label(slug: str | None) -> str:
    """The label of a product: itself, or the small ones together; "" when there is none."""
    if not slug:
        return ""
    return slug if slug in PRODUCTS else SMALL_PRODUCTS


def topic_label(product: str | None, topic: str | None) -> str:
    """The label of a topic by the slugs of its product and its own; "" when either is missing."""
    return f"{product}/{topic}" if product and topic else ""


def team_label(slug: str, is_first_line: bool) -> str:
    """The label of a team: its slug, or that of the first line, whatever a site calls its own."""
    return FIRST_LINE if is_first_line else slug


def product_of_topic(label: str) -> str:
    """The label of the product a topic belongs to, by the label of the topic."""
    return product_label(label.partition("/")[0])


class UnknownLabel(ValueError):
    """A training text has a label that is not in the label set."""


def check_label(target: str, label: str, where: str) -> str:
    """The label, or UnknownLabel naming `where` it stands."""
    if LABELS[target] and label not in LABELS[target]:
        raise UnknownLabel(f"{where}: {label!r} is no {target} the classifier knows")
    return label
