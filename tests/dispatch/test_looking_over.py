"""Mails that somebody looks over: changed or dropped right before they leave, at every attempt."""

from datetime import timedelta

import pytest
from django.core import mail as letterbox
from django.utils import timezone

from dispatch import mail, outbox
from dispatch.models import Mail, OutboxRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(settings, monkeypatch) -> list:
    """What the one who looks over says, in turn: a new text, or False; the last one stays."""
    settings.MAIL_IS_SENT = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    said: list = []

    def look(found: Mail) -> bool:
        answer = said.pop(0) if len(said) > 1 else said[0]
        if answer:
            found.to, found.subject, found.text = "ny@tindvik.example", "Nytt emne", answer
        return bool(answer)

    monkeypatch.setitem(mail._looks, "test", look)
    return said


def queued(key: str = "test:1") -> Mail:
    values = {"to": "kari@tindvik.example", "subject": "Emne", "text": "Tekst", "language": "nb"}
    mail.queue_mail(kind="thread", key=key, stop_address="https://veiviser.example/s/", **values)
    return Mail.objects.get(key=key)


def test_what_the_looker_changes_is_what_is_sent_and_kept(answers):
    answers.append("Ny tekst")
    queued()
    outbox.drain(timezone.now(), topics=["mail"])
    (sent,) = letterbox.outbox
    assert (sent.to, sent.subject, sent.body) == (["ny@tindvik.example"], "Nytt emne", "Ny tekst")
    kept = Mail.objects.get()
    assert (kept.to, kept.subject, kept.text) == ("ny@tindvik.example", "Nytt emne", "Ny tekst")
    assert kept.sent_at is not None


def test_a_dropped_mail_is_not_sent_keeps_no_text_and_is_not_looked_at_again(answers):
    answers.append(False)
    queued()
    outbox.drain(timezone.now(), topics=["mail"])
    kept = Mail.objects.get()
    assert letterbox.outbox == []
    assert (kept.subject, kept.text, kept.sent_at) == ("", "", None)
    first = kept.dropped_at
    OutboxRow.objects.update(delivered_at=None, next_attempt_at=timezone.now())
    answers[0] = "Ny tekst"
    outbox.drain(timezone.now(), topics=["mail"])
    assert letterbox.outbox == []
    assert Mail.objects.get().dropped_at == first


def test_mails_nobody_looks_over_are_sent_as_they_are(answers):
    answers.append(False)
    queued(key="other:1")
    outbox.drain(timezone.now(), topics=["mail"])
    assert [sent.body for sent in letterbox.outbox] == ["Tekst"]


def test_without_a_mail_server_a_mail_is_dropped_all_the_same(answers, settings):
    settings.MAIL_IS_SENT = False
    answers.append(False)
    queued()
    outbox.drain(timezone.now(), topics=["mail"])
    assert Mail.objects.get().dropped_at is not None


def test_while_the_mail_server_is_away_the_mail_waits_and_is_looked_at_anew(
    answers, monkeypatch, settings
):
    class Away:
        def __enter__(self):
            raise ConnectionRefusedError

        def __exit__(self, *_error):
            return False

    answers.extend(["Ny tekst", False])
    queued()
    now = timezone.now()
    with monkeypatch.context() as patched:
        patched.setattr(mail, "get_connection", Away)
        assert outbox.drain(now, topics=["mail"]) == 0
    row = OutboxRow.objects.get()
    assert (row.delivered_at, row.last_error) == (None, "ConnectionRefusedError")
    assert Mail.objects.get().sent_at is None
    outbox.drain(now + timedelta(hours=1), topics=["mail"])
    assert letterbox.outbox == []
    assert Mail.objects.get().dropped_at is not None


def test_a_looker_that_fails_keeps_its_mail_back_and_shows_why(answers, monkeypatch):
    def fail(_mail):
        raise LookupError

    monkeypatch.setitem(mail._looks, "bad", fail)
    answers.append("Ny tekst")
    queued("bad:1")
    queued("test:2")
    outbox.drain(timezone.now(), topics=["mail"])
    assert [sent.body for sent in letterbox.outbox] == ["Ny tekst"]
    assert OutboxRow.objects.get(delivered_at=None).last_error == "LookupError"
