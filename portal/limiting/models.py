"""How often somebody did something in the window of time that runs now."""

from __future__ import annotations

from django.db import models


class Count(models.Model):
    """One visitor and one thing in one window; `key` tells neither who nor what."""

    key = models.CharField(max_length=64, primary_key=True)
    number = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.number} until {self.ends_at:%H.%M.%S}"
