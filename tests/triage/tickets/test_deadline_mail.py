"""People are told of deadlines in few mails, in opening hours, and only of what is still so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from accounts.models import NoticeKind
from accounts.notices import stop_mail, wants_mail
from accounts.stopping import kinds_in, read_signed
from dispatch.mail import message_for
from dispatch.models import Mail
from tests.triage.tickets.desk import MINUTE, NOW
from tests.triage.tickets.sweeps import RULES, incident, with_rules
from triage.sla.escalation import Escalation
from triage.tickets import deadline_mail, services
from triage.tickets.deadline_mail import tell
from triage.tickets.models import DeadlineNotice
from triage.tickets.sweeping import sweep, sweep_for_breaches

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FIRST = ("first_response",)


@pytest.fixture
def alone(desk):
    """One agent works in the first line, so that there is one to be told."""
    desk.first.members.remove(desk.people.colleague)
    return desk


def _mails(**fields):
    return list(Mail.objects.filter(kind="deadlines", **fields).order_by("pk"))


def _told(now) -> int:
    sweep(now)
    return tell(now)


def _oslo(text: str) -> datetime:
    """November in Oslo is one hour ahead."""
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC) - HOUR


# --- when -------------------------------------------------------------------------------------


def test_the_first_of_an_urgent_guarantee_is_told_at_once(alone):
    incident(alone, priority="P2")
    assert _told(NOW + 45 * MINUTE + MINUTE) == 1
    [mail] = _mails()
    assert mail.to == alone.people.agent.email
    assert "answer deadline runs out" in mail.text or "svarfristen" in mail.text.lower()


def test_other_deadlines_wait_for_company_and_come_in_one_mail(alone):
    for minute in range(4):
        incident(alone, at=NOW + minute * MINUTE)
    start = NOW + 3 * HOUR + MINUTE
    assert [_told(start + n * MINUTE) for n in range(10)] == [0] * 10
    assert _told(start + 10 * MINUTE) == 1
    [mail] = _mails()
    assert mail.text.count("/desk/saker/V-") == 4


def test_the_rest_comes_in_one_mail_an_hour(alone):
    for minute in range(0, 60, 5):
        incident(alone, at=NOW + minute * MINUTE, priority="P2")
    sent = [
        minute for minute in range(40, 180) if _told(NOW + minute * MINUTE + timedelta(seconds=1))
    ]
    assert sent[0] == 45
    assert all(later - sooner >= 60 for sooner, later in zip(sent, sent[1:], strict=False))
    told = DeadlineNotice.objects.filter(told_at__isnull=False)
    assert len(_mails()) == len(sent) == len(set(told.values_list("told_at", flat=True)))


def test_nothing_is_told_at_night_and_everything_in_one_mail_when_it_opens(alone):
    incident(alone, at=_oslo("24 12:40"))  # an answer by 08:55 on Wednesday
    for minute in range(3):
        incident(alone, at=_oslo("24 14:00") + minute * MINUTE, priority="P2")
    moments = [_oslo("24 15:46") + n * 30 * MINUTE for n in range(32)]
    assert [_told(moment) for moment in moments] == [0] * 32
    assert _told(_oslo("25 08:00")) == 1
    assert _told(_oslo("25 08:01")) == 0


def test_the_most_urgent_is_told_at_midnight_and_takes_nothing_else_along(alone):
    slow = incident(alone, at=_oslo("24 11:45"))
    sweep(_oslo("24 15:44"))
    assert DeadlineNotice.objects.filter(ticket=slow).exists()
    incident(alone, at=_oslo("24 23:50"), priority="P1")
    _told(_oslo("25 00:06"))
    [mail] = _mails(to=alone.people.agent.email)
    assert slow.reference not in mail.text


def test_catching_up_after_three_days_is_one_mail_not_a_storm(alone):
    for minute in range(30):
        incident(alone, at=NOW + minute * MINUTE, priority="P2")
    assert _told(NOW + 3 * DAY) == 1
    assert [_told(NOW + 3 * DAY + n * MINUTE) for n in range(1, 5)] == [0] * 4
    [mail] = _mails()
    assert mail.text.count("V-") >= deadline_mail.MOST_LINES
    assert not deadline_mail.waiting().exists()


def test_two_who_tell_at_the_same_time_send_one_mail(alone):
    incident(alone, priority="P2")
    sweep(NOW + HOUR + MINUTE)
    assert [tell(NOW + HOUR + MINUTE) for _ in range(3)] == [1, 0, 0]


# --- what -------------------------------------------------------------------------------------


def test_a_missed_deadline_is_told_with_when_it_was_due(alone):
    alone.people.agent.language = "en"
    alone.people.agent.save()
    ticket = incident(alone, priority="P2")
    _told(NOW + 2 * HOUR)
    [mail] = _mails()
    assert mail.subject == f"A deadline has run out in case {ticket.reference}"
    assert (
        f"{ticket.reference} (P2): the answer deadline ran out Tuesday 24 November 2026, 11:00 "
        "(guarantee)" in mail.text
    )
    assert f"/desk/saker/{ticket.reference}/" in mail.text
    assert ticket.subject not in mail.text and "invalid_grant" not in mail.text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", ("Svarfristen", "gikk ut", "garanti", "Du velger")),
        ("nn", ("Svarfristen", "gjekk ut", "garanti", "Du vel")),
    ],
)
def test_people_are_told_in_their_own_language(alone, language, said):
    alone.people.agent.language = language
    alone.people.agent.save()
    incident(alone, priority="P2")
    _told(NOW + 2 * HOUR)
    [mail] = _mails()
    for words in said:
        assert words.lower() in mail.text.lower()


def test_a_deadline_near_and_then_missed_is_told_as_missed_alone(alone):
    with_rules(
        Escalation("near", 90, targets=FIRST, notify=("team",)),
        Escalation("gone", 100, targets=FIRST, notify=("team",)),
    )
    incident(alone, priority="P3")
    sweep(NOW + 3 * HOUR + 55 * MINUTE)
    assert _told(NOW + 4 * HOUR + 6 * MINUTE) == 1
    [mail] = _mails()
    assert mail.text.count("V-") == 2  # the sentence and the way there


def test_a_case_answered_in_the_meantime_is_not_told_as_near(alone):
    ticket = incident(alone)
    sweep(NOW + 3 * HOUR + MINUTE)
    services.reply(
        ticket=ticket, by=alone.people.agent, body="Svar", now=NOW + 3 * HOUR + 5 * MINUTE
    )
    assert tell(NOW + 4 * HOUR) == 0
    assert DeadlineNotice.objects.get(clock="first_response").dropped_at == NOW + 4 * HOUR


def test_those_who_want_no_such_mail_get_none_and_still_the_other_kind(alone):
    stop_mail(user=alone.people.agent, kind="deadline_near")
    incident(alone, priority="P2")
    assert _told(NOW + 50 * MINUTE) == 0
    assert _told(NOW + HOUR + MINUTE) == 1


def test_mail_of_deadlines_is_stopped_at_one_press_from_the_mail(alone, client):
    incident(alone, priority="P2")
    assert _told(NOW + 50 * MINUTE) == 1
    [mail] = _mails()
    message = message_for(mail).message()
    assert message["List-Unsubscribe"] == f"<{mail.stop_address}>"
    assert mail.stop_address in mail.text
    path = urlsplit(mail.stop_address).path
    assert "En frist nærmer seg" in client.get(path).content.decode()
    agent = alone.people.agent
    assert wants_mail(agent, "deadline_near")
    for _press in range(2):
        assert client.post(path).status_code == 200
    assert not wants_mail(agent, "deadline_near")
    assert wants_mail(agent, "deadline_missed") and wants_mail(
        alone.people.manager, "deadline_near"
    )


def test_one_press_stops_all_kinds_that_stand_in_a_mail(alone):
    with_rules(*RULES)
    incident(alone, priority="P2")
    assert _told(NOW + HOUR + 2 * MINUTE)
    [mail] = _mails(to=alone.people.agent.email)
    token = urlsplit(mail.stop_address).path.rstrip("/").rpartition("/")[2]
    user, what = read_signed(token)
    assert user == alone.people.agent
    assert kinds_in(what.removeprefix("kind:")) == (NoticeKind.DEADLINE_MISSED,)
    both = [DeadlineNotice(what="missed"), DeadlineNotice(what="near"), DeadlineNotice(what="near")]
    assert deadline_mail._kinds_in(both) == [NoticeKind.DEADLINE_NEAR, NoticeKind.DEADLINE_MISSED]


def test_nobody_is_told_of_a_case_they_may_not_read(desk):
    with_rules(Escalation("boss", 75, targets=FIRST, notify=("managers",)))
    incident(desk, security=True, priority="P2")
    assert _told(NOW + 50 * MINUTE) == 0
    incident(desk, at=NOW + MINUTE, priority="P2")
    assert _told(NOW + 55 * MINUTE) == 1
    [mail] = _mails()
    assert mail.to == desk.people.manager.email and mail.text.count("/desk/saker/") == 1


def test_a_moved_case_is_told_to_its_new_team_alone(desk):
    with_rules(Escalation("move", 100, targets=FIRST, move_to="plattform"))
    ticket = incident(desk, priority="P2")
    _told(NOW + HOUR + MINUTE)
    [mail] = _mails()
    assert mail.to == desk.people.outsider.email
    assert ticket.reference in mail.subject

    back = incident(desk, at=NOW + DAY, priority="P2")
    sweep(NOW + DAY + HOUR + MINUTE)
    services.hand_back(ticket=back, by=desk.people.outsider, reason="Nei", now=NOW + DAY + 2 * HOUR)
    assert tell(NOW + DAY + 2 * HOUR) == 0


def test_the_recurring_job_sweeps_and_tells(alone):
    incident(alone, priority="P2")
    sweep_for_breaches(NOW + HOUR + MINUTE)
    assert len(_mails()) == 1


def test_telling_costs_the_same_statements_for_one_case_and_for_many(
    alone, django_assert_max_num_queries
):
    for minute in range(30):
        incident(alone, at=NOW + minute * MINUTE, priority="P2")
    sweep(NOW + 2 * HOUR)
    with django_assert_max_num_queries(25):
        assert tell(NOW + 2 * HOUR) == 1
