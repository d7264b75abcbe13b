"""When cases come in, day by day. Pure.

What comes on a date is decided by the date alone, so that a sample loaded later tells the same
history, and one that is moved forward goes on from where it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from portal.demo.cast import Asker, Cast
from portal.demo.courses import AGENT, EXPERT, Course, Step, course_for
from portal.demo.families import NOT_A_CASE, Asked, Families, bokmaal
from triage.sla.calendar import Calendar
from triage.tickets.priority import priority_for

HISTORY = timedelta(weeks=17)
QUIET = timedelta(days=10)  # before the end, when most of what comes in is among the open cases
OUTAGE_EVERY = 23  # days, more or less
BUSY_HOURS = (8, 8.5, 9, 9, 9.5, 10, 10, 10.5, 11, 11.5, 12.5, 13, 13, 13.5, 14, 14.5, 15)
USUAL = (4, 3, 3, 3, 2, 1, 1)  # cases on each day of the week, one more or less
EVENING = 0.1  # share of cases that come after hours
PRESENT = 4  # every fourth wording is kept for the cases that are open at the end


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A case as it comes in; its labels may be wrong or missing until somebody has looked."""

    asked: Asked
    asker: Asker
    at: datetime
    channel: str
    with_product: bool = True
    with_type: bool = True
    with_urgency: bool = True
    has_file: bool = False


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One or several cases with everything that happens to them, in the order of time."""

    key: str
    openings: tuple[Opening, ...]
    steps: tuple[Step, ...] = field(default=())


@dataclass(frozen=True)
class Source:
    """What tellings are made from."""

    families: Families
    cast: Cast
    hours: Calendar


def chance_for(key: str) -> Random:
    """The generator of a case; the same key draws the same."""
    return Random(key)  # noqa: S311  a story, not a secret


def opening_for(asked: Asked, at: datetime, source: Source, chance: Random) -> Opening:
    """How a case comes in: by whom, by which door, and with which labels."""
    asker = source.cast.for_wording(asked.wording, chance)
    incident = asked.family.case_type == "incident"
    return Opening(
        asked=asked,
        asker=asker,
        at=at,
        channel=_channel(asked, asker, chance),
        with_product=chance.random() < 0.8,
        with_type=chance.random() < 0.8,
        with_urgency=asked.family.case_type == "security_incident" or chance.random() < 0.75,
        has_file=incident and chance.random() < 0.3,
    )


def _channel(asked: Asked, asker: Asker, chance: Random) -> str:
    forwarded = asked.wording.subject.lower().startswith(("vs:", "sv:", "fw:", "re:", "automat"))
    if forwarded or asked.family.case_type == NOT_A_CASE or not asker.has_account:
        return "email"
    return chance.choices(["portal", "email", "phone", "meeting"], [68, 20, 10, 2])[0]


def course_from(opening: Opening, source: Source, chance: Random) -> Course:
    """An empty course for a case, at the moment it comes in."""
    family = opening.asked.family
    security = family.case_type == "security_incident"
    return Course(
        asked=opening.asked,
        opened_at=opening.at,
        priority=priority_for(family.impact, family.urgency, security=security),
        hours=source.hours,
        chance=chance,
        with_account=opening.asker.has_account,
    )


def history(first: datetime, last: datetime, source: Source) -> Iterator[Telling]:
    """Everything that comes in after `first` and until `last`, thinned towards the end."""
    day = first.astimezone(source.hours.zone).date()
    end = last.astimezone(source.hours.zone).date()
    while day <= end:
        quiet = end - day < QUIET
        for telling in _day(day, source, few=quiet):
            if first < telling.openings[0].at <= last:
                yield telling
        day += timedelta(days=1)


def _day(day: date, source: Source, *, few: bool) -> Iterator[Telling]:
    chance = chance_for(f"{day}")
    is_open = bool(source.hours.day(day).frames)
    outage = chance.random() < 1 / OUTAGE_EVERY * 7 / 5
    for number, at in enumerate(_arrivals(day, source.hours, chance, is_open=is_open)):
        if few and number:
            return
        key = f"{day}.{number}"
        if number == 1 and outage and is_open:
            yield _outage(key, at, source)
        else:
            yield _single(key, at, _place(day, number), source)


def _arrivals(day: date, hours: Calendar, chance: Random, *, is_open: bool) -> list[datetime]:
    """The moments at which cases come in, most on a Monday."""
    usual = USUAL[day.weekday()]
    many = chance.randint(usual - 1, usual + 1) if is_open else chance.randint(0, 1)
    moments = []
    for _ in range(many):
        late = not is_open or chance.random() < EVENING
        hour = chance.choice((18, 19.5, 20, 21)) if late else chance.choice(BUSY_HOURS)
        minutes = int(hour * 60) + chance.randrange(30)
        seconds = timedelta(seconds=chance.randrange(60))
        moments.append(datetime.combine(day, time(minutes // 60, minutes % 60)) + seconds)
    return [moment.replace(tzinfo=hours.zone) for moment in sorted(moments)]


def _place(day: date, number: int) -> int:
    """A running number of a case in history, so that wordings come round in turn."""
    weeks, weekday = divmod(day.toordinal() - 1, 7)
    usual = (sum(USUAL[:weekday]) + weekday, sum(USUAL) + len(USUAL))
    return weeks * usual[1] + usual[0] + number


def _single(key: str, at: datetime, place: int, source: Source) -> Telling:
    chance = chance_for(key)
    if chance.random() < 0.07:
        asked = source.families.noise[place % len(source.families.noise)]
    else:
        kept = [a for n, a in enumerate(source.families.questions) if n % PRESENT]
        asked = kept[place % len(kept)]
    opening = opening_for(asked, at, source, chance)
    course = course_from(opening, source, chance)
    course_for(course)(course)
    return Telling(key=key, openings=(opening,), steps=tuple(course.steps))


def _outage(key: str, at: datetime, source: Source) -> Telling:
    """One fault, several cases from one organisation within the hour, merged into the first."""
    chance = chance_for(key)
    family = chance.choice(source.families.outages)
    openings, steps = [], []
    for number, wording in enumerate(bokmaal(family)[:4]):
        moment = at + timedelta(minutes=number * chance.uniform(4, 15))
        opening = opening_for(Asked(family, wording), moment, source, chance)
        if openings:
            colleague = source.cast.colleague_of(openings[0].asker, chance)
            opening = replace(opening, asker=colleague)
        openings.append(replace(opening, with_urgency=True, with_type=True, channel="portal"))
    main = course_from(openings[0], source, chance)
    main.work(2, 5).do("take").work(1, 3).do("progress").work(2, 6).do("hand_over")
    for number, opening in enumerate(openings[1:], start=1):
        seen = max(opening.at, main.steps[-1].at) + timedelta(minutes=chance.uniform(2, 9))
        steps.append(Step(seen, "duplicate", AGENT, case=number))
    main.work(5, 20).do("take", EXPERT).work(5, 12).do("progress", EXPERT)
    main.work(20, 28).do("progress", EXPERT).work(15, 29).do("resolve", EXPERT)
    ordered = sorted([*main.steps, *steps], key=lambda step: step.at)
    return Telling(key=key, openings=tuple(openings), steps=tuple(ordered))
