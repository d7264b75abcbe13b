"""PostgreSQL is asked whatever the site asks, and not the same again and again."""

import contextlib
import random
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from tests.questions import TIMES, asking_anew, take_down, without_values


def run(*tests: tuple[str, list[str]], commits: tuple[str, ...] = ()) -> list[str]:
    """The names of those that are run, of tests that ask this."""
    asked = dict(tests)
    chosen = asking_anew([(name, name in commits) for name in asked], asked)
    return [name for name in asked if name in chosen]


def asked_by(*steps) -> list[set[str]]:
    """What each of these asks the database."""
    found = []
    for step in steps:
        asked: set[str] = set()
        with connection.execute_wrapper(partial(take_down, asked)):
            step()
        found.append(asked)
    return found


def test_a_question_is_asked_by_the_first_tests_that_ask_it():
    assert TIMES == 2
    assert run(("a", ["q"]), ("b", ["q"]), ("c", ["q"])) == ["a", "b"]


def test_a_test_with_one_new_question_among_old_ones_is_run():
    assert run(("a", ["q"]), ("b", ["q"]), ("c", ["q", "r"]), ("d", ["q"])) == ["b", "c"]


def test_a_test_is_not_run_for_what_others_ask_anyway():
    assert run(("a", ["q"]), ("b", ["q", "r"]), ("c", ["q", "s"])) == ["b", "c"]
    assert run(("a", ["q"]), ("b", ["q"]), ("c", ["q"]), commits=("b", "c")) == ["b", "c"]


def test_every_question_is_asked_as_often_as_it_can_be():
    draw = random.Random(7)
    tests = [(str(name), draw.sample("abcdefghij", draw.randint(1, 4))) for name in range(40)]
    by_whom = {name: asked for name, asked in tests if name in run(*tests)}
    for question in "abcdefghij":
        there = sum(question in asked for _name, asked in tests)
        times = sum(question in asked for asked in by_whom.values())
        assert times >= min(there, TIMES), question
    assert len(by_whom) < len(tests) / 2


def test_a_test_that_commits_is_run_whatever_it_asks():
    assert run(("a", ["q"]), ("b", ["q"]), ("c", ["q"]), commits=("c",)) == ["a", "c"]


def test_a_test_no_question_of_which_was_heard_is_run():
    assert asking_anew([("new", False), ("skipped", False)], {"skipped": []}) == {"new", "skipped"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a FROM t WHERE id = %s LIMIT 21", "SELECT a FROM t WHERE id = %s LIMIT 5"),
        ("SELECT a FROM t WHERE id IN (%s)", "SELECT a FROM t WHERE id IN (%s, %s, %s)"),
        ("INSERT INTO t (a, b) VALUES (%s, %s)", "INSERT INTO t (a, b) VALUES (%s, %s), (%s, %s)"),
        ("SELECT a FROM t WHERE b = 'x'", "SELECT a FROM t WHERE b = 'y'"),
    ],
)
def test_values_and_the_number_of_rows_make_no_other_question(one, other):
    assert without_values(one) == without_values(other)


def test_another_column_makes_another_question():
    assert without_values("SELECT a1 FROM t") != without_values("SELECT a2 FROM t")


@pytest.fixture
def people(db):
    """Two people, asked for by their addresses."""
    return [User.objects.create_user(address) for address in ("a@x.example", "b@x.example")]


def test_the_same_line_of_the_site_asks_the_same_of_everybody(people):
    one, other = asked_by(*(partial(User.objects.get_by_natural_key, p.email) for p in people))
    assert one == other != set()


def test_the_same_statement_from_elsewhere_is_another_question(people):
    email = people[0].email
    by_the_site, by_the_test = asked_by(
        lambda: User.objects.get_by_natural_key(email),
        lambda: User.objects.get(email__iexact=email),
    )
    assert by_the_site.isdisjoint(by_the_test)


def question(params, *, many: bool = False) -> set[str]:
    """The question a statement with these values puts, whatever a database answers."""
    asked: set[str] = set()
    take_down(asked, lambda *_: None, "SELECT %s", params, many, {})
    return asked


@pytest.mark.parametrize("odd", ["a\x00@x.example", "a" * 201, 2**31, -(2**31) - 1])
def test_a_value_that_only_sqlite_may_take_makes_another_question(odd):
    usual = question(["a@x.example"])
    assert usual == question([2**31 - 1]) == question(None) != set()
    assert usual.isdisjoint(question([odd]))
    assert question([odd]) == question({"name": odd})


def test_rows_written_together_are_all_looked_at():
    usual = question([("a",), ("b",)], many=True)
    assert usual == question([("c",)], many=True)
    assert usual.isdisjoint(question([("a",), ("\x00",)], many=True))


def test_what_the_database_refuses_is_another_question_than_what_it_answers(db):
    def write() -> None:
        with contextlib.suppress(IntegrityError), transaction.atomic():
            User.objects.create_user("a@x.example")

    answered, refused, refused_again = asked_by(write, write, write)
    assert answered.isdisjoint(refused)
    assert refused == refused_again != set()
