"""Shared vocabulary: products, topics, audiences and access packages."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Named(models.Model):
    """Something with a name in each language of the interface; bokmål is always there."""

    name_nb = models.CharField(_("name (bokmål)"), max_length=160)
    name_nn = models.CharField(_("name (nynorsk)"), max_length=160, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=160, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page, else in bokmål."""
        return getattr(self, f"name_{get_language() or 'nb'}", "") or self.name_nb


class Product(Named):
    """Something people ask about, with the status that decides how it is shown and ranked."""

    class Status(models.TextChoices):
        IN_USE = "in_use", _("In use")
        WINDING_DOWN = "winding_down", _("Being wound down")
        ENDED = "ended", _("Ended")

    slug = models.SlugField(unique=True)
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.IN_USE
    )
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    description_nb = models.CharField(_("description (bokmål)"), max_length=300, blank=True)
    description_nn = models.CharField(_("description (nynorsk)"), max_length=300, blank=True)
    description_en = models.CharField(_("description (English)"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["position", "name_nb"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="ended") | Q(ends_on__isnull=False),
                name="ended_product_has_date",
            )
        ]

    @property
    def description(self) -> str:
        """The description in the language of the page, else in bokmål."""
        return getattr(self, f"description_{get_language() or 'nb'}", "") or self.description_nb


class Topic(Named):
    """A subject within one product."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="topics")
    slug = models.SlugField(unique=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name_nb"]


class Audience(Named):
    """Whom a text is for."""

    slug = models.SlugField(unique=True)

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering = ["name_nb"]


class AccessPackageArea(Named):
    """A field of life or business that access packages are grouped by."""

    slug = models.SlugField(unique=True, max_length=80)

    class Meta:
        verbose_name = _("access package area")
        verbose_name_plural = _("access package areas")
        ordering = ["name_nb"]


class AccessPackage(Named):
    """A bundle of rights that can be delegated as one; known by its URN."""

    area = models.ForeignKey(AccessPackageArea, models.PROTECT, related_name="packages")
    urn = models.CharField(_("URN"), max_length=200, unique=True)

    class Meta:
        verbose_name = _("access package")
        verbose_name_plural = _("access packages")
        ordering = ["name_nb"]
