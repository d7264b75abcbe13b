"""What the pages about asking for help show, ready to print."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.drafts import KEPT_OWNED, KEPT_UNOWNED
from accounts.models import Organisation, User
from portal.cases.forms import CASE_TYPES, IMPACTS, URGENCIES
from taxonomy.models import Product
from triage.intake.content import CaseContent, read_content
from triage.intake.details import details
from triage.intake.models import Draft
from triage.tickets.codes import Environment
from triage.tickets.kinds import CaseType


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """A draft one can go on with."""

    key: UUID
    title: str
    address: str
    changed_at: datetime
    kept_until: datetime


def draft_lines(rows: Iterable[Draft]) -> list[DraftLine]:
    """Drafts with where to go on."""
    return [_draft_line(draft) for draft in rows]


def _draft_line(draft: Draft) -> DraftLine:
    content = read_content(draft.data)
    step = "ask_details" if content.has_words else "ask_draft"
    kept: timedelta = KEPT_OWNED if draft.owner_id else KEPT_UNOWNED
    return DraftLine(
        key=draft.pk,
        title=content.subject.strip() or content.body.strip()[:80] or _("Nothing written yet"),
        address=reverse(step, args=[draft.pk]),
        changed_at=draft.changed_at,
        kept_until=draft.changed_at + kept,
    )


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A case before it is sent: the words, the facts as question and answer, who will see it."""

    subject: str
    body: str
    facts: list[tuple[str, str]]
    organisation: str
    readers: list[str]


def summary(content: CaseContent, user: User) -> Summary:
    """The last look at a case. The product and the organisation are read once each."""
    product = Product.objects.filter(slug=content.product).first() if content.product else None
    organisation = (
        Organisation.objects.filter(pk=content.organisation, pk__in=user.organisation_ids).first()
        if content.organisation
        else None
    )
    return Summary(
        subject=content.subject,
        body=content.body,
        facts=_facts(content, product),
        organisation=organisation.name if organisation else "",
        readers=_readers(content, organisation),
    )


def _facts(content: CaseContent, product: Product | None) -> list[tuple[str, str]]:
    language = get_language() or "nb"
    facts = [
        (_("What it is about"), product.name if product else _("I do not know")),
        (_("Kind of case"), str(dict(CASE_TYPES)[content.case_type])),
        (_("Who is affected"), str(dict(IMPACTS)[content.impact])),
        (_("How urgent"), str(dict(URGENCIES)[content.urgency])),
    ]
    if content.environment != Environment.UNKNOWN:
        facts.append((_("Environment"), str(Environment(content.environment).label)))
    fields = details().fields
    facts += [(fields[slug].label(language), text) for slug, text in content.answered_details()]
    return facts


def _readers(content: CaseContent, organisation: Organisation | None) -> list[str]:
    """Who will be able to read the case, one sentence each."""
    readers = [_("You, and the colleagues you add to the case.")]
    security = content.case_type == CaseType.SECURITY_INCIDENT
    if organisation and security:
        readers.append(
            _("The contact for incidents at %(name)s. Other contacts there do not see it.")
            % {"name": organisation.name}
        )
    elif organisation:
        readers.append(_("The contacts at %(name)s.") % {"name": organisation.name})
    if security:
        readers.append(
            _("Only the first line, and those of us who handle security. It is not open to others.")
        )
    else:
        readers.append(
            _("Our first line, and the specialist team if they need help with the answer.")
        )
    return readers
