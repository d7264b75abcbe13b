"""What a report is about: whose eyes, which months, which cases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

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
from triage.sla.months import Month, Period
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
    are counted for those who may read them. No reader counts every case: when a month is closed.
    `demands` are conditions on the ticket; `kind` and `commitment` narrow the targets of the
    reports on deadlines, and `cause` narrows them to those a manager gave that cause for; `of_team`
    narrows internal deadlines to those of one team, by its slug. `narrow`
    says that some demand is one closed months are not kept by, so that everything is counted from
    the log.
    """

    user: User | None
    period: Period
    now: datetime
    demands: tuple[Q, ...] = ()
    kind: str = ""
    commitment: str = ""
    cause: str = ""
    of_team: str = ""
    narrow: bool = False

    def tickets(self) -> TicketQuerySet:
        """The cases asked for that the reader may see, of any time."""
        cases = Ticket.objects.visible_to(self.user) if self.user else Ticket.objects.all()
        return cases.filter(*self.demands)

    def holds_ticket(self) -> Exists | Q:
        """The condition that a row's `ticket` is one of them.

        Asked row by row, so that the database starts from the period's rows and not from every
        case there is; when narrow, the few cases are found first.
        """
        if self.narrow:
            return Q(ticket__in=self.tickets().order_by().values("pk"))
        return Exists(self.tickets().filter(pk=OuterRef("ticket")))

    @cached_property
    def sees_ordinary(self) -> bool:
        """Whether the reader may open every ordinary case."""
        user = self.user
        return user is None or user.is_superuser or user.is_manager or user.is_first_line

    @cached_property
    def sees_security(self) -> bool:
        """Whether the reader may open every security case."""
        return self.user is None or self.user.is_superuser or self.user.handles_security

    @cached_property
    def sees_some_security(self) -> bool:
        """Whether the reader may open any security case at all."""
        return self.sees_security or self.tickets().filter(security=True).exists()

    def during(self, first: Month, last: Month) -> Scope:
        """The same question of other months."""
        return replace(self, period=Period(first, last, self.period.zone))

    def about(self, *demands: Q) -> Scope:
        """The same question of those cases only."""
        return replace(self, demands=(*self.demands, *demands))

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
