"""What is looked at before a post is published."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from cms.community import guard, moderation, services
from cms.community.exceptions import TooOften
from cms.community.history import events_of, moderators_in_log, read_log
from cms.community.members import member_of
from cms.community.models import CommunityEvent, HeldFor, Member
from search.text.sensitive import SensitiveKind
from tests.cms.community.posts import answered, asked, known, make_people
from tests.factories import make_membership, make_organisation, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def newcomer():
    return make_user(name="Nils Ny")


@pytest.mark.parametrize(
    "body",
    [
        "Se [her](https://ukjent.example/side).",
        "Se https://ukjent.example/side",
        "Se [her](//ukjent.example/side).",
        "Se [her](https://testserver.ukjent.example/).",
        "Se <https://ukjent.example>.",
        "[a]: https://ukjent.example\n\n[a]",
    ],
)
def test_a_link_elsewhere_from_somebody_new_waits_for_a_moderator(newcomer, people, body):
    question = asked(newcomer, body=body)
    assert question.held_for == HeldFor.LINKS
    assert not question.is_in_sight
    assert asked(known(make_user()), body=body).is_in_sight


@pytest.mark.parametrize(
    "body",
    [
        "Kall `https://platform.altinn.example/api` slik.",
        "Se [svaret](/community/1/x/) og [avsnittet](#svar).",
        "Skriv til meg: [post](mailto:a@b.example).",
        "Se https://docs.fellesetaten.example/artikkel og https://fellesetaten.example.",
    ],
)
def test_code_our_own_sites_and_places_here_are_no_links_elsewhere(newcomer, settings, body):
    settings.COMMUNITY_OWN_HOSTS = ["fellesetaten.example"]
    assert asked(newcomer, body=body).is_in_sight


def test_what_may_be_a_key_or_an_account_waits_when_somebody_new_wrote_it(newcomer, people):
    text = "Nøkkelen vår: aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gH"
    question = asked(newcomer, body=text)
    assert question.held_for == HeldFor.TEXT
    assert asked(people.staff, body=text).is_in_sight


def test_first_posts_wait_where_the_installation_wants_it(newcomer, people, settings):
    settings.COMMUNITY_HOLD_FIRST_POSTS = 1
    assert asked(newcomer).held_for == HeldFor.FIRST_POSTS
    settings.COMMUNITY_HOLD_FIRST_POSTS = 0
    assert asked(newcomer).is_in_sight


def test_somebody_new_asks_three_times_a_day_and_known_members_as_often_as_they_need(newcomer):
    for _time in range(guard.NEW_QUESTIONS_A_DAY):
        asked(newcomer)
    with pytest.raises(TooOften, match="3"):
        asked(newcomer)
    assert asked(newcomer, at=timezone.now() + DAY).pk
    member = known(make_user())
    assert all(asked(member).pk for _time in range(guard.NEW_QUESTIONS_A_DAY + 2))


def test_somebody_new_answers_ten_times_a_day(newcomer, people):
    question = asked(people.staff)
    for _time in range(guard.NEW_ANSWERS_A_DAY):
        answered(question, newcomer)
    with pytest.raises(TooOften, match="10"):
        answered(question, newcomer)


def test_staff_and_contacts_of_organisations_are_known_without_having_written(people):
    now = timezone.now()
    contact = make_user()
    make_membership(contact, make_organisation(), roles=("service_management",))
    for person in (people.staff, people.moderator, contact, make_user(groups=("editor",))):
        assert guard.is_known(person, now)
        assert not Member.objects.filter(user=person).exists()
    assert not guard.is_known(make_user(), now)


def test_ones_own_acceptance_makes_nobody_known(newcomer):
    member_of(newcomer, now=timezone.now())
    for number in range(6):
        question = asked(newcomer, at=timezone.now() - (9 - number) * DAY)
        answer = answered(question, newcomer)
        services.accept_answer(answer=answer, by=newcomer, now=timezone.now())
    assert not guard.is_known(newcomer, timezone.now())


def test_what_is_taken_out_is_counted_by_kind_and_told_without_the_value(people):
    title, body = "Passord: Sommer2026!", "konto 8601.11.17947, passord: Vinter2026! og 17054026641"
    question = asked(people.staff, title=title, body=body)
    event = CommunityEvent.objects.get(kind="asked")
    assert event.data == {"masked": {"password": 2, "account": 1, "identity": 1}}
    assert "2026!" not in question.title + question.slug + question.body + question.html
    assert "17947" not in question.body
    for language, words in (("nb", "passord"), ("nn", "passord"), ("en", "passwords")):
        with translation.override(language):
            told = guard.taken_out_in_words(event.data["masked"])
        assert len(told) == 3 and any(words in sentence for sentence in told)


def test_each_kind_has_a_sentence_for_one_and_for_many():
    for kind in SensitiveKind:
        for count in (1, 2):
            (sentence,) = guard.taken_out_in_words({kind.value: count})
            assert sentence.endswith(".") and "%" not in sentence
    assert guard.taken_out_in_words({}) == []


def test_what_was_taken_out_is_told_as_done_with_advice_for_secrets_alone():
    for language, told in (
        ("nb", "Dette tok vi ut av teksten før vi lagret den: et fødselsnummer, 2 kontonumre."),
        ("nn", "Dette tok vi ut av teksten før vi lagra han: eit fødselsnummer, 2 kontonummer."),
    ):
        with translation.override(language):
            assert guard.was_taken_out_in_words({"account": 2, "identity": 1}) == told
    for kind in SensitiveKind:
        for count in (1, 2):
            with translation.override("en"):
                told = guard.was_taken_out_in_words({kind.value: count})
            assert "%" not in told
            assert ("Change keys and passwords" in told) == (kind in guard.SECRETS)
            assert ("Block a card" in told) == (kind == "card")
    assert guard.was_taken_out_in_words({}) == ""


def test_masking_is_in_the_language_of_the_text():
    assert guard.masked("passord: Sommer2026!", "nn").text == "passord: [passord fjerna]"


def test_the_log_is_read_by_page_post_and_person(people):
    now = timezone.now()
    question = asked(people.staff)
    answer = answered(question, people.answerer)
    for _time in range(3):
        closed_and_opened(question, people, now)
    page = read_log(length=4)
    assert len(page.events) == 4 and page.older == page.events[-1].pk
    rest = read_log(length=4, older_than=page.older)
    assert len(rest.events) == 2 and rest.older is None
    assert [event.kind for event in events_of(answer)] == ["answered"]
    assert "asked" in [event.kind for event in events_of(question)]
    assert moderators_in_log() == [people.moderator]


def closed_and_opened(question, people, now):
    """Closed and opened again: two lines in the log."""
    from_moderator = {"question": question, "by": people.moderator, "now": now}
    moderation.close(reason="x", **from_moderator)
    moderation.reopen(**from_moderator)
