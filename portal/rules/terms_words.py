"""What the pages about the terms of use show, ready to print."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.terms import Signed
from accounts.terms_models import TermsVersion
from portal.insight.shapes import Cell, Row, Table
from portal.selfservice.promises import day_words


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    """A version: when it holds, and how many of the organisations have signed it."""

    key: str
    title: str
    address: str
    state: str
    is_in_force: bool
    valid_from: date
    published_by: str
    count: str
    missing: int
    signed: int
    of: int


@dataclass(frozen=True, kw_only=True)
class UnsignedRow:
    """An organisation that has not signed, and who can do it for them."""

    name: str
    address: str
    segment: str
    signers: list[str]


def version_row(each: Signed, in_force: TermsVersion | None, today: date) -> VersionRow:
    """One version in the list."""
    version = each.terms
    return VersionRow(
        key=version.key,
        title=version.title,
        address=reverse("rules_terms_version", args=[version.key]),
        state=_state(version, in_force, today),
        is_in_force=version == in_force,
        valid_from=version.valid_from,
        published_by=version.published_by.display_name if version.published_by else "",
        count=_("%(signed)s of %(all)s organisations have signed.")
        % {"signed": each.signed, "all": each.of},
        missing=each.of - each.signed,
        signed=each.signed,
        of=each.of,
    )


def _state(version: TermsVersion, in_force: TermsVersion | None, today: date) -> str:
    if version == in_force:
        return _("In force since %(day)s") % {"day": day_words(version.valid_from)}
    if version.valid_from > today:
        return _("Holds from %(day)s") % {"day": day_words(version.valid_from)}
    return _("Held from %(day)s, replaced by newer terms") % {"day": day_words(version.valid_from)}


def unsigned_row(organisation: Organisation) -> UnsignedRow:
    """One organisation of `accounts.terms.unsigned`."""
    names = dict.fromkeys(member.user.display_name for member in organisation.signers)
    return UnsignedRow(
        name=organisation.name,
        address=reverse("account_organisation", args=[organisation.pk]),
        segment=str(organisation.get_segment_display()),
        signers=list(names),
    )


def unsigned_table(organisations: Iterable[Organisation]) -> Table:
    """The organisations of `accounts.terms.unsigned` as a table to be written to."""
    return Table(
        code="unsigned",
        caption=_("Who has not signed"),
        columns=(_("Organisation"), _("Organisation number"), _("Segment"), _("Who can sign")),
        rows=tuple(
            Row(
                name=each.name,
                cells=tuple(
                    Cell(words=text, value=text)
                    for text in (each.organisation_number, row.segment, ", ".join(row.signers))
                ),
            )
            for each in organisations
            for row in [unsigned_row(each)]
        ),
        textual=True,
    )
