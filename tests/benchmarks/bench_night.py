"""What a night costs where very many cases have been solved: time, statements and memory.

    python -m tests.benchmarks.bench_night [--cases 100000]

Makes a temporary database beside the one in DATABASE_URL (SQLite or PostgreSQL) with so many
solved cases of two years, their texts made of halves of the sample's of one family, trains a first
classifier on the sample, and then does what is done at night: notes what stood when the cases were
solved, asks whether a challenger is due, trains one, compares the two, and counts the weeks. Then
the database is taken away again. Give way to others with `nice`. Not a test: figures depend on the
machine.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.benchmarks.beside import own_database, own_folder

SEED = 20261126
BATCH = 5_000
DAYS = 700
SUBJECT = 5  # words
ANSWERED = 0.2  # of the cases have an article in their answer
SAMPLE = Path(__file__).parents[2] / "sample" / "tickets"


def world(labels: Iterable[dict]) -> dict:
    """Teams, products and topics by label, and the people who ask and who solve."""
    from accounts.models import Team, User
    from taxonomy.models import Product, Topic
    from triage.classifier.labels import FIRST_LINE, PRODUCT, TEAM, TOPIC

    found = [defaultdict(str, each) for each in labels]
    teams = {
        slug: Team.objects.create(
            slug=slug, name=slug, line="first" if slug == FIRST_LINE else "second"
        )
        for slug in sorted({each[TEAM] for each in found} | {FIRST_LINE})
        if slug
    }
    topics = {each[TOPIC] for each in found} - {""}
    slugs = {each[PRODUCT] for each in found} | {topic.partition("/")[0] for topic in topics}
    products = {
        slug: Product.objects.create(slug=slug, name_nb=slug) for slug in sorted(slugs) if slug
    }
    return {
        "teams": teams,
        "products": products,
        "topics": {
            label: Topic.objects.create(
                slug=label.partition("/")[2], name_nb=label, product=products[label.split("/")[0]]
            )
            for label in sorted(topics)
        },
        "agents": [
            User.objects.create(email=f"agent{number}@fellesetaten.example", name=f"Agent {number}")
            for number in range(20)
        ],
        "askers": [
            User.objects.create(email=f"spor{number}@tindvik.example", name=f"Spør {number}")
            for number in range(200)
        ],
    }


def fill(count: int, now: datetime) -> None:
    """So many solved cases with all the night reads of them."""
    from triage.classifier.corpus import samples
    from triage.sla.service_model import version_in_force

    families = defaultdict(list)
    for case in samples.read_families(SAMPLE / "train"):
        families[case.group].append(case)
    here = world(case.labels for own in families.values() for case in own)
    here["policy"] = version_in_force(now)
    chance = random.Random(SEED)
    names = sorted(families)
    for start in range(0, count, BATCH):
        own = [families[chance.choice(names)] for _ in range(min(BATCH, count - start))]
        _write(here, [_case(here, chance, family, now) for family in own], chance)


def _case(here: dict, chance: random.Random, family: Sequence, now: datetime) -> tuple:
    """A case that is not stored, its first words, and its labels by the sample."""
    from triage.classifier.labels import CASE_TYPE, FIRST_LINE, PRODUCT, TEAM, TOPIC
    from triage.tickets.models import Ticket

    said = [word for each in chance.choices(family, k=2) for word in each.text.split()] or ["Sak"]
    opened = now - timedelta(minutes=chance.randrange(3 * 1440, DAYS * 1440))
    labels = defaultdict(str, family[0].labels)
    solved = opened + timedelta(minutes=chance.randrange(30, 3 * 1440))
    ticket = Ticket(
        subject=" ".join(chance.choices(said, k=SUBJECT)),
        product=here["products"].get(labels[PRODUCT]),
        topic=here["topics"].get(labels[TOPIC]),
        case_type=labels[CASE_TYPE],
        priority="P3",
        requester=chance.choice(here["askers"]),
        team=here["teams"][labels[TEAM] or FIRST_LINE],
        opened_at=opened,
        changed_at=solved,
        first_responded_at=solved,
        status="resolved",
        resolved_at=solved,
        solution_code="answer",
        policy_id=here["policy"],
    )
    return ticket, " ".join(word for word in said if chance.random() < 0.5), labels


def _write(here: dict, cases: Sequence[tuple], chance: random.Random) -> None:
    from triage.classifier.models import Prediction
    from triage.oversight.models import UsedArticle
    from triage.tickets.models import Involvement, Message, Ticket, TicketEvent

    tickets = Ticket.objects.bulk_create([ticket for ticket, _words, _labels in cases])
    Message.objects.bulk_create(
        Message(
            ticket=ticket,
            visibility="public",
            from_requester=True,
            body=words,
            created_at=ticket.opened_at,
        )
        for ticket, words, _labels in cases
    )
    TicketEvent.objects.bulk_create(
        TicketEvent(
            ticket=ticket,
            kind="resolved",
            at=ticket.resolved_at,
            actor=chance.choice(here["agents"]),
        )
        for ticket in tickets
    )
    Involvement.objects.bulk_create(
        Involvement(
            ticket=ticket, team_id=ticket.team_id, kind="owner", started_at=ticket.opened_at
        )
        for ticket in tickets
    )
    Prediction.objects.bulk_create(_guesses(cases, chance))
    UsedArticle.objects.bulk_create(
        UsedArticle(
            ticket=ticket,
            document=f"article:{chance.randrange(1, 200)}",
            published_at=ticket.opened_at,
            used_at=ticket.resolved_at,
        )
        for ticket in tickets
        if chance.random() < ANSWERED
    )


def _guesses(cases: Sequence[tuple], chance: random.Random) -> Iterator:
    """A guess for each label of the cases, mostly the right one."""
    from triage.classifier.models import Prediction

    for ticket, _words, labels in cases:
        for target, label in labels.items():
            if label:
                yield Prediction(
                    ticket=ticket,
                    target=target,
                    label=label if chance.random() < 0.8 else "other",
                    confidence=0.8,
                    speaks=True,
                    unknown=0.1,
                    model_version="benchmark",
                    at=ticket.opened_at,
                )


def tell(what: str, work: Callable[[], object]) -> None:
    """Print what some work came to, its time, its statements, and the most memory so far."""
    from django.db import connection

    from tests.benchmarks.bench_classifier import most_resident, resident

    statements = 0

    def counted(execute, *args):
        nonlocal statements
        statements += 1
        return execute(*args)

    before, began, used = resident(), time.perf_counter(), time.process_time()
    with connection.execute_wrapper(counted):
        came_to = work()
    print(
        f"{what}: {came_to}; {time.perf_counter() - began:.1f} s "
        f"({time.process_time() - used:.1f} s of processor time), {statements} statements; "
        f"memory {before} MB before, {resident()} MB after, {most_resident()} MB at most so far",
        flush=True,
    )


def night(now: datetime) -> None:
    """All that is done at night about the classifier, step by step."""
    from django.utils import timezone

    from triage.classifier.corpus import decided_cases, samples
    from triage.classifier.decisions import solved
    from triage.classifier.monitoring import alarms, readings
    from triage.classifier.training import making, nightly
    from triage.classifier.training.renewal import renew

    def first() -> str:
        data = samples.checksum(SAMPLE / "train", samples.DATA)
        return making.make(SAMPLE, data, now=now - timedelta(days=DAYS), progress=str).version

    at_night = timezone.localtime(now).replace(hour=2)
    tell("a first classifier, of the sample", first)
    tell("noting what solved cases stood as", lambda: solved.note_solved(now))
    tell("noting it again an hour later", lambda: solved.note_solved(now + timedelta(hours=1)))
    tell("whether a challenger is due", lambda: nightly.is_due(at_night))
    tell("reading decided cases alone", lambda: len(decided_cases.newest()))
    tell(
        "training a challenger and comparing",
        lambda: renew(now=timezone.now, folder=SAMPLE, progress=print),
    )
    tell("whether another is due", lambda: nightly.is_due(at_night + timedelta(days=1)))
    tell("counting the weeks", lambda: readings.read_weeks(now))
    tell("seeing whether something is wrong", lambda: len(alarms.look(now)))


def main() -> None:
    """Run the benchmark and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=100_000)
    cases = parser.parse_args().cases
    now = datetime.now(UTC)
    with own_folder(), own_database():
        from django.db import connection

        fill(cases, now)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(f"{cases:,} solved cases on {connection.vendor}", flush=True)
        night(now)


if __name__ == "__main__":
    main()
