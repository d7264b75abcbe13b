"""Looks at each mail about the community once more, right before it leaves.

Between queueing and sending, a post may have been hidden, a person may have read it on the site,
said no, changed their address or left. The mail follows, or is dropped.
"""

from __future__ import annotations

from django.utils import timezone

from accounts.notices import wants_mail
from cms.community import letters, notice_list, notices
from cms.community.models import Follow, Notice
from dispatch.mail import looks_over
from dispatch.models import Mail


@looks_over(letters.SUBJECT)
def look_at_notice(mail: Mail) -> bool:
    """Whether the mail about a notice is still to be sent; written anew as things stand."""
    rows = Notice.objects.select_related(
        "user", "question", "event", "answer__question", "answer__official_team"
    )
    notice = rows.filter(pk=mail.about["notice"]).first()
    if notice is None:
        return False
    if not _still_due(notice):
        Notice.objects.filter(pk=notice.pk).update(mailed=False)
        return False
    letter = letters.write_notice(notice, kind=mail.kind)
    mail.to, mail.subject, mail.text = notice.user.email, letter.subject[:200], letter.text
    return True


def _still_due(notice: Notice) -> bool:
    """Whether the person still wants the mail, may see what it is about and has not looked."""
    user, kind = notice.user, notices.MAIL_KINDS[notice.kind]
    if notice.read_at is not None or not wants_mail(user, kind):
        return False
    if not notice_list.shown_to(user, now=timezone.now()).filter(pk=notice.pk).exists():
        return False
    if notice.kind not in notices.FOLLOWED_KINDS:
        return True
    stopped = Follow.objects.filter(
        user=user, question=notice.question_id, stopped_at__isnull=False
    )
    return not stopped.exists()
