"""What was guessed of cases, what people decided, which classifier was in use, and how it did.

None of the rows holds a text of a case: texts are read where they lie, and go with their case.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from triage.tickets.models import Ticket


class Target(models.TextChoices):
    """What is guessed of a case."""

    PRODUCT = "product", _("Product")
    CASE_TYPE = "case_type", _("Type")
    TEAM = "team", _("Team")
    PRIORITY = "priority", _("Priority")
    TOPIC = "topic", _("Topic")


class Prediction(models.Model):
    """The last guess on one question about one case. It changes nothing by itself.

    `speaks` says whether it was sure enough to be shown; `because` holds words of the case that
    spoke for it; `unknown` is the share of its words the classifier had never met. `decided` is the
    label a person set on the case: the same when accepted, another when corrected; what was decided
    before stands in `Decision`. `labelled_at` is when anybody last decided, on the case or not.
    """

    Target = Target

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


class DecisionIsKept(Exception):
    """A decision was to be changed or removed by itself; write a new one instead."""


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Reads and additions only; a decision goes when its case does."""

    def newest_of_each(self) -> DecisionQuerySet:
        """Of these decisions the last about each target of each case."""
        later = self.filter(
            Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")),
            ticket=OuterRef("ticket"),
            target=OuterRef("target"),
        )
        return self.filter(~Exists(later))

    def update(self, **fields):
        """Refused. Raises DecisionIsKept."""
        raise DecisionIsKept

    def delete(self):
        """Refused. Raises DecisionIsKept."""
        raise DecisionIsKept


class Decision(models.Model):
    """What somebody decided about a case, beside what was guessed then. Rows are only ever added.

    The newest of a case and target counts; an empty `label` takes the ones before back. `source`
    tells where from: cases in a session were chosen because the guess was unsure, so they say
    nothing about how often guesses are right.
    """

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        CORRECTED = "corrected", _("Corrected")
        UNGUESSED = "unguessed", _("Nothing was guessed")
        WITHDRAWN = "withdrawn", _("Taken back")

    class Source(models.TextChoices):
        DESK = "desk", _("Set on the case")
        SESSION = "session", _("Labelled in the list")
        RESOLVED = "resolved", _("Stood when the case was solved")

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="decisions")
    target = models.CharField(max_length=12, choices=Target.choices)
    label = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    source = models.CharField(max_length=10, choices=Source.choices)
    guessed = models.CharField(max_length=60, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    spoke = models.BooleanField(default=False)
    model_version = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [
            models.Index(fields=["ticket", "target", "at", "id"], name="decision_of_case"),
            models.Index(fields=["at"], name="decision_at"),
            models.Index(fields=["source", "at"], name="decision_source_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="withdrawn", label="")
                | (~Q(label="") & Q(outcome="unguessed", guessed=""))
                | (
                    ~Q(label="")
                    & ~Q(guessed="")
                    & Q(outcome="confirmed", label=models.F("guessed"))
                )
                | (
                    ~Q(label="")
                    & ~Q(guessed="")
                    & Q(outcome="corrected")
                    & ~Q(label=models.F("guessed"))
                ),
                name="decision_outcome_fits",
            ),
            models.CheckConstraint(
                condition=Q(guessed="", confidence__isnull=True, spoke=False)
                | (~Q(guessed="") & Q(confidence__gte=0, confidence__lte=1)),
                name="decision_guess_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.target}: {self.outcome}"


class Release(models.Model):
    """A classifier was put to use. The newest row tells which is, those before which were."""

    class Why(models.TextChoices):
        TRAINED = "trained", _("Trained by hand")
        PROMOTED = "promoted", _("Better on fresh cases")
        CHOSEN = "chosen", _("Chosen by an administrator")
        ROLLED_BACK = "rolled_back", _("Rolled back")

    version = models.CharField(max_length=40)
    replaced = models.CharField(max_length=40, blank=True)
    why = models.CharField(max_length=12, choices=Why.choices)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("classifier put to use")
        verbose_name_plural = _("classifiers put to use")

    def __str__(self) -> str:
        return f"{self.version} {self.why}"


class Challenge(models.Model):
    """One try to make a better classifier, and how it went, with all its figures."""

    class Outcome(models.TextChoices):
        RUNNING = "running", _("Under way")
        PROMOTED = "promoted", _("Better, and put to use")
        HELD = "held", _("Better, and waits for an administrator")
        KEPT_OUT = "kept_out", _("Not shown to be better")
        TOO_FEW = "too_few", _("Too few cases to judge by")
        FAILED = "failed", _("Stopped by a fault")

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.RUNNING)
    version = models.CharField(max_length=40, blank=True)
    against = models.CharField(max_length=40, blank=True)
    decided = models.PositiveIntegerField(default=0)  # cases with a decision when it began
    until = models.DateTimeField(null=True, blank=True)  # it has read no case that came later
    figures = models.JSONField(default=dict)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("challenger")
        verbose_name_plural = _("challengers")
        constraints = [
            models.UniqueConstraint(
                fields=["outcome"], condition=Q(outcome="running"), name="one_challenge_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(outcome="running", finished_at__isnull=True)
                | (~Q(outcome="running") & Q(finished_at__isnull=False)),
                name="challenge_finished_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d} {self.outcome}"


class Reading(models.Model):
    """What was guessed in one week of one label, and what people made of it; "" is all labels.

    `guessed` counts the cases whose best guess it was, `silent` those of them where nothing was
    said. `decided` are those that were said and people have decided since, `right` those confirmed.
    For all labels together `unknown` sums the shares of words the classifier had never met, over
    `read` cases, and `unknown_squared` their squares.
    """

    week = models.DateField()  # its Monday
    target = models.CharField(max_length=12, choices=Target.choices)
    label = models.CharField(max_length=60, blank=True)
    guessed = models.PositiveIntegerField(default=0)
    silent = models.PositiveIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0)
    right = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    unknown = models.FloatField(default=0)
    unknown_squared = models.FloatField(default=0)

    class Meta:
        verbose_name = _("weekly reading")
        verbose_name_plural = _("weekly readings")
        constraints = [
            models.UniqueConstraint(fields=["week", "target", "label"], name="reading_one_a_week"),
            models.CheckConstraint(
                condition=Q(right__lte=models.F("decided"), silent__lte=models.F("guessed")),
                name="reading_parts_of_wholes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.target} {self.label}"


class Alarm(models.Model):
    """Something is wrong with what is guessed; it ends by itself when it is right again."""

    class Kind(models.TextChoices):
        QUALITY = "quality", _("Guesses are wrong too often")
        SHIFT = "shift", _("Other things are guessed than before")
        UNKNOWN = "unknown", _("Cases use words it has never met")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    target = models.CharField(max_length=12, choices=Target.choices)
    label = models.CharField(max_length=60, blank=True)
    figures = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "target", "label"],
                condition=Q(ended_at__isnull=True),
                name="alarm_rings_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target} {self.label}"
