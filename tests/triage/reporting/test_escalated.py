"""Handed-over cases that guidance answered, and advice instead of handing over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.roles import Line
from tests.factories import make_team
from tests.triage.reporting.scenes import LONG_AGO, oslo, scope_of
from tests.triage.tickets.desk import opened
from triage.oversight import sources
from triage.reporting import escalated
from triage.reporting.figures import Share
from triage.sla.months import Month
from triage.suggestions.models import TicketSuggestion
from triage.tickets import merging, services
from triage.tickets.models import Ticket

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
AT = oslo("2026-10-14 12:00")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def hand_over(desk, at=AT, to=None, ticket=None, **fields) -> Ticket:
    ticket = ticket or opened(desk, at=LONG_AGO, **fields)
    services.hand_over(
        ticket=ticket,
        by=desk.people.agent,
        to=to or desk.second,
        reason="unsure",
        tried="x",
        now=at,
    )
    return ticket


def link(ticket, *, published=AT - DAY, used=AT + DAY, document="article:7") -> None:
    sources.note_articles(ticket=ticket, articles={document: published}, now=used)


def share(desk, month=OCTOBER, **more) -> Share:
    found = escalated.escalations(scope_of(desk.people.manager, **more))
    return found.answered(lambda cell: cell.month).get(month, Share())


def test_an_article_that_was_there_and_stood_in_the_answer_counts(desk):
    link(hand_over(desk))
    hand_over(desk)
    assert share(desk) == Share(1, 2)


@pytest.mark.parametrize(
    ("published", "used", "counts"),
    [
        (AT, AT, 1),
        (AT + SECOND, AT + DAY, 0),  # written because of the case
        (AT - DAY, AT - SECOND, 0),  # the first line had answered with it, and it was not enough
    ],
)
def test_the_article_is_older_than_the_hand_over_and_the_answer_younger(
    desk, published, used, counts
):
    link(hand_over(desk), published=published, used=used)
    assert share(desk) == Share(counts, 1)


@pytest.mark.parametrize(
    ("document", "at", "used", "counts"),
    [
        ("article:7", AT - DAY, AT + DAY, 1),
        ("question:7", AT - DAY, AT + DAY, 0),
        ("article:7", AT + SECOND, AT + DAY, 0),
        ("article:7", AT - DAY, None, 0),
    ],
)
def test_an_article_suggested_before_and_used_after_counts(desk, document, at, used, counts):
    ticket = hand_over(desk)
    TicketSuggestion.objects.create(ticket=ticket, document=document, score=1, at=at, used_at=used)
    assert share(desk) == Share(counts, 1)


def test_a_case_counts_once_in_the_month_a_second_line_team_first_got_it(desk):
    ticket = hand_over(desk, oslo("2026-10-31 23:59:59"))
    services.hand_over(
        ticket=ticket,
        by=desk.people.expert,
        to=desk.third,
        reason="unsure",
        tried="x",
        now=oslo("2026-11-02 10:00"),
    )
    assert share(desk) == Share(0, 1) and share(desk, NOVEMBER) == Share()
    found = escalated.escalations(scope_of(desk.people.manager))
    assert [cell.team for cell in found.cells] == [desk.second.pk]


def test_what_is_no_case_or_another_desks_is_left_out(desk):
    nothing, duplicate = hand_over(desk), hand_over(desk)
    services.mark_not_a_case(ticket=nothing, by=desk.people.agent, now=AT + DAY)
    merging.mark_duplicate(
        ticket=duplicate, by=desk.people.agent, of=opened(desk, at=LONG_AGO), now=AT + DAY
    )
    hand_over(desk, AT + DAY, to=make_team(line=Line.OTHER_DESK), ticket=hand_over(desk))
    other = hand_over(desk)
    services.resolve(
        ticket=other, by=desk.people.agent, solution_code="other_desk", body="Der.", now=AT + DAY
    )
    assert share(desk) == Share()


def test_the_lists_are_as_long_as_the_figures(desk):
    for number in range(5):
        ticket = hand_over(desk, AT + number * DAY)
        if number % 2:
            link(ticket, used=AT + 10 * DAY)
    scope = scope_of(desk.people.manager)
    assert share(desk) == Share(2, 5)
    assert escalated.escalated_cases(scope).count() == 5
    assert escalated.answered_cases(scope).count() == 2


def test_security_cases_are_counted_for_those_who_may_read_them_only(desk):
    link(hand_over(desk, to=desk.guards, security=True))
    assert share(desk) == Share()
    found = escalated.escalations(scope_of(desk.people.guard))
    assert found.answered(lambda cell: cell.month) == {OCTOBER: Share(1, 1)}


def test_advice_counts_once_for_a_case_the_first_line_kept(desk):
    kept, given_away = opened(desk, at=LONG_AGO), opened(desk, at=LONG_AGO)
    for ticket in (kept, given_away):
        for team, at in ((desk.second, AT), (desk.third, AT + DAY)):
            services.consult(
                ticket=ticket, by=desk.people.agent, team=team, question="Hva?", now=at
            )
    hand_over(desk, AT + 2 * DAY, ticket=given_away)
    scope = scope_of(desk.people.manager)
    assert escalated.consults(scope) == {OCTOBER: 1}
    assert list(escalated.consulted_cases(scope)) == [kept]
