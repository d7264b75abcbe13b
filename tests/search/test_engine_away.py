"""The server of the search engine is away: the site goes on, and nothing is lost.

No server is needed for most of this: nothing listens at the address.
"""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.visibility import tokens_for
from dispatch import outbox
from dispatch.models import OutboxRow
from search import indexing
from search.asking import search
from search.contract import EngineAway, EngineUnavailable
from search.engines.elastic import server as server_module
from search.engines.embedded import EmbeddedEngine
from search.engines.standby import WithStandby
from search.indexing import engine, engines, keep_readable, rebuild
from search.types import Health
from tests.factories import make_article, make_user
from tests.search.documents import PUBLIC, make_document
from tests.search.engines.expectations import find, ids
from tests.search.server import on_the_server
from tests.triage.tickets.desk import opened
from triage.tickets.models import Ticket

pytestmark = pytest.mark.django_db
NOWHERE = "https://elastic:secret@127.0.0.1:1"


@pytest.fixture
def away(settings):
    """Elasticsearch is chosen, and nothing answers there."""
    settings.SEARCH_ENGINE = "elasticsearch"
    settings.ELASTICSEARCH_URL = NOWHERE


@pytest.fixture
def server(monkeypatch, tmp_path):
    """Let the server come back, with what it had: an engine like any other stands for it."""
    held = EmbeddedEngine(tmp_path / "server")

    def back():
        monkeypatch.setattr(indexing, "_elasticsearch", lambda *address: held)
        return held

    return back


def found(text: str) -> list[str]:
    """Ids of what a visitor finds."""
    page = search(
        text,
        user=AnonymousUser(),
        visibility=tokens_for(AnonymousUser()),
        language="nb",
        now=timezone.now(),
        place="search",
    )
    return ids(page)


def rows() -> list[OutboxRow]:
    """What waits for the index."""
    return list(OutboxRow.objects.filter(topic="search", delivered_at=None).order_by("pk"))


def test_the_embedded_engine_alone_is_what_one_has_without_choosing():
    assert engines() == [engine()]
    assert isinstance(engine(), EmbeddedEngine)


def test_beside_elasticsearch_the_embedded_engine_stands_by(away):
    main, standby = engines()
    assert isinstance(engine(), WithStandby)
    assert main.health().away and not standby.health().ok
    assert "secret" not in repr(vars(main._server))


def test_taking_in_a_case_and_publishing_do_not_notice(away, desk):
    ticket, article = opened(desk), make_article()
    article.save_revision().publish()
    assert Ticket.objects.filter(pk=ticket.pk).exists()
    assert len(rows()) == 2


def test_changes_wait_for_the_server_and_are_in_the_standby_meanwhile(away, drain, server):
    keep_readable(timezone.now())
    article = make_article(title="Nøkkel")
    assert drain() == 0
    (row,) = rows()
    assert row.last_error == EngineAway.__name__
    assert found("nøkkel") == [f"article:{article.pk}"]
    held = server()
    held.rebuild([])
    assert outbox.drain(row.next_attempt_at) == 1
    assert held.fingerprints().keys() == {f"article:{article.pk}"}


def test_what_was_withdrawn_is_not_found_in_the_standby(away, drain):
    article = make_article(title="Nøkkel")
    keep_readable(timezone.now())
    assert found("nøkkel")
    article.unpublish()
    assert found("nøkkel") == []
    drain()
    assert found("nøkkel") == []
    assert engines()[1].count() == 0


def test_a_long_absence_is_made_up_for_by_itself(away, server):
    make_article()
    OutboxRow.objects.update(
        given_up_at=timezone.now() - indexing.REST, last_error=EngineAway.__name__, attempts=15
    )
    keep_readable(timezone.now())
    assert rows()[0].given_up_at
    held = server()
    now = timezone.now()
    keep_readable(now)
    assert held.count() == 1
    assert not rows()[0].given_up_at
    outbox.drain(now)
    assert rows() == []


def test_rows_given_up_for_another_reason_wait_for_a_person(server, settings):
    settings.SEARCH_ENGINE = "elasticsearch"
    server()
    make_article()
    OutboxRow.objects.update(given_up_at=timezone.now(), last_error="LookupError", attempts=15)
    keep_readable(timezone.now() + indexing.REST)
    assert rows()[0].given_up_at


def test_the_standby_is_built_by_the_worker_though_the_server_is_away(away):
    article = make_article(title="Nøkkel")
    keep_readable(timezone.now())
    assert found("nøkkel") == [f"article:{article.pk}"]
    indexing.check_daily(timezone.now())


def test_the_search_page_answers_from_the_standby_or_offers_browsing(away):
    make_article(title="Nøkkelen er utløpt")
    without = Client().get("/sok/", {"q": "nøkkelen"})
    assert without.status_code == 503
    assert "Søket er nede akkurat nå" in without.content.decode()
    keep_readable(timezone.now())
    answer = Client().get("/sok/", {"q": "nøkkelen"})
    assert answer.status_code == 200
    assert "<mark>Nøkkelen</mark> er utløpt" in answer.content.decode()
    offered = Client().get("/sok/forslag/", {"q": "nøkk"}).json()
    assert [each["title"] for each in offered["suggestions"]] == ["Nøkkelen er utløpt"]


@pytest.mark.parametrize(
    ("language", "without", "with_standby"),
    [
        ("nb", "Folk kan ikke søke.", "Folk søker i reserveindeksen."),
        ("nn", "Folk kan ikkje søkje.", "Folk søkjer i reserveindeksen."),
    ],
)
def test_administrators_see_that_the_server_is_away(away, language, without, with_standby):
    browser = Client()
    browser.force_login(
        make_user(groups=("administrator",), language=language),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert without in browser.get("/drift/").content.decode()
    keep_readable(timezone.now())
    page = browser.get("/drift/").content.decode()
    assert with_standby in page and without not in page


def test_commands_say_what_is_wrong_and_setting_up_goes_on(away, capsys):
    make_article()
    with pytest.raises(CommandError, match="does not answer"):
        call_command("search_rebuild", skip_checks=True)
    assert engines()[1].count() == 1  # built all the same
    with pytest.raises(CommandError, match="does not answer"):
        call_command("search_check", "--repair", skip_checks=True)
    call_command("search_rebuild", "--if-missing", skip_checks=True)
    assert "The worker builds the index" in capsys.readouterr().out


def test_both_indexes_are_checked_and_repaired(settings, server, capsys):
    settings.SEARCH_ENGINE = "elasticsearch"
    held = server()
    article = make_article()
    rebuild()
    held.delete([f"article:{article.pk}"])
    engines()[1].index([make_document(id="plate:1")])
    with pytest.raises(CommandError, match="--repair"):
        call_command("search_check", skip_checks=True)
    told = capsys.readouterr().out
    assert "1 missing, 0 stale, 0 surplus in the index." in told
    assert "0 missing, 0 stale, 1 surplus in the index that stands by." in told
    call_command("search_check", "--repair", skip_checks=True)
    assert [each.count() for each in engines()] == [1, 1]


# --- two engines as one --------------------------------------------------------------------------


class Away:
    """An engine whose server never answers."""

    def health(self) -> Health:
        return Health(ok=False, away=True, detail="Away")

    def __getattr__(self, name):
        def fails(*args, **kwargs):
            raise EngineAway("Away")

        return fails


def test_changes_are_made_in_both(tmp_path):
    main, standby = (EmbeddedEngine(tmp_path / name) for name in ("main", "standby"))
    both = WithStandby(main, standby)
    both.rebuild([make_document("Nøkkel", id="article:1")])
    both.index([make_document("Lås", id="article:2")])
    assert not standby.health().ok  # without an index it is left alone
    standby.rebuild([])
    both.index([make_document("Lås", id="article:3")])
    both.refresh(["article:4"], lambda wanted: [make_document("Lås", id="article:4")])
    both.delete(["article:3"])
    assert sorted(both.fingerprints()) == ["article:1", "article:2", "article:4"]
    assert sorted(standby.fingerprints()) == ["article:4"]
    assert (both.count(), both.health().documents) == (3, 3)


def test_the_standby_answers_only_when_the_main_one_is_away(tmp_path):
    standby = EmbeddedEngine(tmp_path / "standby")
    both = WithStandby(Away(), standby)
    with pytest.raises(EngineAway, match="^Away$"):
        find(both, "nøkkel")
    standby.rebuild([make_document("Nøkkel", id="article:1")])
    assert ids(find(both, "nøkkel")) == ["article:1"]
    assert [each.id for each in both.suggest("nøk", visibility=PUBLIC)] == ["article:1"]
    for change in (
        lambda: both.index([make_document(id="article:2")]),
        lambda: both.delete(["article:2"]),
        lambda: both.rebuild([]),
    ):
        with pytest.raises(EngineAway):
            change()
    assert both.health().away


def test_the_standby_answers_also_while_the_main_one_has_no_index(tmp_path):
    main, standby = (EmbeddedEngine(tmp_path / name) for name in ("main", "standby"))
    both = WithStandby(main, standby)
    with pytest.raises(EngineUnavailable, match="no search index yet"):
        find(both, "nøkkel")
    standby.rebuild([make_document("Nøkkel", id="article:1")])
    assert ids(find(both, "nøkkel")) == ["article:1"]
    assert [each.id for each in both.suggest("nøk", visibility=PUBLIC)] == ["article:1"]
    assert not both.health().ok
    main.rebuild([make_document("Nøkkel", id="article:2")])
    assert ids(find(both, "nøkkel")) == ["article:2"]


# --- with a real server --------------------------------------------------------------------------


@on_the_server
@pytest.mark.sqlite
def test_switching_is_a_setting_and_a_command_and_an_absence_ends_by_itself(
    on_server, drain, monkeypatch
):
    article = make_article(title="Nøkkel")
    call_command("search_rebuild", skip_checks=True)
    main, standby = engines()
    assert main.count() == standby.count() == 1
    assert found("nøkkel") == [f"article:{article.pk}"]
    monkeypatch.setattr(main._server, "_search_seconds", 0.5)
    monkeypatch.setattr(main._server, "_write_seconds", 0.5)
    monkeypatch.setattr(server_module, "FIRST_PAUSE", 0.0)
    with on_server.paused():
        assert found("nøkkel") == [f"article:{article.pk}"]
        other = make_article(title="Nøkkel til lås")
        assert drain() == 0
        assert set(found("nøkkel")) == {f"article:{article.pk}", f"article:{other.pk}"}
        assert Client().get("/sok/", {"q": "nøkkel"}).status_code == 200
    monkeypatch.setattr(main._server, "_search_seconds", 60)
    monkeypatch.setattr(main._server, "_write_seconds", 120)
    outbox.drain(rows()[0].next_attempt_at)
    assert rows() == []
    assert main.fingerprints() == standby.fingerprints()
    assert main.count() == 2
