"""What is asked for each product besides the person's own words; read from details.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markup.written import read_yaml

DATA = Path(__file__).resolve().parent / "data" / "details.yaml"
KINDS = ("line", "text", "environment")
LANGUAGES = ("nb", "nn", "en")
ENVIRONMENT = "environment"


class DetailsFault(ValueError):
    """The file cannot be used; the message names the entry and what is wrong with it."""


@dataclass(frozen=True, kw_only=True)
class Detail:
    """One thing that is asked for. `longest` is in characters; words by language."""

    slug: str
    kind: str
    longest: int
    labels: dict[str, str]
    helps: dict[str, str]

    def label(self, language: str) -> str:
        """The question in the language, else in bokmål."""
        return self.labels.get(language) or self.labels["nb"]

    def help(self, language: str) -> str:
        """The help in the language, else in bokmål; empty when there is none."""
        return self.helps.get(language) or self.helps.get("nb", "")


@dataclass(frozen=True, kw_only=True)
class Details:
    """Every detail, and which of them each product asks for."""

    fields: dict[str, Detail]
    products: dict[str, tuple[str, ...]]
    default: tuple[str, ...]

    def asked_for(self, product: str) -> list[Detail]:
        """The details asked for a product by its slug, in order; "" is "I do not know"."""
        return [self.fields[slug] for slug in self.products.get(product, self.default)]


@cache
def details() -> Details:
    """The details of the file, read once."""
    return read_details(DATA.read_text(encoding="utf-8"))


def read_details(text: str) -> Details:
    """Details from YAML. Raises DetailsFault for a missing word, kind or field."""
    data = read_yaml(text)
    fields = {slug: _detail(slug, entry) for slug, entry in data["fields"].items()}
    products = {slug: _known(slug, asked, fields) for slug, asked in data["products"].items()}
    default = _known("default", data["default"], fields)
    return Details(fields=fields, products=products, default=default)


def _detail(slug: str, entry: dict) -> Detail:
    kind, labels = entry.get("kind", "line"), entry.get("label", {})
    if kind not in KINDS:
        raise DetailsFault(f"{slug}: the kind {kind!r} is not one of {', '.join(KINDS)}")
    for words in filter(None, (labels, entry.get("help"))):
        missing = [language for language in LANGUAGES if not words.get(language)]
        if missing:
            raise DetailsFault(f"{slug}: words are missing in {', '.join(missing)}")
    if not labels:
        raise DetailsFault(f"{slug}: it has no label")
    return Detail(
        slug=slug,
        kind=kind,
        longest=entry.get("longest", 200),
        labels=labels,
        helps=entry.get("help", {}),
    )


def _known(name: str, asked: list[str], fields: dict[str, Detail]) -> tuple[str, ...]:
    unknown = [slug for slug in asked if slug not in fields]
    if unknown:
        raise DetailsFault(f"{name} asks for {', '.join(unknown)}: add it under fields")
    return tuple(asked)
