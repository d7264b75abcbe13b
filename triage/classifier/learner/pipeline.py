"""What a classifier is composed of, and how large it is made: one method for all. Pure; no Django.

A plan sets the size of a committee. Whoever asks one question of many labels gets the largest a
training of two minutes allows; the desk, which asks several questions in every process of a web
server, a smaller one of the same parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from triage.classifier.learner.features import Reader
from triage.classifier.learner.linear import LinearMachines
from triage.classifier.learner.network import Network
from triage.classifier.learner.vectors import Vectoriser

SEED = 20260401
PARTS = 10  # each member keeps one of so many aside
MOST_MEMBERS, LEAST_MEMBERS_OF_SOME, LEAST_MEMBERS = 10, 6, 4  # all even
MANY = 20_000  # texts from which the least number of members will do
READINGS = 1_600_000  # of texts by all members together
LETTERS = 200_000_000  # that all members together read at most, in texts of more than a sentence
FEWEST_ROUNDS, MOST_ROUNDS = 4, 20
FEW = 5_000  # texts up to which a member has linear machines too, and remembers none
SHARING = 2  # members that keep the same part aside where texts are many
FEW_LABELS = 30  # below which proportions of scores say too little to be compared
STRICTNESS = 1.0  # of linear machines
HIDDEN = 192  # units of a network
COLUMNS = 60_000  # of each view

DESK_MEMBERS = 5  # that between them keep every text aside once
DESK_ROUNDS = 12
DESK_READINGS = 400_000
DESK_HIDDEN = 96
DESK_COLUMNS = 30_000
DESK_STRICTNESS = 0.5


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The size of a committee.

    `members` networks with `hidden` units read their texts `rounds` times. Each keeps one of
    `parts` aside, `sharing` of them the same. With `linear` there are linear machines beside each
    network, of this `strictness`, `balanced` over labels or not. With `remembers`, for one question
    only, each member remembers texts to compare with.
    """

    members: int
    parts: int
    rounds: int
    hidden: int
    columns: int
    linear: bool
    strictness: float = STRICTNESS
    balanced: bool = False
    sharing: int = 1
    remembers: bool = False


def plan_for_one_question(texts: int, labels: int, letters: int = 0) -> Plan:
    """The plan for so many texts, of so many letters together and of so many labels.

    Together the members read about `READINGS` texts, and no more than `LETTERS`, so that many take
    little longer than some, and long ones little longer than short.
    """
    least = LEAST_MEMBERS if texts > MANY else LEAST_MEMBERS_OF_SOME
    members = int(np.clip(READINGS // (MOST_ROUNDS * texts), least, MOST_MEMBERS))
    members -= members % SHARING
    many = texts > FEW
    rounds = min(READINGS // texts, LETTERS // max(letters, 1)) // members
    return Plan(
        members=members,
        parts=PARTS,
        rounds=int(np.clip(rounds, FEWEST_ROUNDS, MOST_ROUNDS)),
        hidden=HIDDEN,
        columns=COLUMNS,
        linear=not many,
        balanced=True,
        sharing=SHARING if many else 1,
        remembers=many and labels >= FEW_LABELS,
    )


def plan_for_the_desk(texts: int) -> Plan:
    """The plan for a site's own cases: small enough to lie in every web process.

    Every text is kept aside by one member, as certainties are learnt for each label.
    """
    return Plan(
        members=DESK_MEMBERS,
        parts=DESK_MEMBERS,
        rounds=int(np.clip(DESK_READINGS // (DESK_MEMBERS * texts), 1, DESK_ROUNDS)),
        hidden=DESK_HIDDEN,
        columns=DESK_COLUMNS,
        linear=texts <= FEW,
        strictness=DESK_STRICTNESS,
        balanced=True,
    )


def build_vectoriser(plan: Plan, reader: Reader) -> Vectoriser:
    """The unfitted features of texts: words as `reader` reads them, and runs of letters."""
    return Vectoriser(reader, plan.columns)


def build_network(plan: Plan, sizes: Sequence[int], number: int) -> Network:
    """The unfitted network of the member with this number, for questions of so many labels."""
    return Network(sizes, plan.rounds, SEED + number, hidden=plan.hidden)


def build_linear(plan: Plan, sizes: Sequence[int]) -> LinearMachines:
    """Unfitted linear machines for questions of so many labels."""
    return LinearMachines(sizes, plan.strictness, balanced=plan.balanced)
