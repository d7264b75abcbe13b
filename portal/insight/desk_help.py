"""The report on suggestions at the desk: used in answers, followed when cases are handed over."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.insight import parts, words
from portal.insight.questions import Question
from portal.insight.shapes import Cell, Figure, Row, Section, Table, columns, lines
from triage.reporting import avoided, cooperation, desk_help, escalated, solved
from triage.reporting.figures import Share
from triage.sla.months import Month

NAME = "forslag-pa-saksbordet"
TITLE = gettext_lazy("Suggestions at the desk")
FIGURES = {
    "with-suggestions": Figure(
        gettext_lazy("Answered cases with suggestions"), desk_help.answered_with_suggestions
    ),
    "by-suggestions": Figure(
        gettext_lazy("Cases answered with a suggestion"), desk_help.answered_by_suggestions
    ),
}


def sections(question: Question) -> tuple[Section, ...]:
    """Answers, routing, and what suggestions are to change, month by month."""
    used = desk_help.used(question.scope)
    return (_used(question, used), _routed(question), _together(question, used))


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    return _sentence(question, desk_help.used(question.scope))


def _sentence(question: Question, used: dict[Month, Share]) -> str:
    month, _before = parts.headline_months(question)
    said = {"month": parts.in_month(question, month), "percent": words.percent(used[month])}
    if not used[month].whole:
        return _("No answered case from %(month)s had suggestions.") % said
    return (
        _(
            "A suggestion stood in the answer of %(percent)s of the cases from %(month)s that "
            "had any."
        )
        % said
    )


def _used(question: Question, used: dict[Month, Share]) -> Section:
    sentence = _sentence(question, used)
    rows = [
        Row(
            name=words.month_and_year(each),
            cells=(
                parts.count_cell(value.whole, question.cases("with-suggestions", month=each)),
                parts.count_cell(value.part, question.cases("by-suggestions", month=each)),
                parts.percent_cell(value, question.cases("by-suggestions", month=each)),
            ),
        )
        for each, value in used.items()
    ]
    points = [
        (words.short_month(m), share.percent, words.percent(share)) for m, share in used.items()
    ]
    title = _("Used in answers")
    return Section(
        code="used",
        title=title,
        sentences=(sentence,),
        chart=columns(_("Answered with a suggestion, per cent"), sentence, points),
        table=Table(
            code="used",
            caption=_("Answered cases with suggestions, by the month they came in"),
            columns=(
                _("Month"),
                _("Answered cases with suggestions"),
                _("A suggestion in an answer"),
                _("A suggestion in an answer, per cent"),
            ),
            rows=tuple(rows),
        ),
        definition=_(
            "Articles and solved questions suggested beside the case count. One is used when its "
            "address stands in an answer; one that was told in other words is not seen here."
        ),
    )


def _routed(question: Question) -> Section:
    found = desk_help.routed(question.scope)
    names = {
        desk_help.AS_SUGGESTED: _("To the team that was suggested"),
        desk_help.OTHERWISE: _("To another team than the one suggested"),
        desk_help.UNSUGGESTED: _("No team was suggested"),
    }
    points = [(names[how], share.percent, words.percent(share)) for how, share in found.items()]
    title = _("Sent to the right team?")
    followed, other = found[desk_help.AS_SUGGESTED], found[desk_help.OTHERWISE]
    sentence = _(
        "Of the cases handed over as suggested %(followed)s went on to another team; of those "
        "handed over to another team than the one suggested, %(other)s."
    ) % {"followed": words.percent(followed), "other": words.percent(other)}
    return Section(
        code="routed",
        title=title,
        sentences=(sentence,) if followed.whole and other.whole else (),
        chart=lines(_("Went on to another team, per cent"), title, points),
        table=Table(
            code="routed",
            caption=_("Cases a second-line team first got in the period"),
            columns=(
                _("How it was handed over"),
                _("Cases"),
                _("Went on to another team"),
                _("Went on, per cent"),
            ),
            rows=tuple(
                Row(
                    name=names[how],
                    cells=(
                        parts.count_cell(share.whole),
                        parts.count_cell(share.part),
                        parts.percent_cell(share),
                    ),
                )
                for how, share in found.items()
            ),
        ),
        definition=_(
            "A case counts when a second-line team first got it. It went on when another team, "
            "or the first line, had it within 14 days after that. People choose the team; cases "
            "handed over otherwise than suggested may be harder ones."
        ),
    )


def _together(question: Question, used: dict[Month, Share]) -> Section:
    """What suggestions are to change, month by month, each as its own report defines it."""
    scope = question.scope
    forms = avoided.avoided(scope)
    first_line, moves = solved.solved(scope), cooperation.cooperation(scope)
    known = escalated.escalations(scope).answered(lambda cell: cell.month)

    def cells(month: Month) -> tuple[Cell, ...]:
        bounced = Share(moves.move(month, cooperation.BOUNCED).cases, moves.opened(month))
        not_sent = words.between(forms[month].low, forms[month].high)
        return (
            Cell(words=not_sent, value=not_sent),
            parts.percent_cell(used[month], question.cases("by-suggestions", month=month)),
            parts.percent_cell(
                first_line.first_line(month), question.cases("first-line", month=month)
            ),
            parts.percent_cell(bounced, question.cases("bounced", month=month)),
            parts.percent_cell(
                known.get(month, Share()), question.cases("had-article", month=month)
            ),
        )

    return Section(
        code="together",
        title=_("All of it, month by month"),
        sentences=(_("These are what suggestions are there to change."),),
        table=Table(
            code="together",
            caption=_("What suggestions are to change, per cent"),
            columns=(
                _("Month"),
                _("Not sent, of forms with suggestions"),
                _("A suggestion in an answer"),
                _("Solved in the first line"),
                _("Bounced, of cases that came in"),
                _("Handed over, though guidance answered"),
            ),
            rows=tuple(
                Row(name=words.month_and_year(month), cells=cells(month)) for month in scope.period
            ),
        ),
        definition=_(
            "Each figure is counted as its own report says. Forms that were not sent are "
            "everybody’s, whatever filters are chosen. That the figures move together proves "
            "nothing: what else changed in the month moves them too. A trial with and without "
            "suggestions tells what suggestions do."
        ),
    )
