"""Drafts: kept, continued after sign-in, sent once, thrown away, and cleaned when old."""

from __future__ import annotations

import os
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone

from accounts.drafts import KEPT_OWNED, KEPT_UNOWNED, DraftTaken
from dispatch.jobs import _recurring
from tests.triage.tickets.desk import NOW, opened
from tests.triage.tickets.test_files import PDF, PNG, upload
from triage.intake import cleaning, drafts, web
from triage.intake.drafts import adopt_drafts, save_draft
from triage.intake.models import Draft, DraftFile
from triage.tickets.files import FileRefused, examine
from triage.tickets.models import Attachment, Message, Ticket

pytestmark = pytest.mark.django_db(transaction=False)

NUMBER = "13097248022"
COMPLETE = {
    "subject": "Får ikke token",
    "body": "Vi får en feil og vet ikke hvorfor.",
    "case_type": "question",
    "organisation": 0,
}


def written(user=None, *, key=None, now=NOW, **values) -> Draft:
    return save_draft(key=key or uuid4(), values=values, now=now, user=user)


def with_files(draft: Draft, *uploads) -> Draft:
    drafts.add_files(draft=draft, files=[examine(item) for item in uploads], now=NOW)
    return draft


def bytes_kept() -> list[str]:
    place = drafts.storage()
    try:
        return place.listdir(drafts.FOLDER)[1]
    except FileNotFoundError:
        return []


# --- writing ------------------------------------------------------------------------------------


def test_values_are_added_to_what_was_there(desk):
    draft = written(desk.people.asker, subject="En")
    draft = written(desk.people.asker, key=draft.pk, body="To", now=NOW + timedelta(hours=1))
    assert draft.data == {"subject": "En", "body": "To"}
    assert (draft.created_at, draft.changed_at) == (NOW, NOW + timedelta(hours=1))


def test_identity_numbers_never_come_to_rest_however_deep_they_lie(desk):
    draft = written(
        desk.people.asker, subject=f"for {NUMBER}", details={"error_text": f"a {NUMBER}"}, impact=2
    )
    assert NUMBER not in str(Draft.objects.get(pk=draft.pk).data)
    assert draft.data["impact"] == 2


def test_somebody_elses_key_is_taken(desk):
    draft = written(desk.people.asker, subject="Min")
    for other in (desk.people.member, None):
        with pytest.raises(DraftTaken):
            written(other, key=draft.pk, subject="Kapret")
    assert Draft.objects.get().data["subject"] == "Min"


def test_a_draft_without_an_owner_is_for_who_holds_its_key(desk):
    draft = written(subject="Uten navn")
    held = [str(draft.pk), "tull"]
    assert drafts.find_draft(draft.pk, user=None, held=held) == draft
    assert drafts.find_draft(draft.pk, user=None, held=[]) is None
    assert list(drafts.drafts_of(user=desk.people.asker, held=held)) == [draft]


def test_replies_are_not_listed_among_the_new_cases(desk):
    ticket = opened(desk)
    asker = desk.people.asker
    reply = save_draft(key=uuid4(), values={"body": "x"}, now=NOW, user=asker, ticket=ticket)
    assert not drafts.drafts_of(user=asker).exists()
    assert drafts.reply_draft(ticket=ticket, user=asker) == reply
    assert drafts.reply_draft(ticket=ticket, user=desk.people.contact) is None


# --- after sign-in ------------------------------------------------------------------------------


def test_drafts_begun_before_sign_in_become_the_persons_once(desk):
    draft, other = written(subject="Min"), written(subject="En annens")
    held = [str(draft.pk)]
    assert adopt_drafts(user=desk.people.asker, held=held, now=NOW) == [draft]
    assert adopt_drafts(user=desk.people.member, held=held, now=NOW) == []
    draft.refresh_from_db()
    other.refresh_from_db()
    assert (draft.owner, other.owner) == (desk.people.asker, None)


def test_what_goes_on_is_laid_into_the_draft_it_goes_on_from(desk):
    asker = desk.people.asker
    first = with_files(
        written(asker, subject="Før", details={"a": "1", "b": "2"}), upload("a.png", PNG)
    )
    later = save_draft(
        key=uuid4(),
        values={"subject": "Etter", "details": {"b": "3"}},
        now=NOW,
        continues=first.pk,
    )
    with_files(later, upload("a.png", PNG), upload("b.pdf", PDF))
    assert adopt_drafts(user=asker, held=[str(later.pk)], now=NOW) == [first]
    first.refresh_from_db()
    assert first.data == {"subject": "Etter", "details": {"a": "1", "b": "3"}}
    assert sorted(first.files.values_list("name", flat=True)) == ["a.png", "b.pdf"]
    assert [item.content.read() for item in drafts.stored_files(first)] == [PNG, PDF]
    assert Draft.objects.count() == 1


def test_what_goes_on_from_somebody_elses_draft_is_a_draft_of_its_own(desk):
    first = written(desk.people.asker, subject="Askers")
    later = save_draft(key=uuid4(), values={"subject": "Ny"}, now=NOW, continues=first.pk)
    [adopted] = adopt_drafts(user=desk.people.member, held=[str(later.pk)], now=NOW)
    assert (adopted.pk, adopted.owner) == (later.pk, desk.people.member)
    first.refresh_from_db()
    assert first.data["subject"] == "Askers"


# --- files --------------------------------------------------------------------------------------


def test_the_same_file_twice_is_kept_once(desk):
    draft = written(desk.people.asker)
    with_files(draft, upload("a.png", PNG), upload("a.png", PNG))
    with_files(draft, upload("a.png", PNG))
    assert draft.files.count() == 1 == len(bytes_kept())


def test_too_many_files_are_refused_together(desk, settings):
    settings.ATTACHMENT_MAX_COUNT = 1
    draft = with_files(written(desk.people.asker), upload("a.png", PNG))
    with pytest.raises(FileRefused):
        with_files(draft, upload("b.pdf", PDF))
    assert draft.files.count() == 1 == len(bytes_kept())


def test_a_removed_file_takes_its_bytes_along_and_no_others(
    desk, django_capture_on_commit_callbacks
):
    draft = with_files(written(desk.people.asker), upload("a.png", PNG), upload("b.png", PNG))
    gone = draft.files.get(name="a.png")
    with django_capture_on_commit_callbacks(execute=True):
        assert drafts.remove_file(draft=draft, file_id=gone.pk, now=NOW)
        assert not drafts.remove_file(draft=draft, file_id=gone.pk, now=NOW)
    assert len(bytes_kept()) == 1
    assert drafts.stored_files(draft)[0].content.read() == PNG


def test_a_file_whose_bytes_are_gone_is_left_out(desk):
    draft = with_files(written(desk.people.asker), upload("a.png", PNG))
    drafts.storage().delete(draft.files.get().path)
    assert drafts.stored_files(draft) == []


# --- sending ------------------------------------------------------------------------------------


def test_a_draft_becomes_a_case_and_is_gone_with_its_bytes(
    desk, django_capture_on_commit_callbacks
):
    asker = desk.people.asker
    draft = with_files(written(asker, **COMPLETE), upload("a.png", PNG))
    with django_capture_on_commit_callbacks(execute=True):
        ticket = web.send_case(key=draft.pk, by=asker, now=NOW)
    assert web.send_case(key=draft.pk, by=asker, now=NOW) == ticket
    assert Ticket.objects.count() == 1 and not Draft.objects.exists()
    assert bytes_kept() == []
    assert Attachment.objects.get().file.read() == PNG


def test_a_draft_that_lacks_something_is_not_sent(desk):
    for lacking in ("subject", "body", "case_type", "organisation"):
        values = {name: value for name, value in COMPLETE.items() if name != lacking}
        draft = written(desk.people.asker, **values)
        with pytest.raises(web.NotComplete):
            web.send_case(key=draft.pk, by=desk.people.asker, now=NOW)
    assert not Ticket.objects.exists()


def test_somebody_elses_draft_cannot_be_sent_nor_their_case_found(desk):
    draft = written(desk.people.asker, **COMPLETE)
    with pytest.raises(Draft.DoesNotExist):
        web.send_case(key=draft.pk, by=desk.people.member, now=NOW)
    web.send_case(key=draft.pk, by=desk.people.asker, now=NOW)
    assert web.sent_case(draft.pk, by=desk.people.member) is None


def test_a_draft_left_beside_its_case_leads_to_it_and_goes(desk):
    asker = desk.people.asker
    draft = written(asker, **COMPLETE)
    ticket = opened(desk, submission_key=draft.pk)
    assert web.send_case(key=draft.pk, by=asker, now=NOW) == ticket
    assert not Draft.objects.exists()


def test_a_product_that_is_gone_meanwhile_is_as_if_it_was_not_known(desk):
    draft = written(desk.people.asker, **COMPLETE, product="finnes-ikke")
    assert web.send_case(key=draft.pk, by=desk.people.asker, now=NOW).product is None


def test_a_fault_in_a_reply_leaves_the_draft(desk, monkeypatch):
    asker, ticket = desk.people.asker, opened(desk)
    draft = save_draft(key=uuid4(), values={"body": "Svar"}, now=NOW, user=asker, ticket=ticket)
    with_files(draft, upload("a.png", PNG))

    def fault(*args, **kwargs):
        raise RuntimeError("stopped")

    monkeypatch.setattr(web, "discard", fault)
    with pytest.raises(RuntimeError):
        web.send_reply(key=draft.pk, ticket=ticket, by=asker, now=NOW)
    assert not Message.objects.filter(body="Svar").exists()
    assert Draft.objects.get().files.count() == 1


def test_a_reply_without_a_draft_is_either_sent_already_or_unknown(desk):
    asker, ticket = desk.people.asker, opened(desk)
    draft = save_draft(key=uuid4(), values={"body": "Svar"}, now=NOW, user=asker, ticket=ticket)
    for _press in range(2):
        web.send_reply(key=draft.pk, ticket=ticket, by=asker, now=NOW)
    assert Message.objects.filter(body="Svar").count() == 1
    with pytest.raises(Draft.DoesNotExist):
        web.send_reply(key=uuid4(), ticket=ticket, by=asker, now=NOW)


# --- cleaning -----------------------------------------------------------------------------------


def test_old_drafts_go_with_their_files_and_younger_ones_stay(
    desk, django_capture_on_commit_callbacks
):
    asker, minute = desk.people.asker, timedelta(minutes=1)
    old = with_files(written(asker, now=NOW - KEPT_OWNED - minute), upload("gammel.png", PNG))
    Draft.objects.filter(pk=old.pk).update(changed_at=NOW - KEPT_OWNED - minute)
    written(now=NOW - KEPT_UNOWNED - minute)
    young = [
        written(asker, now=NOW - KEPT_OWNED + minute),
        written(now=NOW - KEPT_UNOWNED + minute),
    ]
    with django_capture_on_commit_callbacks(execute=True):
        cleaning.remove_old_drafts(NOW)
    assert set(Draft.objects.values_list("pk", flat=True)) == {draft.pk for draft in young}
    assert bytes_kept() == []


def test_the_cleaning_recurs():
    assert "remove old drafts" in _recurring


def test_bytes_no_draft_names_go_a_day_later_and_named_ones_stay(desk):
    draft = with_files(written(desk.people.asker), upload("a.png", PNG))
    place = drafts.storage()
    left = place.save(f"{drafts.FOLDER}/rest", ContentFile(b"rest"))
    for path in (left, draft.files.get().path):
        day_ago = (timezone.now() - timedelta(days=2)).timestamp()
        os.utime(place.path(path), (day_ago, day_ago))
    fresh = place.save(f"{drafts.FOLDER}/fersk", ContentFile(b"fersk"))
    assert cleaning.remove_left_over_bytes(timezone.now()) == 1
    assert place.exists(fresh) and place.exists(draft.files.get().path)
    assert not place.exists(left)


def test_cleaning_an_empty_place_does_nothing(db):
    assert cleaning.remove_left_over_bytes(timezone.now()) == 0


def test_throwing_a_draft_away_never_takes_a_sent_file_along(
    desk, django_capture_on_commit_callbacks
):
    asker = desk.people.asker
    sent = with_files(written(asker, **COMPLETE), upload("a.png", PNG))
    thrown = with_files(written(asker, **COMPLETE), upload("a.png", PNG))
    with django_capture_on_commit_callbacks(execute=True):
        web.send_case(key=sent.pk, by=asker, now=NOW)
        drafts.discard(draft=thrown)
    assert Attachment.objects.get().file.read() == PNG
    assert not DraftFile.objects.exists()


def test_a_change_that_is_rolled_back_keeps_the_bytes(desk, django_capture_on_commit_callbacks):
    draft = with_files(written(desk.people.asker), upload("a.png", PNG))
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(RuntimeError),
        transaction.atomic(),
    ):
        drafts.discard(draft=draft)
        raise RuntimeError("stopped before the commit")
    assert len(bytes_kept()) == 1 and Draft.objects.filter(pk=draft.pk).exists()
    assert connection.is_usable()
