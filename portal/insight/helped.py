"""The report on suggestions: do people find the answer while they write?"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.insight import parts, words
from portal.insight.questions import Question
from portal.insight.shapes import Row, Section, Table, columns, defined, lines
from triage.reporting import helped
from triage.reporting.figures import Share
from triage.reporting.helped import Forms, Helped

NAME = "forslag"
TITLE = gettext_lazy("Suggestions while writing")
FIGURES: dict = {}
USES_FILTERS = frozenset()


def sections(question: Question) -> tuple[Section, ...]:
    """Forms with suggestions, by month and place, and answers of the desk that used one."""
    found = helped.helped(question.scope)
    return (*defined(_by_month(question, found), _by_place(found)), _inserted(found))


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    return _sentence(question, helped.helped(question.scope))


def _sentence(question: Question, found: Helped) -> str:
    month, _before = parts.headline_months(question)
    forms = found.by(lambda each, _place: each).get(month, Forms())
    said = {"month": parts.in_month(question, month)}
    if not forms.shown:
        return _("Nobody was shown suggestions while writing in %(month)s.") % said
    said |= {
        "shown": words.number(forms.shown),
        "solved": words.percent(Share(forms.solved, forms.shown)),
        "left": words.percent(Share(forms.left, forms.shown)),
    }
    return (
        _(
            "Suggestions were shown in %(shown)s forms in %(month)s: %(solved)s ended with a "
            "suggestion that solved it, and %(left)s were left without a word."
        )
        % said
    )


def _cells(forms: Forms) -> tuple:
    return (
        parts.count_cell(forms.shown),
        parts.count_cell(forms.opened),
        parts.count_cell(forms.solved),
        parts.percent_cell(Share(forms.solved, forms.shown)),
        parts.count_cell(forms.sent),
        parts.count_cell(forms.left),
    )


def _columns(first: str) -> tuple[str, ...]:
    return (
        first,
        _("Forms with suggestions"),
        _("A suggestion opened"),
        _("Solved, not sent"),
        _("Solved, per cent"),
        _("Sent all the same"),
        _("Left without a word"),
    )


def _by_month(question: Question, found: Helped) -> Section:
    sums = found.by(lambda month, _place: month)
    rows, points = [], []
    for month in found.months:
        forms = sums.get(month, Forms())
        share = Share(forms.solved, forms.shown)
        rows.append(Row(name=words.month_and_year(month), cells=_cells(forms)))
        points.append((words.short_month(month), share.percent, words.percent(share)))
    sentence = _sentence(question, found)
    return Section(
        code="by-month",
        title=_("Month by month"),
        sentences=(sentence,),
        chart=columns(_("Solved by a suggestion, per cent of the forms"), sentence, points),
        table=Table(
            code="by-month",
            caption=_("Forms with suggestions, by the month they were first shown"),
            columns=_columns(_("Month")),
            rows=tuple(rows),
        ),
        definition=_(
            "A form counts once, however many suggestions it showed. “Solved” is what the writer "
            "said. What we do not know: whoever left without a word may have found the answer, "
            "given up, called, or written later in another form. Forms do not say whose they are, "
            "so these figures are not narrowed by product, team or organisation, and open no "
            "cases."
        ),
    )


def place_name(code: str) -> str:
    """Where suggestions are shown."""
    names = {
        "ask": _("The form for cases"),
        "community_ask": _("The form for questions to the community"),
        "search": _("Search"),
        "desk": _("The desk"),
    }
    return names.get(code, code)


def _by_place(found: Helped) -> Section:
    sums = found.by(lambda _month, place: place)
    places = sorted(sums, key=lambda place: (-sums[place].shown, place))
    rows = [Row(name=place_name(place), cells=_cells(sums[place])) for place in places]
    shares = [(place, Share(sums[place].solved, sums[place].shown)) for place in places]
    points = [(place_name(place), share.percent, words.percent(share)) for place, share in shares]
    title = _("By place")
    return Section(
        code="by-place",
        title=title,
        chart=lines(_("Solved by a suggestion, per cent of the forms"), title, points)
        if points
        else None,
        table=Table(
            code="by-place",
            caption=_("Forms with suggestions in the period, by place"),
            columns=_columns(_("Place")),
            rows=tuple(rows),
        ),
    )


def _inserted(found: Helped) -> Section:
    total = sum(found.inserted.values())
    sentence = _("A suggested article or question stood in %(count)s answers of the period.") % {
        "count": words.number(total)
    }
    counts = [(month, found.inserted.get(month, 0)) for month in found.months]
    points = [(words.short_month(month), count, words.number(count)) for month, count in counts]
    title = _("Suggestions put into answers")
    return Section(
        code="inserted",
        title=title,
        sentences=(sentence,),
        chart=columns(title, sentence, points, max(found.inserted.values(), default=0)),
        table=Table(
            code="inserted",
            caption=_("Answers of the desk with a suggestion in them, by month"),
            columns=(_("Month"), _("Answers")),
            rows=tuple(
                Row(name=words.month_and_year(month), cells=(parts.count_cell(count),))
                for month, count in counts
            ),
        ),
        definition=_(
            "An answer to a case counts once, when it holds an article or a question that was "
            "suggested for the case."
        ),
    )
