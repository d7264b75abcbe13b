"""Stopping mail at one press: what an address stops, and what it cannot."""

import pytest
from django.core import signing
from django.utils import timezone

from accounts.models import NoticeKind
from accounts.notices import wants_mail
from cms.community import digests, stopping
from cms.community.models import Question, Subscription
from dispatch.mail import message_for
from tests.cms.community.posts import answered, asked, follows, make_people
from tests.cms.community.telling import deliver, mails_to
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def token_of(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


def test_each_address_stops_one_thing_of_one_person():
    people = make_people()
    question, other = asked(people.asker), asked(people.asker)
    now = timezone.now()
    address = stopping.address(user=people.asker, question=question)
    for _time in range(2):
        stopping.carry_out(stopping.read(token_of(address)), now=now)
    assert not follows(people.asker, question)
    assert follows(people.asker, other)
    assert wants_mail(people.asker, NoticeKind.THREAD)

    address = stopping.address(user=people.asker, kind=NoticeKind.MENTION)
    stopping.carry_out(stopping.read(token_of(address)), now=now)
    assert not wants_mail(people.asker, NoticeKind.MENTION)
    assert wants_mail(people.asker, NoticeKind.THREAD)
    assert wants_mail(people.member, NoticeKind.MENTION)


def test_the_digests_address_stops_the_digest():
    user = make_user()
    now = timezone.now()
    digests.subscribe(user=user, rhythm="daily", products=[], audiences=[], now=now)
    stopping.carry_out(stopping.read(token_of(stopping.address(user=user))), now=now)
    assert Subscription.objects.get().next_at is None


@pytest.mark.parametrize("changed", ["", "x", "a:b:c", "[1,2]"])
def test_an_address_that_is_not_ours_stops_nothing(changed):
    assert stopping.read(changed) is None


def test_an_address_with_one_letter_changed_or_signed_for_something_else_stops_nothing():
    user = make_user()
    token = token_of(stopping.address(user=user, kind="thread"))
    assert stopping.read(token) is not None
    assert stopping.read(("a" if token[0] != "a" else "b") + token[1:]) is None
    assert stopping.read(signing.dumps([user.pk, "kind:thread"], salt="elsewhere")) is None


def test_an_address_of_a_person_who_is_no_more_stops_nothing():
    gone = make_user()
    token = token_of(stopping.address(user=gone, kind="thread"))
    gone.delete()
    assert stopping.read(token) is None


def test_an_address_of_a_thread_that_is_no_more_stops_nothing():
    user = make_user()
    token = token_of(stopping.address(user=user, question=Question(pk=999_999)))
    assert stopping.read(token) is None


def test_a_mail_carries_both_headers_and_the_address_in_its_text():
    people = make_people()
    answered(asked(people.asker), people.answerer)
    deliver()
    (mail,) = mails_to(people.asker)
    message = message_for(mail).message()
    assert message["List-Unsubscribe"] == f"<{mail.stop_address}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.stop_address in mail.text
    assert stopping.read(token_of(mail.stop_address)).what == "thread"


def test_a_mail_that_cannot_be_stopped_has_neither_header():
    people = make_people()
    answered(asked(people.asker), people.answerer)
    deliver()
    (mail,) = mails_to(people.asker)
    mail.stop_address = ""
    assert "List-Unsubscribe" not in message_for(mail).message()
    assert "List-Unsubscribe-Post" not in message_for(mail).message()
