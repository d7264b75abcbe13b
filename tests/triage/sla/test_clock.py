"""The clocks of a ticket, replayed from its events."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.triage.sla.times import oslo, shown
from triage.sla.calendar import CalendarError
from triage.sla.clock import (
    Event,
    Rules,
    current_clocks,
    next_due,
    ticket_clocks,
    used_time,
)
from triage.sla.policy import DEFAULT_CALENDARS, DEFAULT_POLICY, Policy, Rule, Target

LATER = "2027-06-01 12:00"


def event(kind, at, **more):
    return Event(kind=kind, at=oslo(at), **more)


def opened(at, case_type="incident", priority="P3", **more):
    return event("opened", at, case_type=case_type, priority=priority, **more)


def clocks(*events, now=LATER, policy=DEFAULT_POLICY):
    return ticket_clocks(events, policy, DEFAULT_CALENDARS, now=oslo(now))


def clock(kind, *events, now=LATER, policy=DEFAULT_POLICY):
    return current_clocks(clocks(*events, now=now, policy=policy))[kind]


def facts(clock):
    """What the tables below compare: due, met, stopped, breached, paused since."""
    return tuple(
        map(
            shown,
            (
                clock.due_at,
                clock.met_at,
                clock.stopped_at,
                clock.breached_at,
                clock.paused_since,
            ),
        )
    )


# Monday 30 November 2026; service hours 08:00–15:45. P3: 4 h, update 2 wd, 3 wd.
START = opened("2026-11-30 09:00")


def test_a_new_case_has_a_response_and_a_resolution_to_give():
    found = clocks(START, now="2026-11-30 09:05")
    assert [(c.kind, c.number, c.rule, c.commitment, shown(c.due_at)) for c in found] == [
        ("first_response", 1, "P3", "declaration", "2026-11-30 13:00"),
        ("resolution", 1, "P3", "declaration", "2026-12-03 09:00"),
    ]


def test_the_warning_comes_after_three_quarters_of_the_target():
    response = clock("first_response", START)
    assert shown(response.warning_at) == "2026-11-30 12:00"
    assert response.target_time == timedelta(hours=4)


def test_a_warning_may_fall_on_an_earlier_open_day():
    response = clock("first_response", opened("2026-11-27 14:00"))
    assert shown(response.due_at) == "2026-11-30 10:15"
    assert shown(response.warning_at) == "2026-11-30 09:15"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            event("public_reply", "2026-11-30 11:00"),
            ("2026-11-30 13:00", "2026-11-30 11:00", None, None, None),
        ),
        (  # exactly when due: met
            event("public_reply", "2026-11-30 13:00"),
            ("2026-11-30 13:00", "2026-11-30 13:00", None, None, None),
        ),
        (  # a second late: the breach happened when it was due
            event("public_reply", "2026-11-30 13:00:01"),
            ("2026-11-30 13:00", "2026-11-30 13:00:01", None, "2026-11-30 13:00", None),
        ),
        (  # asking back is a first response
            event("waiting_customer", "2026-11-30 11:00", reason="which environment"),
            ("2026-11-30 13:00", "2026-11-30 11:00", None, None, None),
        ),
        (  # so is a solution
            event("resolved", "2026-11-30 11:00"),
            ("2026-11-30 13:00", "2026-11-30 11:00", None, None, None),
        ),
        (  # but not one nobody was told of
            event("resolved", "2026-11-30 11:00", silent=True),
            ("2026-11-30 13:00", None, "2026-11-30 11:00", None, None),
        ),
        (
            event("resolved", "2026-11-30 14:00", automatic=True),
            ("2026-11-30 13:00", None, "2026-11-30 14:00", "2026-11-30 13:00", None),
        ),
        (  # not a case, withdrawn, duplicate: stopped, not met
            event("closed", "2026-11-30 11:00", reason="duplicate"),
            ("2026-11-30 13:00", None, "2026-11-30 11:00", None, None),
        ),
        (
            event("closed", "2026-11-30 14:00", reason="withdrawn"),
            ("2026-11-30 13:00", None, "2026-11-30 14:00", "2026-11-30 13:00", None),
        ),
    ],
)
def test_what_ends_the_first_response(answer, expected):
    assert facts(clock("first_response", START, answer)) == expected


@pytest.mark.parametrize(
    "event_",
    [
        event("public_reply", "2026-11-30 09:01", automatic=True),
        event("waiting_customer", "2026-11-30 09:01", automatic=True),
        event("customer_reply", "2026-11-30 09:01"),
        event("assigned", "2026-11-30 09:01"),
        event("taken", "2026-11-30 09:01"),
        event("waiting_third_party", "2026-11-30 09:01", reason="supplier"),
        event("resumed", "2026-11-30 09:01"),
    ],
)
def test_what_does_not_end_or_pause_the_first_response(event_):
    response = clock("first_response", START, event_, now="2026-11-30 10:00")
    assert facts(response) == ("2026-11-30 13:00", None, None, None, None)


@pytest.mark.parametrize("kind", ["assigned", "taken"])
def test_assignment_answers_when_the_policy_says_so(kind):
    policy = replace(DEFAULT_POLICY, first_response_on=("assigned", "taken"))
    found = clocks(START, event(kind, "2026-11-30 10:00"), policy=policy, now="2026-11-30 10:00")
    assert [(c.kind, shown(c.met_at)) for c in found] == [
        ("first_response", "2026-11-30 10:00"),
        ("update", None),
        ("resolution", None),
    ]
    automatic = clock(
        "first_response", START, event(kind, "2026-11-30 10:00", automatic=True), policy=policy
    )
    assert automatic.met_at is None


def test_looking_into_it_answers_only_when_the_policy_says_so():
    reply = event("public_reply", "2026-11-30 10:00", automatic=True, holding=True)
    assert clock("first_response", START, reply).met_at is None
    counts = (*DEFAULT_POLICY.first_response_on, "holding_reply")
    policy = replace(DEFAULT_POLICY, first_response_on=counts)
    found = clocks(START, reply, policy=policy, now="2026-11-30 10:00")
    assert [(c.kind, shown(c.met_at)) for c in found] == [
        ("first_response", "2026-11-30 10:00"),
        ("update", None),
        ("resolution", None),
    ]
    receipt = event("public_reply", "2026-11-30 09:01", automatic=True)
    assert clock("first_response", START, receipt, policy=policy).met_at is None


HOLDING_COUNTS = (*DEFAULT_POLICY.first_response_on, "holding_reply")


@pytest.mark.parametrize("answers", [DEFAULT_POLICY.first_response_on, HOLDING_COUNTS])
def test_looking_into_it_after_the_answer_is_news_whether_or_not_it_counts_as_an_answer(answers):
    policy = replace(DEFAULT_POLICY, first_response_on=answers)
    answered = event("public_reply", "2026-11-30 10:00")
    held = event("public_reply", "2026-11-30 11:00", automatic=True, holding=True)
    news = event("public_reply", "2026-11-30 11:00")
    assert clocks(START, answered, held, policy=policy) == clocks(
        START, answered, news, policy=policy
    )
    updates = [c for c in clocks(START, answered, held, policy=policy) if c.kind == "update"]
    assert [(shown(c.start), shown(c.met_at)) for c in updates] == [
        ("2026-11-30 10:00", "2026-11-30 11:00"),
        ("2026-11-30 11:00", None),
    ]
    receipt = event("public_reply", "2026-11-30 11:00", automatic=True)
    assert clocks(START, answered, receipt, policy=policy) == clocks(START, answered, policy=policy)


@pytest.mark.parametrize("answers", [DEFAULT_POLICY.first_response_on, HOLDING_COUNTS])
def test_looking_into_it_after_the_end_changes_nothing(answers):
    policy = replace(DEFAULT_POLICY, first_response_on=answers)
    held = event("public_reply", "2026-11-30 11:00", automatic=True, holding=True)
    for end in ("resolved", "closed"):
        ended = event(end, "2026-11-30 09:30", silent=True)
        assert clocks(START, ended, held, policy=policy) == clocks(START, ended, policy=policy)


def test_looking_into_it_while_the_case_waits_outside_leaves_the_update_clock_standing():
    waiting = event("waiting_customer", "2026-11-30 10:00")
    held = event("public_reply", "2026-11-30 11:00", automatic=True, holding=True)
    update = clock("update", START, waiting, held)
    assert shown(update.start) == "2026-11-30 11:00"
    assert shown(update.paused_since) == "2026-11-30 10:00"
    assert update.due_at is None


@pytest.mark.parametrize(
    ("now", "breached"),
    [
        ("2026-11-30 12:59", None),
        ("2026-11-30 13:00", None),
        ("2026-11-30 13:00:01", "2026-11-30 13:00"),
        ("2026-12-24 10:00", "2026-11-30 13:00"),
    ],
)
def test_an_unanswered_case_is_breached_from_its_due_time_on(now, breached):
    assert shown(clock("first_response", START, now=now).breached_at) == breached


ANSWER = event("public_reply", "2026-11-30 10:00")


def test_the_update_clock_starts_with_the_first_answer_and_not_before():
    assert "update" not in current_clocks(clocks(START))
    update = clock("update", START, ANSWER)
    assert (shown(update.start), shown(update.due_at)) == ("2026-11-30 10:00", "2026-12-02 10:00")


def test_each_public_staff_message_starts_a_new_update_period():
    found = clocks(
        START,
        ANSWER,
        event("public_reply", "2026-12-02 09:00"),
        event("public_reply", "2026-12-03 09:00", automatic=True),
        event("public_reply", "2026-12-07 09:00"),
        now="2026-12-07 10:00",
    )
    periods = [(c.number, *facts(c)[:4]) for c in found if c.kind == "update"]
    assert periods == [
        (1, "2026-12-02 10:00", "2026-12-02 09:00", None, None),
        (2, "2026-12-04 09:00", "2026-12-07 09:00", None, "2026-12-04 09:00"),
        (3, "2026-12-09 09:00", None, None, None),
    ]


def test_the_update_clock_stops_while_waiting_and_runs_whole_after_a_question_back():
    waiting = (START, event("waiting_customer", "2026-11-30 10:00", reason="log"))
    assert facts(clock("update", *waiting)) == (None, None, None, None, "2026-11-30 10:00")
    answered = clock("update", *waiting, event("customer_reply", "2026-12-08 12:00"))
    assert facts(answered)[0] == "2026-12-10 12:00"  # two days of open time, the wait left out


def test_a_case_type_without_updates_has_no_update_clock():
    found = clocks(opened("2026-11-30 09:00", "question", "P4"), ANSWER)
    assert [c.kind for c in found] == ["first_response", "resolution"]


# P2: resolution in 8 hours.
URGENT = opened("2026-11-30 09:00", priority="P2")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], ("2026-12-01 09:15", None)),
        (
            [event("waiting_customer", "2026-11-30 10:00")],
            (None, "2026-11-30 10:00"),
        ),
        (  # a reply resumes at once, also outside hours
            [
                event("waiting_customer", "2026-11-30 10:00"),
                event("customer_reply", "2026-11-30 20:00"),
            ],
            ("2026-12-01 15:00", None),
        ),
        (  # an out-of-office answer does not
            [
                event("waiting_customer", "2026-11-30 10:00"),
                event("customer_reply", "2026-11-30 10:01", automatic=True),
            ],
            (None, "2026-11-30 10:00"),
        ),
        (  # nor does the requester end a wait for somebody else
            [
                event("waiting_third_party", "2026-11-30 10:00", reason="supplier"),
                event("customer_reply", "2026-11-30 11:00"),
            ],
            (None, "2026-11-30 10:00"),
        ),
        (
            [
                event("waiting_third_party", "2026-11-30 10:00", reason="supplier"),
                event("resumed", "2026-11-30 11:00"),
            ],
            ("2026-12-01 10:15", None),
        ),
        (  # from one wait into the other
            [
                event("waiting_customer", "2026-11-30 10:00"),
                event("waiting_third_party", "2026-11-30 11:00", reason="supplier"),
                event("resumed", "2026-11-30 12:00"),
            ],
            ("2026-12-01 11:15", None),
        ),
        (  # a reminder to the requester does not resume
            [
                event("waiting_customer", "2026-11-30 10:00"),
                event("public_reply", "2026-12-01 10:00"),
            ],
            (None, "2026-11-30 10:00"),
        ),
        (  # waiting once the target is used up leaves it overdue
            [event("waiting_customer", "2026-12-01 10:00")],
            ("2026-12-01 09:15", "2026-12-01 10:00"),
        ),
    ],
)
def test_resolution_pauses_while_the_case_waits_outside(events, expected):
    resolution = clock("resolution", URGENT, *events)
    assert (shown(resolution.due_at), shown(resolution.paused_since)) == expected


def test_a_paused_clock_keeps_who_is_waited_for_and_why():
    wait = event("waiting_third_party", "2026-11-30 10:00", reason="supplier")
    (pause,) = clock("resolution", URGENT, wait).pauses
    assert (pause.kind, pause.reason, pause.end) == ("waiting_third_party", "supplier", None)


def test_a_warning_passed_before_a_pause_stays():
    resolution = clock("resolution", URGENT, event("waiting_customer", "2026-12-01 08:30"))
    assert (shown(resolution.warning_at), resolution.due_at) == ("2026-11-30 15:00", None)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (event("priority_changed", "2026-11-30 11:00", priority="P2"), "2026-12-01 10:15"),
        (event("priority_changed", "2026-11-30 11:00", priority="P1"), "2026-11-30 14:00"),
        (event("priority_changed", "2026-12-08 11:00", priority="P4"), "2026-12-14 10:00"),
        (event("type_changed", "2026-11-30 11:00", case_type="question"), "2026-12-07 10:00"),
        (event("priority_changed", "2026-11-30 11:00"), "2026-12-03 10:00"),
    ],
)
def test_a_changed_priority_counts_from_the_original_start_with_pauses_kept(changed, expected):
    waits = (
        event("waiting_customer", "2026-11-30 09:30"),
        event("customer_reply", "2026-11-30 10:30"),
    )
    assert shown(clock("resolution", START, *waits, changed).due_at) == expected


def test_a_change_after_the_answer_leaves_the_answered_clock_alone():
    raised = event("priority_changed", "2026-11-30 12:00", priority="P2")
    before, after = (
        clock("first_response", START, ANSWER),
        clock("first_response", START, ANSWER, raised),
    )
    assert after == before


def test_a_raised_priority_may_be_due_before_it_was_raised():
    raised = event("priority_changed", "2026-11-30 12:00", priority="P2")
    response = clock("first_response", START, raised, now="2026-11-30 12:00")
    assert facts(response)[0] == facts(response)[3] == "2026-11-30 10:00"


def test_resolving_in_time_meets_the_target_and_ends_the_updates():
    found = clocks(START, ANSWER, event("resolved", "2026-12-01 12:00"))
    assert [(c.kind, shown(c.met_at), c.running) for c in found] == [
        ("first_response", "2026-11-30 10:00", False),
        ("update", "2026-12-01 12:00", False),
        ("resolution", "2026-12-01 12:00", False),
    ]
    assert next_due(found) is None


def test_resolving_while_waiting_meets_the_target():
    wait = event("waiting_customer", "2026-11-30 10:00")
    resolution = clock("resolution", URGENT, wait, event("resolved", "2026-12-10 12:00"))
    assert (shown(resolution.met_at), resolution.breached_at) == ("2026-12-10 12:00", None)
    assert resolution.paused_since is None


def test_messages_after_the_solution_start_nothing():
    done = (START, ANSWER, event("resolved", "2026-12-01 12:00"))
    thanks = (
        event("customer_reply", "2026-12-01 13:00"),
        event("public_reply", "2026-12-01 14:00"),
        event("waiting_customer", "2026-12-01 14:01"),
        event("resumed", "2026-12-01 14:02"),
        event("resolved", "2026-12-01 14:03"),
        event("closed", "2026-12-01 14:04"),
        event("priority_changed", "2026-12-01 14:05", priority="P1"),
        event("merged", "2026-12-01 14:06", start=oslo("2026-11-02 09:00")),
    )
    assert clocks(*done, *thanks) == clocks(*done)


RESOLVED = event("resolved", "2026-12-01 12:00")


def test_reopening_within_14_days_continues_without_the_time_resolved():
    reopened = event("reopened", "2026-12-10 12:00")
    resolution = clock("resolution", START, ANSWER, RESOLVED, reopened)
    assert resolution.number == 1
    assert facts(resolution)[:3] == ("2026-12-14 09:00", None, None)
    assert [(p.kind, shown(p.end)) for p in resolution.pauses] == [("resolved", "2026-12-10 12:00")]


def test_reopening_starts_a_new_update_period():
    update = clock("update", START, ANSWER, RESOLVED, event("reopened", "2026-12-10 12:00"))
    assert (update.number, shown(update.start)) == (2, "2026-12-10 12:00")


def test_a_solution_after_reopening_is_judged_on_the_whole():
    resolution = clock(
        "resolution",
        START,
        ANSWER,
        RESOLVED,
        event("reopened", "2026-12-10 12:00"),
        event("resolved", "2026-12-14 09:01"),
    )
    assert facts(resolution)[1] == "2026-12-14 09:01"
    assert facts(resolution)[3] == "2026-12-14 09:00"


def test_a_missed_solution_stays_missed_when_reopened():
    late = event("resolved", "2026-12-04 12:00")
    resolution = clock("resolution", START, ANSWER, late, event("reopened", "2026-12-07 12:00"))
    assert facts(resolution)[:4] == ("2026-12-03 09:00", None, None, "2026-12-03 09:00")


def test_reopening_takes_the_priority_of_that_time():
    resolution = clock(
        "resolution",
        START,
        ANSWER,
        RESOLVED,
        event("priority_changed", "2026-12-02 10:00", priority="P2"),
        event("reopened", "2026-12-02 12:00"),
    )
    assert (resolution.rule, shown(resolution.due_at)) == ("P2", "2026-12-01 09:15")


def test_reopening_after_14_days_starts_a_resolution_of_its_own():
    reopened = event("reopened", "2026-12-15 12:00:01")
    found = clocks(START, ANSWER, RESOLVED, reopened, now="2026-12-15 13:00")
    resolutions = [(c.number, *facts(c)) for c in found if c.kind == "resolution"]
    assert resolutions == [
        (1, "2026-12-03 09:00", "2026-12-01 12:00", None, None, None),
        (2, "2026-12-18 12:00:01", None, None, None, None),
    ]


def test_the_fourteenth_day_still_continues():
    reopened = event("reopened", "2026-12-15 12:00")
    assert clock("resolution", START, ANSWER, RESOLVED, reopened).number == 1


def test_a_case_closed_by_mistake_owes_its_answer_since_the_beginning():
    found = clocks(
        START,
        event("closed", "2026-11-30 10:00", reason="not_a_case"),
        event("reopened", "2026-12-01 10:00"),
        now="2026-12-01 10:00",
    )
    assert [(c.kind, *facts(c)[:4]) for c in found] == [
        ("first_response", "2026-11-30 13:00", None, None, "2026-11-30 13:00"),
        ("resolution", "2026-12-04 09:00", None, None, None),
    ]


def test_an_answer_still_owed_when_a_case_is_resolved_is_due_later_by_the_time_it_was_resolved():
    policy = replace(DEFAULT_POLICY, first_response_on=("assigned",))
    resolved = event("resolved", "2026-11-30 10:00")
    reopened = event("reopened", "2026-12-03 10:00")
    waiting = event("waiting_customer", "2026-12-03 11:00")
    response = clock("first_response", START, resolved, reopened, waiting, policy=policy)
    assert facts(response)[:3] == ("2026-12-03 13:00", None, None)
    assert [pause.kind for pause in response.pauses] == ["resolved"]


def test_reopening_what_is_open_changes_nothing():
    assert clocks(START, event("reopened", "2026-11-30 10:00")) == clocks(START)


def test_merging_keeps_the_earliest_start():
    merged = event("merged", "2026-11-30 09:30", start=oslo("2026-11-27 15:00"))
    found = clocks(START, merged, now="2026-11-30 09:30")
    assert [(c.kind, shown(c.start), shown(c.due_at)) for c in found] == [
        ("first_response", "2026-11-27 15:00", "2026-11-30 11:15"),
        ("resolution", "2026-11-27 15:00", "2026-12-02 15:00"),
    ]
    younger = event("merged", "2026-11-30 09:30", start=oslo("2026-11-30 09:15"))
    assert clocks(START, younger) == clocks(START)


def test_merging_an_answered_case_brings_its_answer():
    merged = event(
        "merged",
        "2026-11-30 15:00",
        start=oslo("2026-11-27 09:00"),
        responded_at=oslo("2026-11-27 10:00"),
    )
    found = current_clocks(clocks(START, merged))
    assert facts(found["first_response"])[:4] == (
        "2026-11-27 13:00",
        "2026-11-27 10:00",
        None,
        None,
    )
    assert shown(found["update"].start) == "2026-11-30 15:00"


def test_merging_adds_nothing_to_an_answered_case():
    merged = event("merged", "2026-11-30 15:00", responded_at=oslo("2026-11-27 10:00"))
    assert clocks(START, ANSWER, merged) == clocks(START, ANSWER)
    assert clocks(START, event("merged", "2026-11-30 15:00")) == clocks(START)


def test_what_is_not_a_case_has_no_clocks():
    assert clocks(opened("2026-11-30 09:00", "not_a_case", "P4")) == ()
    corrected = event("type_changed", "2026-11-30 10:00", case_type="not_a_case")
    assert clocks(START, corrected) == ()
    assert clocks() == ()


def test_a_case_no_rule_fits_has_no_clocks():
    policy = Policy("few", (Rule("P1", "always", priorities=("P1",), update=Target(minutes=5)),))
    assert clocks(START, policy=policy) == ()


def test_critical_cases_run_day_and_night():
    found = clocks(opened("2026-12-24 23:50", "security_incident", "P1"))
    assert [(c.kind, c.calendar, c.commitment, shown(c.due_at)) for c in found] == [
        ("first_response", "always", "guarantee", "2026-12-25 00:05"),
        ("resolution", "always", "guarantee", "2026-12-25 03:50"),
    ]


def test_next_due_is_the_running_clock_that_is_due_first():
    found = clocks(START, ANSWER, now="2026-12-10 10:00")
    assert (next_due(found).kind, shown(next_due(found).due_at)) == ("update", "2026-12-02 10:00")
    waiting = clocks(START, event("waiting_customer", "2026-11-30 10:00"))
    assert next_due(waiting) is None


def test_an_unpaused_answer_is_due_before_a_paused_solution():
    found = clocks(START, event("waiting_third_party", "2026-11-30 10:00", reason="supplier"))
    assert next_due(found).kind == "first_response"


@pytest.mark.parametrize(
    ("now", "hours"),
    [("2026-11-30 08:00", 0), ("2026-11-30 11:00", 1), ("2026-12-30 11:00", 1)],
)
def test_used_time_leaves_pauses_out(now, hours):
    resolution = clock("resolution", URGENT, event("waiting_customer", "2026-11-30 10:00"))
    assert used_time(resolution, DEFAULT_CALENDARS, oslo(now)) == timedelta(hours=hours)


def test_used_time_of_a_done_clock_no_longer_grows():
    response = clock("first_response", START, ANSWER)
    assert used_time(response, DEFAULT_CALENDARS, oslo(LATER)) == timedelta(hours=1)


def test_events_may_come_in_any_order_and_zone():
    ordered = (START, ANSWER, RESOLVED)
    assert clocks(*reversed(ordered)) == clocks(*ordered)


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ([ANSWER], "opened once and first: public_reply"),
        ([START, opened("2026-12-01 09:00")], "opened once and first: opened"),
    ],
)
def test_a_log_that_does_not_begin_with_one_opening_is_refused(events, message):
    with pytest.raises(ValueError, match=message):
        clocks(*events)


def test_an_event_needs_a_known_kind_and_a_time_zone():
    with pytest.raises(ValueError, match="'replied' is not an event of the clocks"):
        event("replied", "2026-11-30 09:00")
    with pytest.raises(ValueError, match="has no time zone"):
        Event(kind="opened", at=oslo("2026-11-30 09:00").replace(tzinfo=None))


def test_a_missing_calendar_is_named():
    with pytest.raises(CalendarError, match="'service_hours', which is not given"):
        ticket_clocks([START], DEFAULT_POLICY, {}, now=oslo(LATER))


# --- the rules change while a case is open -------------------------------------------------------

QUICKER = replace(
    DEFAULT_POLICY,
    rules=(
        Rule(
            "quick",
            "service_hours",
            first_response=Target(minutes=60),
            update=Target(working_days=1),
            resolution=Target(working_days=1),
        ),
    ),
)
NOTHING = replace(DEFAULT_POLICY, rules=(Rule("nothing", "service_hours"),))


def moved(at, version=2):
    return event("rules_changed", at, version=version)


def under_both(*events, later=QUICKER, now=LATER):
    rules = Rules(2, later, DEFAULT_CALENDARS)
    found = ticket_clocks(
        events, DEFAULT_POLICY, DEFAULT_CALENDARS, now=oslo(now), version=1, later={2: rules}
    )
    return {(c.kind, c.number): (c.version, shown(c.due_at)) for c in found}


def test_new_rules_measure_what_runs_from_its_original_start():
    found = under_both(START, moved("2026-11-30 09:30"))
    assert found == {
        ("first_response", 1): (2, "2026-11-30 10:00"),
        ("resolution", 1): (2, "2026-12-01 09:00"),
    }


def test_what_is_done_keeps_the_rules_it_was_done_under():
    answered = event("public_reply", "2026-11-30 12:30")
    found = under_both(START, answered, moved("2026-11-30 14:00"))
    assert found == {
        ("first_response", 1): (1, "2026-11-30 13:00"),
        ("update", 1): (2, "2026-12-01 12:30"),
        ("resolution", 1): (2, "2026-12-01 09:00"),
    }


def test_a_pause_is_kept_when_the_rules_change():
    waits = event("waiting_customer", "2026-11-30 10:00")
    back = event("customer_reply", "2026-11-30 12:00")
    found = under_both(START, waits, moved("2026-11-30 11:00"), back)
    assert found["resolution", 1] == (2, "2026-12-01 11:00")


def test_a_promise_the_new_rules_do_not_give_ends_and_one_that_is_done_stays():
    answered = event("public_reply", "2026-11-30 12:30")
    found = under_both(START, answered, moved("2026-11-30 14:00"), later=NOTHING)
    assert found == {("first_response", 1): (1, "2026-11-30 13:00")}


def test_a_case_resolved_before_the_change_keeps_its_clocks_until_it_is_reopened():
    resolved = event("resolved", "2026-11-30 12:00")
    change = moved("2026-12-01 09:00")
    assert under_both(START, resolved, change)["resolution", 1] == (1, "2026-12-03 09:00")
    again = event("reopened", "2026-12-02 12:00")
    assert under_both(START, resolved, change, again)["resolution", 1][0] == 2


def test_rules_that_are_not_given_are_refused():
    with pytest.raises(ValueError, match="the rules 7"):
        under_both(START, moved("2026-11-30 09:30", version=7))
