"""The frame of the reports: one page for each purpose of the service model, made of parts.

A *part* is a module of this package that gives one subject's sections. It has

- `NAME`: its name in addresses (`frister`), unlike every other part's;
- `TITLE`: its heading on the page, marked for translation and read lazily;
- `sections(question)`: its sections in order, each a sentence, a chart, the same as a table, and
  what is counted (see `shapes.Section`). The code of a section is unlike the others' of its part;
- `headline(question)`: its key figure in a sentence for the first page, about the two months
  `parts.headline_months` gives; "" when it has none;
- `FIGURES`: the lists of cases its figures open, by their name in addresses (see
  `shapes.Figure`); a cell says which by `question.cases("missed", month=month, kind=kind)`;
- `MEASURES`, only when its figures of closed months are read as they were kept: the names of
  those measures (see `triage.reporting.measures`). The page then says which months are closed.
- `USES_FILTERS`, only when it cannot be narrowed by every filter: the names of those it uses. It is
  then asked without the others, and the pages say which of the chosen ones are not used for it.

To add a part, write the module and name it in `PURPOSES`. Page, links between pages, CSV, XLSX,
filters, print and lists of cases follow by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.insight import (
    answering,
    backlog,
    breaches,
    cooperation,
    deadlines,
    desk_help,
    effect,
    escalated,
    forum,
    helped,
    reviewed,
    satisfied,
    secure,
    solved,
    unequal,
)
from portal.insight.questions import Question
from portal.insight.shapes import Figure, Section


class Part(Protocol):
    """A module that gives one subject's sections."""

    NAME: str
    TITLE: Promise
    FIGURES: Mapping[str, Figure]

    def sections(self, question: Question) -> Sequence[Section]:
        """The sections in order."""

    def headline(self, question: Question) -> str:
        """The key figure in a sentence, or ""."""


@dataclass(frozen=True)
class Purpose:
    """What a manager wants to know: its address, its name, the question, and who answers it."""

    address: str
    title: Promise
    asks: Promise
    parts: tuple[Part, ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures its parts read closed months by."""
        return tuple(name for part in self.parts for name in getattr(part, "MEASURES", ()))

    def part(self, name: str) -> Part | None:
        """A part by its name in addresses."""
        return next((part for part in self.parts if name == part.NAME), None)


PURPOSES: tuple[Purpose, ...] = (
    Purpose(
        "forutsigbarhet",
        _("Predictability"),
        _("Is what we promise kept?"),
        (deadlines, breaches, backlog),
    ),
    Purpose(
        "effektivitet",
        _("Efficiency"),
        _("How much does the first line solve?"),
        (solved, escalated),
    ),
    Purpose(
        "forslag",
        _("Suggestions"),
        _("What do suggestions lead to?"),
        (effect, desk_help, helped),
    ),
    Purpose(
        "kvalitet",
        _("Quality and equal treatment"),
        _("Does everybody get an equally good answer?"),
        (answering, satisfied, reviewed, unequal),
    ),
    Purpose(
        "samhandling",
        _("Cooperation"),
        _("How do cases travel between lines and teams?"),
        (cooperation,),
    ),
    Purpose(
        "sikkerhet",
        _("Secure and measurable"),
        _("Is what is sensitive looked after?"),
        (secure,),
    ),
    Purpose(
        "community",
        _("The community"),
        _("Is everybody answered, and who helps?"),
        (forum,),
    ),
)
BY_ADDRESS = {purpose.address: purpose for purpose in PURPOSES}
# Parts once had pages of their own, and the community another name: old addresses lead on.
MOVED: dict[str, tuple[Purpose, str]] = {
    part.NAME: (purpose, part.NAME)
    for purpose in PURPOSES
    for part in purpose.parts
    if part.NAME not in BY_ADDRESS
} | {"brukerforum": (BY_ADDRESS["community"], "")}
FIGURES: dict[str, Figure] = {
    name: figure
    for purpose in PURPOSES
    for part in purpose.parts
    for name, figure in part.FIGURES.items()
}
PURPOSE_OF = {
    name: purpose for purpose in PURPOSES for part in purpose.parts for name in part.FIGURES
}
