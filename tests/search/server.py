"""A real Elasticsearch for the tests, shared by all of one process; with password and TLS."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))

from search_server import Server, Unavailable, running  # noqa: E402

# All of them in one process, so that one server does for a run on both cores.
on_the_server = pytest.mark.xdist_group("elasticsearch")


@pytest.fixture(scope="session")
def search_server() -> Iterator[Server]:
    """A running server. Skips where there can be none; fails there with REQUIRE_SERVICES."""
    try:
        with running() as server:
            yield server
    except Unavailable as missing:
        if os.environ.get("REQUIRE_SERVICES"):
            pytest.fail(f"{missing}. REQUIRE_SERVICES asks for it.")
        pytest.skip(f"{missing}.")
