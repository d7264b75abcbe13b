"""Organisations in a form: one on each line, by name or number, without a list of them all."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Organisation
from portal.positions import read_number

MOST_LINES = 100


class OrganisationsField(forms.CharField):
    """The ids of the organisations written, one on each line.

    An organisation is known by its name, its organisation number, or, where two have the same name,
    by the number the page puts after it ("Tindvik kommune #12").
    """

    def __init__(self, **kwargs) -> None:
        super().__init__(
            required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 2}), **kwargs
        )

    def clean(self, value) -> tuple[int, ...]:
        """The ids in the order written. Raises ValidationError naming what is unknown."""
        return read_organisations(super().clean(value))

    def prepare_value(self, value):
        """Ids as the lines somebody would write; text as it was written."""
        return value if value is None or isinstance(value, str) else write_organisations(value)


class OrganisationField(OrganisationsField):
    """One organisation, or none."""

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        self.widget = forms.TextInput()

    def clean(self, value) -> int:
        """The id, 0 for none."""
        found = super().clean(value)
        if len(found) > 1:
            raise ValidationError(_("Write one organisation."))
        return found[0] if found else 0


def read_organisations(text: str) -> tuple[int, ...]:
    """The ids of what is written. Raises ValidationError naming what is unknown or ambiguous."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(lines) > MOST_LINES:
        raise ValidationError(
            _("At most %(most)s organisations in one rule.") % {"most": MOST_LINES}
        )
    return tuple(dict.fromkeys(_read(line) for line in lines))


def readable_organisations(text: str) -> tuple[int, ...]:
    """The ids of what can be read; nothing when something cannot."""
    try:
        return read_organisations(text)
    except ValidationError:
        return ()


def _read(line: str) -> int:
    name, _hash, written = line.rpartition("#")
    number = read_number(written)
    if name and number is not None:
        found = Organisation.objects.filter(pk=number, name__iexact=name.strip())
    elif line.isascii() and line.replace(" ", "").isdecimal():
        found = Organisation.objects.filter(organisation_number=line.replace(" ", ""))
    else:
        found = _named(line)
    ids = list(found.values_list("pk", flat=True)[:2])
    if not ids:
        raise ValidationError(
            _("There is no organisation called “%(name)s”.") % {"name": line[:80]}
        )
    if len(ids) > 1:
        raise ValidationError(
            _("Several organisations are called “%(name)s”: write the organisation number.")
            % {"name": line[:80]}
        )
    return ids[0]


def _named(name: str):
    exactly = Organisation.objects.filter(name=name)
    return exactly if exactly.exists() else Organisation.objects.filter(name__iexact=name)


def write_organisations(ids: Iterable[int]) -> str:
    """The lines that `read_organisations` reads; organisations that are gone are left out."""
    ids = list(ids)
    if not ids:
        return ""
    names = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))
    shared = set(
        Organisation.objects.filter(name__in=names.values())
        .exclude(pk__in=names)
        .values_list("name", flat=True)
    )
    known = list(names.values())
    return "\n".join(
        f"{names[pk]} #{pk}" if names[pk] in shared or known.count(names[pk]) > 1 else names[pk]
        for pk in ids
        if pk in names
    )
