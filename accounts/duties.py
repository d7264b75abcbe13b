"""What somebody does here: the groups that give a role, the teams they work in, those they lead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import pgettext

from accounts.models import Team, User
from accounts.roles import Group

GROUP, TEAM, LEAD = "group", "team", "lead"


@dataclass(frozen=True, kw_only=True)
class Duties:
    """Groups by name, teams by slug. One may lead only a team one works in."""

    groups: frozenset[str] = field(default_factory=frozenset)
    teams: frozenset[str] = field(default_factory=frozenset)
    leads: frozenset[str] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.groups or self.teams or self.leads)

    @property
    def words(self) -> frozenset[str]:
        """Each of them as one word, such as "team:servicedesk"; kept in the log of changes."""
        kinds = ((GROUP, self.groups), (TEAM, self.teams), (LEAD, self.leads))
        return frozenset(f"{kind}:{name}" for kind, names in kinds for name in names)


NO_DUTIES = Duties()


def duties_of(person: User) -> Duties:
    """What the person does here now. Whoever was made by `createsuperuser` is an administrator."""
    return duties_by_person([person])[person.pk]


def duties_by_person(people: Iterable[User]) -> dict[int, Duties]:
    """What each of the people does here now, by the person's id, in as many statements as for one.

    Whether somebody was made by `createsuperuser` is read from the people given.
    """
    administrators = {person.pk: person.is_superuser for person in people}
    ids = list(administrators)
    members = User.groups.through.objects.filter(user__in=ids, group__name__in=Group.values)
    groups = _gathered(members.values_list("user_id", "group__name"))
    teams = _gathered(
        Team.members.through.objects.filter(user__in=ids).values_list("user_id", "team__slug")
    )
    leads = _gathered(Team.objects.filter(lead__in=ids).values_list("lead_id", "slug"))
    for pk, is_superuser in administrators.items():
        if is_superuser:
            groups[pk].add(str(Group.ADMINISTRATOR))
    return {
        pk: Duties(
            groups=frozenset(groups[pk]), teams=frozenset(teams[pk]), leads=frozenset(leads[pk])
        )
        for pk in ids
    }


def _gathered(pairs: Iterable[tuple[int, str]]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for person, name in pairs:
        found[person].add(name)
    return found


@dataclass(frozen=True)
class Duty:
    """One role or team, with its word in the log and what people call it."""

    word: str
    kind: str
    name: str

    @property
    def label(self) -> str:
        """What it is called where roles and teams stand in one list."""
        return pgettext("team", "leads %(team)s") % {"team": self.name} if self.leads else self.name

    @property
    def leads(self) -> bool:
        """Whether it is to lead a team."""
        return self.kind == LEAD


def team_names() -> dict[str, str]:
    """The name of every team by its slug, the first line first."""
    return dict(Team.objects.values_list("slug", "name"))


def named(words: Iterable[str], teams: Mapping[str, str] | None = None) -> list[Duty]:
    """What the words mean: groups first, then teams in their order, then teams that one leads.

    A team that is no more is called by its slug. `teams` are `team_names()`, when read already.
    """
    teams = team_names() if teams is None else teams
    names = {GROUP: dict(Group.choices), TEAM: teams, LEAD: teams}
    places = {f"{kind}:{name}": (kind, name) for kind, known in names.items() for name in known}
    order = {word: place for place, word in enumerate(places)}
    duties = []
    for word in sorted(words, key=lambda word: (order.get(word, len(order)), word)):
        kind, _colon, name = word.partition(":")
        duties.append(Duty(word, kind, str(names[kind].get(name, name))))
    return duties
