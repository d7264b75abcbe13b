"""What deadlines are called on the pages of the rules."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from portal.selfservice.promises import TARGET_NAMES
from triage.sla.policy import INTERNAL

# What runs of a case: what is promised, and what teams have agreed.
DEADLINE_NAMES = {**TARGET_NAMES, INTERNAL: gettext_lazy("Internal deadline of the team")}
