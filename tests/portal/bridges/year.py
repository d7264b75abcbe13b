"""A year of the community played by chance, with a worker that is killed between any two steps.

Time is an argument everywhere, so the year takes seconds. What ought to be true is computed here
anew, minute by minute through the opening hours, and not by the code that is tested.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from cms.community import editing, merging, moderation, services
from cms.community.exceptions import CommunityError
from cms.community.models import Answer, HeldFor, Question
from dispatch import outbox
from portal.bridges import jobs, tasks
from portal.bridges.models import QuestionTask, WaitingRule
from tests.cms.community.posts import known
from tests.factories import make_product, make_user
from triage.sla.calendar import Calendar, calendar_to_json
from triage.sla.models import CalendarVersion, PolicyVersion
from triage.sla.policy import DEFAULT_CALENDARS, DEFAULT_POLICY, policy_to_json
from triage.sla.service_model import current_service_model
from triage.tickets.exceptions import TicketError
from triage.tickets.states import OPEN_STATUSES

START = datetime(2026, 1, 1, tzinfo=UTC)
END = START + timedelta(days=365)
HOUR = timedelta(hours=1)
DEFAULT_HOURS = 8
REFUSED = (CommunityError, TicketError, PermissionDenied)
_OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


class Killed(BaseException):
    """The process ends here: nothing catches it, and what was not committed is gone."""


@contextmanager
def killed_at(statement: int):
    """End the process before its n-th statement."""
    seen = 0

    def count(execute, sql, params, many, context):
        nonlocal seen
        if not sql.lstrip().startswith(_OF_TRANSACTIONS):
            seen += 1
            if seen == statement:
                raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


def working_hours_after(calendar: Calendar, since: datetime, hours: int) -> datetime:
    """The moment with so many open hours since; walked day by day, frame by frame."""
    left = timedelta(hours=hours)
    day = since.astimezone(calendar.zone).date()
    while True:
        for frame in calendar.day(day).frames:
            opens, closes = calendar.instant(day, frame.start), calendar.instant(day, frame.end)
            begins = max(opens, since)
            if begins >= closes:
                continue
            length = closes.astimezone(UTC) - begins.astimezone(UTC)
            if length >= left:
                return begins.astimezone(UTC) + left
            left -= length
        day += timedelta(days=1)


class Year:
    """The people, the questions, and what is to happen to them when."""

    def __init__(self, desk, *, questions: int, seed: int) -> None:
        self.desk = desk
        self.chance = random.Random(seed)  # noqa: S311  a fixed seed, not a secret
        self.plan: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self.order = 0
        self.askers = [known(make_user(name=f"Spør {n}")) for n in range(12)]
        self.helpers = [known(make_user(name=f"Hjelper {n}")) for n in range(12)]
        self.moderator = make_user(name="Moa Moderator", groups=("moderator",))
        self.products = [desk.product, make_product(), make_product()]
        self.since: dict[int, datetime] = {}  # since when each question could be answered
        self.hours: dict[int, int] = {}
        self.calendar = DEFAULT_CALENDARS["service_hours"]
        self.walked: dict[tuple, datetime] = {}
        self.counts: Counter[str] = Counter()
        current_service_model(START)
        for number in range(questions):
            self._at(self._any_moment(START, END), lambda now, n=number: self._ask(n, now))
        self._at(START + timedelta(days=120), self._change_hours)
        self._at(START + timedelta(days=220), self._change_calendar)

    def _at(self, moment: datetime, action: Callable[[datetime], None]) -> None:
        if moment < END:
            self.order += 1
            heapq.heappush(self.plan, (moment, self.order, action))

    def _any_moment(self, first: datetime, last: datetime) -> datetime:
        seconds = int((last - first).total_seconds())
        return first + timedelta(seconds=self.chance.randrange(seconds))

    def _soon(self, now: datetime, hours: float) -> datetime:
        return now + timedelta(hours=self.chance.expovariate(1 / hours))

    # --- what happens -------------------------------------------------------------------------

    def _ask(self, number: int, now: datetime) -> None:
        question = services.ask_question(
            by=self.chance.choice(self.askers),
            title=f"Spørsmål nummer {number} om et scope",
            body="Hva gjør vi nå?",
            language=self.chance.choice(["nb", "nn", "en"]),
            product=self.chance.choice(self.products),
            now=now,
        )
        self.since[question.pk] = now
        fates = [
            (0.65, self._answer, 20),
            (0.06, self._hide, 40),
            (0.05, self._hold, 30),
            (0.04, self._close, 50),
            (0.04, self._merge, 40),
            (0.03, self._withdraw, 60),
            (0.03, self._move, 20),
        ]
        for likely, action, hours in fates:
            if self.chance.random() < likely:
                self._at(self._soon(now, hours), lambda at, a=action: self._try(a, question.pk, at))

    def _try(self, action, pk: int, now: datetime) -> None:
        """Do it as the thread stands now; what is refused is no part of the year."""
        question = Question.objects.select_related("product").get(pk=pk)
        try:
            with transaction.atomic():
                action(question, now)
        except REFUSED:
            self.counts["refused"] += 1
        else:
            self.counts[action.__name__.strip("_")] += 1

    def _answer(self, question: Question, now: datetime) -> None:
        helper = self.chance.choice(self.helpers)
        answer = services.answer_question(question=question, by=helper, body="Slik.", now=now)
        fate = self.chance.random()
        if fate < 0.12:
            self._later(self._withdraw_answer, answer.pk, self._soon(now, 60))
        elif fate < 0.27:
            self._later(self._hide_answer, answer.pk, self._soon(now, 60))
        elif fate < 0.6:
            self._later(self._accept, answer.pk, self._soon(now, 10))

    def _later(self, action, answer_pk: int, moment: datetime) -> None:
        """Do something to an answer wherever it stands by then: threads are joined meanwhile."""

        def act(now: datetime) -> None:
            answer = Answer.objects.select_related("question").get(pk=answer_pk)
            try:
                with transaction.atomic():
                    action(answer, now)
            except REFUSED:
                self.counts["refused"] += 1
            else:
                self.counts[action.__name__.strip("_")] += 1

        self._at(moment, act)

    def _withdraw_answer(self, answer: Answer, now: datetime) -> None:
        editing.withdraw_answer(answer=answer, by=answer.author, now=now)

    def _accept(self, answer: Answer, now: datetime) -> None:
        services.accept_answer(answer=answer, by=answer.question.asker, now=now)

    def _hide_answer(self, answer: Answer, now: datetime) -> None:
        moderation.hide(post=answer, by=self.moderator, reason="Feil", now=now)
        if self.chance.random() < 0.4:
            self._later(self._restore_answer, answer.pk, self._soon(now, 40))

    def _restore_answer(self, answer: Answer, now: datetime) -> None:
        moderation.restore(post=answer, by=self.moderator, now=now)

    def _hide(self, question: Question, now: datetime) -> None:
        moderation.hide(post=question, by=self.moderator, reason="Reklame", now=now)
        if self.chance.random() < 0.6:
            self._at(self._soon(now, 40), lambda at: self._try(self._restore, question.pk, at))

    def _restore(self, question: Question, now: datetime) -> None:
        moderation.restore(post=question, by=self.moderator, now=now)
        self.since[question.pk] = now

    def _hold(self, question: Question, now: datetime) -> None:
        if not question.is_in_sight:
            raise PermissionDenied
        moderation.hold(question=question, post=question, held_for=HeldFor.FLAGS, now=now)
        self._at(self._soon(now, 30), lambda at: self._try(self._approve, question.pk, at))

    def _approve(self, question: Question, now: datetime) -> None:
        moderation.approve(post=question, by=self.moderator, now=now)
        self.since[question.pk] = now

    def _close(self, question: Question, now: datetime) -> None:
        moderation.close(question=question, by=self.moderator, reason="Foreldet", now=now)
        if self.chance.random() < 0.5:
            self._at(self._soon(now, 50), lambda at: self._try(self._reopen, question.pk, at))

    def _reopen(self, question: Question, now: datetime) -> None:
        moderation.reopen(question=question, by=self.moderator, now=now)
        self.since[question.pk] = now

    def _merge(self, question: Question, now: datetime) -> None:
        other = self.chance.choice(sorted(set(self.since) - {question.pk}) or [question.pk])
        into = Question.objects.get(pk=other)
        merging.merge(question=question, into=into, by=self.moderator, now=now)
        if self.chance.random() < 0.4:
            self._at(self._soon(now, 50), lambda at: self._try(self._separate, question.pk, at))

    def _separate(self, question: Question, now: datetime) -> None:
        merging.separate(question=question, by=self.moderator, now=now)
        self.since[question.pk] = now

    def _withdraw(self, question: Question, now: datetime) -> None:
        editing.withdraw_question(question=question, by=question.asker, now=now)

    def _move(self, question: Question, now: datetime) -> None:
        product = self.chance.choice([p for p in self.products if p.pk != question.product_id])
        moderation.move(question=question, product=product, by=self.moderator, now=now)

    def _change_hours(self, now: datetime) -> None:
        self.hours = {self.products[1].pk: 3, self.products[2].pk: 30}
        for product, hours in self.hours.items():
            WaitingRule.objects.create(product_id=product, hours=hours)

    def _change_calendar(self, now: datetime) -> None:
        data = calendar_to_json(DEFAULT_CALENDARS["service_hours"])
        closed = {(now + timedelta(days=n)).date().isoformat(): "Flytting" for n in range(3, 8)}
        data["closed_days"] = closed
        policy = PolicyVersion.objects.create(
            name="etter flytting", valid_from=now, data=policy_to_json(DEFAULT_POLICY)
        )
        for name, calendar in DEFAULT_CALENDARS.items():
            stored = data if name == "service_hours" else calendar_to_json(calendar)
            policy.calendars.add(
                CalendarVersion.objects.create(name=name, valid_from=now, data=stored)
            )
        self.calendar = current_service_model(now).calendars["service_hours"]

    # --- the worker and the desk --------------------------------------------------------------

    def round(self, now: datetime) -> None:
        """The worker comes by; now and then it is killed somewhere on the way."""
        if self.chance.random() < 0.35:
            try:
                with killed_at(self.chance.randrange(1, 90)):
                    self._work(now)
            except Killed:
                self.counts["killed"] += 1
                return
        else:
            self._work(now)
        self.counts["rounds"] += 1
        assert self.forgotten(now) == []

    def _work(self, now: datetime) -> None:
        jobs.see_to_questions(now)
        outbox.drain(now, topics=["community", "mail"])

    def answer_at_desk(self, now: datetime) -> None:
        """Somebody at the desk answers one of the tasks; sometimes their process is killed too."""
        live = QuestionTask.objects.filter(ticket__status__in=[str(s) for s in OPEN_STATUSES])
        found = list(live.order_by("pk").values_list("pk", flat=True))
        if not found:
            return
        task = QuestionTask.objects.select_related("ticket").get(pk=self.chance.choice(found))
        key = UUID(int=self.chance.getrandbits(128))
        answer = {
            "ticket": task.ticket,
            "by": self.desk.people.agent,
            "team": self.desk.first,
            "body": "Slik gjør dere.",
            "now": now,
            "key": key,
        }
        try:
            if self.chance.random() < 0.3:
                with killed_at(self.chance.randrange(1, 60)):
                    tasks.publish_answer(**answer)
            else:
                tasks.publish_answer(**answer)
        except Killed:
            self.counts["killed at the desk"] += 1
        except REFUSED:
            self.counts["refused at the desk"] += 1
        else:
            self.counts["answered at the desk"] += 1

    def play(self) -> None:
        """The whole year, and a day after it for what is still under way."""
        while self.plan:
            now, _order, action = heapq.heappop(self.plan)
            action(now)
            if action in (self.round, self.answer_at_desk):
                continue
            if self.chance.random() < 0.6:
                self._at(now + timedelta(seconds=self.chance.randrange(1, 4_000)), self.round)
            if self.chance.random() < 0.25:
                self._at(self._soon(now, 1), self.answer_at_desk)
        for hours in range(0, 48, 6):
            self._work(END + timedelta(hours=hours))
        assert self.forgotten(END + timedelta(days=2)) == []

    # --- what ought to be true ------------------------------------------------------------------

    def due(self, question: Question) -> datetime:
        """When the desk ought to take the question up, by the rules as they are now."""
        hours = self.hours.get(question.product_id, DEFAULT_HOURS)
        asked = (id(self.calendar), self.since[question.pk], hours)
        if asked not in self.walked:
            self.walked[asked] = working_hours_after(self.calendar, self.since[question.pk], hours)
        return self.walked[asked]

    def waiting(self) -> list[Question]:
        """Threads everybody can read and answer, without an answer anybody can read."""
        rows = Question.objects.filter(
            hidden_at=None, held_at=None, withdrawn_at=None, merged_into=None, closed_at=None
        )
        return [
            row
            for row in rows.filter(first_answered_at=None).defer("body", "html")
            if row.answer_count == 0
        ]

    def forgotten(self, now: datetime) -> list[int]:
        """Threads past their working hours with neither an answer nor an open task."""
        waiting = self.waiting()
        rows = QuestionTask.objects.filter(question__in=[each.pk for each in waiting])
        tasks_of = dict(rows.values_list("question", "ticket__status"))
        return [
            question.pk
            for question in waiting
            if self.due(question) <= now and tasks_of.get(question.pk) not in OPEN_STATUSES
        ]
