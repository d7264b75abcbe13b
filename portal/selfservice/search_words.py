"""The words the search page says about kinds, languages and reasons."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from search.types import Reason

KINDS = {
    "article": pgettext_lazy("kind of hit", "Guidance"),
    "question": pgettext_lazy("kind of hit", "Question in the community"),
    "ticket": pgettext_lazy("kind of hit", "Case"),
}
KIND_ICONS = {"article": "FileText", "question": "Chat", "ticket": "Tasklist"}
REASONS = {
    "exact": gettext_lazy("has the word “%(word)s”"),
    "word-form": gettext_lazy("has “%(word)s” in this or another form"),
    "compound": gettext_lazy("has “%(word)s” as part of a longer word, or the other way round"),
    "root": gettext_lazy("has a word related to “%(word)s”"),
    "code": gettext_lazy("has the code “%(word)s”"),
    "code-part": gettext_lazy("has a code that looks like “%(word)s”"),
    "spelling": gettext_lazy("has a word spelled nearly like “%(word)s”"),
    "synonym": gettext_lazy("has a word that means the same as “%(word)s”"),
    "meaning": gettext_lazy("is about something like “%(word)s”"),
    "best-bet": gettext_lazy("is recommended by the editors for “%(word)s”"),
    "phrase": gettext_lazy("has the words “%(word)s” in this order"),
}


AUTHORITIES = {
    "binding": gettext_lazy("Requirement"),
    "guidance": gettext_lazy("Guidance"),
    "experience": gettext_lazy("Experience"),
    "community": gettext_lazy("Not confirmed"),
}


def authority_name(code: str) -> str:
    """What a level of authority is called; the code itself for one nobody has named."""
    return str(AUTHORITIES.get(code, code))


def kind_name(kind: str) -> str:
    """What a kind of hit is called; the code itself for a kind nobody has named."""
    return str(KINDS.get(kind, kind))


def language_name(code: str) -> str:
    """What a language is called in the language of the page."""
    return str(dict(settings.LANGUAGES).get(code, code))


def other_language(code: str) -> str:
    """What a text's language is called when it is another than the page's; else ""."""
    return language_name(code) if code and code != translation.get_language() else ""


def reason_words(reason: Reason) -> str:
    """Why a hit is there, as the end of a sentence that begins with the hit."""
    return str(REASONS.get(reason.how, REASONS["word-form"])) % {"word": reason.word}


def kinds_searched(user) -> frozenset[str]:
    """The kinds of hits this person's search looks among; visitors have no cases."""
    return frozenset(KINDS) if user.is_authenticated else frozenset(KINDS) - {"ticket"}


def searched_in(user) -> str:
    """What this person's search looks in."""
    if not user.is_authenticated:
        return _("the guidance and the community")
    if user.is_support or user.is_manager:
        return _("the guidance, the community and the cases you may see")
    return _("the guidance, the community and your cases")
