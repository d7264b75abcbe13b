"""The sample's teams, loaded from a file. Repeatable."""

from pathlib import Path

from django.db import transaction

from accounts.models import Team
from markup.written import read_yaml


@transaction.atomic
def load_teams(path: Path) -> int:
    """Make or update every team in the file; returns how many. Members are left alone."""
    entries = read_yaml(path.read_text(encoding="utf-8"))
    for entry in entries:
        Team.objects.update_or_create(slug=entry["slug"], defaults=entry)
    return len(entries)
