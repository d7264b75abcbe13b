"""How a committee learns: each member keeps a part of the texts aside. Pure.

What members say of the parts they kept aside teaches the committee its temperature and its
threshold, so no text outside of all labels is needed. Where whole families are kept aside, which
says how it does on matters never met, two more members keep texts with their near twins aside
instead: most cases are of matters met before, and how sure to be is learnt from those.
Where texts are few, each member has linear machines beside its network: it is steadier there, and
cheap. Where texts and labels are many, each member remembers some texts, two keep the same part
aside, and what lies far from all that is remembered counts as unknown.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from triage.classifier.learner.calibration import (
    best_temperature,
    confidence_in,
    threshold_at_loss,
    threshold_for_more,
)
from triage.classifier.learner.committee import CHUNK, Committee, Member, Question, how_known
from triage.classifier.learner.features import Reader
from triage.classifier.learner.nearness import Nearness
from triage.classifier.learner.network import compact
from triage.classifier.learner.pipeline import (
    FEW,
    SEED,
    Plan,
    build_linear,
    build_network,
    build_vectoriser,
)
from triage.classifier.learner.vectors import VIEWS

LOSS = 0.02  # of rightly guessed texts that may be rejected, as a share of all
ALIKE = 0.5  # cosine from which texts are wordings of one matter
TEACHERS = 2  # that tell how sure to be, where families are kept aside whole
AT_ONCE = 2  # members that learn at the same time
UNKNOWN = -1  # the place of a label that is not known


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """Texts, and by question the label of each; "" where it is not known.

    Texts of one family stay on one side; without families those that are nearly alike do. The
    last `hints` texts tell what labels mean: every member reads them, none is asked about them.
    """

    texts: Sequence[str]
    labels: Mapping[str, Sequence[str]]
    families: Sequence[str] | None = None
    hints: int = 0


@dataclass(frozen=True, kw_only=True)
class Aside:
    """What was said to one question of texts kept aside: their numbers, the labels guessed, how
    sure (0 to 1), whether they looked unknown, and what is right."""

    numbers: np.ndarray
    guessed: np.ndarray
    confidence: np.ndarray
    abstained: np.ndarray
    truth: np.ndarray


def learn(lesson: Lesson, plan: Plan, reader: Reader) -> tuple[Committee, dict[str, Aside]]:
    """A committee, and by question what its members said of texts they had kept aside.

    The same texts give the same. Raises ValueError when a question has fewer than two labels or
    there are no words at all.
    """
    questions, places = _questions(lesson.labels)
    vectoriser = build_vectoriser(plan, reader)
    rows = vectoriser.fit_transform(lesson.texts)
    cases = len(lesson.texts) - lesson.hints
    families = (
        families_of(rows[:cases])
        if lesson.families is None
        else np.unique(np.asarray(lesson.families[:cases]), return_inverse=True)[1]
    )
    parts = parts_of(places[:cases, 0], families, plan.parts)[: plan.members // plan.sharing]
    sizes = [len(question.labels) for question in questions]
    made = _members(rows, places, parts, sizes, plan)
    members = [member for member, _said in made]
    taught, teachers = [part for part in parts for _ in range(plan.sharing)], made
    if lesson.families is not None and cases <= FEW:
        taught = parts_of(places[:cases, 0], families_of(rows[:cases]), plan.parts)[:TEACHERS]
        teachers = _members(rows, places, taught, sizes, replace(plan, sharing=1))
    questions = [
        replace(each, temperature=_temperature(each, places[:, n], taught, teachers))
        for n, each in enumerate(questions)
    ]
    said = [
        [said for _member, said in made[at : at + plan.sharing]]
        for at in range(0, len(made), plan.sharing)
    ]
    kept = [_Kept(part, places[part]) for part in parts]
    asked = [_learn_certainty(members, each, n, said, kept) for n, each in enumerate(questions)]
    committee = Committee(
        vectoriser=vectoriser, members=members, questions=[question for question, _aside in asked]
    )
    return committee, {question.name: aside for question, aside in asked}


@dataclass(frozen=True)
class _Kept:
    """A part that was kept aside: the numbers of its texts, and the places of their labels."""

    numbers: np.ndarray
    places: np.ndarray


def _questions(labels: Mapping[str, Sequence[str]]) -> tuple[list[Question], np.ndarray]:
    """The questions, and a column for each with the place of the label of each text."""
    questions, columns, start = [], [], 0
    for name, own in labels.items():
        own = np.asarray(own, dtype=str)
        names = np.unique(own[own != ""])
        if len(names) < 2:
            raise ValueError(f"there must be texts of at least two labels ({name})")
        columns.append(np.where(own == "", UNKNOWN, np.searchsorted(names, own)))
        questions.append(Question(name=name, labels=tuple(map(str, names)), start=start))
        start += len(names)
    return questions, np.stack(columns, axis=1)


def _members(rows, places, parts, sizes: Sequence[int], plan: Plan) -> list:
    """Members, as many as share a part for each of the parts, and what they say of it."""
    with threadpool_limits(1, user_api="blas"):  # the steps are too small to be shared out
        return Parallel(n_jobs=AT_ONCE, prefer="threads")(
            delayed(_member)(rows, places, parts[number // plan.sharing], sizes, plan, number)
            for number in range(plan.sharing * len(parts))
        )


def _member(rows, places, aside, sizes: Sequence[int], plan: Plan, number: int):
    """A member that has not seen the texts `aside`, and what it says of them."""
    seen = np.setdiff1d(np.arange(len(places)), aside)
    member = Member(network=build_network(plan, sizes, number).fit(rows[seen], places[seen]))
    if plan.linear:
        member.linear = build_linear(plan, sizes).fit(rows[seen], places[seen])
    if plan.remembers:
        member.nearness = _memory(member, rows[seen], places[seen, 0], number)
    return member, member.scores(*compact(rows[aside]))


def _memory(member: Member, rows: csr_matrix, places: np.ndarray, number: int) -> Nearness:
    """Some of the rows a member has learnt from, for later texts to be compared with."""
    scores = [
        member.scores(*compact(rows[at : at + CHUNK])) for at in range(0, rows.shape[0], CHUNK)
    ]
    return Nearness(np.concatenate(scores), places, SEED + number)


def _temperature(question: Question, truth: np.ndarray, parts, made) -> float:
    """The temperature of a question by what was said, part for part, of texts kept aside."""
    asked = [truth[part] != UNKNOWN for part in parts]
    said = [scores[rows, question.span] for (_m, scores), rows in zip(made, asked, strict=True)]
    right = [truth[part[rows]] for part, rows in zip(parts, asked, strict=True)]
    return best_temperature(np.concatenate(said), np.concatenate(right))


def _learn_certainty(
    members: Sequence[Member],
    question: Question,
    column: int,
    said: Sequence[Sequence[np.ndarray]],
    kept: Sequence[_Kept],
) -> tuple[Question, Aside]:
    """Learn from when on a text is known, by what members said of the parts they kept aside."""
    sharing = len(said[0])
    asked = [each.places[:, column] != UNKNOWN for each in kept]
    said = [
        [scores[rows, question.span] for scores in each]
        for each, rows in zip(said, asked, strict=True)
    ]
    truth = [each.places[rows, column] for each, rows in zip(kept, asked, strict=True)]
    alone = [[scores] for each in said for scores in each]
    for_alone = [each for each in truth for _ in range(sharing)]
    threshold = _threshold(members, alone, for_alone, question.temperature)
    if sharing > 1:
        together = _threshold(members, said, truth, question.temperature)
        threshold = threshold_for_more(threshold, together, sharing, len(members))
    question = replace(question, threshold=threshold)
    numbers = np.concatenate([each.numbers[rows] for each, rows in zip(kept, asked, strict=True)])
    return question, _aside(members, question, numbers, said, truth)


def _aside(members, question: Question, numbers, said, truth) -> Aside:
    labels = np.array(question.labels)
    guessed = [np.mean(each, axis=0).argmax(axis=1) for each in said]
    sure = [
        confidence_in(each, places, question.temperature)
        for each, places in zip(said, guessed, strict=True)
    ]
    looks = np.concatenate(_known_by_part(members, said, guessed, question.temperature))
    return Aside(
        numbers=numbers,
        guessed=labels[np.concatenate(guessed)],
        confidence=np.concatenate(sure),
        abstained=looks < question.threshold,
        truth=labels[np.concatenate(truth)],
    )


def _threshold(members, said, truth, temperature: float) -> float:
    """The threshold for as many members as speak together in `said`."""
    guessed = [np.mean(each, axis=0).argmax(axis=1) for each in said]
    sure = np.concatenate(_known_by_part(members, said, guessed, temperature))
    return threshold_at_loss(sure, np.concatenate(guessed) == np.concatenate(truth), LOSS)


def _known_by_part(members, said, guessed, temperature: float) -> list[np.ndarray]:
    size = len(said[0])
    return [
        how_known(members[number * size : (number + 1) * size], each, places, temperature)
        for number, (each, places) in enumerate(zip(said, guessed, strict=True))
    ]


def parts_of(places: np.ndarray, families: np.ndarray, count: int) -> list[np.ndarray]:
    """The numbers of texts in each of `count` parts; families stay together."""
    parts = min(count, len(np.unique(families)))
    if parts < 2:
        return [np.arange(len(places))[::2]]
    stratified = np.unique(places, return_counts=True)[1].max() >= parts
    kind = StratifiedGroupKFold if stratified else GroupKFold
    folds = kind(parts, shuffle=True, random_state=SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # labels with fewer texts than parts
        return [aside for _seen, aside in folds.split(places, places, families)]


def families_of(rows: csr_matrix) -> np.ndarray:
    """The number of the family of each row: rows that are nearly alike, and what is like those.

    A text whose near twin was learnt from says nothing about texts to come.
    """
    if rows.shape[0] > FEW:
        return np.arange(rows.shape[0])
    alike = rows @ rows.T
    alike.data = (alike.data > ALIKE * VIEWS).astype(np.int8)
    alike.eliminate_zeros()
    return connected_components(alike, directed=False)[1]
