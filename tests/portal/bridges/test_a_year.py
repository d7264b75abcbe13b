"""A year of the community: nobody waits in vain, and nothing is done twice."""

from collections import Counter

import pytest
from django.db.models import Count

from cms.community.models import CommunityEvent, Notice, Question
from dispatch.models import Mail
from portal.bridges.models import QuestionTask
from tests.portal.bridges.year import Year
from triage.tickets.models import Ticket, TicketEvent


def test_nobody_waits_in_vain_for_a_year_and_nothing_is_done_twice(desk, thorough):
    year = Year(desk, questions=5_000 if thorough else 300, seed=20_260_101)
    year.play()
    print(dict(year.counts))  # shown with -s, and when something fails

    # It was a year in which everything happened.
    for what in ("killed", "answer", "hide", "hold", "merge", "withdraw", "answered at the desk"):
        assert year.counts[what] > 0, what
    assert QuestionTask.objects.count() > Question.objects.count() / 20

    _due_times_are_right(year)
    _no_task_is_doubled()
    _nobody_is_told_twice()


def _due_times_are_right(year: Year) -> None:
    wrong = [q.pk for q in year.waiting() if q.answer_due_at != year.due(q)]
    assert wrong == []


def _no_task_is_doubled() -> None:
    assert Ticket.objects.count() == QuestionTask.objects.count()
    taken_up = CommunityEvent.objects.filter(kind="taken_up").values("question")
    times = dict(taken_up.annotate(times=Count("pk")).values_list("question", "times"))
    reopened = Counter(
        TicketEvent.objects.filter(kind="reopened").values_list("ticket__question_task", flat=True)
    )
    for task in QuestionTask.objects.all():
        # Taken up once, and once more for each time it came back.
        assert times[task.question_id] == 1 + reopened[task.pk]
    ended = Counter(
        TicketEvent.objects.filter(kind__in=["closed", "resolved"]).values_list("ticket", flat=True)
    )
    for task in QuestionTask.objects.all():
        assert ended[task.ticket_id] - reopened[task.pk] in (0, 1)


def _nobody_is_told_twice() -> None:
    mails = Counter(Mail.objects.exclude(key="").values_list("key", flat=True))
    assert [key for key, times in mails.items() if times > 1] == []
    assert not Mail.objects.filter(kind__in=["receipt", "answer", "resolved"]).exists()
    notices = Notice.objects.filter(kind=Notice.Kind.TAKEN_UP)
    told = Counter(notices.values_list("question", "user"))
    taken_up = Counter(
        CommunityEvent.objects.filter(kind="taken_up").values_list("question", flat=True)
    )
    for (question, _user), times in told.items():
        assert times <= taken_up[question]


@pytest.mark.parametrize("seed", [1, 2])
def test_other_years_are_no_worse(desk, seed, thorough):
    year = Year(desk, questions=1_000 if thorough else 12, seed=seed)
    year.play()
    _due_times_are_right(year)
    _no_task_is_doubled()
    _nobody_is_told_twice()
