"""What the lists of the community show, ready for their template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from accounts.models import User
from cms.community.drawing import profile_address
from cms.community.models import Answer, Question
from cms.community.queries import Tab
from cms.community.texts import NO_WORDS

NEUTRAL, INFO, WARNING, DANGER = "neutral", "info", "warning", "danger"
TAB_NAMES = {
    Tab.NEW: pgettext_lazy("questions", "New"),
    Tab.UNANSWERED: pgettext_lazy("questions", "Unanswered"),
    Tab.SOLVED: pgettext_lazy("questions", "Solved"),
    Tab.FOLLOWED: pgettext_lazy("questions", "Followed"),
}


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A state: icon, word and tone together."""

    word: str
    icon: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One question in a list."""

    title: str
    address: str
    language: str
    product: str
    state: Mark
    sight: Mark | None
    is_closed: bool
    answers: str
    me_toos: str
    useful: str
    official: str
    asked_at: datetime
    age: str


@dataclass(frozen=True, kw_only=True)
class TabLink:
    """A tab with its address; the filters stay when one changes tab."""

    name: str
    address: str
    current: bool


def address_of(question: Question) -> str:
    """The address of a question's page."""
    return reverse("community_question", args=[question.pk, question.slug or NO_WORDS])


def rows(questions: Sequence[Question], *, now: datetime) -> list[Row]:
    """The questions of a page as rows."""
    return [_row(question, now) for question in questions]


def _row(question: Question, now: datetime) -> Row:
    return Row(
        title=question.title,
        address=address_of(question),
        language=question.language,
        product=question.product.name,
        state=state_mark(question),
        sight=sight_mark(question),
        is_closed=question.is_closed,
        answers=answers_in_words(question.answer_count),
        me_toos=me_toos_in_words(question.me_too_count),
        useful=useful_in_words(getattr(question, "useful", 0)),
        official=question.official_team.name if question.official_team else "",
        asked_at=question.asked_at,
        age=age_in_words(question.asked_at, now),
    )


def state_mark(question: Question) -> Mark:
    """Where the question stands."""
    if question.state == Question.State.SOLVED:
        return Mark(word=pgettext("question", "Solved"), icon="CheckmarkCircleFill", tone=INFO)
    if question.state == Question.State.ANSWERED:
        return Mark(word=pgettext("question", "Answered"), icon="Chat", tone=NEUTRAL)
    return Mark(word=pgettext("question", "Unanswered"), icon="Circle", tone=NEUTRAL)


def sight_mark(post: Question | Answer) -> Mark | None:
    """Why only the author and the moderators see it; None for what everybody sees."""
    if post.is_hidden:
        return Mark(word=_("Hidden"), icon="EyeSlash", tone=DANGER)
    if post.withdrawn_at:
        return Mark(word=pgettext("post", "Withdrawn"), icon="ArrowUndo", tone=NEUTRAL)
    if post.is_held:
        return Mark(word=_("Waits for a moderator"), icon="Hourglass", tone=WARNING)
    return None


def answers_in_words(count: int) -> str:
    """How many answers there are."""
    if not count:
        return _("No answers yet")
    return ngettext("%(count)s answer", "%(count)s answers", count) % {"count": count}


def me_toos_in_words(count: int) -> str:
    """How many others wonder about the same; empty for nobody."""
    if not count:
        return ""
    return ngettext(
        "%(count)s wonders about the same", "%(count)s wonder about the same", count
    ) % {"count": count}


def useful_in_words(count: int) -> str:
    """How many votes the answers have together; empty for none."""
    if not count:
        return ""
    return ngettext("%(count)s useful vote", "%(count)s useful votes", count) % {"count": count}


def age_in_words(since: datetime, now: datetime) -> str:
    """How long ago something was, in the largest whole unit of the calendar."""
    days = (timezone.localtime(now).date() - timezone.localtime(since).date()).days
    if days <= 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    if days < 31:
        return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days}
    if days < 365:
        months = max(1, days // 30)
        return ngettext("%(count)s month ago", "%(count)s months ago", months) % {"count": months}
    years = days // 365
    return ngettext("%(count)s year ago", "%(count)s years ago", years) % {"count": years}


def person_name(user: User | None) -> str:
    """The name others see; never an e-mail address."""
    return user.display_name if user else pgettext("author", "Somebody who has left")


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who wrote something: their name, and their page when the reader may see it."""

    name: str
    address: str = ""


def person(user: User | None, reader) -> Person:
    """The author of a post as this reader sees them; the member row is read along with the user."""
    member = getattr(user, "member", None) if user else None
    shown = member is not None and (reader.is_authenticated or member.shown_to_visitors)
    address = profile_address(member.handle) if shown and user.is_active else ""
    return Person(name=person_name(user), address=address)


def reachable(html: str) -> str:
    """The drawn text with what may be wider than the page made reachable by keyboard.

    `html` has been through the sanitiser, so these elements have no attributes and are in pairs.
    """
    table = f'<div class="post__table" role="group" aria-label="{_("Table")}" tabindex="0"><table>'
    html = html.replace("<table>", table).replace("</table>", "</table></div>")
    return html.replace("<pre>", '<pre tabindex="0">')
