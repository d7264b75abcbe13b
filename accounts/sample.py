"""The sample's teams, loaded from a file. Repeatable."""

from pathlib import Path

import yaml
from django.db import transaction

from accounts.models import Team


@transaction.atomic
def load_teams(path: Path) -> int:
    """Make or update every team in the file; returns how many. Members are left alone."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    for entry in entries:
        Team.objects.update_or_create(slug=entry["slug"], defaults=entry)
    return len(entries)
