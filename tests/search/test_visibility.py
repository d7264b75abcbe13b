"""What somebody may not see leaves no trace in their search, though the index lags behind."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache

from cms.community import services as community
from dispatch.models import OutboxRow
from search import indexing
from tests.factories import make_article, make_user
from tests.search.hiding import (
    BESIDE,
    MISSPELLED,
    PLACE,
    WAYS,
    WORD,
    Hidden,
    article_about_it,
    case_of_an_organisation_one_left,
    hidden_answer,
    hidden_product,
    other_peoples_ticket,
    people,
    security_ticket,
    unpublished_article,
    words_of_a_private_section,
)
from tests.search.looking import asked, feeds_tell, make_known, places, traces
from tests.search.server import on_the_server
from tests.triage.tickets.desk import NOW

# On the server the same code looks; these touch each of its parts, and --thorough takes all.
ON_THE_SERVER = (unpublished_article, words_of_a_private_section, hidden_answer, security_ticket)
SOME = ("visitor", "contact", "member", "stranger", "expert", "moderator", "editor")
CASES = (other_peoples_ticket, case_of_an_organisation_one_left, security_ticket)
FEW = ("visitor", "contact", "moderator", "expert")


@pytest.fixture
def desk(desk):
    """The desk, with an editor, a moderator and an administrator, and something all may read."""
    for group in ("editor", "moderator", "administrator"):
        setattr(desk, group, make_user(groups=(group,)))
    make_article(title=f"Om {BESIDE}", answer="Alle kan lese dette.")
    cache.clear()
    return desk


def indexed(drain) -> None:
    """Bring the index up to what is there."""
    indexing.rebuild()
    while drain():
        pass


def unseeing(hidden: Hidden, desk) -> dict[str, object]:
    """Those who may not see it, by name. Moderators look at hidden answers in their own list."""
    return {name: who for name, who in people(desk).items() if name not in hidden.seen_by}


def only(persons: dict[str, object], names: Collection[str]) -> dict[str, object]:
    """Those of the persons who have one of the names."""
    return {name: person for name, person in persons.items() if name in names}


def look(hidden: Hidden, persons: dict[str, object], drain) -> None:
    """Once while the index lags, and once when it follows."""
    make_known(hidden.id)
    assert not feeds_tell()
    for stage in ("index lags", "index follows"):
        for name, person in persons.items():
            assert traces(person, hidden) == set(), (name, stage)
        while drain():
            pass


@pytest.mark.parametrize("hide", WAYS, ids=lambda way: way.__name__)
def test_what_is_hidden_leaves_no_trace_for_anybody_who_may_not_see_it(hide, desk, drain, thorough):
    hidden = hide(desk, lambda: indexed(drain))
    persons = unseeing(hidden, desk)
    look(hidden, persons if thorough else only(persons, SOME), drain)


@on_the_server
@pytest.mark.sqlite
@pytest.mark.parametrize("hide", WAYS, ids=lambda way: way.__name__)
def test_nothing_hidden_leaves_a_trace_on_elasticsearch_either(
    hide, desk, drain, request, thorough
):
    if hide not in ON_THE_SERVER and not thorough:
        pytest.skip("left to the thorough run")
    request.getfixturevalue("on_server")
    hidden = hide(desk, lambda: indexed(drain))
    look(hidden, only(unseeing(hidden, desk), FEW), drain)


def test_what_is_not_hidden_is_told_in_every_place_that_is_looked_at(desk, drain):
    """Else there would be no traces because nobody looks."""
    article = make_article(
        title=f"Om {WORD}", answer=f"En {WORD} er farlig.", products=[hidden_product()]
    )
    make_known(f"article:{article.pk}")
    indexed(drain)
    visitor = AnonymousUser()
    everywhere = {"hit", "facet", "did you mean", "title", "suggestion", "typeahead"}
    everywhere |= {"typeahead, searches", "popular", "found by it", "lead"}
    assert places(visitor, f"article:{article.pk}") == everywhere
    assert not feeds_tell()
    community.ask_question(
        by=desk.people.stranger, title=f"Om {WORD}", body="Hva?", language="nb",
        product=hidden_product(), now=NOW,
    )  # fmt: skip
    assert feeds_tell()


@pytest.mark.parametrize(
    "hide",
    [other_peoples_ticket, case_of_an_organisation_one_left, security_ticket],
    ids=lambda w: w.__name__,
)
def test_those_who_may_see_it_find_it(hide, desk, drain):
    indexing.rebuild()
    hidden = hide(desk, lambda: None)
    while drain():
        pass
    for name in hidden.seen_by:
        person = people(desk)[name]
        assert [hit.id for hit in asked(WORD, person).hits] == [hidden.id], name


def test_where_very_much_waits_only_checked_hits_are_shown(desk, drain, monkeypatch):
    article = article_about_it()
    indexing.rebuild()
    article.unpublish()
    monkeypatch.setattr(indexing, "MOST_WAITING_ROWS", 0)
    page = asked(f"{WORD} {BESIDE} {MISSPELLED}", AnonymousUser())
    assert [hit.title for hit in page.hits] == [f"Om {BESIDE}"]
    assert (page.total, page.facets, page.did_you_mean) == (1, {}, "")


def test_a_change_nobody_told_the_index_of_is_kept_out_by_the_database(desk):
    article = article_about_it()
    indexing.rebuild()
    type(article).objects.filter(pk=article.pk).update(live=False)
    OutboxRow.objects.all().delete()
    page = asked(f"{WORD} {BESIDE}", AnonymousUser())
    assert [hit.title for hit in page.hits] == [f"Om {BESIDE}"]
    assert page.total == 1 and PLACE not in repr(page.facets)
