"""Lessons kept in the database: whose, of which texts, for how long, and what comes of them."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from search.indexing import rebuild
from tests.factories import make_article, make_section, make_user
from tests.triage.tickets.desk import opened
from triage.suggestions import learning
from triage.suggestions.lessons import words_of
from triage.suggestions.models import KeptLesson
from triage.suggestions.suggest import suggest

pytestmark = pytest.mark.django_db

ASKED = "Vi får ikke hentet token fra Maskinporten når nøkkelen til integrasjonen er byttet"
BODY = "Hei\nVi får ikke token fra Maskinporten etter at nøkkelen i integrasjonen ble byttet.\nMvh"


@pytest.fixture
def articles():
    """Three that have the words, the last of them least."""
    section = make_section()
    return [
        make_article(section, title="Token fra Maskinporten", answer="Bytt nøkkel, hent token."),
        make_article(section, title="Nøkkel i integrasjonen", answer="Nøkkelen byttes, token."),
        make_article(section, title="Klokka går feil", answer="Token fra Maskinporten krever det."),
    ]


def _found(text=ASKED, **options):
    options = {"user": AnonymousUser(), "language": "nb", "now": timezone.now(), **options}
    return [each.id for each in suggest(text, **options)]


def _put_into_answers(desk, document, *, times=4, body=BODY, helped=True, by=None):
    for _time in range(times):
        ticket = opened(desk, subject="Får ikke token", body=body)
        learning.learn_from_case(
            ticket,
            document,
            helped=helped,
            by=by or desk.people.agent.pk,
            now=timezone.now(),
        )
    return ticket


def test_what_is_put_into_answers_again_and_again_comes_first_for_cases_like_those(desk, articles):
    rebuild()
    last = f"article:{articles[2].pk}"
    assert _found()[0] != last
    _put_into_answers(desk, last)
    assert _found()[0] == last


def test_it_does_not_come_first_for_other_cases(desk, articles):
    rebuild()
    last = f"article:{articles[2].pk}"
    before = _found()
    _put_into_answers(desk, last, body="Hvordan legger vi en ny side med felt inn i et skjema?")
    assert _found() == before


def test_what_several_people_said_does_not_fit_falls_and_one_alone_changes_nothing(desk, articles):
    rebuild()
    before = _found()
    _put_into_answers(desk, before[0], times=9, helped=False)
    assert _found() == before
    for person in (desk.people.colleague, desk.people.expert):
        _put_into_answers(desk, before[0], times=1, helped=False, by=person.pk)
    assert _found()[0] == before[1]


def test_a_later_word_of_the_same_person_about_a_case_counts_in_place_of_the_former(desk):
    ticket = _put_into_answers(desk, "article:1", times=1)
    learning.learn_from_case(
        ticket, "article:1", helped=False, by=desk.people.agent.pk, now=timezone.now()
    )
    assert list(KeptLesson.objects.values_list("helped", flat=True)) == [False]
    learning.forget_word(ticket, "article:1", by=desk.people.colleague.pk)
    assert KeptLesson.objects.count() == 1
    learning.forget_word(ticket, "article:1", by=desk.people.agent.pk)
    assert not KeptLesson.objects.exists()


def test_a_lesson_names_nobody_and_goes_with_its_case(desk):
    body = f"{BODY}\nRing {desk.people.asker.name} på 99 88 77 66, kari@tindvik.example."
    ticket = _put_into_answers(desk, "article:1", times=1, body=body)
    kept = KeptLesson.objects.get()
    told = " ".join([*kept.words, kept.giver, kept.once])
    for name in ("kari", "vik", "99", "tindvik"):
        assert name not in kept.words
    assert str(desk.people.agent.pk) != kept.giver and "@" not in told
    assert "maskinport" in told
    ticket.suggestion_lessons.model.objects.filter(ticket=ticket).delete()
    assert not KeptLesson.objects.exists()


def test_nothing_is_learnt_from_security_cases_nor_from_texts_that_say_nothing(desk):
    secret = opened(desk, security=True)
    empty = opened(desk, subject="Hei", body="Hei")
    for ticket in (secret, empty):
        learning.learn_from_case(ticket, "article:1", helped=True, by=1, now=timezone.now())
    assert not KeptLesson.objects.exists()


def _solved(document, *, text=ASKED, visitor="one", now=None):
    learning.learn_from_solved(
        text, document, language="nb", visitor=visitor, now=now or timezone.now()
    )


def test_of_a_text_nobody_sent_only_words_the_article_has_are_kept(articles):
    _solved(f"article:{articles[0].pk}", text=f"{ASKED}, sier Knut Hagbart i Tindvik")
    [kept] = KeptLesson.objects.all()
    assert set(kept.words) <= words_of("Token fra Maskinporten. Bytt nøkkel, hent token.", "nb")
    assert kept.ticket is None and kept.helped


def test_one_browser_counts_once_a_day_for_an_article(articles):
    document = f"article:{articles[0].pk}"
    for _time in range(5):
        _solved(document)
    assert KeptLesson.objects.count() == 1
    _solved(document, visitor="another")
    _solved(document, now=timezone.now() + timedelta(days=1))
    assert KeptLesson.objects.count() == 3


def test_browsers_at_one_address_count_once_as_what_they_say_they_are_may_be_made_up(articles):
    for number in range(5):
        _solved(f"article:{articles[0].pk}", visitor=f"address 192.0.2.1\nBrowser {number}")
    assert KeptLesson.objects.count() == 1


@pytest.mark.parametrize("document", ["article:999999", "article:x", "", "ticket:1", "case"])
def test_documents_that_are_not_there_teach_nothing(document):
    _solved(document)
    assert not KeptLesson.objects.exists()


def test_browsers_that_cannot_be_told_apart_teach_nothing(articles):
    _solved(f"article:{articles[0].pk}", visitor="")
    assert not KeptLesson.objects.exists()


def test_what_solved_it_for_several_visitors_rises_for_texts_like_theirs(articles):
    rebuild()
    last = f"article:{articles[2].pk}"
    assert _found()[0] != last
    for visitor in "abcdef":
        _solved(last, visitor=visitor)
    assert _found()[0] == last


@pytest.mark.parametrize("count", [1, 60])
def test_lessons_are_read_by_one_statement_however_many(count, django_assert_num_queries):
    now = timezone.now()
    KeptLesson.objects.bulk_create(
        KeptLesson(
            document=f"article:{number % 5}", helped=True, at=now, once=str(number),
            giver=str(number), words=sorted(words_of(ASKED, "nb")),
        )
        for number in range(count)
    )  # fmt: skip
    with django_assert_num_queries(1):
        votes = learning.votes_for(ASKED, "nb", [f"article:{number}" for number in range(16)])
    assert votes["article:0"].helped == pytest.approx(-(-count // 5))


def test_without_documents_nothing_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert learning.votes_for(ASKED, "nb", []) == {}


def test_lessons_are_forgotten_when_they_are_old_and_all_but_the_newest_of_each():
    now = timezone.now()
    KeptLesson.objects.bulk_create(
        KeptLesson(
            document="article:1", helped=True, at=now - timedelta(days=number), once=str(number),
            giver="a", words=["token"],
        )
        for number in range(learning.MOST_OF_DOCUMENT + 9)
    )  # fmt: skip
    old = now - learning.KEPT - timedelta(days=1)
    KeptLesson.objects.create(document="article:2", helped=True, at=old, giver="a", once="x")
    learning.forget_old(now)
    kept = KeptLesson.objects.order_by("at")
    assert kept.count() == learning.MOST_OF_DOCUMENT
    assert kept[0].at == now - timedelta(days=learning.MOST_OF_DOCUMENT - 1)


def test_a_hidden_article_does_not_rise_into_sight_by_what_was_learnt(desk, articles):
    last = articles[2]
    last.unpublish()
    rebuild()
    _put_into_answers(desk, f"article:{last.pk}", times=9)
    assert f"article:{last.pk}" not in _found(user=make_user())
