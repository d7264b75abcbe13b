"""Making a new index small: without the copies of documents that nobody needs any more.

Beside what we ask it to keep, Elasticsearch keeps every document as it was sent, for copies of the
index that lag behind: three fifths of the index, and in the way when candidates are read. Once
every copy has everything (Elasticsearch looks each half minute), merging leaves them out. What is
changed later is merged by and by, and loses them then.
"""

import time

from search.engines.elastic.server import Server

POLL_SECONDS = 1.0
PATIENCE = 40.0  # seconds until every copy is known to have everything


def compact(server: Server, index: str, *, patience: float = PATIENCE) -> bool:
    """Have an index merged once every copy has everything; whether that was so in time.

    The merging itself is not waited for. Safe beside readers and writers. Raises `SearchError`.
    """
    deadline = time.monotonic() + patience
    while not has_all_everywhere(server, index):
        if time.monotonic() >= deadline:
            return False
        time.sleep(POLL_SECONDS)
    server.write(lambda client: client.indices.flush(index=index))
    server.write(
        lambda client: client.indices.forcemerge(
            index=index, max_num_segments=1, wait_for_completion=False
        )
    )
    return True


def has_all_everywhere(server: Server, index: str) -> bool:
    """Whether Elasticsearch knows that every copy of the index has every change."""
    stats = server.write(lambda client: client.indices.stats(index=index, level="shards"))
    (copies,) = stats["indices"][index]["shards"].values()
    return all(
        lease["retaining_seq_no"] > copy["seq_no"]["max_seq_no"]
        for copy in copies
        for lease in copy["retention_leases"]["leases"]
    )
