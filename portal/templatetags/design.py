"""Template tags for the design: icons, dates in words, form widgets."""

import re
from datetime import datetime
from functools import cache
from pathlib import Path

from django import template
from django.forms import BoundField
from django.utils import formats, timezone, translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Language

register = template.Library()

ICONS = Path(__file__).resolve().parent.parent / "icons"
CHOICE_INPUTS = ("checkbox", "radio")


@cache
def _icon_source(name: str) -> str:
    """The drawing of an icon without its own title and size."""
    if not re.fullmatch(r"[A-Za-z0-9]+", name):
        raise ValueError(f"{name!r} is not the name of an icon.")
    source = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    source = re.sub(r"<title[^>]*>.*?</title>", "", source)
    return re.sub(r'\s(aria-labelledby|role|class)="[^"]*"', "", source)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the design by its name; hidden from screen readers unless `label` says it."""
    if not label:
        return _silent_icon(name)
    return _drawn(name, f'role="img" aria-label="{escape(label)}"')


@cache
def _silent_icon(name: str) -> SafeString:
    """The commonest way to show one; pages have hundreds."""
    return _drawn(name, 'aria-hidden="true"')


def _drawn(name: str, attributes: str) -> SafeString:
    drawing = _icon_source(name).replace("<svg", f'<svg class="icon" {attributes}', 1)
    return mark_safe(drawing)  # noqa: S308  a file of the icon package, labels escaped by callers


@register.simple_tag
def widget(field: BoundField, **attributes: str) -> SafeString:
    """The field's input with the design's class and, when it has errors, the invalid mark."""
    input_type = getattr(field.field.widget, "input_type", "")
    if input_type not in ("hidden",):
        current = field.field.widget.attrs.get("class", "")
        attributes.setdefault("class", f"ds-input {current}".strip())
    return field.as_widget(attrs={key.replace("_", "-"): val for key, val in attributes.items()})


@register.filter
def is_choice(field: BoundField) -> bool:
    """Whether the field is a set of radio buttons or checkboxes."""
    kind = getattr(field.field.widget, "input_type", "")
    return kind in CHOICE_INPUTS and hasattr(field.field, "choices")


@register.filter
def lead_in(label: str) -> str:
    """The label before what is said about its field: a question keeps its mark, others get one."""
    return label if str(label).endswith("?") else f"{label}:"


@register.filter
def language_in_a_sentence(code: str) -> str:
    """The name of a language or written standard as it stands inside a sentence."""
    return Language(code).in_a_sentence


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether the field is one checkbox, whose label stands after it."""
    kind = getattr(field.field.widget, "input_type", "")
    return kind == "checkbox" and not hasattr(field.field, "choices")


def moment_in_words(moment: datetime, now: datetime) -> str:
    """A moment in words: weekday, date, time; the year only when it is another than `now`'s."""
    local, today = timezone.localtime(moment), timezone.localtime(now)
    english = (translation.get_language() or "nb") == "en"
    year = "" if local.year == today.year else " Y"
    pattern = f"l j F{year}, H:i" if english else rf"l j. F{year} \k\l. H.i"
    return formats.date_format(local, pattern)


@register.simple_tag
def moment(value: datetime | None) -> SafeString:
    """A `time` element with the moment in words; empty when there is none."""
    if value is None:
        return SafeString("")
    words = moment_in_words(value, timezone.now())
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.simple_tag
def day(value) -> SafeString:
    """A `time` element with the date in words; empty when there is none."""
    if value is None:
        return SafeString("")
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    words = formats.date_format(value, "DATE_FORMAT")
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)
