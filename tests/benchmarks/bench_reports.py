"""How quick the reports are among many cases of 24 months: statements, p50 and p95.

    python -m tests.benchmarks.bench_reports [--sizes 10000 100000] [--rounds 20]

Makes a temporary database beside the one in DATABASE_URL (SQLite or PostgreSQL), fills it with
cases that have a log, deadlines and teams, closes the months, measures every page a manager opens,
as it opens (six months) and for the whole 24, and takes the database away again. Times are of the
whole request in one process. Beside them, in the same run: a plain query that only counts deadlines
by month, and the same page counted from the log, because a filter is in use that closed months are
not kept by.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tests.benchmarks.bench_queue import SUBJECTS, people
from tests.benchmarks.beside import as_in_use, own_database, own_folder

SEED = 20261126
BACK = timedelta(days=730)
CHUNK = 5_000
PEER = 3.6  # seconds at 100,000: the quicker of django-helpdesk's two reports, measured elsewhere
BAR = 1_000  # milliseconds
COMMITTED = {"P1": "guarantee", "P2": "guarantee", "P3": "declaration", "P4": "declaration"}
TARGET = {"P1": 1, "P2": 8, "P3": 48, "P4": 120}  # hours


def fill(count: int, now: datetime) -> dict:
    """Cases of 24 months with everything the reports count."""
    from django.db import connection

    from triage.sla.service_model import version_in_force

    world = people()
    world["policy"] = version_in_force(now)
    chance = random.Random(SEED)
    for start in range(0, count, CHUNK):
        _write(world, min(CHUNK, count - start), chance, now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return world


def _write(world: dict, count: int, chance: random.Random, now: datetime) -> None:
    from triage.oversight.models import Rating, UsedArticle
    from triage.tickets.models import Involvement, Ticket, TicketClock, TicketEvent

    stories = [Story(world, chance, now) for _number in range(count)]
    Ticket.objects.bulk_create([story.ticket for story in stories], batch_size=2000)
    for story in stories:
        story.tell()
    for model, rows in (
        (TicketEvent, "events"),
        (TicketClock, "clocks"),
        (Involvement, "involvements"),
        (Rating, "ratings"),
        (UsedArticle, "articles"),
    ):
        model.objects.bulk_create(
            [row for story in stories for row in getattr(story, rows)], batch_size=5000
        )


class Story:
    """One case: when it came in, which teams had it, and how its deadlines went."""

    def __init__(self, world: dict, chance: random.Random, now: datetime) -> None:
        from triage.tickets.models import NEVER, Ticket

        self.world, self.chance, self.now = world, chance, now
        self.opened = now - timedelta(minutes=chance.randrange(1, int(BACK.total_seconds() // 60)))
        self.priority = chance.choices(["P1", "P2", "P3", "P4"], [1, 9, 30, 60])[0]
        self.hours = TARGET[self.priority]
        took = timedelta(hours=self.hours * chance.choice((0.2, 0.4, 0.6, 0.9, 0.95, 1.4)))
        self.solved = self.opened + took if self.opened + took < now else None
        self.second = chance.choice(world["teams"][1:]) if chance.random() < 0.3 else None
        self.bounced = self.second is not None and chance.random() < 0.2
        team = self.second if self.second and not self.bounced else world["teams"][0]
        fields = {"status": "in_progress", "queue_at": self.opened + timedelta(hours=self.hours)}
        if self.solved:
            fields = {"status": "resolved", "resolved_at": self.solved, "solution_code": "answer"}
            fields["queue_at"] = NEVER
        self.ticket = Ticket(
            subject=chance.choice(SUBJECTS),
            product=chance.choice(world["products"]),
            priority=self.priority,
            requester=chance.choice(world["askers"]),
            organisation=chance.choice(world["organisations"]),
            language=chance.choices(["nb", "nn", "en"], [80, 15, 5])[0],
            channel=chance.choices(["portal", "email", "phone"], [70, 20, 10])[0],
            case_type=chance.choice(["question", "incident", "order", "change_request"]),
            security=chance.random() < 0.02,
            team=team,
            opened_at=self.opened,
            changed_at=self.solved or self.opened,
            policy_id=world["policy"],
            **fields,
        )
        self.events, self.clocks, self.involvements = [], [], []
        self.ratings, self.articles = [], []

    def tell(self) -> None:
        """Write the log, the deadlines and the parts of teams; the case has its number by now."""
        first, at = self.world["teams"][0], self.opened
        self._event("opened", at, channel=self.ticket.channel)
        self._event("taken", at + timedelta(minutes=20))
        parts = [(first, at)]
        if self.second:
            at = self._early(0.1)
            self._event("handed_over", at, **{"from": first.slug, "to": self.second.slug})
            parts.append((self.second, at))
        if self.bounced:
            at = self._early(0.15)
            self._event("handed_back", at, **{"from": self.second.slug, "to": first.slug})
            parts.append((first, at))
        if self.chance.random() < 0.05:
            self._event("consulted", self._early(0.05), team="fagteam-1")
        self._own(parts)
        if self.solved:
            self._event("resolved", self.solved, code="answer")
            self._judge()
            if self.chance.random() < 0.03:
                self._event("reopened", min(self.solved + timedelta(days=2), self.now))
        self._deadline("first_response", self.hours / 8, self.chance.random() < 0.9)
        self._deadline("resolution", self.hours, None)

    def _judge(self) -> None:
        """How the one who asked was satisfied, and the article the answer linked to."""
        from triage.oversight.models import Rating, UsedArticle

        at = min(self.solved + timedelta(hours=3), self.now)
        if self.chance.random() < 0.4:
            grade = self.chance.choices([1, 2, 3, 4, 5], [1, 1, 2, 5, 6])[0]
            solution = self.events[-1]
            rating = Rating(ticket=self.ticket, solution=solution, grade=grade, at=at)
            self.ratings.append(rating)
        if self.chance.random() < 0.3:
            self.articles.append(
                UsedArticle(
                    ticket=self.ticket,
                    document="article:7",
                    published_at=self.opened - timedelta(days=1),
                    used_at=self.solved,
                )
            )

    def _early(self, share: float) -> datetime:
        return self.opened + timedelta(hours=self.hours * share)

    def _event(self, kind: str, at: datetime, **data) -> None:
        from triage.tickets.models import TicketEvent

        self.events.append(TicketEvent(ticket=self.ticket, kind=kind, at=at, data=data))

    def _own(self, parts: list) -> None:
        from triage.tickets.models import Involvement

        ends = [at for _team, at in parts[1:]] + [None]
        for (team, at), end in zip(parts, ends, strict=True):
            self.involvements.append(
                Involvement(
                    ticket=self.ticket, team=team, kind="owner", started_at=at, ended_at=end
                )
            )

    def _deadline(self, kind: str, hours: float, in_time: bool | None) -> None:
        from triage.tickets.models import TicketClock

        due = self.opened + timedelta(hours=hours)
        met = self.solved
        if in_time is not None:
            met = self.opened + timedelta(hours=hours * (0.5 if in_time else 1.5))
            met = met if met < self.now else None
        missed = met > due if met else due < self.now
        self.clocks.append(
            TicketClock(
                ticket=self.ticket,
                kind=kind,
                number=1,
                commitment=COMMITTED[self.priority],
                started_at=self.opened,
                due_at=due,
                met_at=met,
                breached_at=due if missed else None,
            )
        )


def pages(world: dict, months: str) -> Iterator[tuple[str, str]]:
    """What a manager opens: a label and the address."""
    from portal.insight.purposes import PURPOSES
    from triage.sla.months import month_of

    organisation = world["organisations"][0].pk
    yield "key figures", "/rapporter/"
    for purpose in PURPOSES:
        yield purpose.address, f"/rapporter/{purpose.address}/"
    for purpose in PURPOSES:
        yield f"{purpose.address}, 24 months", f"/rapporter/{purpose.address}/?{months}"
    yield (
        "forutsigbarhet, 24 months of one product",
        f"/rapporter/forutsigbarhet/?{months}&product=produkt-3",
    )
    yield (
        "forutsigbarhet, 24 of one organisation (log)",
        f"/rapporter/forutsigbarhet/?{months}&organisation={organisation}",
    )
    yield (
        "forutsigbarhet, 24 months by phone (log)",
        f"/rapporter/forutsigbarhet/?{months}&channel=phone",
    )
    yield "list of missed deadlines", f"/rapporter/saker/missed/?{months}"
    yield "closed months", "/rapporter/lukkede-maneder/"
    from zoneinfo import ZoneInfo

    month = month_of(datetime.now(UTC), ZoneInfo("Europe/Oslo")).plus(-2)
    yield "one closed month beside the log", f"/rapporter/lukkede-maneder/{month}/"
    yield "list of delivery reports", "/leveranserapporter/"
    yield "one delivery report", f"/leveranserapporter/{organisation}/{month}/"


def plain_query(rounds: int) -> float:
    """p50 in ms of a query that only counts deadlines by month: what no report can beat."""
    import statistics

    from django.db.models import Count
    from django.db.models.functions import TruncMonth

    from triage.tickets.models import TicketClock

    times = []
    for _round in range(rounds):
        began = time.perf_counter()
        list(
            TicketClock.objects.annotate(month=TruncMonth("due_at"))
            .values_list("month", "kind")
            .annotate(Count("pk"))
            .order_by()
        )
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def measure(label: str, address: str, client, rounds: int) -> tuple[float, float]:
    """p95 on the wall and of the processor, in ms, of a page that must answer 200; printed too."""
    import statistics

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200, label
    statements = len(captured)
    times, work = [], []
    for _round in range(rounds):
        began, worked = time.perf_counter(), time.process_time()
        client.get(address)
        times.append((time.perf_counter() - began) * 1000)
        work.append((time.process_time() - worked) * 1000)
    p95, work95 = (statistics.quantiles(values, n=20)[18] for values in (times, work))
    print(
        f"  {label:<46}{statements:>3} statements  p50 {statistics.median(times):>7.1f} ms  "
        f"p95 {p95:>7.1f} ms  processor p95 {work95:>7.1f} ms{'' if p95 <= BAR else '  OVER'}",
        flush=True,
    )
    return p95, work95


def run_one(size: int, rounds: int) -> dict[str, tuple[float, float]]:
    """Fill a database of its own, close the months, measure every page.

    Gives p95 by label in ms, on the wall and of the processor.
    """
    from zoneinfo import ZoneInfo

    from django.db import connection
    from django.test import Client

    from triage.reporting.closing import close_months, compare_months
    from triage.sla.months import month_of

    with own_database():
        now, began = datetime.now(UTC), time.perf_counter()
        world = fill(size, now)
        took = time.perf_counter() - began
        print(f"{connection.vendor}, {size:,} cases of 24 months, filled in {took:.0f} s")
        client = Client()
        client.force_login(world["manager"], "allauth.account.auth_backends.AuthenticationBackend")
        last = month_of(now, ZoneInfo("Europe/Oslo"))
        months = f"from={last.plus(-23)}&to={last}"
        for name, work in (("close", close_months), ("compare", compare_months)):
            if name == "close":
                open_months = f"/rapporter/forutsigbarhet/?{months}"
                measure("forutsigbarhet, no month closed", open_months, client, min(rounds, 5))
            began = time.perf_counter()
            work(now)
            print(f"  {name} all months: {time.perf_counter() - began:.1f} s", flush=True)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        found = {
            label: measure(label, address, client, rounds)
            for label, address in pages(world, months)
        }
        plain = plain_query(5)
        print(f"  a plain query that counts deadlines by month: p50 {plain:.0f} ms")
        slowest, (p95, _work) = max(found.items(), key=lambda item: item[1])
        print(
            f"  slowest: {slowest}, {p95 / plain:.1f} times the plain query, "
            f"{p95 / 1000 / PEER:.2f} of django-helpdesk's {PEER} s at 100,000"
        )
        return found


def run(sizes: list[int], rounds: int) -> None:
    """Fill and measure once for each size, and say how it grows."""

    with as_in_use():
        found = {size: run_one(size, rounds) for size in sizes}
    if len(sizes) > 1:
        few, many = min(sizes), max(sizes)
        print(f"  {'p95 in ms (of the processor alone)':<46}{few:>15,}{many:>15,}  growth")
        for label, slow in found[many].items():
            quick = found[few][label]
            columns = "".join(f"{p95:>7.0f} ({work:>5.0f})" for p95, work in (quick, slow))
            print(f"  {label:<46}{columns}{slow[1] / quick[1]:>7.1f} times")


def main() -> None:
    """Read the arguments and run against a temporary database."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    with own_folder():
        run(arguments.sizes, arguments.rounds)


if __name__ == "__main__":
    sys.exit(main())
