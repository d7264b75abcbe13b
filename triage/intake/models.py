"""What somebody has written and not yet sent."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from triage.tickets.models import Ticket


class Draft(models.Model):
    """A case or a reply being written; survives expired sessions, errors and restarts.

    The key is also the submission key of what is sent, so that sending twice counts once. A draft
    begun before sign-in has no owner; the session that began it holds its key. `ticket` is the
    case a reply is written in, and nothing for a new case. `continues` is the draft that was being
    written when a session ended: once its owner has signed in, this one is laid into it.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="drafts")
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, blank=True, related_name="+")
    continues = models.UUIDField(null=True, blank=True, editable=False)
    data = models.JSONField(default=dict)
    # How many identity numbers were masked in each value, at most in one save: texts are saved
    # again and again while somebody writes.
    masked = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("draft")
        indexes = [
            models.Index(fields=["owner", "-changed_at"]),
            models.Index(fields=["changed_at"]),
        ]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def masked_numbers(self) -> int:
        """How many identity numbers have been masked in it."""
        return sum(self.masked.values())


class DraftFile(models.Model):
    """A file added to a draft: already looked at, and lying beside the attachments.

    No other row shares its path, so that throwing a draft away can never take a sent file along.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    path = models.CharField(max_length=200)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "sha256", "name"], name="draft_file_unique")
        ]

    def __str__(self) -> str:
        return self.name
