"""A search with and without what the editors wrote: what moved, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Language
from accounts.visibility import tokens_for
from cms.guidance.models import ArticlePage
from cms.indexing import ARTICLE
from search.asking import search, understand
from search.current_words import current
from search.registry import kind_of, number_of
from search.types import Hit, Page, Reason
from search.vocabulary import NO_WORDS, EditorsWords, Heard, Pin

SHOWN = 10
LONGEST = 400  # characters
READER, ME = "reader", "me"


class TryForm(forms.Form):
    """What to search for, as whom, and in which language."""

    q = forms.CharField(label=gettext_lazy("Search for"), max_length=LONGEST)
    whose = forms.ChoiceField(
        label=gettext_lazy("As"),
        choices=[
            (READER, gettext_lazy("a reader who is not signed in")),
            (ME, gettext_lazy("yourself")),
        ],
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices)

    def __init__(self, data=None, *, user) -> None:
        usual = {"whose": READER, "language": translation.get_language()}
        if data is not None:  # a link from elsewhere says no more than the words
            data = {**usual, **data.dict()}
        super().__init__(data, label_suffix="", initial=usual)
        self.user = user

    def asked(self) -> dict:
        """The arguments of a trial."""
        told = self.cleaned_data
        return {
            "text": told["q"],
            "user": self.user if told["whose"] == ME else AnonymousUser(),
            "language": told["language"],
        }

    def now(self) -> datetime:
        """When it is tried."""
        return timezone.now()


@dataclass(frozen=True, kw_only=True)
class Line:
    """One hit on one side. `moved` says how it differs from the other side, "" when it does not."""

    place: int
    title: SafeString
    address: str
    reasons: list[str]
    moved: str
    direction: str  # "up", "down", "new", "gone" or ""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Both sides, and what of the editors' words applied."""

    words: str
    without: list[Line]
    with_words: list[Line]
    applied: list[str]
    not_shown: list[str]
    same: bool


def trial(*, text: str, user, language: str, now: datetime) -> Trial:
    """Search with and without what the editors wrote; raises EngineUnavailable."""
    words = current()

    def ask(editors: EditorsWords) -> Page:
        return search(
            text,
            user=user,
            visibility=tokens_for(user),
            language=language,
            now=now,
            place="trial",
            size=SHOWN,
            facets=False,
            log=False,
            editors=editors,
        )

    without, with_words = ask(NO_WORDS), ask(words)
    heard = words.heard(understand(text).words)
    return Trial(
        words=text,
        without=_side(without.hits, with_words.hits, before=True),
        with_words=_side(with_words.hits, without.hits, before=False),
        applied=_applied(heard, with_words.hits),
        not_shown=_not_shown(heard.pins, with_words.hits, user),
        same=_order(without) == _order(with_words),
    )


def _order(page: Page) -> list[str]:
    return [hit.id for hit in page.hits]


def _side(hits: Sequence[Hit], others: Sequence[Hit], *, before: bool) -> list[Line]:
    places = {hit.id: place for place, hit in enumerate(others, start=1)}
    return [
        _line(hit, place, places.get(hit.id), before=before)
        for place, hit in enumerate(hits, start=1)
    ]


def _line(hit: Hit, place: int, other: int | None, *, before: bool) -> Line:
    moved, direction = ("", "")
    if other is None:
        moved, direction = (_("no longer here"), "gone") if before else (_("new"), "new")
    elif other > place and not before:
        direction, places = "up", other - place
        moved = ngettext("up %(places)s place", "up %(places)s places", places)
        moved %= {"places": places}
    elif other < place and not before:
        direction, places = "down", place - other
        moved = ngettext("down %(places)s place", "down %(places)s places", places)
        moved %= {"places": places}
    return Line(
        place=place,
        title=mark_safe(hit.title_html),  # noqa: S308  escaped by search.snippets
        address=_address(hit.id),
        reasons=reasons_of(hit.reasons),
        moved=moved,
        direction=direction,
    )


def _address(document: str) -> str:
    if kind_of(document) != ARTICLE:
        return ""
    return reverse("wagtailadmin_pages:edit", args=[number_of(document)])


def reasons_of(reasons: Sequence[Reason]) -> list[str]:
    """Why a hit is there, the editors' words first."""
    said = [
        _("best bet for “%(word)s”") % {"word": each.word} for each in _how(reasons, "best-bet")
    ]
    said += [
        _("another name for “%(word)s”") % {"word": each.word} for each in _how(reasons, "synonym")
    ]
    special = {"best-bet", "synonym", "meaning"}
    words = dict.fromkeys(each.word for each in reasons if each.how not in special)
    if words:
        listed = ", ".join(_("“%(word)s”") % {"word": word} for word in words)
        said.append(_("has %(words)s") % {"words": listed})
    if _how(reasons, "meaning"):
        said.append(_("is about something like it"))
    return said


def _how(reasons: Sequence[Reason], how: str) -> list[Reason]:
    return [each for each in reasons if each.how == how]


def _applied(heard: Heard, hits: Sequence[Hit]) -> list[str]:
    """What of the editors' words the search used, in sentences."""
    shown = {each.word for hit in hits for each in _how(hit.reasons, "best-bet")}
    said = [
        _("The best bet “%(phrase)s” fits.") % {"phrase": phrase}
        for phrase in dict.fromkeys(pin.phrase for pin in heard.pins if pin.phrase in shown)
    ]
    said += [
        _("“%(word)s” is found as “%(other)s” too.") % {"word": word, "other": other}
        for word, other in heard.other_names
    ]
    said += [_("“%(word)s” is passed over.") % {"word": word} for word in heard.passed_over]
    return said


def _not_shown(pins: Sequence[Pin], hits: Sequence[Hit], user) -> list[str]:
    """Best bets that fit and are not shown, each with the reason."""
    shown = {hit.id for hit in hits if _how(hit.reasons, "best-bet")}
    missing = [pin for pin in pins if pin.document not in shown]
    numbers = [number for pin in missing if (number := number_of(pin.document)) is not None]
    articles = {
        row.pk: row for row in ArticlePage.objects.filter(pk__in=numbers).only("title", "live")
    }
    seen = set(
        ArticlePage.objects.visible_to(user)
        .live()
        .filter(pk__in=numbers)
        .values_list("pk", flat=True)
    )
    return [_why_not(pin, articles.get(number_of(pin.document)), seen) for pin in missing]


def _why_not(pin: Pin, article: ArticlePage | None, seen: set[int]) -> str:
    if article is None:
        return _("The best bet “%(phrase)s” leads to a page that is deleted.") % {
            "phrase": pin.phrase
        }
    if not article.live:
        sentence = _("The best bet “%(phrase)s” leads to “%(page)s”, which is not published.")
    elif article.pk not in seen:
        sentence = _(
            "The best bet “%(phrase)s” leads to “%(page)s”, which this reader may not see."
        )
    else:
        sentence = _(
            "The best bet “%(phrase)s” leads to “%(page)s”, which was published a moment ago, or "
            "is left out by what is searched for."
        )
    return sentence % {"phrase": pin.phrase, "page": article.title}
