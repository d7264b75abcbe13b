"""The log of the community. Rows are only ever added."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from cms.community.models.posts import Answer, Question


class LogIsAppendOnly(Exception):
    """Events of the community are only ever added; write a new event instead."""


class CommunityEventQuerySet(models.QuerySet["CommunityEvent"]):
    """Reads and additions only."""

    def update(self, **fields):
        """Refused. Raises LogIsAppendOnly."""
        raise LogIsAppendOnly

    def delete(self):
        """Refused. Raises LogIsAppendOnly."""
        raise LogIsAppendOnly


class CommunityEvent(models.Model):
    """One line of the community's log: who did what, when and why. Rows are only ever added."""

    class Kind(models.TextChoices):
        ASKED = "asked"
        ANSWERED = "answered"
        ANSWERED_OFFICIALLY = "answered_officially"
        CONFIRMED = "confirmed"
        MARK_WITHDRAWN = "mark_withdrawn"  # a team no longer stands behind an answer
        ACCEPTED = "accepted"
        ACCEPTANCE_WITHDRAWN = "acceptance_withdrawn"
        EDITED = "edited"
        WITHDRAWN = "withdrawn"
        ARTICLE_LINKED = "article_linked"
        ARTICLE_UNLINKED = "article_unlinked"
        HELD = "held"
        APPROVED = "approved"
        FLAGGED = "flagged"
        FLAGS_DISMISSED = "flags_dismissed"
        HIDDEN = "hidden"
        RESTORED = "restored"
        MOVED = "moved"
        CLOSED = "closed"
        REOPENED = "reopened"
        MERGED = "merged"
        SEPARATED = "separated"
        WARNED = "warned"
        SILENCED = "silenced"
        SANCTION_LIFTED = "sanction_lifted"
        TRUSTED = "trusted"
        TRUST_WITHDRAWN = "trust_withdrawn"
        TAKEN_UP = "taken_up"  # became a task at the desk
        COPIED_TO_CASE = "copied_to_case"
        DRAFTED_AS_ARTICLE = "drafted_as_article"

    kind = models.CharField(max_length=30, choices=Kind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    # What it happened to: a thread, a post in it, or a person.
    question = models.ForeignKey(Question, models.CASCADE, null=True, related_name="events")
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, related_name="events")
    member = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by"
    )
    data = models.JSONField(default=dict)

    objects = CommunityEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(question__isnull=False) | Q(member__isnull=False),
                name="community_event_is_about_something",
            )
        ]
        indexes = [
            models.Index(fields=["question", "at", "id"], name="community_event_thread"),
            models.Index(fields=["kind", "at"], name="community_event_kind"),
            models.Index(
                fields=["member", "-id"],
                condition=Q(member__isnull=False),
                name="community_event_member",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.kind}"

    def save(self, *args, **kwargs) -> None:
        """Add the row. Raises LogIsAppendOnly when it is there already."""
        if self.pk is not None:
            raise LogIsAppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        """Refused. Raises LogIsAppendOnly."""
        raise LogIsAppendOnly
