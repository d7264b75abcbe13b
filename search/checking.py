"""Comparing an index with what the sources say now, and repairing the difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from search.contract import SearchEngine
from search.documents import fingerprint
from search.registry import Registry

BATCH = 200


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How the index differs from the sources: ids that are missing, stale or too many."""

    documents: int
    missing: frozenset[str] = frozenset()
    stale: frozenset[str] = frozenset()
    surplus: frozenset[str] = frozenset()

    @property
    def wrong(self) -> frozenset[str]:
        """Every id that needs repair."""
        return self.missing | self.stale | self.surplus

    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {name: len(getattr(self, name)) for name in ("missing", "stale", "surplus")}


def compare(engine: SearchEngine, registry: Registry) -> Difference:
    """Compare every document with what is indexed. Raises EngineUnavailable.

    What changes meanwhile may be named without need; repairing it does no harm.
    """
    indexed = dict(engine.fingerprints())
    missing, stale, documents = set(), set(), 0
    for document in registry.iter_documents():
        documents += 1
        found = indexed.pop(document.id, None)
        if found is None:
            missing.add(document.id)
        elif found != fingerprint(document):
            stale.add(document.id)
    return Difference(
        documents=documents,
        missing=frozenset(missing),
        stale=frozenset(stale),
        surplus=frozenset(indexed),
    )


def repair(engine: SearchEngine, registry: Registry, difference: Difference) -> None:
    """Bring what differs up to date. Safe to repeat. Raises IndexBusy, EngineUnavailable."""
    for ids in _batches(sorted(difference.wrong)):
        engine.refresh(ids, registry.get_documents)


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        yield batch
