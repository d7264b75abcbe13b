"""What was searched for, without anything that tells who did."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LoggedQuery(models.Model):
    """One search: the words with identity numbers masked, and how it went. No user, no address."""

    text = models.CharField(max_length=200)
    language = models.CharField(max_length=2)
    total = models.PositiveIntegerField()
    answerable = models.FloatField()
    place = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        indexes = [models.Index(fields=["at"]), models.Index(fields=["total", "at"])]

    def __str__(self) -> str:
        return f"{self.pk}"
