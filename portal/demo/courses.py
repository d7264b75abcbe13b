"""The courses cases take: who does what and when, as steps in working hours. Pure.

A course is written forward from the moment a case comes in. Whatever is drawn by chance is drawn
from the case's own generator, so a case lives the same life every time it is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from portal.demo.families import Asked
from triage.sla.calendar import Calendar
from triage.sla.due import due_time, next_opening

ASKER, AGENT, EXPERT = "asker", "agent", "expert"
TECHNICAL = ("maskinporten", "altinn-studio", "id-porten", "dialogporten", "samtykke")
WAKING = (7, 21)  # hours in which those who ask write


@dataclass(frozen=True)
class Step:
    """One thing somebody does with a case; `case` is its number within the telling."""

    at: datetime
    do: str
    by: str
    case: int = 0
    more: dict = field(default_factory=dict)


@dataclass
class Course:
    """A case's life while it is being written: where the time stands, and the steps so far."""

    asked: Asked
    opened_at: datetime
    priority: str
    hours: Calendar
    chance: Random
    with_account: bool = True
    steps: list[Step] = field(default_factory=list)
    at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.at = self.opened_at

    def work(self, low: float, high: float) -> Course:
        """Let working time pass, in minutes."""
        minutes = timedelta(minutes=self.chance.uniform(low, high))
        self.at = due_time(self.hours, next_opening(self.hours, self.at), minutes)
        return self

    def days(self, low: float, high: float) -> Course:
        """Let days pass for the one who asked, who writes while awake."""
        self.at = awake(self.at + timedelta(days=self.chance.uniform(low, high)), self.hours.zone)
        return self

    def do(self, what: str, by: str = AGENT, **more) -> Course:
        """Somebody does something now."""
        self.steps.append(Step(self.at, what, by, more=more))
        return self

    def chosen(self, likelihood: float) -> bool:
        """Whether something happens that happens with this likelihood."""
        return self.chance.random() < likelihood


def awake(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, or the next one at which people are up."""
    local = moment.astimezone(zone)
    if local.hour >= WAKING[1]:
        local = (local + timedelta(days=1)).replace(hour=WAKING[0])
    elif local.hour < WAKING[0]:
        local = local.replace(hour=WAKING[0])
    return local


def first_look(course: Course) -> None:
    """Somebody takes the case and puts its labels right: mostly soon, now and then too late."""
    if course.priority == "P1":
        course.work(2, 9)
    elif course.priority == "P2":
        course.work(*((65, 130) if course.chosen(0.12) else (5, 50)))
    elif course.priority == "P3":
        course.work(*((250, 400) if course.chosen(0.1) else (10, 180)))
    else:
        slow = course.chance.random()
        course.work(*((500, 800) if slow < 0.06 else (120, 400) if slow < 0.4 else (5, 120)))
    course.do("take").work(1, 4)
    course.do("correct").work(3, 25)


def answered(course: Course) -> None:
    """Read, answered, solved."""
    first_look(course)
    course.do("resolve")


def answered_then_closed(course: Course) -> None:
    """Answered; the one who asked says that it works."""
    first_look(course)
    course.do("answer").days(0.2, 2.5)
    course.do("thanks", ASKER)
    course.at += timedelta(minutes=2)
    course.do("close", ASKER)


def asked_back(course: Course) -> None:
    """More is needed, comes, and then the answer."""
    first_look(course)
    course.do("ask_back").days(0.1, 3)
    course.do("details", ASKER).work(20, 300)
    course.do("resolve")


def never_heard_from(course: Course) -> None:
    """More is needed and never comes."""
    first_look(course)
    course.do("ask_back").work(10 * 465, 12 * 465)
    course.do("give_up")


def handed_over(course: Course) -> None:
    """A second-line team takes it to the end."""
    first_look(course)
    course.do("progress" if course.chosen(0.8) else "holding").work(5, 30)
    course.do("hand_over").work(20, 240)
    course.do("take", EXPERT).work(20, 200)
    if course.chosen(0.5):
        course.do("note", EXPERT).work(30, 300)
    if course.chosen(0.4):
        course.do("progress", EXPERT).work(60, 500)
    course.do("resolve", EXPERT)


def there_and_back(course: Course) -> None:
    """A second-line team finds out, and the first line answers."""
    first_look(course)
    course.do("progress" if course.chosen(0.6) else "holding").work(5, 30)
    course.do("hand_over").work(30, 300)
    course.do("take", EXPERT).work(30, 240)
    course.do("hand_back", EXPERT).work(10, 120)
    course.do("take").work(5, 30)
    course.do("resolve")


def consulted(course: Course) -> None:
    """A team is asked for advice while the first line keeps the case."""
    first_look(course)
    course.do("consult").work(20, 200)
    course.do("advise", EXPERT).work(10, 90)
    course.do("resolve")


def reopened(course: Course) -> None:
    """Solved, but it did not hold."""
    answered(course)
    course.days(0.7, 4)
    course.do("reopen", ASKER).work(15, 200)
    course.do("resolve_again")


def waited_for_others(course: Course) -> None:
    """Answered, and then it hangs on somebody outside."""
    first_look(course)
    course.do("answer").work(20, 200)
    course.do("wait").work(300, 2500)
    course.do("resume").work(10, 60)
    course.do("resolve")


def reminded(course: Course) -> None:
    """The one who asked writes again before it is solved."""
    first_look(course)
    course.do("progress").days(0.4, 1.5)
    course.do("reminder", ASKER).work(10, 150)
    course.do("resolve")


def withdrawn(course: Course) -> None:
    """The one who asked finds out before anybody answers."""
    course.work(10, 60)
    course.do("close", ASKER)


def not_a_case(course: Course) -> None:
    """An automatic reply, an advertisement, a greeting."""
    course.work(3, 90)
    course.do("not_a_case")


def passed_on(course: Course) -> None:
    """Somebody who is to ask another desk."""
    first_look(course)
    course.do("other_desk")


Tell = Callable[[Course], None]

EASY: tuple[tuple[int, Tell], ...] = (
    (50, answered), (14, answered_then_closed), (7, reminded), (7, reopened), (6, consulted),
    (6, there_and_back), (3, waited_for_others), (3, withdrawn),
)  # fmt: skip
TECHNICAL_MORE = ((18, asked_back), (5, never_heard_from))
HARD = (
    (62, handed_over), (20, there_and_back), (8, reopened), (10, reminded),
)  # fmt: skip


def course_for(course: Course) -> Tell:
    """What happens to a case, drawn among what can happen to one like it."""
    family = course.asked.family
    if family.case_type == "not_a_case":
        return not_a_case
    if family.case_type == "security_incident":
        return handed_over
    segment = course.asked.wording.segment
    if not course.with_account:
        easy = passed_on if segment == "private_user" or course.chosen(0.5) else answered
        return easy if family.first_line else handed_over
    kinds = EASY if family.first_line else HARD
    if family.case_type == "incident" or (family.first_line and family.product in TECHNICAL):
        kinds += TECHNICAL_MORE
    weights = [weight for weight, _tell in kinds]
    return course.chance.choices([tell for _weight, tell in kinds], weights)[0]
