"""What people ask about: the families of sample cases, read from files. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from zlib import crc32

from markup.written import read_yaml

SEED = "sample cases"
NOT_A_CASE = "not_a_case"


@dataclass(frozen=True)
class Wording:
    """One way somebody has put it."""

    language: str
    segment: str
    subject: str
    body: str


@dataclass(frozen=True)
class Family:
    """One subject: who should answer, with what, and the ways it is asked about."""

    slug: str
    product: str
    topic: str
    case_type: str
    team: str
    impact: int
    urgency: int
    article: str
    first_line: bool
    solutions: dict[str, str]
    wordings: tuple[Wording, ...]

    @property
    def is_outage(self) -> bool:
        """Whether it hits everybody at once, so that several write about it within the hour."""
        return self.case_type == "incident" and (self.impact, self.urgency) == (1, 1)


@dataclass(frozen=True)
class Asked:
    """A wording with the family it belongs to."""

    family: Family
    wording: Wording


class Families:
    """All families, and their wordings in an order that is the same every time."""

    def __init__(self, families: list[Family]) -> None:
        self.families = families

    @cached_property
    def questions(self) -> list[Asked]:
        """Wordings the desk has an answer to in their language, mixed; of bokmål a part only."""
        return self._mixed(
            asked
            for asked in self._all()
            if asked.wording.language in asked.family.solutions
            and not asked.family.is_outage
            and (asked.wording.language != "nb" or _is_chosen(asked.wording))
        )

    @cached_property
    def noise(self) -> list[Asked]:
        """Wordings that are no case at all, mixed."""
        return self._mixed(item for item in self._all() if item.family.case_type == NOT_A_CASE)

    @cached_property
    def outages(self) -> list[Family]:
        """Families that come as many cases at once, each with at least two wordings in bokmål."""
        found = [family for family in self.families if family.is_outage]
        return [family for family in found if len(bokmaal(family)) > 1]

    def _all(self):
        return (Asked(family, wording) for family in self.families for wording in family.wordings)

    def _mixed(self, asked) -> list[Asked]:
        found = list(asked)
        Random(SEED).shuffle(found)  # noqa: S311  an order, not a secret
        return found


def _is_chosen(wording: Wording) -> bool:
    """Three of four, so that nynorsk and English have the share they have at a real desk."""
    return crc32(wording.subject.encode()) % 4 != 0


def bokmaal(family: Family) -> list[Wording]:
    """The family's wordings in bokmål."""
    return [wording for wording in family.wordings if wording.language == "nb"]


def read_families(folder: Path, solutions: Path) -> Families:
    """The families of every file in the folder, with answers in the languages there are."""
    translated = read_yaml(solutions.read_text(encoding="utf-8"))
    families = []
    for path in sorted(folder.glob("*.yaml")):
        for entry in read_yaml(path.read_text(encoding="utf-8")):
            families.append(_family(entry, translated.get(entry["family"], {})))
    return Families(families)


def _family(entry: dict, translated: dict[str, str]) -> Family:
    answer = {"nb": entry["solution"]} if entry["solution"] else {}
    return Family(
        slug=entry["family"],
        product=entry["product"] or "",
        topic=entry["topic"] or "",
        case_type=entry["case_type"],
        team=entry["team"],
        impact=entry["impact"],
        urgency=entry["urgency"],
        article="" if entry["article"] == "none" else entry["article"],
        first_line=entry["first_line"],
        solutions=answer | translated,
        wordings=tuple(
            Wording(item["language"], item["segment"], str(item["subject"]), item["body"].strip())
            for item in entry["tickets"]
        ),
    )
