"""What a draft of a case says, read from its stored values whatever they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from triage.intake.details import ENVIRONMENT, details
from triage.tickets.codes import Environment
from triage.tickets.kinds import CaseType
from triage.tickets.written import written_in

LONGEST_SUBJECT = 200
NO_ORGANISATION = 0


@dataclass(frozen=True, kw_only=True)
class CaseContent:
    """A case being written. `product` is a slug, "" when the person does not know.

    `organisation` is an id, NO_ORGANISATION for none, and None until it has been chosen;
    `case_type` is "" until then too.
    """

    product: str = ""
    subject: str = ""
    body: str = ""
    case_type: str = ""
    impact: int = 3
    urgency: int = 3
    environment: str = Environment.UNKNOWN
    organisation: int | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_words(self) -> bool:
        """Whether subject and text are written: step 1 is done."""
        return bool(self.subject.strip() and self.body.strip())

    @property
    def is_complete(self) -> bool:
        """Whether it can be sent: step 2 is done too."""
        return self.has_words and bool(self.case_type) and self.organisation is not None

    @property
    def text(self) -> str:
        """Subject and text, to be looked up or classified."""
        return f"{self.subject}\n{self.body}".strip()

    def language(self, fallback: str) -> str:
        """The language it is written in; `fallback` where the words are too few to tell."""
        return written_in(self.text).language or fallback

    def answered_details(self) -> list[tuple[str, str]]:
        """Slug and answer of what was asked for this product and answered, in order."""
        asked = [detail.slug for detail in details().asked_for(self.product)]
        return [(slug, self.details[slug]) for slug in asked if self.details.get(slug, "").strip()]


def read_content(data: Mapping[str, Any]) -> CaseContent:
    """The content of a draft; what is missing or of a wrong type is as if it was never written."""
    organisation = data.get("organisation")
    answers = data.get("details")
    return CaseContent(
        product=_text(data, "product"),
        subject=_text(data, "subject"),
        body=_text(data, "body"),
        case_type=_one_of(data, "case_type", CaseType, ""),
        impact=_grade(data, "impact"),
        urgency=_grade(data, "urgency"),
        environment=_one_of(data, ENVIRONMENT, Environment.values, Environment.UNKNOWN),
        organisation=organisation if _is_count(organisation) else None,
        details=_texts(answers) if isinstance(answers, Mapping) else {},
    )


def _text(data: Mapping, name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _texts(data: Mapping) -> dict[str, str]:
    return {str(key): value for key, value in data.items() if isinstance(value, str)}


def _one_of(data: Mapping, name: str, values, default: str) -> str:
    value = _text(data, name)
    return value if value in list(values) else default


def _grade(data: Mapping, name: str) -> int:
    value = data.get(name)
    return value if _is_count(value) and value in (1, 2, 3) else 3


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
