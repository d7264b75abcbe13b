"""Stored versions of calendars and policies. A version that tickets stand on never changes."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CalendarVersion(models.Model):
    """One version of a named calendar, as JSON that triage.sla.calendar reads."""

    name = models.SlugField(max_length=60)
    valid_from = models.DateTimeField(default=timezone.now)
    data = models.JSONField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ["name", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["name", "valid_from"], name="calendar_version_unique")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from:%Y-%m-%d}"


class PolicyVersion(models.Model):
    """One version of the service model's promises, with the calendars it is computed by."""

    name = models.CharField(max_length=100)
    valid_from = models.DateTimeField(default=timezone.now, unique=True)
    data = models.JSONField()
    calendars = models.ManyToManyField(CalendarVersion, related_name="policies")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("service policy")
        verbose_name_plural = _("service policies")
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from:%Y-%m-%d}"
