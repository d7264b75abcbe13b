"""What happened, in a sentence: for the log, for a post's page, and for who came second."""

from __future__ import annotations

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from cms.community.models import CommunityEvent, Sanction

Kind = CommunityEvent.Kind

# With the name of who did it first. The site itself does some of it.
_DONE = {
    Kind.HELD: gettext_lazy("%(name)s held it until a moderator has looked at it"),
    Kind.APPROVED: gettext_lazy("%(name)s approved it"),
    Kind.FLAGGED: gettext_lazy("%(name)s reported it"),
    Kind.FLAGS_DISMISSED: gettext_lazy("%(name)s found nothing wrong"),
    Kind.HIDDEN: gettext_lazy("%(name)s hid it"),
    Kind.RESTORED: gettext_lazy("%(name)s restored it"),
    Kind.MOVED: gettext_lazy("%(name)s moved it"),
    Kind.CLOSED: gettext_lazy("%(name)s closed it"),
    Kind.REOPENED: gettext_lazy("%(name)s opened it again"),
    Kind.MERGED: gettext_lazy("%(name)s joined it with another question"),
    Kind.SEPARATED: gettext_lazy("%(name)s made it a question of its own again"),
    Kind.WARNED: gettext_lazy("%(name)s warned the author"),
    Kind.SILENCED: gettext_lazy("%(name)s stopped the member from writing"),
    Kind.SANCTION_LIFTED: gettext_lazy("%(name)s took it back"),
    Kind.TRUSTED: gettext_lazy("%(name)s made the member known"),
    Kind.TRUST_WITHDRAWN: gettext_lazy("%(name)s made the member new"),
    Kind.ASKED: gettext_lazy("%(name)s asked it"),
    Kind.ANSWERED: gettext_lazy("%(name)s wrote it"),
    Kind.ANSWERED_OFFICIALLY: gettext_lazy("%(name)s wrote it for a team"),
    Kind.EDITED: gettext_lazy("%(name)s changed it"),
    Kind.WITHDRAWN: gettext_lazy("%(name)s withdrew it"),
    Kind.ACCEPTED: gettext_lazy("%(name)s said that it solved the question"),
    Kind.ACCEPTANCE_WITHDRAWN: gettext_lazy("%(name)s said that it did not solve the question"),
    Kind.CONFIRMED: gettext_lazy("%(name)s confirmed it"),
    Kind.MARK_WITHDRAWN: gettext_lazy("%(name)s took the team's mark off it"),
    Kind.ARTICLE_LINKED: gettext_lazy("%(name)s linked an article"),
    Kind.ARTICLE_UNLINKED: gettext_lazy("%(name)s removed the link to an article"),
    Kind.TAKEN_UP: gettext_lazy("%(name)s made it a task at the desk"),
    Kind.COPIED_TO_CASE: gettext_lazy("%(name)s made it a case"),
    Kind.DRAFTED_AS_ARTICLE: gettext_lazy("%(name)s made it a draft of an article"),
}
# What the log can be narrowed to.
KIND_NAMES = {
    Kind.HIDDEN: gettext_lazy("Hidden posts"),
    Kind.RESTORED: gettext_lazy("Restored posts"),
    Kind.APPROVED: gettext_lazy("Approved posts"),
    Kind.FLAGS_DISMISSED: gettext_lazy("Reports where nothing was wrong"),
    Kind.MOVED: gettext_lazy("Moved questions"),
    Kind.CLOSED: gettext_lazy("Closed questions"),
    Kind.REOPENED: gettext_lazy("Questions opened again"),
    Kind.MERGED: gettext_lazy("Joined questions"),
    Kind.SEPARATED: gettext_lazy("Separated questions"),
    Kind.WARNED: gettext_lazy("Warnings"),
    Kind.SILENCED: gettext_lazy("Members stopped from writing"),
    Kind.SANCTION_LIFTED: gettext_lazy("What was taken back"),
    Kind.TRUSTED: gettext_lazy("Members made known"),
    Kind.TRUST_WITHDRAWN: gettext_lazy("Members made new"),
    Kind.HELD: gettext_lazy("Posts held by the site"),
}


def event_in_words(event: CommunityEvent) -> str:
    """Who did what."""
    name = event.actor.display_name if event.actor else _the_site(event)
    words = _DONE.get(event.kind, "%(name)s")
    if event.kind == Kind.WARNED and event.question_id is None:
        words = gettext_lazy("%(name)s warned the member")
    return str(words) % {"name": name}


def overtaken_in_words(event: CommunityEvent) -> str:
    """What another moderator did while this one looked, with when and why."""
    told = _("%(what)s at %(time)s, while you looked.") % {
        "what": event_in_words(event),
        "time": formats.time_format(timezone.localtime(event.at)),
    }
    reason = reason_of(event)
    return f"{told} {_('Reason: %(reason)s') % {'reason': reason}}" if reason else told


def reason_of(event: CommunityEvent, sanctions: dict[int, Sanction] | None = None) -> str:
    """The reason that was given; what was said to a member stands with the sanction."""
    if event.kind == Kind.HELD:
        return ""  # the site gives none in words
    reason = event.data.get("reason", "")
    number = event.data.get("sanction")
    if reason or not number:
        return reason
    if sanctions is None:
        return Sanction.objects.filter(pk=number).values_list("reason", flat=True).first() or ""
    return sanctions[number].reason if number in sanctions else ""


def _the_site(event: CommunityEvent) -> str:
    if event.kind in (Kind.HELD, Kind.TRUSTED, Kind.TAKEN_UP):
        return _("The site")
    return pgettext("author", "Somebody who has left")
