"""Questions, answers, and what people say of them with one press."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Page

from accounts.models import Language, Team, User
from taxonomy.models import AccessPackage, Product, Topic

LONGEST_TITLE = 150  # characters a person may write; the column leaves room for masks
LONGEST_BODY = 15_000
LONGEST_REASON = 500


# Out of everybody's sight but the author's and the moderators': nothing of the kind has happened.
IN_SIGHT = Q(hidden_at__isnull=True, held_at__isnull=True, withdrawn_at__isnull=True)


def in_sight_of(relation: str) -> Q:
    """The condition `IN_SIGHT` of what a foreign key leads to."""
    return Q(**{f"{relation}__{name}": value for name, value in IN_SIGHT.children})


class HeldFor(models.TextChoices):
    """Why a post waits for a moderator before others see it."""

    LINKS = "links", _("Links from somebody new")
    FIRST_POSTS = "first_posts", _("Somebody's first posts")
    FLAGS = "flags", _("Reported by several people")
    TEXT = "text", _("Text that looks like an identity, a key or an account")


class Post(models.Model):
    """What questions and answers share: the ways to be out of sight, and having been edited.

    A moderator hides it with a reason and can bring it back; it is held until a moderator has
    looked at it; its author takes it back.
    """

    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)
    hidden_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    hidden_reason = models.CharField(max_length=LONGEST_REASON, blank=True, editable=False)
    held_at = models.DateTimeField(null=True, blank=True, editable=False)
    held_for = models.CharField(max_length=12, choices=HeldFor.choices, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True, hidden_reason="")
                | (Q(hidden_at__isnull=False) & ~Q(hidden_reason="")),
                name="%(app_label)s_%(class)s_hidden_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(held_at__isnull=True, held_for="")
                | (Q(held_at__isnull=False) & ~Q(held_for="")),
                name="%(app_label)s_%(class)s_held_for_something",
            ),
        ]

    @property
    def is_hidden(self) -> bool:
        """Whether a moderator has taken it out of sight."""
        return self.hidden_at is not None

    @property
    def is_held(self) -> bool:
        """Whether it waits for a moderator."""
        return self.held_at is not None

    @property
    def is_in_sight(self) -> bool:
        """Whether others than its author and the moderators may see it."""
        return not (self.hidden_at or self.held_at or self.withdrawn_at)


class QuestionQuerySet(models.QuerySet["Question"]):
    """Reads of questions."""

    def public(self) -> QuestionQuerySet:
        """What everybody may read, signed in or not."""
        return self.filter(IN_SIGHT, merged_into__isnull=True)

    def visible_to(self, user) -> QuestionQuerySet:
        """What this person may read: what is out of sight only as moderator or as asker.

        A question merged into another is not read but led on from, see `led_on`.
        """
        if not user.is_authenticated:
            return self.public()
        if user.is_moderator:
            return self.all()
        return self.filter(Q(IN_SIGHT, merged_into__isnull=True) | Q(asker=user))

    def led_on(self) -> QuestionQuerySet:
        """Questions merged into another that everybody may be led on from."""
        return self.filter(IN_SIGHT, merged_into__isnull=False)


class Question(Post):
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
    # The tags: words that articles, questions and cases share.
    topics = models.ManyToManyField(Topic, blank=True, related_name="questions")
    access_packages = models.ManyToManyField(AccessPackage, blank=True, related_name="questions")
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
    first_answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    # When the desk takes it up unless somebody has answered; set from the service model's
    # calendar by the portal, which knows it.
    answer_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Closed to new answers; what stands can still be read.
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    closed_reason = models.CharField(max_length=LONGEST_REASON, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )

    objects = QuestionQuerySet.as_manager()

    class Meta(Post.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            *Post.Meta.constraints,
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
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_reason="")
                | (Q(closed_at__isnull=False) & ~Q(closed_reason="")),
                name="community_question_closed_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")),
                name="community_question_merged_into_another",
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
            models.Index(fields=["asker", "-asked_at", "-id"], name="community_q_asker"),
            models.Index(
                fields=["answer_due_at", "id"],
                condition=Q(state="unanswered", answer_due_at__isnull=False),
                name="community_q_due",
            ),
            models.Index(
                fields=["held_at", "id"],
                condition=Q(held_at__isnull=False),
                name="community_q_held",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_closed(self) -> bool:
        """Whether it takes no new answers."""
        return self.closed_at is not None


# As `Question.objects.public()`, of the question an answer stands under: a join, since databases
# would work out a list of all the questions first.
_PUBLIC_QUESTION = in_sight_of("question") & Q(question__merged_into__isnull=True)


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Reads of answers."""

    def public(self) -> AnswerQuerySet:
        """What everybody may read, signed in or not."""
        return self.filter(IN_SIGHT, _PUBLIC_QUESTION)

    def visible_to(self, user) -> AnswerQuerySet:
        """What this person may read: never more than the question it stands under."""
        if not user.is_authenticated:
            return self.public()
        if user.is_moderator:
            return self.all()
        return self.filter(Q(IN_SIGHT) | Q(author=user), _PUBLIC_QUESTION | Q(question__asker=user))


class Answer(Post):
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
    confirm_by = models.DateField(null=True, blank=True)  # when the team is to confirm it again
    vote_count = models.PositiveIntegerField(default=0, editable=False)
    form_key = models.CharField(max_length=64, blank=True, editable=False)

    objects = AnswerQuerySet.as_manager()

    class Meta(Post.Meta):
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            *Post.Meta.constraints,
            models.CheckConstraint(
                condition=Q(
                    official_team__isnull=True, confirmed_at__isnull=True, confirm_by__isnull=True
                )
                | Q(
                    official_team__isnull=False,
                    confirmed_at__isnull=False,
                    confirm_by__isnull=False,
                ),
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
            models.Index(fields=["author", "-answered_at", "-id"], name="community_a_author"),
            models.Index(
                fields=["confirm_by", "id"],
                condition=Q(official_team__isnull=False),
                name="community_a_confirm",
            ),
            models.Index(
                fields=["held_at", "id"],
                condition=Q(held_at__isnull=False),
                name="community_a_held",
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


class Mention(models.Model):
    """A post names a member by handle."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="mentions")
    answer = models.ForeignKey(
        Answer, models.CASCADE, null=True, blank=True, related_name="mentions"
    )
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "user"],
                condition=Q(answer__isnull=True),
                name="community_mention_once_in_question",
            ),
            models.UniqueConstraint(
                fields=["answer", "user"],
                condition=Q(answer__isnull=False),
                name="community_mention_once_in_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.answer_id} {self.user_id}"
