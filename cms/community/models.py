"""Questions, answers, votes and the log of the community."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Page

from accounts.models import Language, Team, User
from taxonomy.models import Product, Topic

LONGEST_TITLE = 150  # characters a person may write; the column leaves room for masks
LONGEST_BODY = 15_000
LONGEST_REASON = 500


class LogIsAppendOnly(Exception):
    """Events of the community are only ever added; write a new event instead."""


class Hideable(models.Model):
    """Something a moderator can take out of sight, with a reason, and bring back."""

    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)
    hidden_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    hidden_reason = models.CharField(max_length=LONGEST_REASON, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True, hidden_reason="")
                | (Q(hidden_at__isnull=False) & ~Q(hidden_reason="")),
                name="%(app_label)s_%(class)s_hidden_with_reason",
            )
        ]

    @property
    def is_hidden(self) -> bool:
        """Whether only moderators and the author may see it."""
        return self.hidden_at is not None


class QuestionQuerySet(models.QuerySet["Question"]):
    """Reads of questions."""

    def public(self) -> QuestionQuerySet:
        """What everybody may read, signed in or not."""
        return self.filter(hidden_at__isnull=True)

    def visible_to(self, user) -> QuestionQuerySet:
        """What this person may read: hidden questions only as moderator or as asker."""
        if not user.is_authenticated:
            return self.public()
        if user.is_moderator:
            return self.all()
        return self.filter(Q(hidden_at__isnull=True) | Q(asker=user))


class Question(Hideable):
    """A question to the community. What lists show is kept on the row by the services."""

    class State(models.TextChoices):
        UNANSWERED = "unanswered", pgettext_lazy("question", "Unanswered")
        ANSWERED = "answered", pgettext_lazy("question", "Answered")
        SOLVED = "solved", pgettext_lazy("question", "Solved")

    title = models.CharField(_("title"), max_length=300)
    slug = models.SlugField(max_length=90, editable=False)
    body = models.TextField(_("question"))
    html = models.TextField(editable=False)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    product = models.ForeignKey(Product, models.PROTECT, related_name="questions")
    topic = models.ForeignKey(
        Topic, models.SET_NULL, null=True, blank=True, related_name="questions"
    )
    asker = models.ForeignKey(User, models.SET_NULL, null=True, related_name="questions")
    asked_at = models.DateTimeField(default=timezone.now)
    # An article of the guidance that answers it; kept as a page, which is what articles are.
    article = models.ForeignKey(
        Page, models.SET_NULL, null=True, blank=True, related_name="community_questions"
    )
    form_key = models.CharField(max_length=64, blank=True, editable=False)

    state = models.CharField(
        max_length=10, choices=State.choices, default=State.UNANSWERED, editable=False
    )
    accepted_answer = models.ForeignKey(
        "Answer", models.RESTRICT, null=True, blank=True, editable=False, related_name="+"
    )
    solved_at = models.DateTimeField(null=True, blank=True, editable=False)
    official_team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    answer_count = models.PositiveIntegerField(default=0, editable=False)
    me_too_count = models.PositiveIntegerField(default=0, editable=False)
    activity_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = QuestionQuerySet.as_manager()

    class Meta(Hideable.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            *Hideable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state="solved", accepted_answer__isnull=False, solved_at__isnull=False)
                | (
                    ~Q(state="solved") & Q(accepted_answer__isnull=True) & Q(solved_at__isnull=True)
                ),
                name="community_question_solved_by_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(state="unanswered", answer_count=0)
                | (~Q(state="unanswered") & Q(answer_count__gt=0)),
                name="community_question_state_fits_answers",
            ),
            models.CheckConstraint(
                condition=Q(activity_at__gte=F("asked_at")),
                name="community_question_active_after_asked",
            ),
            models.UniqueConstraint(
                fields=["asker", "form_key"],
                condition=~Q(form_key=""),
                name="community_question_sent_once",
            ),
        ]
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="community_q_new"),
            models.Index(fields=["state", "-asked_at", "-id"], name="community_q_state"),
            models.Index(fields=["product", "-asked_at", "-id"], name="community_q_product"),
            models.Index(
                fields=["product", "state", "-asked_at", "-id"], name="community_q_product_state"
            ),
            models.Index(fields=["-activity_at", "-id"], name="community_q_activity"),
        ]

    def __str__(self) -> str:
        return self.title


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Reads of answers."""

    def public(self) -> AnswerQuerySet:
        """What everybody may read, signed in or not."""
        return self.filter(hidden_at__isnull=True, question__hidden_at__isnull=True)

    def visible_to(self, user) -> AnswerQuerySet:
        """What this person may read: never more than the question it stands under."""
        if not user.is_authenticated:
            return self.public()
        if user.is_moderator:
            return self.all()
        return self.filter(
            Q(hidden_at__isnull=True) | Q(author=user),
            Q(question__hidden_at__isnull=True) | Q(question__asker=user),
        )


class Answer(Hideable):
    """An answer; official when a team of the owner stands behind it and has confirmed it."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="answers")
    body = models.TextField(_("answer"))
    html = models.TextField(editable=False)
    language = models.CharField(max_length=2, choices=Language.choices, editable=False)
    answered_at = models.DateTimeField(default=timezone.now)
    official_team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="official_answers"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    vote_count = models.PositiveIntegerField(default=0, editable=False)
    form_key = models.CharField(max_length=64, blank=True, editable=False)

    objects = AnswerQuerySet.as_manager()

    class Meta(Hideable.Meta):
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            *Hideable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(official_team__isnull=True, confirmed_at__isnull=True)
                | Q(official_team__isnull=False, confirmed_at__isnull=False),
                name="community_answer_official_is_confirmed",
            ),
            models.UniqueConstraint(
                fields=["author", "form_key"],
                condition=~Q(form_key=""),
                name="community_answer_sent_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["question", "-vote_count", "answered_at"], name="community_a_by_votes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.pk}"

    @property
    def is_official(self) -> bool:
        """Whether a team of the owner stands behind it."""
        return self.official_team_id is not None


class MeToo(models.Model):
    """Somebody wonders about the same."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="me_toos")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "user"], name="community_me_too_once")
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.user_id}"


class Vote(models.Model):
    """Somebody found an answer useful. There are no votes against."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="votes")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "user"], name="community_vote_once")
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} {self.user_id}"


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
        ACCEPTED = "accepted"
        ACCEPTANCE_WITHDRAWN = "acceptance_withdrawn"
        HIDDEN = "hidden"
        RESTORED = "restored"

    kind = models.CharField(max_length=30, choices=Kind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    question = models.ForeignKey(Question, models.CASCADE, related_name="events")
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, related_name="events")
    data = models.JSONField(default=dict)

    objects = CommunityEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["question", "at", "id"], name="community_event_thread"),
            models.Index(fields=["kind", "at"], name="community_event_kind"),
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
