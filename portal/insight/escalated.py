"""The report on handing over: did guidance have the answer, and how often is advice enough?"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.insight import kept, parts, words
from portal.insight.kept import Against
from portal.insight.parts import Split
from portal.insight.questions import Question
from portal.insight.shapes import Figure, Row, Section, Table, columns, lines
from triage.reporting import escalated
from triage.reporting.escalated import Escalations
from triage.reporting.figures import Share
from triage.reporting.scope import Scope

NAME = "sendt-videre"
TITLE = gettext_lazy("Handed over, and what guidance answered")
FIGURES = {
    "escalated": Figure(gettext_lazy("Cases the second line got"), escalated.escalated_cases),
    "had-article": Figure(
        gettext_lazy("Handed-over cases that guidance answered"), escalated.answered_cases
    ),
    "kept-with-advice": Figure(gettext_lazy("Cases kept with advice"), escalated.consulted_cases),
}
MEASURES = (escalated.MEASURE.name, escalated.ADVICE.name)


def sections(question: Question) -> tuple[Section, ...]:
    """Handed-over cases an article answered, by month, product and team; and advice."""
    found = escalated.escalations(question.scope)
    return (
        _by_month(question, found),
        _split(question, found, "product"),
        _split(question, found, "team"),
        _advice(question),
    )


def headline(question: Question) -> str:
    """The key figure in a sentence."""
    return _sentence(question, escalated.escalations(question.scope))


def _sentence(question: Question, found: Escalations) -> str:
    month, before = parts.headline_months(question)
    shares = found.answered(lambda cell: cell.month)
    share = shares.get(month, Share())
    said = {"percent": words.percent(share), "month": parts.in_month(question, month)}
    if not share.whole:
        return _("The second line got no case in %(month)s.") % said
    sentence = (
        _(
            "Guidance that was there answered %(percent)s of the cases the second line got in "
            "%(month)s"
        )
        % said
    )
    earlier = words.month(before, question.now)
    return words.with_change(sentence, words.change(share, shares.get(before, Share()), earlier))


def _definition() -> str:
    return _(
        "A case counts in the month a second-line team first got it. Guidance answered it when "
        "an answer given after that links to an article that was published, or was suggested "
        "for the case, before it. Left out are cases that are not a case, duplicates and "
        "other desks’ cases. An article that was told in other words, without a link, is not "
        "seen here."
    )


def _baseline(question: Question) -> Against | None:
    def share(scope: Scope) -> Share:
        return sum((cell.share for cell in escalated.escalations(scope).cells), Share())

    return kept.against_baseline(question, share)


def _by_month(question: Question, found: Escalations) -> Section:
    shares = found.answered(lambda cell: cell.month)
    rows, points = [], []
    for month in found.months:
        share = shares.get(month, Share())
        behind = question.cases("had-article", month=month)
        rows.append(
            Row(
                name=words.month_and_year(month),
                note=kept.month_note(found.closed, month),
                cells=(
                    parts.count_cell(share.whole, question.cases("escalated", month=month)),
                    parts.count_cell(share.part, behind),
                    parts.percent_cell(share, behind),
                ),
            )
        )
        points.append((words.short_month(month), share.percent, words.percent(share)))
    sentence, against = _sentence(question, found), _baseline(question)
    month, _before = parts.headline_months(question)
    held = against.change(shares.get(month, Share())) if against else ""
    title = _("Handed over, though guidance answered; per cent")
    level = against.level() if against else None
    return Section(
        code="by-month",
        title=_("Month by month"),
        sentences=(sentence, *([held] if held else [])),
        chart=columns(title, sentence, points, level=level),
        table=_table("by-month", _("Month"), _("Cases the second line got, by month"), rows),
        definition=_definition(),
    )


def _split(question: Question, found: Escalations, name: str) -> Section:
    teams = Split("team", _("By the team that got it first"), _("Team"), parts.teams())
    split = parts.by_product() if name == "product" else teams
    shares = found.answered(lambda cell: getattr(cell, name))
    used = [item for item in split.values if item.key in shares]
    rows, points = [], []
    for item in used:
        share = shares[item.key]
        # Teams are those that first got the case, which the lists are not narrowed by.
        narrow = {name: item.value} if name == "product" else {}
        behind = [
            question.cases(figure, **narrow) if narrow else ""
            for figure in ("escalated", "had-article")
        ]
        rows.append(
            Row(
                name=item.name,
                cells=(
                    parts.count_cell(share.whole, behind[0]),
                    parts.count_cell(share.part, behind[1]),
                    parts.percent_cell(share, behind[1]),
                ),
            )
        )
        points.append((item.name, share.percent, words.percent(share)))
    title = split.title
    chart_title = _("Handed over, though guidance answered; per cent")
    caption = parts.caption(_("Cases the second line got"), title)
    return Section(
        code=f"by-{name}",
        title=title,
        sentences=parts.highest_and_lowest(used, shares),
        chart=lines(chart_title, title, points) if points else None,
        table=_table(f"by-{name}", split.heading, caption, rows),
        definition=_definition(),
        secondary=True,
    )


def _advice(question: Question) -> Section:
    counts = escalated.consults(question.scope)
    months = tuple(question.scope.period)
    month, _before = parts.headline_months(question)
    sentence = _(
        "In %(month)s the first line asked for advice in %(count)s cases and kept them."
    ) % {"month": parts.in_month(question, month), "count": words.number(counts.get(month, 0))}
    points = [
        (words.short_month(each), counts.get(each, 0), words.number(counts.get(each, 0)))
        for each in months
    ]
    rows = [
        Row(
            name=words.month_and_year(each),
            cells=(
                parts.count_cell(
                    counts.get(each, 0), question.cases("kept-with-advice", month=each)
                ),
            ),
        )
        for each in months
    ]
    title = _("Advice instead of handing over")
    return Section(
        code="advice",
        title=title,
        sentences=(sentence,),
        chart=columns(title, sentence, points, max(counts.values(), default=0)),
        table=Table(
            code="advice",
            caption=_("Cases kept with advice from the second line, by month"),
            columns=(_("Month"), _("Cases kept with advice")),
            rows=tuple(rows),
        ),
        definition=_(
            "A case counts in the month a second-line team was first asked about it, when no "
            "second-line team has had it. Being asked for advice is not having the case."
        ),
    )


def _table(code: str, first: str, caption: str, rows: list[Row]) -> Table:
    return Table(
        code=code,
        caption=caption,
        columns=(
            first,
            _("Cases the second line got"),
            _("Answered by guidance that was there"),
            _("Answered by guidance, per cent"),
        ),
        rows=tuple(rows),
    )
