"""Mail out: queued in the caller's transaction, sent by the worker, kept for administrators.

A mail may be sent twice when the worker is killed between sending and noting it; both copies carry
the same Message-ID, so mail programs show one.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone

from dispatch import outbox
from dispatch.models import Mail, OutboxRow

TOPIC = "mail"


def queue_mail(
    *, to: str, subject: str, text: str, language: str, kind: str, key: str = ""
) -> None:
    """Queue one plain-text mail to one receiver; with a `key`, at most once for that key.

    `text` holds no case text, only what happened and a link: mail is not a safe place.
    """
    if outbox.is_history():
        return
    mail = Mail(
        to=to,
        subject=" ".join(subject.split())[:200],
        text=text,
        language=language,
        kind=kind,
        key=key,
    )
    with transaction.atomic():
        if key and Mail.objects.filter(key=key).exists():
            return
        mail.save()
        outbox.put(TOPIC, {"mail": mail.pk})


def message_for(mail: Mail) -> EmailMessage:
    """The message as it is sent, with headers that stop automatic replies from looping."""
    host = urlsplit(settings.PUBLIC_URL).hostname
    return EmailMessage(
        subject=mail.subject,
        body=mail.text,
        to=[mail.to],
        headers={
            "Message-ID": f"<veiviser-{mail.pk}@{host}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": mail.language,
        },
    )


@outbox.handles(TOPIC)
def send(rows: Sequence[OutboxRow]) -> None:
    """Send the mails that are not sent yet; without a mail server they are only kept."""
    wanted = [row.payload["mail"] for row in rows]
    mails = list(Mail.objects.filter(pk__in=wanted, sent_at__isnull=True).order_by("pk"))
    if not settings.MAIL_IS_SENT:
        return
    with get_connection() as server:
        for mail in mails:
            message = message_for(mail)
            message.connection = server
            message.send()
            Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now())
