"""What the page of a question tells of its bridges, to whom, and at what cost."""

from django.contrib.auth.models import AnonymousUser

from portal.bridges.tools import tools_for
from tests.factories import make_user
from tests.portal.bridges.asking import LATER, answer_by, taken_up
from tests.portal.desk.pages import signed_in, text_of

LOOKS = {
    "nb": "Brukerstøtten ser på spørsmålet",
    "nn": "Brukarstøtta ser på spørsmålet",
    "en": "The support desk is looking at the question",
}


def test_everybody_reads_that_the_desk_looks_at_it_while_it_does(desk, question, member):
    assert not tools_for(question, AnonymousUser()).looked_at
    taken_up(question)
    for person in (AnonymousUser(), make_user(), desk.people.asker, desk.people.agent):
        assert tools_for(question, person).looked_at
    answer_by(question, member, at=LATER)
    question.refresh_from_db()
    assert not tools_for(question, AnonymousUser()).looked_at  # at once, before the task has ended


def test_it_is_said_in_each_language(desk, question):
    taken_up(question)
    where = f"/community/{question.pk}/{question.slug}/"
    for language, words in LOOKS.items():
        assert words in text_of(signed_in(make_user(), language).get(where))


def test_the_ways_on_are_offered_to_those_who_may_go_them(
    desk, question, moderator, editor, member
):
    answer_by(question, member)
    question.refresh_from_db()
    offered = {
        name: [
            way
            for way in ("to_case", "to_article", "to_draft")
            if getattr(tools_for(question, person), way)
        ]
        for name, person in {
            "asker": desk.people.asker,
            "agent": desk.people.agent,
            "moderator": moderator,
            "editor": editor,
            "stranger": make_user(),
            "visitor": AnonymousUser(),
        }.items()
    }
    assert offered == {
        "asker": ["to_case"],
        "agent": ["to_article", "to_draft"],
        "moderator": ["to_case"],
        "editor": ["to_article", "to_draft"],
        "stranger": [],
        "visitor": [],
    }


def test_the_task_is_linked_for_those_who_can_open_it(desk, question):
    ticket = taken_up(question)
    assert tools_for(question, desk.people.agent).task.reference == ticket.reference
    assert tools_for(question, desk.people.outsider).task is None
    assert tools_for(question, desk.people.asker).task is None


def test_a_visitor_costs_at_most_one_statement(
    question, member, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_num_queries(1):
        tools_for(question, AnonymousUser())
    answer_by(question, member)
    question.refresh_from_db()
    with django_assert_num_queries(0):
        tools_for(question, AnonymousUser())
