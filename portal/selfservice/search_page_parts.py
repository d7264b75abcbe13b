"""What the search page shows of a page of hits, ready for its template."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils import formats, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.community.models import Question
from cms.guidance.models import ArticlePage
from portal.addresses import addresses
from portal.selfservice import search_words
from portal.selfservice.opening import Opening
from portal.selfservice.paging import Pager, pager
from portal.selfservice.search_request import SearchRequest
from search.registry import kind_of, number_of
from search.types import FacetCount, Hit, Page, Sort
from taxonomy.models import Audience, Product
from triage.tickets.models import Ticket

SHOWN_VALUES = 8
GROUPS = {
    "kinds": gettext_lazy("Kind"),
    "products": gettext_lazy("Product"),
    "languages": gettext_lazy("Language"),
    "audiences": gettext_lazy("For whom"),
    "authorities": gettext_lazy("Authority"),
}
ORDERS = {
    Sort.BEST: gettext_lazy("Best match"),
    Sort.NEWEST: gettext_lazy("Newest"),
}


@dataclass(frozen=True, kw_only=True)
class HitRow:
    """One hit. `other_language` is the name of its language when it is not the page's.

    `noted` is where opening it is noted on the way, "" when its search is not in the log.
    `recommended` when editors put it first for these words. `beside` when it is neither that nor
    one of those that have the words.
    """

    kind: str
    icon: str
    address: str
    noted: str
    title: SafeString
    snippet: SafeString
    language: str
    other_language: str
    facts: list[str]
    reasons: list[str]
    recommended: bool
    beside: bool


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One value of a filter as a link that adds or removes it."""

    label: str
    count: int
    chosen: bool
    address: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """One filter: the values shown first, and those folded away."""

    name: str
    label: str
    choices: list[Choice]
    more: list[Choice]


@dataclass(frozen=True, kw_only=True)
class Order:
    """One order of the hits as a link that chooses it."""

    label: str
    chosen: bool
    address: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """Everything about a page of hits. `poor` when the best hits cover little of the words.

    `beside` says how many more are shown that have few of the words or none, "" when all have
    enough. `hits_beside` are those of this page that come after the last hit with the words.
    `orders` are those to choose between, none where there is nothing to put in order. `bounded`
    says which of the hits one can turn to, "" when it is all of them.
    """

    heading: str
    searched_in: str
    beside: str
    hits: list[HitRow]
    hits_beside: list[HitRow]
    groups: list[Group]
    chosen: list[Choice]
    orders: list[Order]
    everything: str
    better: str
    better_address: str
    poor: bool
    bounded: str
    pager: Pager | None


def result(page: Page, asked: SearchRequest, *, user, names: Names) -> Result:
    """The page's parts; a fixed number of statements, whatever the number of hits."""
    groups = [_group(name, page.facets.get(name, ()), asked, names) for name in GROUPS]
    chosen = [
        Choice(
            label=names.of(name, value), count=0, chosen=True, address=_toggle(asked, name, value)
        )
        for name in GROUPS
        for value in sorted(getattr(asked.filters, name))
    ]
    hits, hits_beside = _apart(_rows(page, names, user), page, asked)
    return Result(
        heading=_heading(page, asked),
        searched_in=search_words.searched_in(user),
        beside=_beside(page),
        hits=hits,
        hits_beside=hits_beside,
        groups=[group for group in groups if group.choices],
        chosen=chosen,
        orders=_orders(page, asked),
        everything=asked.without_filters().address if chosen else "",
        better=page.did_you_mean,
        better_address=asked.with_words(page.did_you_mean).address if page.did_you_mean else "",
        poor=bool(page.total and asked.words and not page.has_good_answer),
        bounded=_bounded(page, asked),
        pager=pager(page, lambda number: asked.on_page(number).address),
    )


def _heading(page: Page, asked: SearchRequest) -> str:
    number = page.having_words
    count = ngettext("%(count)s hit", "%(count)s hits", number) % {"count": number}
    if not page.total:
        count = _("No hits")
    if not asked.words:
        return count
    return _("%(count)s for “%(words)s”") % {"count": count, "words": shortened(asked.words)}


def _beside(page: Page) -> str:
    more = page.total - page.having_words
    if not more:
        return ""
    said = _("Shows %(count)s more with few or none of your words, but about something similar.")
    return said % {"count": more}


def _apart(
    rows: list[HitRow], page: Page, asked: SearchRequest
) -> tuple[list[HitRow], list[HitRow]]:
    """The hits down to the last that has the words, and those after it.

    Undivided where no hit of the search has the words, and where the newest come first.
    """
    if not 0 < page.beside < page.total or asked.sort != Sort.BEST:
        return rows, []
    last = max((at for at, row in enumerate(rows, start=1) if not row.beside), default=0)
    return rows[:last], rows[last:]


def _orders(page: Page, asked: SearchRequest) -> list[Order]:
    """Without words everything comes newest first, and one hit needs no order."""
    if page.total < 2 or not asked.words:
        return []
    return [
        Order(label=str(label), chosen=sort == asked.sort, address=asked.sorted_by(sort).address)
        for sort, label in ORDERS.items()
    ]


def _bounded(page: Page, asked: SearchRequest) -> str:
    if page.total <= page.reachable:
        return ""
    if asked.words and asked.sort == Sort.NEWEST:
        return _("These are the hits that have most of your words, the newest first.")
    return _("You can turn to the 100 best hits. More words or a filter bring out the others.")


def shortened(words: str, length: int = 80) -> str:
    """The words, cut when they would fill the page."""
    return words if len(words) <= length else f"{words[: length - 1].rstrip()}…"


class Names:
    """What values of filters are called in the language of the page."""

    def __init__(self) -> None:
        self.products = {row.slug: row for row in Product.objects.all()}
        self.audiences = {row.slug: row.name for row in Audience.objects.all()}
        self._finders: Mapping[str, Callable[[str], str]] = {
            "kinds": search_words.kind_name,
            "products": self.product,
            "languages": search_words.language_name,
            "authorities": search_words.authority_name,
            "audiences": lambda value: self.audiences.get(value, value),
        }

    def of(self, name: str, value: str) -> str:
        """The name of a value of a filter."""
        return self._finders[name](value)

    def product(self, slug: str) -> str:
        """The name of a product, with a word about it when it has ended."""
        if slug not in self.products:
            return slug
        product = self.products[slug]
        ended = product.status == Product.Status.ENDED
        return _("%(product)s (ended)") % {"product": product.name} if ended else product.name


def _toggle(asked: SearchRequest, name: str, value: str) -> str:
    return asked.toggled(name, value).address


def _group(name: str, counts: Collection[FacetCount], asked: SearchRequest, names: Names) -> Group:
    """A filter's values, the chosen ones first; none when there is nothing to choose between."""
    found = {each.value: each.count for each in counts}
    values = dict.fromkeys([*sorted(getattr(asked.filters, name)), *found])
    choices = [
        Choice(
            label=names.of(name, value),
            count=found.get(value, 0),
            chosen=value in getattr(asked.filters, name),
            address=_toggle(asked, name, value),
        )
        for value in values
    ]
    if len(choices) < 2 and not any(choice.chosen for choice in choices):
        choices = []
    return Group(
        name=name,
        label=str(GROUPS[name]),
        choices=choices[:SHOWN_VALUES],
        more=choices[SHOWN_VALUES:],
    )


def hit_rows(page: Page, user) -> list[HitRow]:
    """The hits alone, for pages that are not the search page."""
    return _rows(page, Names(), user)


def _rows(page: Page, names: Names, user) -> list[HitRow]:
    where = addresses([hit.id for hit in page.hits], user=user)
    facts = _facts([hit.id for hit in page.hits])
    first = (page.number - 1) * page.size + 1
    return [
        _row(hit, where[hit.id], _noted(page, hit, position), facts.get(hit.id, []), names)
        for position, hit in enumerate(page.hits, start=first)
        if hit.id in where
    ]


def _noted(page: Page, hit: Hit, position: int) -> str:
    if page.logged is None:
        return ""
    return Opening(line=page.logged, position=position, document=hit.id).address


def _row(hit: Hit, address: str, noted: str, facts: list[str], names: Names) -> HitRow:
    here = translation.get_language()
    recommended = any(reason.how == "best-bet" for reason in hit.reasons)
    return HitRow(
        kind=search_words.kind_name(hit.kind),
        icon=search_words.KIND_ICONS.get(hit.kind, "FileText"),
        address=address,
        noted=noted,
        title=mark_safe(hit.title_html),  # noqa: S308  escaped by search.snippets
        snippet=mark_safe(hit.snippet_html),  # noqa: S308  escaped by search.snippets
        language=hit.language or here,
        other_language=search_words.other_language(hit.language),
        facts=[*map(names.product, hit.products), *facts],
        reasons=[search_words.reason_words(reason) for reason in hit.reasons],
        recommended=recommended,
        beside=hit.beside and not recommended,
    )


def _facts(document_ids: Collection[str]) -> dict[str, list[str]]:
    """What the database knows of each hit beside its text; one statement for each kind."""
    by_kind: dict[str, list[int]] = {}
    for document_id in document_ids:
        number = number_of(document_id)
        if number is not None:
            by_kind.setdefault(kind_of(document_id), []).append(number)
    facts: dict[str, list[str]] = {}
    for kind, numbers in by_kind.items():
        if kind in _FACTS:
            facts |= {f"{kind}:{pk}": said for pk, said in _FACTS[kind](numbers).items()}
    return facts


def _article_facts(numbers: Collection[int]) -> dict[int, list[str]]:
    rows = ArticlePage.objects.filter(pk__in=numbers).values_list("pk", "last_reviewed")
    return {pk: [_("last checked %(day)s") % {"day": _day(day)}] for pk, day in rows}


def _question_facts(numbers: Collection[int]) -> dict[int, list[str]]:
    rows = Question.objects.filter(pk__in=numbers).select_related("official_team")
    return {row.pk: _said_of_question(row) for row in rows.defer("body", "html")}


def _said_of_question(question: Question) -> list[str]:
    said = [str(question.get_state_display())]
    if question.official_team:
        said.append(_("answered by %(team)s") % {"team": question.official_team.name})
    return [*said, _("asked %(day)s") % {"day": _day(question.asked_at)}]


def _case_facts(numbers: Collection[int]) -> dict[int, list[str]]:
    rows = Ticket.objects.filter(pk__in=numbers).only("pk", "status", "changed_at")
    return {
        row.pk: [
            row.reference,
            str(row.get_status_display()),
            _("last changed %(day)s") % {"day": _day(row.changed_at)},
        ]
        for row in rows
    }


def _day(value) -> str:
    return formats.date_format(value, "DATE_FORMAT")


_FACTS: Mapping[str, Callable[[Collection[int]], dict[int, list[str]]]] = {
    "article": _article_facts,
    "question": _question_facts,
    "ticket": _case_facts,
}
