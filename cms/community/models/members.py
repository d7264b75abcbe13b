"""The people of the community, and what moderators say to them."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from cms.community.models.posts import LONGEST_REASON, Answer, Question

LONGEST_COMMENT = 1_000


class Member(models.Model):
    """A person as the community knows them: made the first time they write something."""

    class Trust(models.TextChoices):
        NEW = "new", pgettext_lazy("member", "New")
        KNOWN = "known", pgettext_lazy("member", "Known")

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="member")
    handle = models.SlugField(
        _("name in addresses and mentions"), max_length=40, unique=True, editable=False
    )
    about = models.CharField(_("about you"), max_length=300, blank=True)
    shown_to_visitors = models.BooleanField(
        _("Those who are not signed in may see my page too"), default=True
    )
    trust = models.CharField(max_length=8, choices=Trust.choices, default=Trust.NEW)
    silenced_until = models.DateTimeField(null=True, blank=True, editable=False)
    # When they said yes to the house rules: the first time they wrote something.
    rules_accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.CheckConstraint(
                condition=Q(handle=Lower("handle")), name="community_handle_lowercase"
            )
        ]

    def __str__(self) -> str:
        return self.handle

    def is_silenced(self, now: datetime) -> bool:
        """Whether a moderator has said that they may not write for the time being."""
        return self.silenced_until is not None and now < self.silenced_until


class Flag(models.Model):
    """Somebody tells the moderators that something is wrong with a post."""

    class Reason(models.TextChoices):
        PERSONAL = "personal", _("It holds personal data")
        SECRET = "secret", _("It holds a key, a password or another secret")
        RUDE = "rude", _("It is unkind or offensive")
        ADVERTISING = "advertising", _("It is advertising")
        WRONG = "wrong", _("It is wrong or out of date")
        MISPLACED = "misplaced", _("It belongs to another product")
        DUPLICATE = "duplicate", _("It has been asked before")
        OTHER = "other", _("Something else")

    class Outcome(models.TextChoices):
        OPEN = "open", pgettext_lazy("report of a post", "Not looked at")
        UPHELD = "upheld", pgettext_lazy("report of a post", "Something was done")
        DISMISSED = "dismissed", pgettext_lazy("report of a post", "Nothing was wrong")

    question = models.ForeignKey(Question, models.CASCADE, related_name="flags")
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, blank=True, related_name="flags")
    reporter = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    comment = models.CharField(max_length=LONGEST_COMMENT, blank=True)
    at = models.DateTimeField()
    outcome = models.CharField(
        max_length=10, choices=Outcome.choices, default=Outcome.OPEN, editable=False
    )
    handled_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    handled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "reporter"],
                condition=Q(outcome="open", answer__isnull=True),
                name="community_flag_question_once",
            ),
            models.UniqueConstraint(
                fields=["answer", "reporter"],
                condition=Q(outcome="open", answer__isnull=False),
                name="community_flag_answer_once",
            ),
            models.CheckConstraint(
                condition=Q(outcome="open", handled_at__isnull=True)
                | (~Q(outcome="open") & Q(handled_at__isnull=False)),
                name="community_flag_handled_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["at", "id"], condition=Q(outcome="open"), name="community_flag_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.answer_id} {self.reason}"


class Sanction(models.Model):
    """A warning, or a time in which a member may not write. Lifted, never deleted."""

    class Kind(models.TextChoices):
        WARNING = "warning", _("Warning")
        SILENCE = "silence", _("May not write for a time")

    member = models.ForeignKey(Member, models.CASCADE, related_name="sanctions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reason = models.CharField(max_length=LONGEST_REASON)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    question = models.ForeignKey(Question, models.SET_NULL, null=True, related_name="+")
    answer = models.ForeignKey(Answer, models.SET_NULL, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="warning", until__isnull=True)
                | Q(kind="silence", until__isnull=False),
                name="community_silence_has_an_end",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="community_sanction_has_reason"),
        ]
        indexes = [models.Index(fields=["member", "-at"], name="community_sanction_member")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind}"
