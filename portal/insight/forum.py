"""The report on the community: is everybody answered, and who helps?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.community import figures
from cms.community.figures import Asked
from portal.insight import parts, words
from portal.insight.questions import NONE, Question
from portal.insight.shapes import Cell, Row, Section, Table, columns, defined, lines
from triage.reporting.figures import Share
from triage.sla.calendar import Calendar
from triage.sla.due import due_time, working_days_target
from triage.sla.months import Month, month_of
from triage.sla.service_model import current_service_model
from triage.tickets.kinds import CaseType, Priority

NAME = "community"
TITLE = gettext_lazy("Questions, answers and helpers")
FIGURES: dict = {}
USES_FILTERS = frozenset({"product"})
MOST_HELPERS = 10
QUICK = timedelta(hours=1)  # sooner than this is within a working day, whatever the calendar


@dataclass(frozen=True, kw_only=True)
class Thread:
    """A question with whether it was answered within a working day, or still can be."""

    asked: Asked
    month: Month
    in_time: bool
    waits: bool

    @property
    def is_due(self) -> bool:
        """Whether it counts: answered, or its working day is over."""
        return not self.waits


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Figures of some questions."""

    asked: int
    in_time: Share
    solved: Share
    official: Share
    by_staff: Share


def threads(question: Question, *, start: datetime, end: datetime) -> list[Thread]:
    """The questions of a time with what became of them; filters but the product are not used."""
    product = question.value("product")
    if product == NONE:
        return []
    end = min(end, question.now)
    calendar = _calendar(question.now)
    zone = question.scope.period.zone
    return [
        _thread(item, calendar, zone, question.now)
        for item in figures.asked(start=start, end=end, product=product)
    ]


def _thread(item: Asked, calendar: Calendar, zone, now: datetime) -> Thread:
    at = item.answered_at
    month = month_of(item.asked_at, zone)
    if at is not None and at - item.asked_at <= QUICK:
        return Thread(asked=item, month=month, in_time=True, waits=False)
    due = due_time(calendar, item.asked_at, working_days_target(calendar, item.asked_at, 1))
    return Thread(
        asked=item,
        month=month,
        in_time=at is not None and at <= due,
        waits=at is None and now <= due,
    )


def _calendar(now: datetime) -> Calendar:
    """The calendar that ordinary questions are answered by."""
    model = current_service_model(now)
    rule = model.policy.rule_for(CaseType.QUESTION, Priority.P4)
    name = rule.calendar if rule and rule.calendar in model.calendars else min(model.calendars)
    return model.calendars[name]


def counted(rows: list[Thread]) -> Counted:
    """The figures of some questions."""
    answered = [row for row in rows if row.asked.answered_at is not None]
    due = [row for row in rows if row.is_due]
    return Counted(
        asked=len(rows),
        in_time=Share(sum(row.in_time for row in due), len(due)),
        solved=Share(sum(row.asked.solved for row in rows), len(rows)),
        official=Share(sum(row.asked.official for row in rows), len(rows)),
        by_staff=Share(sum(row.asked.by_staff for row in answered), len(answered)),
    )


def _grouped(rows: list[Thread], key: Callable[[Thread], Hashable]) -> dict[Hashable, Counted]:
    groups: dict[Hashable, list[Thread]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return {name: counted(group) for name, group in groups.items()}


# --- the page -----------------------------------------------------------------------------------


def sections(question: Question) -> tuple[Section, ...]:
    """Questions by month and product, official answers overdue, and who helps."""
    period = question.scope.period
    length = len(tuple(period))
    before_start = period.first.plus(-length).start(period.zone)
    everything = threads(question, start=before_start, end=period.end)
    rows = [row for row in everything if row.asked.asked_at >= period.start]
    before = [row for row in everything if row.asked.asked_at < period.start]
    return (
        *defined(_by_month(question, rows, before), _by_product(rows)),
        _overdue(question),
        _helpers(question),
    )


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    period = question.scope.period
    rows = threads(question, start=period.start, end=period.end)
    return _month_sentence(question, rows)


def _month_sentence(question: Question, rows: list[Thread]) -> str:
    month, earlier = parts.headline_months(question)
    by_month = _grouped(rows, lambda row: row.month)
    said = {"month": parts.in_month(question, month)}
    if month not in by_month:
        return _("Nobody asked the community in %(month)s.") % said
    share = by_month[month].in_time
    said["percent"] = words.percent(share)
    sentence = (
        _(
            "%(percent)s of the questions to the community in %(month)s were answered within a "
            "working day"
        )
        % said
    )
    before = by_month[earlier].in_time if earlier in by_month else Share()
    return words.with_change(
        sentence, words.change(share, before, words.month(earlier, question.now))
    )


def _compared(now: Counted, before: Counted) -> str:
    """The period beside the equally long one before it."""
    said = {
        "now": words.percent(now.in_time),
        "before": words.percent(before.in_time),
        "solved": words.percent(now.solved),
        "solved_before": words.percent(before.solved),
        "count": words.number(now.asked),
        "count_before": words.number(before.asked),
    }
    if not before.asked:
        return (
            _(
                "In the whole period %(count)s questions, %(now)s answered within a working day "
                "and %(solved)s solved."
            )
            % said
        )
    return (
        _(
            "In the whole period %(count)s questions, %(now)s answered within a working day and "
            "%(solved)s solved; in the equally long time before it %(count_before)s, %(before)s "
            "and %(solved_before)s."
        )
        % said
    )


def _cells(found: Counted) -> tuple[Cell, ...]:
    return (
        parts.count_cell(found.asked),
        parts.count_cell(found.in_time.part),
        parts.percent_cell(found.in_time),
        parts.count_cell(found.solved.part),
        parts.percent_cell(found.solved),
        parts.count_cell(found.official.part),
        parts.percent_cell(found.by_staff),
    )


def _columns(first: str) -> tuple[str, ...]:
    return (
        first,
        _("Questions"),
        _("Answered within a working day"),
        _("Answered within a working day, per cent"),
        _("Solved"),
        _("Solved, per cent"),
        _("With an official answer"),
        _("First answer by staff, per cent"),
    )


def _by_month(question: Question, rows: list[Thread], before: list[Thread]) -> Section:
    by_month = _grouped(rows, lambda row: row.month)
    months = tuple(question.scope.period)
    shown = [(month, by_month.get(month) or counted([])) for month in months]
    points = [
        (words.short_month(month), found.in_time.percent, words.percent(found.in_time))
        for month, found in shown
    ]
    sentence = _month_sentence(question, rows)
    return Section(
        code="by-month",
        title=_("Month by month"),
        sentences=(sentence, _compared(counted(rows), counted(before))),
        chart=columns(_("Answered within a working day, per cent"), sentence, points),
        table=Table(
            code="by-month",
            caption=_("Questions to the community, by the month they were asked"),
            columns=_columns(_("Month")),
            rows=tuple(
                Row(name=words.month_and_year(month), cells=_cells(found)) for month, found in shown
            ),
        ),
        definition=_(
            "Questions everybody can read now; what is hidden, withdrawn or merged is not counted. "
            "Within a working day: somebody else had answered by the same time on the next open "
            "day of the calendar questions are answered by. Questions whose working day is not "
            "over are left out of that share. Staff are those who answer officially or work in a "
            "team of the desk. Only months and product narrow these figures."
        ),
    )


def _by_product(rows: list[Thread]) -> Section:
    found = _grouped(rows, lambda row: row.asked.product)
    used = [item for item in parts.products() if item.value in found]
    points = [
        (
            item.name,
            found[item.value].in_time.percent,
            words.percent(found[item.value].in_time),
        )
        for item in used
    ]
    title = _("By product")
    community = reverse("community")
    return Section(
        code="by-product",
        title=title,
        chart=lines(_("Answered within a working day, per cent"), title, points)
        if points
        else None,
        table=Table(
            code="by-product",
            caption=_("Questions to the community in the period, by product"),
            columns=_columns(_("Product")),
            rows=tuple(
                Row(
                    name=item.name,
                    cells=(
                        parts.count_cell(
                            found[item.value].asked, f"{community}?product={item.value}"
                        ),
                        *_cells(found[item.value])[1:],
                    ),
                )
                for item in used
            ),
        ),
    )


def _overdue(question: Question) -> Section:
    today = timezone.localdate(question.now)
    product = "" if question.value("product") == NONE else question.value("product")
    teams = figures.overdue_by_team(today=today, product=product)
    total, overdue = figures.official_count(product=product), sum(team.count for team in teams)
    sentence = ngettext(
        "%(overdue)s of %(total)s official answers is past the day it was to be confirmed by.",
        "%(overdue)s of %(total)s official answers are past the day they were to be confirmed by.",
        overdue,
    ) % {"overdue": words.number(overdue), "total": words.number(total)}
    points = [(team.team, team.count, words.number(team.count)) for team in teams]
    title = _("Official answers to confirm again")
    return Section(
        code="overdue",
        title=title,
        sentences=(sentence,),
        chart=lines(title, sentence, points, max(team.count for team in teams)) if teams else None,
        table=Table(
            code="overdue",
            caption=_("Official answers past their day, by team"),
            columns=(_("Team"), _("Answers"), _("Longest past its day")),
            rows=tuple(
                Row(
                    name=team.team,
                    cells=(
                        parts.count_cell(team.count),
                        Cell(
                            words=formats.date_format(team.oldest, "DATE_FORMAT"),
                            value=team.oldest.isoformat(),
                        ),
                    ),
                )
                for team in teams
            ),
        ),
        definition=_("Official answers in sight, as of now, whatever the months."),
    )


def _helpers(question: Question) -> Section:
    period = question.scope.period
    product = "" if question.value("product") == NONE else question.value("product")
    found = figures.helpers(
        start=period.start,
        end=min(period.end, question.now),
        limit=MOST_HELPERS,
        product=product,
    )
    points = [(item.name, item.accepted, words.number(item.accepted)) for item in found]
    title = _("Who helps")
    return Section(
        code="helpers",
        title=title,
        chart=lines(_("Accepted answers"), title, points, found[0].accepted) if found else None,
        table=Table(
            code="helpers",
            caption=_("Members with most accepted answers in the period"),
            columns=(_("Member"), _("Accepted answers")),
            rows=tuple(
                Row(name=item.name, cells=(parts.count_cell(item.accepted),)) for item in found
            ),
        ),
        definition=_(
            "Members whose answers were accepted in the period. Only those who show their page to "
            "everybody are named, and answers given for a team are not counted."
        ),
    )
