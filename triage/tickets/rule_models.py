"""A change of the rules, who made it and why, and how far the open cases have come."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from triage.sla.models import PolicyVersion


class RuleChange(models.Model):
    """One change from a version of the rules to the next. Only its progress changes afterwards.

    `foreseen` is what the person was shown before deciding. Without `for_open_cases` only cases
    that come in later get the new rules. `left` counts cases whose log could not be replayed: they
    keep what they had. `finished_at` is None while open cases are being moved.
    """

    before = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    after = models.OneToOneField(PolicyVersion, models.PROTECT, related_name="change")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    for_open_cases = models.BooleanField()
    foreseen = models.JSONField()
    moved = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="rule_change_has_reason"),
            models.CheckConstraint(condition=~Q(before=F("after")), name="rule_change_is_a_change"),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
