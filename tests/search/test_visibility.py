"""What somebody may not see leaves no trace in their search, though the index lags behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from wagtail.models import PageViewRestriction

from accounts.visibility import tokens_for
from cms.community import moderation
from cms.community import services as community
from dispatch.models import OutboxRow
from search import indexing
from search.asking import search
from search.current_words import current
from search.editors_words import save_best_bet
from search.registry import registry
from search.types import Page
from tests.factories import make_article, make_product, make_section, make_user
from tests.search.server import on_the_server
from tests.triage.tickets.desk import NOW, opened
from triage.tickets.models import Ticket

WORD = "kvantelekkasje"  # in the hidden text only
MISSPELLED = "kvantelekasje"
BESIDE = "vannlekkasje"  # in a text everybody finds
FIRST_LINE = frozenset({"agent", "colleague"})  # has had every case that came in
MANAGERS = frozenset({"manager", "administrator"})


@dataclass(frozen=True)
class Hidden:
    """Something out of sight: its id, and the people who still see it, by name."""

    id: str
    seen_by: frozenset[str] = frozenset()


Hide = Callable[[object, Callable[[], object]], Hidden]


def _article(section=None, **fields):
    return make_article(
        section,
        title=f"Om {WORD}",
        answer=f"En {WORD} er farlig.",
        products=[make_product(slug="hemmelig-produkt")],
        **fields,
    )


def unpublished_article(desk, before) -> Hidden:
    """Taken down by its editor."""
    article = _article()
    before()
    article.unpublish()
    return Hidden(f"article:{article.pk}")


def deleted_article(desk, before) -> Hidden:
    """Deleted by its editor."""
    article = _article()
    before()
    number = article.pk
    article.delete()
    return Hidden(f"article:{number}")


def article_of_a_private_section(desk, before) -> Hidden:
    """In a section that was closed to all but a group nobody is in."""
    section = make_section()
    article = _article(section)
    before()
    PageViewRestriction.objects.create(page=section, restriction_type="groups")
    return Hidden(f"article:{article.pk}", frozenset({"editor", "administrator"}))


def article_moved_into_a_private_section(desk, before) -> Hidden:
    """Moved to where only those signed in may read."""
    article = _article()
    private = make_section()
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    before()
    article.move(private, pos="last-child")
    everybody = frozenset(people(desk)) - {"visitor"}
    return Hidden(f"article:{article.pk}", everybody)


def hidden_question(desk, before) -> Hidden:
    """Hidden by a moderator."""
    question = community.ask_question(
        by=desk.people.stranger,
        title=f"Om {WORD}",
        body="Hva er det?",
        language="nb",
        product=make_product(slug="hemmelig-produkt"),
        now=NOW,
    )
    before()
    moderator = make_user(groups=("moderator",))
    moderation.hide(post=question, by=moderator, reason="Reklame", now=NOW)
    return Hidden(f"question:{question.pk}")


def hidden_answer(desk, before) -> Hidden:
    """An answer hidden by a moderator, under a question everybody sees."""
    question = community.ask_question(
        by=desk.people.stranger,
        title="Om noe annet",
        body="Hva er det?",
        language="nb",
        product=make_product(slug="hemmelig-produkt"),
        now=NOW,
    )
    answer = community.answer_question(
        question=question, by=desk.people.member, body=f"Det er {WORD}.", now=NOW
    )
    before()
    moderator = make_user(groups=("moderator",))
    moderation.hide(post=answer, by=moderator, reason="Reklame", now=NOW)
    return Hidden("answer")


def other_peoples_ticket(desk, before) -> Hidden:
    """An ordinary case of the asker's organisation."""
    ticket = opened(desk, subject=f"Om {WORD}", body="Hjelp")
    before()
    return Hidden(f"ticket:{ticket.pk}", FIRST_LINE | MANAGERS | {"asker", "contact"})


def security_ticket(desk, before) -> Hidden:
    """A case that turned out to be about security."""
    ticket = opened(desk, subject=f"Om {WORD}", body="Hjelp")
    before()
    Ticket.objects.filter(pk=ticket.pk).update(security=True)
    indexing.changed(f"ticket:{ticket.pk}")
    return Hidden(f"ticket:{ticket.pk}", FIRST_LINE | {"asker", "guard"})


def not_a_case(desk, before) -> Hidden:
    """A case that was none, which nobody needs to find."""
    ticket = opened(desk, subject=f"Om {WORD}", body="Hjelp")
    before()
    Ticket.objects.filter(pk=ticket.pk).update(
        status="closed", close_reason="not_a_case", closed_at=NOW
    )
    indexing.changed(f"ticket:{ticket.pk}")
    return Hidden(f"ticket:{ticket.pk}", FIRST_LINE | MANAGERS | {"asker", "contact"})


WAYS = [
    unpublished_article,
    deleted_article,
    article_of_a_private_section,
    article_moved_into_a_private_section,
    hidden_question,
    hidden_answer,
    other_peoples_ticket,
    security_ticket,
    not_a_case,
]


def people(desk) -> dict[str, object]:
    """One person in every role."""
    return vars(desk.people) | {
        "visitor": AnonymousUser(),
        "editor": desk.editor,
        "moderator": desk.moderator,
        "administrator": desk.administrator,
    }


@pytest.fixture
def desk(desk):
    """The desk, with an editor, a moderator and an administrator, and something all may read."""
    for group in ("editor", "moderator", "administrator"):
        setattr(desk, group, make_user(groups=(group,)))
    make_article(title=f"Om {BESIDE}", answer="Alle kan lese dette.")
    return desk


def asked(text: str, user) -> Page:
    """What the person is shown."""
    return search(
        text,
        user=user,
        visibility=tokens_for(user),
        language="nb",
        now=timezone.now(),
        place="search",
    )


def put_first(hidden: Hidden) -> None:
    """Make an editor's best bet of what is hidden, for words that all find something by."""
    if ":" in hidden.id:
        phrases = f"{WORD}\n{BESIDE} {MISSPELLED}"
        save_best_bet(phrases=phrases, document=hidden.id, within=True, position=1)


def titles(prefix: str, user) -> list[str]:
    """The titles the person is offered."""
    found = indexing.engine().suggest(prefix, visibility=tokens_for(user), editors=current())
    allowed = registry.recheck([each.id for each in found], user)
    return [each.title for each in found if each.id in allowed]


def traces(user) -> list[str]:
    """Everything that tells this person that the hidden text is there."""
    found = []
    page = asked(WORD, user)
    beside = asked(f"{BESIDE} {MISSPELLED}", user)
    if any(WORD in repr(each) for each in (*page.hits, *beside.hits)):
        found.append("hit")
    if page.total > len(page.hits) or beside.total > len(beside.hits):
        found.append("count")
    facets = repr((page.facets, beside.facets))
    if any(word in facets for word in ("hemmelig-produkt", "ticket", "question")):
        found.append("facet")
    if WORD in page.did_you_mean or WORD in beside.did_you_mean:
        found.append("did you mean")
    if any(WORD in title for title in titles("kvante", user)):
        found.append("suggestion")
    return found


@pytest.mark.parametrize("stale", [True, False], ids=["index lags", "index follows"])
@pytest.mark.parametrize("hide", WAYS, ids=lambda way: way.__name__)
def test_what_is_hidden_leaves_no_trace_for_anybody_who_may_not_see_it(hide, stale, desk, drain):
    def indexed_so_far():
        indexing.rebuild()
        while drain():
            pass

    hidden = hide(desk, indexed_so_far)
    put_first(hidden)
    if not stale:
        while drain():
            pass
    left = {
        name: traces(person)
        for name, person in people(desk).items()
        if name not in hidden.seen_by and not (hidden.id == "answer" and name == "moderator")
    }
    if hidden.id == "answer":  # the question itself is for everybody
        left = {name: [each for each in found if each != "facet"] for name, found in left.items()}
    assert {name: found for name, found in left.items() if found} == {}


@on_the_server
@pytest.mark.sqlite
@pytest.mark.parametrize("hide", WAYS, ids=lambda way: way.__name__)
def test_nothing_hidden_leaves_a_trace_on_elasticsearch_either(hide, desk, drain, on_server):
    """Once while the index lags and once when it follows, to a few of those who may not see it."""

    def indexed_so_far():
        indexing.rebuild()
        while drain():
            pass

    hidden = hide(desk, indexed_so_far)
    put_first(hidden)
    few = {"visitor", "contact", "moderator"} - hidden.seen_by
    if hidden.id == "answer":
        few.remove("moderator")
    persons = people(desk)
    for stage in ("index lags", "index follows"):
        for name in few:
            left = set(traces(persons[name]))
            if hidden.id == "answer":  # the question itself is for everybody
                left.discard("facet")
            assert left == set(), (name, stage)
        while drain():
            pass


@pytest.mark.parametrize("hide", [other_peoples_ticket, security_ticket], ids=lambda w: w.__name__)
def test_those_who_may_see_it_find_it(hide, desk, drain):
    indexing.rebuild()
    hidden = hide(desk, lambda: None)
    while drain():
        pass
    for name in hidden.seen_by:
        person = people(desk)[name]
        assert [hit.id for hit in asked(WORD, person).hits] == [hidden.id], name


def test_where_very_much_waits_only_checked_hits_are_shown(desk, drain, monkeypatch):
    article = _article()
    indexing.rebuild()
    article.unpublish()
    monkeypatch.setattr(indexing, "MOST_WAITING_ROWS", 0)
    page = asked(f"{WORD} {BESIDE} {MISSPELLED}", AnonymousUser())
    assert [hit.title for hit in page.hits] == [f"Om {BESIDE}"]
    assert (page.total, page.facets, page.did_you_mean) == (1, {}, "")


def test_a_change_nobody_told_the_index_of_is_kept_out_by_the_database(desk):
    article = _article()
    indexing.rebuild()
    type(article).objects.filter(pk=article.pk).update(live=False)
    OutboxRow.objects.all().delete()
    page = asked(f"{WORD} {BESIDE}", AnonymousUser())
    assert [hit.title for hit in page.hits] == [f"Om {BESIDE}"]
    assert page.total == 1 and "hemmelig-produkt" not in repr(page.facets)
