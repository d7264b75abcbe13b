"""How quick the queue page is among many cases: statements, p50 and p95 through Django's client.

    python -m tests.benchmarks.bench_queue [--sizes 10000 100000] [--rounds 40] [--open 0.1]

Makes a temporary database beside the one in DATABASE_URL (SQLite or PostgreSQL), fills it, measures
the page for each kind of desk worker, and takes the database away again. Times are of the whole
request in one process: middleware, permissions, statements, template.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from tests.benchmarks.beside import as_in_use, own_database, own_folder

SEED = 20261124
SHUT = 0.02  # share of cases marked as security
HANDED_OVER = 0.3  # share of cases a second-line team has
SUBJECTS = (
    "Får ikke lagt til scope på klienten",
    "Skjemaet stopper ved signering",
    "Korleis gir vi tilgang til rekneskapsføraren?",
    "Varsel kom ikke frem til mottaker",
    "Token says invalid_grant after key rotation",
)


def people() -> dict:
    """First line, second line, a manager and the organisations that ask."""
    from django.contrib.auth.models import Group

    from accounts.models import Organisation, Team, User
    from taxonomy.models import Product

    lines = [("servicedesk", "first"), ("sikkerhet", "second")]
    lines += [(f"fagteam-{number}", "second") for number in range(1, 7)]
    teams = [
        Team.objects.create(
            slug=slug, name=slug.capitalize(), line=line, handles_security=slug == "sikkerhet"
        )
        for slug, line in lines
    ]
    agents = {team.slug: [] for team in teams}
    for team in teams:
        for number in range(1, 9):
            user = User.objects.create(
                email=f"{team.slug}{number}@fellesetaten.example", name=f"Agent {number}"
            )
            team.members.add(user)
            agents[team.slug].append(user)
    manager = User.objects.create(email="leder@fellesetaten.example", name="Leder")
    manager.groups.add(Group.objects.get_or_create(name="manager")[0])
    askers = User.objects.bulk_create(
        User(email=f"spor{number}@tindvik.example", name=f"Spør {number}") for number in range(500)
    )
    organisations = Organisation.objects.bulk_create(
        Organisation(name=f"Kommune {number}", type="service_owner", segment="municipality")
        for number in range(300)
    )
    products = Product.objects.bulk_create(
        Product(slug=f"produkt-{number}", name_nb=f"Produkt {number}") for number in range(13)
    )
    return {
        "teams": teams,
        "agents": agents,
        "manager": manager,
        "askers": list(askers),
        "organisations": list(organisations),
        "products": list(products),
    }


def tickets(world: dict, count: int, open_share: float, now: datetime) -> Iterator:
    """Cases of a year; those still open are due between two days ago and ten days ahead."""
    from triage.sla.service_model import version_in_force
    from triage.tickets.models import NEVER, Ticket

    chance = random.Random(SEED)
    policy = version_in_force(now)
    for number in range(count):
        is_open = chance.random() < open_share
        team = (
            chance.choice(world["teams"][1:])
            if chance.random() < HANDED_OVER
            else world["teams"][0]
        )
        due = now + timedelta(minutes=chance.randrange(-2 * 1440, 10 * 1440))
        status = chance.choice(["new", "in_progress", "in_progress", "waiting_customer"])
        waits = status == "waiting_customer"
        opened = now - timedelta(minutes=chance.randrange(14 * 1440 if is_open else 365 * 1440))
        fields = {"status": status, "queue_at": NEVER if waits else due}
        if not waits:
            fields |= {"next_due_at": due, "next_due_kind": "resolution"}
        if not is_open:
            fields = {"status": "resolved", "resolved_at": opened, "solution_code": "answer"}
        unassigned = status == "new" or chance.random() < 0.2
        yield Ticket(
            subject=f"{chance.choice(SUBJECTS)} ({number})",
            product=chance.choice(world["products"]),
            priority=chance.choice(["P2", "P3", "P4", "P4"]),
            requester=chance.choice(world["askers"]),
            organisation=chance.choice(world["organisations"]),
            security=chance.random() < SHUT,
            team=team,
            assignee=None if unassigned else chance.choice(world["agents"][team.slug]),
            has_new_reply=chance.random() < 0.1,
            opened_at=opened,
            changed_at=opened,
            policy_id=policy,
            **fields,
        )


def fill(count: int, open_share: float) -> dict:
    """The whole data set: cases and each one's owning team (and the first line before it)."""
    from django.db import connection

    from triage.tickets.models import Involvement, Ticket

    world = people()
    now = datetime.now(UTC)
    made = Ticket.objects.bulk_create(tickets(world, count, open_share, now), batch_size=2000)
    first = world["teams"][0].pk
    involvements = []
    for ticket in made:
        since = ticket.opened_at
        ended = since if ticket.team_id != first else None
        involvements.append(
            Involvement(
                ticket=ticket, team_id=first, kind="owner", started_at=since, ended_at=ended
            )
        )
        if ended:
            involvements.append(
                Involvement(ticket=ticket, team_id=ticket.team_id, kind="owner", started_at=since)
            )
    Involvement.objects.bulk_create(involvements, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")
    return world


def measure(label: str, ask: Callable, rounds: int) -> None:
    """Print statements, p50 and p95 of a request that must answer 200.

    The processor time of this process stands beside: on a machine that is busy with other things
    the clock on the wall says more about those.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask()
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code == 200, label
    statements = len(captured)  # the next request empties the list
    times, work = [], []
    for _ in range(rounds):
        began, worked = time.perf_counter(), time.process_time()
        ask()
        times.append((time.perf_counter() - began) * 1000)
        work.append((time.process_time() - worked) * 1000)
    p95, work95 = (statistics.quantiles(values, n=20)[18] for values in (times, work))
    print(
        f"  {label:<40}{statements:>3} statements  p50 {statistics.median(times):>6.1f} ms  "
        f"p95 {p95:>6.1f} ms  processor p50 {statistics.median(work):>6.1f}  p95 {work95:>6.1f} ms",
        flush=True,
    )


def _far_down(user) -> str:
    """The address of the page after four fifths of the queue that is due, of a team or of all."""
    from triage.tickets.models import NEVER, Ticket

    due = Ticket.objects.open().filter(queue_at__lt=NEVER).order_by("queue_at", "pk")
    if user is not None:
        due = due.filter(team__in=list(user.team_lines))
    ticket = due[due.count() * 4 // 5]
    return urlencode({"after": f"{ticket.queue_at.isoformat()}_{ticket.pk}"})


def pages(world: dict) -> Iterator[tuple[str, object, str]]:
    """What is measured: a label, who looks, and the address."""
    first = world["agents"]["servicedesk"][0]
    second = world["agents"]["fagteam-1"][0]
    security = world["agents"]["sikkerhet"][0]
    yield "first line, own team", first, "/desk/"
    yield "first line, other teams", first, "/desk/?view=other_teams"
    yield "first line, mine", first, "/desk/?view=mine"
    yield "first line, due today", first, "/desk/?view=due_today"
    yield "first line, one product and priority", first, "/desk/?product=produkt-3&priority=P2"
    yield "second line, own team", second, "/desk/"
    yield "security team, own team", security, "/desk/"
    yield "manager, everything", world["manager"], "/desk/"
    yield "first line, own team, far down", first, f"/desk/?{_far_down(first)}"
    yield "manager, everything, far down", world["manager"], f"/desk/?{_far_down(None)}"
    yield "first line, has anything new come?", first, "/desk/nye/?since=2026-01-01T00:00:00Z"


def run(sizes: list[int], rounds: int, open_share: float) -> None:
    """Fill and measure once for each size."""

    with as_in_use():
        for size in sizes:
            run_one(size, rounds, open_share)


def run_one(size: int, rounds: int, open_share: float) -> None:
    """Fill a database of its own, measure every page, and take the database away."""
    from django.db import connection
    from django.test import Client

    with own_database():
        began = time.perf_counter()
        world = fill(size, open_share)
        took = time.perf_counter() - began
        print(f"{connection.vendor}, {size:,} cases, {open_share:.0%} open, filled in {took:.0f} s")
        for label, user, address in pages(world):
            client = Client()
            client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
            measure(label, lambda c=client, a=address: c.get(a), rounds)


def main() -> None:
    """Read the arguments and run against a temporary database."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--open", type=float, default=0.1, help="share of the cases still open")
    arguments = parser.parse_args()
    with own_folder():
        run(arguments.sizes, arguments.rounds, arguments.open)


if __name__ == "__main__":
    sys.exit(main())
