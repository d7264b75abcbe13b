"""Very many cases, for measuring: written in bulk, with a true log and true clocks.

Each is a short story (in, taken, answered and solved) from the sample's families. Nothing follows
them: no mail, no rows for the CRM, no predictions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction

from accounts.terms import signatures_by_organisation
from portal.demo.courses import Course
from portal.demo.telling import World
from portal.demo.timetable import Opening, Source, chance_for, course_from, opening_for
from triage.sla.clock import Clock
from triage.sla.facts import Facts
from triage.sla.opening import from_micros, to_micros
from triage.sla.service_model import ServiceModel, current_service_model
from triage.tickets.clocks import Key, computed, replay
from triage.tickets.models import Involvement, Message, Ticket, TicketClock, TicketEvent

CHUNK = 2_000
BACK = 230  # working days
OPEN_SHARE = 0.03
OPEN_BACK = 5  # working days
WORKDAY = 465  # minutes


@dataclass
class Case:
    """A case while it is being written."""

    opening: Opening
    course: Course
    ticket: Ticket
    events: list[TicketEvent]
    breaches: list[TicketEvent] = field(default_factory=list)
    clocks: dict[Key, dict] = field(default_factory=dict)


class Filler:
    """Writes cases in chunks, so that memory stays the same however many there are."""

    def __init__(self, world: World, source: Source, *, as_of: datetime) -> None:
        self.world = world
        self.source = source
        self.as_of = as_of
        self.model: ServiceModel = current_service_model(as_of)
        self.agents = world.members[world.first_line.pk]
        self.signed = signatures_by_organisation(
            organisation.pk for organisation in world.organisations.values()
        )

    def fill(self, total: int, say: Callable[[str], None]) -> int:
        """Write cases until there are `total` in the database; returns how many that was."""
        before = Ticket.objects.count()
        done = before
        while done < total:
            count = min(CHUNK, total - done)
            self._write([self._case(done + number) for number in range(count)])
            done += count
            say(f"cases: {done} of {total} …")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return done - before

    def _case(self, number: int) -> Case:
        chance = chance_for(f"bulk.{number}")
        questions = self.source.families.questions
        opening = opening_for(
            questions[number % len(questions)], self._moment(chance), self.source, chance
        )
        course = course_from(opening, self.source, chance)
        course.work(5, 400).do("taken").work(10, 400).do("resolved")
        steps = [step for step in course.steps if step.at <= self.as_of]
        if self.is_left_open(opening, chance):
            steps = steps[: chance.randrange(2)]
        ticket = self._ticket(opening, course)
        events = [TicketEvent(kind="opened", at=opening.at, actor=ticket.requester, data={
            "case_type": ticket.case_type, "priority": ticket.priority, "channel": ticket.channel,
            "facts": self._facts(ticket).as_data(),
        })]  # fmt: skip
        for step in steps:
            self._step(ticket, step.do, step.at, events, chance)
        case = Case(opening, course, ticket, events)
        self._set_clocks(case)
        return case

    def _facts(self, ticket: Ticket) -> Facts:
        organisation = ticket.organisation
        if organisation is None:
            return Facts(product=ticket.product.slug if ticket.product else "")
        signed = self.signed.get(organisation.pk, ())
        return Facts(
            product=ticket.product.slug if ticket.product else "",
            segment=organisation.segment,
            organisation=organisation.pk,
            terms=tuple(key for key, at in signed if at <= ticket.opened_at),
        )

    def _moment(self, chance: Random) -> datetime:
        """A working moment of the last year; some of the last days."""
        days = OPEN_BACK if chance.random() < OPEN_SHARE else BACK
        hours = self.model.calendars["service_hours"].opening
        back = chance.randrange(1, days * WORKDAY * 60) * 1_000_000
        return from_micros(hours.instant_of(hours.open_before(to_micros(self.as_of)) - back))

    def is_left_open(self, opening: Opening, chance: Random) -> bool:
        """Whether nobody has solved it yet: half of those of the last week."""
        return opening.at > self.as_of - timedelta(days=7) and chance.random() < 0.5

    def _ticket(self, opening: Opening, course: Course) -> Ticket:
        family, asker = opening.asked.family, opening.asker
        user = self.world.users.get(asker.email) if asker.has_account else None
        security = family.case_type == "security_incident"
        return Ticket(
            subject=opening.asked.wording.subject,
            requester=user,
            contact_name="" if user else asker.name,
            contact_email="" if user else asker.email,
            organisation=self.world.organisations.get(asker.organisation),
            product=self.world.product(family),
            topic=self.world.topic(family),
            case_type=family.case_type,
            impact=family.impact,
            urgency=family.urgency,
            priority=course.priority,
            security=security,
            language=opening.asked.wording.language,
            channel=opening.channel,
            team=self.world.first_line if family.first_line else self.world.teams[family.team],
            policy_id=self.model.version_id,
            opened_at=opening.at,
            changed_at=opening.at,
            version=1,
        )

    def _step(self, ticket: Ticket, kind: str, at: datetime, events: list, chance: Random) -> None:
        members = self.world.members[ticket.team_id] or self.agents
        ticket.assignee = ticket.assignee or chance.choice(members)
        ticket.status, ticket.changed_at = "in_progress", at
        ticket.version += 1
        data = {}
        if kind == "resolved":
            ticket.status, ticket.solution_code = "resolved", "answer"
            ticket.resolved_at = ticket.first_responded_at = at
            data = {"code": "answer"}
        events.append(TicketEvent(kind=kind, at=at, actor=ticket.assignee, data=data))

    def _set_clocks(self, case: Case) -> None:
        clocks = replay(case.ticket, case.events, now=self.as_of)
        case.breaches = [_breach(clock) for clock in clocks if clock.breached_at]
        found = computed(case.ticket, [*case.events, *case.breaches], now=self.as_of)
        case.clocks = found.values
        for name, value in found.summary.items():
            setattr(case.ticket, name, value)

    @transaction.atomic
    def _write(self, cases: list[Case]) -> None:
        Ticket.objects.bulk_create([case.ticket for case in cases], batch_size=CHUNK)
        questions = Message.objects.bulk_create([self._question(case) for case in cases])
        for case, message in zip(cases, questions, strict=True):
            case.events[0].data["message"] = message.pk
        solved = [case for case in cases if case.ticket.resolved_at]
        answers = Message.objects.bulk_create([self._answer(case) for case in solved])
        for case, message in zip(solved, answers, strict=True):
            case.events[-1].data["message"] = message.pk
        for case in cases:
            case.events += case.breaches
            for event in case.events:
                event.ticket = case.ticket
        TicketEvent.objects.bulk_create([event for case in cases for event in case.events])
        TicketClock.objects.bulk_create([row for case in cases for row in _clock_rows(case)])
        Involvement.objects.bulk_create(
            Involvement(
                ticket=case.ticket,
                team=case.ticket.team,
                kind="owner",
                started_at=case.ticket.opened_at,
            )
            for case in cases
        )

    def _question(self, case: Case) -> Message:
        return Message(
            ticket=case.ticket,
            author=case.ticket.requester,
            visibility="public",
            from_requester=True,
            body=case.opening.asked.wording.body,
            created_at=case.ticket.opened_at,
        )

    def _answer(self, case: Case) -> Message:
        return Message(
            ticket=case.ticket,
            author=case.ticket.assignee,
            visibility="public",
            body=case.opening.asked.family.solutions[case.ticket.language],
            created_at=case.ticket.resolved_at,
        )


def _breach(clock: Clock) -> TicketEvent:
    data = {"clock": clock.kind, "number": clock.number, "commitment": clock.commitment}
    return TicketEvent(kind="breached", at=clock.due_at, data=data)


def _clock_rows(case: Case) -> list[TicketClock]:
    return [
        TicketClock(ticket=case.ticket, kind=kind, number=number, **values)
        for (kind, number), values in case.clocks.items()
    ]
