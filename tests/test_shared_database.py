"""The test database in a file: seen by others, dropped afterwards, and no number given twice."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from taxonomy.models import Product
from tests.factories import make_product
from tests.shared_database import in_a_file

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


def in_another_thread(ask):
    """What a thread with a connection of its own gets."""
    found = []

    def run() -> None:
        found.append(ask())
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


def test_others_see_what_is_written_and_it_is_dropped_afterwards(tmp_path):
    with in_a_file(tmp_path):
        made = make_product()
        assert in_another_thread(lambda: Product.objects.filter(pk=made.pk).exists())
    assert not Product.objects.exists()


def test_a_row_never_has_the_number_of_one_that_was_dropped(tmp_path):
    with in_a_file(tmp_path):
        dropped = [make_product(slug=f"p{number}").pk for number in range(3)]
    assert make_product().pk > max(dropped)
