"""What was searched for, without anything that tells who did, and what editors teach the search."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LoggedQuery(models.Model):
    """One search: the words with identity numbers masked, and how it went. No user, no address."""

    text = models.CharField(max_length=200)
    language = models.CharField(max_length=2)
    total = models.PositiveIntegerField()
    answerable = models.FloatField()
    place = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        indexes = [models.Index(fields=["at"]), models.Index(fields=["total", "at"])]

    def __str__(self) -> str:
        return f"{self.pk}"


class BestBet(models.Model):
    """A document that editors put first when somebody searches for one of some phrases.

    `document` is its id in the index, such as "article:17". `edits` counts the changes, so that
    whoever changes it can be told when somebody else did meanwhile.
    """

    class Where(models.TextChoices):
        """What a search must be like."""

        WHOLE = "whole", _("When the phrase is all that is searched for")
        WITHIN = "within", _("Also when the phrase is part of a longer search")

    phrases = models.TextField(_("phrases"))
    document = models.CharField(_("page"), max_length=40)
    where = models.CharField(_("when"), max_length=10, choices=Where.choices, default=Where.WHOLE)
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    edits = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("best bet")
        verbose_name_plural = _("best bets")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return ", ".join(self.phrases.splitlines())


class Synonym(models.Model):
    """Words that are found as other words too, a name a line on both sides."""

    class Direction(models.TextChoices):
        """Which way it goes."""

        BOTH = "both", _("Both ways: all of them mean the same")
        ONE = "one", _("One way: a search for the former also finds the latter")

    words = models.TextField(_("what people write"))
    others = models.TextField(_("what the texts say"))
    direction = models.CharField(
        _("direction"), max_length=4, choices=Direction.choices, default=Direction.BOTH
    )
    edits = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["words", "pk"]

    def __str__(self) -> str:
        arrow = "↔" if self.direction == self.Direction.BOTH else "→"
        words, others = (", ".join(side.splitlines()) for side in (self.words, self.others))
        return f"{words} {arrow} {others}"


class StopWord(models.Model):
    """A word that says nothing of what is searched for; kept folded, as it is compared."""

    word = models.CharField(_("word"), max_length=40, unique=True)
    edits = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("stop word")
        verbose_name_plural = _("stop words")
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word


class EditorsVersion(models.Model):
    """One row that is another after each change of what editors wrote, so that processes see it."""

    token = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.token
