"""Changing and withdrawing what one has written, and what is kept of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cms.community import editing, services
from cms.community.exceptions import ChangedMeanwhile, NothingWritten, OthersHaveAnswered
from cms.community.models import Answer, Edit, Mention, Question
from dispatch.models import OutboxRow
from taxonomy.models import AccessPackage, AccessPackageArea
from tests.cms.community.posts import HOUR, People, answered, asked, in_state, known, make_people
from tests.factories import make_product, make_topic

pytestmark = pytest.mark.django_db

NUMBER = "17054026641"  # synthetic: nobody's


@pytest.fixture
def people(db) -> People:
    return make_people()


def changed(question: Question, by, **fields) -> Question:
    """The question changed as a form would."""
    question = Question.objects.get(pk=question.pk)
    values = {
        "title": question.title,
        "body": question.body,
        "language": question.language,
        "product": question.product,
        "seen": editing.version_of(question),
        "now": timezone.now(),
        "topics": question.topics.all(),
        "access_packages": question.access_packages.all(),
        **fields,
    }
    return editing.edit_question(question=question, by=by, **values)


def changed_answer(answer: Answer, by, **fields) -> Answer:
    """The answer changed as a form would."""
    values = {"seen": editing.version_of(answer), "now": timezone.now(), **fields}
    return editing.edit_answer(answer=answer, by=by, **values)


def kinds(question: Question) -> list[str]:
    return list(question.events.order_by("pk").values_list("kind", flat=True))


# --- questions -----------------------------------------------------------------------------------


def test_a_changed_question_shows_the_new_text_and_keeps_the_old(people):
    question = asked(people.asker, title="Hvordan får vi token?", body="Vi får **feil**.")
    product = make_product()
    changed(
        question,
        people.asker,
        title="Hvordan får vi token med to scopes?",
        body="Vi får *feil* nå.",
        product=product,
        reason=f"Skrev feil, {NUMBER}",
    )
    question.refresh_from_db()
    assert question.html == "<p>Vi får <em>feil</em> nå.</p>\n"
    assert question.slug == "hvordan-far-vi-token-med-to-scopes"
    assert question.product == product and question.edited_at is not None
    edit = Edit.objects.get()
    assert (edit.title, edit.body) == ("Hvordan får vi token?", "Vi får **feil**.")
    assert edit.editor == people.asker and NUMBER not in edit.reason
    assert kinds(question) == ["asked", "edited"]


def test_the_index_follows_a_change(people):
    question = asked(people.asker)
    OutboxRow.objects.all().delete()
    changed(question, people.asker, body="Noe helt annet.")
    ids = [row.payload["ids"] for row in OutboxRow.objects.filter(topic="search")]
    assert [f"question:{question.pk}"] in ids


def test_nothing_is_kept_or_logged_when_nothing_differs(people):
    question = asked(people.asker)
    changed(question, people.asker)
    question.refresh_from_db()
    assert question.edited_at is None and not Edit.objects.exists()
    assert kinds(question) == ["asked"]


def test_the_later_of_two_is_told_and_nothing_is_lost(people):
    question = asked(people.asker, body="Først.")
    seen = editing.version_of(question)
    changed(question, people.asker, body="Den ene.", seen=seen)
    with pytest.raises(ChangedMeanwhile):
        changed(question, people.asker, body="Den andre.", seen=seen)
    assert Question.objects.get(pk=question.pk).body == "Den ene."
    changed(question, people.asker, body="Den andre.")
    assert [edit.body for edit in Edit.objects.order_by("pk")] == ["Først.", "Den ene."]


def test_numbers_and_scripts_are_taken_out_of_changes_too(people):
    question = asked(people.asker)
    changed(question, people.asker, title=f"Om {NUMBER} her", body=f"<script>x</script> {NUMBER}")
    question.refresh_from_db()
    text = question.title + question.body + question.html + question.slug
    assert NUMBER not in text and "<script" not in question.html


@pytest.mark.parametrize("fields", [{"title": "  "}, {"body": "\u202e"}])
def test_a_change_to_nothing_is_refused(people, fields):
    question = asked(people.asker)
    with pytest.raises(NothingWritten):
        changed(question, people.asker, **fields)


@pytest.mark.parametrize("role", ["visitor", "member", "answerer", "staff", "moderator"])
def test_others_do_not_change_or_withdraw_a_question(people, role):
    question = asked(people.asker)
    with pytest.raises(PermissionDenied):
        changed(question, getattr(people, role), body="Mine ord i andres munn.")
    with pytest.raises(PermissionDenied):
        editing.withdraw_question(question=question, by=getattr(people, role), now=timezone.now())


def test_tags_are_chosen_by_the_asker_and_by_moderators(people):
    product = make_product()
    question = asked(people.asker, product=product)
    topic = make_topic(product)
    area = AccessPackageArea.objects.create(slug="omrade", name_nb="Område")
    package = AccessPackage.objects.create(area=area, urn="urn:x:skatt", name_nb="Skatt")
    for by, topics, packages in (
        (people.asker, [topic], [package]),
        (people.moderator, [], [package]),
        (people.moderator, [], [package]),
    ):
        editing.retag(
            question=question,
            by=by,
            topics=topics,
            access_packages=packages,
            now=timezone.now(),
        )
        assert list(question.topics.all()) == topics
        assert list(question.access_packages.all()) == packages
    assert kinds(question) == ["asked", "edited", "edited"]  # the last changed nothing
    assert Question.objects.get(pk=question.pk).edited_at is None  # the text is as it was
    with pytest.raises(PermissionDenied):
        editing.retag(
            question=question, by=people.member, topics=[], access_packages=[], now=timezone.now()
        )


def test_a_question_is_withdrawn_while_nobody_else_has_answered(people):
    question = asked(people.asker)
    answered(question, people.asker)
    editing.withdraw_question(question=question, by=people.asker, now=timezone.now())
    assert not Question.objects.public().filter(pk=question.pk).exists()
    assert Question.objects.visible_to(people.asker).filter(pk=question.pk).exists()
    assert kinds(question)[-1] == "withdrawn"
    told = OutboxRow.objects.filter(topic="search", key=f"withdrawn question:{question.pk}")
    assert told.exists()
    with pytest.raises(PermissionDenied):
        changed(question, people.asker, body="Likevel.")


def test_others_answers_keep_a_question_where_it_is(people):
    question = asked(people.asker)
    answer = answered(question, people.answerer)
    with pytest.raises(OthersHaveAnswered):
        editing.withdraw_question(question=question, by=people.asker, now=timezone.now())
    editing.withdraw_answer(answer=answer, by=people.answerer, now=timezone.now())
    editing.withdraw_question(question=question, by=people.asker, now=timezone.now())
    assert Question.objects.get(pk=question.pk).withdrawn_at


# --- answers -------------------------------------------------------------------------------------


def test_a_changed_answer_keeps_its_place_and_its_votes(people):
    question, answer = in_state("solved", people)
    services.vote(answer=answer, by=people.member, now=timezone.now())
    changed_answer(answer, people.answerer, body="Be om *begge* i samme kall.")
    answer.refresh_from_db()
    question.refresh_from_db()
    assert answer.html == "<p>Be om <em>begge</em> i samme kall.</p>\n"
    assert (question.state, question.accepted_answer_id) == ("solved", answer.pk)
    assert answer.vote_count == 1
    assert Edit.objects.get().answer == answer


def test_the_team_changes_its_official_answer_and_it_counts_as_confirmed_anew(people):
    question, answer = in_state("official", people)
    colleague = people.other_staff
    people.team.members.add(colleague)
    colleague = type(colleague).objects.get(pk=colleague.pk)
    now = answer.confirmed_at + timedelta(days=100)
    changed_answer(answer, colleague, body="Nå er det slik.", now=now)
    answer.refresh_from_db()
    assert answer.confirmed_at == now and answer.confirm_by == services.confirm_by(now)
    assert answer.author == people.staff


@pytest.mark.parametrize("role", ["visitor", "member", "asker", "other_staff", "moderator"])
def test_others_do_not_change_or_withdraw_an_official_answer(people, role):
    _question, answer = in_state("official", people)
    with pytest.raises(PermissionDenied):
        changed_answer(answer, getattr(people, role), body="Noe annet.")
    with pytest.raises(PermissionDenied):
        editing.withdraw_answer(answer=answer, by=getattr(people, role), now=timezone.now())


def test_somebody_who_has_left_the_team_speaks_for_it_no_more(people):
    _question, answer = in_state("official", people)
    people.team.members.remove(people.staff)
    author = type(people.staff).objects.get(pk=people.staff.pk)
    with pytest.raises(PermissionDenied):
        changed_answer(answer, author, body="Noe annet.")


def test_withdrawing_the_answer_that_solved_it_leaves_the_question_unsolved(people):
    question, answer = in_state("solved", people)
    answered(question, people.staff, team=people.team)
    editing.withdraw_answer(answer=answer, by=people.answerer, now=timezone.now())
    question.refresh_from_db()
    assert (question.state, question.accepted_answer_id) == ("answered", None)
    assert (question.answer_count, question.official_team) == (1, people.team)
    assert question.events.order_by("-pk").first().data == {"solved_it": True}


def test_withdrawing_the_only_answer_leaves_the_question_unanswered(people):
    question, answer = in_state("answered", people)
    editing.withdraw_answer(answer=answer, by=people.answerer, now=timezone.now())
    question.refresh_from_db()
    assert (question.state, question.answer_count) == ("unanswered", 0)
    assert question.first_answered_at is None


def test_the_later_of_two_colleagues_is_told(people):
    _question, answer = in_state("official", people)
    seen = editing.version_of(answer)
    changed_answer(answer, people.staff, body="Den ene.")
    with pytest.raises(ChangedMeanwhile):
        changed_answer(answer, people.staff, body="Den andre.", seen=seen)


@pytest.mark.parametrize("state", ["hidden_question", "hidden_answer"])
def test_what_is_hidden_is_not_changed(people, state):
    question, answer = in_state(state, people)
    hidden = question if state == "hidden_question" else answer
    with pytest.raises(PermissionDenied, match=r"hidden|skjult"):
        if hidden is question:
            changed(question, people.asker, body="Bedre nå.")
        else:
            changed_answer(answer, people.answerer, body="Bedre nå.")


def test_a_closed_question_takes_no_answer_but_its_text_may_be_mended(people):
    question = asked(people.asker)
    Question.objects.filter(pk=question.pk).update(
        closed_at=timezone.now(), closed_by=people.moderator, closed_reason="Avklart"
    )
    question.refresh_from_db()
    for give in (answered, lambda q, by: answered(q, by, team=people.team)):
        with pytest.raises(PermissionDenied):
            give(question, people.staff)
    changed(question, people.asker, body="Uten skrivefeil.")


# --- through the guard ---------------------------------------------------------------------------


def test_links_from_somebody_new_wait_for_a_moderator(people):
    text = "Se [her](https://elsewhere.example/x)."
    question = asked(people.asker, body=text)
    assert question.is_held and question.held_for == "links"
    assert kinds(question) == ["asked", "held"]
    assert not Question.objects.public().filter(pk=question.pk).exists()
    changed(question, people.asker, body="Uten lenke.")
    assert Question.objects.get(pk=question.pk).is_held  # a moderator decides, not the change


def test_a_link_put_in_afterwards_is_held_too_and_no_longer_solves(people):
    question, answer = in_state("solved", people)
    changed_answer(answer, people.answerer, body="Se https://elsewhere.example/x")
    question.refresh_from_db()
    answer.refresh_from_db()
    assert answer.held_for == "links"
    assert (question.state, question.answer_count) == ("unanswered", 0)
    assert kinds(question)[-2:] == ["edited", "held"]


def test_a_held_answer_is_not_counted_and_does_not_move_the_question(people):
    question = asked(people.asker)
    before = question.activity_at
    answer = answered(question, people.answerer, body="Se https://elsewhere.example/x")
    question.refresh_from_db()
    assert answer.is_held
    assert (question.state, question.answer_count) == ("unanswered", 0)
    assert question.activity_at == before


# --- mentions ------------------------------------------------------------------------------------


def handle_of(user) -> str:
    return known(user).member.handle


def test_members_named_in_a_text_are_remembered_and_linked(people):
    handle = handle_of(people.member)
    question = asked(people.asker, body=f"Spør @{handle}, ikke @ukjent eller `@{handle}`.")
    assert [row.user for row in question.mentions.all()] == [people.member]
    assert question.html.count(f'href="/community/medlem/{handle}/"') == 1
    answer = answered(question, people.answerer, body=f"Enig med @{handle.upper()}.")
    assert Mention.objects.get(answer=answer).user == people.member


def test_a_change_forgets_those_no_longer_named_and_keeps_the_others(people):
    first, second = handle_of(people.member), handle_of(people.staff)
    question = asked(people.asker, body=f"@{first} og @{second}?")
    kept = Mention.objects.get(user=people.staff)
    changed(question, people.asker, body=f"@{second} og @{second}?")
    assert list(Mention.objects.all()) == [kept]


def test_somebody_who_has_left_is_not_linked(people):
    handle = handle_of(people.member)
    people.member.is_active = False
    people.member.save()
    question = asked(people.asker, body=f"Hva sier @{handle}?")
    assert "href" not in question.html and not Mention.objects.exists()


def test_times_are_those_given(people):
    question = asked(people.asker)
    now = question.asked_at + HOUR
    changed(question, people.asker, body="Ny tekst.", now=now)
    assert Question.objects.get(pk=question.pk).edited_at == now
    assert Edit.objects.get().at == now
