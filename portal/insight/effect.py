"""The report on what suggestions lead to: cases not sent, answers, routing, and time."""

from __future__ import annotations

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.insight import parts, words
from portal.insight.hidden import Shown
from portal.insight.questions import Question
from portal.insight.shapes import Cell, Figure, Row, Section, Table, columns, lines, strips
from triage.reporting import answering, avoided, cooperation, desk_help, escalated, solved
from triage.reporting.avoided import Avoided
from triage.reporting.figures import Share
from triage.reporting.measures import MONTH
from triage.reporting.months import Month

NAME = "hva-forslagene-forer-til"
TITLE = gettext_lazy("What suggestions lead to")
FIGURES = {
    "with-suggestions": Figure(
        gettext_lazy("Answered cases with suggestions"), desk_help.answered_with_suggestions
    ),
    "by-suggestions": Figure(
        gettext_lazy("Cases answered with a suggestion"), desk_help.answered_by_suggestions
    ),
}
MINUTES = 10  # of work, that the time of the desk is reckoned by


def sections(question: Question) -> tuple[Section, ...]:
    """Cases avoided, the time that is, answers, routing, and all of it month by month."""
    found = avoided.avoided(question.scope)
    used = desk_help.used(question.scope)
    return (
        _avoided(question, found),
        _time(question, found),
        _used(question, used),
        _routed(question),
        _together(question, found, used),
    )


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    return _sentence(question, avoided.avoided(question.scope))


def _between(low: Share, high: Share) -> str:
    """Two shares in per cent, one when they are the same."""
    first, last = words.percent(low), words.percent(high)
    return first if first == last else _("%(low)s to %(high)s") % {"low": first, "high": last}


def _sentence(question: Question, found: dict[Month, Avoided]) -> str:
    month, _before = parts.headline_months(question)
    forms = found[month]
    said = {"month": parts.in_month(question, month)}
    if not forms.forms:
        return _("No form with suggestions from %(month)s is seven days old yet.") % said
    said |= {
        "low": words.number(forms.at_least),
        "high": words.number(forms.at_most),
        "share": _between(forms.low, forms.high),
    }
    if forms.at_least == forms.at_most:
        sentence = ngettext(
            "%(high)s case was not sent in %(month)s because a suggestion answered: %(share)s of "
            "the forms with suggestions.",
            "%(high)s cases were not sent in %(month)s because a suggestion answered: %(share)s of "
            "the forms with suggestions.",
            forms.at_most,
        )
    else:
        sentence = ngettext(
            "At least %(low)s and at most %(high)s case was not sent in %(month)s because a "
            "suggestion answered: %(share)s of the forms with suggestions.",
            "At least %(low)s and at most %(high)s cases were not sent in %(month)s because a "
            "suggestion answered: %(share)s of the forms with suggestions.",
            forms.at_most,
        )
    return sentence % said


def _avoided(question: Question, found: dict[Month, Avoided]) -> Section:
    sentence = _sentence(question, found)
    low = [(words.short_month(m), f.low.percent, words.percent(f.low)) for m, f in found.items()]
    high = [(words.short_month(m), f.high.percent, words.percent(f.high)) for m, f in found.items()]
    series = [(_("At least"), low), (_("At most"), high)]
    return Section(
        code="avoided",
        title=_("Cases that were not sent"),
        sentences=(sentence,),
        chart=strips(_("Not sent, per cent of the forms with suggestions"), sentence, series),
        table=Table(
            code="avoided",
            caption=_("Forms for cases with suggestions, by the month they were first shown"),
            columns=(
                _("Month"),
                _("Forms with suggestions"),
                _("A suggestion opened"),
                _("Sent within 7 days"),
                _("Not sent, at least"),
                _("Not sent, at most"),
                _("At least, per cent"),
                _("At most, per cent"),
            ),
            rows=tuple(_avoided_row(month, forms) for month, forms in found.items()),
        ),
        definition=_(
            "A form counts when seven days have passed since something was first suggested in "
            "it. At least: the writer said that a suggestion solved it, and sent nothing from the "
            "form. At most: these, and those who opened a suggestion and sent nothing from the "
            "form. They may have found the answer, given up, called, or written again in another "
            "form; forms do not say whose they are, so nobody can know. The truth lies between. "
            "These figures are not narrowed by product, team or organisation."
        ),
    )


def _avoided_row(month: Month, forms: Avoided) -> Row:
    waiting = ngettext(
        "%(count)s form is not seven days old yet",
        "%(count)s forms are not seven days old yet",
        forms.unsettled,
    ) % {"count": words.number(forms.unsettled)}
    counts = (forms.forms, forms.opened, forms.sent, forms.at_least, forms.at_most)
    return Row(
        name=words.month_and_year(month),
        note=waiting if forms.unsettled else "",
        cells=(
            *(parts.count_cell(count) for count in counts),
            parts.percent_cell(forms.low),
            parts.percent_cell(forms.high),
        ),
    )


def _hours_cell(seconds: float | None) -> Cell:
    value = None if seconds is None else round(seconds / 3600, 1)
    said = "–" if value is None else formats.number_format(value, 1, force_grouping=True)
    return Cell(words=said, value=value, unit="hours")


def _time(question: Question, found: dict[Month, Avoided]) -> Section:
    """What the cases that were not sent spared: waiting, and the desk's work."""
    answers = answering.answers(question.scope)
    times, shown = answers.times(MONTH), Shown(question, answers)
    rows, low, high = [], 0, 0
    for month, forms in found.items():
        wait = times[month].wall.median if month in times and shown.month(month) else None
        work = [count * MINUTES * 60 for count in (forms.at_least, forms.at_most)]
        spared = [
            None if wait is None else count * wait for count in (forms.at_least, forms.at_most)
        ]
        low, high = low + forms.at_least, high + forms.at_most
        rows.append(
            Row(
                name=words.month_and_year(month),
                cells=(_hours_cell(wait), *map(_hours_cell, (*spared, *work))),
            )
        )
    sentence = _(
        "For every %(minutes)s minutes a case takes, the desk was spared between %(low)s and "
        "%(high)s hours of work in the period."
    ) % {
        "minutes": MINUTES,
        "low": words.number(round(low * MINUTES / 60)),
        "high": words.number(round(high * MINUTES / 60)),
    }
    return Section(
        code="time",
        title=_("Time spared"),
        sentences=(sentence,),
        table=Table(
            code="time",
            caption=_("Hours spared by cases that were not sent, at least and at most"),
            columns=(
                _("Month"),
                _("Wait for the first answer, median"),
                _("Waiting spared, at least"),
                _("Waiting spared, at most"),
                _("Work spared for every 10 minutes, at least"),
                _("Work spared for every 10 minutes, at most"),
            ),
            rows=tuple(rows),
        ),
        definition=_(
            "Waiting: the cases that were not sent, times the median time by the clock others "
            "waited for the first answer that month. Work: nobody measures how long an answer "
            "takes to write, so it is reckoned for every 10 minutes. Whether cases the desk did "
            "get were solved faster because of suggestions is not known from this; a trial with "
            "and without suggestions tells."
        ),
        secondary=True,
    )


def _used(question: Question, used: dict[Month, Share]) -> Section:
    month, _before = parts.headline_months(question)
    share = used[month]
    said = {"month": parts.in_month(question, month), "percent": words.percent(share)}
    sentence = (
        _(
            "A suggestion stood in the answer of %(percent)s of the cases from %(month)s that "
            "had any."
        )
        if share.whole
        else _("No answered case from %(month)s had suggestions.")
    ) % said
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
    title = _("Suggestions used at the desk")
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


def _together(question: Question, found: dict[Month, Avoided], used: dict[Month, Share]) -> Section:
    """What suggestions are to change, month by month, each as its own report defines it."""
    scope = question.scope
    first_line, moves = solved.solved(scope), cooperation.cooperation(scope)
    known = escalated.escalations(scope).answered(lambda cell: cell.month)

    def cells(month: Month) -> tuple[Cell, ...]:
        bounced = Share(moves.move(month, cooperation.BOUNCED).cases, moves.opened(month))
        forms = found[month]
        return (
            Cell(words=_between(forms.low, forms.high), value=_between(forms.low, forms.high)),
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
            "Each figure is counted as its own report says. That they move together proves "
            "nothing: what else changed in the month moves them too. A trial with and without "
            "suggestions tells what suggestions do."
        ),
    )
