"""The log counts what is opened, refined and given up, and lets nobody be recognised."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError

from search import counting, querylog, visits
from search.counting import RULE, count_searches, may_be_offered
from search.models import ClickDay, DayKey, KnownQuery, LoggedClick, LoggedQuery, QueryDay
from search.popular import beginning, most_popular, visible, withhold
from search.querylog import continues, key_of, note, note_asked, note_click
from search.registry import registry
from search.types import Page
from search.visits import day_of, forget_keys, name_of

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 10, 11, tzinfo=UTC)
FOUND = Page(total=3, answerable=0.8, has_good_answer=True)
NOTHING = Page()
LATER = NOON + timedelta(hours=1)


def searched(text, visitor="a", page=FOUND, now=NOON, **fields) -> int | None:
    """Search; the number of its line."""
    values = {"language": "nb", "place": "search"} | fields
    return note(text, page, visitor=visitor, now=now, **values)


def opened(line, document="article:1", visitor="a", position=1, now=NOON) -> bool:
    """Open a hit."""
    return note_click(line=line, document=document, position=position, visitor=visitor, now=now)


def by_many(text, *, count=3, day=NOON, document="article:1", **fields) -> None:
    """Several browsers search for it on one day, and open something."""
    for number in range(count):
        line = searched(text, f"{text} {number}", now=day, **fields)
        if document:
            opened(line, document, f"{text} {number}", now=day)


def test_a_name_is_the_same_all_day_and_another_the_next():
    name = name_of("a", NOON)
    assert len(name) == visits.LENGTH
    assert name_of("a", NOON + timedelta(hours=10)) == name
    assert name_of("b", NOON) != name
    assert name_of("a", NOON + timedelta(days=1)) != name


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (datetime(2026, 1, 15, 22, 59, tzinfo=UTC), datetime(2026, 1, 15, 23, 0, tzinfo=UTC)),
        (datetime(2026, 7, 15, 21, 59, tzinfo=UTC), datetime(2026, 7, 15, 22, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), datetime(2026, 3, 28, 23, 0, tzinfo=UTC)),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),
    ],
)
def test_the_day_ends_at_midnight_in_oslo_and_takes_its_key_along(before, after):
    name = name_of("a", before)
    assert name_of("a", after) != name
    assert [row.day for row in DayKey.objects.all()] == [day_of(after)]


def test_a_process_whose_clock_is_behind_takes_no_key_from_the_others():
    after = datetime(2026, 1, 15, 23, 0, tzinfo=UTC)
    name = name_of("a", after)
    name_of("a", after - timedelta(seconds=2))
    assert name_of("a", after) == name
    forget_keys(after)
    assert [row.day for row in DayKey.objects.all()] == [date(2026, 1, 16)]


def test_two_processes_that_make_the_days_key_at_once_use_the_same(monkeypatch):
    DayKey.objects.create(day=day_of(NOON), key="made by the other")
    rows = DayKey.objects.filter(day=day_of(NOON))
    monkeypatch.setattr(DayKey.objects, "filter", lambda **wanted: DayKey.objects.none())
    assert visits._key(day_of(NOON)) == "made by the other"
    assert rows.count() == 1


def test_keys_go_when_nobody_searches_the_day_after():
    name_of("a", NOON)
    forget_keys(NOON + timedelta(hours=5))
    assert DayKey.objects.exists()
    forget_keys(NOON + timedelta(days=1))
    assert not DayKey.objects.exists()


def test_nothing_of_a_visitor_is_stored():
    searched("nøkkel", "session abc123 10.0.0.7 Firefox")
    row = LoggedQuery.objects.values().get()
    assert not [value for value in row.values() if "abc123" in str(value) or "10.0" in str(value)]


def test_a_very_long_text_is_one_short_line():
    searched("nøkkel " * 200_000)
    assert len(LoggedQuery.objects.get().text) <= querylog.LONGEST


def test_the_same_search_again_and_its_later_pages_are_one_line():
    line = searched("Bytte nøkkel")
    again = searched("bytte  nøkkel?", now=NOON + timedelta(minutes=1))
    second_page = searched("bytte nøkkel", page=Page(total=30, number=2))
    assert line == again == second_page
    assert searched("bytte nøkkel", visitor="b") != line
    assert searched("bytte nøkkel", now=NOON + timedelta(minutes=11)) != line


def test_a_page_turned_after_a_quarter_of_an_hour_belongs_to_its_search_and_later_to_none():
    line = searched("bytte nøkkel")
    second_page = Page(total=30, number=2)
    assert searched("bytte nøkkel", page=second_page, now=NOON + timedelta(minutes=15)) == line
    assert searched("bytte nøkkel", page=second_page, now=NOON + timedelta(minutes=31)) is None


@pytest.mark.parametrize(
    ("former", "later", "continued"),
    [
        ("nøkkel", "bytte nøkkel maskinporten", True),
        ("nøkler", "nykel", True),
        ("maskinprten", "maskinporten", True),
        ("nøkkel", "nøkkel?", False),
        ("nøkkel", "svarfrist", False),
        ("hvordan får jeg tilgang", "hvordan finner jeg svarfrist", False),
    ],
)
def test_a_search_continues_another_when_they_have_words_in_common(former, later, continued):
    assert continues(former, later) is continued


def test_a_refined_search_is_noted_for_the_same_browser_within_minutes():
    first = searched("nøkkel")
    searched("utløpt nøkkel", visitor="b")
    searched("bytte nøkkel", now=NOON + timedelta(minutes=11))
    assert not LoggedQuery.objects.filter(refined=True).exists()
    searched("bytte nøkkel i maskinporten", now=NOON + timedelta(minutes=12))
    refined = LoggedQuery.objects.get(refined=True)
    assert refined.text == "bytte nøkkel" and refined.pk != first


def test_a_hit_is_opened_once_and_only_by_the_browser_that_searched():
    line = searched("nøkkel")
    assert opened(line, position=2) and opened(line, position=2)
    assert not opened(line, visitor="b")
    assert not opened(line, now=NOON + timedelta(days=1))
    assert not opened(line + 1)
    click = LoggedClick.objects.get()
    assert (click.query_id, click.document, click.position) == (line, "article:1", 2)


def test_a_line_of_nobody_is_opened_by_nobody():
    line = searched("nøkkel", visitor="")
    assert line and not opened(line, visitor="")


def test_no_search_takes_more_opened_hits_than_a_person_opens():
    line = searched("nøkkel")
    for number in range(querylog.MOST_CLICKS + 5):
        opened(line, f"article:{number}")
    assert LoggedClick.objects.count() == querylog.MOST_CLICKS


def test_a_browser_that_searches_faster_than_people_is_left_out():
    for number in range(querylog.MOST_SOON + 5):
        searched(f"ord{number} alfa{number}")
    assert LoggedQuery.objects.count() == querylog.MOST_SOON
    assert searched("ny", visitor="b") is not None
    assert searched("ord0 alfa0") == LoggedQuery.objects.get(text="ord0 alfa0").pk


def test_a_page_turned_belongs_to_its_search_though_many_others_came_after_it():
    line = searched("bytte nøkkel")
    for number in range(40):
        searched(f"ord{number} alfa{number}", now=NOON + timedelta(seconds=30 * number + 30))
    assert LoggedQuery.objects.count() == 41
    later = NOON + timedelta(minutes=21)
    assert searched("bytte nøkkel", page=Page(total=30, number=2), now=later) == line


def test_asking_a_person_belongs_to_the_latest_search_also_from_before_signing_in():
    searched("nøkkel", visitor="address")
    searched("svarfrist", visitor="address", now=NOON + timedelta(minutes=5))
    note_asked(visitors=["session", "address"], now=NOON + timedelta(minutes=20))
    assert LoggedQuery.objects.get(asked=True).text == "svarfrist"
    searched("prefiks", now=NOON)
    note_asked(visitors=["a"], now=NOON + timedelta(minutes=31))
    assert LoggedQuery.objects.filter(asked=True).count() == 1


def test_nothing_of_the_log_stops_anybody_when_the_database_is_away(monkeypatch):
    line = searched("nøkkel")

    def away(*args, **kwargs):
        raise DatabaseError("away")

    monkeypatch.setattr(querylog, "name_of", away)
    assert searched("svarfrist") is None
    assert opened(line) is False
    note_asked(visitors=["a"], now=NOON)
    assert LoggedQuery.objects.count() == 1


def test_a_day_is_counted_by_words_language_and_place():
    line = searched("Nøkkel")
    opened(line, position=3)
    searched("nøkkel", visitor="b", page=NOTHING)
    searched("nøkkel", visitor="c", page=Page(total=2), language="nn")
    count_searches(LATER)
    rows = QueryDay.objects.order_by("language").values_list(
        "query__text", "language", "searches", "visits", "empty", "poor", "unopened", "abandoned"
    )
    assert list(rows) == [("nøkkel", "nb", 2, 2, 1, 0, 0, 1), ("nøkkel", "nn", 1, 1, 0, 1, 1, 1)]
    assert ClickDay.objects.values_list("document", "clicks", "places").get() == ("article:1", 1, 3)


def test_what_may_still_be_opened_is_not_given_up():
    searched("nøkkel")
    count_searches(NOON + timedelta(minutes=29))
    row = QueryDay.objects.get()
    assert (row.searches, row.unopened, row.abandoned) == (1, 0, 0)
    count_searches(NOON + timedelta(minutes=31))
    row = QueryDay.objects.get()
    assert (row.searches, row.unopened, row.abandoned) == (1, 1, 1)


def test_refined_and_asked_searches_are_not_given_up():
    searched("nøkkel")
    searched("ny nøkkel", now=NOON + timedelta(minutes=1))
    note_asked(visitors=["a"], now=NOON + timedelta(minutes=2))
    count_searches(LATER)
    assert [row.abandoned for row in QueryDay.objects.all()] == [0, 0]
    assert QueryDay.objects.get(query__text="nøkkel").refined == 1


def test_lines_are_gone_an_hour_after_midnight_and_their_counts_stay():
    by_many("nøkkel")
    midnight = datetime(2026, 3, 10, 23, tzinfo=UTC)
    count_searches(midnight + timedelta(minutes=59))
    assert LoggedQuery.objects.count() == 3
    count_searches(midnight + timedelta(minutes=61))
    assert not LoggedQuery.objects.exists() and not LoggedClick.objects.exists()
    count_searches(midnight + timedelta(hours=2))
    assert QueryDay.objects.get().searches == 3


def test_a_line_that_comes_after_its_day_was_closed_is_added_to_the_counts():
    by_many("nøkkel")
    count_searches(NOON + timedelta(days=1))
    searched("nøkkel", "late")
    count_searches(NOON + timedelta(days=1))
    assert sum(QueryDay.objects.values_list("searches", flat=True)) == 4
    assert KnownQuery.objects.get().visits == 4


def test_a_count_that_breaks_off_loses_nothing(monkeypatch):
    by_many("nøkkel")
    count_searches(LATER)

    def dies(*args, **kwargs):
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(ClickDay.objects, "bulk_create", dies)
        with pytest.raises(RuntimeError):
            count_searches(NOON + timedelta(days=1))
    assert LoggedQuery.objects.count() == 3 and QueryDay.objects.get().searches == 3
    count_searches(NOON + timedelta(days=1))
    assert QueryDay.objects.get().searches == 3 and not LoggedQuery.objects.exists()


def common() -> list[str]:
    """What editors are shown."""
    return list(KnownQuery.objects.filter(common=True).values_list("text", flat=True))


def test_words_are_common_when_three_browsers_used_them_two_on_one_day():
    by_many("kari nordmann", count=2)
    count_searches(LATER)
    assert common() == []
    by_many("kari nordmann", count=1, day=NOON + timedelta(days=1))
    count_searches(LATER + timedelta(days=1))
    assert common() == ["kari nordmann"]
    assert (RULE.visits, RULE.a_day) == (3, 2)


def test_one_person_who_searches_every_day_makes_nothing_common():
    for number in range(8):
        searched("min sak om Ola", "one", now=NOON + timedelta(days=number))
        count_searches(LATER + timedelta(days=number))
    known = KnownQuery.objects.get()
    assert (known.visits, known.most_a_day, known.common) == (8, 1, False)


def test_one_browser_in_two_languages_and_again_is_one():
    searched("nøkkel")
    searched("nøkkel", language="nn", now=NOON + timedelta(minutes=20))
    searched("nøkkel", place="home", now=NOON + timedelta(minutes=40))
    count_searches(LATER)
    assert KnownQuery.objects.get().visits == 1
    assert sum(QueryDay.objects.values_list("searches", flat=True)) == 3


def test_browsers_at_one_address_are_one_as_what_they_say_they_are_may_be_made_up():
    for number in range(6):
        line = searched("kjøp hos oss", f"address 192.0.2.1\nBrowser {number}")
        assert opened(line, visitor=f"address 192.0.2.1\nBrowser {number}")
        assert not opened(line, visitor="address 192.0.2.1\nAnother")
    count_searches(LATER)
    assert KnownQuery.objects.get().visits == 1
    assert QueryDay.objects.get().searches == 6
    assert beginning("kj", limit=3) == []
    searched("kjøp hos oss", "address 192.0.2.2\nBrowser 1")
    count_searches(LATER)
    assert KnownQuery.objects.get().visits == 2


def test_rare_words_are_forgotten_and_their_numbers_kept():
    by_many("nøkkel")
    searched("kari nordmann", "x")
    count_searches(LATER)
    count_searches(NOON + timedelta(days=31))
    assert [row.text for row in KnownQuery.objects.all()] == ["nøkkel"]
    assert QueryDay.objects.get(query=None).searches == 1
    assert counting.rare_searches(QueryDay.objects.all()) == 1


def test_everything_is_gone_after_half_a_year():
    by_many("nøkkel")
    count_searches(LATER)
    count_searches(NOON + timedelta(days=181))
    for model in (KnownQuery, QueryDay, ClickDay, LoggedQuery):
        assert not model.objects.exists()


@pytest.mark.parametrize(
    "text", ["ring [telefon]", "sak 123456", "x" * 61, "produkt:studio", "a@b", "<script>"]
)
def test_masks_numbers_and_odd_texts_are_not_offered(text):
    assert not may_be_offered(text)
    by_many(text, count=6)
    count_searches(LATER)
    assert beginning(text[:3], limit=5) == []


def test_what_many_open_something_from_is_offered_and_what_few_do_is_not():
    by_many("maskinporten nøkkel", count=5)
    by_many("maskinporten sjelden", count=4)
    by_many("maskinporten gal", count=6, document=None)
    count_searches(LATER)
    found = beginning("Maskin", limit=3)
    assert [(each.text, each.documents) for each in found] == [
        ("maskinporten nøkkel", ("article:1",))
    ]
    assert beginning("maskinporten nøkkel", limit=3) == []
    assert beginning("mask%", limit=3) == [] == beginning("mask_", limit=3)


def test_words_an_editor_withholds_are_offered_to_nobody_until_they_are_let_in_again(monkeypatch):
    monkeypatch.setattr(registry, "recheck", lambda ids, user: set(ids))
    by_many("nøkkel", count=5)
    count_searches(LATER)
    known = KnownQuery.objects.get()

    def offered() -> list[str]:
        found = [
            *beginning("nø", limit=3),
            *most_popular(languages=("nb",), limit=3, user=AnonymousUser()),
        ]
        return [each.text for each in found]

    withhold(known, withheld=True)
    assert offered() == []
    by_many("nøkkel", count=6)
    count_searches(LATER)
    assert offered() == [] and common() == ["nøkkel"]
    withhold(known, withheld=False)
    assert offered() == ["nøkkel", "nøkkel"]


def test_what_an_editor_withholds_is_remembered_when_nobody_searches_for_it_any_more():
    by_many("nøkkel", count=5)
    by_many("rolle", count=5)
    count_searches(LATER)
    withhold(KnownQuery.objects.get(text="nøkkel"), withheld=True)
    later = NOON + timedelta(days=400)
    count_searches(later)
    by_many("nøkkel", count=5, day=later)
    by_many("rolle", count=5, day=later)
    count_searches(later + timedelta(hours=1))
    assert beginning("nø", limit=3) == []
    assert [each.text for each in beginning("ro", limit=3)] == ["rolle"]


def test_popular_words_are_no_longer_so_a_month_later():
    by_many("nøkkel", count=5)
    count_searches(LATER)
    assert beginning("nø", limit=3)
    count_searches(LATER + timedelta(days=31))
    assert beginning("nø", limit=3) == [] and common() == ["nøkkel"]


def test_words_that_led_anybody_to_something_hidden_are_not_offered(monkeypatch):
    by_many("prosjekt nordlys", count=5)
    line = searched("prosjekt nordlys", "staff")
    opened(line, "article:2", "staff")
    by_many("nøkkel", count=5)
    count_searches(LATER)
    found = beginning("pr", limit=3)
    assert visible(found, {"article:1"}) == []
    assert visible(found, {"article:1", "article:2"}) == found
    monkeypatch.setattr(registry, "recheck", lambda ids, user: set(ids) - {"article:2"})
    shown = most_popular(languages=("nb",), limit=6, user=AnonymousUser())
    assert [each.text for each in shown] == ["nøkkel"]


def test_words_that_led_to_cases_are_offered_to_nobody():
    by_many("kvittering", count=6, document="ticket")
    count_searches(LATER)
    found = beginning("kv", limit=3)
    assert visible(found, registry.recheck({"ticket"}, AnonymousUser())) == []


def test_popular_words_are_of_the_first_language_that_has_any(monkeypatch):
    monkeypatch.setattr(registry, "recheck", lambda ids, user: set(ids))
    by_many("nøkkel", count=5)
    count_searches(LATER)
    user = AnonymousUser()
    assert [q.text for q in most_popular(languages=("nn", "nb"), limit=6, user=user)] == ["nøkkel"]
    assert most_popular(languages=("en",), limit=6, user=user) == []


def test_the_key_of_words_has_no_capitals_or_marks_at_the_end():
    assert key_of("  Hvor er   Nøkkelen?! ") == "hvor er nøkkelen"
    assert key_of("???") == "???"
