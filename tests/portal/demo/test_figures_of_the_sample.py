"""The reports' figures against a plain walk over the sample's log, to the case.

Nothing here is shared with the queries: rows are read whole and counted one by one.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Team, User
from tests.portal.demo.conftest import AS_OF
from triage.oversight import reviews
from triage.oversight.models import (
    Assessment,
    Criterion,
    Rating,
    Reading,
    ReviewedAnswer,
    UsedArticle,
)
from triage.reporting import answering, escalated, helped, reviewed, satisfaction, secure
from triage.reporting.scope import Scope
from triage.sla.months import Month, Period
from triage.sla.service_model import service_model
from triage.suggestions.models import Effect, TicketSuggestion
from triage.tickets.models import Involvement, Message, Ticket, TicketClock, TicketEvent

pytestmark = pytest.mark.xdist_group("figures of the sample")  # loaded once

OSLO = ZoneInfo("Europe/Oslo")
FIRST, LAST = (2026, 9), (2026, 11)


@pytest.fixture
def scope(sample) -> Scope:
    """The months of the sample, as a manager sees them."""
    manager = User.objects.filter(groups__name="manager").order_by("pk").first()
    return Scope(user=manager, period=Period(Month(*FIRST), Month(*LAST), OSLO), now=AS_OF)


def month_of(at: datetime) -> tuple[int, int]:
    local = at.astimezone(OSLO)
    return local.year, local.month


def within(at: datetime | None) -> bool:
    return at is not None and at < AS_OF and FIRST <= month_of(at) <= LAST


def key(month: Month) -> tuple[int, int]:
    return month.year, month.number


def ordinary() -> dict[int, Ticket]:
    """What this manager may open, decided again from the rows: no security cases."""
    found = Ticket.objects.select_related("organisation", "product")
    return {ticket.pk: ticket for ticket in found if not ticket.security}


def test_time_to_answer_by_group(scope):
    tickets, calls = ordinary(), defaultdict(list)
    answers = TicketClock.objects.filter(kind="first_response")
    promised = set(answers.values_list("ticket", flat=True))  # some promises have ended
    logs = defaultdict(list)
    for event in TicketEvent.objects.order_by("at", "pk"):
        logs[event.ticket_id].append(event)
    for pk, ticket in tickets.items():
        answered = next(
            (
                event.at
                for event in logs[pk]
                if event.kind in ("public_reply", "waiting_customer", "resolved", "merged")
                and _answers(event)
            ),
            None,
        )
        if not within(answered) or pk not in promised:
            continue
        start = min(
            [ticket.opened_at]
            + [
                datetime.fromisoformat(event.data["start"])
                for event in logs[pk]
                if event.kind == "merged" and event.at <= answered
            ]
        )
        size = ticket.organisation.size if ticket.organisation else ""
        wall = math.floor(answered.timestamp()) - math.floor(start.timestamp())
        for group in (("language", ticket.language), ("size", size), ("channel", ticket.channel)):
            calls[group].append(wall)
    found = answering.answers(scope)
    assert found.total > 40
    for name in ("language", "size", "channel"):
        times = found.times(name)
        assert {value: times[value].wall.count for value in times} == {
            value: len(walls) for (group, value), walls in calls.items() if group == name
        }
        for value, spread in times.items():
            walls = sorted(calls[name, value])
            assert spread.wall.median == statistics.median(walls)
            assert spread.wall.p90 == walls[math.ceil(0.9 * len(walls)) - 1]


def _answers(event: TicketEvent) -> bool:
    """Whether a line of the log is a first answer: not automatic, not silent."""
    if event.kind == "merged":
        return bool(event.data.get("responded_at"))
    return not (event.data.get("automatic") or event.data.get("silent"))


def test_service_time_is_open_time_of_the_promises_calendar(scope):
    [row] = answering.answers(scope).rows[:1]
    assert 0 <= row["service"] <= row["wall"]
    tickets = Ticket.objects.filter(first_responded_at__isnull=False, security=False)
    ticket = tickets.order_by("pk").first()
    model = service_model(ticket.policy_id)
    calendar = model.calendars[model.policy.rule_for(ticket.case_type, ticket.priority).calendar]
    assert calendar.zone == OSLO


def test_handed_over_cases_and_what_guidance_answered(scope):
    tickets, second = ordinary(), set()
    others = set(Team.objects.filter(line="other_desk").values_list("pk", flat=True))
    second = set(Team.objects.filter(line="second").values_list("pk", flat=True))
    owned, asked = defaultdict(list), defaultdict(list)
    for part in Involvement.objects.order_by("started_at", "pk"):
        (owned if part.kind == "owner" else asked)[part.ticket_id].append(part)
    used, suggested = defaultdict(list), defaultdict(list)
    for row in UsedArticle.objects.all():
        used[row.ticket_id].append(row)
    for row in TicketSuggestion.objects.all():
        suggested[row.ticket_id].append(row)
    whole, part, kept = Counter(), Counter(), Counter()
    for pk, ticket in tickets.items():
        had = [each for each in owned[pk] if each.team_id in second]
        if not had:
            first = [each for each in asked[pk] if each.team_id in second]
            if first and within(first[0].started_at):
                kept[month_of(first[0].started_at)] += 1
            continue
        if (
            ticket.case_type == "not_a_case"
            or ticket.close_reason in ("not_a_case", "duplicate")
            or ticket.solution_code == "other_desk"
            or any(each.team_id in others for each in owned[pk])
            or not within(had[0].started_at)
        ):
            continue
        at = had[0].started_at
        whole[month_of(at)] += 1
        linked = any(row.published_at <= at <= row.used_at for row in used[pk])
        from_list = any(
            row.document.startswith("article:") and row.used_at and row.at <= at <= row.used_at
            for row in suggested[pk]
        )
        part[month_of(at)] += linked or from_list
    found = escalated.escalations(scope).answered(lambda cell: cell.month)
    assert sum(whole.values()) > 5
    assert {key(month): share.whole for month, share in found.items()} == dict(whole)
    assert {key(month): share.part for month, share in found.items()} == {
        month: part[month] for month in whole
    }
    assert {key(month): count for month, count in escalated.consults(scope).items()} == dict(kept)


def test_forms_with_suggestions(scope):
    forms = defaultdict(dict)
    for row in Effect.objects.order_by("pk"):
        forms[row.place, row.once].setdefault(row.what, row.at)
    counts = defaultdict(Counter)
    for (place, _once), happened in forms.items():
        if not within(happened.get("shown")):
            continue
        cell = counts[month_of(happened["shown"]), place]
        cell["shown"] += 1
        cell["opened"] += "opened" in happened
        cell["sent"] += "sent" in happened
        cell["solved"] += "solved" in happened and "sent" not in happened
    found = helped.helped(scope).cells
    assert sum(forms.shown for forms in found.values()) > 20
    assert {
        (key(month), place): (each.shown, each.opened, each.solved, each.sent)
        for (month, place), each in found.items()
    } == {
        cell: (each["shown"], each["opened"], each["solved"], each["sent"])
        for cell, each in counts.items()
    }


def test_satisfaction(scope):
    tickets = ordinary()
    grades = {rating.solution_id: rating.grade for rating in Rating.objects.all()}
    asked, given = Counter(), defaultdict(Counter)
    for event in TicketEvent.objects.filter(kind="resolved"):
        ticket = tickets.get(event.ticket_id)
        if ticket is None or ticket.requester_id is None or not within(event.at):
            continue
        asked[month_of(event.at)] += 1
        if event.pk in grades:
            given[month_of(event.at)][grades[event.pk]] += 1
    found = satisfaction.satisfaction(scope).by_month
    assert sum(asked.values()) > 20 and sum(map(len, given.values())) > 2
    assert {key(month): each.asked for month, each in found.items()} == dict(asked)
    assert {
        key(month): {grade: count for grade, count in enumerate(each.grades, 1) if count}
        for month, each in found.items()
        if each.answered
    } == {month: dict(count) for month, count in given.items()}


def test_reviews(scope):
    _read_a_sample(scope)
    drawn, read, met = Counter(), Counter(), defaultdict(Counter)
    for answer in ReviewedAnswer.objects.select_related("sample"):
        year, month = map(int, answer.sample.month.split("-"))
        if not FIRST <= (year, month) <= LAST:
            continue
        drawn[year, month] += 1
        if answer.reviewed_at:
            read[year, month] += 1
            for name in Criterion.values:
                met[year, month][name] += getattr(answer, name)
    found = reviewed.reviews(scope).by_month()
    assert sum(drawn.values()) > 5
    for month, findings in found.items():
        place = key(month)
        assert (findings.drawn, findings.read) == (drawn[place], read[place])
        assert {name: findings.share(name).part for name in Criterion.values} == {
            name: met[place][name] for name in Criterion.values
        }
    assert {key(month) for month in found} == set(drawn)


def _read_a_sample(scope: Scope) -> None:
    """November's answers drawn when the month is over, and two in three of them read."""
    sample = reviews.draw(
        month=Month(*LAST),
        zone=OSLO,
        by=scope.user,
        size=30,
        reviewers=[],
        now=AS_OF + timedelta(days=7),
        seed=11,
    )
    for number, answer in enumerate(reviews.answers_for(scope.user, sample)):
        found = {name: (number + at) % 4 > 0 for at, name in enumerate(Criterion.values)}
        if number % 3:
            reviews.review(answer=answer, by=scope.user, found=found, now=AS_OF)


def test_masked_numbers_by_door(scope):
    tickets, seen, numbers = ordinary(), set(), Counter()
    for message in Message.objects.order_by("pk"):
        first = message.from_requester and message.ticket_id not in seen
        if message.from_requester:
            seen.add(message.ticket_id)
        ticket = tickets.get(message.ticket_id)
        if ticket is None or not message.masked_numbers or not within(message.created_at):
            continue
        door = ticket.channel if first else "reply" if message.from_requester else "desk"
        numbers[door] += message.masked_numbers
    found = secure.maskings(scope).by_door()
    assert {door: masked.numbers for door, masked in found.items()} == dict(numbers)


def test_security_cases_and_readings_for_somebody_who_may_read_them(scope):
    team = Team.objects.filter(handles_security=True).first()
    person = team.members.first() or User.objects.filter(is_superuser=True).first()
    Assessment.objects.all().delete()
    scope = Scope(user=person, period=scope.period, now=AS_OF)
    cases = [ticket for ticket in Ticket.objects.all() if ticket.security]
    states = Counter()
    for ticket in cases:
        if within(ticket.opened_at):
            states["overdue" if AS_OF - ticket.opened_at > timedelta(hours=72) else "running"] += 1
    found = secure.count_states(secure.security_cases(scope), AS_OF)
    assert found == dict(states)
    counted = Counter(row.what for row in Reading.objects.all() if within(row.at))
    assert secure.reading_counts(scope) == dict(counted)
