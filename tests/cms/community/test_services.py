"""What changes the community: each change whole, logged, masked and done once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cms.community import log, moderation, services
from cms.community.exceptions import MissingReason, NothingWritten
from cms.community.linking import link_article
from cms.community.models import (
    Answer,
    CommunityEvent,
    LogIsAppendOnly,
    MeToo,
    Question,
    Vote,
)
from dispatch.models import OutboxRow
from tests.cms.community.posts import HOUR, answered, asked, in_state, make_people
from tests.factories import make_article

pytestmark = pytest.mark.django_db

NUMBER = "17054026641"  # synthetic: nobody's


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def now():
    return timezone.now()


def kinds(question) -> list[str]:
    return list(question.events.order_by("pk").values_list("kind", flat=True))


def fresh(post):
    return type(post).objects.get(pk=post.pk)


# --- asking and answering -------------------------------------------------------------------------


def test_a_question_is_stored_drawn_and_logged(people):
    question = asked(people.asker, title="  Token\tmed to scopes?  ", body="Vi får **feil**.")
    assert (question.title, question.slug) == ("Token med to scopes?", "token-med-to-scopes")
    assert "<strong>feil</strong>" in question.html
    assert (question.state, question.answer_count) == ("unanswered", 0)
    event = question.events.get()
    assert (event.kind, event.actor, event.at) == ("asked", people.asker, question.asked_at)


def test_identity_numbers_are_taken_out_of_every_text(people, now):
    question = asked(
        people.asker, title=f"Hva med {NUMBER}?", body=f"Nei, {NUMBER[:6]} {NUMBER[6:]}"
    )
    answer = answered(question, people.answerer, body=f"Ikke skriv {NUMBER}")
    moderation.hide(post=answer, by=people.moderator, reason=f"Skrev {NUMBER}", now=now)
    texts = [question.title, question.slug, question.body, question.html]
    answer = fresh(answer)
    texts += [answer.body, answer.html, answer.hidden_reason]
    texts += [str(event.data) for event in CommunityEvent.objects.all()]
    assert all(NUMBER not in text.replace(" ", "") for text in texts)
    assert "fødselsnummer fjernet" in question.title and "fjernet" in answer.body


def test_the_mask_is_in_the_language_of_the_question(people):
    question = asked(people.asker, language="nn", body=f"Eg har {NUMBER} her")
    assert "fjerna" in question.body


def test_scripts_and_unseen_characters_do_not_come_through(people):
    question = asked(
        people.asker,
        title="<script>alert(1)</script> hva skjer\u202e her\x00",
        body="<img src=x onerror=alert(1)> [x](javascript:alert(1))",
    )
    assert "\u202e" not in question.title and "\x00" not in question.title
    assert "<img" not in question.html
    assert 'href="javascript' not in question.html
    assert question.slug == "scriptalert1script-hva-skjer-her"


@pytest.mark.parametrize(("title", "body"), [("", "Tekst"), ("Tittel", " \n "), ("\x00", "Tekst")])
def test_a_question_without_words_is_not_published(people, title, body):
    with pytest.raises(NothingWritten):
        asked(people.asker, title=title, body=body)
    assert not Question.objects.exists()
    assert not OutboxRow.objects.filter(topic="search").exists()


def test_the_same_form_sent_twice_makes_one_question_and_one_answer(people):
    first = asked(people.asker, form_key="k1")
    assert asked(people.asker, form_key="k1", title="Noe helt annet") == first
    answer = answered(first, people.answerer, form_key="k2")
    assert answered(first, people.answerer, form_key="k2") == answer
    assert (Question.objects.count(), Answer.objects.count()) == (1, 1)
    assert kinds(first) == ["asked", "answered"]
    assert fresh(first).answer_count == 1


def test_the_same_key_from_somebody_else_is_another_question(people):
    assert asked(people.asker, form_key="k") != asked(people.member, form_key="k")


def test_an_answer_counts_and_moves_the_question(people):
    question = asked(people.asker)
    answer = answered(question, people.answerer)
    question = fresh(question)
    assert (question.state, question.answer_count) == ("answered", 1)
    assert question.activity_at == answer.answered_at


def test_the_language_of_an_answer_is_its_own(people):
    question = asked(people.asker)
    answer = answered(
        question,
        people.answerer,
        body="Eg veit ikkje korleis de gjer det hos dykk, men vi har ikkje fått det til heller.",
    )
    assert answer.language == "nn"


def test_an_answer_without_words_or_to_a_hidden_question_is_refused(people, now):
    question = asked(people.asker)
    with pytest.raises(NothingWritten):
        answered(question, people.answerer, body=" \r\n")
    moderation.hide(post=question, by=people.moderator, reason="Reklame", now=now)
    with pytest.raises(PermissionDenied):
        answered(question, people.answerer)
    assert not Answer.objects.exists()


def test_an_official_answer_is_confirmed_and_shown_on_the_question(people, now):
    question = asked(people.asker)
    answer = answered(question, people.staff, team=people.team)
    assert answer.is_official and answer.confirmed_at == answer.answered_at
    assert fresh(question).official_team == people.team
    assert question.events.last().data == {"team": people.team.slug}
    services.confirm_answer(answer=answer, by=people.staff, now=now)
    assert fresh(answer).confirmed_at == now
    assert kinds(question)[-1] == "confirmed"


def test_nobody_speaks_for_a_team_they_do_not_work_in(people, now):
    question = asked(people.asker)
    for person in (people.other_staff, people.member, people.moderator):
        with pytest.raises(PermissionDenied):
            answered(question, person, team=people.team)
    answer = answered(question, people.staff, team=people.team)
    with pytest.raises(PermissionDenied):
        services.confirm_answer(answer=answer, by=people.other_staff, now=now)
    assert fresh(answer).confirmed_at == answer.answered_at


# --- solving --------------------------------------------------------------------------------------


def test_accepting_replaces_the_earlier_choice_and_withdrawing_opens_again(people, now):
    question = asked(people.asker)
    first, second = (answered(question, people.answerer, body=text) for text in ("En", "To"))
    services.accept_answer(answer=first, by=people.asker, now=now - HOUR)
    services.accept_answer(answer=second, by=people.moderator, now=now)
    services.accept_answer(answer=second, by=people.moderator, now=now)
    question = fresh(question)
    assert (question.state, question.accepted_answer, question.solved_at) == ("solved", second, now)
    services.withdraw_acceptance(answer=first, by=people.asker, now=now)
    assert fresh(question).accepted_answer == second
    services.withdraw_acceptance(answer=second, by=people.asker, now=now)
    question = fresh(question)
    assert (question.state, question.accepted_answer, question.solved_at) == (
        "answered",
        None,
        None,
    )
    assert kinds(question)[3:] == ["accepted", "accepted", "acceptance_withdrawn"]


def test_only_asker_and_moderator_say_what_solved_it(people, now):
    _question, answer = in_state("answered", people)
    for person in (people.answerer, people.member, people.staff):
        with pytest.raises(PermissionDenied):
            services.accept_answer(answer=answer, by=person, now=now)
    assert fresh(answer.question).state == "answered"


# --- wondering too, and votes ---------------------------------------------------


def test_pressing_twice_counts_once_and_may_be_taken_back(people, now):
    question, answer = in_state("answered", people)
    for _press in range(2):
        services.me_too(question=question, by=people.member, now=now)
        services.vote(answer=answer, by=people.member, now=now)
    services.vote(answer=answer, by=people.asker, now=now)
    assert (fresh(question).me_too_count, fresh(answer).vote_count) == (1, 2)
    services.me_too(question=question, by=people.member, now=now, on=False)
    services.vote(answer=answer, by=people.member, now=now, on=False)
    services.vote(answer=answer, by=people.member, now=now, on=False)
    assert (fresh(question).me_too_count, fresh(answer).vote_count) == (0, 1)
    assert (MeToo.objects.count(), Vote.objects.count()) == (0, 1)


def test_one_does_not_press_ones_own(people, now):
    question, answer = in_state("answered", people)
    with pytest.raises(PermissionDenied):
        services.me_too(question=question, by=people.asker, now=now)
    with pytest.raises(PermissionDenied):
        services.vote(answer=answer, by=people.answerer, now=now)
    assert (fresh(question).me_too_count, fresh(answer).vote_count) == (0, 0)


# --- hiding ---------------------------------------------------


def test_hiding_needs_a_moderator_and_a_reason(people, now):
    question, answer = in_state("answered", people)
    for post in (question, answer):
        with pytest.raises(PermissionDenied):
            moderation.hide(post=post, by=people.staff, reason="x", now=now)
        with pytest.raises(MissingReason):
            moderation.hide(post=post, by=people.moderator, reason="  ", now=now)
        assert not fresh(post).is_hidden


def test_a_hidden_accepted_answer_no_longer_solves_and_comes_back_as_it_was(people, now):
    question, answer = in_state("solved", people)
    solved_at = question.solved_at
    moderation.hide(post=answer, by=people.moderator, reason="Feil råd", now=now)
    question = fresh(question)
    assert (question.state, question.answer_count) == ("unanswered", 0)
    assert (question.accepted_answer, question.solved_at) == (None, None)
    moderation.restore(post=answer, by=people.moderator, now=now + HOUR)
    question = fresh(question)
    assert (question.state, question.accepted_answer) == ("solved", answer)
    assert question.solved_at == solved_at
    assert kinds(question)[-2:] == ["hidden", "restored"]


def test_a_restored_answer_does_not_push_out_what_solved_it_since(people, now):
    question, answer = in_state("solved", people)
    other = answered(question, people.member, body="Et annet svar")
    moderation.hide(post=answer, by=people.moderator, reason="Feil råd", now=now)
    services.accept_answer(answer=other, by=people.asker, now=now)
    moderation.restore(post=answer, by=people.moderator, now=now)
    assert fresh(question).accepted_answer == other
    assert fresh(question).answer_count == 2


def test_an_answer_hidden_again_before_it_is_accepted_does_not_solve_when_restored(people, now):
    question, answer = in_state("solved", people)
    moderation.hide(post=answer, by=people.moderator, reason="En", now=now)
    moderation.restore(post=answer, by=people.moderator, now=now)
    services.withdraw_acceptance(answer=answer, by=people.asker, now=now)
    moderation.hide(post=answer, by=people.moderator, reason="To", now=now)
    moderation.restore(post=answer, by=people.moderator, now=now)
    assert fresh(question).state == "answered"


def test_a_hidden_official_answer_takes_its_mark_off_the_question(people, now):
    question, answer = in_state("official", people)
    moderation.hide(post=answer, by=people.moderator, reason="Utdatert", now=now)
    assert fresh(question).official_team is None
    moderation.restore(post=answer, by=people.moderator, now=now)
    assert fresh(question).official_team == people.team


def test_what_is_hidden_already_is_not_hidden_again(people, now):
    question, _none = in_state("hidden_question", people)
    with pytest.raises(PermissionDenied):
        moderation.hide(post=question, by=people.moderator, reason="Igjen", now=now)
    moderation.restore(post=question, by=people.moderator, now=now)
    with pytest.raises(PermissionDenied):
        moderation.restore(post=question, by=people.moderator, now=now)
    question = fresh(question)
    assert (question.hidden_at, question.hidden_by, question.hidden_reason) == (None, None, "")


# --- the log, the index, the article ---------------------------------------------------


def test_the_log_is_only_ever_added_to(people):
    question = asked(people.asker)
    event = question.events.get()
    for change in (
        event.save,
        event.delete,
        CommunityEvent.objects.all().delete,
        lambda: CommunityEvent.objects.update(kind="hidden"),
    ):
        with pytest.raises(LogIsAppendOnly):
            change()
    assert kinds(question) == ["asked"]


def test_every_change_is_told_to_the_index(people, now):
    question, answer = in_state("solved", people)
    steps = [
        lambda: services.me_too(question=question, by=people.member, now=now),
        lambda: services.vote(answer=answer, by=people.member, now=now),
        lambda: link_article(question=question, article=make_article(), by=people.staff, now=now),
        lambda: moderation.hide(post=answer, by=people.moderator, reason="x", now=now),
        lambda: moderation.restore(post=answer, by=people.moderator, now=now),
        lambda: services.withdraw_acceptance(answer=answer, by=people.asker, now=now),
        lambda: moderation.hide(post=question, by=people.moderator, reason="x", now=now),
        lambda: moderation.restore(post=question, by=people.moderator, now=now),
    ]
    for step in steps:
        OutboxRow.objects.all().delete()
        step()
        told = [row.payload["ids"] for row in OutboxRow.objects.filter(topic="search")]
        assert [f"question:{question.pk}"] in told


def test_a_change_that_fails_leaves_nothing_behind(people, now, monkeypatch):
    question, answer = in_state("answered", people)

    def broken(*_ids, **_more):
        raise RuntimeError("stopped between two steps")

    monkeypatch.setattr(log, "changed", broken)
    with pytest.raises(RuntimeError):
        services.accept_answer(answer=answer, by=people.asker, now=now)
    with pytest.raises(RuntimeError):
        answered(question, people.member)
    assert fresh(question).state == "answered"
    assert kinds(question) == ["asked", "answered"]
    assert Answer.objects.count() == 1


def test_a_link_to_an_article_is_set_and_taken_away(people):
    question, article = asked(people.asker), make_article()
    link_article(question=question, article=article, by=people.staff, now=timezone.now())
    assert fresh(question).article_id == article.pk
    link_article(question=question, article=None, by=people.staff, now=timezone.now())
    assert fresh(question).article_id is None


def test_the_clock_given_is_the_clock_used(people):
    at = timezone.now() - timedelta(days=40)
    question = asked(people.asker, at=at)
    assert (question.asked_at, question.activity_at) == (at, at)
