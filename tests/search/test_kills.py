"""An indexing worker killed at any moment loses nothing and leaves nothing old behind."""

import contextlib
import os
import random
import signal
import sqlite3
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

PATIENCE = 30  # seconds
ARTICLES = 12
WORKER = """
import sys, django
from django.conf import settings
settings.SEARCH_INDEX_DIR = sys.argv[2]
django.setup()
from pathlib import Path
from django.db import connection
from django.utils import timezone
settings.SEARCH_INDEX_DIR = Path(sys.argv[2])
connection.settings_dict["NAME"] = sys.argv[1]
import time
from dispatch import outbox
from search.indexing import engine
engine().health()
for language in ("nb", "nn", "en"):
    engine()._reader().analyser.analyse("Ord som leses inn", language)
print("ready", flush=True)
while True:
    if outbox.drain(timezone.now(), topics=["search"]):
        print("drained", flush=True)
    else:
        time.sleep(0.01)
"""


def start_worker(index_folder) -> subprocess.Popen:
    """A process that does nothing but index, on the test's database."""
    worker = subprocess.Popen(  # our own code, with our own arguments
        [sys.executable, "-c", WORKER, str(connection.settings_dict["NAME"]), str(index_folder)],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"},
        cwd=site.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert worker.stdout.readline() == "ready\n"
    return worker


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
    """A database another process can open: SQLite's test database lives in this one's memory."""
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        yield
        return
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    path = tmp_path / "shared.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as copy:
        memory.backup(copy)
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = memory, name


@pytest.mark.usefixtures("shared_database")
def test_nothing_is_missing_or_stale_after_kills_at_random_moments(settings, thorough):
    chance = random.Random(20)
    shared = {
        "section": make_section(),
        "products": [make_product()],
        "owner_team": make_team(),
    }
    pages = [make_article(**shared).pk for _ in range(ARTICLES)]
    indexing.rebuild()
    for turn in range(60 if thorough else 3):
        worker = start_worker(settings.SEARCH_INDEX_DIR)
        if turn % 2 == 0:  # every other worker is killed later than in its first round
            pages.append(make_article(**shared).pk)
            assert worker.stdout.readline() == "drained\n"
        ends = time.monotonic() + chance.uniform(0.02, 0.6)
        while time.monotonic() < ends:
            change_something(chance, pages, shared)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
    assert OutboxRow.objects.filter(topic="search", delivered_at__isnull=False).exists()
    # The killed workers' rows are due again when their leases have run out.
    # PostgreSQL may still hold rows for one it has not yet noticed is gone.
    waiting = OutboxRow.objects.filter(topic="search", delivered_at=None)
    ends = time.monotonic() + PATIENCE
    while waiting.exists() and time.monotonic() < ends:
        waiting.update(next_attempt_at=timezone.now())
        outbox.drain(timezone.now(), topics=["search"])
    found = checking.compare(indexing.engine(), registry)
    assert found.counts() == {"missing": 0, "stale": 0, "surplus": 0}
    assert not waiting.exists()
