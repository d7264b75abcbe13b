"""What suggestions led to, counted without knowing for whom."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from triage.tickets.models import Ticket


class Effect(models.Model):
    """One thing that happened with one suggested document, in one form or page."""

    class What(models.TextChoices):
        SHOWN = "shown", pgettext_lazy("suggestion", "Shown")
        OPENED = "opened", pgettext_lazy("suggestion", "Opened")
        SOLVED = "solved", pgettext_lazy("suggestion", "Solved it")
        INSERTED = "inserted", pgettext_lazy("suggestion", "Put into an answer")
        DISMISSED = "dismissed", pgettext_lazy("suggestion", "Did not fit")
        SENT = "sent", pgettext_lazy("suggestion", "Sent all the same")

    what = models.CharField(max_length=10, choices=What.choices)
    document = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=40)
    # Tells the same form from another one; made of a random key, so it leads to nobody.
    once = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("effect of a suggestion")
        verbose_name_plural = _("effects of suggestions")
        constraints = [
            models.UniqueConstraint(
                fields=["what", "document", "place", "once"], name="suggestion_effect_once"
            )
        ]
        indexes = [
            models.Index(fields=["what", "at"], name="suggestion_effect_at"),
            models.Index(fields=["document", "what"], name="suggestion_effect_doc"),
            models.Index(fields=["once", "what", "place"], name="suggestion_effect_form"),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.what}"


class TicketSuggestion(models.Model):
    """A document that may answer a case, found when the case came in.

    `words` are the words the two share; titles and texts are read from the document itself when
    shown, after asking whether the person may see it.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="suggestions")
    document = models.CharField(max_length=60)
    score = models.FloatField()
    words = models.JSONField(default=list)
    at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("suggestion for a case")
        verbose_name_plural = _("suggestions for cases")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "document"], name="suggestion_once_per_case")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.document}"


class KeptLesson(models.Model):
    """A document helped with a text, or did not fit it; `words` are what the text was about.

    Of a case they are its own words and go with it; of a text nobody sent, only words the document
    has too are kept. `giver` tells people apart, but leads to nobody.
    """

    document = models.CharField(max_length=60)
    helped = models.BooleanField()
    words = models.JSONField(default=list)
    giver = models.CharField(max_length=64)
    once = models.CharField(max_length=64)
    ticket = models.ForeignKey(
        Ticket, models.CASCADE, null=True, blank=True, related_name="suggestion_lessons"
    )
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("lesson about a suggestion")
        verbose_name_plural = _("lessons about suggestions")
        constraints = [
            models.UniqueConstraint(fields=["document", "once"], name="suggestion_lesson_once")
        ]
        indexes = [models.Index(fields=["document", "-at"], name="suggestion_lesson_of")]

    def __str__(self) -> str:
        return f"{self.document} {'+' if self.helped else '-'}"
