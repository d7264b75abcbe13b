"""The cases that are open at the moment of set-up: a working desk, with its due times. Pure.

Each wanted state is a course that stops half-way. How long ago the case came in is searched for,
so that it is due when it should be; how it ends is told when the sample is moved forward.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.demo.cast import WITHOUT_ACCOUNT, Asker
from portal.demo.courses import AGENT, ASKER, EXPERT, Course, Tell
from portal.demo.families import NOT_A_CASE, Asked, bokmaal
from portal.demo.timetable import (
    PRESENT,
    Opening,
    Source,
    Telling,
    chance_for,
    course_from,
    opening_for,
)
from triage.sla.clock import Event, next_due, ticket_clocks
from triage.sla.due import business_time
from triage.sla.opening import from_micros, to_micros
from triage.sla.policy import DEFAULT_CALENDARS, DEFAULT_POLICY

OUTAGE_SINCE = timedelta(minutes=24)
WORKDAY = 465  # minutes of the ordinary service day
MOST_TRIED, MOST_AGES = 12, 90
SOON = (timedelta(minutes=8), timedelta(minutes=112))


def _untouched(course: Course) -> None:
    """Nobody has looked yet."""


def _taken(course: Course) -> None:
    course.work(5, 90).do("take").work(1, 4).do("correct")


def _assigned(course: Course) -> None:
    course.work(5, 60).do("assign")


def _in_progress(course: Course) -> None:
    _taken(course)
    course.work(5, 60).do("progress")


def _waiting(course: Course) -> None:
    _taken(course)
    course.work(5, 60).do("ask_back")


def _has_replied(course: Course) -> None:
    _waiting(course)
    course.days(0.1, 0.9).do("details", ASKER)


def _third_party(course: Course) -> None:
    _taken(course)
    course.work(5, 60).do("answer").work(10, 60).do("wait")


def _second_line(course: Course, told: str = "holding") -> None:
    _taken(course)
    course.work(5, 30).do(told).work(5, 30).do("hand_over")


def _outage(course: Course) -> None:
    """A fault that stops everybody: those on duty work on it at any hour."""
    course.hours = DEFAULT_CALENDARS["always"]
    course.work(2, 4).do("take").work(1, 3).do("progress").work(1, 3).do("hand_over")
    course.work(2, 5).do("take", EXPERT).work(2, 5).do("progress", EXPERT)


def _second_line_works(course: Course) -> None:
    _second_line(course, "progress")
    course.work(10, 90).do("take", EXPERT).work(10, 60).do("note", EXPERT)


def _security(course: Course) -> None:
    course.work(3, 15).do("take").work(2, 8).do("progress").work(2, 8).do("hand_over")


def _second_line_is_late(course: Course) -> None:
    _second_line(course)
    course.work(10, 90).do("take", EXPERT).work(10, 60).do("note", EXPERT)


def _came_back(course: Course) -> None:
    _second_line_works(course)
    course.work(10, 60).do("hand_back", EXPERT)


def _consulted(course: Course) -> None:
    _taken(course)
    course.work(5, 60).do("consult")


def _reopened(course: Course) -> None:
    _taken(course)
    course.work(5, 60).do("resolve").days(0.5, 1.2).do("reopen", ASKER)


Want = Callable[[datetime | None, datetime], bool]


def _ahead(due: datetime | None, now: datetime) -> bool:
    return due is None or due > now + SOON[1]


def _soon(due: datetime | None, now: datetime) -> bool:
    """Within two hours; outside service hours, within two hours after the desk opens."""
    if due is None or due <= now:
        return False
    return SOON[0] < business_time(DEFAULT_CALENDARS["service_hours"], now, due) < SOON[1]


def _late(due: datetime | None, now: datetime) -> bool:
    return due is not None and now - timedelta(hours=20) < due < now - timedelta(minutes=9)


@dataclass(frozen=True)
class State:
    """A number of cases in one state: which may be in it, since when, and when they are due.

    `one_of_guest`: the first is by the one whom visitors of a trial site sign in as, who so has
    something to answer and something to follow.
    """

    name: str
    count: int
    tell: Tell
    youngest: int  # working minutes since the case came in
    oldest: int
    want: Want = _ahead
    takes: Callable[[Asked], bool] = lambda asked: asked.family.first_line
    needs_account: bool = False
    one_of_guest: bool = False


def _hard(asked: Asked) -> bool:
    return not asked.family.first_line and asked.family.case_type != "security_incident"


def _is_security(asked: Asked) -> bool:
    return asked.family.case_type == "security_incident"


def _fault(asked: Asked) -> bool:
    return asked.family.case_type == "incident" or asked.family.product in (
        "maskinporten", "id-porten", "altinn-studio",
    )  # fmt: skip


STATES = (
    State("new", 8, _untouched, 2, 330),
    State("soon", 3, _untouched, 5, 2 * WORKDAY, _soon),
    State("soon-taken", 3, _taken, 100, 4 * WORKDAY, _soon),
    State("late", 2, _taken, 100, 4 * WORKDAY, _late),
    State("late-second-line", 1, _second_line_is_late, 300, 8 * WORKDAY, _late, _hard),
    State("taken", 4, _taken, 100, 300),
    State("assigned", 2, _assigned, 70, 300),
    State("in-progress", 3, _in_progress, 200, 3 * WORKDAY),
    State("waiting", 6, _waiting, 200, 5 * WORKDAY, takes=_fault, needs_account=True,
          one_of_guest=True),
    State("has-replied", 3, _has_replied, 500, 3 * WORKDAY, takes=_fault, needs_account=True),
    State("third-party", 2, _third_party, 300, 6 * WORKDAY),
    State("second-line", 4, _second_line, 120, 1000, takes=_hard),
    State("second-line-works", 4, _second_line_works, 300, 3 * WORKDAY, takes=_hard,
          one_of_guest=True),
    State("security", 2, _security, 40, 200, takes=_is_security),
    State("came-back", 1, _came_back, 400, 2 * WORKDAY, takes=_hard),
    State("consulted", 2, _consulted, 150, 400),
    State("reopened", 2, _reopened, 700, 3 * WORKDAY, needs_account=True),
)  # fmt: skip


def present_key(as_of: datetime) -> str:
    """What the keys of the cases that are open at this moment begin with."""
    return f"now@{as_of.isoformat()}/"


def state_of(key: str) -> str:
    """The state a case was in when it was loaded as one of the open ones; empty for others."""
    return key.rpartition("/")[2].partition(".")[0] if key.startswith("now@") else ""


def present(as_of: datetime, source: Source) -> Iterator[Telling]:
    """The open cases at `as_of`, each told to its end."""
    kept = [asked for n, asked in enumerate(source.families.questions) if n % PRESENT == 0]
    chance_for(f"{as_of:%Y-%m-%d}").shuffle(kept)
    for number, asked in enumerate(source.families.noise[as_of.day % 7 :][:2]):
        at = before(as_of, 15 + 40 * number, source)
        half = _half(f"{present_key(as_of)}noise.{number}", asked, at, _untouched, source)
        yield half.told_to_the_end(as_of)
    family = chance_for(f"{as_of:%Y-%m}").choice(source.families.outages)
    asked = Asked(family, bokmaal(family)[0])
    half = _half(f"{present_key(as_of)}outage.0", asked, as_of - OUTAGE_SINCE, _outage, source)
    yield half.told_to_the_end(as_of)
    for state in STATES:
        for number in range(state.count):
            key = f"{present_key(as_of)}{state.name}.{number}"
            guest = source.cast.guest if state.one_of_guest and number == 0 else None
            yield _find(key, state, kept, as_of, source, guest)


def _find(
    key: str,
    state: State,
    kept: list[Asked],
    as_of: datetime,
    source: Source,
    guest: Asker | None = None,
) -> Telling:
    """A case in the state, due when wanted; if no moment suits, one that is merely in the state."""
    chance = chance_for(key)
    able = [asked for asked in kept if state.takes(asked) and _suits(asked, state)]
    if guest:
        able = [asked for asked in able if _could_be_by(guest, asked, source)]
    found: list[_Half] = []  # in the state, but due at another time than wanted
    for asked in able[:MOST_TRIED]:
        ages = list(range(state.youngest, state.oldest, 7))
        chance.shuffle(ages)
        for age in ages[:MOST_AGES]:
            half = _half(key, asked, before(as_of, age, source), state.tell, source, guest)
            if half.course.at > as_of:
                continue
            due = half.due(as_of)
            if state.want(due, as_of):
                kept.remove(asked)
                return half.told_to_the_end(as_of)
            found.insert(0 if _ahead(due, as_of) else len(found), half)
    half = (
        found[0]
        if found
        else _half(key, able[0], before(as_of, 2, source), _untouched, source, guest)
    )
    kept.remove(half.opening.asked)
    return half.told_to_the_end(as_of)


def _suits(asked: Asked, state: State) -> bool:
    return not state.needs_account or asked.wording.segment not in WITHOUT_ACCOUNT


def _could_be_by(guest: Asker, asked: Asked, source: Source) -> bool:
    wording = asked.wording
    return wording.language == guest.language and guest in source.cast.able_to_write(wording)


def before(as_of: datetime, minutes: int, source: Source) -> datetime:
    """The moment that many working minutes before."""
    opening = source.hours.opening
    wanted = opening.open_before(to_micros(as_of)) - minutes * 60_000_000
    return from_micros(opening.instant_of(wanted)).replace(microsecond=0)


@dataclass(frozen=True)
class _Half:
    """A case told to where it stands."""

    key: str
    opening: Opening
    course: Course

    def due(self, now: datetime) -> datetime | None:
        """When it is due under the example policy."""
        opened = Event(
            kind="opened",
            at=self.opening.at,
            case_type=self.opening.asked.family.case_type,
            priority=self.course.priority,
        )
        steps = [step for step in self.course.steps if step.do in _KINDS]
        events = [opened, *(Event(kind=_KINDS[step.do], at=step.at) for step in steps)]
        clock = next_due(ticket_clocks(events, DEFAULT_POLICY, DEFAULT_CALENDARS, now=now))
        return clock.due_at if clock else None

    def told_to_the_end(self, as_of: datetime) -> Telling:
        """With what happens after `as_of`."""
        _end(self.course, as_of)
        return Telling(key=self.key, openings=(self.opening,), steps=tuple(self.course.steps))


def _half(
    key: str, asked: Asked, at: datetime, tell: Tell, source: Source, guest: Asker | None = None
) -> _Half:
    chance = chance_for(f"{key}.{asked.family.slug}")
    opening = opening_for(asked, at, source, chance)
    opening = replace(opening, with_type=True, with_urgency=True)
    if guest:
        opening = replace(opening, asker=guest, channel="portal")
    course = course_from(opening, source, chance)
    tell(course)
    return _Half(key, opening, course)


def _end(course: Course, as_of: datetime) -> None:
    """What happens later: somebody takes up what lies there and solves it."""
    done = [step.do for step in course.steps]
    last = done[-1] if done else ""
    course.at = max(course.at, as_of)
    if course.asked.family.case_type == NOT_A_CASE:
        course.work(5, 200).do("not_a_case")
        return
    if last == "ask_back":
        course.days(0.2, 2).do("details", ASKER)
    course.work(30, 500)
    if last == "wait":
        course.do("resume").work(5, 30)
    who = EXPERT if "hand_over" in done and "hand_back" not in done else AGENT
    if last in ("", "hand_over", "hand_back", "assign"):
        course.do("take", who).work(10, 120)
    if last == "consult":
        course.do("advise", EXPERT).work(10, 60)
    course.do("resolve", who)


_KINDS = {
    "take": "taken", "assign": "assigned", "answer": "public_reply", "progress": "public_reply",
    "ask_back": "waiting_customer", "details": "customer_reply", "wait": "waiting_third_party",
    "resolve": "resolved", "reopen": "reopened",
}  # fmt: skip
