"""Sample sections and articles: front matter and Markdown in, published pages out. Repeatable."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

import yaml
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from accounts.models import Team
from cms.guidance.markdown import Converter
from cms.guidance.models import ArticlePage, GuidanceIndexPage, RelatedArticle, SectionPage
from cms.guidance.setup import ensure_site
from markup.written import read_yaml
from taxonomy.models import AccessPackage, Audience, Product, Topic

FIRST_PUBLISHED_BEFORE_REVIEW = timedelta(days=60)
PUBLISHED_AT = time(9, 30)


class BrokenSample(ValueError):
    """A sample file refers to something that is not there; the message says what and where."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One article as its file has it."""

    slug: str
    title: str
    language: str
    section: str
    products: list[str]
    audiences: list[str]
    owner: str
    answer: str
    reviewed_days_ago: int
    review_in_days: int
    text: str
    topics: list[str] = field(default_factory=list)
    access_packages: list[str] = field(default_factory=list)
    authority: str = "guidance"
    search_words: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    translation_of: str = ""
    applies_to: str = ""


def read_source(path: Path) -> Source:
    """An article's file; BrokenSample when its front matter is missing or wrong."""
    _before, _line, rest = path.read_text(encoding="utf-8").partition("---\n")
    front, line, text = rest.partition("\n---\n")
    try:
        source = Source(**read_yaml(front), text=text)
    except (TypeError, yaml.YAMLError) as error:
        raise BrokenSample(f"{path.name}: the front matter cannot be read: {error}") from error
    if not line or source.slug != path.stem:
        raise BrokenSample(f"{path.name}: the slug must be the file's name.")
    return source


@transaction.atomic
def load_articles(folder: Path, as_of: datetime) -> int:
    """Load every article in `folder`, dated backwards from `as_of`; returns how many.

    Sections come from `sections.yaml` beside the folder. An article that is there already is
    updated where it differs. BrokenSample names a slug that does not exist.
    """
    index = ensure_site()
    entries = read_yaml((folder.parent / "sections.yaml").read_text(encoding="utf-8"))
    order = [slug for entry in entries for slug in entry.pop("articles")]
    sections = _load_sections(entries, index)
    sources = [read_source(path) for path in sorted(folder.glob("*.md"))]
    sources.sort(key=lambda each: order.index(each.slug) if each.slug in order else len(order))
    loader = _Loader(
        sources={source.slug: source for source in sources}, sections=sections, as_of=as_of
    )
    return loader.load()


def _load_sections(entries: list[dict], index: GuidanceIndexPage) -> dict[str, SectionPage]:
    """The sections, made or updated, by slug in the file's order."""
    loaded = {}
    for entry in entries:
        section = SectionPage.objects.child_of(index).filter(slug=entry["slug"]).first()
        is_new = section is None
        if section is None:
            section = index.add_child(instance=SectionPage(**entry))
        if _changed(section, entry) or is_new:
            section.save_revision().publish()
        loaded[entry["slug"]] = SectionPage.objects.get(pk=section.pk)
    return loaded


def _changed(page: Page, values: dict) -> bool:
    """Set the values on the page; whether any of them differed."""
    differing = {name: value for name, value in values.items() if getattr(page, name) != value}
    for name, value in differing.items():
        setattr(page, name, value)
    return bool(differing)


class _Loader:
    """Loads a set of sources: first every page, then texts and links between them."""

    def __init__(
        self, *, sources: dict[str, Source], sections: dict[str, SectionPage], as_of: datetime
    ) -> None:
        self.sources = sources
        self.sections = sections
        self.as_of = as_of
        self.today = timezone.localtime(as_of).date()
        self.known = {
            model: dict(model.objects.values_list(key, "pk"))
            for model, key in (
                (Team, "slug"), (Product, "slug"), (Topic, "slug"), (Audience, "slug"),
                (AccessPackage, "urn"),
            )
        }  # fmt: skip
        self.pages = {
            page.slug: page for page in ArticlePage.objects.filter(slug__in=list(sources))
        }

    def load(self) -> int:
        """Everything; returns how many articles there are."""
        new = set(self.sources) - set(self.pages)
        for source in self.sources.values():
            if source.slug in new:
                self.pages[source.slug] = self._add(source)
        for source in self.sources.values():
            self._update(source, is_new=source.slug in new)
        return len(self.sources)

    def _add(self, source: Source) -> ArticlePage:
        """The page with its facts and no text yet, as a draft."""
        if source.section not in self.sections:
            raise BrokenSample(f"{source.slug}: there is no section {source.section!r}.")
        page = ArticlePage(
            slug=source.slug, live=False, body=[], **self._facts(source), title=source.title
        )
        return self.sections[source.section].add_child(instance=page)

    def _update(self, source: Source, *, is_new: bool) -> None:
        """Give the page everything the file says; publish it when something differed."""
        page = self.pages[source.slug]
        values = {**self._facts(source), "title": source.title}
        if source.translation_of:
            values["translation_of_id"] = self._page_id(source.slug, source.translation_of)
        changed = _changed(page, values)
        changed |= self._set_body(page, source)
        changed |= self._set_related(page, source)
        changed |= self._set_vocabulary(page, source)
        if changed or is_new:
            self._publish(page, source)

    def _facts(self, source: Source) -> dict:
        """The page's own columns."""
        return {
            "language": source.language,
            "answer": source.answer,
            "applies_to": source.applies_to,
            "authority": source.authority,
            "search_words": ", ".join(map(str, source.search_words)),
            "owner_team_id": self._ids(source, Team, [source.owner])[0],
            "last_reviewed": self.today - timedelta(days=source.reviewed_days_ago),
            "review_by": self.today + timedelta(days=source.review_in_days),
        }

    def _ids(self, source: Source, model, keys: list[str]) -> list[int]:
        known = self.known[model]
        for key in keys:
            if key not in known:
                name = model._meta.model_name
                raise BrokenSample(f"{source.slug}: there is no {name} {key!r}.")
        return [known[key] for key in keys]

    def _page_id(self, slug: str, wanted: str) -> int:
        if wanted not in self.pages:
            raise BrokenSample(f"{slug}: there is no article {wanted!r}.")
        return self.pages[wanted].pk

    def _set_body(self, page: ArticlePage, source: Source) -> bool:
        converter = Converter(
            slug=source.slug, find_article=lambda wanted: self._page_id(source.slug, wanted)
        )
        blocks = converter.convert(source.text)
        if list(page.body.raw_data) == blocks:
            return False
        page.body = blocks
        return True

    def _set_related(self, page: ArticlePage, source: Source) -> bool:
        wanted = [self._page_id(source.slug, slug) for slug in source.related]
        if [row.article_id for row in page.related_articles.all()] == wanted:
            return False
        page.related_articles = [
            RelatedArticle(article_id=pk, sort_order=order) for order, pk in enumerate(wanted)
        ]
        return True

    def _set_vocabulary(self, page: ArticlePage, source: Source) -> bool:
        changed = False
        for name, model in (
            ("products", Product), ("topics", Topic), ("audiences", Audience),
            ("access_packages", AccessPackage),
        ):  # fmt: skip
            wanted = self._ids(source, model, getattr(source, name))
            if {each.pk for each in getattr(page, name).all()} != set(wanted):
                setattr(page, name, wanted)
                changed = True
        return changed

    def _publish(self, page: ArticlePage, source: Source) -> None:
        """Publish as of the day of the review."""
        day = self.today - timedelta(days=source.reviewed_days_ago)
        published = timezone.make_aware(datetime.combine(day, PUBLISHED_AT))
        published = min(published, self.as_of)
        revision = page.save_revision()
        revision.publish()
        revision.created_at = published
        revision.save(update_fields=["created_at"])
        Page.objects.filter(pk=page.pk).update(
            first_published_at=published - FIRST_PUBLISHED_BEFORE_REVIEW,
            last_published_at=published,
            latest_revision_created_at=published,
        )
