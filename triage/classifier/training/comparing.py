"""Whether a challenger is better than the classifier in use, on the same fresh cases. Pure.

Each case gives both a score: what is said and right counts 1, silence 0, and what is said and wrong
costs as much as three right ones give, so that saying is worth it from three right of four on.
Cases of one family count as one. Were neither better, each family's difference might as well have
had the other sign; how often as large a sum comes out when signs are drawn is the chance that a
difference like this means nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

WRONG = -3.0
RISK = 0.05  # that a challenger no better is ever put to use in place of one classifier
WORSE = 0.05  # the chance below which a single target has become worse
DRAWS = 20_000
SEED = 20_261_126


@dataclass(frozen=True, kw_only=True)
class Said:
    """What both said of one target of one case, "" when nothing; `truth` may be "" for none."""

    case: int
    family: int
    target: str
    truth: str
    champion: str
    challenger: str


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What one of them said in all."""

    right: int
    wrong: int
    silent: int


@dataclass(frozen=True, kw_only=True)
class Compared:
    """How one target, or all of them ("") went. `gain` is the mean difference of score for each
    answer; `chance` that one as large comes out when the challenger is no better, `harm` that one
    as low does when it is no worse."""

    target: str
    cases: int
    families: int
    champion: Tally
    challenger: Tally
    gain: float
    chance: float
    harm: float


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether the challenger is better: its chance is at most `risk`, and no target is worse."""

    better: bool
    risk: float
    compared: Sequence[Compared]
    worse: Sequence[str]

    def figures(self) -> dict:
        """All of it as plain JSON."""
        return asdict(self)


def score(truth: str, said: str) -> float:
    """What one answer is worth."""
    if not said:
        return 0.0
    return 1.0 if said == truth else WRONG


def risk_of_attempt(attempt: int) -> float:
    """The risk the `attempt`th challenger (1, 2 …) of one classifier may take.

    Over any number of attempts they sum to `RISK`: trying often makes nobody lucky.
    """
    return RISK / (attempt * (attempt + 1))


def judge(said: Sequence[Said], *, attempt: int, counted: Sequence[str]) -> Verdict:
    """Compare two classifiers on what they said.

    The targets `counted` decide together; on the others, too, the challenger may not be worse.
    """
    targets = sorted({each.target for each in said})
    own = [_compare(target, [each for each in said if each.target == target]) for target in targets]
    together = _compare("", [each for each in said if each.target in counted])
    risk = risk_of_attempt(attempt)
    worse = [each.target for each in own if each.harm < WORSE]
    better = together.gain > 0 and together.chance <= risk and not worse
    return Verdict(better=better, risk=risk, compared=[together, *own], worse=worse)


def _compare(target: str, said: Sequence[Said]) -> Compared:
    sums: Mapping[int, float] = defaultdict(float)
    for each in said:
        sums[each.family] += score(each.truth, each.challenger) - score(each.truth, each.champion)
    differences = np.array(list(sums.values()))
    return Compared(
        target=target,
        cases=len({each.case for each in said}),
        families=len(sums),
        champion=_tally([(each.truth, each.champion) for each in said]),
        challenger=_tally([(each.truth, each.challenger) for each in said]),
        gain=round(float(differences.sum()) / len(said), 4) if said else 0.0,
        chance=chance_of(differences),
        harm=chance_of(-differences),
    )


def _tally(answers: Sequence[tuple[str, str]]) -> Tally:
    silent = sum(not said for _truth, said in answers)
    right = sum(bool(said) and said == truth for truth, said in answers)
    return Tally(right=right, wrong=len(answers) - right - silent, silent=silent)


def chance_of(differences: np.ndarray) -> float:
    """How often a sum at least as large comes out when the signs of differences are drawn.

    1.0 when nothing differs. The same differences give the same.
    """
    differences = differences[differences != 0]
    if not len(differences):
        return 1.0
    draw = np.random.default_rng(SEED)
    reached, left, total = 0, DRAWS, differences.sum()
    while left:
        count = min(left, max(1, 4_000_000 // len(differences)))
        signs = draw.integers(0, 2, (count, len(differences)), dtype=np.int8) * 2 - 1
        reached += int((signs @ differences >= total - 1e-9).sum())
        left -= count
    return (1 + reached) / (1 + DRAWS)
