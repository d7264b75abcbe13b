"""How quick the sweep is among very many cases, and how quick the log is replayed.

    python -m tests.benchmarks.bench_sweep [--cases 1000000] [--due 100] [--replayed 2000]

Makes a temporary database beside the one in DATABASE_URL (SQLite or PostgreSQL), copies one case
until there are enough by statements of the database, and measures: replaying the log of some; the
range query of the sweep with its plan, when a third of the cases is open and `--due` have come due;
and the whole sweep of those with its statements. Then the database is taken away again.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from tests.benchmarks.beside import own_database, own_folder

OPENED = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SWEPT = OPENED + timedelta(hours=3, minutes=1)  # three quarters of four hours are used up
ROUNDS = 50
LIMIT = 20.0  # ms for the range query
FUTURE = {
    "postgresql": "sweep_at + (ticket_id % 864000 + 120) * interval '1 second'",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S', sweep_at, (ticket_id % 864000 + 120) || ' seconds')",
}


def fill(cases: int) -> None:
    """One case as people open them, and copies of its rows."""
    from django.db import connection

    from tests.triage.tickets.desk import make_desk, opened
    from triage.tickets.models import Ticket, TicketClock, TicketEvent

    first = opened(make_desk(), case_type="incident", impact=2, urgency=2, at=OPENED)
    with connection.cursor() as cursor:
        for model in (Ticket, TicketEvent, TicketClock):
            own = "id" if model is Ticket else "ticket_id"
            columns = [field.column for field in model._meta.concrete_fields]
            columns = [name for name in columns if name == own or name != "id"]
            copied = ", ".join("n" if name == own else f'"{name}"' for name in columns)
            table, names = model._meta.db_table, ", ".join(f'"{name}"' for name in columns)
            cursor.execute(
                "WITH RECURSIVE numbers(n) AS (SELECT %s + 1 UNION ALL SELECT n + 1 FROM numbers "
                f"WHERE n < %s) INSERT INTO {table} ({names}) "  # noqa: S608  names of models
                f"SELECT {copied} FROM {table} CROSS JOIN numbers WHERE {own} = %s",
                [first.pk, first.pk + cases - 1, first.pk],
            )
        _analyse(cursor)


def spread(due: int) -> None:
    """Leave some due; of the others a third is open and due later, the rest has ended."""
    from django.db import connection

    from triage.tickets.models import Ticket

    last = Ticket.objects.order_by("pk").values_list("pk", flat=True)[due - 1]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE tickets_ticketclock SET sweep_at = {FUTURE[connection.vendor]} "  # noqa: S608
            f"WHERE ticket_id > {last} AND ticket_id % 3 = 0"
        )
        cursor.execute(
            "UPDATE tickets_ticketclock SET sweep_at = NULL, met_at = started_at "
            "WHERE ticket_id > %s AND ticket_id %% 3 <> 0",
            [last],
        )
        cursor.execute(
            "UPDATE tickets_ticket SET status = 'resolved', resolved_at = opened_at, "
            "solution_code = 'answer' WHERE id > %s AND id %% 3 <> 0",
            [last],
        )
        _analyse(cursor)


def _analyse(cursor) -> None:
    from django.db import connection

    cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def measure_replay(count: int) -> None:
    """Print how long the first cases take, in batches as the command reads them."""
    from triage.tickets.batches import in_batches
    from triage.tickets.models import Ticket
    from triage.tickets.replaying import BATCH, Proof, differences_of

    proof = Proof()
    batches = in_batches(Ticket.objects.all(), BATCH)
    began = time.perf_counter()
    for tickets in takewhile(lambda _: proof.tickets < count, batches):
        if list(differences_of(tickets, proof, now=SWEPT)):
            raise SystemExit("a copied case differs from its log")
    took = time.perf_counter() - began
    print(
        f"  replay: {proof.tickets:,} cases, {proof.clocks:,} clocks in {took:.2f} s, "
        f"{took / proof.tickets * 1e6:.0f} µs for each case",
        flush=True,
    )


def measure_query(due: int) -> bool:
    """Print the plan and the times of the range query; says whether it is quick enough."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from triage.tickets.sweeping import BATCH, due_for_a_look

    with CaptureQueriesContext(connection) as asked:
        found = due_for_a_look(SWEPT, limit=BATCH)
    assert (len(found), len(asked)) == (due, 1)
    explain = {"postgresql": "EXPLAIN (ANALYZE, BUFFERS)", "sqlite": "EXPLAIN QUERY PLAN"}
    with connection.cursor() as cursor:
        cursor.execute(f"{explain[connection.vendor]} {asked[0]['sql']}")
        plan = [str(row[-1]) for row in cursor.fetchall()]
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        due_for_a_look(SWEPT, limit=BATCH)
        times.append((time.perf_counter() - began) * 1000)
    print("  plan: " + " | ".join(line.strip() for line in plan))
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[18]
    print(
        f"  range query: {len(found)} due, 1 statement, p50 {p50:.2f} ms, p95 {p95:.2f} ms "
        f"(limit {LIMIT:.0f} ms)",
        flush=True,
    )
    return p95 <= LIMIT and any("clocks_to_sweep" in line for line in plan)


def measure_sweep() -> None:
    """Print the whole sweep of what is due, with log, notices and stored clocks, and the mail."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from triage.tickets.deadline_mail import tell
    from triage.tickets.sweeping import sweep

    began = time.perf_counter()
    with CaptureQueriesContext(connection) as asked:
        count = sweep(SWEPT)
    took = time.perf_counter() - began
    print(
        f"  sweep: {count} clocks dealt with in {took:.2f} s, {len(asked)} statements, "
        f"{(len(asked) - 1) / count:.1f} for each",
    )
    began = time.perf_counter()
    mails = tell(SWEPT + timedelta(minutes=15))
    print(f"  telling: {mails} mails in {time.perf_counter() - began:.2f} s", flush=True)


def run(cases: int, due: int, replayed: int) -> bool:
    """Fill a database of its own, measure, and take it away; says whether the limit holds."""
    from django.db import connection

    with own_database():
        began = time.perf_counter()
        fill(cases)
        took = time.perf_counter() - began
        print(f"{connection.vendor}, {cases:,} cases, filled in {took:.0f} s", flush=True)
        measure_replay(replayed)
        spread(due)
        holds = measure_query(due)
        measure_sweep()
        return holds


def main() -> int:
    """Read the arguments and run against a temporary database."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=100)
    parser.add_argument("--replayed", type=int, default=2_000)
    arguments = parser.parse_args()
    with own_folder():
        return 0 if run(arguments.cases, arguments.due, arguments.replayed) else 1


if __name__ == "__main__":
    sys.exit(main())
