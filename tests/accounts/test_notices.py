"""Which mails people want."""

import pytest

from accounts.models import NoticeKind
from accounts.notices import (
    DESK_KINDS,
    MANAGER_KINDS,
    READER_KINDS,
    choose_notices,
    chosen_kinds,
    kinds_for,
    stop_mail,
    wanting_mail,
    wants_mail,
)
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_mail_is_wanted_until_declined(kind):
    assert wants_mail(make_user(), kind)


def test_closed_account_gets_no_mail():
    assert not wants_mail(make_user(is_active=False), "answer")


def test_unknown_kind_is_a_fault_of_the_caller():
    with pytest.raises(ValueError, match="gossip"):
        wants_mail(make_user(), "gossip")


def test_declined_kind_is_not_sent_and_others_are():
    user = make_user()
    choose_notices(user=user, wanted=["receipt"])
    assert [kind for kind in READER_KINDS if wants_mail(user, kind)] == [NoticeKind.RECEIPT]
    assert wants_mail(user, NoticeKind.ASSIGNED)


def test_choice_may_be_changed_back():
    user = make_user()
    choose_notices(user=user, wanted=[])
    choose_notices(user=user, wanted=["answer", "resolved"])
    assert chosen_kinds(user) == [NoticeKind.ANSWER, NoticeKind.RESOLVED]


def test_desk_kinds_are_for_the_desk():
    assert kinds_for(make_user()) == READER_KINDS
    assert kinds_for(make_user(teams=(make_team(),))) == READER_KINDS + DESK_KINDS


def test_managers_choose_about_missed_deadlines_too():
    assert kinds_for(make_user(groups=("manager",))) == READER_KINDS + MANAGER_KINDS


def test_those_who_want_mail_are_found_in_one_query(django_assert_num_queries):
    people = [make_user() for _ in range(3)] + [make_user(is_active=False)]
    choose_notices(user=people[1], wanted=[])
    with django_assert_num_queries(1):
        assert wanting_mail(people, "answer") == [people[0], people[2]]


def test_stopped_kind_is_stopped_for_one_person_and_twice_is_as_once():
    user, other = make_user(), make_user()
    for _time in range(2):
        stop_mail(user=user, kind="thread")
    assert not wants_mail(user, "thread")
    assert wants_mail(user, "mention")
    assert wants_mail(other, "thread")
