"""How quick the pages of the community are among many posts: statements, p50 and p95.

    python -m tests.benchmarks.bench_community [--threads 20000] [--rounds 40]

Makes a temporary database beside the one in DATABASE_URL (SQLite or PostgreSQL), fills it with four
answers to each question and a few threads of hundreds, measures every list, a thread, a member's
page, the feed and the notices through Django's client, and takes the database away again. Beside
each figure stands a plain query of the same run: reading the same rows without page, people or
rules. The processor time of this process stands there too: on a machine that is busy with other
things the clock on the wall says more about those. The run fails when a page takes more than 100 ms
(p95) or 15 statements.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.benchmarks.beside import as_in_use, own_database, own_folder

SEED = 20261126
ANSWERS_EACH = 4
LONG_THREADS = (500, 200, 100)  # answers in each of the first threads
MOST_STATEMENTS = 15
MOST_MILLISECONDS = 100
HIDDEN = 0.01  # share of posts out of sight, in each of the ways
FOLLOWED = 1_000  # threads one member follows
NOTICES = 2_000
BODY = (
    "Vi får `invalid_scope` når vi ber om token med **to scopes**.\n\n- Klienten er i bruk\n"
    "- Nøkkelen er ny\n\nSe https://veiviser.example/veiledning/ for det vi har prøvd. "
)
SUBJECTS = (
    "Hvordan får vi token med to scopes?",
    "Korleis gir vi tilgang til rekneskapsføraren?",
    "Skjemaet stopper ved signering",
    "Varsel kom ikke frem til mottaker",
    "Token says invalid_grant after key rotation",
)


@dataclass(kw_only=True)
class World:
    """Who and what the pages are asked for."""

    asker: object
    member: object
    staff: object
    moderator: object
    products: list
    topics: list
    questions: list
    now: datetime


def fill(threads: int) -> World:
    """The whole data set; the same every time."""
    from django.db import connection

    chance = random.Random(SEED)
    now = datetime.now(UTC)
    world, people, team = _people_and_words(now)
    world.questions = _questions(world, people, threads, chance)
    answers = _answers(world, people, team, chance)
    _count(world.questions, answers, chance)
    _follow(world, answers)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")
    return world


def _people_and_words(now: datetime) -> tuple[World, list, object]:
    from django.contrib.auth.models import Group

    from accounts.models import Team, User
    from cms.community.models import Member
    from taxonomy.models import Product, Topic

    people = User.objects.bulk_create(
        User(email=f"medlem{number}@tindvik.example", name=f"Medlem {number}")
        for number in range(1_000)
    )
    Member.objects.bulk_create(
        Member(user=user, handle=f"medlem-{number}", trust="known", joined_at=now)
        for number, user in enumerate(people)
    )
    products = Product.objects.bulk_create(
        Product(slug=f"produkt-{number}", name_nb=f"Produkt {number}") for number in range(13)
    )
    topics = Topic.objects.bulk_create(
        Topic(slug=f"emne-{number}", name_nb=f"Emne {number}", product=products[number % 13])
        for number in range(60)
    )
    team = Team.objects.create(slug="fagteam", name="Fagteam", line="second")
    team.members.add(people[2])
    people[3].groups.add(Group.objects.get_or_create(name="moderator")[0])
    world = World(
        asker=people[0],
        member=people[1],
        staff=people[2],
        moderator=people[3],
        products=list(products),
        topics=list(topics),
        questions=[],
        now=now,
    )
    return world, list(people), team


def _out_of_sight(chance: random.Random, at: datetime) -> dict:
    """Now and then a post that others do not see."""
    drawn = chance.random()
    if drawn < HIDDEN:
        return {"hidden_at": at, "hidden_reason": "Reklame"}
    if drawn < 2 * HIDDEN:
        return {"held_at": at, "held_for": "links"}
    return {"withdrawn_at": at} if drawn < 3 * HIDDEN else {}


def _questions(world: World, people: list, threads: int, chance: random.Random) -> list:
    from cms.community.models import Question
    from markup.markdown import render

    html = render(BODY)
    rows = []
    for number in range(threads):
        at = world.now - timedelta(minutes=20 * (threads - number))
        rows.append(
            Question(
                title=f"{chance.choice(SUBJECTS)} ({number})",
                slug=f"sporsmal-{number}",
                body=BODY,
                html=html,
                language=chance.choice(["nb", "nb", "nn", "en"]),
                product=chance.choice(world.products),
                asker=world.asker if number % 200 == 0 else chance.choice(people),
                asked_at=at,
                activity_at=at,
                **(_out_of_sight(chance, at) if number >= len(LONG_THREADS) else {}),
            )
        )
    made = list(Question.objects.bulk_create(rows, batch_size=1_000))
    tags = Question.topics.through
    tags.objects.bulk_create(
        (tags(question_id=each.pk, topic_id=chance.choice(world.topics).pk) for each in made),
        batch_size=5_000,
    )
    return made


def _answers(world: World, people: list, team, chance: random.Random) -> list:
    from cms.community.models import Answer
    from markup.markdown import render

    html = render(BODY)
    rows = []
    for number, question in enumerate(world.questions):
        wanted = LONG_THREADS[number] if number < len(LONG_THREADS) else ANSWERS_EACH
        if number >= len(LONG_THREADS) and chance.random() < 0.1:
            continue  # still waits for its first answer
        for place in range(wanted):
            official = place == 0 and chance.random() < 0.2
            at = question.asked_at + timedelta(minutes=place + 1)
            rows.append(
                Answer(
                    question=question,
                    author=world.staff if official else chance.choice(people),
                    body=BODY,
                    html=html,
                    language="nb",
                    answered_at=at,
                    vote_count=chance.randrange(20),
                    official_team=team if official else None,
                    confirmed_at=at if official else None,
                    confirm_by=(at + timedelta(days=180)).date() if official else None,
                    **(_out_of_sight(chance, at) if place else {}),
                )
            )
    return list(Answer.objects.bulk_create(rows, batch_size=1_000))


def _count(questions: list, answers: list, chance: random.Random) -> None:
    """What the services keep on the row of a question."""
    from cms.community.models import Question

    of = {}
    for answer in answers:
        if answer.is_in_sight:
            of.setdefault(answer.question_id, []).append(answer)
    for question in questions:
        found = of.get(question.pk, [])
        question.answer_count = len(found)
        if not found:
            continue
        question.state = "answered"
        question.first_answered_at = found[0].answered_at
        question.activity_at = found[-1].answered_at
        if chance.random() < 0.6:
            question.state, question.accepted_answer = "solved", found[0]
            question.solved_at = found[0].answered_at
    fields = ["answer_count", "state", "first_answered_at", "activity_at", "accepted_answer"]
    Question.objects.bulk_update(questions, [*fields, "solved_at"], batch_size=500)


def _follow(world: World, answers: list) -> None:
    """One member follows many threads and has been told much."""
    from cms.community.models import Follow, Notice

    Follow.objects.bulk_create(
        Follow(user=world.member, question=question, at=question.asked_at)
        for question in world.questions[:: max(1, len(world.questions) // FOLLOWED)]
    )
    Notice.objects.bulk_create(
        Notice(
            user=world.member,
            kind="new_answer",
            question_id=answer.question_id,
            answer=answer,
            actor_id=answer.author_id,
            key=f"answer:{answer.pk}",
            at=answer.answered_at,
            read_at=None if number % 2 else answer.answered_at,
        )
        for number, answer in enumerate(answers[-NOTICES:])
    )


def pages(world: World) -> Iterator[tuple[str, object, str, Callable]]:
    """What is measured: a label, who looks, the address, and the plain query beside it."""
    from django.urls import reverse

    from cms.community.models import Answer, Question

    def rows(**fields):
        return lambda: list(Question.objects.filter(**fields).order_by("-asked_at")[:20])

    def thread(question):
        return lambda: list(Answer.objects.filter(question=question).select_related("author"))

    community = reverse("community")
    far = world.questions[len(world.questions) // 5].pk
    product = world.products[3].slug
    lists = [
        ("list, new", "", rows()),
        ("list, unanswered", "?tab=unanswered", rows(state="unanswered")),
        ("list, solved", "?tab=solved", rows(state="solved")),
        ("list, one product", f"?product={product}", rows(product=world.products[3])),
        ("list, one language", "?language=nn", rows(language="nn")),
        ("list, one topic", f"?topic={world.topics[5].slug}", rows(topics=world.topics[5])),
        (
            "list, product, language and tab",
            f"?tab=solved&product={product}&language=en",
            rows(state="solved", product=world.products[3], language="en"),
        ),
        ("list, new, far down", f"?older={far}", rows()),
        ("list, solved, far down", f"?tab=solved&older={far}", rows(state="solved")),
        ("list, one topic, far down", f"?topic={world.topics[5].slug}&older={far}", rows()),
    ]
    for label, query, plain in lists:
        yield f"visitor, {label}", None, community + query, plain
    for label, query, plain in lists[:2]:
        yield f"member, {label}", world.member, community + query, plain
        yield f"moderator, {label}", world.moderator, community + query, plain
    yield "member, list, followed", world.member, f"{community}?tab=followed", rows()
    ordinary = next(each for each in reversed(world.questions) if each.answer_count >= 3)
    for question, words in [(ordinary, "4 answers")] + [
        (each, f"{each.answer_count} answers") for each in world.questions[: len(LONG_THREADS)]
    ]:
        address = reverse("community_question", args=[question.pk, question.slug])
        for role in ("visitor", "member", "staff", "moderator"):
            user = getattr(world, role, None)
            yield f"{role}, question with {words}", user, address, thread(question)
    yield "visitor, a member's page", None, reverse("community_member", args=["medlem-0"]), rows()
    yield (
        "member, a member's page",
        world.member,
        reverse("community_member", args=["medlem-5"]),
        rows(),
    )
    yield "visitor, feed", None, reverse("community_feed"), rows()
    yield "member, notices", world.member, reverse("notices"), rows()


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Of one page: statements, and milliseconds."""

    statements: int
    p50: float
    p95: float
    work_p95: float
    plain_p50: float


def _times(ask: Callable, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds by the clock on the wall and of this process's work, of each round."""
    times, work = [], []
    for _ in range(rounds):
        began, worked = time.perf_counter(), time.process_time()
        ask()
        times.append((time.perf_counter() - began) * 1000)
        work.append((time.process_time() - worked) * 1000)
    return times, work


def measure(ask: Callable, plain: Callable, rounds: int) -> Figures:
    """The figures of a request that must answer 200, after a first one nobody counts."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask()
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code == 200
    statements = len(captured)
    times, work = _times(ask, rounds)
    return Figures(
        statements=statements,
        p50=statistics.median(times),
        p95=statistics.quantiles(times, n=20)[18],
        work_p95=statistics.quantiles(work, n=20)[18],
        plain_p50=statistics.median(_times(plain, rounds)[0]),
    )


def run(threads: int, rounds: int) -> list[str]:
    """Fill a database of its own, measure every page, take it away; gives the pages that miss."""
    from django.db import connection
    from django.test import Client

    from cms.community.models import Answer

    missed = []
    with own_database():
        began = time.perf_counter()
        world = fill(threads)
        gc.collect()
        gc.freeze()  # the rows held here are no garbage of a request's: leave them out of its time
        posts = threads + Answer.objects.count()
        took = time.perf_counter() - began
        print(
            f"{connection.vendor}: {posts:,} posts in {threads:,} threads, filled in {took:.0f} s"
        )
        for label, user, address, plain in pages(world):
            client = Client()
            if user is not None:
                client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
            found = measure(lambda c=client, a=address: c.get(a), plain, rounds)
            misses = found.p95 > MOST_MILLISECONDS or found.statements > MOST_STATEMENTS
            missed += [label] if misses else []
            print(
                f"  {label:<44}{found.statements:>3} statements  p50 {found.p50:>6.1f} ms  "
                f"p95 {found.p95:>6.1f} ms  processor p95 {found.work_p95:>6.1f} ms  "
                f"{found.p50 / found.plain_p50:>5.1f} x plain query"
                f"{'  MISSED' if misses else ''}",
                flush=True,
            )
    return missed


def main() -> int:
    """Read the arguments and run against a temporary database."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=40)
    arguments = parser.parse_args()
    with own_folder(), as_in_use():
        missed = run(arguments.threads, arguments.rounds)
    print(f"missed: {', '.join(missed)}" if missed else "every page is within its bounds")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
