"""Who wants to hear of what, and what they have been told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from cms.community.models.log import CommunityEvent
from cms.community.models.posts import Answer, Question
from taxonomy.models import Audience, Product


class Follow(models.Model):
    """Somebody wants to hear of what happens in a thread. Askers and answerers do by default."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, models.CASCADE, related_name="follows")
    at = models.DateTimeField()
    # Said no to: kept, so that answering again does not make them follow again.
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "question"], name="community_follow_once")
        ]
        indexes = [
            models.Index(
                fields=["user", "-question"],
                condition=Q(stopped_at__isnull=True),
                name="community_follow_user",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.question_id}"


class Subscription(models.Model):
    """A digest somebody has asked for: of which products, for whom, and how often."""

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("Every working day")
        WEEKLY = "weekly", _("Every week")
        MONTHLY = "monthly", _("Every month")

    user = models.OneToOneField(User, models.CASCADE, related_name="digest")
    rhythm = models.CharField(_("how often"), max_length=8, choices=Rhythm.choices)
    products = models.ManyToManyField(Product, blank=True, related_name="+")
    audiences = models.ManyToManyField(Audience, blank=True, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    covered_until = models.DateTimeField()  # what happened before it has been told
    next_at = models.DateTimeField(null=True, blank=True)  # nothing while stopped

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at", "user"],
                condition=Q(next_at__isnull=False),
                name="community_digest_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.rhythm}"


class Notice(models.Model):
    """Something a person is told on the site, and by mail when they want that."""

    class Kind(models.TextChoices):
        NEW_ANSWER = "new_answer", _("New answer")
        OFFICIAL_ANSWER = "official_answer", _("Official answer")
        ACCEPTED = "accepted", _("Your answer solved it")
        SOLVED = "solved", _("The question is solved")
        MENTIONED = "mentioned", _("You are mentioned")
        EDITED = "edited", pgettext_lazy("post", "Changed")
        MODERATED = "moderated", _("From the moderators")
        TAKEN_UP = "taken_up", _("The support desk has taken it up")
        CONFIRM = "confirm", _("An official answer is to be confirmed")

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    question = models.ForeignKey(Question, models.CASCADE, null=True, related_name="+")
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, related_name="+")
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    # What happened, when it came from the log; says which of a moderator's doings it was.
    event = models.ForeignKey(CommunityEvent, models.SET_NULL, null=True, related_name="+")
    # What a moderator says to the person; never the text of a post.
    words = models.CharField(max_length=500, blank=True)
    key = models.CharField(max_length=120)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    # A mail tells of it; until the thread is looked at, nothing more of it is mailed.
    mailed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="community_notice_once")
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="community_notice_user"),
            models.Index(
                fields=["user", "question"],
                condition=Q(read_at__isnull=True),
                name="community_notice_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"

    @property
    def can_appeal(self) -> bool:
        """Whether it is a decision with a reason, which another moderator can look at."""
        return self.kind == self.Kind.MODERATED and bool(self.words)
