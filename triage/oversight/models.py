"""Ratings of solved cases, reviews of answers, assessments of security cases, and readings."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Language, User
from triage.tickets.models import Attachment, Message, Ticket, TicketEvent

LONGEST_COMMENT = 1000


class Rating(models.Model):
    """How satisfied the one who asked is with one solution; solved again is asked again."""

    class Grade(models.IntegerChoices):
        VERY_DISSATISFIED = 1, _("Very dissatisfied")
        DISSATISFIED = 2, _("Dissatisfied")
        NEITHER = 3, _("Neither satisfied nor dissatisfied")
        SATISFIED = 4, _("Satisfied")
        VERY_SATISFIED = 5, _("Very satisfied")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="ratings")
    # The log line of the solution: one rating each, however often the button is pressed.
    solution = models.OneToOneField(TicketEvent, models.DO_NOTHING, related_name="rating")
    grade = models.PositiveSmallIntegerField(choices=Grade.choices)
    comment = models.CharField(_("comment"), max_length=LONGEST_COMMENT, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=5), name="rating_1_5")
        ]
        indexes = [models.Index(fields=["at"], name="rating_at")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.grade}"


class ReviewSample(models.Model):
    """Answers of a month, drawn once at random to be read again. The seed gives the same draw."""

    month = models.CharField(max_length=7, unique=True)  # 2026-10
    seed = models.BigIntegerField()
    population = models.PositiveIntegerField()
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reviewers = models.ManyToManyField(User, related_name="review_samples", blank=True)

    class Meta:
        verbose_name = _("sample of answers")
        verbose_name_plural = _("samples of answers")
        ordering = ["-month"]

    def __str__(self) -> str:
        return self.month


class Criterion(models.TextChoices):
    """What an answer is read for. The order is that of the checklist."""

    RIGHT = "right", _("What it says is right")
    COMPLETE = "complete", _("It answers everything that was asked")
    PLAIN = "plain", _("The language is plain")
    STANDARD = "standard", _("It is in the asker’s written standard")
    FRIENDLY = "friendly", _("It is friendly and respectful")
    DATA_SAFE = "data_safe", _("Personal data is safe in it")


class ReviewedAnswer(models.Model):
    """One drawn answer: unread, or read by one person with a yes or no for each criterion."""

    sample = models.ForeignKey(ReviewSample, models.CASCADE, related_name="answers")
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    language = models.CharField(max_length=2, choices=Language.choices)
    place = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    right = models.BooleanField(null=True)
    complete = models.BooleanField(null=True)
    plain = models.BooleanField(null=True)
    standard = models.BooleanField(null=True)
    friendly = models.BooleanField(null=True)
    data_safe = models.BooleanField(null=True)
    note = models.CharField(_("note"), max_length=LONGEST_COMMENT, blank=True)

    class Meta:
        verbose_name = _("answer to review")
        verbose_name_plural = _("answers to review")
        ordering = ["sample", "place"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "message"], name="review_answer_once"),
            models.UniqueConstraint(fields=["sample", "place"], name="review_place_once"),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True)
                | Q(**{f"{criterion}__isnull": False for criterion in Criterion.values}),
                name="review_has_every_criterion",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample} {self.place}"


class Assessment(models.Model):
    """Whether a security case must be reported to the authority within 72 hours. Rows are added.

    The last one counts; the earlier ones show how the view has changed.
    """

    class Decision(models.TextChoices):
        REPORTED = "reported", _("Reported to the Data Protection Authority")
        NOT_NEEDED = "not_needed", _("Need not be reported")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="assessments")
    decision = models.CharField(_("decision"), max_length=12, choices=Decision.choices)
    reason = models.CharField(_("reason"), max_length=LONGEST_COMMENT)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("assessment of a security case")
        verbose_name_plural = _("assessments of security cases")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["ticket", "at"], name="assessment_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.decision}"


class ReportWarning(models.Model):
    """A share of a security case's 72 hours, in per cent, that is used and has been dealt with.

    `at` is when it was used, `noted_at` when that was noticed; shares below it are dealt with too.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    percent = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("warning of the 72 hours")
        verbose_name_plural = _("warnings of the 72 hours")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "percent"], name="report_warning_once")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.percent}"


class UsedArticle(models.Model):
    """An article that stood in an answer, by a link: which, since when it was there, and when."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    document = models.CharField(max_length=60)
    published_at = models.DateTimeField()
    used_at = models.DateTimeField()

    class Meta:
        verbose_name = _("article used in an answer")
        verbose_name_plural = _("articles used in answers")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "document", "used_at"], name="used_article_once_an_answer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.document}"


class Reading(models.Model):
    """Somebody of the staff opened a security case, or fetched a file: once a person and day."""

    class What(models.TextChoices):
        CASE = "case", pgettext_lazy("reading", "Opened the case")
        FILE = "file", pgettext_lazy("reading", "Fetched a file")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    what = models.CharField(max_length=4, choices=What.choices)
    attachment = models.ForeignKey(Attachment, models.CASCADE, null=True, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "user", "day"],
                condition=Q(what="case", attachment__isnull=True),
                name="reading_case_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["attachment", "user", "day"],
                condition=Q(what="file"),
                name="reading_file_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(what="case", attachment__isnull=True)
                | Q(what="file", attachment__isnull=False),
                name="reading_file_is_named",
            ),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="reading_at")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.what}"
