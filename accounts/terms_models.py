"""Versions of the terms of use, and which organisations have signed them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Words:
    """The terms in one written standard; a translation is not what is signed."""

    language: str
    text: str
    is_translation: bool


class TermsVersionQuerySet(models.QuerySet["TermsVersion"]):
    """Versions of the terms, and which of them hold when."""

    def in_force(self, on: date) -> TermsVersion | None:
        """The version that holds on a day, or None before the first one."""
        return self.filter(valid_from__lte=on).order_by("-valid_from").first()

    def open_for_signing(self, on: date) -> TermsVersionQuerySet:
        """The version in force and those that come, the earliest first."""
        now = self.in_force(on)
        later = Q(valid_from__gt=on)
        return self.filter(later | Q(pk=now.pk) if now else later).order_by("valid_from")


class TermsVersion(models.Model):
    """One version of the terms of use. Its words never change once it is published.

    `key` is its name in the log of cases and in the service model. `valid_from` is a day in the
    time zone of the site. `text` is what is signed; `translations`, by language, are there to be
    read.
    """

    key = models.SlugField(max_length=40, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("the terms"))
    language = models.CharField(
        _("written standard"),
        max_length=2,
        choices=[("nb", _("Bokmål")), ("nn", _("Nynorsk")), ("en", _("English"))],
        default="nb",
    )
    translations = models.JSONField(_("translations"), default=dict, blank=True)
    valid_from = models.DateField(_("valid from"), unique=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(default=timezone.now)

    objects = TermsVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("terms of use")
        verbose_name_plural = _("terms of use")
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text="") & ~Q(key=""), name="terms_say_something"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def words_in(self, language: str) -> Words:
        """The terms in a written standard they are translated to, else as they are signed."""
        text = self.translations.get(language, "")
        if language != self.language and text:
            return Words(language, text, is_translation=True)
        return Words(self.language, self.text, is_translation=False)

    @property
    def languages(self) -> list[str]:
        """The written standards they can be read in, the one that is signed first."""
        return [self.language, *sorted(self.translations)]


class TermsSignatureQuerySet(models.QuerySet["TermsSignature"]):
    """Signatures."""

    def by(self, organisation_id: int | None, at: datetime) -> TermsSignatureQuerySet:
        """What an organisation had signed by a moment."""
        return self.filter(organisation=organisation_id, signed_at__lte=at)


class TermsSignature(models.Model):
    """An organisation has signed a version: who did it for them, and when. Never changed."""

    terms = models.ForeignKey(TermsVersion, models.PROTECT, related_name="signatures")
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, related_name="signatures"
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    signer_name = models.CharField(max_length=120)  # stays when the person is gone
    signed_at = models.DateTimeField()

    objects = TermsSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["terms", "organisation"], name="organisation_signs_terms_once"
            )
        ]
        indexes = [models.Index(fields=["organisation", "signed_at"], name="signatures_of")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.terms_id}"


def has_signed(terms: TermsVersion) -> Exists:
    """Whether an organisation (the row at hand) has signed a version."""
    return Exists(TermsSignature.objects.filter(terms=terms, organisation=OuterRef("pk")))
