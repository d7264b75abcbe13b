"""The mail of a digest: plain text made for reading, in its receiver's language."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import ngettext

from cms.community import digests, stopping
from cms.community.anchors import anchor_of
from cms.community.digests import Digest, Part
from cms.community.letters import Letter, page_address, tidy
from cms.community.models import Subscription
from dispatch.mail import looks_over, queue_mail
from dispatch.models import Mail

KIND = SUBJECT = "digest"


def send_due(now: datetime) -> int:
    """Queue the digests whose turn it is; returns how many mails there were."""
    return sum(_send(row, now) for row in digests.due(now))


@transaction.atomic
def _send(row: Subscription, now: datetime) -> bool:
    digest = digests.take_turn(row, now=now)
    if digest is None:
        return False
    letter = write(row, digest)
    queue_mail(
        to=row.user.email,
        subject=letter.subject,
        text=letter.text,
        language=row.user.language,
        kind=KIND,
        key=digests.key_of(row),
        about={
            "subscription": row.pk,
            "since": digest.since.isoformat(),
            "until": digest.until.isoformat(),
        },
        stop_address=stopping.address(user=row.user),
    )
    return True


def write(row: Subscription, digest: Digest) -> Letter:
    """The mail of a digest."""
    user = row.user
    with translation.override(user.language):
        context = {
            "name": user.name,
            "owner": settings.SITE_OWNER,
            "since": timezone.localtime(digest.since),
            "until": timezone.localtime(digest.until),
            "digest": digest,
            "asked": _questions(digest.asked),
            "solved": _questions(digest.solved),
            "unanswered": _questions(digest.unanswered),
            "official": [
                (answer, _address(answer.question) + anchor_of(answer.question, answer.pk))
                for answer in digest.official.rows
            ],
            "articles": [(page, settings.PUBLIC_URL + page.url) for page in digest.articles.rows],
            "community": page_address("community"),
            "choices": page_address("digest"),
            "stop": stopping.address(user=user),
        }
        subject = ngettext(
            "Digest from Veiviser: %(count)d new thing",
            "Digest from Veiviser: %(count)d new things",
            digest.count,
        ) % {"count": digest.count}
        text = tidy(render_to_string("community/mail/digest.txt", context))
        return Letter(subject=subject, text=text)


def _questions(part: Part) -> list[tuple]:
    return [(question, _address(question)) for question in part.rows]


def _address(question) -> str:
    return page_address("community_question", question.pk, question.slug)


@looks_over(SUBJECT)
def look_at_digest(mail: Mail) -> bool:
    """Whether the digest is still wanted; written anew without what has gone out of sight."""
    rows = Subscription.objects.select_related("user")
    row = rows.filter(pk=mail.about["subscription"], next_at__isnull=False).first()
    if row is None or not row.user.is_active:
        return False
    since, until = (datetime.fromisoformat(mail.about[name]) for name in ("since", "until"))
    digest = digests.gather(row, since=since, until=until)
    if not digest.count:
        return False
    letter = write(row, digest)
    mail.to, mail.subject, mail.text = row.user.email, letter.subject, letter.text
    return True
