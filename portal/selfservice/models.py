"""What calendars have been named by people."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class CalendarName(models.Model):
    """A name somebody gave a calendar, and why; the latest holds. Rows never change.

    A name is no rule: it makes no version of the calendar and moves no deadline. `name` is "" for
    the name it has of itself, `before` what it was called until then, "" when it was new.
    """

    calendar = models.CharField(max_length=60, db_index=True)
    name = models.CharField(max_length=60, blank=True)
    before = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="calendar_name_has_reason")
        ]

    def __str__(self) -> str:
        return f"{self.calendar}: {self.name}"
