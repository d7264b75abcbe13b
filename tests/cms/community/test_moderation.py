"""What moderators do to posts, and that each of it can be undone."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cms.community import flags, merging, moderation, sanctions, services, undo
from cms.community.exceptions import (
    CannotMerge,
    CannotUndo,
    MissingReason,
    NothingWritten,
    Overtaken,
    ReportedAlready,
    TooOften,
    WrongEnd,
)
from cms.community.following import follow, stop
from cms.community.guard import is_known
from cms.community.models import (
    Answer,
    CommunityEvent,
    Flag,
    HeldFor,
    Member,
    MeToo,
    Question,
    Sanction,
)
from tests.cms.community.posts import HOUR, answered, asked, in_state, known, make_people
from tests.factories import make_product, make_user

pytestmark = pytest.mark.django_db
Kind = CommunityEvent.Kind
DAY = timedelta(days=1)


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def now():
    return timezone.now()


def fresh(row):
    """The row as the database has it."""
    return type(row).objects.get(pk=row.pk)


def reported(post, people, now, *, by=None, reason="rude"):
    """An open report of a post."""
    return flags.flag(post=post, by=by or people.member, reason=reason, now=now)


def held(post, now, held_for=HeldFor.LINKS):
    """The post, waiting for a moderator."""
    question = post.question if isinstance(post, Answer) else post
    moderation.hold(question=question, post=post, held_for=held_for, now=now)
    return fresh(post)


def last(kind):
    """The last event of a kind."""
    return CommunityEvent.objects.filter(kind=kind).order_by("-pk").first()


# --- reports ----------------------------------------------------------------------------------


def test_a_report_is_kept_once_and_its_comment_is_masked(people, now):
    question = asked(people.asker)
    first = flags.flag(
        post=question, by=people.member, reason="personal", comment="Nr 17054026641", now=now
    )
    again = flags.flag(post=question, by=people.member, reason="rude", now=now)
    assert first == again
    assert "17054026641" not in Flag.objects.get().comment


def test_other_needs_words_and_ones_own_post_is_not_reported(people, now):
    question = asked(people.asker)
    with pytest.raises(NothingWritten):
        flags.flag(post=question, by=people.member, reason="other", comment="  ", now=now)
    with pytest.raises(PermissionDenied):
        flags.flag(post=question, by=people.asker, reason="rude", now=now)
    with pytest.raises(PermissionDenied):
        flags.flag(post=question, by=people.visitor, reason="rude", now=now)
    assert not Flag.objects.exists()


def test_what_was_looked_at_is_not_reported_again_until_it_is_changed(people, now):
    question = asked(people.asker)
    reported(question, people, now)
    moderation.dismiss_flags(post=question, by=people.moderator, now=now)
    with pytest.raises(ReportedAlready):
        reported(question, people, now + HOUR)
    Question.objects.update(edited_at=now + HOUR)
    assert reported(fresh(question), people, now + 2 * HOUR).outcome == "open"


def test_somebody_new_reports_ten_posts_a_day(people, now):
    for _each in range(10):
        reported(asked(people.staff), people, now)
    question = asked(people.asker)
    with pytest.raises(TooOften):
        reported(question, people, now)
    assert reported(question, people, now + DAY + HOUR).outcome == "open"


def test_three_known_members_take_a_post_out_of_sight_until_it_is_looked_at(people, now):
    question, answer = in_state("solved", people)
    solved_at = question.solved_at
    for number in range(4):
        reported(answer, people, now, by=make_user(name=f"Ny {number}"))
    assert fresh(answer).is_in_sight  # nobody of them is known
    for number in range(3):
        assert fresh(answer).is_in_sight
        reported(answer, people, now, by=known(make_user(name=f"Kjent {number}")))
    assert (fresh(answer).is_held, fresh(answer).held_for) == (True, "flags")
    assert (fresh(question).state, fresh(question).answer_count) == ("unanswered", 0)
    moderation.dismiss_flags(post=answer, by=people.moderator, now=now)
    assert fresh(answer).is_in_sight
    assert (fresh(question).state, fresh(question).solved_at) == ("solved", solved_at)
    assert not Flag.objects.filter(outcome="open").exists()


def test_what_a_team_stands_behind_is_not_held_by_reports(people, now):
    _question, answer = in_state("official", people)
    for number in range(3):
        reported(answer, people, now, by=known(make_user(name=f"Kjent {number}")))
    assert fresh(answer).is_in_sight


# --- approving and hiding -----------------------------------------------------------------------


def test_an_approved_post_comes_into_sight_and_counts(people, now):
    question = asked(people.asker)
    answer = held(answered(question, people.answerer), now)
    assert fresh(question).answer_count == 0
    moderation.approve(post=answer, by=people.moderator, now=now)
    assert fresh(answer).is_in_sight
    assert (fresh(question).answer_count, fresh(question).state) == (1, "answered")
    undo.undo(event=last(Kind.APPROVED), by=people.moderator, now=now)
    assert (fresh(answer).held_for, fresh(question).answer_count) == ("links", 0)


def test_nobody_approves_or_clears_their_own_post(people, now):
    question = asked(people.moderator)
    reported(question, people, now)
    with pytest.raises(PermissionDenied):
        moderation.dismiss_flags(post=question, by=people.moderator, now=now)
    held(question, now)
    with pytest.raises(PermissionDenied):
        moderation.approve(post=question, by=people.moderator, now=now)


def test_hiding_looks_at_reports_and_undoing_it_brings_them_and_the_waiting_back(people, now):
    question = held(asked(people.asker), now)
    flag = Flag.objects.create(question=question, reporter=people.member, reason="rude", at=now)
    moderation.hide(post=question, by=people.moderator, reason="Uvennlig", now=now)
    assert fresh(flag).outcome == "upheld"
    assert not fresh(question).is_held
    undo.undo(event=last(Kind.HIDDEN), by=people.moderator, now=now)
    assert (fresh(question).is_hidden, fresh(question).held_for) == (False, "links")
    assert fresh(flag).outcome == "open"


def test_restoring_shows_the_post_and_keeps_the_reports_done_with(people, now):
    question = asked(people.asker)
    flag = reported(question, people, now)
    moderation.hide(post=question, by=people.moderator, reason="Uvennlig", now=now)
    hidden = last(Kind.HIDDEN)
    moderation.restore(post=question, by=people.moderator, now=now)
    assert fresh(question).is_in_sight and fresh(flag).outcome == "upheld"
    assert fresh(hidden).undone_by == last(Kind.RESTORED)
    with pytest.raises(CannotUndo):
        undo.undo(event=fresh(hidden), by=people.moderator, now=now)


def test_an_undone_dismissal_puts_the_reports_back_but_not_twice_for_one_person(people, now):
    question = asked(people.asker)
    flag = reported(question, people, now)
    moderation.dismiss_flags(post=question, by=people.moderator, now=now)
    dismissal = last(Kind.FLAGS_DISMISSED)
    Question.objects.update(edited_at=now + HOUR)
    newer = reported(fresh(question), people, now + 2 * HOUR)
    with pytest.raises(CannotUndo):
        undo.undo(event=dismissal, by=people.moderator, now=now)
    Flag.objects.filter(pk=newer.pk).delete()
    undo.undo(event=dismissal, by=people.moderator, now=now)
    assert fresh(flag).outcome == "open"


def test_moving_settles_reports_of_the_wrong_product_alone_and_can_be_undone(people, now):
    question = asked(people.asker)
    before, other = question.product, make_product()
    misplaced = reported(question, people, now, reason="misplaced")
    rude = reported(question, people, now, by=people.answerer)
    moderation.move(question=question, product=other, by=people.moderator, now=now)
    assert fresh(question).product == other
    assert (fresh(misplaced).outcome, fresh(rude).outcome) == ("upheld", "open")
    moved = last(Kind.MOVED)
    moderation.move(question=question, product=other, by=people.moderator, now=now)
    assert last(Kind.MOVED) == moved  # nothing to do
    undo.undo(event=moved, by=people.moderator, now=now)
    assert (fresh(question).product, fresh(misplaced).outcome) == (before, "open")


def test_a_question_moved_on_is_not_moved_back_by_undoing_the_first_move(people, now):
    question = asked(people.asker)
    moderation.move(question=question, product=make_product(), by=people.moderator, now=now)
    first = last(Kind.MOVED)
    third = make_product()
    moderation.move(question=question, product=third, by=people.moderator, now=now)
    with pytest.raises(CannotUndo):
        undo.undo(event=first, by=people.moderator, now=now)
    assert fresh(question).product == third


def test_a_closed_question_takes_no_answers_until_it_is_opened(people, now):
    question = asked(people.asker)
    with pytest.raises(MissingReason):
        moderation.close(question=question, by=people.moderator, reason=" ", now=now)
    moderation.close(question=question, by=people.moderator, reason="Utdatert", now=now)
    with pytest.raises(PermissionDenied):
        answered(question, people.answerer)
    with pytest.raises(PermissionDenied):
        moderation.close(question=question, by=people.moderator, reason="Igjen", now=now)
    moderation.reopen(question=question, by=people.moderator, now=now)
    assert answered(question, people.answerer).pk
    moderation.close(question=question, by=people.moderator, reason="Utdatert", now=now)
    undo.undo(event=last(Kind.CLOSED), by=people.moderator, now=now)
    assert not fresh(question).is_closed


def test_answers_are_neither_moved_nor_closed(people, now):
    _question, answer = in_state("answered", people)
    with pytest.raises(PermissionDenied):
        moderation.close(question=answer, by=people.moderator, reason="x", now=now)


def test_only_moderators_do_any_of_it(people, now):
    question, answer = in_state("answered", people)
    other = asked(people.asker)
    reported(question, people, now)
    for person in (people.asker, people.staff, people.member):
        doings = [
            lambda by=person: moderation.dismiss_flags(post=question, by=by, now=now),
            lambda by=person: moderation.approve(post=answer, by=by, now=now),
            lambda by=person: moderation.close(question=question, by=by, reason="x", now=now),
            lambda by=person: moderation.move(
                question=question, product=make_product(), by=by, now=now
            ),
            lambda by=person: merging.merge(question=question, into=other, by=by, now=now),
            lambda by=person: sanctions.warn(person=people.answerer, by=by, reason="x", now=now),
            lambda by=person: sanctions.trust(person=people.answerer, by=by, now=now),
            lambda by=person: undo.undo(event=last(Kind.ASKED), by=by, now=now),
        ]
        for doing in doings:
            with pytest.raises(PermissionDenied):
                doing()


# --- two moderators -----------------------------------------------------------------------------


def test_the_second_moderator_is_told_what_the_first_did(people, now):
    question = asked(people.asker)
    reported(question, people, now)
    other = make_user(name="Mons", groups=("moderator",))
    moderation.dismiss_flags(post=question, by=people.moderator, now=now, seen=0)
    with pytest.raises(Overtaken) as told:
        moderation.hide(post=question, by=other, reason="x", now=now, seen=0)
    assert (told.value.event.kind, told.value.event.actor) == ("flags_dismissed", people.moderator)
    assert fresh(question).is_in_sight
    moderation.hide(post=question, by=other, reason="Likevel", now=now, seen=told.value.event.pk)
    assert fresh(question).is_hidden


def test_an_event_is_undone_once_and_an_undoing_is_not_undone(people, now):
    question = asked(people.asker)
    moderation.hide(post=question, by=people.moderator, reason="x", now=now)
    event = last(Kind.HIDDEN)
    undo.undo(event=event, by=people.moderator, now=now)
    with pytest.raises(CannotUndo):
        undo.undo(event=fresh(event), by=people.moderator, now=now)
    with pytest.raises(CannotUndo):
        undo.undo(event=last(Kind.RESTORED), by=people.moderator, now=now)
    # Two who looked at the same moment: the second finds it done, and changes nothing.
    moderation.hide(post=question, by=people.moderator, reason="y", now=now)
    stale = CommunityEvent.objects.get(pk=event.pk)
    stale.undone_by = None
    with pytest.raises(CannotUndo):
        undo.undo(event=stale, by=people.moderator, now=now)
    assert fresh(question).is_hidden


# --- joining ------------------------------------------------------------------------------------


def joined(people, now, *, state="solved"):
    """Two questions of different askers, the first joined into the second."""
    first, answer = in_state(state, people)
    second = asked(people.member, title="Den andre")
    own = answered(second, people.staff, team=people.team)
    follow(user=people.other_staff, question=first, now=now)
    services.me_too(question=first, by=people.staff, now=now)
    merging.merge(question=first, into=second, by=people.moderator, now=now)
    return fresh(first), fresh(second), answer, own


def test_joining_carries_over_answers_followers_and_those_who_wonder(people, now):
    first, second, answer, own = joined(people, now)
    assert first.merged_into == second
    assert (first.state, first.answer_count, first.accepted_answer) == ("unanswered", 0, None)
    assert set(second.answers.all()) == {answer, own}
    assert (second.state, second.answer_count) == ("answered", 2)
    wondering = set(second.me_toos.values_list("user", flat=True))
    assert wondering == {people.asker.pk, people.staff.pk}
    assert second.me_too_count == 2
    assert second.follows.filter(user=people.other_staff).exists()
    assert merging.end_of(first) == second
    assert not Question.objects.public().filter(pk=first.pk).exists()


def test_undoing_brings_back_exactly_what_was_carried_over(people, now):
    first, second, answer, own = joined(people, now)
    later = answered(second, people.answerer, body="Etterpå")
    services.me_too(question=second, by=people.answerer, now=now)
    follow(user=people.moderator, question=second, now=now)
    undo.undo(event=last(Kind.MERGED), by=people.moderator, now=now)
    first, second = fresh(first), fresh(second)
    assert list(first.answers.all()) == [answer]
    assert (first.state, first.accepted_answer, first.me_too_count) == ("solved", answer, 1)
    assert set(second.answers.all()) == {own, later}
    assert list(second.me_toos.values_list("user", flat=True)) == [people.answerer.pk]
    followers = set(second.follows.values_list("user", flat=True))
    assert people.moderator.pk in followers and people.other_staff.pk not in followers


def test_who_said_no_to_following_is_not_made_to_follow(people, now):
    first, second = asked(people.asker), asked(people.member)
    stop(user=people.asker, question=second, now=now)
    stop(user=people.answerer, question=first, now=now)
    merging.merge(question=first, into=second, by=people.moderator, now=now)
    going = set(second.follows.filter(stopped_at=None).values_list("user", flat=True))
    assert people.asker.pk not in going and people.answerer.pk not in going


def test_chains_lead_to_the_end_and_are_undone_in_any_order(people, now):
    first, second, answer, own = joined(people, now)
    third = asked(people.answerer, title="Den tredje")
    first_join = last(Kind.MERGED)
    merging.merge(question=second, into=third, by=people.moderator, now=now)
    second_join = last(Kind.MERGED)
    assert merging.end_of(fresh(first)) == third
    assert set(third.answers.all()) == {answer, own}
    undo.undo(event=first_join, by=people.moderator, now=now)
    assert (list(fresh(first).answers.all()), fresh(first).state) == ([answer], "solved")
    assert list(third.answers.all()) == [own]
    wondering = set(MeToo.objects.filter(question=third).values_list("user", flat=True))
    assert wondering == {people.member.pk}
    undo.undo(event=second_join, by=people.moderator, now=now)
    assert list(fresh(second).answers.all()) == [own]
    assert not third.answers.exists() and not third.me_toos.exists()
    assert fresh(third).state == "unanswered"


def test_an_accepted_answer_that_leaves_solves_nothing_where_it_was(people, now):
    first, second, answer, _own = joined(people, now, state="answered")
    services.accept_answer(answer=fresh(answer), by=people.member, now=now)
    merging.separate(question=first, by=people.moderator, now=now)
    assert (fresh(second).state, fresh(second).accepted_answer) == ("answered", None)
    assert (fresh(first).state, fresh(first).accepted_answer) == ("answered", None)


def test_no_question_is_joined_with_itself_in_a_circle_or_out_of_sight(people, now):
    first, second, _answer, _own = joined(people, now)
    third = asked(people.asker)
    with pytest.raises(CannotMerge):
        merging.merge(question=third, into=third, by=people.moderator, now=now)
    with pytest.raises(CannotMerge):
        merging.merge(question=second, into=first, by=people.moderator, now=now)
    with pytest.raises(PermissionDenied):
        merging.merge(question=first, into=third, by=people.moderator, now=now)
    moderation.hide(post=third, by=people.moderator, reason="x", now=now)
    with pytest.raises(CannotMerge):
        merging.merge(question=second, into=third, by=people.moderator, now=now)


def test_what_names_an_answer_goes_with_it(people, now):
    first, answer = in_state("answered", people)
    flag = reported(answer, people, now)
    second = asked(people.member)
    merging.merge(question=first, into=second, by=people.moderator, now=now)
    assert fresh(flag).question == second
    merging.separate(question=first, by=people.moderator, now=now)
    assert fresh(flag).question == first
    with pytest.raises(PermissionDenied):
        merging.separate(question=first, by=people.moderator, now=now)


# --- members ------------------------------------------------------------------------------------


def test_a_warning_is_told_in_words_and_settles_what_was_reported(people, now):
    _question, answer = in_state("answered", people)
    flag = reported(answer, people, now)
    sanctions.warn(
        person=people.answerer, by=people.moderator, reason="Vær snill", post=answer, now=now
    )
    assert fresh(flag).outcome == "upheld"
    event = last(Kind.WARNED)
    assert (event.member, event.answer) == (people.answerer, answer)
    assert "Vær snill" not in str(event.data)
    undo.undo(event=event, by=people.moderator, now=now)
    assert Sanction.objects.get().lifted_by == people.moderator
    assert fresh(flag).outcome == "open"


def test_a_silenced_member_writes_nothing_until_the_day_and_is_told_why(people, now):
    question = asked(people.asker)
    sanctions.silence(
        person=people.answerer,
        until=now + 3 * DAY,
        by=people.moderator,
        reason="Reklame igjen",
        now=now,
    )
    with pytest.raises(PermissionDenied, match="Reklame igjen"):
        answered(question, people.answerer, now=now)
    with pytest.raises(PermissionDenied):
        asked(people.answerer, at=now)
    assert answered(question, people.answerer, now=now + 4 * DAY).pk


def test_the_longest_silence_that_stands_counts(people, now):
    common = {"person": people.answerer, "by": people.moderator, "reason": "x", "now": now}
    long = sanctions.silence(until=now + 9 * DAY, **common)
    short = sanctions.silence(until=now + 3 * DAY, **common)
    member = Member.objects.get(user=people.answerer)
    assert member.silenced_until == now + 9 * DAY
    sanctions.lift(sanction=long, by=people.moderator, now=now)
    assert fresh(member).silenced_until == now + 3 * DAY
    undo.undo(event=last(Kind.SILENCED), by=people.moderator, now=now)
    assert fresh(member).silenced_until is None
    with pytest.raises(PermissionDenied):
        sanctions.lift(sanction=short, by=people.moderator, now=now)


def test_a_silence_ends_within_a_year_and_not_before_it_begins(people, now):
    common = {"person": people.answerer, "by": people.moderator, "reason": "x", "now": now}
    for until in (now, now - DAY, now + 400 * DAY):
        with pytest.raises(WrongEnd):
            sanctions.silence(until=until, **common)
    assert not Sanction.objects.exists()


def test_moderators_neither_judge_themselves_nor_each_other(people, now):
    other = make_user(groups=("moderator",))
    for person in (people.moderator, other):
        with pytest.raises(PermissionDenied):
            sanctions.warn(person=person, by=people.moderator, reason="x", now=now)
    with pytest.raises(PermissionDenied):
        sanctions.trust(person=people.moderator, by=people.moderator, now=now)


def test_trust_is_given_and_taken_by_moderators_and_not_won_back_by_itself(people, now):
    person = make_user(name="Ny Medlem")
    sanctions.trust(person=person, by=people.moderator, now=now)
    assert is_known(person, now)
    sanctions.withdraw_trust(person=person, by=people.moderator, now=now)
    for _each in range(6):
        answer = answered(asked(people.staff), person)
        services.vote(answer=answer, by=people.staff, now=now)
    assert not is_known(person, now)
    undo.undo(event=last(Kind.TRUST_WITHDRAWN), by=people.moderator, now=now)
    assert is_known(person, now)
    with pytest.raises(Overtaken):
        sanctions.trust(person=person, by=people.moderator, now=now, seen=0)


def test_helping_others_makes_a_member_known_and_the_log_tells(people, now):
    person = make_user(name="Ny Medlem")
    for number in range(5):
        answer = answered(asked(people.staff), person)
        assert not is_known(person, now), number
    services.vote(answer=answer, by=people.staff, now=now)
    assert is_known(person, now)
    event = last(Kind.TRUSTED)
    assert (event.member, event.actor) == (person, None)
    assert is_known(person, now)
    assert CommunityEvent.objects.filter(kind="trusted").count() == 1
