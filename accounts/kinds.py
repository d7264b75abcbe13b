"""The codes an organisation is described with, and their labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrganisationType(models.TextChoices):
    """What an organisation does here."""

    SERVICE_OWNER = "service_owner", _("Service owner")
    SYSTEM_SUPPLIER = "system_supplier", _("End-user-system supplier")
    INTERNAL = "internal", _("Internal")


class Segment(models.TextChoices):
    """What kind of body it is."""

    STATE = "state", pgettext_lazy("segment", "State")
    COUNTY = "county", _("County")
    MUNICIPALITY = "municipality", _("Municipality")
    OTHER_PUBLIC = "other_public", _("Other public body")
    SYSTEM_SUPPLIER = "system_supplier", _("End-user-system supplier")
    INTERNAL = "internal", _("Partner or internal")


class Size(models.TextChoices):
    """By the number of people employed."""

    SMALL = "small", pgettext_lazy("size", "Small: under 50 employees")
    MEDIUM = "medium", pgettext_lazy("size", "Medium: 50 to 249 employees")
    LARGE = "large", pgettext_lazy("size", "Large: 250 employees or more")
    UNKNOWN = "unknown", pgettext_lazy("size", "Size not known")
