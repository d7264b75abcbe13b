"""The people of the installation: which are shown, from where a page begins, and what of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.duties import Duty, duties_of, named, team_names
from accounts.models import Membership, Team, User
from accounts.queries import holding
from accounts.roles import Group
from portal.positions import read_number

PAGE_SIZE = 50
LONGEST = 200
MOST_CHANGES = 100
STAFF, NOBODY = "staff", "none"
ROLES = {
    STAFF: _("Those who work here"),
    NOBODY: _("Those without role or team"),
    **dict(Group.choices),
}
STATES = {
    "active": _("Open accounts"),
    "waiting": _("Those who have not signed in yet"),
    "closed": _("Closed accounts"),
}
_STATE = {
    "active": Q(is_active=True),
    "waiting": Q(is_active=True, last_login=None),
    "closed": Q(is_active=False),
}
_HAS_ROLE = Q(is_superuser=True) | Exists(
    User.groups.through.objects.filter(user=OuterRef("pk"), group__name__in=Group.values)
)
_HAS_TEAM = Exists(Team.members.through.objects.filter(user=OuterRef("pk")))


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A person in the list."""

    pk: int
    name: str
    email: str
    organisations: tuple[str, ...]
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    is_active: bool
    last_login: datetime | None

    @classmethod
    def of(cls, person: User) -> PersonRow:
        """From a row with organisations, groups and teams loaded."""
        held = {group.name for group in person.groups.all()}
        if person.is_superuser:
            held.add(Group.ADMINISTRATOR)
        return cls(
            pk=person.pk,
            name=person.display_name,
            email=person.email,
            organisations=tuple(row.organisation.name for row in person.memberships.all()),
            roles=tuple(str(group.label) for group in Group if group in held),
            teams=tuple(team.name for team in person.teams.all()),
            is_active=person.is_active,
            last_login=person.last_login,
        )


@dataclass(frozen=True, kw_only=True)
class PeopleQuery:
    """The question behind a page of people, by name."""

    viewer: User
    text: str
    role: str
    team: str
    state: str
    after: int | None

    def page(self) -> tuple[list[PersonRow], bool]:
        """The people of this page, and whether there are more."""
        found = self._from_where_it_begins(self._people()).order_by("name", "pk")
        active = Membership.objects.active().select_related("organisation")
        rows = found.prefetch_related(
            "groups", "teams", Prefetch("memberships", active.order_by("organisation__name"))
        )
        people = list(rows[: PAGE_SIZE + 1])
        return [PersonRow.of(person) for person in people[:PAGE_SIZE]], len(people) > PAGE_SIZE

    def _people(self) -> QuerySet[User]:
        people = User.objects.visible_to(self.viewer)
        if self.text:
            people = people.filter(holding("name", self.text) | holding("email", self.text))
        if self.role == STAFF:
            people = people.filter(_HAS_ROLE | _HAS_TEAM)
        elif self.role == NOBODY:
            people = people.exclude(_HAS_ROLE | _HAS_TEAM)
        elif self.role:
            people = people.filter(_with_group(self.role))
        if self.team:
            people = people.filter(teams__slug=self.team)
        return people.filter(_STATE.get(self.state, Q()))

    def _from_where_it_begins(self, people: QuerySet[User]) -> QuerySet[User]:
        """A position is the person the page before ended with; one who is gone begins anew."""
        last = self.after and User.objects.filter(pk=self.after).first()
        if not last:
            return people
        return people.filter(name__gte=last.name).exclude(name=last.name, pk__lte=last.pk)

    @property
    def filtered(self) -> bool:
        """Whether somebody is left out."""
        return bool(self.text or self.role or self.team or self.state)

    def address(self, *, after: PersonRow | None = None) -> str:
        """The same question as the query of an address, from after a row on."""
        query = QueryDict(mutable=True)
        parts = {"q": self.text, "role": self.role, "team": self.team, "state": self.state}
        query.update({name: value for name, value in parts.items() if value})
        if after is not None:
            query["after"] = str(after.pk)
        return query.urlencode()


def _with_group(name: str) -> Q:
    """Those who have the role; whoever was made by command is an administrator, too."""
    group = Exists(User.groups.through.objects.filter(user=OuterRef("pk"), group__name=name))
    return Q(group) | Q(is_superuser=True) if name == Group.ADMINISTRATOR else Q(group)


def read_query(request: HttpRequest) -> PeopleQuery:
    """The question in the address; what means nothing is left out."""
    text = request.GET.get("q", "").replace("\x00", "")[:LONGEST]
    role, state = request.GET.get("role", ""), request.GET.get("state", "")
    team = request.GET.get("team", "")[:LONGEST]
    return PeopleQuery(
        viewer=request.user,
        text=" ".join(text.split()),
        role=role if role in ROLES else "",
        team=team if team in team_names() else "",
        state=state if state in STATES else "",
        after=read_number(request.GET.get("after", "")),
    )


# --- one person -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    """A line of the log of a person's roles."""

    at: datetime
    by: str
    what: str
    given: list[Duty]
    taken: list[Duty]


def held_by(person: User) -> list[tuple[Duty, datetime | None]]:
    """What the person has, and when the latest change gave it, if that was recorded."""
    since: dict[str, datetime] = {}
    for at, words in person.staff_changes.order_by("pk").values_list("at", "given"):
        since.update(dict.fromkeys(words, at))
    return [(duty, since.get(duty.word)) for duty in named(duties_of(person).words)]


def changes_of(person: User) -> list[ChangeLine]:
    """The latest changes of a person's roles and account, newest first."""
    names = team_names()
    return [
        ChangeLine(
            at=change.at,
            by=change.by.display_name if change.by else "",
            what=change.get_kind_display(),
            given=named(change.given, names),
            taken=named(change.taken, names),
        )
        for change in person.staff_changes.select_related("by")[:MOST_CHANGES]
    ]
