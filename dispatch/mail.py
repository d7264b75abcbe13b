"""Mail out: queued in the caller's transaction, sent by the worker, kept for administrators.

A mail may be sent twice when the worker is killed between sending and noting it; both copies carry
the same Message-ID, so mail programs show one. Mails of a kind that somebody looks over are looked
at again right before they leave: what has changed since is changed in them, or they are dropped.
"""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone

from dispatch import outbox
from dispatch.models import Mail, OutboxRow

TOPIC = "mail"

Look = Callable[[Mail], bool]
_looks: dict[str, Look] = {}


def looks_over(subject: str) -> Callable[[Look], Look]:
    """Register a function that sees each mail whose key begins with `subject:` before it is sent.

    It may change the mail's receiver, subject and text; when it says False the mail is dropped.
    """

    def register(look: Look) -> Look:
        _looks[subject] = look
        return look

    return register


def queue_mail(
    *,
    to: str,
    subject: str,
    text: str,
    language: str,
    kind: str,
    key: str = "",
    about: dict | None = None,
    stop_address: str = "",
) -> None:
    """Queue one plain-text mail to one receiver; with a `key`, at most once for that key.

    `text` holds no case text, only what happened and a link: mail is not a safe place. `about`
    holds ids for the one who looks over such mails, `stop_address` where they are stopped by one
    press (RFC 8058).
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
        about=about or {},
        stop_address=stop_address,
    )
    with transaction.atomic():
        if key and Mail.objects.filter(key=key).exists():
            return
        mail.save()
        outbox.put(TOPIC, {"mail": mail.pk})


def message_for(mail: Mail) -> EmailMessage:
    """The message as it is sent, with headers that stop automatic replies from looping."""
    host = urlsplit(settings.PUBLIC_URL).hostname
    headers = {
        "Message-ID": f"<veiviser-{mail.pk}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": mail.language,
    }
    if mail.stop_address:
        headers["List-Unsubscribe"] = f"<{mail.stop_address}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(subject=mail.subject, body=mail.text, to=[mail.to], headers=headers)


@outbox.handles(TOPIC)
def send(rows: Sequence[OutboxRow]) -> None:
    """Send the mails that are not sent yet; without a mail server they are only kept."""
    wanted = [row.payload["mail"] for row in rows]
    unsent = Mail.objects.filter(pk__in=wanted, sent_at__isnull=True, dropped_at__isnull=True)
    mails = [mail for mail in unsent.order_by("pk") if _still_holds(mail)]
    if not settings.MAIL_IS_SENT:
        return
    with get_connection() as server:
        for mail in mails:
            message = message_for(mail)
            message.connection = server
            message.send()
            Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now())


def _still_holds(mail: Mail) -> bool:
    """Let the one who looks over such mails see it; a dropped one keeps nothing that was in it."""
    look = _looks.get(mail.key.partition(":")[0])
    if look is None:
        return True
    before = (mail.to, mail.subject, mail.text)
    if not look(mail):
        Mail.objects.filter(pk=mail.pk, sent_at__isnull=True).update(
            dropped_at=timezone.now(), subject="", text=""
        )
        return False
    if (mail.to, mail.subject, mail.text) != before:
        mail.save(update_fields=["to", "subject", "text"])
    return True
