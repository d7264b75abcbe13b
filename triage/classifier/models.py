"""What was guessed about a case, and how that stands; the rest of its life is in life_models.py."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from triage.classifier import life_models
from triage.classifier.life_models import Alarm, Challenge, Decision, Reading, Release
from triage.tickets.models import Ticket

__all__ = ["Alarm", "Challenge", "Decision", "Prediction", "Reading", "Release"]


class Prediction(models.Model):
    """The last guess on one question about one case. It changes nothing by itself.

    `speaks` says whether it was sure enough to be shown; `because` holds words of the case that
    spoke for it; `unknown` is the share of its words the classifier had never met. `decided` is the
    label a person set on the case: the same when accepted, another when corrected; what was decided
    before stands in `Decision`. `labelled_at` is when anybody last decided, on the case or not.
    """

    Target = life_models.Target

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="predictions")
    target = models.CharField(max_length=12, choices=Target.choices)
    label = models.CharField(max_length=60)
    confidence = models.FloatField()
    speaks = models.BooleanField()
    because = models.JSONField(default=list)
    unknown = models.FloatField(null=True, blank=True)
    model_version = models.CharField(max_length=40)
    at = models.DateTimeField()
    decided = models.CharField(max_length=60, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    labelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("prediction")
        verbose_name_plural = _("predictions")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "target"], name="prediction_one_per_target"),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="prediction_confidence_0_1"
            ),
            models.CheckConstraint(
                condition=Q(decided="", decided_at__isnull=True)
                | (~Q(decided="") & Q(decided_at__isnull=False)),
                name="prediction_decided_when",
            ),
        ]
        indexes = [
            models.Index(fields=["target", "at"], name="prediction_target_at"),
            models.Index(
                fields=["target", "confidence", "id"],
                condition=Q(labelled_at__isnull=True),
                name="prediction_to_label",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.target}: {self.label}"

    @property
    def is_decided(self) -> bool:
        """Whether a person has accepted or corrected it."""
        return self.decided_at is not None

    @property
    def was_right(self) -> bool:
        """Whether the person chose what was guessed."""
        return self.is_decided and self.decided == self.label
