"""The facts of a case that decide what it is promised: read at intake, then kept in its log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from accounts.models import Organisation
from accounts.terms import signatures_by_organisation, signed_terms
from taxonomy.models import Product
from triage.sla.facts import Facts, facts_from_data
from triage.tickets.models import Ticket, TicketEvent

FACTS = "facts"  # in the data of a line of the log


def facts_of(*, organisation: Organisation | None, product: Product | None, at: datetime) -> Facts:
    """The facts of a case that comes in at a moment, from this organisation, about this product."""
    return Facts(
        product=product.slug if product else "",
        segment=organisation.segment if organisation else "",
        organisation=organisation.pk if organisation else 0,
        terms=signed_terms(organisation.pk, at) if organisation else (),
    )


def facts_not_logged(
    tickets: Iterable[Ticket], logs: Mapping[int, Iterable[TicketEvent]]
) -> dict[int, Facts]:
    """The facts of those cases, by id, whose log does not hold them: opened before they were kept.

    The terms are those the organisation had signed when the case came in. Three statements,
    however many cases; none when every log holds its facts.
    """
    without = [ticket for ticket in tickets if not _are_logged(logs[ticket.pk])]
    if not without:
        return {}
    segments = dict(
        Organisation.objects.filter(
            pk__in={ticket.organisation_id for ticket in without} - {None}
        ).values_list("pk", "segment")
    )
    products = dict(
        Product.objects.filter(pk__in={ticket.product_id for ticket in without} - {None})
        .values_list("pk", "slug")
    )  # fmt: skip
    signed = signatures_by_organisation(segments)
    return {
        ticket.pk: Facts(
            product=products.get(ticket.product_id, ""),
            segment=segments.get(ticket.organisation_id, ""),
            organisation=ticket.organisation_id or 0,
            terms=tuple(
                key
                for key, signed_at in signed.get(ticket.organisation_id, ())
                if signed_at <= ticket.opened_at
            ),
        )
        for ticket in without
    }


def _are_logged(rows: Iterable[TicketEvent]) -> bool:
    return any(FACTS in row.data for row in rows)


def facts_now(rows: Iterable[TicketEvent]) -> Facts:
    """The facts of a case as its log has them, a corrected product included."""
    found = Facts()
    for row in rows:
        if FACTS in row.data:
            found = logged_facts(row)
        elif row.kind == "product_changed":
            found = replace(found, product=row.data.get("product", ""))
    return found


def logged_facts(row: TicketEvent) -> Facts | None:
    """The facts a line of the log holds, None when it holds none."""
    return facts_from_data(row.data[FACTS]) if FACTS in row.data else None
