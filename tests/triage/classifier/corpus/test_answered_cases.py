"""Which articles answered the site's own cases, and what is learnt from that."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_article
from tests.triage.classifier.decided import decided, many
from tests.triage.tickets.desk import MINUTE, NOW, in_status, opened
from triage.classifier.corpus import decided_cases
from triage.classifier.corpus.answered_cases import answered_examples, articles_of
from triage.classifier.corpus.samples import Example
from triage.classifier.learner.articles import NO_ARTICLE
from triage.oversight.models import UsedArticle
from triage.tickets import services
from triage.tickets.models import Ticket
from triage.tickets.states import Status

pytestmark = pytest.mark.django_db


def _used(tickets, document, *, at=NOW):
    UsedArticle.objects.bulk_create(
        UsedArticle(
            ticket=ticket,
            document=document,
            published_at=NOW - timedelta(days=9),
            used_at=at,
        )
        for ticket in tickets
    )


def _by_second_line(desk, *, solved=True) -> Ticket:
    ticket = opened(desk)
    services.hand_over(
        ticket=ticket,
        by=desk.people.agent,
        to=desk.second,
        reason="no_access",
        tried="Sett i loggen.",
        now=NOW + MINUTE,
    )
    common = {"ticket": ticket, "by": desk.people.expert, "now": NOW + 2 * MINUTE}
    services.reply(**common, body="Vi har rettet feilen.")
    if solved:
        services.resolve(**common, solution_code="answer", body="")
    return ticket


def test_an_article_answered_a_case_when_it_stood_in_its_latest_answer(desk):
    ticket = opened(desk)
    _used([ticket], "article:1")
    _used([ticket], "article:2", at=NOW + MINUTE)
    assert articles_of([ticket.pk]) == {ticket.pk: "article:2"}


def test_what_the_second_line_solved_without_an_article_has_none(desk):
    ticket, with_article = _by_second_line(desk), _by_second_line(desk)
    _used([with_article], "article:1")
    found = articles_of([ticket.pk, with_article.pk])
    assert found == {ticket.pk: NO_ARTICLE, with_article.pk: "article:1"}


def test_of_other_cases_it_is_not_known(desk):
    solved = in_status(desk, Status.RESOLVED)  # in the first line, in its own words
    tickets = [opened(desk), solved, _by_second_line(desk, solved=False)]
    assert articles_of([each.pk for each in tickets]) == {}


def test_it_is_read_in_as_many_statements_for_many_cases(desk):
    counted = []
    for tickets in (many(desk, 1), many(desk, 30)):
        _used(tickets, "article:1")
        with CaptureQueriesContext(connection) as queries:
            assert len(articles_of([each.pk for each in tickets])) == len(tickets)
        counted.append(len(queries))
    assert counted == [2, 2]


def _example(**fields) -> Example:
    return Example(**{"text": "Vi spør", "labels": {}, "group": "case 1", **fields})


def test_articles_of_the_sample_keep_their_names_and_others_go_by_their_number(desk):
    known, new, rare = (make_article(slug=slug) for slug in ("kjent", "ny", "sjelden"))
    own = _example()
    cases = [
        (own, f"article:{known.pk}"),
        *[(own, f"article:{new.pk}")] * 3,
        (own, f"article:{rare.pk}"),
        (own, NO_ARTICLE),
        (own, None),
    ]
    found = answered_examples(cases, [_example(article="kjent"), _example(article="borte")])
    assert [case.article for case in found] == ["kjent", *[f"article:{new.pk}"] * 3, ""]


def test_articles_that_are_gone_are_not_learnt(desk):
    article = make_article(slug="kjent")
    article.unpublish()
    cases = [(_example(), f"article:{article.pk}")] * 5 + [(_example(), "article:9999")] * 5
    assert answered_examples(cases, [_example(article="kjent")]) == []


def test_decided_cases_know_their_article(desk):
    tickets = many(desk, 2)
    decided(tickets, "melding")
    _used(tickets[:1], "article:1")
    found = {case.ticket: case.article for case in decided_cases.newest()}
    assert found == {tickets[0].pk: "article:1", tickets[1].pk: None}
