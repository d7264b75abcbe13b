"""The draft a page is about, or where to go when there is none for this visitor."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal.cases import held
from triage.intake.models import Draft
from triage.intake.web import sent_case


def draft_or_answer(
    request: HttpRequest, key: UUID
) -> tuple[Draft, None] | tuple[None, HttpResponse]:
    """The visitor's draft of a new case with this key; or the answer when there is none.

    One that has been sent leads to its receipt, one that was laid into another to that, and a
    visitor whose session has ended to sign-in. Raises Http404 for anything else.
    """
    adopted = held.adopt(request)
    draft = held.find(request, key)
    if draft is not None and draft.ticket_id is None:
        return draft, None
    user = held.person(request)
    if user is None:
        return None, redirect_to_login(request.get_full_path())
    ticket = sent_case(key, by=user)
    if ticket is not None:
        return None, redirect("my_case_receipt", ticket_id=ticket.pk)
    own = [item for item in adopted if item.ticket_id is None]
    if own:
        return None, redirect(_same_step(request, own[-1]))
    raise Http404


def _same_step(request: HttpRequest, draft: Draft) -> str:
    """The address of the same step of another draft."""
    match = request.resolver_match
    return reverse(match.url_name, args=[draft.pk])
