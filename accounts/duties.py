"""What somebody does here: the groups that give a role, the teams they work in, those they lead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

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


def named(words: Iterable[str]) -> list[tuple[str, str]]:
    """Kind and name of each word, as people call it: groups first, then teams by their list.

    A team that is no more is called by its slug.
    """
    pairs = [tuple(word.split(":", 1)) for word in words]
    slugs = {name for kind, name in pairs if kind != GROUP}
    teams = dict(Team.objects.filter(slug__in=slugs).values_list("slug", "name")) if slugs else {}
    names = {GROUP: dict(Group.choices), TEAM: teams, LEAD: teams}
    order = {kind: list(known) for kind, known in names.items()}

    def place(pair: tuple[str, str]) -> tuple:
        kind, name = pair
        known = order[kind]
        return list(names).index(kind), known.index(name) if name in known else len(known), name

    return [(kind, str(names[kind].get(name, name))) for kind, name in sorted(pairs, key=place)]
