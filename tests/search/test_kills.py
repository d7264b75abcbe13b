"""An indexing worker killed at any moment loses nothing and leaves nothing old behind."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings as site
from django.db import connection
from django.utils import timezone

from cms.guidance.models import ArticlePage
from dispatch import outbox
from dispatch.models import OutboxRow
from search import checking, indexing
from search.registry import registry
from tests.factories import make_article, make_product, make_section, make_team
from tests.shared_database import in_a_file

PATIENCE = 120  # seconds
ARTICLES = 12
LONGEST_LIFE = 0.25  # seconds that a worker has before it is killed
WARM = """
import os, sys, django
from pathlib import Path
django.setup()
from django.conf import settings
from django.db import connection
from django.utils import timezone
settings.SEARCH_INDEX_DIR = Path(sys.argv[2])
connection.settings_dict["NAME"] = sys.argv[1]
from dispatch import outbox
from search.corpus import Knowledge
from search.text.compounds import CompoundSplitter
import search.indexing, time
analyser = Knowledge(splitter=CompoundSplitter({})).analyser()
for language in ("nb", "nn", "en"):
    analyser.analyse("Ord som leses inn", language)
print("warm", flush=True)
for line in sys.stdin:
    worker = os.fork()
    if not worker:
        while True:
            if not outbox.drain(timezone.now(), topics=["search"]):
                time.sleep(0.005)
    print(worker, flush=True)
    os.waitpid(worker, 0)
    print("gone", flush=True)
"""


class Workers:
    """Processes that do nothing but index, on the test's database, forked from one warm process."""

    def __init__(self, index_folder) -> None:
        name = str(connection.settings_dict["NAME"])
        self._warm = subprocess.Popen(  # our own code, with our own arguments
            [sys.executable, "-c", WARM, name, str(index_folder)],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"},
            cwd=site.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._warm.stdout.readline() == "warm\n"

    def start(self) -> int:
        """Start a worker; its process id."""
        self._warm.stdin.write("fork\n")
        self._warm.stdin.flush()
        return int(self._warm.stdout.readline())

    def kill(self, worker: int) -> None:
        """Kill a worker at once; it is gone when this returns."""
        os.kill(worker, signal.SIGKILL)
        assert self._warm.stdout.readline() == "gone\n"

    def end(self) -> None:
        """End the warm process, which waits for nothing now."""
        self._warm.stdin.close()
        self._warm.wait(PATIENCE)
        self._warm.stdout.close()


@pytest.fixture
def workers(settings, shared_database):
    """The workers of one test; the index has to be there before they begin."""
    there = Workers(settings.SEARCH_INDEX_DIR)
    yield there
    there.end()


def change_something(chance: random.Random, pages: list[int], shared: dict) -> None:
    """Publish, edit, unpublish or delete an article."""
    step = chance.choice(["new", "edit", "edit", "unpublish", "delete"])
    if step == "new" or len(pages) < 3:
        pages.append(make_article(**shared).pk)
        return
    page = ArticlePage.objects.get(pk=chance.choice(pages))
    if step == "edit":
        page.title = f"Tittel {chance.random()}"
        page.save()
    elif step == "unpublish":
        page.unpublish()
    else:
        pages.remove(page.pk)
        page.delete()


@pytest.fixture
def shared_database(transactional_db, tmp_path):
    """A database another process can open."""
    with in_a_file(tmp_path):
        yield


def test_nothing_is_missing_or_stale_after_kills_at_random_moments(workers, thorough):
    """Of 50 workers; of 1,000 with --thorough, and then compared now and then on the way."""
    chance, kills = random.Random(20), 1000 if thorough else 50
    shared = {
        "section": make_section(),
        "products": [make_product()],
        "owner_team": make_team(),
    }
    pages = [make_article(**shared).pk for _ in range(ARTICLES)]
    indexing.rebuild()
    kill = interrupted = 0
    # On to where some were in the middle of a row and some were not, however fast the machine is.
    while kill < kills or not kills // 20 < interrupted < kill:
        kill += 1
        assert kill <= 20 * kills, "none were killed in the middle of a row, or all"
        waiting().update(next_attempt_at=timezone.now())  # what the last one had is due again
        change_something(chance, pages, shared)
        worker = workers.start()
        ends = time.monotonic() + chance.uniform(0, LONGEST_LIFE)
        if chance.random() < 0.5:  # every other one has more to do while it lives
            change_something(chance, pages, shared)
        time.sleep(max(ends - time.monotonic(), 0))
        workers.kill(worker)
        interrupted += waiting().filter(next_attempt_at__gt=timezone.now()).exists()
        if kill % 250 == 0:
            assert difference() == NONE
    assert difference() == NONE
    assert not waiting().exists()


NONE = {"missing": 0, "stale": 0, "surplus": 0}


def waiting():
    """What is still to be indexed."""
    return OutboxRow.objects.filter(topic="search", delivered_at=None)


def difference() -> dict[str, int]:
    """How the index differs from the database when everything that waits has been done.

    PostgreSQL may still hold rows for a worker it has not yet noticed is gone.
    """
    ends = time.monotonic() + PATIENCE
    while waiting().exists() and time.monotonic() < ends:
        waiting().update(next_attempt_at=timezone.now())
        outbox.drain(timezone.now(), topics=["search"])
    return checking.compare(indexing.engine(), registry).counts()
