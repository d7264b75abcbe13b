"""What the labels of the classifier are called."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from accounts.roles import Line
from taxonomy.models import Product, Topic
from triage.classifier.labels import (
    CASE_TYPE,
    PRIORITY,
    PRODUCT,
    SMALL_PRODUCTS,
    TEAM,
    TOPIC,
    team_label,
    topic_label,
)
from triage.tickets import codes
from triage.tickets.priority import priority_for

# In the order of the pages: the target by its name in addresses, and the name of its page.
PAGES: dict[str, tuple[str, Promise]] = {
    "produkt": (PRODUCT, gettext_lazy("Product")),
    "emne": (TOPIC, gettext_lazy("Topic")),
    "sakstype": (CASE_TYPE, gettext_lazy("Kind of case")),
    "team": (TEAM, gettext_lazy("Team")),
    "prioritet": (PRIORITY, gettext_lazy("Priority")),
}


class Names:
    """The names of one target's labels; an unknown label is called by itself."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._known = {label: str(name) for label, name in _known(target)}

    @property
    def explanation(self) -> str:
        """What has to be known to read the names, "" when they speak for themselves."""
        if self._target != PRIORITY:
            return ""
        return _("Impact: %(impacts)s. Urgency: %(urgencies)s.") % {
            "impacts": _numbered(codes.IMPACTS),
            "urgencies": _numbered(codes.URGENCIES),
        }

    def of(self, label: str) -> str:
        """What a label is called; "" is what was not said."""
        if not label:
            return _("Nothing")
        return self._known.get(label) or (_priority(label) if self._target == PRIORITY else label)


def _known(target: str):
    if target == PRODUCT:
        yield from ((product.slug, product.name) for product in Product.objects.all())
        yield SMALL_PRODUCTS, _("Another product")
    elif target == TOPIC:
        for topic in Topic.objects.select_related("product"):
            name = f"{topic.product.name} – {topic.name}"
            yield topic_label(topic.product.slug, topic.slug), name
    elif target == CASE_TYPE:
        yield from codes.CASE_TYPES
    elif target == TEAM:
        for slug, name, line in Team.objects.order_by("-pk").values_list("slug", "name", "line"):
            yield team_label(slug, line == Line.FIRST), name  # of several, the one cases come to


def _numbered(choices: Iterable[tuple[int, Promise | str]]) -> str:
    """Numbers with what they mean, in one line."""
    return "; ".join(f"{number} {str(words).lower()}" for number, words in choices)


def _priority(label: str) -> str:
    """Impact and urgency as the priority they make, so that two with the same are told apart."""
    parts = label.split("x")
    if len(parts) != 2 or not all(part in ("1", "2", "3") for part in parts):
        return label
    impact, urgency = map(int, parts)
    return _("%(priority)s (impact %(impact)s, urgency %(urgency)s)") % {
        "priority": priority_for(impact, urgency, severity="", security=False),
        "impact": impact,
        "urgency": urgency,
    }
