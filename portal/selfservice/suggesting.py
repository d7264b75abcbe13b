"""Titles offered while somebody writes in the search box."""

from __future__ import annotations

import structlog
from django.utils import translation

from accounts.visibility import tokens_for
from cms.community.models import Question
from cms.guidance.models import ArticlePage
from portal.addresses import addresses
from portal.selfservice.search_request import clean
from portal.selfservice.search_words import kind_name
from search.current_words import current
from search.engines.contract import EngineUnavailable
from search.indexing import engine
from search.registry import registry
from search.text.redaction import mask_identity_numbers
from search.types import Suggestion

log = structlog.get_logger(__name__)

FEWEST_CHARACTERS = 2
LONGEST_PREFIX = 100
SHOWN = 8
# Bokmål and nynorsk are read by all who read one of them; English comes after both.
PREFERRED = {"nb": ("nb", "nn", "en"), "nn": ("nn", "nb", "en"), "en": ("en", "nb", "nn")}


def titles(written: str, *, user) -> list[dict[str, str]]:
    """Title, kind, language and address of what this person may see; [] for anything odd."""
    prefix = clean(written)[:LONGEST_PREFIX]
    language = translation.get_language()
    if len(prefix) < FEWEST_CHARACTERS or mask_identity_numbers(prefix, language).count:
        return []
    words = current()
    try:
        found = engine().suggest(
            prefix, visibility=tokens_for(user), limit=2 * SHOWN, editors=words
        )
    except EngineUnavailable:
        log.warning("search suggestions are away")
        return []
    allowed = registry.recheck([each.id for each in found], user)
    seen = [each for each in found if each.id in allowed]
    where = addresses([each.id for each in seen], user=user)
    languages = _languages(seen)
    order = PREFERRED[language]
    chosen = {pin.document for pin in words.beginning(prefix)}

    def place(each: Suggestion) -> int:
        return 0 if each.id in chosen else 1 + order.index(languages.get(each.id, language))

    seen.sort(key=place)
    return [
        {
            "title": each.title,
            "kind": kind_name(each.kind),
            "language": languages.get(each.id, ""),
            "address": where[each.id],
        }
        for each in seen
        if each.id in where
    ][:SHOWN]


def _languages(found: list[Suggestion]) -> dict[str, str]:
    """The language of each article and question by document id; a case has none of interest."""
    languages: dict[str, str] = {}
    for kind, model in (("article", ArticlePage), ("question", Question)):
        numbers = [each.id.partition(":")[2] for each in found if each.kind == kind]
        if numbers:
            rows = model.objects.filter(pk__in=numbers).values_list("pk", "language")
            languages |= {f"{kind}:{pk}": language for pk, language in rows}
    return languages
