"""Kept internal deadlines of second-line teams: a section of the report on cooperation."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Team
from portal.insight import kept, parts, words
from portal.insight.questions import Question
from portal.insight.shapes import Figure, Row, Section, Table
from triage.reporting import internal
from triage.reporting.figures import Share
from triage.reporting.internal import KeptByTeams

FIGURES = {
    "internal": Figure(gettext_lazy("Internal deadlines that fell due"), internal.parts),
    "internal-late": Figure(gettext_lazy("Missed internal deadlines"), internal.late_parts),
}
MEASURES = (internal.MEASURE.name,)


def section(question: Question) -> Section:
    """Kept of fallen due for each team in each month, with the cases behind."""
    found = internal.kept_by_teams(question.scope)
    teams = {team.pk: team for team in Team.objects.filter(pk__in=found.teams())}
    shown = sorted(found.teams(), key=lambda pk: teams[pk].name if pk in teams else "")
    rows = [
        _row(question, found, month, pk, teams.get(pk))
        for month in found.months
        for pk in shown
        if found.of(month, pk).whole
    ]
    return Section(
        code="internal",
        title=_("Internal deadlines of the second line"),
        sentences=(_sentence(question, found),),
        table=Table(
            code="internal",
            caption=_("Kept internal deadlines, by month and team"),
            columns=(
                _("Month and team"),
                _("Kept, per cent"),
                _("Fell due"),
                _("Missed"),
            ),
            rows=tuple(rows),
        ),
        nothing=_("No internal deadline fell due in these months."),
        definition=_(
            "How long a team has had a case from when it was handed to it, against what the teams "
            "have agreed. A part that was handed back, handed on or solved in time is kept. It "
            "counts in the month its time came, for the team that had the case then. Time the case "
            "waits for somebody outside does not count. What the requester is promised is in "
            "another report."
        ),
    )


def _row(question: Question, found: KeptByTeams, month, pk: int, team: Team | None) -> Row:
    share = found.of(month, pk)
    name = team.name if team else _("A team that is gone")
    here = {"month": month, "of_team": team.slug if team else ""}
    behind = question.cases("internal", **here) if team else ""
    late = question.cases("internal-late", **here) if team else ""
    return Row(
        name=f"{words.month_and_year(month)} – {name}",
        note=kept.month_note(found.closed, month),
        cells=(
            parts.percent_cell(share, behind),
            parts.count_cell(share.whole, behind),
            parts.count_cell(share.rest, late),
        ),
    )


def _sentence(question: Question, found: KeptByTeams) -> str:
    month, _before = parts.headline_months(question)
    share = sum((part for (at, _team), part in found.shares.items() if at == month), Share())
    said = {"month": parts.in_month(question, month), "count": words.number(share.whole)}
    if not share.whole:
        return _("No internal deadline fell due in %(month)s.") % said
    return ngettext(
        "%(percent)s of %(count)s internal deadline in %(month)s was kept.",
        "%(percent)s of %(count)s internal deadlines in %(month)s were kept.",
        share.whole,
    ) % {**said, "percent": words.percent(share)}
