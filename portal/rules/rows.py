"""Rows of a form that can be added, removed and moved without script, and keep what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.positions import read_number
from portal.rules.changing import errors_of

ADD, REMOVE, UP, DOWN = "add", "remove", "up", "down"
MOST_ROWS = 60


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row as shown, with what its buttons send; "" where there is nowhere to move it."""

    form: forms.Form
    number: int
    is_open: bool
    up: str
    down: str
    remove: str


class Rows:
    """The rows of one kind: from values, or from what was sent.

    `opened` is the place of a row somebody has just added or moved: it is shown unfolded. Rows made
    anew by a move hold what was typed, and are judged when they are looked at.
    """

    def __init__(
        self,
        make: Callable[..., forms.Form],
        prefix: str,
        initial: Sequence[Mapping] = (),
        data=None,
        *,
        ordered: bool = True,
    ) -> None:
        self._ordered = ordered
        self._make, self._prefix = make, prefix
        self.opened: int | None = None
        number = None if data is None else _number(data.get(self.count_name, ""))
        self.is_whole = data is None or number is not None
        if number is None:
            self.forms = self._fresh(initial)
        else:
            self.forms = [make(data, prefix=f"{prefix}-{place}") for place in range(number)]

    def _fresh(self, initial: Sequence[Mapping]) -> list[forms.Form]:
        return [
            self._make(prefix=f"{self._prefix}-{place}", initial=dict(values))
            for place, values in enumerate(initial)
        ]

    def __iter__(self):
        return iter(self.forms)

    def __len__(self) -> int:
        return len(self.forms)

    @property
    def shown(self) -> list[Row]:
        """The rows as the page shows them."""
        return [
            Row(
                form=form,
                number=place + 1,
                is_open=place == self.opened or bool(form.is_bound and form.errors),
                up=f"{UP}:{place}" if self._ordered and place else "",
                down=f"{DOWN}:{place}" if self._ordered and place + 1 < len(self.forms) else "",
                remove=f"{REMOVE}:{place}",
            )
            for place, form in enumerate(self.forms)
        ]

    @property
    def count_name(self) -> str:
        """The hidden field that says how many rows there are."""
        return f"{self._prefix}-count"

    @property
    def may_add(self) -> bool:
        """Whether there is room for one more."""
        return len(self.forms) < MOST_ROWS

    def is_valid(self) -> bool:
        """Whether every row arrived and can be read."""
        judged = [form.is_valid() for form in self.forms]
        return self.is_whole and all(judged)

    def errors(self) -> list[tuple[str, str]]:
        """What is wrong in which row, with the id of its field."""
        found = [
            (address, _("Rule %(number)s: %(error)s") % {"number": number, "error": error})
            for number, form in enumerate(self.forms, 1)
            for address, error in errors_of(form)
        ]
        if not self.is_whole:
            found.append(("", _("The form did not arrive whole. These are the rules in force.")))
        return found

    def changed_by(self, step: str) -> bool:
        """Do what a button asks ("up:2", "remove:0", "add"); False when it asks nothing of rows."""
        what, _colon, place = step.partition(":")
        values = [typed(form) for form in self.forms]
        target = _rearranged(values, what, read_number(place))
        if target is None:
            return False
        self.forms = self._fresh(values)
        self.opened = target if what != REMOVE and target < len(values) else None
        return True


def typed(form: forms.Form) -> dict[str, Any]:
    """What the fields of a form hold, as it was written, whether it can be read or not."""
    return {name: form[name].value() for name in form.fields}


def _number(text: str) -> int | None:
    """How many rows were sent; None when that cannot be told."""
    number = read_number(text)
    return number if number is not None and number <= MOST_ROWS else None


def as_read(form: forms.Form) -> dict[str, Any]:
    """What a form was read as; of one that cannot be read, or is not sent yet, what it holds."""
    return form.cleaned_data if form.is_bound and form.is_valid() else typed(form)


def _rearranged(values: list[dict], what: str, place: int | None) -> int | None:
    """Change the rows; the place to look at afterwards, or None for what is not about them."""
    if what == ADD:
        if len(values) < MOST_ROWS:
            values.append({})
        return len(values) - 1
    if what not in (REMOVE, UP, DOWN):
        return None
    if place is None or place >= len(values):
        return len(values)
    if what == REMOVE:
        del values[place]
        return place
    other = place - 1 if what == UP else place + 1
    if 0 <= other < len(values):
        values[place], values[other] = values[other], values[place]
        return other
    return place
