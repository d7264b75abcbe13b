"""A random sample of answers: how it is drawn, who reads what, and once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import make_user
from tests.triage.reporting.scenes import OSLO, oslo
from tests.triage.tickets.desk import opened
from triage.oversight import reviews
from triage.oversight.models import Criterion, ReviewedAnswer
from triage.sla.months import Month
from triage.tickets import services
from triage.tickets.exceptions import TicketError

pytestmark = pytest.mark.django_db
OCTOBER = Month(2026, 10)
NOW = oslo("2026-11-24 10:00")
AT = oslo("2026-10-14 12:00")
YES = dict.fromkeys(Criterion.values, True)


def answer(desk, *, by=None, at=AT, **fields):
    ticket = opened(desk, at=at - timedelta(hours=1), **fields)
    services.reply(ticket=ticket, by=by or desk.people.agent, body="Slik gjør du.", now=at)
    return ticket


def draw(desk, *, size=5, reviewers=(), **more):
    return reviews.draw(
        **{
            "month": OCTOBER,
            "zone": OSLO,
            "by": desk.people.manager,
            "size": size,
            "reviewers": reviewers,
            "now": NOW,
            **more,
        }
    )


ROWS = [(number, "nb") for number in range(100)] + [(number, "nn") for number in range(100, 106)]


def test_each_written_standard_gets_an_equal_part_and_the_rest_is_shared():
    assert Counter(language for _pk, language in reviews.chosen(ROWS, 10, 7)) == {"nb": 5, "nn": 5}
    assert Counter(language for _pk, language in reviews.chosen(ROWS, 20, 7)) == {"nb": 14, "nn": 6}
    assert len(reviews.chosen(ROWS, 500, 7)) == len(ROWS)


def test_the_same_seed_draws_the_same_and_another_draws_others():
    assert reviews.chosen(ROWS, 20, 7) == reviews.chosen(ROWS, 20, 7)
    assert reviews.chosen(ROWS, 20, 7) != reviews.chosen(ROWS, 20, 8)
    assert len(set(reviews.chosen(ROWS, 20, 7))) == 20


def test_every_answer_is_drawn_about_as_often():
    drawn = Counter(pk for seed in range(400) for pk, _ in reviews.chosen(ROWS[:100], 10, seed))
    assert len(drawn) == 100 and min(drawn.values()) > 15 and max(drawn.values()) < 70


def test_only_answers_of_people_to_ordinary_cases_in_the_month_are_drawn(desk):
    wanted = answer(desk)
    answer(desk, at=oslo("2026-09-30 23:59"))
    answer(desk, at=oslo("2026-11-01 00:00"))
    answer(desk, security=True, by=desk.people.guard)
    services.add_note(ticket=wanted, by=desk.people.agent, body="Internt", now=AT)
    services.customer_reply(ticket=wanted, by=desk.people.asker, body="Takk", now=AT)
    sample = draw(desk)
    drawn = sample.answers.get()
    assert (drawn.message.ticket, drawn.message.body) == (wanted, "Slik gjør du.")
    assert (sample.month, sample.population, drawn.language) == ("2026-10", 1, "nb")


def test_a_month_is_drawn_once(desk):
    answer(desk)
    first = draw(desk)
    with pytest.raises(reviews.AlreadyDrawn):
        draw(desk, seed=1)
    assert list(reviews.samples_for(desk.people.manager)) == [first]


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"size": 4}, "fra 5 til 100"),
        ({"size": 101}, "fra 5 til 100"),
        ({"now": oslo("2026-10-31 23:59")}, "til måneden er over"),
        ({"month": Month(2026, 8)}, "Ingen svar ble sendt"),
    ],
)
def test_what_cannot_be_drawn_is_said(desk, more, error):
    answer(desk)
    with pytest.raises(TicketError, match=error):
        draw(desk, **more)
    assert not ReviewedAnswer.objects.exists()


def test_only_managers_draw(desk):
    answer(desk)
    for person in (desk.people.agent, desk.people.asker, desk.people.guard):
        with pytest.raises(PermissionDenied):
            draw(desk, by=person)


def test_managers_and_those_they_chose_read_and_nobody_else(desk):
    answer(desk, by=desk.people.colleague)
    sample = draw(desk, reviewers=[desk.people.agent])
    drawn = sample.answers.get()
    for person, may in (
        (desk.people.manager, True),
        (desk.people.agent, True),
        (desk.people.asker, False),
        (desk.people.guard, False),
    ):
        assert (reviews.next_for(person, sample) == drawn) is may, person
        if not may:
            with pytest.raises(PermissionDenied):
                reviews.review(answer=drawn, by=person, found=YES, now=NOW)


def test_nobody_reads_their_own_answer_not_even_a_manager(desk):
    chief = make_user(groups=("manager",), teams=(desk.first,))
    answer(desk, by=chief)
    sample = draw(desk, reviewers=[chief])
    assert reviews.next_for(chief, sample) is None
    with pytest.raises(PermissionDenied):
        reviews.review(answer=sample.answers.get(), by=chief, found=YES, now=NOW)


def test_a_reader_gets_only_answers_of_cases_they_may_open(desk):
    answer(desk)
    sample = draw(desk, reviewers=[desk.people.outsider])
    assert reviews.next_for(desk.people.outsider, sample) is None


def test_what_became_a_security_case_since_is_not_shown(desk):
    ticket = answer(desk, by=desk.people.colleague)
    sample = draw(desk)
    ticket.security = True
    ticket.save()
    assert reviews.next_for(desk.people.manager, sample) is None


def test_a_review_has_every_criterion_and_a_masked_note(desk):
    answer(desk)
    drawn = draw(desk).answers.get()
    with pytest.raises(ValueError, match="every criterion"):
        reviews.review(answer=drawn, by=desk.people.manager, found={"right": True}, now=NOW)
    found = {**YES, "plain": False}
    reviews.review(
        answer=drawn, by=desk.people.manager, found=found, note="Nr 15076500565", now=NOW
    )
    drawn.refresh_from_db()
    assert (drawn.plain, drawn.right, drawn.reviewer) == (False, True, desk.people.manager)
    assert "15076500565" not in drawn.note and drawn.note


def test_an_answer_is_read_by_one_who_may_change_their_mind(desk):
    answer(desk, by=desk.people.colleague)
    drawn = draw(desk, reviewers=[desk.people.agent]).answers.get()
    reviews.review(answer=drawn, by=desk.people.agent, found=YES, now=NOW)
    with pytest.raises(reviews.ReadBySomebody):
        reviews.review(answer=drawn, by=desk.people.manager, found=YES, now=NOW)
    reviews.review(answer=drawn, by=desk.people.agent, found={**YES, "right": False}, now=NOW)
    drawn.refresh_from_db()
    assert (drawn.right, drawn.reviewer) == (False, desk.people.agent)
