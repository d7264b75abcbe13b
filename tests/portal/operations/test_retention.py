"""Sessions and invitations are gone when nobody needs them any longer."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import Invitation
from accounts.services import INVITATION_STANDS, token_hash
from portal.operations.retention import clear_ended_sessions, forget_old_invitations
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db


def test_sessions_that_ran_out_are_removed_with_what_was_written_in_them():
    for text, length in (("gammel", -60), ("i bruk", 3600)):
        session = SessionStore()
        session["kept_fields"] = {"fields": {"body": [text]}}
        session.set_expiry(length)
        session.save()
    clear_ended_sessions(timezone.now())
    [left] = Session.objects.all()
    assert left.get_decoded()["kept_fields"] == {"fields": {"body": ["i bruk"]}}


def test_addresses_of_people_invited_long_ago_are_forgotten():
    now = timezone.now()
    organisation, by = make_organisation(), make_user()
    for days in (5, 20, 60, 120):
        at = now - timedelta(days=days)
        Invitation.objects.create(
            organisation=organisation,
            email=f"for-{days}-dager@tindvik.example",
            invited_by=by,
            token_hash=token_hash(str(days)),
            created_at=at,
            expires_at=at + INVITATION_STANDS,
        )
    forget_old_invitations(now)
    assert sorted(Invitation.objects.values_list("email", flat=True)) == [
        "for-20-dager@tindvik.example",
        "for-5-dager@tindvik.example",
        "for-60-dager@tindvik.example",
    ]
