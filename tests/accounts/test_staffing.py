"""Who works here and as what: given, taken, recorded, told; and never without an administrator."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group as DjangoGroup
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import staffing
from accounts.duties import Duties, duties_of, named
from accounts.exceptions import (
    HasAccount,
    LeadsOtherTeam,
    OwnAdministration,
    StaffChangedMeanwhile,
)
from accounts.models import StaffChange, Team, User
from dispatch.models import Mail, OutboxRow
from tests.factories import make_team, make_user
from tests.portal.desk.pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(db):
    return make_user(name="Sverre Lie", groups=("administrator",))


def given(*, groups=(), teams=(), leads=()) -> Duties:
    return Duties(groups=frozenset(groups), teams=frozenset(teams), leads=frozenset(leads))


def put(person, by, **duties) -> bool:
    return staffing.set_duties(
        person=person,
        duties=given(**duties),
        seen=staffing.last_change_of(person),
        by=by,
        now=timezone.now(),
    )


def close(person, by) -> None:
    seen = staffing.last_change_of(person)
    staffing.close_account(person=person, seen=seen, by=by, now=timezone.now())


def reopen(person, by) -> None:
    seen = staffing.last_change_of(person)
    staffing.open_account(person=person, seen=seen, by=by, now=timezone.now())


def anew(person) -> User:
    return User.objects.get(pk=person.pk)


def test_a_person_gets_exactly_the_roles_and_teams_they_are_given(boss):
    old, new = make_team(slug="gamle"), make_team(slug="nye")
    person = make_user(groups=("moderator",), teams=(old,))
    assert put(person, boss, groups=["editor"], teams=["nye"], leads=["nye"])
    person = anew(person)
    assert duties_of(person) == given(groups=["editor"], teams=["nye"], leads=["nye"])
    assert person.is_editor and person.is_support and not person.is_moderator
    assert list(person.teams.all()) == [new] and not old.members.exists()


def test_the_change_is_recorded_with_who_made_it_and_when(boss):
    make_team(slug="nye")
    person = make_user(groups=("moderator",))
    put(person, boss, groups=["editor"], teams=["nye"])
    change = StaffChange.objects.get()
    assert (change.person, change.by, change.kind) == (person, boss, "roles")
    assert (change.given, change.taken) == (["group:editor", "team:nye"], ["group:moderator"])


def test_what_changes_nothing_is_neither_recorded_nor_told(boss):
    person = make_user(groups=("moderator",))
    assert not put(person, boss, groups=["moderator"])
    assert not StaffChange.objects.exists() and not Mail.objects.exists()


def test_the_person_is_told_in_their_language_what_they_have_now(boss):
    make_team(slug="nye", name="Dei nye")
    person = make_user(language="nn", groups=("moderator",))
    put(person, boss, groups=["editor"], teams=["nye"], leads=["nye"])
    mail = Mail.objects.get(kind="duties_changed")
    assert (mail.to, mail.language) == (person.email, "nn")
    for words in ("- Redaktør\n", "- Dei nye\n", "- leiar for Dei nye\n"):
        assert words in mail.text
    assert "oderator" not in mail.text


def test_who_loses_everything_is_told_so(boss):
    person = make_user(language="en", groups=("moderator",))
    put(person, boss)
    assert "You have no role or team any more." in Mail.objects.get().text


def test_groups_that_only_open_pages_are_left_alone(boss):
    person = make_user(groups=("pilot", "editor"))
    put(person, boss, groups=["manager"])
    assert set(person.groups.values_list("name", flat=True)) == {"pilot", "manager"}


def test_nobody_leads_a_team_they_do_not_work_in(boss):
    make_team(slug="nye")
    person = make_user()
    with pytest.raises(LeadsOtherTeam):
        put(person, boss, leads=["nye"])
    with pytest.raises(LeadsOtherTeam):
        invited(boss, leads=["nye"])
    assert not duties_of(person)


def test_a_team_has_one_lead_and_the_former_one_is_told(boss):
    team = make_team(slug="nye")
    former, person = make_user(teams=(team,)), make_user()
    Team.objects.update(lead=former)
    put(person, boss, teams=["nye"], leads=["nye"])
    assert Team.objects.get().lead == person
    assert duties_of(anew(former)) == given(teams=["nye"])
    assert former.staff_changes.get().taken == ["lead:nye"]
    assert Mail.objects.filter(kind="duties_changed", to=former.email).count() == 1


# --- who may, and what nobody may -----------------------------------------------------------------


@pytest.mark.parametrize("groups", [(), ("manager",), ("editor", "moderator")])
def test_only_administrators_decide(groups):
    person, other = make_user(groups=groups), make_user()
    for attempt in (
        lambda: put(other, person, groups=["administrator"]),
        lambda: put(person, person, groups=["administrator"]),
        lambda: close(other, person),
        lambda: reopen(other, person),
        lambda: invited(person),
        lambda: staffing.send_link_again(person=other, by=person),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert not StaffChange.objects.exists() and anew(other).is_active


def test_one_who_is_no_administrator_any_more_is_asked_anew(boss):
    other = make_user(groups=("administrator",))
    assert other.is_administrator  # as read when their page was opened
    put(other, boss)
    with pytest.raises(PermissionDenied):
        put(boss, other)
    assert anew(boss).is_administrator


@pytest.mark.parametrize("first", [{"groups": ("administrator",)}, {"is_superuser": True}])
def test_nobody_takes_their_own_administration_or_closes_their_own_account(first):
    boss = make_user(**first)
    make_user(groups=("administrator",))
    with pytest.raises(OwnAdministration):
        put(boss, boss, groups=["editor"])
    with pytest.raises(OwnAdministration):
        close(boss, boss)
    assert anew(boss).is_administrator and not StaffChange.objects.exists()


def test_an_administrator_may_give_themselves_another_role_without_a_mail(boss):
    put(boss, boss, groups=["administrator", "editor"])
    assert anew(boss).is_editor and not Mail.objects.exists()


def test_who_was_made_by_command_is_an_administrator_like_others(boss):
    root = User.objects.create_superuser("rot@tindvik.example", "x")
    assert duties_of(root) == given(groups=["administrator"])
    assert not put(root, boss, groups=["administrator"])
    put(root, boss, groups=["manager"])
    root = anew(root)
    assert not root.is_superuser and not root.is_administrator and root.is_manager


def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten(boss):
    person, seen, now = make_user(), 0, timezone.now()
    put(person, boss, groups=["editor"])
    with pytest.raises(StaffChangedMeanwhile):
        staffing.set_duties(person=person, duties=given(), seen=seen, by=boss, now=now)
    with pytest.raises(StaffChangedMeanwhile):
        staffing.close_account(person=person, seen=seen, by=boss, now=now)
    assert anew(person).is_editor


# --- accounts -----------------------------------------------------------------------------------


def test_a_closed_account_lets_nobody_in_and_holds_nothing(boss):
    team = make_team(slug="nye")
    person = make_user(groups=("manager",), teams=(team,))
    Team.objects.update(lead=person)
    browser = signed_in(person)
    assert browser.get("/rapporter/").status_code == 200
    close(person, boss)
    assert browser.get("/rapporter/").status_code == 302
    person = anew(person)
    assert not person.is_active and not duties_of(person)
    assert not person.check_password("passord-for-alle")
    assert person.staff_changes.get().taken == ["group:manager", "lead:nye", "team:nye"]


def test_an_account_opened_again_has_neither_roles_nor_old_sessions(boss):
    person = make_user(groups=("manager",), language="en")
    browser = signed_in(person)
    close(person, boss)
    with pytest.raises(StaffChangedMeanwhile):
        put(person, boss, groups=["editor"])
    reopen(person, boss)
    assert anew(person).is_active and not duties_of(anew(person))
    assert browser.get("/konto/meg/").status_code == 302
    assert [change.kind for change in person.staff_changes.all()] == ["opened", "closed"]
    with pytest.raises(StaffChangedMeanwhile):
        reopen(person, boss)
    choose_password(link_in(Mail.objects.get(kind="account_opened")))
    assert Client().login(email=person.email, password="tre-ord-som-ingen-vet")


def link_in(mail: Mail) -> str:
    return next(word for word in mail.text.split() if word.startswith("http"))


def choose_password(link: str) -> None:
    browser = Client()
    form = browser.get(urlsplit(link).path, follow=True)
    browser.post(form.request["PATH_INFO"], {"password1": "tre-ord-som-ingen-vet"})


def invited(by, **duties) -> User:
    return staffing.invite_staff(
        email="Ny@Tindvik.example",
        name="Ny Her",
        language="en",
        duties=given(**duties),
        by=by,
        now=timezone.now(),
    )


def test_who_is_invited_has_their_roles_and_chooses_a_password_by_mail(boss):
    make_team(slug="nye", name="De nye")
    person = anew(invited(boss, groups=["moderator"], teams=["nye"]))
    assert person.email == "ny@tindvik.example" and person.is_moderator and person.is_support
    assert person.staff_changes.get().kind == "invited"
    mail = Mail.objects.get()
    assert (mail.kind, mail.to) == ("staff_invited", person.email)
    for words in (
        "Sverre Lie has made an account for you",
        "- Moderator\n",
        "- De nye\n",
        "3 days",
    ):
        assert words in mail.text
    choose_password(link_in(mail))
    assert Client().login(email=person.email, password="tre-ord-som-ingen-vet")


def test_who_has_an_account_is_not_invited_but_pointed_out(boss):
    there = make_user(email="ny@tindvik.example")
    with pytest.raises(HasAccount) as problem:
        invited(boss, groups=["editor"])
    assert problem.value.person == there
    assert not duties_of(there) and not Mail.objects.exists()


def test_the_link_is_sent_again_until_it_is_not_needed(boss):
    person = invited(boss)
    staffing.send_link_again(person=person, by=boss)
    assert Mail.objects.filter(kind="staff_invited").count() == 2
    User.objects.filter(pk=person.pk).update(last_login=timezone.now())
    with pytest.raises(StaffChangedMeanwhile):
        staffing.send_link_again(person=person, by=boss)


# --- a team at once -----------------------------------------------------------------------------


def test_everybody_who_comes_into_a_team_or_leaves_it_is_recorded(boss):
    team = make_team(slug="nye")
    stays, leaves, comes = make_user(teams=(team,)), make_user(teams=(team,)), make_user()
    with staffing.team_changing(team=team, people=[stays, comes], by=boss, now=timezone.now()):
        team.members.set([stays, comes])
        team.lead = comes
        team.save()
    assert not stays.staff_changes.exists()
    assert leaves.staff_changes.get().taken == ["team:nye"]
    assert comes.staff_changes.get().given == ["lead:nye", "team:nye"]
    assert set(Mail.objects.values_list("to", flat=True)) == {leaves.email, comes.email}


def test_the_number_of_questions_about_a_team_does_not_grow_with_it(boss):
    counts, _known = [], boss.is_administrator
    for size in (2, 12):
        team = make_team()
        people = [make_user(teams=(team,)) for _number in range(size)]
        with CaptureQueriesContext(connection) as seen:
            now = timezone.now()
            with staffing.team_changing(team=team, people=people, by=boss, now=now):
                pass
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- what follows, and words ----------------------------------------------------------------------


def test_every_change_leaves_one_row_for_what_follows_it(boss):
    person = make_user()
    put(person, boss, groups=["editor"])
    put(person, boss)
    rows = OutboxRow.objects.filter(topic=staffing.TOPIC)
    assert [row.payload for row in rows] == [{"person": person.pk}]


def test_a_failed_change_leaves_nothing_behind(boss, monkeypatch):
    def fail(*_arguments):
        raise ConnectionError

    monkeypatch.setattr(staffing.letters, "duties_changed", fail)
    person = make_user(groups=("editor",))
    with pytest.raises(ConnectionError):
        put(person, boss, groups=["manager"])
    assert anew(person).is_editor and not StaffChange.objects.exists()


def test_groups_stand_before_teams_and_a_team_that_is_gone_is_called_by_its_slug():
    make_team(slug="b", name="Beta", line="first")
    make_team(slug="a", name="Alfa", line="second")
    words = ["team:a", "team:borte", "team:b", "group:administrator", "group:editor", "lead:a"]
    assert [duty.label for duty in named(words)] == [
        "Editor",
        "Administrator",
        "Beta",
        "Alfa",
        "leads Alfa",
        "borte",
    ]


def test_a_role_whose_group_is_missing_makes_it(boss):
    DjangoGroup.objects.filter(name="moderator").delete()
    person = make_user()
    put(person, boss, groups=["moderator"])
    assert anew(person).is_moderator
