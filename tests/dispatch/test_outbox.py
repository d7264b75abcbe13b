"""What must happen after a commit happens, at least once, however often it fails first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections, transaction

from dispatch import outbox
from dispatch.backoff import LONGEST, wait_after
from dispatch.models import OutboxRow


class OutsideIsDown(Exception):
    """What a handler raises; its text may hold anything, so only its name is kept."""


def put(*numbers: int, **options) -> None:
    for n in numbers:
        outbox.put("probe", {"n": n}, **options)


def failing_on(*bad: int, batches: list):
    """A handler that refuses rows with these numbers."""

    def handle(rows):
        numbers = [row.payload["n"] for row in rows]
        if set(numbers) & set(bad):
            raise OutsideIsDown("01010112345 is in the way")
        batches.append(numbers)

    return handle


# --- writing ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_row_is_there_when_the_change_is_and_only_then(delivered, now):
    with pytest.raises(ValueError), transaction.atomic():  # noqa: PT012
        put(1)
        raise ValueError
    with transaction.atomic():
        put(2)

    assert [row.payload["n"] for row in OutboxRow.objects.all()] == [2]


@pytest.mark.django_db
def test_topic_nobody_handles_is_refused():
    with pytest.raises(outbox.UnknownTopic, match="misspelt"):
        outbox.put("misspelt", {})


@pytest.mark.django_db
def test_second_row_with_a_key_is_left_out_while_the_first_waits(delivered, now):
    put(1, 2, key="same")
    put(3, key="other")
    assert outbox.drain(now + timedelta(seconds=1), topics=["probe"]) == 2
    assert delivered == [[1, 3]]


@pytest.mark.django_db
def test_key_is_free_again_once_the_row_was_tried(delivered, now, monkeypatch):
    put(1, key="same")
    monkeypatch.setitem(outbox._handlers, "probe", failing_on(1, batches=delivered))
    outbox.drain(now + timedelta(seconds=1), topics=["probe"])
    put(2, key="same")

    assert OutboxRow.objects.filter(key="same", delivered_at=None).count() == 2


@pytest.mark.django_db
def test_row_waits_for_its_time(delivered, now):
    later = now + timedelta(minutes=5)
    put(1, not_before=later)
    assert outbox.drain(later - timedelta(seconds=1), topics=["probe"]) == 0
    assert outbox.drain(later, topics=["probe"]) == 1


@pytest.mark.django_db
def test_rows_of_a_held_topic_are_kept_and_not_delivered(delivered, now, monkeypatch):
    monkeypatch.setattr(outbox, "_held", {"held"})
    outbox.put("held", {"n": 1})
    outbox.drain(now + timedelta(days=1))
    row = OutboxRow.objects.get(topic="held")
    assert (row.attempts, row.delivered_at, row.given_up_at) == (0, None, None)


# --- delivering ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_rows_go_in_batches_oldest_first(delivered, now):
    numbers = list(range(outbox.BATCH + 50))
    put(*numbers)
    due = now + timedelta(seconds=5)
    assert outbox.drain(due, topics=["probe"]) == outbox.BATCH
    assert outbox.drain(due, topics=["probe"]) == 50
    assert outbox.drain(due, topics=["probe"]) == 0
    assert delivered == [numbers[: outbox.BATCH], numbers[outbox.BATCH :]]


@pytest.mark.django_db
def test_a_batch_costs_the_same_number_of_statements_however_large(
    delivered, now, django_assert_num_queries
):
    counts = []
    for size in (1, 60):
        put(*range(size))
        with django_assert_num_queries(5) as statements:
            outbox.drain(now + timedelta(seconds=5), topics=["probe"])
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_one_bad_row_does_not_hold_up_its_batch(delivered, now, monkeypatch):
    put(1, 2, 3)
    monkeypatch.setitem(outbox._handlers, "probe", failing_on(2, batches=delivered))
    assert outbox.drain(now + timedelta(seconds=1), topics=["probe"]) == 2

    assert delivered == [[1], [3]]
    left = OutboxRow.objects.get(delivered_at=None)
    assert (left.payload["n"], left.attempts, left.last_error) == (2, 1, "OutsideIsDown")


@pytest.mark.django_db
def test_row_is_tried_with_growing_waits_then_given_up_then_tried_again_when_asked(
    delivered, now, monkeypatch
):
    put(7)
    monkeypatch.setitem(outbox._handlers, "probe", failing_on(7, batches=delivered))
    moment, waits = now + timedelta(seconds=1), []
    for _attempt in range(outbox.MOST_ATTEMPTS):
        outbox.drain(moment, topics=["probe"])
        row = OutboxRow.objects.get()
        waits.append(row.next_attempt_at - moment)
        assert outbox.drain(row.next_attempt_at - timedelta(seconds=1), topics=["probe"]) == 0
        assert OutboxRow.objects.get().attempts == row.attempts
        moment = row.next_attempt_at

    assert waits == [wait_after(number) for number in range(1, outbox.MOST_ATTEMPTS + 1)]
    assert waits == sorted(waits)
    assert OutboxRow.objects.get().given_up_at is not None
    outbox.drain(moment + timedelta(days=365), topics=["probe"])
    assert OutboxRow.objects.get().attempts == outbox.MOST_ATTEMPTS

    monkeypatch.setitem(outbox._handlers, "probe", failing_on(batches=delivered))
    assert outbox.try_again([row.pk], now=moment) == 1
    assert outbox.drain(moment, topics=["probe"]) == 1
    assert delivered == [[7]]
    assert outbox.try_again([row.pk], now=moment) == 0


@pytest.mark.django_db
def test_given_up_row_starts_anew_also_while_a_later_one_with_its_key_waits(delivered, now):
    put(1, key="same")
    OutboxRow.objects.update(given_up_at=now, attempts=outbox.MOST_ATTEMPTS)
    put(2, key="same")
    outbox.try_again(list(OutboxRow.objects.values_list("pk", flat=True)), now=now)
    outbox.drain(now + timedelta(seconds=5), topics=["probe"])
    assert delivered == [[1, 2]]


@pytest.mark.django_db
def test_rows_of_a_worker_that_died_are_due_again_after_the_lease(delivered, now):
    put(1, 2)
    due = now + timedelta(seconds=1)
    assert len(outbox._claim("probe", due)) == 2  # and then the worker is gone

    assert outbox.drain(due + outbox.LEASE - timedelta(seconds=1), topics=["probe"]) == 0
    assert outbox.drain(due + outbox.LEASE, topics=["probe"]) == 2
    assert delivered == [[1, 2]]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_row_is_not_delivered_before_the_later_change_it_also_stands_for_is_there(delivered, now):
    """Else the handler would read what was before, and nobody would come again."""
    put(1, key="same")

    def come_meanwhile() -> int:
        try:
            return outbox.drain(now + timedelta(minutes=1), topics=["probe"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            put(2, key="same")
            assert elsewhere.submit(come_meanwhile).result() == 0
        assert elsewhere.submit(come_meanwhile).result() == 1
    assert OutboxRow.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_rows_and_deliver_each_once(delivered, now):
    put(*range(4 * outbox.BATCH))
    barrier = Barrier(2)

    def work() -> int:
        try:
            barrier.wait()
            count = 0
            while step := outbox.drain(now + timedelta(seconds=5), topics=["probe"]):
                count += step
            return count
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        counts = [future.result() for future in [pool.submit(work), pool.submit(work)]]

    assert sum(counts) == 4 * outbox.BATCH
    numbers = [n for batch in delivered for n in batch]
    assert sorted(numbers) == list(range(4 * outbox.BATCH))


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 5), (1, 5), (2, 10), (3, 20), (10, 2560), (11, 3600), (500, 3600)]
)
def test_waits_double_up_to_an_hour(attempts, seconds):
    assert wait_after(attempts) == timedelta(seconds=seconds) <= LONGEST
