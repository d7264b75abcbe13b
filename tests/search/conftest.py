"""A site with people in every role, and an index that follows the outbox."""

import pytest
from django.utils import timezone

from dispatch import outbox
from search import indexing
from search.indexing import TOPIC, engines
from tests.search import server
from tests.triage.tickets.desk import Desk, make_desk

search_server = server.search_server  # one for all tests of search


@pytest.fixture
def desk(db) -> Desk:
    """One person in each role."""
    return make_desk()


@pytest.fixture
def drain():
    """What the worker does with rows for the index."""

    def drain() -> int:
        return outbox.drain(timezone.now(), topics=[TOPIC])

    return drain


@pytest.fixture
def on_server(search_server, settings):
    """Elasticsearch is chosen and answers; nothing is there yet."""
    settings.SEARCH_ENGINE = "elasticsearch"
    settings.ELASTICSEARCH_URL = search_server.url
    settings.ELASTICSEARCH_CA_FILE = str(search_server.ca_file)
    settings.ELASTICSEARCH_NAME = "veiviser-test-site"
    indexing._elasticsearch.cache_clear()
    engines()[0].remove()
    yield search_server
    engines()[0].remove()
    indexing._elasticsearch.cache_clear()
