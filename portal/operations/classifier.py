"""The life of the classifier as administrators see it: what is in use, how it does, what waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portal.evaluation.names import Names
from portal.insight.words import number, per_cent
from portal.operations.names import told
from triage.classifier.artifacts import archive, envelope, releases
from triage.classifier.artifacts.current import path
from triage.classifier.artifacts.refusals import ArtifactMissing, ArtifactRefused
from triage.classifier.corpus.answered_cases import ARTICLE
from triage.classifier.labels import TARGETS
from triage.classifier.models import Alarm, Challenge, Reading, Release
from triage.classifier.monitoring import readings
from triage.classifier.monitoring.checks import LEAST_DECIDED, QUALITY, SHIFT, bar_of

MOST = 10  # rows of what was


@dataclass(frozen=True, kw_only=True)
class InUse:
    """The classifier in use. When there is none, either `is_untrained` or `refusal` says why.

    `refusal` is a sentence for whoever reads the log; beside either, the rest is empty.

    `waits` says that somebody went back to it, so that no other is put to use by itself.
    """

    version: str = ""
    trained_at: datetime | None = None
    own: str = ""
    until: datetime | None = None
    since: datetime | None = None
    why: str = ""
    refusal: str = ""
    is_untrained: bool = False
    waits: bool = False
    previous: str = ""


@dataclass(frozen=True, kw_only=True)
class AlarmLine:
    """An alarm that has not ended: what is wrong, and the figures in a sentence."""

    name: str
    kind: str
    words: str
    raised_at: datetime


@dataclass(frozen=True, kw_only=True)
class LabelRow:
    """How one label went in the last full weeks, and in those before. `tone` comes with `state`."""

    name: str
    guessed: str
    silent: str
    decided: str
    right: str
    before: str
    state: str
    tone: str
    icon: str


@dataclass(frozen=True, kw_only=True)
class TargetTable:
    """The labels of one target, the most frequent first; all of them together on top."""

    target: str
    name: str
    rows: list[LabelRow]


@dataclass(frozen=True, kw_only=True)
class ComparedRow:
    """One target of a challenge: what both said, and how likely the difference means nothing."""

    name: str
    cases: str
    families: str
    champion: str
    challenger: str
    gain: str
    chance: str


@dataclass(frozen=True, kw_only=True)
class ChallengeLine:
    """One challenger: when, how it went, a sentence on what that rests on, and its figures."""

    started_at: datetime
    outcome: str
    tone: str
    icon: str
    words: str
    version: str
    rows: list[ComparedRow]


def in_use() -> InUse:
    """The classifier in use, read from its file, with when and why it was put there."""
    last = Release.objects.order_by("pk").last()
    before = _previous()
    try:
        header, _payload = envelope.read(path())
    except ArtifactMissing:
        return InUse(is_untrained=True, previous=before)
    except ArtifactRefused as error:
        return InUse(refusal=str(error), previous=before)
    window, version = header.get("window", {}), str(header.get("version", ""))
    noted = last if last and last.version == version else None
    return InUse(
        version=version,
        trained_at=_moment(header.get("trained_at")),
        own=number(int(window.get("own", 0))),
        until=_moment(window.get("until")),
        since=noted.at if noted else None,
        why=noted.get_why_display() if noted else "",
        waits=releases.is_rolled_back(),
        previous=before,
    )


def _previous() -> str:
    """The version one press goes back to; "" when there is none that can be used."""
    history = list(Release.objects.order_by("pk"))
    version = releases.previous(history, live=archive.live_version())
    usable = {each.version for each in archive.listed() if not each.refusal}
    return version if version in usable else ""


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


# --- alarms ---------------------------------------------------------------------------------------


def open_alarms() -> list[AlarmLine]:
    """What is wrong now, the newest first."""
    names = _Names()
    rows = Alarm.objects.filter(ended_at__isnull=True).order_by("-raised_at", "-pk")
    return [
        AlarmLine(
            name=names.whole(row.target, row.label),
            kind=row.get_kind_display(),
            words=_alarm_words(row, names),
            raised_at=row.raised_at,
        )
        for row in rows
    ]


def _alarm_words(row: Alarm, names: _Names) -> str:
    figures = row.figures
    if row.kind == QUALITY:
        return _("%(right)s of %(decided)s were right, and at least %(bar)s should be.") % {
            "right": figures["right"],
            "decided": figures["decided"],
            "bar": per_cent(figures["bar"]),
        }
    shares = {
        "before": per_cent(figures["share_before"]),
        "now": per_cent(figures["share_now"]),
    }
    if row.kind == SHIFT:
        name = names.of(row.target, figures["label"])
        return _("%(name)s is now guessed for %(now)s of the cases, before for %(before)s.") % {
            "name": name,
            **shares,
        }
    return _("%(now)s of the words in cases are new to it, before %(before)s.") % shares


# --- labels ---------------------------------------------------------------------------------------


def tables(now: datetime) -> list[TargetTable]:
    """By target how each label went in the last full weeks; those without guesses are left out."""
    lately = _by_label(readings.recent(now))
    earlier = _by_label(readings.before(now))
    names, found = _Names(), []
    for target in TARGETS:
        own = [key for key in lately if key[0] == target]
        own.sort(key=lambda key: (key[1] != "", -lately[key].guessed, key[1]))
        rows = [_label_row(names, *key, lately[key], earlier.get(key)) for key in own]
        if rows:
            found.append(TargetTable(target=target, name=names.target(target), rows=rows))
    return found


@dataclass
class _Sums:
    guessed: int = 0
    silent: int = 0
    decided: int = 0
    right: int = 0


def _by_label(rows: Iterable[Reading]) -> dict[tuple[str, str], _Sums]:
    found: dict[tuple[str, str], _Sums] = defaultdict(_Sums)
    for row in rows:
        sums = found[row.target, row.label]
        sums.guessed += row.guessed
        sums.silent += row.silent
        sums.decided += row.decided
        sums.right += row.right
    return found


def _label_row(
    names: _Names, target: str, label: str, now: _Sums, before: _Sums | None
) -> LabelRow:
    state, tone, icon = _state(target, label, now)
    return LabelRow(
        name=names.of(target, label) if label else _("All together"),
        guessed=number(now.guessed),
        silent=share(now.silent, now.guessed),
        decided=number(now.decided),
        right=share(now.right, now.decided),
        before=share(before.right, before.decided) if before else "–",
        state=state,
        tone=tone,
        icon=icon,
    )


def _state(target: str, label: str, sums: _Sums) -> tuple[str, str, str]:
    if sums.decided < LEAST_DECIDED:
        return _("Too few decided"), "neutral", "Hourglass"
    if sums.right < bar_of(target, label) * sums.decided:
        return _("Below the bar"), "warning", "ExclamationmarkTriangle"
    return pgettext("job", "Well"), "success", "CheckmarkCircle"


# --- challengers ----------------------------------------------------------------------------------

_LOOKS = {
    Challenge.Outcome.PROMOTED: ("success", "CheckmarkCircle"),
    Challenge.Outcome.HELD: ("info", "Hourglass"),
    Challenge.Outcome.RUNNING: ("info", "Hourglass"),
    Challenge.Outcome.FAILED: ("danger", "ExclamationmarkTriangle"),
}


def challenges() -> list[ChallengeLine]:
    """The last challengers, the newest first."""
    names = _Names()
    return [
        _challenge(row, names) for row in Challenge.objects.order_by("-started_at", "-pk")[:MOST]
    ]


def _challenge(row: Challenge, names: _Names) -> ChallengeLine:
    tone, icon = _LOOKS.get(row.outcome, ("neutral", "Information"))
    return ChallengeLine(
        started_at=row.started_at,
        outcome=row.get_outcome_display(),
        tone=tone,
        icon=icon,
        words=_challenge_words(row),
        version=row.version,
        rows=[_compared(each, names) for each in row.figures.get("compared", ())],
    )


def _challenge_words(row: Challenge) -> str:
    if row.outcome == Challenge.Outcome.FAILED:
        return told(row.trouble)
    if row.outcome == Challenge.Outcome.TOO_FEW:
        decided = ngettext(
            "%(count)s case had a decision.", "%(count)s cases had a decision.", row.decided
        ) % {"count": number(row.decided)}
        if "least_learnt" not in row.figures:
            return decided
        needed = _(
            "It took at least %(learnt)s cases to learn from, and after them later cases about at "
            "least %(asked)s other matters."
        ) % {
            "learnt": number(row.figures["least_learnt"]),
            "asked": number(row.figures["least_asked"]),
        }
        return f"{decided} {needed}"
    if "asked" not in row.figures:
        return ""
    return _(
        "It learnt from %(learnt)s decided cases and was asked about %(asked)s later ones. "
        "The difference may come by chance at most %(risk)s of the time."
    ) % {
        "learnt": number(row.figures["learnt"]),
        "asked": number(row.figures["asked"]),
        "risk": per_cent(row.figures["risk"], 1),
    }


def _compared(figures: dict, names: _Names) -> ComparedRow:
    return ComparedRow(
        name=names.target(figures["target"]) if figures["target"] else _("Product and team"),
        cases=number(figures["cases"]),
        families=number(figures["families"]),
        champion=_tally(figures["champion"]),
        challenger=_tally(figures["challenger"]),
        gain=f"{'+' if figures['gain'] > 0 else ''}{number_format(round(figures['gain'], 2), 2)}",
        chance=per_cent(figures["chance"], 1),
    )


def _tally(tally: dict) -> str:
    return _("%(right)s right, %(wrong)s wrong, %(silent)s silent") % tally


# --- words ----------------------------------------------------------------------------------------


class _Names:
    """Names of targets and labels; those of a target are read once."""

    def __init__(self) -> None:
        self._of: dict[str, Names] = {}

    def target(self, target: str) -> str:
        """What a target is called."""
        if target == ARTICLE:
            return _("Article that answers")
        return str(dict(Reading._meta.get_field("target").choices)[target])

    def of(self, target: str, label: str) -> str:
        """What a label is called."""
        if target not in self._of:
            self._of[target] = Names(target)
        return self._of[target].of(label)

    def whole(self, target: str, label: str) -> str:
        """Target and label; the target alone for all labels."""
        return f"{self.target(target)}: {self.of(target, label)}" if label else self.target(target)


def share(part: int, whole: int) -> str:
    """A part of a whole as a percentage, "–" of nothing."""
    return per_cent(part / whole if whole else None)
