"""Rows that follow a change out of the house, and the worker's own memory."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutboxRow(models.Model):
    """Something that must happen because a change was committed; written in its transaction."""

    topic = models.CharField(max_length=40)
    key = models.CharField(max_length=120, blank=True)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("outbox row")
        verbose_name_plural = _("outbox rows")
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(delivered_at__isnull=True, given_up_at__isnull=True),
                name="outbox_due",
            ),
            models.Index(fields=["delivered_at"], name="outbox_delivered"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "key"],
                condition=~Q(key="") & Q(delivered_at__isnull=True, attempts=0),
                name="outbox_waiting_key_unique",
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(given_up_at__isnull=True),
                name="outbox_delivered_or_given_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.pk}"


class Mail(models.Model):
    """One mail to one receiver, kept so that an administrator can see what was sent and when."""

    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    language = models.CharField(max_length=2)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120, blank=True)
    about = models.JSONField(default=dict)  # ids: what is looked at again before it is sent
    stop_address = models.CharField(max_length=500, blank=True)  # stops such mails at one press
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)  # not to be sent after all

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [models.Index(fields=["created_at", "id"])]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="mail_key_unique"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(dropped_at__isnull=True),
                name="mail_sent_or_dropped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class RecurringJob(models.Model):
    """When a recurring job runs next; the job itself is code, known by its name."""

    name = models.CharField(max_length=80, unique=True)
    next_run_at = models.DateTimeField()
    last_started_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.name


class WorkerBeat(models.Model):
    """The last sign of life of a worker process."""

    worker_id = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker_id
