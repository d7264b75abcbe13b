"""The people of the installation: found, given roles, invited, closed and opened again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import staffing
from accounts.duties import duties_of
from accounts.models import StaffChange, Team, User
from dispatch import outbox
from dispatch.models import Mail
from tests.factories import make_membership, make_organisation, make_team, make_user
from tests.portal.desk.pages import hidden, signed_in, text_of
from tests.triage.tickets.desk import make_desk, opened
from triage.tickets import services

pytestmark = pytest.mark.django_db
LIST = "/drift/personer/"
NEW = "/drift/personer/ny/"


@pytest.fixture
def boss(db):
    return make_user(name="Sverre Lie", groups=("administrator",))


@pytest.fixture
def admin(boss):
    return signed_in(boss)


def page_of(person, part: str = "") -> str:
    return f"{LIST}{person.pk}/" + (f"{part}/" if part else "")


def names_in(response) -> list[str]:
    return [row.name for row in response.context["rows"]]


def save(admin, person, **fields):
    """Open the person's page, tick exactly these boxes, and send the form."""
    seen = hidden(admin.get(page_of(person)), "seen")
    return admin.post(page_of(person), {"seen": seen, **fields}, follow=True)


# --- the list -----------------------------------------------------------------------------------


def test_a_row_tells_who_they_are_what_they_do_and_when_they_were_here(admin):
    team = make_team(name="Servicedesk", line="first")
    person = make_user(name="Ada Lund", email="ada@etaten.example", groups=("editor",))
    team.members.add(person)
    make_membership(person, make_organisation(name="Tindvik kommune"))
    User.objects.filter(pk=person.pk).update(last_login=timezone.now() - timedelta(days=1))
    page = text_of(admin.get(LIST, {"q": "ada"}))
    for words in (
        "Ada Lund ada@etaten.example",
        "Editor Servicedesk",
        "Tindvik kommune",
        "Last signed in",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ({}, ["Ada", "Bo", "Cato", "Dina", "Sverre Lie"]),
        ({"q": "ADA"}, ["Ada"]),
        ({"q": "dina@"}, ["Dina"]),
        ({"q": "  "}, ["Ada", "Bo", "Cato", "Dina", "Sverre Lie"]),
        ({"q": "\x00"}, ["Ada", "Bo", "Cato", "Dina", "Sverre Lie"]),
        ({"q": "' OR 1=1 --"}, []),
        ({"role": "editor"}, ["Ada"]),
        ({"role": "administrator"}, ["Cato", "Sverre Lie"]),
        ({"role": "staff"}, ["Ada", "Bo", "Cato", "Sverre Lie"]),
        ({"role": "none"}, ["Dina"]),
        ({"role": "king"}, ["Ada", "Bo", "Cato", "Dina", "Sverre Lie"]),
        ({"team": "gjengen"}, ["Bo"]),
        ({"team": "gjengen", "role": "editor"}, []),
        ({"state": "closed"}, ["Dina"]),
        ({"state": "waiting"}, ["Ada", "Bo", "Cato"]),
        ({"after": "x"}, ["Ada", "Bo", "Cato", "Dina", "Sverre Lie"]),
        ({"after": "9" * 18}, ["Ada", "Bo", "Cato", "Dina", "Sverre Lie"]),
    ],
)
def test_filters_find_people_and_nonsense_finds_nobody_or_everybody(admin, boss, query, seen):
    make_user(name="Ada", groups=("editor", "pilot"))
    make_user(name="Bo", teams=(make_team(slug="gjengen"),))
    make_user(name="Cato", is_superuser=True)
    make_user(name="Dina", email="dina@x.example", groups=("pilot",), is_active=False)
    assert names_in(admin.get(LIST, query)) == seen


def test_norwegian_letters_are_found_without_regard_to_case(admin):
    make_user(name="Åse Østby")
    assert names_in(admin.get(LIST, {"q": "østby"})) == ["Åse Østby"]


def test_going_through_the_pages_shows_everybody_once_also_those_of_the_same_name(admin):
    for number in range(119):
        make_user(name=f"Navn {number % 7}")
    seen, address = [], LIST
    while address:
        response = admin.get(address)
        seen += [row.pk for row in response.context["rows"]]
        address = f"{LIST}?{response.context['next']}" if response.context["next"] else ""
    assert len(seen) == 120
    assert sorted(seen) == sorted(User.objects.values_list("pk", flat=True))


def test_the_filters_go_along_to_the_next_page(admin):
    team = make_team(slug="gjengen")
    for _number in range(51):
        make_user(teams=(team,))
    query = {"q": "person", "role": "staff", "team": "gjengen", "state": "active"}
    following = admin.get(LIST, query).context["next"]
    for part in ("q=person", "role=staff", "team=gjengen", "state=active", "after="):
        assert part in following


def test_a_page_without_people_says_so(admin):
    assert "Nobody is like that." in text_of(admin.get(LIST, {"q": "zzz"}))


def test_the_number_of_statements_does_not_grow_with_the_people(admin):
    counts = []
    for _round in range(2):
        for _number in range(8):
            person = make_user(groups=("editor", "manager"), teams=(make_team(), make_team()))
            make_membership(person, make_organisation())
        with CaptureQueriesContext(connection) as seen:
            admin.get(LIST)
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- one person -----------------------------------------------------------------------------------


def test_the_page_tells_what_the_person_has_since_when_and_who_gave_it(admin, boss):
    make_team(slug="gjengen", name="Gjengen")
    person = make_user(name="Ada", groups=("moderator",))
    save(admin, person, groups=["editor", "moderator"], teams=["gjengen"], leads=["gjengen"])
    page = text_of(admin.get(page_of(person)))
    assert "Moderator Editor since" in page  # nobody recorded when the first one was given
    assert "Gjengen since" in page and "Leads Gjengen since" in page
    assert "Roles or teams were changed" in page and "by Sverre Lie" in page
    assert "Got : Editor, Gjengen, leads Gjengen" in page.replace("Got:", "Got :")


def test_the_number_of_statements_does_not_grow_with_roles_teams_and_log(admin, boss):
    counts = []
    person = make_user()
    for _round in range(2):
        teams = [make_team() for _number in range(5)]
        slugs = [*person.teams.values_list("slug", flat=True), *(team.slug for team in teams)]
        save(admin, person, groups=["editor"], teams=slugs, leads=slugs)
        with CaptureQueriesContext(connection) as seen:
            admin.get(page_of(person))
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({"groups": ["moderator"]}, "/moderering/"),
        ({"groups": ["editor"]}, "/cms-admin/"),
        ({"groups": ["manager"]}, "/rapporter/"),
        ({"groups": ["administrator"]}, "/drift/"),
        ({"teams": ["gjengen"]}, "/desk/"),
    ],
)
def test_a_role_opens_its_pages_at_the_next_request_and_closes_them_when_taken(
    admin, site, fields, address
):
    make_team(slug="gjengen", line="first")
    person = make_user()
    browser = signed_in(person)
    assert browser.get(address).status_code in (302, 403)
    save(admin, person, **fields)
    assert browser.get(address).status_code == 200
    save(admin, person)
    assert browser.get(address).status_code in (302, 403)


@pytest.fixture
def site(db):
    """Groups with what their role needs in the editors' admin."""
    from cms.guidance.setup import ensure_site

    return ensure_site()


def test_what_changes_nothing_is_said_and_not_recorded(admin):
    person = make_user(groups=("editor",))
    assert "Nothing was changed." in text_of(save(admin, person, groups=["editor"]))
    assert not StaffChange.objects.exists()


def test_what_somebody_else_changed_since_the_page_was_opened_is_told_and_kept(admin):
    other = signed_in(make_user(groups=("administrator",)))
    person = make_user()
    seen = hidden(admin.get(page_of(person)), "seen")
    save(other, person, groups=["editor"])
    page = text_of(admin.post(page_of(person), {"seen": seen, "groups": ["manager"]}, follow=True))
    assert "Somebody else has changed this meanwhile" in page
    assert duties_of(person).groups == {"editor"}


def test_one_cannot_take_the_administration_from_oneself(admin, boss):
    page = text_of(save(admin, boss, groups=["editor"]))
    assert "You cannot take the role of administrator from yourself" in page
    assert duties_of(boss).groups == {"administrator"}


@pytest.mark.parametrize(
    "fields",
    [
        {"seen": ""},
        {"seen": "x"},
        {"seen": "-1"},
        {"seen": "0", "groups": ["king"]},
        {"seen": "0", "groups": ["pilot"]},
        {"seen": "0", "teams": ["no-such"]},
        {"seen": "0", "leads": ["gjengen"]},
        {"seen": "0", "teams": ["\x00"]},
    ],
)
def test_a_form_that_says_something_impossible_changes_nothing(admin, fields):
    make_team(slug="gjengen")
    person = make_user(groups=("pilot",))
    response = admin.post(page_of(person), fields)
    assert response.status_code == 422
    assert not duties_of(person) and not StaffChange.objects.exists()


def test_who_is_led_away_from_leading_a_team_is_named_beforehand(admin):
    team, former = make_team(slug="gjengen"), make_user(name="Cato")
    Team.objects.update(lead=former)
    team.members.add(former)
    assert "(instead of Cato)" in text_of(admin.get(page_of(make_user())))
    assert "(instead of Cato)" not in text_of(admin.get(page_of(former)))


# --- the account ----------------------------------------------------------------------------------


@pytest.fixture
def holder(db):
    """One of the first line with an open case, a role, a team they lead, and a membership."""
    desk = make_desk()
    person = desk.people.colleague
    services.take_ticket(ticket=opened(desk), by=person, now=timezone.now())
    make_membership(person, make_organisation(name="Etaten"))
    Team.objects.filter(pk=desk.first.pk).update(lead=person)
    return person


def test_before_an_account_is_closed_the_page_says_what_it_means(admin, holder):
    page = text_of(admin.get(page_of(holder, "steng")))
    for words in (
        "Close the account of Bo Nes",
        "Servicedesk, leads Servicedesk.",
        "1 open case goes back to its team, free to take.",
        "Etaten",
    ):
        assert words in page
    assert User.objects.get(pk=holder.pk).is_active


def test_closing_ends_sessions_takes_roles_and_frees_cases(admin, holder):
    browser = signed_in(holder)
    seen = hidden(admin.get(page_of(holder, "steng")), "seen")
    page = text_of(admin.post(page_of(holder, "steng"), {"seen": seen}, follow=True))
    assert "The account of Bo Nes is closed." in page
    assert "The account is closed" in page and "Save roles and teams" not in page
    assert browser.get("/desk/").status_code == 302
    outbox.drain(timezone.now(), topics=[staffing.TOPIC])
    assert "Cases No open cases" in text_of(admin.get(page_of(holder)))


def test_a_closed_account_is_opened_again_with_a_mail(admin, boss):
    person = make_user(language="en")
    staffing.close_account(person=person, seen=0, by=boss, now=timezone.now())
    seen = hidden(admin.get(page_of(person)), "seen")
    page = text_of(admin.post(page_of(person, "apne"), {"seen": seen}, follow=True))
    assert "The account of" in page and "is open." in page
    assert Mail.objects.filter(kind="account_opened", to=person.email).exists()


@pytest.mark.parametrize("seen", ["", "x", "5", "-1", "9" * 30])
def test_an_account_is_not_closed_from_a_page_that_is_old(admin, seen):
    person = make_user()
    page = text_of(admin.post(page_of(person, "steng"), {"seen": seen}, follow=True))
    assert "Somebody else has changed this meanwhile" in page
    assert User.objects.get(pk=person.pk).is_active


def test_one_cannot_close_ones_own_account(admin, boss):
    assert admin.get(page_of(boss, "steng")).status_code == 302
    assert "Close the account" not in text_of(admin.get(page_of(boss)))
    admin.post(page_of(boss, "steng"), {"seen": "0"})
    assert User.objects.get(pk=boss.pk).is_active


# --- somebody new ---------------------------------------------------------------------------------


def invite(admin, **fields):
    values = {"name": "Ny Her", "email": "ny@etaten.example", "language": "nn", **fields}
    return admin.post(NEW, values, follow=True)


def test_somebody_new_gets_an_account_roles_and_a_mail(admin):
    make_team(slug="gjengen")
    page = text_of(invite(admin, groups=["editor"], teams=["gjengen"]))
    assert "Ny Her has an account, and gets a mail to choose a password." in page
    person = User.objects.get(email="ny@etaten.example")
    assert (person.name, person.language) == ("Ny Her", "nn")
    assert duties_of(person).words == {"group:editor", "team:gjengen"}
    assert Mail.objects.get(kind="staff_invited").to == person.email
    assert "Send the link to choose a password again" in page
    page = text_of(admin.post(page_of(person, "lenke"), follow=True))
    assert "is sent again" in page
    assert Mail.objects.filter(kind="staff_invited").count() == 2


def test_who_has_signed_in_gets_no_second_link(admin):
    person = make_user()
    signed_in(person)
    assert "Send the link" not in text_of(admin.get(page_of(person)))
    admin.post(page_of(person, "lenke"))
    assert not Mail.objects.exists()


def test_who_has_an_account_is_pointed_out_with_a_link(admin):
    there = make_user(name="Ada", email="ny@etaten.example")
    response = invite(admin, email="NY@etaten.example")
    assert response.status_code == 422
    assert "has an account already" in text_of(response)
    assert page_of(there) in response.content.decode()
    assert User.objects.count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "13097248022"},
        {"name": "http://x.example"},
        {"email": "ny"},
        {"email": ""},
        {"language": "fr"},
        {"groups": ["king"]},
        {"teams": ["no-such"]},
    ],
)
def test_a_form_that_cannot_be_used_makes_nobody(admin, fields):
    response = invite(admin, **fields)
    assert response.status_code == 422 and "Mend this" in text_of(response)
    assert User.objects.count() == 1 and not Mail.objects.exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Write the name."),
        ("13097248022", "Write the name without a national identity number."),
        ("http://x.example", "Write the name with letters only, without web addresses."),
        ("x" * 121, "The name is too long. Use at most 120 characters."),
    ],
)
def test_what_is_wrong_with_the_name_of_somebody_new_is_not_said_of_ones_own(admin, name, said):
    page = text_of(invite(admin, name=name))
    assert said in page and "your name" not in page.lower()


@pytest.mark.parametrize("part", ["", "steng", "apne", "lenke"])
def test_an_unknown_person_is_a_missing_page(admin, part):
    where = f"{LIST}999999/" + (f"{part}/" if part else "")
    assert admin.post(where, {"seen": "0"}).status_code == 404
