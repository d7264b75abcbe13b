"""The drafts a visitor can go on with: a person's own, and those begun in this session."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.drafts import DraftTaken
from accounts.models import User
from portal.limits import too_many
from triage.intake import drafts
from triage.intake.models import Draft
from triage.tickets.files import FileRefused, examine_all
from triage.tickets.models import Ticket

HELD = "drafts"
MOST_HELD = 20
FILES_SIGNED_OUT = "10/h"  # forms with files
BEGUN_SIGNED_OUT = "60/h"  # drafts that are kept while they are written


def person(request: HttpRequest) -> User | None:
    """Who is signed in, or None."""
    return request.user if request.user.is_authenticated else None


def held(request: HttpRequest) -> list[str]:
    """The keys of the drafts this session has begun before sign-in."""
    return list(request.session.get(HELD, []))


def _hold(request: HttpRequest, draft: Draft) -> None:
    keys = held(request)
    if draft.owner_id is None and str(draft.pk) not in keys:
        request.session[HELD] = [*keys, str(draft.pk)][-MOST_HELD:]


def begins_too_many(request: HttpRequest, key: UUID) -> bool:
    """Whether a visitor who is not signed in begins one draft more than are kept while written."""
    begins = person(request) is None and str(key) not in held(request)
    return begins and too_many(request, "ask-begin", BEGUN_SIGNED_OUT)


def find(request: HttpRequest, key: UUID) -> Draft | None:
    """The visitor's draft with this key, or None."""
    return drafts.find_draft(key, user=person(request), held=held(request))


def own_drafts(request: HttpRequest) -> list[Draft]:
    """The drafts of new cases the visitor can go on with, last changed first."""
    if person(request) is None and not held(request):
        return []
    return list(drafts.drafts_of(user=person(request), held=held(request))[:MOST_HELD])


def write(request: HttpRequest, key: UUID, values: Mapping) -> Draft:
    """Save values in the visitor's draft with this key; another draft when the key is taken.

    Taken is also the draft of somebody whose session has ended: what they wrote goes on in a
    draft of its own, and is laid into theirs when they have signed in.
    """
    try:
        draft = _save(request, key, values)
    except DraftTaken:
        continues = key if person(request) is None else None
        draft = _save(request, uuid.uuid4(), values, continues=continues)
    _hold(request, draft)
    return draft


def _save(request: HttpRequest, key: UUID, values: Mapping, **more) -> Draft:
    return drafts.save_draft(
        key=key,
        values=values,
        now=timezone.now(),
        user=person(request),
        held=held(request),
        **more,
    )


def write_reply(request: HttpRequest, key: UUID, ticket: Ticket | None, body: str) -> Draft:
    """Save a reply that is being written in a case."""
    try:
        draft = _save(request, key, {"body": body}, ticket=ticket)
        if draft.ticket_id != (ticket.pk if ticket else None):
            raise DraftTaken
    except DraftTaken:
        draft = _save(request, uuid.uuid4(), {"body": body}, ticket=ticket)
    _hold(request, draft)
    return draft


def keep_files(request: HttpRequest, draft: Draft, name: str = "files") -> str:
    """Keep the files that came along; returns why one was refused, "" when all are kept.

    Each is looked at by itself: one that is refused does not cost the others. From visitors who are
    not signed in only so much is kept, so that nobody fills the disk.
    """
    refusal = ""
    if (
        person(request) is None
        and request.FILES
        and too_many(request, "files-signed-out", FILES_SIGNED_OUT)
    ):
        refusal = _("The files are not kept. Attach them again when you have signed in.")
        messages.warning(request, refusal)
        return refusal
    for upload in request.FILES.getlist(name):
        try:
            drafts.add_files(draft=draft, files=examine_all([upload]), now=timezone.now())
        except FileRefused as error:
            refusal = refusal or str(error)
    return refusal


def adopt(request: HttpRequest) -> list[Draft]:
    """After sign-in: the drafts begun before it become the person's. Returns them."""
    if person(request) is None or not held(request):
        return []
    adopted = drafts.adopt_drafts(user=request.user, held=held(request), now=timezone.now())
    del request.session[HELD]
    return adopted


def tell_signed_out(request: HttpRequest) -> None:
    """Say that what was written is kept although nobody was signed in."""
    messages.info(request, _("What you wrote is kept. Sign in, and you go on where you were."))
