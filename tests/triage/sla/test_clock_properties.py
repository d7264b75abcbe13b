"""What holds for the clocks of every ticket, whatever happened to it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.triage.sla.generated import random_cases
from triage.sla.clock import CLOCK_EVENTS, Event, business_time, next_due, ticket_clocks, used_time
from triage.sla.explain import explain_clock
from triage.sla.policy import DEFAULT_CALENDARS, DEFAULT_POLICY
from triage.tickets.kinds import CaseType, Priority
from triage.tickets.states import EVENTS, INITIAL_STATUS, allowed_actions, check_transition

FIRST = datetime.fromisoformat("2026-03-01T00:00:00+00:00")
GAPS = st.one_of(st.integers(0, 3 * 3600), st.integers(0, 3 * 86_400), st.integers(0, 20 * 86_400))
TYPES, PRIORITIES = st.sampled_from(list(CaseType)), st.sampled_from(list(Priority))


@st.composite
def histories(draw):
    """Events as the state machine allows them, with random time between them."""
    at = FIRST + timedelta(seconds=draw(st.integers(0, 300 * 86_400)))
    events = [Event(kind="opened", at=at, case_type=draw(TYPES), priority=draw(PRIORITIES))]
    status = INITIAL_STATUS
    for _ in range(draw(st.integers(0, 12))):
        action = draw(st.sampled_from(allowed_actions(status)))
        status = check_transition(status, action)
        at += timedelta(seconds=draw(GAPS))
        if EVENTS[action] in CLOCK_EVENTS:
            events.append(draw(_event(EVENTS[action], at)))
    return events


@st.composite
def _event(draw, kind, at):
    more = {}
    if kind == "type_changed":
        more["case_type"] = draw(TYPES)
    if kind == "priority_changed":
        more["priority"] = draw(PRIORITIES)
    if kind == "merged":
        more["start"] = at - timedelta(seconds=draw(GAPS))
        more["responded_at"] = draw(st.sampled_from([None, at]))
    return Event(kind=kind, at=at, automatic=draw(st.booleans()), **more)


def replay(events, now):
    return ticket_clocks(events, DEFAULT_POLICY, DEFAULT_CALENDARS, now=now)


def test_clocks_agree_with_themselves(request):
    @random_cases(request)
    @given(histories(), GAPS)
    def check(events, wait):
        now = events[-1].at + timedelta(seconds=wait)
        for clock in replay(events, now):
            assert not (clock.met_at and clock.stopped_at)
            waits = {pause.kind for pause in clock.pauses} - {"resolved"}
            assert clock.kind != "first_response" or not waits
            if clock.due_at is None:
                assert clock.paused_since
                assert clock.breached_at is None
            else:
                calendar = DEFAULT_CALENDARS[clock.calendar]
                used = business_time(calendar, clock.start, clock.due_at, clock.pauses)
                assert used == clock.target_time
                assert clock.warning_at <= clock.due_at
                late = clock.due_at < (clock.ended_at or now)
                assert clock.breached_at == (clock.due_at if late else None)

    check()


def test_a_target_is_missed_exactly_when_more_than_its_time_was_used(request):
    @random_cases(request)
    @given(histories(), GAPS)
    def check(events, wait):
        now = events[-1].at + timedelta(seconds=wait)
        for clock in replay(events, now):
            if used_time(clock, DEFAULT_CALENDARS, now) > clock.target_time:
                assert clock.breached_at
            if clock.breached_at is None:
                assert used_time(clock, DEFAULT_CALENDARS, now) <= clock.target_time

    check()


def test_explanations_of_clocks_add_up(request):
    @random_cases(request, usual=100, thorough=3_000)
    @given(histories(), GAPS)
    def check(events, wait):
        now = events[-1].at + timedelta(seconds=wait)
        for clock in replay(events, now):
            found = explain_clock(clock, DEFAULT_CALENDARS, now)
            # in UTC: a wall time that comes twice equals nothing of another zone (PEP 495)
            assert (found.due_at and found.due_at.astimezone(UTC)) == clock.due_at
            if found.due_at is not None:
                assert found.counted == clock.target_time

    check()


def test_done_clocks_never_change_unless_the_case_is_reopened(request):
    @random_cases(request)
    @given(histories(), GAPS)
    def check(events, wait):
        now = events[-1].at + timedelta(seconds=wait)
        for count in range(1, len(events)):
            if any(event.kind == "reopened" for event in events[count:]):
                continue
            done = {c for c in replay(events[:count], now) if not c.running}
            assert done <= set(replay(events, now))

    check()


def test_the_stored_due_time_is_the_earliest_of_the_running_clocks(request):
    @random_cases(request, usual=100, thorough=3_000)
    @given(histories())
    def check(events):
        clocks = replay(events, events[-1].at)
        dues = sorted(c.due_at for c in clocks if c.running and c.due_at)
        first = next_due(clocks)
        assert (first.due_at if first else None) == (dues[0] if dues else None)

    check()


def test_the_present_time_changes_nothing_but_breaches(request):
    @random_cases(request, usual=100, thorough=3_000)
    @given(histories(), GAPS)
    def check(events, wait):
        soon, late = (
            replay(events, events[-1].at),
            replay(events, events[-1].at + timedelta(seconds=wait)),
        )
        assert [(c.kind, c.number, c.due_at, c.ended_at) for c in soon] == [
            (c.kind, c.number, c.due_at, c.ended_at) for c in late
        ]

    check()
