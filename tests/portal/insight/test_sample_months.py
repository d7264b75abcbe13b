"""Every figure of the sample's months, against a plain walk through each case's log.

The walk shares nothing with the reports' queries: it reads the log line by line, in Python.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import transaction

from accounts.models import Team, User
from portal.demo import loading
from tests.factories import make_user
from tests.portal.demo.conftest import quiet, without_articles
from triage.reporting import breaches, closing, cooperation, deadlines, solved
from triage.reporting.scope import Scope
from triage.sla.months import Month, Period
from triage.tickets.clocks import replay
from triage.tickets.models import Attachment, Ticket, TicketEvent

pytestmark = pytest.mark.xdist_group("months of the sample")  # loaded once

AS_OF = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
BACK = timedelta(days=35)
OSLO = ZoneInfo("Europe/Oslo")
TWO_WEEKS = timedelta(days=14)
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def sample_months(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[None]:
    """Five weeks of sample cases around the end of October, loaded once for the module."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(loading, "HISTORY", BACK)
        without_articles(patch)
        patch.setattr(loading, "load_reports", lambda as_of: 0)
        folder = tmp_path_factory.mktemp("attachments")
        storage = FileSystemStorage(location=folder)
        patch.setattr(Attachment._meta.get_field("file"), "storage", storage)
        with transaction.atomic():
            loading.load_sample(as_of=AS_OF, say=quiet)
            yield
            transaction.set_rollback(True)


@pytest.fixture
def manager(sample_months, db) -> User:
    """Sees every ordinary case and no security case."""
    return make_user(groups=("manager",))


@dataclass
class Walk:
    """What a case's log tells, line by line."""

    ticket: Ticket
    events: list[TicketEvent]
    lines: dict[str, str]
    owners: list[tuple[str, datetime, datetime | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Who had the case, from when to when."""
        moves = [event for event in self.events if event.kind in ("handed_over", "handed_back")]
        team = moves[0].data["from"] if moves else self.ticket.team.slug
        since = self.events[0].at
        for event in moves:
            self.owners.append((team, since, event.at))
            team, since = event.data["to"], event.at
        self.owners.append((team, since, None))

    def first(self, kind: str, after: datetime | None = None) -> TicketEvent | None:
        """The first line of a kind, from a moment on."""
        found = (e for e in self.events if e.kind == kind and (after is None or e.at >= after))
        return next(found, None)


def walks(security: bool = False) -> list[Walk]:
    """Every case with its log in order."""
    logs: dict[int, list[TicketEvent]] = defaultdict(list)
    for event in TicketEvent.objects.order_by("at", "pk"):
        logs[event.ticket_id].append(event)
    lines = dict(Team.objects.values_list("slug", "line"))
    tickets = Ticket.objects.filter(security=security).select_related("team")
    return [Walk(ticket, logs[ticket.pk], lines) for ticket in tickets]


def month(at: datetime) -> Month:
    local = at.astimezone(OSLO)
    return Month(local.year, local.month)


def scope_of(user: User) -> Scope:
    period = Period(Month(2026, 9), Month(2026, 11), OSLO)
    return Scope(user=user, period=period, now=AS_OF)


def in_period(at: datetime) -> bool:
    return Month(2026, 9) <= month(at) and at < AS_OF


def due_targets(walk: Walk) -> Iterator:
    """The targets of a case that fell due, with whether they were kept."""
    for clock in replay(walk.ticket, walk.events, now=AS_OF):
        if clock.due_at is None or not in_period(clock.due_at):
            continue
        if clock.stopped_at is not None and clock.stopped_at <= clock.due_at:
            continue
        yield clock, clock.met_at is not None and clock.met_at <= clock.due_at


def check_deadlines(user: User) -> None:
    expected, products, missed = Counter(), Counter(), 0
    for walk in walks():
        for clock, kept in due_targets(walk):
            ticket = walk.ticket
            key = (month(clock.due_at), clock.kind, clock.commitment, ticket.priority)
            expected[(*key, ticket.team_id, kept)] += 1
            products[ticket.product_id, kept] += 1
            missed += not kept and clock.commitment == "guarantee"
    found = deadlines.attainment(scope_of(user))
    counted = Counter()
    for cell in found.cells:
        key = (cell.month, cell.kind, cell.commitment, cell.priority, cell.team)
        counted[(*key, True)] += cell.share.part
        counted[(*key, False)] += cell.share.rest
    assert +counted == expected
    assert sum(expected.values()) > 100
    by_product = Counter()
    for product, share in found.products.items():
        by_product[product, True], by_product[product, False] = share.part, share.rest
    assert +by_product == products
    assert breaches.counts(scope_of(user)).unexplained == missed


def check_solved(user: User) -> None:
    expected: dict[Month, list[int]] = defaultdict(lambda: [0, 0, 0])
    for walk in walks():
        first, ticket = walk.first("resolved"), walk.ticket
        if first is None or not in_period(first.at) or ticket.case_type == "not_a_case":
            continue
        if ticket.close_reason in ("not_a_case", "duplicate"):
            continue
        if first.data["code"] == "other_desk":
            continue
        lines = [(walk.lines[team], since) for team, since, _end in walk.owners]
        if any(line == "other_desk" for line, _since in lines):
            continue
        # To the second, as the reports read instants.
        end = first.at.replace(microsecond=0) + TWO_WEEKS
        second = any(line == "second" and since < end for line, since in lines)
        again = walk.first("reopened", first.at)
        reopened = again is not None and again.at < end
        sums = expected[month(first.at)]
        sums[0] += 1
        sums[1] += not second and not reopened
        sums[2] += reopened
    found = solved.solved(scope_of(user))
    assert {at: [s.whole, s.part, s.extra] for at, s in found.by_month.items()} == expected
    assert sum(sums[0] for sums in expected.values()) > 50
    assert solved.first_line_cases(scope_of(user)).count() == sum(s[1] for s in expected.values())


def check_moves(user: User) -> None:
    times: Counter = Counter()
    cases: dict[tuple, set[int]] = defaultdict(set)
    channels: Counter = Counter()
    for walk in walks():
        pk = walk.ticket.pk
        opened = walk.ticket.opened_at
        if in_period(opened):
            channels[walk.ticket.channel] += 1
        happened = [(event.kind, event.at) for event in walk.events]
        happened += [("bounced", at) for at in bounces(walk)]
        for kind, at in happened:
            if kind in (*cooperation.KINDS, "bounced") and in_period(at):
                times[month(at), kind] += 1
                cases[month(at), kind].add(pk)
    found = cooperation.cooperation(scope_of(user))
    counted = {
        key: (moves.times, moves.cases) for key, moves in found.moves.items() if key[1] != "opened"
    }
    assert counted == {key: (count, len(cases[key])) for key, count in times.items()}
    assert {kind for _month, kind in times} >= {"handed_over", "consulted"}
    assert found.channels() == channels


def bounces(walk: Walk) -> Iterator[datetime]:
    """When the case came back to a team that had had it in the two weeks before."""
    for number, (team, since, _end) in enumerate(walk.owners):
        earlier = [end for name, _since, end in walk.owners[:number] if name == team]
        if any(since - TWO_WEEKS <= end <= since for end in earlier):
            yield since


def check_lines(user: User) -> None:
    cases: Counter = Counter()
    hours: Counter = Counter()
    held: dict[tuple, set[int]] = defaultdict(set)
    for walk in walks():
        first = walk.first("resolved")
        if first is None or not in_period(first.at):
            continue
        at = month(first.at)
        cases[at] += 1
        for team, since, end in walk.owners:
            if since < first.at:
                until = min(end or first.at, first.at)
                hours[at, walk.lines[team]] += (until - since).total_seconds()
                held[at, walk.lines[team]].add(walk.ticket.pk)
    found = cooperation.lines(scope_of(user))
    assert found.solved == cases
    assert {key: line.cases for key, line in found.held.items()} == {
        key: len(pks) for key, pks in held.items()
    }
    for key, line in found.held.items():
        # Whole seconds against parts of one: a second for each time somebody had a case.
        assert abs(line.seconds - hours[key]) <= 3 * line.cases, key


CHECKS = (check_deadlines, check_solved, check_moves, check_lines)


@pytest.mark.parametrize("check", CHECKS)
def test_the_figures_of_the_sample_are_those_of_its_logs_to_the_case(manager, check):
    check(manager)


@pytest.mark.parametrize("check", CHECKS)
def test_closed_months_of_the_sample_say_what_its_logs_do(manager, check):
    assert closing.close_months(AS_OF) >= len(closing.MEASURES)
    assert deadlines.attainment(scope_of(manager)).closed.months == {Month(2026, 10)}
    check(manager)
    assert closing.compare_months(AS_OF + SECOND) == 0
