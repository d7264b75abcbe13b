"""Who may do what: the whole table of roles, states and actions."""

import pytest
from django.core.exceptions import PermissionDenied

from cms.community.models import Answer, Question
from cms.community.policies import Action, can, check_can, check_speaks_for
from tests.cms.community.posts import ROLES, STATES, in_state, make_people

pytestmark = pytest.mark.django_db

NOBODY = frozenset()
SIGNED_IN = frozenset(ROLES) - {"visitor"}
MODERATOR = frozenset({"moderator"})
STAFF = frozenset({"staff", "other_staff"})

# Who may, for each state: first what is done to the question, then to its answer.
QUESTION = {
    Action.ANSWER: dict.fromkeys(STATES, SIGNED_IN) | {"hidden_question": NOBODY},
    Action.ANSWER_OFFICIALLY: dict.fromkeys(STATES, STAFF) | {"hidden_question": NOBODY},
    Action.ME_TOO: dict.fromkeys(STATES, SIGNED_IN - {"asker"}) | {"hidden_question": NOBODY},
    Action.HIDE: dict.fromkeys(STATES, MODERATOR) | {"hidden_question": NOBODY},
    Action.RESTORE: dict.fromkeys(STATES, NOBODY) | {"hidden_question": MODERATOR},
}
HIDDEN = {"hidden_question": NOBODY, "hidden_answer": NOBODY}
ANSWER = {
    Action.VOTE: dict.fromkeys(STATES, SIGNED_IN - {"answerer"})
    | {"official": SIGNED_IN - {"staff"}}
    | HIDDEN,
    Action.ACCEPT: dict.fromkeys(STATES, frozenset({"asker", "moderator"})) | HIDDEN,
    Action.CONFIRM: dict.fromkeys(STATES, NOBODY) | {"official": frozenset({"staff"})},
    Action.HIDE: dict.fromkeys(STATES, MODERATOR) | {"hidden_answer": NOBODY},
    Action.RESTORE: dict.fromkeys(STATES, NOBODY) | {"hidden_answer": MODERATOR},
}


@pytest.mark.parametrize("state", STATES)
def test_who_may_do_what_to_a_question(state):
    people = make_people()
    question, _answer = in_state(state, people)
    may = {
        action: {role for role in ROLES if can(getattr(people, role), action, question)}
        for action in QUESTION
    }
    assert may == {action: set(roles[state]) for action, roles in QUESTION.items()}


@pytest.mark.parametrize("state", [state for state in STATES if state != "open"])
def test_who_may_do_what_to_an_answer(state):
    people = make_people()
    _question, answer = in_state(state, people)
    may = {
        action: {role for role in ROLES if can(getattr(people, role), action, answer)}
        for action in ANSWER
    }
    assert may == {action: set(roles[state]) for action, roles in ANSWER.items()}


# Who may see the question and the answer in each state.
EVERYBODY = set(ROLES)
SEES = {
    "open": (EVERYBODY, set()),
    "answered": (EVERYBODY, EVERYBODY),
    "official": (EVERYBODY, EVERYBODY),
    "solved": (EVERYBODY, EVERYBODY),
    "hidden_question": ({"asker", "moderator"}, {"asker", "moderator"}),
    "hidden_answer": (EVERYBODY, {"answerer", "moderator"}),
}


@pytest.mark.parametrize("state", STATES)
def test_who_sees_what(state):
    people = make_people()
    in_state(state, people)
    sees = tuple(
        {role for role in ROLES if model.objects.visible_to(getattr(people, role)).exists()}
        for model in (Question, Answer)
    )
    assert sees == SEES[state]


@pytest.mark.parametrize("state", STATES)
def test_what_is_public_is_what_a_visitor_sees(state):
    people = make_people()
    in_state(state, people)
    for model in (Question, Answer):
        visible = model.objects.visible_to(people.visitor)
        assert list(model.objects.public()) == list(visible)


def test_somebody_whose_account_is_closed_may_do_nothing():
    people = make_people()
    question, answer = in_state("answered", people)
    people.moderator.is_active = False
    assert not any(can(people.moderator, action, question) for action in QUESTION)
    assert not any(can(people.moderator, action, answer) for action in ANSWER)


def test_the_refusal_says_why_in_the_language_of_the_page():
    people = make_people()
    question, _answer = in_state("open", people)
    with pytest.raises(PermissionDenied, match="ditt eget spørsmål"):
        check_can(people.asker, Action.ME_TOO, question)


def test_only_those_who_work_in_a_team_speak_for_it():
    people = make_people()
    check_speaks_for(people.staff, people.team)
    with pytest.raises(PermissionDenied):
        check_speaks_for(people.other_staff, people.team)
