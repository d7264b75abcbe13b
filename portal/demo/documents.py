"""The sample articles as documents of a search, straight from their files, without a database."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from cms.guidance.sample import read_source
from markup.written import read_yaml
from search.types import Authority, Document, ProductStatus

SAMPLE = Path(__file__).resolve().parents[2] / "sample"
_AUTHORITY = {
    "requirement": Authority.BINDING,
    "guidance": Authority.GUIDANCE,
    "experience": Authority.EXPERIENCE,
}


@cache
def sample_documents() -> tuple[Document, ...]:
    """Every article, with the id "article:slug"."""
    return tuple(_document(path) for path in sorted((SAMPLE / "articles").glob("*.md")))


@cache
def _vocabulary() -> dict[str, dict[str, dict]]:
    data = read_yaml((SAMPLE / "taxonomy.yaml").read_text(encoding="utf-8"))
    return {kind: {each["slug"]: each for each in data[kind]} for kind in ("products", "topics")}


def _document(path: Path) -> Document:
    source = read_source(path)
    vocabulary = _vocabulary()
    named = [vocabulary["products"][slug] for slug in source.products]
    named += [vocabulary["topics"][slug] for slug in source.topics]
    names = [each[key] for each in named for key in ("name_nb", "name_nn", "name_en") if each[key]]
    statuses = [vocabulary["products"][slug]["status"] for slug in source.products]
    return Document(
        id=f"article:{source.slug}",
        kind="article",
        title=source.title,
        summary=source.answer,
        headings=tuple(re.findall(r"^#{2,3} (.+)$", source.text, re.M)),
        body=_plain(source.text),
        search_words=(*map(str, source.search_words), *dict.fromkeys(names), source.applies_to),
        language=source.language,
        products=tuple(source.products),
        audiences=tuple(source.audiences),
        authority=_AUTHORITY[source.authority],
        product_status=ProductStatus(statuses[0].replace("_", "-")),
        visibility=frozenset({"public"}),
    )


def _plain(markdown: str) -> str:
    """The words of the Markdown, without links' addresses and signs."""
    text = re.sub(r"\]\([^)]*\)", "]", markdown)
    return re.sub(r"[#*`|\[\]]|^:::.*$|^[-| ]+$", " ", text, flags=re.M)
