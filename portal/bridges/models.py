"""What ties a question, a case and an article together. Each side knows nothing of the others."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Page

from accounts.models import Language, Team, User
from cms.community.models import LONGEST_REASON, Question
from taxonomy.models import Product
from triage.tickets.models import Ticket

DEFAULT_HOURS = 8  # working hours a question waits for the community where nothing else is set
MOST_HOURS = 400


class WaitingRule(models.Model):
    """How long questions about a product wait for the community before the desk takes them up."""

    product = models.OneToOneField(
        Product, models.CASCADE, related_name="+", verbose_name=_("product")
    )
    hours = models.PositiveSmallIntegerField(
        _("working hours"),
        default=DEFAULT_HOURS,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)],
    )

    class Meta:
        verbose_name = _("time for the community")
        verbose_name_plural = _("times for the community")
        ordering = ["product__position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hours__gte=1, hours__lte=MOST_HOURS), name="bridges_hours_in_range"
            )
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.hours}"


class DueTimes(models.Model):
    """How far the due times of open questions follow the rules and the calendar in force.

    One row. `reached` is the last question computed again; None when all of them are.
    """

    basis = models.CharField(max_length=64, blank=True)
    reached = models.BigIntegerField(null=True, default=0)

    def __str__(self) -> str:
        return f"{self.basis[:8]} {self.reached}"


class QuestionTask(models.Model):
    """A question nobody has answered in time, as a case of the desk.

    One for each question, however often it has to be taken up: `ended_at` is when it last needed
    nobody at the desk, and nothing while it does.
    """

    class Ended(models.TextChoices):
        ANSWERED = "answered", _("Answered in the community")
        OUT_OF_SIGHT = "out_of_sight", _("The question is no longer there to be answered")

    question = models.OneToOneField(Question, models.CASCADE, related_name="task")
    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="question_task")
    taken_up_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_for = models.CharField(max_length=12, choices=Ended.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_for="")
                | (Q(ended_at__isnull=False) & ~Q(ended_for="")),
                name="bridges_task_ended_for_something",
            )
        ]
        indexes = [
            models.Index(
                fields=["question"], condition=Q(ended_at__isnull=True), name="bridges_task_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.ticket_id}"


class CaseOfQuestion(models.Model):
    """A private case made from a public question. Each side is shown to those who may see it."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="cases")
    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="question_copied")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.question_id} {self.ticket_id}"


class Proposal(models.Model):
    """A text somebody wants published, made from a case or a question; a person approves it.

    `found` counts what was masked in it, by kind; what was masked is kept nowhere.
    """

    class Kind(models.TextChoices):
        ARTICLE = "article", _("Article")
        QUESTION = "question", _("Question with answer")

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("proposal", "Waiting for approval")
        APPROVED = "approved", pgettext_lazy("proposal", "Approved")
        DECLINED = "declined", pgettext_lazy("proposal", "Declined")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    question = models.ForeignKey(
        Question, models.CASCADE, null=True, blank=True, related_name="proposals"
    )
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)  # what is asked; for an article, its answer in short
    answer = models.TextField()
    language = models.CharField(max_length=2, choices=Language.choices)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    section = models.ForeignKey(Page, models.SET_NULL, null=True, blank=True, related_name="+")
    found = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    page = models.ForeignKey(Page, models.SET_NULL, null=True, blank=True, related_name="+")
    published = models.ForeignKey(
        Question, models.SET_NULL, null=True, blank=True, related_name="made_from"
    )
    form_key = models.UUIDField(unique=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ticket__isnull=False, question__isnull=True)
                | Q(ticket__isnull=True, question__isnull=False),
                name="bridges_proposal_has_one_source",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", decided_at__isnull=True)
                | (~Q(state="pending") & Q(decided_at__isnull=False)),
                name="bridges_proposal_decided_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["at", "id"], condition=Q(state="pending"), name="bridges_proposal_pending"
            )
        ]

    def __str__(self) -> str:
        return self.title
