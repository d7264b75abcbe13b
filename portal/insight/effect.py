"""The report on what suggestions lead to: cases that were not sent, and the time that is."""

from __future__ import annotations

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.insight import parts, words
from portal.insight.hidden import Shown
from portal.insight.questions import Question
from portal.insight.shapes import Cell, Row, Section, Table, strips
from triage.reporting import answering, avoided
from triage.reporting.avoided import Avoided
from triage.reporting.measures import MONTH
from triage.sla.months import Month

NAME = "hva-forslagene-forer-til"
TITLE = gettext_lazy("What suggestions lead to")
FIGURES: dict = {}
USES_FILTERS = frozenset()  # forms do not say whose they are
MINUTES = 10  # of work, that the time of the desk is reckoned by


def sections(question: Question) -> tuple[Section, ...]:
    """Cases avoided, and the time that is."""
    found = avoided.avoided(question.scope)
    return (_avoided(question, found), _time(question, found))


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    return _sentence(question, avoided.avoided(question.scope))


def _sentence(question: Question, found: dict[Month, Avoided]) -> str:
    month, _before = parts.headline_months(question)
    forms = found[month]
    said = {"month": parts.in_month(question, month)}
    if not forms.forms:
        return _("No form with suggestions from %(month)s is seven days old yet.") % said
    said |= {
        "low": words.number(forms.at_least),
        "high": words.number(forms.at_most),
        "share": words.between(forms.low, forms.high),
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
            "form; forms do not say whose they are, so nobody can know. The truth lies between."
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
