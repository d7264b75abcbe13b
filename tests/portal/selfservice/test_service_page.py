""" "Slik betjener vi deg", the accessibility statement and the privacy page: as the data is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.cookies import SimpleCookie

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from portal.selfservice.opening_hours import opening_hours
from portal.selfservice.promises import rule_name, target_words
from search import querylog
from taxonomy.models import Audience
from tests.factories import make_article, make_product, make_team, make_user
from tests.portal.desk.pages import text_of
from triage.sla.calendar import Calendar, Season, always_open, frames, week
from triage.sla.models import PolicyVersion
from triage.sla.policy import DEFAULT_CALENDARS, Rule, Target
from triage.sla.service_model import current_service_model, store_example, store_version

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # 10.00 in Oslo


def rows(response, heading: str) -> list[list[str]]:
    """The cells of the table whose caption is `heading`."""
    html = response.content.decode()
    table = next(t for t in re.findall(r"<table.*?</table>", html, flags=re.S) if heading in t)
    lines = re.findall(r"<tr[^>]*>(.*?)</tr>", table, flags=re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, flags=re.S) for line in lines]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in line] for line in cells]


@pytest.mark.parametrize(
    ("language", "title", "note"),
    [
        ("nb", "Slik betjener vi deg", "Dette er et eksempel"),
        ("nn", "Slik betener vi deg", "Dette er eit døme"),
        ("en", "How we serve you", "Example, not anybody's real terms"),
    ],
)
def test_the_page_is_labelled_as_an_example_in_every_language(db, browser, language, title, note):
    page = text_of(browser(language=language).get("/betjening/"))
    assert title in page
    assert note in page


def test_a_policy_without_note_is_not_labelled_as_an_example(db, browser):
    row = store_example(TUESDAY)
    data = {**row.data, "note": ""}
    PolicyVersion.objects.create(name="ours", data=data, valid_from=TUESDAY).calendars.set(
        row.calendars.all()
    )
    assert "Example, not anybody" not in text_of(browser().get("/betjening/"))


def test_the_promise_is_the_policy_in_force(db, browser):
    found = rows(browser(language="nb").get("/betjening/"), "Frister for hver type sak")
    assert found[1] == [
        "P1 Kritisk", "15 minutter", "30 minutter", "4 timer", "hele døgnet", "Garanti",
    ]  # fmt: skip
    assert found[2][1:] == ["1 time", "4 timer", "8 timer", "i åpningstiden", "Garanti"]
    assert found[3][1:4] == ["1 arbeidsdag", "–", "5 arbeidsdager"]
    assert found[3][5] == "Serviceerklæring"
    assert len(found) == 9  # "not a case" promises nothing, so it has no row


def test_a_new_policy_changes_the_page_from_the_moment_it_is_valid(db, browser):
    row = store_example(TUESDAY)
    data = {**row.data, "rules": [dict(rule) for rule in row.data["rules"]], "reopen_days": 1}
    data["rules"][1]["first_response"] = {"minutes": 90, "commitment": "declaration"}
    later = PolicyVersion.objects.create(
        name="ours", data=data, valid_from=TUESDAY + timedelta(hours=1)
    )
    later.calendars.set(row.calendars.all())
    with time_machine.travel(TUESDAY, tick=False):
        before = browser().get("/betjening/")
    with time_machine.travel(TUESDAY + timedelta(hours=2), tick=False):
        after = browser().get("/betjening/")
    assert rows(before, "Promises")[1][1] == "15 minutes"
    assert rows(after, "Promises")[1][1] == "1 hour 30 minutes"
    assert rows(after, "Promises")[1][5].startswith("First answer: Service declaration")
    assert "within 1 day," in text_of(after)
    assert "within 14 days," in text_of(before)


def test_the_priority_table_is_the_one_cases_are_set_by(db, browser):
    response = browser().get("/betjening/")
    assert [row[1:] for row in rows(response, "Priority by who")[1:]] == [
        ["P1", "P2", "P3"],
        ["P2", "P3", "P4"],
        ["P3", "P4", "P4"],
    ]
    assert "A security incident is always at least P2." in text_of(response)
    assert "A fault graded A – critical is always at least P1." in text_of(response)


def test_teams_stand_under_their_line_with_the_products_they_keep(db, browser):
    make_team(name="Desken", line="first", responsibility_nb="Alt", responsibility_nn="Alt nytt")
    second = make_team(name="Fagteamet", responsibility_nb="Nøkler", responsibility_en="Keys")
    make_team(name="Brukerhjelpen", line="other_desk", responsibility_nb="Sluttbrukere")
    make_article(owner_team=second, products=[make_product(name_nb="Maskinporten")])
    draft = make_article(owner_team=second, products=[make_product(name_nb="Hemmelig")])
    draft.unpublish()
    page = text_of(browser().get("/betjening/"))
    assert re.search(r"First line Desken Alt Second line", page)
    assert "Fagteamet Keys Keeps the guidance about: Maskinporten" in page
    assert re.search(r"Are you an end user\?.*Brukerhjelpen Sluttbrukere", page)
    assert "Hemmelig" not in page
    assert "Desken Alt nytt" in text_of(browser(language="nn").get("/betjening/"))


def test_channels_are_those_the_installation_has(db, browser, settings):
    assert "E-mail:" not in text_of(browser().get("/betjening/"))
    settings.DESK_EMAIL, settings.DESK_PHONE = "desk@fellesetaten.example", "00 00 00 00"
    html = browser().get("/betjening/").content.decode()
    assert 'href="mailto:desk@fellesetaten.example"' in html
    assert 'href="tel:00000000"' in html


def test_those_served_are_the_audiences_of_the_vocabulary(db, browser):
    Audience.objects.create(slug="a", name_nb="Tjenesteeiere", name_en="Service owners")
    Audience.objects.create(slug="b", name_nb="Brukerstøtte", name_en="End-user support")
    page = text_of(browser().get("/betjening/"))
    assert page.index("Service owners") < page.index("End-user support"), (
        "as the vocabulary has them"
    )


def test_a_promise_by_other_hours_than_the_opening_hours_names_them(db, browser):
    store_example(TUESDAY)
    model = current_service_model(TUESDAY)
    calendars = {**model.calendars, "kveldsvakt": model.calendars["service_hours"]}
    rules = tuple(
        replace(rule, calendar="kveldsvakt") if rule.name == "P2" else rule
        for rule in model.policy.rules
    )
    changed = replace(model, calendars=calendars, policy=replace(model.policy, rules=rules))
    store_version(changed, valid_from=TUESDAY, note="")
    with time_machine.travel(TUESDAY, tick=False):
        page = browser(language="en").get("/betjening/")
    found = {row[0]: row[4] for row in rows(page, "Promises")[1:]}
    assert found["P1 Critical"] == "all day and night"
    assert found["P2 High"] == "Kveldsvakt"
    assert found["P4 Low"] == "in the opening hours"


def test_the_page_takes_no_more_statements_for_many_teams(
    db, browser, django_assert_max_num_queries
):
    def statements():
        client = browser()
        client.get("/betjening/")
        with django_assert_max_num_queries(20) as captured:
            client.get("/betjening/")
        return len(captured)

    make_article(owner_team=make_team(), products=[make_product()])
    few = statements()
    for _number in range(25):
        make_article(owner_team=make_team(), products=[make_product()])
    assert statements() == few


# --- opening hours ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "is_open", "words"),
    [
        (TUESDAY, True, "Vi har åpent nå, til kl. 15.45."),
        (TUESDAY.replace(hour=20), False, "onsdag 25. november kl. 08.00."),
        (datetime(2026, 12, 24, 12, tzinfo=UTC), False, "mandag 28. desember kl. 10.00."),
        (datetime(2026, 7, 1, 13, 30, tzinfo=UTC), False, "torsdag 2. juli kl. 08.00."),
    ],
)
def test_the_page_says_whether_we_are_open_now(now, is_open, words):
    with translation.override("nb"), time_machine.travel(now, tick=False):
        found = opening_hours(DEFAULT_CALENDARS["service_hours"], now=now)
    shut = "" if is_open else "Vi har stengt nå. Vi åpner "
    assert (found.is_open, found.now) == (is_open, shut + words)


def test_week_and_seasons_are_read_from_the_calendar():
    with translation.override("nb"):
        found = opening_hours(DEFAULT_CALENDARS["service_hours"], now=TUESDAY)
    assert [(line.when, line.hours) for line in found.week] == [
        ("mandag–fredag", "08.00–15.45"),
        ("lørdag–søndag", "stengt"),
    ]
    said = [(s.name, s.period, [line.hours for line in s.lines]) for s in found.seasons]
    assert said == [
        ("Sommer", "15. mai–14. september", ["08.00–15.00"]),
        ("Julaften", "24. desember", ["08.00–12.00"]),
        ("Romjul", "27.–30. desember", ["10.00–15.45"]),
        ("Nyttårsaften", "31. desember", ["10.00–12.00"]),
    ]


def test_the_next_days_that_differ_have_names_and_leave_weekends_out():
    with translation.override("nn"):
        found = opening_hours(DEFAULT_CALENDARS["service_hours"], now=TUESDAY).other_days
    assert [(each.date, each.reason, each.hours) for each in found[:4]] == [
        (date(2026, 12, 24), "Julaftan", "08.00–12.00"),
        (date(2026, 12, 25), "1. juledag", "stengt"),
        (date(2026, 12, 31), "Nyttårsaftan", "10.00–12.00"),
        (date(2027, 1, 1), "1. nyttårsdag", "stengt"),
    ]
    assert found[3].words == "fredag 1. januar 2027"
    assert date(2026, 12, 26) not in [each.date for each in found]  # a Saturday


def test_two_holidays_on_one_day_are_both_named():
    with translation.override("nb"):
        found = opening_hours(
            DEFAULT_CALENDARS["service_hours"], now=datetime(2027, 5, 10, 9, tzinfo=UTC)
        )
    assert "grunnlovsdagen, 2. pinsedag" in [each.reason for each in found.other_days]


def test_closed_and_special_days_of_the_organisation_are_told():
    calendar = Calendar(
        name="own",
        timezone="Europe/Oslo",
        weekly=week({day: [("08:00", "11:00"), ("12:00", "15:00")] for day in ("mon", "tue")}),
        seasons=(Season("Stille uke", (12, 1), (12, 2), week({})),),
        closed_days=((date(2026, 11, 30), "Flytting"),),
        special_days=((date(2026, 12, 7), "Fagdag", frames(("08:00", "10:00"))),),
    )
    with translation.override("en"):
        found = opening_hours(calendar, now=TUESDAY)
    assert found.week[0].hours == "08:00–11:00 and 12:00–15:00"
    assert [(each.reason, each.hours) for each in found.other_days] == [
        ("Flytting", "closed"),
        ("Fagdag", "08:00–10:00"),
    ]
    assert found.seasons[0].lines[0].hours == "closed"
    assert found.seasons[0].period == "1–2 December"


def test_a_desk_that_never_closes_and_one_that_will_not_open_again():
    with translation.override("en"):
        assert opening_hours(always_open(), now=TUESDAY).now == "We are open all day and night."
        past = Calendar(
            name="past",
            timezone="Europe/Oslo",
            weekly=week({}),
            special_days=((date(2020, 1, 2), "", frames(("08:00", "10:00"))),),
        )
        assert opening_hours(past, now=TUESDAY).now == "We are closed."


def test_promises_and_rules_in_words():
    with translation.override("nb"):
        assert target_words(Target(minutes=61)) == "1 time 1 minutt"
        assert target_words(Target(working_days=20)) == "20 arbeidsdager"
        assert target_words(None) == "–"
        assert rule_name(Rule("rest", "always")) == "Alle andre saker"
        both = Rule("x", "always", case_types=("incident",), priorities=("P1", "P2"))
        assert rule_name(both) == "Feil, P1 Kritisk / P2 Høy"


# --- accessibility and privacy ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("nb", "Tilgjengelighetserklæring"),
        ("nn", "Tilgjengeerklæring"),
        ("en", "Accessibility statement"),
    ],
)
def test_the_statement_leads_to_a_case_of_the_right_type_with_its_promise(
    db, browser, language, title
):
    response = browser(language=language).get("/tilgjengelighet/")
    assert title in text_of(response)
    assert f"{reverse('ask')}?type=accessibility_feedback" in response.content.decode()
    days = {
        "nb": "innen 2 arbeidsdager",
        "nn": "innan 2 arbeidsdagar",
        "en": "within 2 working days",
    }
    assert days[language] in text_of(response)


def test_the_statement_promises_nothing_the_policy_does_not(db, browser):
    row = store_example(TUESDAY)
    data = {**row.data, "rules": [{"name": "all", "calendar": "always"}]}
    PolicyVersion.objects.create(name="none", data=data, valid_from=TUESDAY).calendars.set(
        row.calendars.all()
    )
    with time_machine.travel(TUESDAY + timedelta(days=1), tick=False):
        page = text_of(browser().get("/tilgjengelighet/"))
    assert "You get an answer within" not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "i 180 dager"), ("nn", "i 180 dagar"), ("en", "for 180 days")],
)
def test_the_privacy_page_tells_how_long_searches_are_kept(db, browser, language, words):
    assert querylog.KEEP.days == 180
    response = browser(language=language).get("/personvern/")
    assert words in text_of(response)
    assert f"{reverse('ask')}?type=privacy_request" in response.content.decode()


def test_every_cookie_a_reader_gets_is_on_the_privacy_page(db, browser):
    client = browser(make_user())
    client.get("/")
    client.post("/language/", {"language": "nn", "next": "/"})
    client.post(reverse("ask"), {"subject": "x"})
    cookies: SimpleCookie = client.cookies
    page = text_of(browser().get("/personvern/"))
    assert {"sessionid", "language"} <= set(cookies)
    assert [name for name in cookies if name not in page] == []


def test_mail_and_search_times_follow_the_settings(db, browser, settings):
    settings.MAIL_KEEP_DAYS = 7
    settings.SESSION_COOKIE_AGE = 24 * 3600
    response = browser().get("/personvern/")
    assert "Copies of mails are kept for 7 days" in text_of(response)
    assert rows(response, "Cookies")[1][2] == "1 day"


@pytest.mark.parametrize("address", ["/betjening/", "/tilgjengelighet/", "/personvern/"])
def test_pages_about_us_take_no_posts(db, browser, address):
    assert browser().post(address).status_code == 405
