"""What was searched for, without anything that tells who did, and what editors teach the search."""

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from search.parser import parse_query


class DayKey(models.Model):
    """The key of one day, by which that day's visits get a name; deleted once the day is over."""

    day = models.DateField(primary_key=True)
    key = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.day}"


class LoggedQuery(models.Model):
    """One search: the words with people masked, and how it went. No user, no address.

    `visit` names a browser on one day by a key that is gone the day after. Lines are deleted when
    their day has been counted.
    """

    text = models.CharField(max_length=200)
    language = models.CharField(max_length=2)
    total = models.PositiveIntegerField()
    answerable = models.FloatField()
    good = models.BooleanField(default=False)
    place = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)
    visit = models.CharField(max_length=16, blank=True)
    refined = models.BooleanField(default=False)
    asked = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        indexes = [models.Index(fields=["at"]), models.Index(fields=["visit", "at"])]

    def __str__(self) -> str:
        return f"{self.pk}"


class LoggedClick(models.Model):
    """A hit that was opened, and its place in the list from 1; once for each search."""

    query = models.ForeignKey(LoggedQuery, models.CASCADE, related_name="clicks")
    document = models.CharField(max_length=40)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["query", "document"], name="logged_click_once")
        ]

    def __str__(self) -> str:
        return f"{self.query_id}: {self.document}"


class KnownQuery(models.Model):
    """Words searched for. `common` when so many have that nobody can be told by them.

    `visits` and `most_a_day` are of all the time counts are kept. With `popularity`, which orders
    them, words may be offered to those who may see all of `documents`, which are what was opened
    from them; those `withheld` by an editor are offered to nobody.
    """

    text = models.CharField(_("searched for"), max_length=200, unique=True)
    last_day = models.DateField()
    visits = models.PositiveIntegerField(default=0)
    most_a_day = models.PositiveIntegerField(default=0)
    common = models.BooleanField(default=False, db_index=True)
    popularity = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=2, blank=True)
    documents = models.JSONField(default=list)
    withheld = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("words searched for")
        verbose_name_plural = _("words searched for")
        indexes = [
            models.Index(
                fields=["-popularity"], condition=models.Q(popularity__gt=0), name="popular_queries"
            )
        ]

    def __str__(self) -> str:
        return self.text

    @cached_property
    def words(self) -> str:
        """What was searched for without its signs, as editors teach it to the search."""
        return parse_query(self.text).words or self.text


class QueryDay(models.Model):
    """How often words were searched for on a day, and how it went; no words when they were rare.

    `visits` are visitors that searched for it on that day (all browsers of one who is signed in,
    or at one address, are one), each counted in one row only.
    `abandoned` are searches after which nothing was opened, refined or asked. A row is `closed`
    when the lines it was counted from are gone.
    """

    query = models.ForeignKey(KnownQuery, models.SET_NULL, related_name="days", null=True)
    day = models.DateField()
    language = models.CharField(max_length=2)
    place = models.CharField(max_length=20)
    searches = models.PositiveIntegerField()
    visits = models.PositiveIntegerField()
    empty = models.PositiveIntegerField()
    poor = models.PositiveIntegerField()
    unopened = models.PositiveIntegerField()
    refined = models.PositiveIntegerField()
    abandoned = models.PositiveIntegerField()
    closed = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["day", "query"])]

    def __str__(self) -> str:
        return f"{self.day} {self.query_id}"


class ClickDay(models.Model):
    """How often a document was opened from words on a day; `places` is the sum of its places."""

    query = models.ForeignKey(KnownQuery, models.SET_NULL, related_name="clicks", null=True)
    day = models.DateField()
    document = models.CharField(max_length=40)
    clicks = models.PositiveIntegerField()
    places = models.PositiveIntegerField()
    closed = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["day"]), models.Index(fields=["document", "day"])]

    def __str__(self) -> str:
        return f"{self.day} {self.document}"


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
