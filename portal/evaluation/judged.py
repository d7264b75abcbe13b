"""The sections about one judged question: how often right, what is mixed up, and how sure it is.

Written for those who handle cases: what a figure means stands before the figure.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.evaluation.names import Names
from portal.insight import parts, words
from portal.insight.shapes import Cell, Row, Section, Spot, Table, curve, lines
from portal.insight.words import per_cent
from triage.classifier.evaluation.judgement import Bin, Label, Target
from triage.reporting.figures import Share

MOST_MIXED_UP = 12
FEW = 10  # families; with fewer a figure says little
OFF = 4  # percentage points; less is well known


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One judged question with the names of its labels; `code` begins the names of its tables."""

    target: Target
    names: Names
    code: str = ""
    definition: str = ""

    def named(self, code: str) -> str:
        """The name of a table in addresses."""
        return f"{self.code}-{code}" if self.code else code


def sections(subject: Subject) -> tuple[Section, ...]:
    """Everything there is to say of a judged question, what matters most first."""
    found = (
        _in_short(subject),
        _mixed_up(subject),
        _by_label(subject),
        _how_sure(subject),
        _more_or_better(subject),
        _every_pair(subject),
    )
    return found if subject.code else (*found[:5], _examples(subject), found[5])


def between_words(between: tuple[float, float]) -> str:
    """Between which shares, in whole per cent."""
    low, high = (round(100 * share) for share in between)
    return _("%(low)s–%(high)s%%") % {"low": low, "high": high}


def _share_cell(share: float | None) -> Cell:
    return Cell(words=per_cent(share), value=None if share is None else round(100 * share, 1))


def _between_cell(between: tuple[float, float], known: bool) -> Cell:
    said = between_words(between) if known else "–"
    return Cell(words=said, value=said)


def in_short(target: Target) -> tuple[str, ...]:
    """How often something is suggested, how often rightly, and how sure that is, in sentences."""
    if not target.said:
        return (_("It suggested nothing for any of the cases it was tried on."),)
    said = {
        "coverage": per_cent(target.coverage),
        "precision": per_cent(target.precision),
        "right": words.number(target.right),
        "said": words.number(target.said),
    }
    first = _(
        "It suggests something for %(coverage)s of the cases, and the suggestion is right in "
        "%(precision)s of them: %(right)s of %(said)s."
    )
    low, high = (round(100 * share) for share in target.precision_between)
    sure = _(
        "Measured anew on other cases, it would most likely be between %(low)s and %(high)s%%."
    )
    return first % said, sure % {"low": low, "high": high}


def _in_short(subject: Subject) -> Section:
    target = subject.target
    rows = [
        (_("A right suggestion"), target.right),
        (_("A wrong suggestion"), target.said - target.right),
        (_("No suggestion"), target.cases - target.said),
    ]
    shares = [(name, Share(count, target.cases)) for name, count in rows]
    title = _("Of all cases, per cent")
    return Section(
        code=subject.named("in-short"),
        title=_("In short"),
        sentences=in_short(target),
        chart=lines(title, title, [(n, s.percent, words.percent(s)) for n, s in shares]),
        table=Table(
            code="in-short",
            caption=_("What became of the cases"),
            columns=(_("Outcome"), _("Cases"), _("Per cent")),
            rows=tuple(
                Row(name=name, cells=(parts.count_cell(share.part), parts.percent_cell(share)))
                for name, share in shares
            ),
        ),
        definition=subject.definition,
    )


def _mixed_up(subject: Subject) -> Section:
    target, names = subject.target, subject.names
    wrong = [pair for pair in target.pairs if pair.said and pair.said != pair.truth]
    own = {label.label: label.cases for label in target.labels}
    shown = wrong[:MOST_MIXED_UP]
    said = [
        _("%(truth)s, suggested as %(said)s")
        % {"truth": names.of(pair.truth), "said": names.of(pair.said)}
        for pair in shown
    ]
    count = sum(pair.cases for pair in wrong)
    sentence = ngettext(
        "%(count)s case got a wrong suggestion. Most often it was this:",
        "%(count)s cases got a wrong suggestion. Most often it was these:",
        count,
    ) % {"count": words.number(count)}
    most = max((pair.cases for pair in shown), default=0)
    points = [
        (name, float(pair.cases), words.number(pair.cases))
        for name, pair in zip(said, shown, strict=True)
    ]
    title = _("What it mixes up")
    return Section(
        code=subject.named("mixed-up"),
        title=title,
        sentences=(sentence,) if shown else (),
        chart=lines(_("Wrong suggestions, number of cases"), title, points[:6], most or 1),
        table=Table(
            code="mixed-up",
            caption=_("The pairs most often mixed up"),
            columns=(
                _("It was, and was suggested as"),
                _("Cases"),
                _("Of all cases that were this, per cent"),
            ),
            rows=tuple(
                Row(
                    name=name,
                    cells=(
                        parts.count_cell(pair.cases),
                        parts.percent_cell(Share(pair.cases, own.get(pair.truth, 0))),
                    ),
                )
                for name, pair in zip(said, shown, strict=True)
            ),
        ),
        definition=_("The table of everything, further down, has the other pairs too."),
        nothing=_("Nothing was mixed up."),
    )


def _by_label(subject: Subject) -> Section:
    target, names = subject.target, subject.names
    points = [
        (names.of(label.label), 100 * (label.precision or 0), per_cent(label.precision))
        for label in target.labels
        if label.said
    ]
    title = _("Label by label")
    limits = not subject.code  # they are those of the version in use; people decided beside several
    return Section(
        code=subject.named("labels"),
        title=title,
        sentences=_surest_and_weakest(subject),
        chart=lines(_("When it suggests this, how often it is right"), title, points)
        if points
        else None,
        table=Table(
            code="labels",
            caption=_("How good the suggestions are, label by label"),
            columns=(
                _("Label"),
                _("Cases"),
                _("Suggested"),
                _("Rightly"),
                _("Right when suggested"),
                _("Most likely between"),
                _("Found of all there are"),
                _("Most likely between"),
                *([_("Suggested from certainty")] if limits else []),
            ),
            rows=tuple(_label_row(label, names, limits=limits) for label in target.labels),
        ),
        definition=_(
            "“Right when suggested” (precision): of the times it suggested the label, how often "
            "that was right. “Found of all there are” (recall): of the cases that were this, how "
            "many it suggested it for. Each label is suggested from a certainty of its own, "
            "chosen so that suggestions are right often enough; below it, it says nothing."
        ),
    )


def _surest_and_weakest(subject: Subject) -> tuple[str, ...]:
    """The best and the weakest of the labels that were said often enough to tell."""
    known = [label for label in subject.target.labels if label.said_families >= FEW]
    ranked = sorted(known, key=lambda label: (-label.precision, -label.said))
    if len(ranked) < 2 or per_cent(ranked[0].precision) == per_cent(ranked[-1].precision):
        return ()
    sentence = _(
        "It is most often right when it suggests %(best)s (%(best_percent)s), and least often "
        "with %(weakest)s (%(weakest_percent)s)."
    )
    return (
        sentence
        % {
            "best": subject.names.of(ranked[0].label),
            "best_percent": per_cent(ranked[0].precision),
            "weakest": subject.names.of(ranked[-1].label),
            "weakest_percent": per_cent(ranked[-1].precision),
        },
    )


def _label_row(label: Label, names: Names, *, limits: bool) -> Row:
    least = _("never") if label.least > 1 else per_cent(label.least)
    few = label.said and label.said_families < FEW
    return Row(
        name=names.of(label.label),
        note=_("few of them: says little") if few else "",
        cells=(
            parts.count_cell(label.cases),
            parts.count_cell(label.said),
            parts.count_cell(label.right),
            _share_cell(label.precision),
            _between_cell(label.precision_between, label.said > 0),
            _share_cell(label.recall),
            _between_cell(label.recall_between, label.cases > 0),
            *([Cell(words=least, value=least)] if limits else []),
        ),
    )


def _how_sure(subject: Subject) -> Section:
    bins = subject.target.bins
    spots = [
        Spot(
            across=100 * each.confidence,
            up=100 * each.share,
            weight=float(each.cases),
            between=(100 * each.between[0], 100 * each.between[1]),
        )
        for each in bins
    ]
    points = round(100 * subject.target.ece)
    off = ngettext(
        "When it says how sure it is, it is %(points)s percentage point off on average.",
        "When it says how sure it is, it is %(points)s percentage points off on average.",
        points,
    ) % {"points": points}
    sentence = _too_modest(subject.target) if points >= OFF else _("It knows well how sure it is.")
    return Section(
        code=subject.named("sure"),
        title=_("Does it know how sure it is?"),
        sentences=(sentence, off),
        chart=curve(
            _("How often it was right"),
            sentence,
            spots,
            across=_("How sure it said it was"),
            even=_("As often right as it says; below this line it is too sure of itself"),
        )
        if spots
        else None,
        table=_bins_table(bins),
        definition=_(
            "Every guess counts, also those too unsure to be shown. The larger a dot, the more "
            "cases; the line through it is where the true share most likely lies. What it is sure "
            "of by 80 per cent should be right in 8 of 10 cases."
        ),
    )


def _bins_table(bins: tuple[Bin, ...]) -> Table:
    return Table(
        code="sure",
        caption=_("How sure it said it was, and how often it was right"),
        columns=(
            _("It said it was sure by"),
            _("Cases"),
            _("On average"),
            _("Rightly"),
            _("Was right in"),
            _("Most likely between"),
        ),
        rows=tuple(
            Row(
                name=between_words((each.low, each.high)),
                cells=(
                    parts.count_cell(each.cases),
                    _share_cell(each.confidence),
                    parts.count_cell(each.right),
                    _share_cell(each.share),
                    _between_cell(each.between, known=True),
                ),
            )
            for each in bins
        ),
    )


def _too_modest(target: Target) -> str:
    """Which way its certainty is wrong, over all guesses."""
    sure = sum(each.confidence * each.cases for each in target.bins)
    if sum(each.right for each in target.bins) > sure:
        return _("It is more often right than it says: it is too modest.")
    return _("It is less often right than it says: it is too sure of itself.")


def _more_or_better(subject: Subject) -> Section:
    target = subject.target
    spots = [
        Spot(across=100 * step.cases / target.cases, up=100 * step.precision)
        for step in target.curve
    ]
    in_use = _(
        "Today: suggests something for %(coverage)s of the cases, right in %(precision)s."
    ) % {
        "coverage": per_cent(target.coverage),
        "precision": per_cent(target.precision),
    }
    mark = Spot(across=100 * target.coverage, up=100 * (target.precision or 0))
    every = target.curve[-1]
    sentence = _(
        "If it suggested something for every case, it would be right in %(all)s. By saying nothing "
        "when it is unsure, it is right in %(now)s."
    ) % {"all": per_cent(every.right / target.cases), "now": per_cent(target.precision)}
    return Section(
        code=subject.named("coverage"),
        title=_("Saying more, or being right more often"),
        sentences=(sentence,) if target.said else (),
        chart=curve(
            _("How often a suggestion is right"),
            sentence,
            spots,
            across=_("Cases that get a suggestion"),
            mark=(mark, in_use) if target.said else None,
        ),
        table=Table(
            code="coverage",
            caption=_("If only the surest part of the cases got a suggestion"),
            columns=(
                _("Cases that get a suggestion"),
                _("Cases"),
                _("Rightly"),
                _("Right in"),
                _("The least sure of them"),
            ),
            rows=tuple(
                Row(
                    name=per_cent(step.cases / target.cases),
                    cells=(
                        parts.count_cell(step.cases),
                        parts.count_cell(step.right),
                        _share_cell(step.precision),
                        _share_cell(step.least),
                    ),
                )
                for step in target.curve
            ),
        ),
        definition=_(
            "The curve has one limit for all labels. What is in use has a limit for each label, "
            "so its point need not lie on the curve."
        ),
        secondary=bool(subject.code),
    )


def _every_pair(subject: Subject) -> Section:
    """The whole table: a row for each right label, a column for each label said."""
    target, names = subject.target, subject.names
    counts = {(pair.truth, pair.said): pair.cases for pair in target.pairs}
    truths = [label.label for label in target.labels if label.cases]
    said = [label.label for label in target.labels if label.said]
    silent = any(pair.said == "" for pair in target.pairs)
    columns = [*said, *([""] if silent else [])]
    return Section(
        code=subject.named("all"),
        title=_("Everything it said, in one table"),
        sentences=(_("A row for what the case was, a column for what was suggested."),),
        table=Table(
            code="all",
            caption=_("What the cases were, and what was suggested"),
            columns=(_("It was"), *(names.of(label) for label in columns)),
            rows=tuple(
                Row(
                    name=names.of(truth),
                    cells=tuple(
                        parts.count_cell(counts.get((truth, label), 0)) for label in columns
                    ),
                )
                for truth in truths
            ),
        ),
        secondary=True,
    )


def _examples(subject: Subject) -> Section:
    names = subject.names
    return Section(
        code=subject.named("examples"),
        title=_("Sure, and wrong"),
        sentences=(_("Where it was surest of something wrong, it has most to learn."),),
        table=Table(
            code="examples",
            caption=_("Sample cases with a wrong suggestion, the surest first"),
            columns=(
                _("How sure"),
                _("It was"),
                _("Suggested as"),
                _("Because of these words"),
                _("What the case said"),
            ),
            rows=tuple(
                Row(
                    name=per_cent(each.confidence),
                    cells=tuple(
                        Cell(words=said, value=said)
                        for said in (
                            names.of(each.truth),
                            names.of(each.said),
                            ", ".join(each.because) or "–",
                            each.excerpt,
                        )
                    ),
                )
                for each in subject.target.examples
            ),
            textual=True,
        ),
        definition=_(
            "The cases are sample cases: nobody has written them. Numbers that look like those of "
            "people are masked all the same."
        ),
        nothing=_("It was never wrong about anything it suggested."),
    )
