"""Who changed what the search is taught, and what it said before."""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogFormatter, log

from cms.guidance.models import ArticlePage
from search.models import BestBet, KnownQuery, StopWord, Synonym
from search.registry import number_of

WORDS = (BestBet, Synonym, StopWord)
WRITTEN, CHANGED, REMOVED = "search_tools.write", "search_tools.change", "search_tools.remove"
WITHHELD, OFFERED = "search_tools.withhold", "search_tools.offer"
TOLD = {
    BestBet: ("phrases", "document", "where", "position"),
    Synonym: ("words", "others", "direction"),
    StopWord: ("word",),
}
Told = Mapping[str, str]


def told_of(row: Model) -> dict[str, str]:
    """What a row says, by field, as it is kept in the history."""
    told = {name: " / ".join(str(getattr(row, name)).splitlines()) for name in TOLD[type(row)]}
    if isinstance(row, BestBet):
        told["document"] = title_of(row.document)
    return told


def title_of(document: str) -> str:
    """What the page of a best bet is called, or its id in the index when it is gone."""
    article = ArticlePage.objects.filter(pk=number_of(document)).only("title").first()
    return article.title if article else document


def note(row: Model, before: Told | None, *, user) -> None:
    """Keep who wrote the row and what was changed."""
    after = told_of(row)
    if before is None:
        log(row, WRITTEN, user=user, data={"model": row._meta.model_name, "after": after})
        return
    changed = {name: [before[name], after[name]] for name in after if after[name] != before[name]}
    if changed:
        log(
            row,
            CHANGED,
            user=user,
            content_changed=True,
            data={"model": row._meta.model_name, "changed": changed},
        )


def note_removed(row: Model, *, user) -> None:
    """Keep who removed the row, and what it said."""
    log(row, REMOVED, user=user, data={"model": row._meta.model_name, "after": told_of(row)})


def note_offer(query: KnownQuery, *, withheld: bool, user) -> None:
    """Keep who took words out of what readers are offered, or let them in again."""
    log(query, WITHHELD if withheld else OFFERED, user=user, data={"words": query.text})


def content_types() -> list[ContentType]:
    """The types of what the search is taught, and of words that are not offered."""
    return list(ContentType.objects.get_for_models(*WORDS, KnownQuery).values())


class Written(LogFormatter):
    """Something new."""

    label = gettext_lazy("Write for the search")
    sentence = gettext_lazy("Written: %(what)s")

    def format_message(self, entry) -> str:
        """All that was written."""
        return self.sentence % {"what": _parts(entry.data, entry.data.get("after", {}))}


class Removed(Written):
    """Something taken away."""

    label = gettext_lazy("Remove from the search")
    sentence = gettext_lazy("Removed: %(what)s")


class Changed(LogFormatter):
    """Something that says something else now."""

    label = gettext_lazy("Change for the search")

    def format_message(self, entry) -> str:
        """What each changed field said and says."""
        changed = {
            name: _("“%(before)s” became “%(after)s”") % {"before": old, "after": new}
            for name, (old, new) in _values(entry.data, entry.data.get("changed", {})).items()
        }
        return _("Changed: %(what)s") % {"what": _named(entry.data, changed)}


class Withheld(LogFormatter):
    """Words that readers are not offered any more."""

    label = gettext_lazy("Take out of what readers are offered")
    sentence = gettext_lazy("Not offered to readers: %(words)s")

    def format_message(self, entry) -> str:
        """Which words."""
        return self.sentence % {"words": entry.data.get("words", "")}


class Offered(Withheld):
    """Words that readers may be offered again."""

    label = gettext_lazy("Let readers be offered it again")
    sentence = gettext_lazy("Offered to readers again: %(words)s")


FORMATTERS = {
    WRITTEN: Written,
    CHANGED: Changed,
    REMOVED: Removed,
    WITHHELD: Withheld,
    OFFERED: Offered,
}


def _parts(data: Mapping, told: Told) -> str:
    values = _values(data, {name: [value] for name, value in told.items()})
    return _named(data, {name: value for name, (value,) in values.items()})


def _values(data: Mapping, told: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Each value in the words of the page where it is one of a few."""
    model = apps.get_model("search", data["model"])
    choices = {name: dict(model._meta.get_field(name).flatchoices) for name in told}
    return {
        name: [str(choices[name].get(value, value)) for value in values]
        for name, values in told.items()
    }


def _named(data: Mapping, told: Told) -> str:
    model = apps.get_model("search", data["model"])
    if len(told) == 1 and model is StopWord:
        return next(iter(told.values()))
    labels = {name: capfirst(model._meta.get_field(name).verbose_name) for name in told}
    return ". ".join(f"{labels[name]}: {value}" for name, value in told.items()) + "."
