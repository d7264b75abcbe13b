"""What is kept while a post is written and after it was changed: drafts, files, earlier texts."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Language, User
from cms.community.models.posts import LONGEST_REASON, Answer, Question
from taxonomy.models import Product


class PostDraft(models.Model):
    """A question or an answer being written; survives expired sessions, errors and restarts.

    The key is also the form key of what is published, so that sending twice counts once. A draft
    begun before sign-in has no owner; the session that began it holds its key. `question` is what
    is answered or changed, `answer` the answer that is changed; nothing for a new question.
    """

    class Purpose(models.TextChoices):
        ASK = "ask", _("A new question")
        ANSWER = "answer", _("An answer")
        EDIT = "edit", _("A change of something published")

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="post_drafts"
    )
    question = models.ForeignKey(
        Question, models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, blank=True, related_name="drafts")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.ASK)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("draft")
        indexes = [
            models.Index(fields=["owner", "-changed_at"], name="community_draft_owner"),
            models.Index(fields=["changed_at"], name="community_draft_age"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "question", "purpose"],
                condition=Q(owner__isnull=False, question__isnull=False, answer__isnull=True),
                name="community_draft_one_for_each_thread",
            ),
            models.UniqueConstraint(
                fields=["owner", "answer"],
                condition=Q(owner__isnull=False, answer__isnull=False),
                name="community_draft_one_for_each_answer",
            ),
            models.CheckConstraint(
                condition=Q(purpose="ask", question__isnull=True, answer__isnull=True)
                | Q(purpose="answer", question__isnull=False, answer__isnull=True)
                | Q(purpose="edit", question__isnull=False),
                name="community_draft_is_of_its_purpose",
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)


class PostFile(models.Model):
    """A picture or file shown in a post; lies with a draft until the post is published."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(
        PostDraft, models.CASCADE, null=True, blank=True, related_name="files"
    )
    question = models.ForeignKey(
        Question, models.CASCADE, null=True, blank=True, related_name="files"
    )
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, blank=True, related_name="files")
    uploader = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    path = models.CharField(max_length=200)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    alt = models.CharField(_("what the picture shows"), max_length=250, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False, question__isnull=True, answer__isnull=True)
                | Q(draft__isnull=True, question__isnull=False, answer__isnull=True)
                | Q(draft__isnull=True, question__isnull=True, answer__isnull=False),
                name="community_file_in_one_place",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Edit(models.Model):
    """A post as it was before somebody changed it. Seen by its author and by moderators."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="edits")
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, blank=True, related_name="edits")
    title = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    language = models.CharField(max_length=2, choices=Language.choices)
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    editor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)

    class Meta:
        indexes = [models.Index(fields=["question", "answer", "-id"], name="community_edit_post")]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.answer_id} {self.at:%Y-%m-%d}"


class Hint(models.Model):
    """What those who answer usually have to ask about; shown while a question is written."""

    product = models.ForeignKey(
        Product,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="hints",
        verbose_name=_("product"),
        help_text=_("Without a product it is shown for those that have no hints of their own."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    text_nb = models.CharField(_("text (bokmål)"), max_length=200)
    text_nn = models.CharField(_("text (nynorsk)"), max_length=200)
    text_en = models.CharField(_("text (English)"), max_length=200)

    class Meta:
        verbose_name = _("hint")
        verbose_name_plural = _("hints")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "text_nb"],
                condition=Q(product__isnull=False),
                name="community_hint_once",
            ),
            models.UniqueConstraint(
                fields=["text_nb"],
                condition=Q(product__isnull=True),
                name="community_common_hint_once",
            ),
        ]

    def __str__(self) -> str:
        return self.text_nb
