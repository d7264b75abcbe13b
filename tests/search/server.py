"""A real Elasticsearch for the tests, shared by all of one process; with password and TLS."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engines.elastic.server import Server as Client

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))

from search_server import Server, Unavailable, running  # noqa: E402

# All of them in one process, so that one server does for a run on both cores.
on_the_server = pytest.mark.xdist_group("elasticsearch")


@pytest.fixture(scope="session")
def search_server() -> Iterator[Server]:
    """A running server. Skips where there can be none; fails there with REQUIRE_SERVICES.

    On a busy machine it is slow to answer, and is waited for unless a test says otherwise.
    """
    try:
        with running() as server, pytest.MonkeyPatch.context() as monkeypatch:
            monkeypatch.setitem(Client.__init__.__kwdefaults__, "search_seconds", 60.0)
            monkeypatch.setitem(Client.__init__.__kwdefaults__, "write_seconds", 120.0)
            yield server
    except Unavailable as missing:
        if os.environ.get("REQUIRE_SERVICES"):
            pytest.fail(f"{missing}. REQUIRE_SERVICES asks for it.")
        pytest.skip(f"{missing}.")
