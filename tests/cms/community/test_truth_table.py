"""Role × state of a post × action, complete: what each person may do, and see.

The table is written out as data. Every action a person may not take is refused by the service as
well, whatever the page showed.
"""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import ContactRole, Group
from cms.community import editing, flags, guard, merging, moderation, sanctions, services
from cms.community.models import Answer, Question
from cms.community.policies import Action, can
from tests.cms.community.posts import answered, asked, known, make_people
from tests.factories import (
    make_membership,
    make_organisation,
    make_product,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db

ROLES = (
    "visitor",
    "new",
    "known",
    "silenced",
    "asker",
    "answerer",
    "staff",
    "other_staff",
    "other_owner",
    "moderator",
    "administrator",
    "manager",
)
NOBODY = frozenset()
ALL = frozenset(ROLES)
SIGNED_IN = ALL - {"visitor"}
MAY_WRITE = SIGNED_IN - {"silenced"}
STAFF = frozenset({"staff", "other_staff"})
MODERATORS = frozenset({"moderator", "administrator"})
ASKER, ANSWERER, TEAM = frozenset({"asker"}), frozenset({"answerer"}), frozenset({"staff"})

OPEN = ("open", "answered", "official", "solved", "reported")
IN_SIGHT = (*OPEN, "closed")
GONE = ("held", "hidden", "withdrawn", "merged")
QUESTION_STATES = (*IN_SIGHT, *GONE)

# For each action: the states in which somebody may, and who. Nobody may in any other state.
QUESTION = {
    Action.ANSWER: [(OPEN, MAY_WRITE)],
    Action.ANSWER_OFFICIALLY: [(OPEN, STAFF)],
    Action.ME_TOO: [(IN_SIGHT, SIGNED_IN - ASKER)],
    Action.EDIT: [((*IN_SIGHT, "held"), ASKER)],
    Action.RETAG: [((*IN_SIGHT, "held"), ASKER | MODERATORS)],
    Action.WITHDRAW: [((*IN_SIGHT, "held"), ASKER)],
    Action.SEE_HISTORY: [(QUESTION_STATES, ASKER | MODERATORS)],
    Action.FLAG: [(IN_SIGHT, SIGNED_IN - ASKER)],
    Action.HIDE: [((*IN_SIGHT, "held", "withdrawn", "merged"), MODERATORS)],
    Action.RESTORE: [(("hidden",), MODERATORS)],
    Action.APPROVE: [(("held",), MODERATORS)],
    Action.DISMISS_FLAGS: [(("reported",), MODERATORS)],
    Action.MOVE: [((*IN_SIGHT, "held", "hidden", "withdrawn"), MODERATORS)],
    Action.CLOSE: [((*OPEN, "held", "hidden", "withdrawn"), MODERATORS)],
    Action.REOPEN: [(("closed",), MODERATORS)],
    Action.MERGE: [(IN_SIGHT, MODERATORS)],
    Action.SEPARATE: [(("merged",), MODERATORS)],
}
SEES_QUESTION = dict.fromkeys(IN_SIGHT, ALL) | dict.fromkeys(GONE, ASKER | MODERATORS)

STANDING = ("answered", "solved", "reported", "closed")  # as oneself, and in sight
ANSWER_IN_SIGHT = (*STANDING, "official")
UNDER = ("under_held", "under_hidden", "under_withdrawn")
ANSWER_STATES = (*ANSWER_IN_SIGHT, "held", "hidden", "withdrawn", *UNDER)
ANSWER = {
    Action.VOTE: [(STANDING, SIGNED_IN - ANSWERER), (("official",), SIGNED_IN - TEAM)],
    Action.ACCEPT: [(ANSWER_IN_SIGHT, ASKER | MODERATORS)],
    Action.CONFIRM: [(("official",), TEAM)],
    Action.EDIT: [((*STANDING, "held", "under_held"), ANSWERER), (("official",), TEAM)],
    Action.WITHDRAW: [((*STANDING, "held", "under_held"), ANSWERER), (("official",), TEAM)],
    Action.SEE_HISTORY: [
        (tuple(state for state in ANSWER_STATES if state != "official"), ANSWERER | MODERATORS),
        (("official",), TEAM | MODERATORS),
    ],
    Action.FLAG: [(STANDING, SIGNED_IN - ANSWERER), (("official",), SIGNED_IN - TEAM)],
    Action.HIDE: [((*ANSWER_IN_SIGHT, "held", "withdrawn", *UNDER), MODERATORS)],
    Action.RESTORE: [(("hidden",), MODERATORS)],
    Action.APPROVE: [(("held",), MODERATORS)],
    Action.DISMISS_FLAGS: [(("reported",), MODERATORS)],
    Action.MOVE: [],
    Action.CLOSE: [],
    Action.REOPEN: [],
    Action.MERGE: [],
    Action.SEPARATE: [],
}
SEES_ANSWER = (
    dict.fromkeys(ANSWER_IN_SIGHT, ALL)
    | dict.fromkeys(("held", "hidden", "withdrawn"), ANSWERER | MODERATORS)
    # What stands under a question is seen no further than the question is.
    | dict.fromkeys(UNDER, ASKER | MODERATORS)
)
WRITING = {Action.ANSWER, Action.ANSWER_OFFICIALLY, Action.EDIT}


def cast():
    """One person in each role, by its name; and the team of the official answers."""
    people = make_people()
    now = timezone.now()
    owner = make_user(name="Eli Eier")
    make_membership(owner, make_organisation(), roles=(ContactRole.SERVICE_MANAGEMENT,))
    assert owner.memberships.get().status == Membership.Status.ACTIVE
    silenced = make_user(name="Sverre Stille")
    sanctions.silence(
        person=silenced,
        until=now + timedelta(days=7),
        by=people.moderator,
        reason="Reklame",
        now=now,
    )
    roles = {
        "visitor": people.visitor,
        "new": make_user(name="Nils Ny"),
        "known": known(make_user(name="Kari Kjent")),
        "silenced": silenced,
        "asker": known(people.asker),
        "answerer": known(people.answerer),
        "staff": people.staff,
        "other_staff": people.other_staff,
        "other_owner": owner,
        "moderator": people.moderator,
        "administrator": make_user(name="Ada Admin", groups=(Group.ADMINISTRATOR,)),
        "manager": make_user(name="Lars Leder", groups=(Group.MANAGER,)),
    }
    assert tuple(roles) == ROLES
    return people, roles


def put(post, state, people):
    """Bring a post, or its question, into a state out of the ordinary."""
    now = timezone.now()
    thread = post.question if isinstance(post, Answer) else post
    if state == "reported":
        flags.flag(post=post, by=make_user(name="Mads Melder"), reason="rude", now=now)
    if state == "closed":
        moderation.close(question=thread, by=people.moderator, reason="Utdatert", now=now)
    if state == "held":
        moderation.hold(question=thread, post=post, held_for="links", now=now)
    if state == "hidden":
        moderation.hide(post=post, by=people.moderator, reason="Reklame", now=now)
    if state == "withdrawn":
        type(post).objects.filter(pk=post.pk).update(withdrawn_at=now)
    if state == "merged":
        into = asked(people.moderator, title="Det samme")
        merging.merge(question=thread, into=into, by=people.moderator, now=now)


def question_in(state, people):
    """A question in a state."""
    question = asked(people.asker)
    if state in ("answered", "solved"):
        answer = answered(question, people.answerer)
    if state == "official":
        answered(question, people.staff, team=people.team)
    if state == "solved":
        services.accept_answer(answer=answer, by=people.asker, now=timezone.now())
    put(question, state, people)
    return Question.objects.get(pk=question.pk)


def answer_in(state, people):
    """An answer in a state."""
    question = asked(people.asker)
    team = people.team if state == "official" else None
    answer = answered(question, people.staff if team else people.answerer, team=team)
    if state == "solved":
        services.accept_answer(answer=answer, by=people.asker, now=timezone.now())
    if state.startswith("under_"):
        put(question, state.removeprefix("under_"), people)
    else:
        answer.question = question
        put(answer, state, people)
    return Answer.objects.select_related("question").get(pk=answer.pk)


def wanted(table, action, state):
    """The roles the table gives an action in a state."""
    return frozenset().union(*(who for states, who in table[action] if state in states))


def may(user, action, post):
    """Whether a person may: by the policy, and when it is to write something, by the guard."""
    if not can(user, action, post):
        return False
    if action not in WRITING:
        return True
    try:
        guard.check_may_write(user, timezone.now())
    except PermissionDenied:
        return False
    return True


def found(table, roles, post):
    """Who may do what to a post."""
    return {
        action: {role for role, user in roles.items() if may(user, action, post)}
        for action in table
    }


def test_the_tables_leave_no_action_out():
    assert set(QUESTION) | set(ANSWER) == set(Action)
    assert set(Action) - set(QUESTION) == {Action.VOTE, Action.ACCEPT, Action.CONFIRM}
    of_questions = {Action.ANSWER, Action.ANSWER_OFFICIALLY, Action.ME_TOO, Action.RETAG}
    assert set(Action) - set(ANSWER) == of_questions


@pytest.mark.parametrize("state", QUESTION_STATES)
def test_who_may_do_what_to_a_question_and_who_sees_it(state):
    people, roles = cast()
    question = question_in(state, people)
    assert found(QUESTION, roles, question) == {
        action: set(wanted(QUESTION, action, state)) for action in QUESTION
    }
    seen = {
        role
        for role, user in roles.items()
        if Question.objects.visible_to(user).filter(pk=question.pk).exists()
    }
    assert seen == SEES_QUESTION[state]
    assert refused(QUESTION, roles, question, state) == set()


@pytest.mark.parametrize("state", ANSWER_STATES)
def test_who_may_do_what_to_an_answer_and_who_sees_it(state):
    people, roles = cast()
    answer = answer_in(state, people)
    assert found(ANSWER, roles, answer) == {
        action: set(wanted(ANSWER, action, state)) for action in ANSWER
    }
    seen = {
        role
        for role, user in roles.items()
        if Answer.objects.visible_to(user).filter(pk=answer.pk).exists()
    }
    assert seen == SEES_ANSWER[state]
    assert refused(ANSWER, roles, answer, state) == set()


def refused(table, roles, post, state):
    """What a service did although the table says no; empty when every one of them refused."""
    done = set()
    for action in set(table) - {Action.SEE_HISTORY}:  # which is reading
        for role in SIGNED_IN - wanted(table, action, state):
            try:
                with transaction.atomic():
                    SERVICES[action](post, roles[role], timezone.now())
                    done.add((action, role))
                    transaction.set_rollback(True)
            except PermissionDenied:
                pass
    return done


def _edit(post, by, now):
    if isinstance(post, Answer):
        return editing.edit_answer(answer=post, by=by, body="Noe annet", seen=0, now=now)
    return editing.edit_question(
        question=post,
        by=by,
        title="Noe helt annet",
        body="Noe annet",
        language="nb",
        product=post.product,
        seen=0,
        now=now,
    )


def _withdraw(post, by, now):
    if isinstance(post, Answer):
        return editing.withdraw_answer(answer=post, by=by, now=now)
    return editing.withdraw_question(question=post, by=by, now=now)


def _official(post, by, now):
    team = by.teams.first() or make_team()
    return services.give_official_answer(
        question=post, by=by, team=team, body="x", now=now, form_key=str(uuid.uuid4())
    )


SERVICES = {
    Action.ANSWER: lambda post, by, now: services.answer_question(
        question=post, by=by, body="Et svar", now=now
    ),
    Action.ANSWER_OFFICIALLY: _official,
    Action.ME_TOO: lambda post, by, now: services.me_too(question=post, by=by, now=now),
    Action.VOTE: lambda post, by, now: services.vote(answer=post, by=by, now=now),
    Action.ACCEPT: lambda post, by, now: services.accept_answer(answer=post, by=by, now=now),
    Action.CONFIRM: lambda post, by, now: services.confirm_answer(answer=post, by=by, now=now),
    Action.EDIT: _edit,
    Action.WITHDRAW: _withdraw,
    Action.RETAG: lambda post, by, now: editing.retag(
        question=post, by=by, topics=[], access_packages=[], now=now
    ),
    Action.FLAG: lambda post, by, now: flags.flag(post=post, by=by, reason="rude", now=now),
    Action.HIDE: lambda post, by, now: moderation.hide(post=post, by=by, reason="x", now=now),
    Action.RESTORE: lambda post, by, now: moderation.restore(post=post, by=by, now=now),
    Action.APPROVE: lambda post, by, now: moderation.approve(post=post, by=by, now=now),
    Action.DISMISS_FLAGS: lambda post, by, now: moderation.dismiss_flags(post=post, by=by, now=now),
    Action.MOVE: lambda post, by, now: moderation.move(
        question=post, product=make_product(), by=by, now=now
    ),
    Action.CLOSE: lambda post, by, now: moderation.close(question=post, by=by, reason="x", now=now),
    Action.MERGE: lambda post, by, now: merging.merge(
        question=post, into=asked(by, title="Det samme"), by=by, now=now
    ),
    Action.REOPEN: lambda post, by, now: moderation.reopen(question=post, by=by, now=now),
    Action.SEPARATE: lambda post, by, now: merging.separate(question=post, by=by, now=now),
}


def test_a_silenced_member_changes_nothing_they_wrote_before_and_may_still_take_it_back():
    people, _roles = cast()
    question = asked(people.asker)
    own = answered(question, people.answerer)
    now = timezone.now()
    sanctions.silence(
        person=people.answerer,
        until=now + timedelta(days=1),
        by=people.moderator,
        reason="Reklame",
        now=now,
    )
    with pytest.raises(PermissionDenied):
        asked(people.answerer, at=now)
    with pytest.raises(PermissionDenied):
        answered(question, people.answerer, now=now)
    with pytest.raises(PermissionDenied):
        _edit(own, people.answerer, now)
    editing.withdraw_answer(answer=own, by=people.answerer, now=now)
    assert Answer.objects.get(pk=own.pk).withdrawn_at == now
