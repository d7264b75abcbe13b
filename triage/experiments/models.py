"""A trial with and without suggestions at the desk: what was planned, who began and ended it."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User


class Experiment(models.Model):
    """One trial. What it is to find, and how many cases that takes, is stored when it begins.

    `effect` is the change to be found in per cent, `history` how many earlier cases the plan is
    made of, `inflow` the cases a day there were then. From `full_at` no more cases take part.
    `came_in` is how many cases each group had when they were last counted, at `counted_at`, and
    `result` what it came to, kept as it was counted when it ended.
    """

    class Kind(models.TextChoices):
        DESK = "desk", _("Suggestions at the desk")

    class Ending(models.TextChoices):
        COMPLETE = "complete", pgettext_lazy("trial", "Carried through as planned")
        STOPPED = "stopped", pgettext_lazy("trial", "Stopped before there were enough cases")

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DESK)
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    effect = models.PositiveSmallIntegerField()
    in_each = models.PositiveIntegerField()
    history = models.PositiveIntegerField()
    inflow = models.FloatField()
    full_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    came_in = models.JSONField(default=dict, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("trial of suggestions")
        verbose_name_plural = _("trials of suggestions")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(ended_at__isnull=True), name="one_running_trial"
            ),
            models.CheckConstraint(
                condition=Q(effect__gte=1, effect__lte=90), name="trial_effect_1_90"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ending="")
                | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="trial_ended_somehow",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at:%Y-%m-%d}"

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.ended_at is None
