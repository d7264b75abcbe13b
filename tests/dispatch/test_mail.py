"""Mails through a real SMTP server on loopback: whole, once, and not to whom they are not meant."""

import email
import socket
from datetime import timedelta
from email.policy import default
from smtplib import SMTPServerDisconnected

import pytest
from aiosmtpd.controller import Controller
from django.db import transaction

from dispatch import mail, outbox
from dispatch.models import Mail, OutboxRow

pytestmark = [pytest.mark.django_db, pytest.mark.smtp]

SUBJECT = "Saken din er løst – æøå"
TEXT = "Hei!\n\nSvaret ligger her: http://127.0.0.1:8000/saker/V-00012/\n.\nHilsen oss"


class Postbox:
    """What an SMTP server received; it refuses the receivers it is told to refuse."""

    def __init__(self) -> None:
        self.messages: list[email.message.EmailMessage] = []
        self.receivers: list[list[str]] = []
        self.refused: set[str] = set()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refused:
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.messages.append(email.message_from_bytes(envelope.content, policy=default))
        self.receivers.append(list(envelope.rcpt_tos))
        return "250 Taken"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(postbox: Postbox, port: int) -> Controller:
    server = Controller(postbox, hostname="127.0.0.1", port=port, ready_timeout=60)
    server.start()
    return server


@pytest.fixture
def port(settings) -> int:
    """The site is told to send by a server on this port of loopback."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.MAIL_IS_SENT = True
    settings.PUBLIC_URL = "https://veiviser.example"
    return settings.EMAIL_PORT


@pytest.fixture
def postbox(port):
    box = Postbox()
    server = serve(box, port)
    yield box
    server.stop()


def queue(to: str = "kari@tindvik.example", **fields) -> None:
    fields = {
        "subject": SUBJECT,
        "text": TEXT,
        "language": "nb",
        "kind": "resolved",
        **fields,
    }
    mail.queue_mail(to=to, **fields)


def drain(now, **later) -> int:
    return outbox.drain(now + timedelta(seconds=1, **later), topics=["mail"])


def test_mail_arrives_whole(postbox, now, settings):
    queue(language="nn")
    assert drain(now) == 1

    [message], kept = postbox.messages, Mail.objects.get()
    assert postbox.receivers == [["kari@tindvik.example"]]
    assert message["Subject"] == SUBJECT
    assert message["From"] == settings.DEFAULT_FROM_EMAIL
    assert message["To"] == "kari@tindvik.example"
    assert message.get_content().replace("\r\n", "\n").rstrip("\n") == TEXT
    assert kept.sent_at is not None


def test_mail_says_that_a_machine_wrote_it_and_in_which_language(postbox, now):
    queue(language="nn")
    drain(now)
    [message] = postbox.messages
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Content-Language"] == "nn"
    assert message["Message-ID"] == f"<veiviser-{Mail.objects.get().pk}@veiviser.example>"


def test_mail_sent_twice_by_a_killed_worker_is_seen_as_one(postbox, now):
    queue()
    drain(now)
    Mail.objects.update(sent_at=None)  # killed between sending and noting it
    OutboxRow.objects.update(delivered_at=None)
    drain(now, minutes=2)
    assert len(postbox.messages) == 2
    assert len({message["Message-ID"] for message in postbox.messages}) == 1


def test_line_breaks_in_a_subject_add_no_header(postbox, now):
    queue(subject="Ny sak\r\nBcc: alle@tindvik.example\r\n\r\nTekst")
    drain(now)
    [message] = postbox.messages
    assert message["Bcc"] is None
    assert message["Subject"] == "Ny sak Bcc: alle@tindvik.example Tekst"
    assert postbox.receivers == [["kari@tindvik.example"]]


def test_mail_with_line_breaks_in_its_receiver_never_leaves(postbox, now):
    queue(to="kari@tindvik.example\nBcc: alle@tindvik.example")
    queue(to="ola@tindvik.example")
    assert drain(now) == 1
    assert postbox.receivers == [["ola@tindvik.example"]]
    assert OutboxRow.objects.get(delivered_at=None).last_error == "ValueError"


def test_server_that_is_down_is_tried_again_later(port, now):
    queue()
    assert drain(now) == 0
    row = OutboxRow.objects.get()
    assert (row.attempts, row.last_error) == (1, "ConnectionRefusedError")
    assert Mail.objects.get().sent_at is None

    box = Postbox()
    server = serve(box, port)
    try:
        assert drain(now) == 0  # its time has not come
        assert drain(now, minutes=2) == 1
    finally:
        server.stop()
    assert len(box.messages) == 1


def test_receiver_the_server_refuses_does_not_hold_up_the_others(postbox, now):
    postbox.refused = {"borte@tindvik.example"}
    for receiver in ("kari", "borte", "ola"):
        queue(to=f"{receiver}@tindvik.example")
    assert drain(now) == 2
    assert postbox.receivers == [["kari@tindvik.example"], ["ola@tindvik.example"]]
    assert OutboxRow.objects.get(delivered_at=None).last_error == "SMTPRecipientsRefused"


def test_mails_sent_before_the_server_broke_down_are_not_sent_again(postbox, now, monkeypatch):
    for receiver in ("kari", "ola"):
        queue(to=f"{receiver}@tindvik.example")
    real, broken = mail.message_for, {"yes": True}

    def break_on_the_second(row):
        if row.to.startswith("ola") and broken["yes"]:
            raise SMTPServerDisconnected
        return real(row)

    monkeypatch.setattr(mail, "message_for", break_on_the_second)
    assert drain(now) == 1
    broken["yes"] = False
    assert drain(now, minutes=2) == 1
    assert postbox.receivers == [["kari@tindvik.example"], ["ola@tindvik.example"]]


def test_without_a_server_mails_are_kept_and_not_sent(now, settings, mailoutbox):
    settings.MAIL_IS_SENT = False
    queue()
    assert drain(now) == 1
    assert mailoutbox == []
    assert (Mail.objects.get().subject, Mail.objects.get().sent_at) == (SUBJECT, None)


def test_mail_with_a_key_is_queued_once(now):
    for _time in range(2):
        queue(key="receipt-12")
    queue(key="receipt-13")
    assert Mail.objects.count() == OutboxRow.objects.filter(topic="mail").count() == 2


def test_mail_is_not_queued_when_the_change_is_undone(now):
    with pytest.raises(ValueError), transaction.atomic():  # noqa: PT012
        queue()
        raise ValueError
    assert not Mail.objects.exists()
    assert not OutboxRow.objects.filter(topic="mail").exists()
