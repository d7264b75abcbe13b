"""What people are to be told about deadlines, one row for each, gathered before it is told."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class DeadlineNotice(models.Model):
    """What one person is to be told about one deadline, once; dropped when it is so no longer.

    `hours` names the calendar in whose opening hours it may be told ("" is at any hour), `tell_at`
    is the earliest moment; `happened_at` is when the share was used up, not when somebody noticed.
    """

    class What(models.TextChoices):
        NEAR = "near"
        MISSED = "missed"
        MOVED = "moved"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="deadline_notices")
    clock = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField()
    percent = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=10, choices=What.choices)
    guarantee = models.BooleanField()
    urgent = models.BooleanField()
    hours = models.CharField(max_length=60, blank=True)
    happened_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    tell_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "ticket", "clock", "number", "percent", "what", "happened_at"],
                name="deadline_notice_once",
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True) | Q(dropped_at__isnull=True),
                name="deadline_notice_told_or_dropped",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tell_at", "user"],
                condition=Q(told_at__isnull=True, dropped_at__isnull=True),
                name="deadline_notices_waiting",
            ),
            models.Index(fields=["user", "told_at"], name="deadline_notices_told"),
            models.Index(fields=["ticket", "id"], name="deadline_notices_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.clock} {self.percent} {self.user_id}"
