"""A classifier judged on cases it has not seen: what it mixes up, how sure it is, and how rightly.

The judgement is made once, when a classifier is made, and stored with it as plain JSON of bounded
size, so that a page can show it without the classifier. Several cases of one family say about the
same, so every count stands with the number of families behind it. Pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from search.text.redaction import mask_identity_numbers
from triage.classifier.evaluation.intervals import interval

MOST_LABELS = 60  # of a target; the rarest are left out of the table
MOST_PAIRS = 400  # of right label and label said
MOST_EXAMPLES = 12
LONGEST_EXCERPT = 240  # letters
BINS = 10  # of certainty
STEPS = 20  # of the curve: every 5 per cent of the cases
NOTHING = ""  # said, when it says nothing


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One case and what was guessed of it. `label` is the best guess, said or not, "" for none;
    `confidence` the probability (0 to 1) it gave itself; `because` words it stood on."""

    truth: str
    label: str
    confidence: float
    said: bool
    family: str
    text: str = ""
    because: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether the best guess is right."""
        return self.label == self.truth

    @property
    def spoken(self) -> str:
        """The label said; `NOTHING` when it says nothing."""
        return self.label if self.said else NOTHING


@dataclass(frozen=True, kw_only=True)
class Label:
    """One label: how many cases are of it, how often it was said and how often rightly, each with
    the families behind it; `least` is the certainty it is said from, above 1 when it never is."""

    label: str
    cases: int
    families: int
    said: int
    said_families: int
    right: int
    least: float

    @property
    def precision(self) -> float | None:
        """Of the times it was said, the share that was right; None when it never was."""
        return self.right / self.said if self.said else None

    @property
    def recall(self) -> float | None:
        """Of the cases it is right for, the share it was said of; None when there are none."""
        return self.right / self.cases if self.cases else None

    @property
    def precision_between(self) -> tuple[float, float]:
        """Between which shares the precision lies, as sure as its families make it."""
        return interval(self.precision or 0.0, self.said_families)

    @property
    def recall_between(self) -> tuple[float, float]:
        """Between which shares the recall lies, as sure as its families make it."""
        return interval(self.recall or 0.0, self.families)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """So many cases of `truth` were said to be `said` (`NOTHING`: nothing was said)."""

    truth: str
    said: str
    cases: int


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Guesses as certain as each other: the mean certainty and how many of them were right."""

    low: float
    high: float
    cases: int
    families: int
    confidence: float
    right: int

    @property
    def share(self) -> float:
        """The share that was right."""
        return self.right / self.cases

    @property
    def between(self) -> tuple[float, float]:
        """Between which shares it lies, as sure as its families make it."""
        return interval(self.share, self.families)


@dataclass(frozen=True, kw_only=True)
class Step:
    """If it spoke of the surest `cases` only: how many of them right, and the least certain."""

    cases: int
    right: int
    least: float

    @property
    def precision(self) -> float:
        """The share that was right."""
        return self.right / self.cases


@dataclass(frozen=True, kw_only=True)
class Example:
    """A case it was sure of and wrong about; the text is masked and cut."""

    excerpt: str
    truth: str
    said: str
    confidence: float
    because: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Target:
    """One question the classifier answers, judged. `ece` is how far its certainty lies from the
    share that is right, on average (0 to 1)."""

    cases: int
    families: int
    said: int
    said_families: int
    right: int
    ece: float
    labels: tuple[Label, ...]
    pairs: tuple[Pair, ...]
    bins: tuple[Bin, ...]
    curve: tuple[Step, ...]
    examples: tuple[Example, ...]

    @property
    def coverage(self) -> float:
        """The share of cases something was said of."""
        return self.said / self.cases

    @property
    def precision(self) -> float | None:
        """Of what was said, the share that was right; None when nothing was said."""
        return self.right / self.said if self.said else None

    @property
    def precision_between(self) -> tuple[float, float]:
        """Between which shares the precision lies, as sure as its families make it."""
        return interval(self.precision or 0.0, self.said_families)


def judge(answers: Sequence[Judged], least: Mapping[str, float]) -> Target:
    """One question judged on answers to it; `least` is the certainty each label is said from.

    There must be answers.
    """
    spoken = [each for each in answers if each.said]
    bins = _bins(answers)
    known = sum(each.cases for each in bins)
    gap = sum(abs(each.cases * each.confidence - each.right) for each in bins)
    return Target(
        cases=len(answers),
        families=_families(answers),
        said=len(spoken),
        said_families=_families(spoken),
        right=sum(each.is_right for each in spoken),
        ece=round(gap / known, 4) if known else 0.0,
        labels=_labels(answers, least),
        pairs=_pairs(answers),
        bins=bins,
        curve=_curve(answers),
        examples=_examples(spoken),
    )


def _families(answers: Sequence[Judged]) -> int:
    return len({each.family for each in answers})


def _labels(answers: Sequence[Judged], least: Mapping[str, float]) -> tuple[Label, ...]:
    """The labels there are cases of or that were said, those with most cases first."""
    own, said = defaultdict(list), defaultdict(list)
    for each in answers:
        own[each.truth].append(each)
        if each.said:
            said[each.label].append(each)
    found = [
        Label(
            label=label,
            cases=len(own[label]),
            families=_families(own[label]),
            said=len(said[label]),
            said_families=_families(said[label]),
            right=sum(each.is_right for each in said[label]),
            least=round(least.get(label, 1.01), 3),
        )
        for label in sorted({*own, *said})
    ]
    found.sort(key=lambda each: (-each.cases, each.label))
    return tuple(found[:MOST_LABELS])


def _pairs(answers: Sequence[Judged]) -> tuple[Pair, ...]:
    counts = Counter((each.truth, each.spoken) for each in answers)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Pair(truth=truth, said=said, cases=cases) for (truth, said), cases in ordered[:MOST_PAIRS]
    )


def _bins(answers: Sequence[Judged]) -> tuple[Bin, ...]:
    """All best guesses by how certain they were, whether they were said or not."""
    within = defaultdict(list)
    for each in answers:
        if each.label:
            within[min(int(each.confidence * BINS), BINS - 1)].append(each)
    return tuple(
        Bin(
            low=number / BINS,
            high=(number + 1) / BINS,
            cases=len(group),
            families=_families(group),
            confidence=round(sum(each.confidence for each in group) / len(group), 4),
            right=sum(each.is_right for each in group),
        )
        for number, group in sorted(within.items())
    )


def _curve(answers: Sequence[Judged]) -> tuple[Step, ...]:
    """From the surest part of the cases to all of them; cases without a guess come last."""
    ordered = sorted(answers, key=lambda each: (not each.label, -each.confidence))
    counts = {max(1, round(len(ordered) * step / STEPS)) for step in range(1, STEPS + 1)}
    return tuple(
        Step(
            cases=count,
            right=sum(each.is_right for each in ordered[:count]),
            least=round(ordered[count - 1].confidence, 4),
        )
        for count in sorted(counts)
    )


def _examples(spoken: Sequence[Judged]) -> tuple[Example, ...]:
    """What it was sure of and wrong about, the surest first, one of each family."""
    wrong = sorted((each for each in spoken if not each.is_right), key=lambda x: -x.confidence)
    firsts = {each.family: each for each in reversed(wrong)}
    chosen = sorted(firsts.values(), key=lambda each: (-each.confidence, each.family))
    return tuple(
        Example(
            excerpt=_excerpt(each.text),
            truth=each.truth,
            said=each.label,
            confidence=each.confidence,
            because=each.because,
        )
        for each in chosen[:MOST_EXAMPLES]
    )


def _excerpt(text: str) -> str:
    masked = " ".join(mask_identity_numbers(text).text.split())
    return masked if len(masked) <= LONGEST_EXCERPT else masked[: LONGEST_EXCERPT - 1] + "…"


# --- as JSON --------------------------------------------------------------------------------------


class BrokenJudgement(ValueError):
    """What is stored is no judgement."""


def as_json(targets: Mapping[str, Target]) -> dict:
    """Judged targets by name as plain JSON: tables of rows, without the names of their columns."""
    return {
        name: asdict(target)
        | {
            table: [list(asdict(row).values()) for row in getattr(target, table)]
            for table in TABLES
        }
        for name, target in targets.items()
    }


def from_json(stored: object) -> dict[str, Target]:
    """The targets again. Raises BrokenJudgement for anything else: the file may be anybody's."""
    try:
        return {str(name): _target(target) for name, target in dict(stored).items()}
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise BrokenJudgement(f"no judgement: {error}") from error


TABLES = {"labels": Label, "pairs": Pair, "bins": Bin, "curve": Step, "examples": Example}


def _target(stored: Mapping) -> Target:
    tables = {
        name: tuple(_row(kind, values) for values in stored[name]) for name, kind in TABLES.items()
    }
    names = [name for name in Target.__dataclass_fields__ if name not in tables]
    found = Target(**{name: _value(Target, name, stored[name]) for name in names}, **tables)
    parts = [(each.right, each.said) for each in (found, *found.labels)]
    parts += [(each.said, found.cases) for each in (found, *found.labels)]
    parts += [(each.right, each.cases) for each in (*found.labels, *found.bins, *found.curve)]
    if not all(0 <= part <= whole for part, whole in parts):
        raise ValueError("a part is larger than its whole")
    if min(each.cases for each in (found, *found.bins, *found.curve)) < 1:
        raise ValueError("a row counts no cases")
    return found


def _row(kind: type, values: Sequence):
    """A row of a kind from the values of its columns in order."""
    pairs = zip(kind.__dataclass_fields__, values, strict=True)
    return kind(**{name: _value(kind, name, value) for name, value in pairs})


def _value(kind: type, name: str, value):
    return _READERS[kind.__dataclass_fields__[name].type](value)


def _share(value) -> float:
    found = float(value)
    if not 0 <= found <= 2:  # what is never said is said from above 1
        raise ValueError(f"{found} is no share")
    return found


_READERS = {
    "int": int,
    "float": _share,
    "str": str,
    "tuple[str, ...]": lambda words: tuple(map(str, words)),
}
