"""What a report is about: whose eyes, which months, which cases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Value,
    When,
)

from accounts.models import User
from triage.reporting.months import Month, Period
from triage.tickets.models import Ticket, TicketQuerySet


class Seconds(Func):
    """An instant column as whole seconds since 1970: what passes over many rows read quickly."""

    output_field = BigIntegerField()
    template = "CAST(FLOOR(EXTRACT(EPOCH FROM %(expressions)s)) AS BIGINT)"

    def as_sqlite(self, compiler, connection, **context):
        """SQLite keeps instants as text in UTC."""
        template = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **context)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The cases a reader may see, those of them that are asked for, a period, and as of when.

    Figures count what the reader may open, so every figure has its list of cases; security cases
    are counted for those who may read them. `demands` are conditions on the ticket; `kind` and
    `commitment` narrow the targets of the reports on deadlines.
    """

    user: User
    period: Period
    now: datetime
    demands: tuple[Q, ...] = ()
    kind: str = ""
    commitment: str = ""

    def tickets(self) -> TicketQuerySet:
        """The cases asked for that the reader may see, of any time."""
        return Ticket.objects.visible_to(self.user).filter(*self.demands)

    def holds_ticket(self) -> Exists:
        """The condition that a row's `ticket` is one of them, asked row by row.

        The database then starts from the period's rows, not from every case there is.
        """
        return Exists(self.tickets().filter(pk=OuterRef("ticket")))

    def during(self, first: Month, last: Month) -> Scope:
        """The same question of other months."""
        return replace(self, period=Period(first, last, self.period.zone))

    def month_number(self, name: str) -> Case:
        """Which month of the period an instant column falls in, from 0; None outside it.

        Compared with the instants the months begin at, so that midnight and daylight saving time
        of the zone decide, in any database.
        """
        zone = self.period.zone
        return Case(
            When(**{f"{name}__lt": self.period.start}, then=Value(None)),
            *[
                When(**{f"{name}__lt": month.end(zone)}, then=Value(number))
                for number, month in enumerate(self.period)
            ],
            default=Value(None),
            output_field=IntegerField(),
        )
