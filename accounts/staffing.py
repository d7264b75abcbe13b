"""Who works here and as what. Administrators decide; every change is recorded with who made it.

One change at a time: the row of the administrators' group is the lock. Under it the one who acts is
asked anew whether they are an administrator, and nobody may take that role from themselves, so of
two who take it from each other at once one stays.

What follows elsewhere, such as the cases of somebody who has left, follows a row of the outbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from django.contrib.auth.models import Group as DjangoGroup
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts import letters
from accounts.duties import NO_DUTIES, Duties, duties_by_person, duties_of
from accounts.exceptions import (
    HasAccount,
    LeadsOtherTeam,
    OwnAdministration,
    StaffChangedMeanwhile,
)
from accounts.models import StaffChange, Team, User
from accounts.passwords import LINK_STANDS, password_link
from accounts.policies import check_can_staff
from accounts.roles import Group
from accounts.services import add_person
from dispatch import outbox

log = structlog.get_logger(__name__)

TOPIC = "staffing"
Kind = StaffChange.Kind


def last_change_of(person: User) -> int:
    """The number of the latest change of a person's roles or account; 0 before the first."""
    return person.staff_changes.values_list("pk", flat=True).order_by("-pk").first() or 0


# --- roles ------------------------------------------------------------------------------------


def set_duties(*, person: User, duties: Duties, seen: int, by: User, now: datetime) -> bool:
    """Give a person exactly these roles and teams; whether anything was changed.

    `seen` is the latest change the administrator knew of. Whoever led one of the teams before leads
    it no more. Raises StaffChangedMeanwhile, OwnAdministration or LeadsOtherTeam.
    """
    _check_leads(duties)
    with _one_at_a_time(by) as by:
        person = _as_seen(person, seen, active=True)
        if person.pk == by.pk and Group.ADMINISTRATOR not in duties.groups:
            raise OwnAdministration
        with _recorded([person, *_others_leading(duties, person)], by=by, now=now) as changes:
            _put(person, duties)
    return any(change.person_id == person.pk for change in changes)


@contextmanager
def team_changing(*, team: Team, people: Iterable[User], by: User, now: datetime) -> Iterator[None]:
    """Record what the block changes about who works in the team and who leads it.

    `people` are those who are to be in it; who was in it before is read here.
    """
    with _one_at_a_time(by) as by:
        before = User.objects.filter(Q(teams=team.pk) | Q(led_teams=team.pk)) if team.pk else ()
        concerned = {person.pk: person for person in [*before, *people]}
        with _recorded(concerned.values(), by=by, now=now):
            yield


# --- accounts ---------------------------------------------------------------------------------


def invite_staff(
    *, email: str, name: str, language: str, duties: Duties, by: User, now: datetime
) -> User:
    """Make an account with these roles; its owner gets a mail to choose a password.

    Raises HasAccount when there is one with the address, or LeadsOtherTeam.
    """
    _check_leads(duties)
    with _one_at_a_time(by) as by:
        person = _new_person(email.strip().lower(), name, language)
        with _recorded(_others_leading(duties, person), by=by, now=now):
            _put(person, duties)
        _write(person, Kind.INVITED, given=duties.words, by=by, now=now)
        _send_invitation(person, by)
    return person


def send_link_again(*, person: User, by: User) -> None:
    """Send the first mail once more. Raises StaffChangedMeanwhile when nobody needs it any more."""
    with _one_at_a_time(by) as by:
        person = User.objects.get(pk=person.pk)
        if not person.is_active or person.last_login is not None:
            raise StaffChangedMeanwhile
        _send_invitation(person, by)
    log.info("link to choose a password sent again", person=person.pk, by=by.pk)


def close_account(*, person: User, seen: int, by: User, now: datetime) -> None:
    """Let somebody in no more: every session ends, the password and all roles are gone.

    What they wrote, asked and did stays. Raises StaffChangedMeanwhile or OwnAdministration.
    """
    with _one_at_a_time(by) as by:
        if person.pk == by.pk:
            raise OwnAdministration
        person = _as_seen(person, seen, active=True)
        taken = duties_of(person).words
        _put(person, NO_DUTIES)
        person.is_active = False
        person.set_unusable_password()  # sessions hold a checksum of it
        person.save(update_fields=["is_active", "password"])
        _write(person, Kind.CLOSED, taken=taken, by=by, now=now)


def open_account(*, person: User, seen: int, by: User, now: datetime) -> None:
    """Let somebody in again, without roles; they choose a new password by mail.

    Raises StaffChangedMeanwhile.
    """
    with _one_at_a_time(by) as by:
        person = _as_seen(person, seen, active=False)
        person.is_active = True
        person.save(update_fields=["is_active"])
        _write(person, Kind.OPENED, by=by, now=now)
        letters.account_opened(person, link=password_link(person), days=LINK_STANDS)


def _new_person(email: str, name: str, language: str) -> User:
    try:
        return add_person(email=email, name=name, language=language)
    except IntegrityError:
        raise HasAccount(User.objects.get(email=email)) from None


def _send_invitation(person: User, by: User) -> None:
    letters.staff_invited(
        person,
        by=by,
        duties=duties_of(person),
        link=password_link(person),
        days=LINK_STANDS,
    )


# --- how a change is made ---------------------------------------------------------------------


@contextmanager
def _one_at_a_time(by: User) -> Iterator[User]:
    """A transaction that waits for other changes; yields the one who acts, as they are by then."""
    check_can_staff(by)
    with transaction.atomic():
        rows = DjangoGroup.objects.select_for_update()
        rows.get_or_create(name=Group.ADMINISTRATOR)
        by = User.objects.get(pk=by.pk)
        check_can_staff(by)
        yield by


def _as_seen(person: User, seen: int, *, active: bool) -> User:
    """The person as they are now, when that is what the administrator saw."""
    person = User.objects.get(pk=person.pk)
    if last_change_of(person) != seen or person.is_active != active:
        raise StaffChangedMeanwhile
    return person


def _check_leads(duties: Duties) -> None:
    if not duties.leads <= duties.teams:
        raise LeadsOtherTeam


def _others_leading(duties: Duties, person: User) -> QuerySet[User]:
    """Who else leads one of the teams that the person is to lead."""
    leading = User.objects.filter(led_teams__slug__in=duties.leads)
    return leading.exclude(pk=person.pk).distinct()


def _put(person: User, duties: Duties) -> None:
    """Make the person's groups, teams and leading of teams what they are to be."""
    groups = [DjangoGroup.objects.get_or_create(name=name)[0] for name in sorted(duties.groups)]
    person.groups.remove(*person.groups.filter(name__in=set(Group.values) - duties.groups))
    person.groups.add(*groups)
    person.teams.set(Team.objects.filter(slug__in=duties.teams))
    person.led_teams.exclude(slug__in=duties.leads).update(lead=None)
    Team.objects.filter(slug__in=duties.leads).update(lead=person)
    if person.is_superuser and Group.ADMINISTRATOR not in duties.groups:
        person.is_superuser = False
        person.save(update_fields=["is_superuser"])


@contextmanager
def _recorded(people: Iterable[User], *, by: User, now: datetime) -> Iterator[list[StaffChange]]:
    """Record what the block changes of what the people do here, and tell those it is about."""
    people, changes = list(people), []
    before = duties_by_person(people)
    yield changes
    after = duties_by_person(User.objects.filter(pk__in=before))
    for person in people:
        old, new = before[person.pk].words, after[person.pk].words
        if old != new:
            change = _write(person, Kind.ROLES, given=new - old, taken=old - new, by=by, now=now)
            changes.append(change)
            if person.pk != by.pk:
                letters.duties_changed(person, after[person.pk])


def _write(
    person: User,
    kind: Kind,
    *,
    by: User,
    now: datetime,
    given: Iterable[str] = (),
    taken: Iterable[str] = (),
) -> StaffChange:
    change = StaffChange.objects.create(
        person=person, by=by, at=now, kind=kind, given=sorted(given), taken=sorted(taken)
    )
    outbox.put(TOPIC, {"person": person.pk}, key=str(person.pk))
    log.info(
        "staff changed",
        person=person.pk,
        by=by.pk,
        kind=kind.value,
        given=change.given,
        taken=change.taken,
    )
    return change
