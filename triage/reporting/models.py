"""What reports keep: closed months, the baseline, why promises were broken, what was agreed.

What a person wrote is never changed: a new cause, a new agreement or a new baseline is a new row,
and the newest counts.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation, Team, User
from taxonomy.models import Product
from triage.sla.models import PolicyVersion
from triage.sla.months import Month, Period, month_from
from triage.tickets.models import Ticket


class Snapshot(models.Model):
    """One measure of one closed month as it was when its figures had settled.

    Ordinary and security cases are kept apart, so that nobody is shown a figure of cases they may
    not open. `definition` is the version of the measure's definition. What the log says today is
    compared now and then: the totals by today's log and how many cells differ.
    """

    measure = models.CharField(max_length=20)
    month = models.CharField(max_length=7)
    security = models.BooleanField()
    definition = models.PositiveSmallIntegerField()
    frozen_at = models.DateTimeField()
    compared_at = models.DateTimeField(null=True, blank=True)
    cells_differ = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "month", "security"], name="one_snapshot_of_a_month"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.month}"

    @property
    def at(self) -> Month:
        """The month it is of."""
        return month_from(self.month)

    @property
    def differs(self) -> bool:
        """Whether today's log gave other figures when they were last compared."""
        return self.cells_differ > 0


class SnapshotCell(models.Model):
    """Figures of cases alike in everything reports are filtered and split by.

    What `whole`, `part` and `extra` count is the measure's own, see `measures.py`; `single` holds
    what cannot be had from sums, see `single.py`.
    """

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="cells")
    kind = models.CharField(max_length=20, blank=True)
    commitment = models.CharField(max_length=12, blank=True)
    channel = models.CharField(max_length=10, blank=True)
    priority = models.CharField(max_length=2)
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    language = models.CharField(max_length=2)
    case_type = models.CharField(max_length=30, blank=True)
    whole = models.PositiveBigIntegerField()
    part = models.PositiveBigIntegerField(default=0)
    extra = models.PositiveBigIntegerField(default=0)
    single = models.BinaryField(null=True)

    def __str__(self) -> str:
        return f"{self.snapshot_id} {self.kind} {self.whole}"


class Baseline(models.Model):
    """The months that later ones are compared with, chosen by a manager. The newest counts."""

    first_month = models.CharField(max_length=7)
    last_month = models.CharField(max_length=7)
    chosen_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_month__lte=models.F("last_month")), name="baseline_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_month}–{self.last_month}"

    @property
    def first(self) -> Month:
        """Its first month."""
        return month_from(self.first_month)

    @property
    def last(self) -> Month:
        """Its last month, part of it."""
        return month_from(self.last_month)


class BreachCause(models.Model):
    """Why a deadline was missed and what is done about it, as a manager entered it.

    A deadline is named by its case, kind and number: its stored row may be replayed.
    """

    class Cause(models.TextChoices):
        CAPACITY = "capacity", _("Too few people for the number of cases")
        ROUTING = "routing", _("Sent to the right team too late")
        PRIORITY = "priority", _("Priority set wrong or changed late")
        COMPETENCE = "competence", _("Nobody at work who knew the answer")
        SUPPLIER = "supplier", _("Waited for a supplier or another body")
        FAULT = "fault", _("A fault in the service took time to mend")
        ROUTINE = "routine", _("The routine was not followed")
        REQUESTER = "requester", _("Information from the requester was missing")
        OTHER = "other", pgettext_lazy("cause", "Something else")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="breach_causes")
    kind = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField()
    cause = models.CharField(max_length=12, choices=Cause.choices)
    explanation = models.TextField(blank=True)
    measure = models.TextField()
    entered_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    entered_at = models.DateTimeField()
    current = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["ticket", "kind", "number", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "kind", "number"],
                condition=Q(current=True),
                name="one_current_cause",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.cause}"


class Agreement(models.Model):
    """What was agreed with a service owner after a month, written in its delivery report."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="agreements")
    month = models.CharField(max_length=7)
    text = models.TextField(blank=True)
    written_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "month", "id"])]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.month}"


class WhatIf(models.Model):
    """A trial of rules on the cases of past months: nothing of the cases is touched by it.

    `policy` and `calendars` are the rules that were tried, written from the version `base`. Cases
    are replayed as of `asked_at`, and `last_case` is the last that was; `cells` are the figures so
    far (see `what_if.py`), `largest` the due times that differ most. `unreadable` counts cases
    whose log cannot be replayed. `finished_at` is None while cases are being replayed.
    """

    policy = models.JSONField()
    calendars = models.JSONField()
    base = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    first_month = models.CharField(max_length=7)
    last_month = models.CharField(max_length=7)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(db_index=True)
    cases = models.PositiveIntegerField()
    last_case = models.PositiveBigIntegerField(default=0)
    counted = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unreadable = models.PositiveIntegerField(default=0)
    cells = models.JSONField(default=list)
    largest = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_month__lte=models.F("last_month")), name="what_if_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.first_month}–{self.last_month}"

    def period(self, zone: ZoneInfo) -> Period:
        """The months the cases came in."""
        return Period(month_from(self.first_month), month_from(self.last_month), zone)
