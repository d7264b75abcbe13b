"""The sample's organisations and people, loaded from files. Repeatable; nothing is taken away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group as DjangoGroup
from django.db import transaction

from accounts.models import (
    Membership,
    MembershipContactRole,
    Organisation,
    OrganisationDomain,
    Team,
    User,
)
from accounts.services import add_person
from markup.written import read_yaml

PASSWORD = "finn-fram-sammen"  # noqa: S105  everybody in the sample; on a machine of one's own only
JOINED_BEFORE = 200  # days, unless the file says otherwise


@dataclass(frozen=True)
class Listed:
    """One line of the list of who can sign in."""

    role: str
    email: str
    password: str


def _read(path: Path) -> list[dict]:
    return read_yaml(path.read_text(encoding="utf-8"))


@transaction.atomic
def load_organisations(path: Path) -> int:
    """Make or update every organisation of the file, known by its name; returns how many."""
    entries = _read(path)
    for entry in entries:
        domains = entry.pop("domains", [])
        organisation, _made = Organisation.objects.update_or_create(
            name=entry["name"], defaults=entry
        )
        for domain in domains:
            OrganisationDomain.objects.get_or_create(organisation=organisation, domain=domain)
    return len(entries)


@transaction.atomic
def load_people(path: Path, *, as_of: datetime, password: str = PASSWORD) -> int:
    """Add the people of the file who are not there yet; returns how many that was.

    Somebody who is there keeps everything they have changed since: name, language, password.
    """
    encoded = make_password(password)  # once for all: a good hash takes half a second
    added = 0
    for entry in _read(path):
        if not User.objects.filter(email=entry["email"]).exists():
            _add(entry, encoded, as_of)
            added += 1
    return added


def _add(entry: dict, encoded: str, as_of: datetime) -> None:
    user = add_person(email=entry["email"], name=entry["name"], language=entry["language"])
    joined = as_of - timedelta(days=entry.get("joined", JOINED_BEFORE))
    User.objects.filter(pk=user.pk).update(password=encoded, date_joined=joined)
    for name in entry.get("groups", ()):
        user.groups.add(DjangoGroup.objects.get_or_create(name=name)[0])
    user.teams.add(*(Team.objects.get(slug=slug) for slug in entry.get("teams", ())))
    for place in entry.get("member", ()):
        _let_in(user, place, joined)
    for place in entry.get("asked", ()):
        Membership.objects.create(
            user=user,
            organisation=Organisation.objects.get(name=place["of"]),
            status=Membership.Status.REQUESTED,
            requested_at=as_of - timedelta(days=place["days"]),
        )


def _let_in(user: User, place: dict, joined: datetime) -> None:
    membership = Membership.objects.create(
        user=user,
        organisation=Organisation.objects.get(name=place["of"]),
        status=Membership.Status.ACTIVE,
        requested_at=joined,
        decided_at=joined,
    )
    for role in place.get("roles", ()):
        MembershipContactRole.objects.create(membership=membership, role=role)


def listed_people(path: Path) -> list[Listed]:
    """Everybody the file gives a role, with the password if it is still the sample's."""
    roles = {entry["email"]: entry["role"] for entry in _read(path) if "role" in entry}
    known: dict[str, bool] = {}
    people = {user.email: user for user in User.objects.filter(email__in=roles, is_active=True)}
    lines = []
    for email, role in roles.items():
        if email in people:
            encoded = people[email].password
            if encoded not in known:
                known[encoded] = check_password(PASSWORD, encoded)
            lines.append(Listed(role, email, PASSWORD if known[encoded] else "(changed)"))
    return lines
