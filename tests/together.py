"""Which tests go to the same process where several share the work.

Tests of a group do (`xdist_group`), and so do those of a module that builds something once for all
of its tests: spread over the processes, each process would build it anew.
"""

from __future__ import annotations

import pytest
from _pytest.nodeid import NodeId

WIDER_THAN_A_TEST = ("class", "module", "package")


def keep_together(items: list[pytest.Item]) -> None:
    """Write the group of each test into its id, where the one who hands out the work reads it.

    xdist writes it where pytest 9 does not look any more.
    """
    for item in items:
        if group := _group(item):
            item._id = NodeId.parse(f"{item.nodeid}@{group}")


def _group(item: pytest.Item) -> str:
    marker = item.get_closest_marker("xdist_group")
    if marker is not None:
        return marker.args[0]
    return item.location[0] if _builds_once(item) else ""


def _builds_once(item: pytest.Item) -> bool:
    known = item._fixtureinfo.name2fixturedefs.values()
    return any(
        each.scope in WIDER_THAN_A_TEST and each.baseid.startswith("tests/")
        for several in known
        for each in several
    )
