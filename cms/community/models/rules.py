"""The house rules, as the administrators have written them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting
from wagtail.contrib.settings.registry import register_setting

LONGEST_RULES = 10_000
_EMPTY = _("Markdown. Empty: the text that comes with the site.")


@register_setting(icon="list-ul")
class HouseRules(BaseGenericSetting):
    """One text for the whole site in each language; an empty one stands for ours."""

    text_nb = models.TextField(_("text (bokmål)"), max_length=LONGEST_RULES, blank=True)
    text_nn = models.TextField(_("text (nynorsk)"), max_length=LONGEST_RULES, blank=True)
    text_en = models.TextField(_("text (English)"), max_length=LONGEST_RULES, blank=True)

    panels = [
        FieldPanel("text_nb", help_text=_EMPTY),
        FieldPanel("text_nn", help_text=_EMPTY),
        FieldPanel("text_en", help_text=_EMPTY),
    ]

    class Meta:
        verbose_name = _("house rules of the community")
