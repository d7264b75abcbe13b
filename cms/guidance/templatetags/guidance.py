"""Template tags of the reading page."""

import re

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import RichText

from cms.guidance.anchors import Anchors

register = template.Library()

_SURROUNDING_PARAGRAPH = re.compile(r"^\s*<p[^>]*>(.*)</p>\s*$", re.S)


@register.simple_tag(takes_context=True)
def anchored(context: Context, text: RichText) -> SafeString:
    """The rich text with an id on each heading; the page's `anchors` keep the ids unique."""
    anchors = context.get("anchors") or Anchors()
    return mark_safe(anchors.apply(str(text)))  # noqa: S308  Wagtail's own cleaned rich text


@register.filter
def inline(text: RichText) -> SafeString:
    """A one-paragraph rich text without its paragraph, for headings and cells."""
    html = str(text)
    match = _SURROUNDING_PARAGRAPH.match(html)
    if match and "<p" not in match[1]:
        html = match[1]
    return mark_safe(html)  # noqa: S308  Wagtail's own cleaned rich text
