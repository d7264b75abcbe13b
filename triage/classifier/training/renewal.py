"""A challenger learns from what people have decided, and is put to use only when it is better.

It learns from the sample and from the site's earlier cases, and is asked, with the one in use,
about later ones that neither has read. All figures are kept, whichever way it goes. Where somebody
has gone back to an older classifier, a better one waits for an administrator.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import structlog
from django.db import IntegrityError, transaction

from triage.classifier.artifacts import archive, releases
from triage.classifier.artifacts.artifact import Artifact
from triage.classifier.artifacts.current import current
from triage.classifier.artifacts.refusals import ArtifactRefused
from triage.classifier.corpus import decided_cases, samples
from triage.classifier.corpus.answered_cases import ARTICLE, answered_examples
from triage.classifier.corpus.decided_cases import DecidedCase, Material
from triage.classifier.corpus.document_names import document_ids
from triage.classifier.labels import PRODUCT, TARGETS, TEAM
from triage.classifier.learner.articles import NO_ARTICLE
from triage.classifier.learner.features import with_facts
from triage.classifier.models import Challenge, Release
from triage.classifier.predictions.guessing import Guess, guess, spoken, unknown_share
from triage.classifier.training import making
from triage.classifier.training.comparing import Said, Verdict, judge
from triage.classifier.training.split import LEAST_ASKED, LEAST_LEARNT, Split, split_by_time

log = structlog.get_logger(__name__)

COUNTED = (PRODUCT, TEAM)  # what stands on every solved case, corrected or not
STUCK = timedelta(hours=3)
MOST_ASKED = 3_000  # cases

Progress = Callable[[str], None]


class AlreadyUnderWay(Exception):
    """Another challenger is being trained."""


def renew(*, now: Callable[[], datetime], folder: Path, progress: Progress) -> Challenge:
    """Train a challenger, compare it, and put it to use when it is better; tell how it went.

    `now` is asked when it begins and when it ends. Raises AlreadyUnderWay. A fault is noted on the
    challenge and raised; the classifier in use stays.
    """
    challenge = _begin(now())
    try:
        outcome = _challenge(challenge, folder, now(), progress)
    except Exception as error:
        known = isinstance(error, ArtifactRefused | samples.BrokenSample)
        challenge.trouble = str(error)[:300] if known else type(error).__name__
        _end(challenge, Challenge.Outcome.FAILED, now())
        raise
    _end(challenge, outcome, now())
    return challenge


def _begin(now: datetime) -> Challenge:
    running = Challenge.objects.filter(outcome=Challenge.Outcome.RUNNING)
    running.filter(started_at__lt=now - STUCK).update(
        outcome=Challenge.Outcome.FAILED, finished_at=now, trouble="Stopped"
    )
    try:
        with transaction.atomic():
            return Challenge.objects.create(started_at=now, decided=decided_cases.count())
    except IntegrityError:
        raise AlreadyUnderWay from None


def _end(challenge: Challenge, outcome: str, now: datetime) -> None:
    challenge.outcome, challenge.finished_at = outcome, now
    challenge.save()
    log.info("challenger judged", outcome=outcome, version=challenge.version)


def _challenge(challenge: Challenge, folder: Path, now: datetime, progress: Progress) -> str:
    champion = current()
    challenge.against = champion.version
    sample = samples.read_families(folder / "train")
    material = decided_cases.material(decided_cases.newest(), sample)
    split = split_by_time(
        [case.opened_at for case in material.cases],
        material.families,
        known_until=end_of(champion),
        learnt_before=material.of_sample,
    )
    progress(f"{len(material.cases)} decided cases")
    if split is None:
        challenge.figures = {"least_learnt": LEAST_LEARNT, "least_asked": LEAST_ASKED}
        return Challenge.Outcome.TOO_FEW
    challenge.until = split.until
    challenger = learn(folder, material, split, now=now, progress=progress)
    challenge.version = challenger.version
    challenge.save()
    verdict, challenger = compare(champion, challenger, material, split, _attempt(champion))
    learnt = {"learnt": len(split.learnt), "asked": len(split.asked)}
    challenge.figures = verdict.figures() | learnt
    if not verdict.better:
        return Challenge.Outcome.KEPT_OUT
    return _put_to_use(challenger, champion.version, now)


def end_of(artifact: Artifact) -> datetime | None:
    """When the last case came in that it learnt from; None when it has read none of the site's."""
    until = artifact.window.get("until")
    return datetime.fromisoformat(str(until)) if until else None


def _attempt(champion: Artifact) -> int:
    """Which challenger of the one in use this is, from 1."""
    judged = (Challenge.Outcome.PROMOTED, Challenge.Outcome.HELD, Challenge.Outcome.KEPT_OUT)
    earlier = Challenge.objects.filter(against=champion.version, outcome__in=judged)
    return earlier.count() + 1


def learn(
    folder: Path, material: Material, split: Split, *, now: datetime, progress: Progress
) -> Artifact:
    """A classifier that has learnt from the sample and the earlier cases; nothing is stored."""
    own = [material.cases[place] for place in split.learnt]
    answered = answered_examples(
        [(case.example, case.article) for case in own], samples.read_families(folder / "train")
    )
    window = {
        "own": len(own),
        "answered": len(answered),
        "from": own[0].opened_at.isoformat(),
        "until": split.until.isoformat(),
    }
    return making.learn(
        folder,
        samples.checksum(folder / "train", samples.DATA),
        own=[case.example for case in own],
        answered=answered,
        fingerprint=_fingerprint(own),
        window=window,
        now=now,
        progress=progress,
    )


def _fingerprint(cases: Sequence[DecidedCase]) -> str:
    digest = hashlib.sha256()
    for case in cases:
        labels = sorted(case.example.labels.items())
        digest.update(f"{case.ticket} {labels} {case.article}\n".encode())
    return digest.hexdigest()


@dataclass(frozen=True)
class _Asked:
    """A case both were asked about, and what each said."""

    place: int
    champion: dict[str, Guess]
    challenger: dict[str, Guess]
    unknown: float | None


def compare(
    champion: Artifact, challenger: Artifact, material: Material, split: Split, attempt: int
) -> tuple[Verdict, Artifact]:
    """The verdict, and the challenger with what it guessed of fresh cases to watch later ones by.

    Of very many cases the newest are asked about.
    """
    asked = []
    for place in split.asked[-MOST_ASKED:]:
        example = material.cases[place].example
        text = with_facts(example.text, example.facts)
        asked.append(
            _Asked(
                place,
                guess(champion, text),
                guess(challenger, text),
                unknown_share(challenger, example.text),
            )
        )
    said = [
        Said(
            case=each.place,
            family=material.families[each.place],
            target=target,
            truth=truth,
            champion=spoken(each.champion, target),
            challenger=spoken(each.challenger, target),
        )
        for each in asked
        for target, truth in material.cases[each.place].example.labels.items()
        if target in TARGETS
    ]
    said += _said_of_articles(champion, challenger, material, [each.place for each in asked])
    verdict = judge(said, attempt=attempt, counted=COUNTED)
    window = {**challenger.window, "reference": reference(asked)}
    return verdict, replace(challenger, window=window)


def _said_of_articles(
    champion: Artifact, challenger: Artifact, material: Material, places: Sequence[int]
) -> Iterator[Said]:
    """What both believe most answers each case of which it is known; "" when they believe none.

    What is suggested leans on it, so a challenger that has become worse at it is not put to use.
    """
    ids = {each.version: _ids_of_articles(each) for each in (champion, challenger)}
    for place in places:
        case = material.cases[place]
        if case.article is not None:
            yield Said(
                case=place,
                family=material.families[place],
                target=ARTICLE,
                truth=case.article,
                champion=_article(champion, case.example.text, ids[champion.version]),
                challenger=_article(challenger, case.example.text, ids[challenger.version]),
            )


def _ids_of_articles(artifact: Artifact) -> Mapping[str, str]:
    """Document ids by the names a classifier has for articles; its own names are ids already."""
    return document_ids(ARTICLE, artifact.articles.names) if artifact.articles else {}


def _article(artifact: Artifact, text: str, ids: Mapping[str, str]) -> str:
    if artifact.articles is None:
        return NO_ARTICLE
    name = artifact.articles.best(artifact.committee.vectoriser.transform([text]))
    return ids.get(name, name)


def reference(asked: Sequence[_Asked]) -> dict:
    """How often the challenger guessed each label, and how much of the texts it had never met."""
    labels = {
        target: dict(
            Counter(each.challenger[target].label for each in asked if target in each.challenger)
        )
        for target in TARGETS
    }
    shares = np.array([each.unknown for each in asked if each.unknown is not None])
    unknown = {
        "read": len(shares),
        "sum": round(float(shares.sum()), 4),
        "squares": round(float((shares**2).sum()), 4),
    }
    return {"labels": labels, "unknown": unknown}


def _put_to_use(challenger: Artifact, beaten: str, now: datetime) -> str:
    """Put it to use in place of the one it has beaten; where a person chose otherwise it waits."""
    archive.keep(challenger)
    if releases.is_rolled_back() or archive.live_version() != beaten:
        return Challenge.Outcome.HELD
    releases.put_to_use(version=challenger.version, why=Release.Why.PROMOTED, now=now)
    return Challenge.Outcome.PROMOTED
