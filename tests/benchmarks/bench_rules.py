"""How long it takes to foresee a change of the rules, and to move all open cases to it.

    python -m tests.benchmarks.bench_rules [--cases 100000]

Makes a temporary database beside the one in DATABASE_URL (SQLite or PostgreSQL) with so many open
cases, closes the service for a day, and measures: what the person waits for before deciding; moving
every case in batches, with the memory of the process before and after; and the first page of the
queue while that goes on. At the end all logs are replayed on a part of the cases.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from itertools import takewhile

from tests.benchmarks.bench_sweep import OPENED, fill
from tests.benchmarks.beside import own_database, own_folder

LIMIT = 60.0  # seconds for 100,000 cases
CHANGED = OPENED + timedelta(minutes=30)
CLOSED = date(2026, 11, 25)
PROVED = 2_000  # cases


def draft():
    """The rules in force with one more closed day."""
    from triage.sla.service_model import current_service_model
    from triage.tickets.foreseeing import DRAFT

    model = current_service_model(CHANGED)
    hours = model.calendars["service_hours"]
    shut = replace(hours, closed_days=(*hours.closed_days, (CLOSED, "Stengt")))
    return model.version_id, replace(
        model, version_id=DRAFT, calendars={**model.calendars, "service_hours": shut}
    )


def change_all(cases: int) -> bool:
    """Foresee, change, move every case, and prove it on some; says whether the limit holds."""
    from triage.tickets.foreseeing import foresee
    from triage.tickets.models import Ticket
    from triage.tickets.rule_changes import change_rules

    before, model = draft()
    began = time.perf_counter()
    seen = foresee(model, now=CHANGED)
    print(
        f"  foreseeing: {seen.replayed:,} of {seen.open_cases:,} open cases replayed in "
        f"{time.perf_counter() - began:.2f} s, {seen.changing:,} change",
        flush=True,
    )
    manager = Ticket.objects.first().requester
    manager.is_superuser = True
    change = change_rules(
        model,
        before=before,
        reason="Measured",
        by=manager,
        now=CHANGED,
        for_open_cases=True,
        foreseen=seen,
    )
    return move_all(change, cases)


def move_all(change, cases: int) -> bool:
    """Move every case as the worker does, with a look at the queue between batches."""
    from triage.tickets.models import Ticket
    from triage.tickets.rule_changes import BATCH, move_open_cases

    def largest() -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    memory, looks, took, after = largest(), [], 0.0, 0
    while after is not None:
        began = time.perf_counter()
        after = move_open_cases(change, after=after, now=CHANGED, batch=BATCH)
        took += time.perf_counter() - began
        began = time.perf_counter()
        list(Ticket.objects.open().order_by("queue_at", "pk")[:50])
        looks.append((time.perf_counter() - began) * 1000)
    change.refresh_from_db()
    assert (change.moved, change.left) == (cases, 0)
    print(
        f"  moving: {change.moved:,} cases in {took:.1f} s ({cases / took:,.0f} a second, limit "
        f"{LIMIT * cases / 100_000:.0f} s), memory grew by {largest() - memory:.0f} MB; first page "
        f"of the queue between batches p95 {statistics.quantiles(looks, n=20)[18]:.1f} ms",
        flush=True,
    )
    prove()
    return took <= LIMIT * cases / 100_000


def prove() -> None:
    """Replay the logs of some cases: not one stored value may differ."""
    from triage.tickets.batches import in_batches
    from triage.tickets.models import Ticket
    from triage.tickets.replaying import BATCH, Proof, differences_of

    proof = Proof()
    batches = in_batches(Ticket.objects.all(), BATCH)
    for tickets in takewhile(lambda _: proof.tickets < PROVED, batches):
        if list(differences_of(tickets, proof, now=CHANGED)):
            raise SystemExit("a moved case differs from its log")
    print(f"  replayed afterwards: {proof.tickets:,} cases, 0 differences", flush=True)


def main() -> int:
    """Read the arguments and run against a temporary database."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cases", type=int, default=100_000)
    arguments = parser.parse_args()
    with own_folder():
        from django.db import connection

        with own_database():
            began = time.perf_counter()
            fill(arguments.cases)
            took = time.perf_counter() - began
            print(f"{connection.vendor}, {arguments.cases:,} open cases, filled in {took:.0f} s")
            return 0 if change_all(arguments.cases) else 1


if __name__ == "__main__":
    sys.exit(main())
