"""The engine for Elasticsearch, on a real server with password and TLS.

The common expectations, and what is its own: a server that is away, slow, full or killed.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from search.contract import (
    EngineAway,
    EngineUnavailable,
    IndexBusy,
    Retrieval,
    SearchError,
)
from search.engines import records
from search.engines.elastic import compacting
from search.engines.elastic import engine as engine_module
from search.engines.elastic import lease as lease_module
from search.engines.elastic.engine import ElasticsearchEngine
from search.engines.elastic.lease import Lease, writing
from search.engines.elastic.server import Address, Circuit, Server
from search.engines.embedded import EmbeddedEngine
from search.finding import terms_of
from tests.search.documents import PUBLIC, make_document
from tests.search.engines.expectations import *  # noqa: F403
from tests.search.engines.expectations import find, ids, kill_in_a_build, on_subjects
from tests.search.engines.expectations_of_words import *  # noqa: F403
from tests.search.engines.standing_clock import StandingClock
from tests.search.server import on_the_server

pytestmark = on_the_server
NAME = "veiviser-test"


@pytest.fixture
def address(search_server) -> Address:
    """Where the server is."""
    return Address(url=search_server.url, ca_file=str(search_server.ca_file), name=NAME)


@pytest.fixture
def engine(address):
    """An engine without an index, whatever the test before left."""
    engine = ElasticsearchEngine(Server(address), wait=0.1)
    end_lease(engine)
    engine._clear(keep=())
    return engine


def end_lease(engine) -> None:
    """What time does: a writer that was kept from giving up its lease loses it."""
    client_of(engine).options(ignore_status=404).delete(index=f"{NAME}.state", id="writer")


@pytest.fixture
def small_portions(monkeypatch):
    """Documents are sent two at a time, and progress is told after each two."""
    monkeypatch.setattr("search.engines.elastic.server.AT_ONCE", 2)
    monkeypatch.setattr(engine_module, "PROGRESS_EVERY", 2)


@pytest.fixture
def killed(engine, address, small_portions):
    """A build of another process that is killed; its lease has run out."""

    def kill(documents, at: int) -> None:
        kill_in_a_build(lambda: ElasticsearchEngine.at(address), documents, at)
        end_lease(engine)

    return kill


@contextmanager
def standing_still(search_server, engine: ElasticsearchEngine) -> Iterator[None]:
    """The server stands still, and the engine waits half a second for it: only as long as that."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        for seconds in ("_search_seconds", "_write_seconds"):
            monkeypatch.setattr(engine._server, seconds, 0.5)
        with search_server.paused():
            yield


def client_of(engine):
    """Elasticsearch itself, to look and to do harm."""
    return engine._server._open(engine._server._write_seconds)


def indexes(engine) -> list[str]:
    """Names of the indexes on the server."""
    return sorted(client_of(engine).indices.get(index=f"{NAME}.2*"))


def segments(engine) -> int:
    """How many segments the one index on the server has."""
    stats = client_of(engine).indices.stats(index=indexes(engine)[0], metric="segments")
    return stats["_all"]["primaries"]["segments"]["count"]


def block_writes(engine, block: bool) -> None:
    """What Elasticsearch does by itself when the disk is nearly full."""
    client_of(engine).indices.put_settings(
        index=f"{NAME}*", settings={"index.blocks.read_only_allow_delete": block or None}
    )


# --- several processes ---------------------------------------------------------------------------


def test_another_process_sees_a_change_and_a_new_index_at_once(engine, address):
    other = ElasticsearchEngine.at(address)
    engine.index([make_document("Nøkkel", id="article:1")])
    assert ids(find(other, "nøkkel")) == ["article:1"]
    engine.index([make_document("Nøkkel", id="article:2")])
    assert len(ids(find(other, "nøkkel"))) == 2
    engine.rebuild([make_document("Nøkkel", id="article:3")])
    assert ids(find(other, "nøkkel")) == ["article:3"]
    assert len(indexes(engine)) == 1


def test_while_another_writes_the_index_is_busy_and_unchanged(engine, address):
    engine.index([make_document("Nøkkel")])
    with (
        writing(Server(address), f"{NAME}.state", wait=1),
        pytest.raises(IndexBusy, match="try again"),
    ):
        engine.index([make_document("Nøkkel")])
    assert find(engine, "nøkkel").total == 1


@pytest.fixture
def clock(monkeypatch) -> StandingClock:
    """The time leases are told by."""
    clock = StandingClock()
    monkeypatch.setattr(lease_module, "time", clock)
    return clock


def test_a_writer_that_died_is_waited_for_no_longer_than_its_lease(address, clock):
    state = f"{NAME}.state"
    with writing(Server(address), state, wait=1) as held:
        held.release()
    dead = Lease(Server(address), state, seconds=0.3)
    assert dead.taken()
    with pytest.raises(IndexBusy), writing(Server(address), state, wait=0):
        pass
    with writing(Server(address), state, wait=5) as alive:
        assert alive.token > dead.token
        assert clock.passed == pytest.approx(0.3, abs=2 * lease_module.POLL_SECONDS)


def test_a_lease_is_renewed_as_long_as_its_writer_lives(address, clock, monkeypatch):
    state, renewed, renew = f"{NAME}.state", threading.Semaphore(0), Lease.renew
    monkeypatch.setattr(Lease, "renew", lambda lease: (renew(lease), renewed.release()))
    with writing(Server(address), state, wait=5, seconds=0.4):
        other = Lease(Server(address), state, seconds=1)
        for _ in range(4):
            while renewed.acquire(blocking=False):
                pass
            for _ in range(2):  # the first may have looked at the clock before it moved
                assert renewed.acquire(timeout=60)
            clock.sleep(0.3)
            assert not other.taken()
    assert other.taken()
    other.release()


def test_a_writer_that_stood_still_cannot_put_older_content_over_newer(engine, address):
    engine.rebuild([make_document("Gammel", id="article:1")])
    slow, quick = ElasticsearchEngine.at(address), ElasticsearchEngine.at(address)
    lease = Lease(slow._server, f"{NAME}.state", seconds=-1)  # has run out
    assert lease.taken()
    stale = slow._made([make_document("Foreldet", id="article:1")])
    quick.index([make_document("Fersk", id="article:1")])
    with pytest.raises(IndexBusy):
        slow._replace(stale, stale.keys(), lease)
    with pytest.raises(IndexBusy):
        slow._replace({}, ["article:1"], lease)
    assert ids(find(engine, "fersk")) == ["article:1"]


def test_a_build_whose_lease_was_taken_is_not_put_in_use(engine, address):
    engine.rebuild([make_document("Nøkkel")])

    def taken_meanwhile(done):
        with writing(Server(address), f"{NAME}.state", wait=5, seconds=0.01):
            pass

    slow = ElasticsearchEngine(Server(address), wait=5)
    held = Lease(slow._server, f"{NAME}.state", seconds=-1)
    assert held.taken()
    with pytest.raises(IndexBusy):
        slow._build([make_document("Lås")], taken_meanwhile, held)
    assert find(engine, "nøkkel").total == 1
    assert len(indexes(engine)) == 1


def test_readers_never_fail_while_the_index_is_built_again(engine, address):
    engine.rebuild([make_document("Nøkkel")])
    faults: list[Exception] = []
    done = threading.Event()

    def read():
        reader = ElasticsearchEngine.at(address)
        while not done.is_set():
            try:
                assert find(reader, "nøkkel").total == 1
            except Exception as error:
                faults.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _turn in range(4):
        engine.rebuild([make_document("Nøkkel")])
    done.set()
    for thread in threads:
        thread.join()
    assert faults == []


# --- an index that is not as it should be --------------------------------------------------------


def test_an_index_of_another_format_is_said_to_need_building(engine, address, monkeypatch):
    engine.rebuild([make_document("Nøkkel")])
    monkeypatch.setattr(records, "FORMAT", records.FORMAT + 1)
    newer = ElasticsearchEngine.at(address)
    with pytest.raises(EngineUnavailable, match="another format.*search_rebuild"):
        find(newer, "nøkkel")
    health = newer.health()
    assert not health.ok and not health.away
    newer.rebuild([make_document("Nøkkel")])
    assert find(newer, "nøkkel").total == 1


def test_what_was_learnt_may_be_lost_or_damaged(engine, address):
    for harm in ({"meaning": "AAAA"}, {"knowledge": "{"}, {"format": None}, None):
        engine.rebuild([make_document("Nøkkel")])
        (name,) = indexes(engine)
        if harm:
            client_of(engine).update(index=f"{NAME}.state", id=name, doc=harm)
        else:
            client_of(engine).delete(index=f"{NAME}.state", id=name)
        fresh = ElasticsearchEngine.at(address)
        with pytest.raises(EngineUnavailable, match="search_rebuild"):
            find(fresh, "nøkkel")
        assert not fresh.health().ok and not fresh.health().away
    fresh.rebuild([make_document("Nøkkel")])
    assert find(fresh, "nøkkel").total == 1


def test_the_index_may_vanish_under_a_running_process(engine):
    engine.rebuild([make_document("Nøkkel")])
    client_of(engine).indices.delete(index=indexes(engine)[0])
    with pytest.raises(EngineUnavailable, match="search_rebuild"):
        find(engine, "nøkkel")
    with pytest.raises(EngineUnavailable, match="search_rebuild"):
        engine.refresh(["article:1"], lambda wanted: [make_document(id="article:1")])
    engine.rebuild([make_document("Nøkkel")])
    assert find(engine, "nøkkel").total == 1


# --- a server that is away -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "https://elastic:wrong@127.0.0.1:{port}"}, "name and password"),
        ({"url": "https://127.0.0.1:1"}, "does not answer"),
        ({"url": "https://nobody.invalid:9200"}, "does not answer"),
        ({"url": "nonsense"}, "not as it should be"),
        ({"ca_file": "/no/such/file.pem"}, "no file"),
        ({"ca_file": ""}, "does not answer"),
    ],
)
def test_a_wrong_address_password_or_authority_is_said_and_raises_nothing_else(
    address, search_server, change, words
):
    change = {name: value.format(port=search_server.port) for name, value in change.items()}
    wrong = ElasticsearchEngine.at(replace(address, **change))
    with pytest.raises(EngineAway, match=words):
        find(wrong, "nøkkel")
    with pytest.raises(EngineAway):
        ElasticsearchEngine.at(replace(address, **change)).rebuild([make_document()])
    health = ElasticsearchEngine.at(replace(address, **change)).health()
    assert health.away and not health.ok
    assert search_server.password not in health.detail


def test_a_full_disk_stops_changes_and_not_searches(engine):
    engine.rebuild([make_document("Nøkkel", id="article:1")])
    block_writes(engine, True)
    try:
        with pytest.raises(EngineAway, match="read-only"):
            engine.refresh(["article:2"], lambda wanted: [make_document("Lås", id="article:2")])
        with pytest.raises(EngineAway, match="read-only"):
            engine.rebuild([make_document("Lås")])
        assert ids(find(engine, "nøkkel")) == ["article:1"]
        assert engine.health().ok
    finally:
        block_writes(engine, False)
    engine.refresh(["article:2"], lambda wanted: [make_document("Lås", id="article:2")])
    assert ids(find(engine, "lås")) == ["article:2"]


def test_an_index_that_becomes_read_only_in_a_build_leaves_the_old_one_in_use(
    engine, small_portions
):
    engine.rebuild([make_document("Nøkkel")])
    documents = [make_document(f"Lås {number}") for number in range(6)]
    try:
        with pytest.raises(EngineAway, match="read-only"):
            engine.rebuild(documents, progress=lambda done: block_writes(engine, True))
    finally:
        block_writes(engine, False)
    assert find(engine, "nøkkel").total == engine.count() == 1


def test_a_server_that_stands_still_is_given_up_soon_and_asked_again(
    engine, address, search_server, monkeypatch
):
    monkeypatch.setattr("search.engines.elastic.server.FIRST_PAUSE", 30.0)
    engine.rebuild([make_document("Nøkkel", id="article:1")])
    hasty = ElasticsearchEngine.at(address)
    find(hasty, "nøkkel")
    with standing_still(search_server, hasty):
        with pytest.raises(EngineAway, match="Timeout"):
            find(hasty, "nøkkel")
        with pytest.raises(EngineAway, match="asked again"):
            find(hasty, "nøkkel")
        with pytest.raises(EngineAway):
            hasty.refresh(["article:2"], lambda wanted: [make_document("Lås", id="article:2")])
        assert hasty.health().away
    hasty._server.circuit.worked()
    assert ids(find(hasty, "nøkkel")) == ["article:1"]


def test_standing_still_in_the_middle_of_a_search_is_an_engine_away(
    engine, address, search_server, monkeypatch
):
    engine.rebuild([make_document("Nøkkel")])
    hasty = ElasticsearchEngine.at(address)
    find(hasty, "nøkkel")
    snapshot = hasty._snapshot()
    monkeypatch.setattr(hasty, "_snapshot", lambda: snapshot)
    texts = snapshot.texts

    def slow(wanted):
        with standing_still(search_server, hasty):
            return texts(wanted)

    monkeypatch.setattr(snapshot, "texts", slow)
    with pytest.raises(EngineAway):
        find(hasty, "nøkkel")


@pytest.mark.parametrize("reached", [True, False], ids=["done all the same", "not done"])
def test_a_swap_whose_answer_is_lost_ends_in_one_whole_index(
    engine, address, search_server, monkeypatch, reached
):
    engine.rebuild([make_document("Nøkkel")])
    hasty = ElasticsearchEngine.at(address)
    put_in_use = hasty._put_in_use

    def lost(name, old):
        if reached:
            put_in_use(name, old)
        with standing_still(search_server, hasty):
            hasty.count()

    monkeypatch.setattr(hasty, "_put_in_use", lost)
    with pytest.raises(EngineAway):
        hasty.rebuild([make_document("Lås")])
    assert find(engine, "lås" if reached else "nøkkel").total == engine.count() == 1
    end_lease(engine)
    assert engine.rebuild([make_document("Hengsel")]) == 1
    assert find(engine, "hengsel").total == 1
    assert len(indexes(engine)) == 1


def test_a_server_killed_in_a_build_comes_back_with_all_it_had_confirmed(
    engine, address, search_server, small_portions
):
    engine.rebuild([make_document("Nøkkel", id="article:1")])
    engine.index([make_document("Lås", id="article:2")])
    documents = [make_document(f"Hengsel {number}") for number in range(6)]
    with pytest.raises(EngineAway):
        engine.rebuild(documents, progress=lambda done: search_server.kill())
    with pytest.raises(EngineAway):
        find(ElasticsearchEngine.at(address), "nøkkel")
    search_server.start()
    back = ElasticsearchEngine.at(address)
    end_lease(back)
    assert sorted(back.fingerprints()) == ["article:1", "article:2"]
    assert ids(find(back, "lås")) == ["article:2"]
    assert back.rebuild([make_document("Hengsel")]) == 1
    assert len(indexes(back)) == 1


# --- the circuit ---------------------------------------------------------------------------------


def test_after_a_failure_one_asks_for_all_and_each_failure_doubles_the_pause():
    now = [0.0]
    circuit = Circuit(clock=lambda: now[0])
    assert circuit.allows()
    circuit.failed()
    assert not circuit.allows()
    now[0] = 2.0
    assert circuit.allows() and not circuit.allows()
    circuit.failed()
    now[0] = 5.9
    assert not circuit.allows()
    now[0] = 6.0
    assert circuit.allows()
    for _failure in range(20):
        circuit.failed()
    now[0] = 36.0
    assert circuit.allows()
    circuit.worked()
    assert circuit.allows() and circuit.allows()


# --- both engines --------------------------------------------------------------------------------


def test_both_engines_give_the_same_hits_in_the_same_order(engine, tmp_path):
    embedded = EmbeddedEngine(tmp_path / "index")
    documents = [
        *on_subjects(),
        make_document("Faktura og betaling", updated_at=datetime(2026, 1, 1, tzinfo=UTC)),
        make_document("Tilgangspakke for lønn", body="token " * 30, language="nb"),
        make_document("Client", body="scope klient", language="en", translation_key="c"),
        make_document("Klient", body="omfang", language="nb", translation_key="c"),
    ]
    for each in (engine, embedded):
        each.rebuild(documents)
    for text in (
        "token scope", "invoice", "tilgang", "lønn trekk -kort", '"klient nøkkel"', "",
        "side 17", "klint", "språk:en klient", "arbeidsgiver oppgjør farge knapp",
    ):  # fmt: skip
        one, other = (find(each, text, size=50) for each in (engine, embedded))
        assert [(hit.id, round(hit.score, 6)) for hit in one.hits] == [
            (hit.id, round(hit.score, 6)) for hit in other.hits
        ], text
        assert (one.total, one.facets, one.did_you_mean) == (
            other.total, other.facets, other.did_you_mean,
        ), text  # fmt: skip
        assert [each.snippet_html for each in one.hits] == [
            each.snippet_html for each in other.hits
        ]


def test_fingerprints_are_read_in_pages_as_of_one_moment(engine, monkeypatch):
    monkeypatch.setattr("search.engines.elastic.snapshot.FINGERPRINTS_AT_ONCE", 2)
    engine.rebuild([make_document(f"Side {number}", id=f"article:{number}") for number in range(5)])
    found = engine._snapshot().fingerprints()
    first = next(found)
    engine.delete(["article:3", "article:4"])
    assert {first[0], *(identity for identity, _ in found)} == {
        f"article:{number}" for number in range(5)
    }


def test_a_document_the_server_refuses_is_an_error_and_not_passed_over(engine):
    engine.rebuild([make_document("Nøkkel")])
    with pytest.raises(SearchError):
        engine.index([make_document("Lås", id="article:" + "9" * 600)])
    assert engine.count() == 1


def test_a_large_index_is_made_small_once_every_copy_has_everything(engine, monkeypatch):
    monkeypatch.setattr(engine_module, "LARGE", 3)
    monkeypatch.setattr(engine_module, "SEGMENT", 2)
    asked = iter([False, True])
    monkeypatch.setattr(compacting, "POLL_SECONDS", 0)
    monkeypatch.setattr(compacting, "has_all_everywhere", lambda server, index: next(asked))
    engine.rebuild([make_document("Nøkkel", id=f"article:{number}") for number in range(3)])
    assert next(asked, "asked until it was so") == "asked until it was so"
    until = time.monotonic() + 60
    while (count := segments(engine)) > 1 and time.monotonic() < until:
        time.sleep(0.02)
    assert count == 1
    assert len(ids(find(engine, "nøkkel"))) == 3


def test_an_index_whose_copies_lag_behind_is_left_as_it_is(engine, monkeypatch):
    engine.rebuild([])
    assert compacting.has_all_everywhere(engine._server, indexes(engine)[0])
    engine.index([make_document("Nøkkel", id="article:1")])
    engine.index([make_document("Lås", id="article:2")])
    monkeypatch.setattr(compacting, "has_all_everywhere", lambda server, index: False)
    assert not compacting.compact(engine._server, indexes(engine)[0], patience=0)
    assert segments(engine) == 2


def test_terms_counted_beside_a_search_are_those_counted_alone(engine):
    engine.rebuild(
        [make_document("Nøkkel og lås", id="article:1"), make_document("Nøkkel", id="article:2")]
    )
    alone, beside = engine._snapshot(), engine._snapshot()
    words = tuple(alone.analyser.query_words("nøkkel hengsel", "nb"))
    beside.retrieve(Retrieval(words=words, visibility=PUBLIC, limit=10))
    counted = beside.statistics(terms_of(words))
    assert counted == alone.statistics(terms_of(words))
    assert counted.documents == 2
    assert {counted.frequencies[word.exact] for word in words} == {0, 2}


def test_removing_leaves_nothing_of_the_name_on_the_server(engine, address):
    other = ElasticsearchEngine.at(replace(address, name=f"{NAME}-more"))
    other.rebuild([make_document("Nøkkel")])
    other.remove()
    assert not client_of(engine).indices.get(index=f"{NAME}-more*", allow_no_indices=True)
    assert engine_module.NO_INDEX in other.health().detail
    other.remove()
