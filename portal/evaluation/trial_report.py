"""What a trial came to, in a sentence and both groups side by side."""

from __future__ import annotations

from django.utils import formats
from django.utils.translation import gettext as _

from portal.insight import parts, words
from portal.insight.shapes import Cell, Row, Section, Table, lines
from portal.insight.words import per_cent
from triage.classifier.evaluation.intervals import interval
from triage.experiments.arms import OFF, ON
from triage.experiments.models import Experiment
from triage.reporting.figures import Share


def conclusion(experiment: Experiment) -> tuple[str, ...]:
    """What the trial says, in plain language; nothing before it has ended."""
    result = experiment.result
    if not result:
        return ()
    compared = result["compared"]
    if compared is None:
        return (_("Too few cases were followed to the end to say anything."),)
    said = {
        "low": _percent(min(abs(1 - compared["low"]), abs(1 - compared["high"]))),
        "high": _percent(max(abs(1 - compared["low"]), abs(1 - compared["high"]))),
        "change": _percent(abs(1 - compared["ratio"])),
    }
    if compared["high"] < 1:
        first = _(
            "With suggestions, cases were solved in %(change)s less time. The true difference is "
            "most likely between %(low)s and %(high)s less."
        )
    elif compared["low"] > 1:
        first = _(
            "With suggestions, cases took %(change)s more time to solve. The true difference is "
            "most likely between %(low)s and %(high)s more."
        )
    else:
        first = _(
            "The trial found no difference in how soon cases were solved. With suggestions the "
            "time is most likely between %(shorter)s shorter and %(longer)s longer."
        )
        said |= {
            "shorter": _percent(1 - compared["low"]),
            "longer": _percent(compared["high"] - 1),
        }
    return (first % said, _how_sure(experiment))


def _percent(share: float) -> str:
    """A share in whole per cent, with a decimal below ten: a trial knows no more."""
    return per_cent(share, 0 if round(100 * share, 1) >= 10 else 1)


def _how_sure(experiment: Experiment) -> str:
    if experiment.ending == Experiment.Ending.COMPLETE:
        return _(
            "The trial had as many cases as planned: a change of %(effect)s%% would be found in at "
            "least 80 of 100 such trials."
        ) % {"effect": experiment.effect}
    if experiment.result["compared"]["low"] > 1 or experiment.result["compared"]["high"] < 1:
        return _(
            "The trial was stopped early. What it found can be larger or smaller than the truth, "
            "more than the figures say."
        )
    return _(
        "The trial was stopped early, so it could miss a change of %(effect)s%%. That it found "
        "none does not mean there is none."
    ) % {"effect": experiment.effect}


def sections(experiment: Experiment) -> tuple[Section, ...]:
    """Both groups side by side; nothing before the trial has ended.

    While it runs nobody looks: who stops when the figures please finds what is not there.
    """
    if not experiment.result:
        return ()
    return (_times(experiment), _shares(experiment))


def _half(of_group: dict) -> Cell:
    """The median, when there is a case; none is known when it is later than what is followed."""
    if not of_group["cases"]:
        return Cell(words="–", value=None, unit="hours")
    seconds = of_group["median"]
    if seconds is None:
        return Cell(words=_("more than 14 days"), value=None, unit="hours")
    return Cell(words=words.hours(seconds), value=round(seconds / 3600, 2), unit="hours")


def _times(experiment: Experiment) -> Section:
    result, compared = experiment.result, experiment.result["compared"]
    names = {ON: _("With suggestions"), OFF: _("Without suggestions")}
    medians = {arm: result[arm]["median"] for arm in names}
    known = [seconds for seconds in medians.values() if seconds is not None]
    points = [
        (names[arm], float(seconds), words.hours(seconds))
        for arm, seconds in medians.items()
        if seconds is not None
    ]
    title = _("How soon cases were solved")
    rows = [
        (_("Cases"), [parts.count_cell(result[arm]["cases"]) for arm in names]),
        (_("Solved within 14 days"), [parts.count_cell(result[arm]["solved"]) for arm in names]),
        (_("Half were solved within"), [_half(result[arm]) for arm in names]),
        (_("Left out"), [parts.count_cell(result[arm]["left_out"]) for arm in names]),
    ]
    return Section(
        code="times",
        title=title,
        sentences=conclusion(experiment),
        chart=lines(_("Half were solved within"), title, points, max(known)) if known else None,
        table=Table(
            code="times",
            caption=_("Both groups side by side"),
            columns=(_("What"), *names.values()),
            rows=tuple(Row(name=name, cells=tuple(cells)) for name, cells in rows),
        ),
        definition=" ".join(
            (
                _(
                    "Time by the clock from when a case came in until it was solved the first "
                    "time. A case that was not solved in 14 days counts as the longest."
                ),
                _compared_by(compared),
                _(
                    "Left out are cases that were no case, duplicates and other desks’ cases. "
                    "Security cases and the most severe ones never take part."
                ),
            )
        ),
    )


def _compared_by(compared: dict | None) -> str:
    """How the groups are compared; they are not when there is too little to compare."""
    if compared is None:
        return _("The groups are not compared, because there were too few cases.")
    return _(
        "The groups are compared by the Mann–Whitney test (p = %(p)s); the interval holds the true "
        "difference in 95 of 100 trials."
    ) % {"p": formats.number_format(compared["p"], 3)}


def _shares(experiment: Experiment) -> Section:
    result = experiment.result
    names = {
        "first_line": _("Solved in the first line"),
        "reopened": _("Reopened cases"),
        "escalated": _("Cases the second line got"),
        "bounced": _("Cases that bounced"),
    }
    rows = []
    for name, label in names.items():
        on, off = (Share(result[arm][name], result[arm]["cases"]) for arm in (ON, OFF))
        rows.append(Row(name=label, cells=(*_both(on), *_both(off), _difference(on, off))))
    return Section(
        code="shares",
        title=_("What else differed"),
        table=Table(
            code="shares",
            caption=_("Shares of the cases of each group"),
            columns=(
                _("What"),
                _("With suggestions"),
                _("With suggestions, per cent"),
                _("Without suggestions"),
                _("Without suggestions, per cent"),
                _("Difference in percentage points, most likely between"),
            ),
            rows=tuple(rows),
        ),
        definition=_(
            "Counted as the managers’ reports define each. The trial was planned for how soon "
            "cases are solved: of four other figures one in five trials shows a difference by "
            "chance alone."
        ),
    )


def _both(share: Share) -> tuple[Cell, Cell]:
    return parts.count_cell(share.part), parts.percent_cell(share)


def _difference(on: Share, off: Share) -> Cell:
    """Between which percentage points two shares differ, by Newcombe's method."""
    if not on.whole or not off.whole:
        return Cell(words="–")
    a, b = on.part / on.whole, off.part / off.whole
    (low_a, high_a), (low_b, high_b) = interval(a, on.whole), interval(b, off.whole)
    low = a - b - ((a - low_a) ** 2 + (high_b - b) ** 2) ** 0.5
    high = a - b + ((high_a - a) ** 2 + (b - low_b) ** 2) ** 0.5
    said = _("%(low)s to %(high)s") % {"low": _points(low), "high": _points(high)}
    return Cell(words=said, value=said)


def _points(difference: float) -> str:
    """A difference of shares in percentage points, with a minus that is one."""
    return formats.number_format(round(100 * difference, 1), 1).replace("-", "−")
