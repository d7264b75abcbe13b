"""Training texts from files: families of cases, and short hints on what a label means. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from markup.written import read_yaml
from triage.classifier.labels import (
    CASE_TYPE,
    NOT_A_CASE,
    PRIORITY,
    PRODUCT,
    TEAM,
    TOPIC,
    check_label,
    product_label,
    topic_label,
)
from triage.classifier.learner.features import with_facts
from triage.tickets.wording import asking_part

DATA = Path(__file__).parent / "data"
SEGMENTS = frozenset(  # of organisations, as a site knows them; other people have none
    {"state", "county", "municipality", "other_public", "system_supplier", "internal"}
)


class BrokenSample(ValueError):
    """A file of sample cases cannot be used; the message says which family and why."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """One text and what is known of it: target → label. `group` keeps variants together.

    `facts` are known when a case comes in, by name, and are read beside the text. `article` is the
    slug of the article that answers it, or "".
    """

    text: str
    labels: Mapping[str, str]
    group: str
    language: str = ""
    article: str = ""
    first_line: bool = True
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def read(self) -> str:
        """What the classifier reads: the text, and the facts beside it."""
        return with_facts(self.text, self.facts)


def case_text(subject: str, body: str) -> str:
    """The text of a case as the classifier reads it."""
    return asking_part(f"{subject}\n{body}")


def read_families(folder: Path) -> list[Example]:
    """Every case of every family in a folder of YAML files. Raises BrokenSample."""
    examples: list[Example] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            families = _loaded(path) or []
        except yaml.YAMLError as error:
            raise BrokenSample(f"{path.name} cannot be read: {error}") from error
        for family in families:
            examples += _family(family, path.name)
    if not examples:
        raise BrokenSample(f"there are no sample cases in {folder}")
    return examples


def _loaded(path: Path):
    return read_yaml(path.read_text(encoding="utf-8"))


def _family(family: Mapping, where: str) -> list[Example]:
    try:
        name = f"{where}: {family['family']}"
        labels = {
            CASE_TYPE: check_label(CASE_TYPE, family["case_type"], name),
            TEAM: family["team"],
            PRIORITY: check_label(PRIORITY, f"{family['impact']}x{family['urgency']}", name),
        }
        if family["case_type"] == NOT_A_CASE:
            labels = {CASE_TYPE: NOT_A_CASE}
        elif family.get("product"):
            labels[PRODUCT] = product_label(family["product"])
            if topic := topic_label(family["product"], family.get("topic")):
                labels[TOPIC] = topic
        return [
            Example(
                text=case_text(ticket["subject"], ticket["body"]),
                labels=labels,
                group=family["family"],
                language=ticket.get("language", ""),
                article=_article(family),
                first_line=bool(family.get("first_line", True)),
                facts=_facts(ticket),
            )
            for ticket in family["tickets"]
        ]
    except (KeyError, TypeError) as error:
        raise BrokenSample(f"{where}: a family lacks {error}") from error


def _facts(ticket: Mapping) -> dict[str, str]:
    segment = ticket.get("segment", "")
    return {"organisation": segment} if segment in SEGMENTS else {}


def _article(family: Mapping) -> str:
    article = family.get("article") or ""
    return "" if article == "none" else article


def read_hints(folder: Path = DATA) -> list[Example]:
    """What labels mean and short questions for them: each description and line is a text."""
    hints: list[Example] = []
    for path in (folder / "labels.yaml", folder / "examples.yaml"):
        targets = _loaded(path)
        for target, labels in targets.items():
            for label, texts in labels.items():
                check_label(target, label, path.name)
                hints += _hints(target, label, texts)
    return hints


def _hints(target: str, label: str, texts: str | Iterable[str]) -> list[Example]:
    lines = texts.splitlines() if isinstance(texts, str) else list(texts)
    return [
        Example(
            text=line.strip(),
            labels={target: label},
            group=f"hint {target} {label} {number}",
        )
        for number, line in enumerate(lines)
        if line.strip()
    ]


def read_concepts(folder: Path = DATA) -> str:
    """Words that mean about the same, a line for each concept: "name: word word"."""
    found = _loaded(folder / "concepts.yaml")
    return "\n".join(f"{name}: {words}" for name, words in found.items())


def checksum(*folders: Path) -> str:
    """A fingerprint of all YAML files in the folders: the version of the training data."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
