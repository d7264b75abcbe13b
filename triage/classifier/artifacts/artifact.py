"""A trained classifier in its file: the envelope with the numbers of a committee in it.

The file holds plain tables of numbers and JSON, no objects: reading it cannot run code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from triage.classifier.artifacts import envelope
from triage.classifier.artifacts.envelope import again
from triage.classifier.artifacts.refusals import ArtifactRefused
from triage.classifier.labels import NEEDED, TARGETS
from triage.classifier.learner.articles import ArticleModel
from triage.classifier.learner.committee import Committee, Member, Question
from triage.classifier.learner.features import Reader
from triage.classifier.learner.linear import LinearMachines
from triage.classifier.learner.network import Network
from triage.classifier.learner.thresholds import NEVER
from triage.classifier.learner.vectors import Vectoriser

KINDS = ("float16", "float32", "uint8")  # of tables; none can hold objects
ALIGNED = 64  # bytes a table begins at a multiple of
MOST_MEMBERS = 50
TINIEST, HOTTEST = 1e-6, 1e6  # what scores are divided by; with another nothing comes out
LONGEST_VERSION = 40  # letters, as it is stored beside what was guessed
VIEWS = ("words", "letters")


class _DoNotFit(ValueError):
    """Parts of the file do not belong together; the message names them."""


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """A trained classifier with what it was made from and how good it is.

    `thresholds` has, by target, the certainty each label is said from. `data` is the checksum of
    the training texts and `window` tells which they were; `scores` holds measures by target, and
    those of held-out families under "heldout"; `judgement` is that on them in full (see
    `evaluation/judgement.py`). `articles` knows which articles answered earlier cases, None when
    too few did.
    """

    committee: Committee
    thresholds: Mapping[str, Mapping[str, float]]
    scores: Mapping[str, Mapping]
    data: str
    window: Mapping
    trained_at: datetime
    version: str
    articles: ArticleModel | None = None
    judgement: Mapping[str, Mapping] | None = None


def save(artifact: Artifact, path: Path) -> None:
    """Write the artefact in place of what is there, in one step."""
    directory, payload = _packed(_tables(artifact.committee) | _article_tables(artifact.articles))
    header = {
        "tables": directory,
        "questions": [asdict(question) for question in artifact.committee.questions],
        "members": len(artifact.committee.members),
        "answers": list(artifact.articles.names) if artifact.articles else [],
        "thresholds": artifact.thresholds,
        "scores": artifact.scores,
        "data": artifact.data,
        "window": artifact.window,
        "trained_at": artifact.trained_at.isoformat(),
        "version": artifact.version,
        "judgement": artifact.judgement,
    }
    envelope.write(path, header, payload)


def load(path: Path) -> Artifact:
    """Read an artefact. Raises ArtifactRefused with a sentence on what is wrong with it."""
    header, payload = envelope.read(path)
    try:
        tables = _unpacked(header["tables"], payload)
        committee = _committee(header, tables)
        asked = [question.name for question in committee.questions]
        return Artifact(
            committee=committee,
            articles=_article_model(header.get("answers", ()), tables),
            thresholds={target: _shares(header["thresholds"][target]) for target in asked},
            scores=header["scores"],
            data=header["data"],
            window=header["window"],
            trained_at=datetime.fromisoformat(header["trained_at"]),
            version=_version(header["version"]),
            judgement=header.get("judgement"),
        )
    except _DoNotFit as error:
        raise ArtifactRefused(again(f"its {error} do not fit together")) from error
    except Exception as error:  # whatever a strange file makes a reader raise, it is refused
        raise ArtifactRefused(again(f"it cannot be read ({type(error).__name__})")) from error


# --- tables in a row of bytes ---------------------------------------------------------------------


def _packed(tables: Mapping[str, np.ndarray]) -> tuple[list[dict], bytes]:
    """What stands where, and the bytes."""
    directory, pieces, at = [], [], 0
    for name, table in tables.items():
        content = np.ascontiguousarray(table).tobytes()
        directory.append(
            {"name": name, "kind": str(table.dtype), "shape": list(table.shape), "at": at}
        )
        pieces += [content, bytes(-len(content) % ALIGNED)]
        at += len(content) + -len(content) % ALIGNED
    return directory, b"".join(pieces)


def _unpacked(directory: Sequence[Mapping], payload: memoryview) -> dict[str, np.ndarray]:
    """The tables where they lie, not copied; those of other kinds or beyond the end raise."""
    tables = {}
    for entry in directory:
        if entry["kind"] not in KINDS:
            raise _DoNotFit("kinds of numbers")
        shape = tuple(int(length) for length in entry["shape"])
        if min(shape, default=0) < 0 or entry["at"] < 0:
            raise _DoNotFit("tables")
        count = int(np.prod(shape, dtype=object))
        table = np.frombuffer(payload, entry["kind"], count, entry["at"])
        if not np.isfinite(table).all():
            raise _DoNotFit("numbers")
        tables[entry["name"]] = table.reshape(shape)
    return tables


# --- a committee as tables ------------------------------------------------------------------------


def _tables(committee: Committee) -> dict[str, np.ndarray]:
    reader, learnt = committee.vectoriser.reader, committee.vectoriser.learnt()
    tables = {"reader": _text({"concepts": reader.concepts, "elements": reader.elements})}
    for name, (terms, rarity) in zip(VIEWS, learnt, strict=True):
        tables[f"{name} terms"] = _text(list(terms))
        tables[f"{name} rarity"] = rarity
    for number, member in enumerate(committee.members):
        network, own = member.network, f"member {number} "
        tables[own + "inside"], tables[own + "out"] = network.inside_, network.out_
        tables[own + "inside bias"], tables[own + "out bias"] = network.bias_
        if member.linear is not None:
            tables[own + "lines"] = member.linear.weights_
            tables[own + "intercepts"] = member.linear.intercepts_
    return tables


def _committee(header: Mapping, tables: Mapping[str, np.ndarray]) -> Committee:
    questions = [_question(each) for each in header["questions"]]
    names = [question.name for question in questions]
    if names != [target for target in TARGETS if target in names] or not {*NEEDED} <= {*names}:
        raise _DoNotFit("questions")
    starts = np.cumsum([0, *(len(question.labels) for question in questions)]).tolist()
    if [question.start for question in questions] != starts[:-1]:
        raise _DoNotFit("labels")
    learnt = [(_read(tables[f"{name} terms"]), tables[f"{name} rarity"]) for name in VIEWS]
    for terms, rarity in learnt:
        if rarity.shape != (len(terms),) or len(set(terms)) != len(terms):
            raise _DoNotFit("terms")
    columns = sum(len(terms) for terms, _rarity in learnt)
    if not 0 < header["members"] <= MOST_MEMBERS:
        raise _DoNotFit("members")
    return Committee(
        vectoriser=Vectoriser.of(Reader(**_read(tables["reader"])), *learnt),
        members=[
            _member(tables, f"member {number} ", columns, [len(q.labels) for q in questions])
            for number in range(header["members"])
        ],
        questions=questions,
    )


def _article_tables(articles: ArticleModel | None) -> dict[str, np.ndarray]:
    if articles is None:
        return {}
    return {"answers": articles.weights, "answers intercepts": articles.intercepts}


def _article_model(stored: Sequence[str], tables: Mapping[str, np.ndarray]) -> ArticleModel | None:
    names = tuple(str(name) for name in stored)
    if not names:
        return None
    if len(set(names)) != len(names):
        raise _DoNotFit("articles")
    columns = sum(len(_read(tables[f"{name} terms"])) for name in VIEWS)
    return ArticleModel(
        names=names,
        weights=_shaped(tables["answers"], columns, len(names)),
        intercepts=_shaped(tables["answers intercepts"], len(names)),
    )


def _question(stored: Mapping) -> Question:
    labels = tuple(str(label) for label in stored["labels"])
    if len(labels) < 2 or len(set(labels)) != len(labels):
        raise _DoNotFit("labels")
    return Question(
        name=stored["name"],
        labels=labels,
        start=stored["start"],
        temperature=_number(stored["temperature"], TINIEST, HOTTEST),
        threshold=_number(stored["threshold"], -HOTTEST, HOTTEST),
    )


def _member(
    tables: Mapping[str, np.ndarray], own: str, columns: int, sizes: Sequence[int]
) -> Member:
    labels, inside = sum(sizes), tables[own + "inside"]
    network = Network(sizes, hidden=inside.shape[1])
    network.inside_ = _shaped(inside, columns, network.hidden)
    network.out_ = _shaped(tables[own + "out"], network.hidden, labels)
    network.bias_ = [
        _shaped(tables[own + "inside bias"], network.hidden),
        _shaped(tables[own + "out bias"], labels),
    ]
    if own + "lines" not in tables:
        return Member(network=network)
    linear = LinearMachines(sizes)
    linear.weights_ = _shaped(tables[own + "lines"], columns, labels)
    linear.intercepts_ = _shaped(tables[own + "intercepts"], labels)
    return Member(network=network, linear=linear)


def _shaped(table: np.ndarray, *shape: int) -> np.ndarray:
    if table.shape != shape:
        raise _DoNotFit("tables")
    return table


def _shares(stored: Mapping[str, float]) -> dict[str, float]:
    return {str(label): _number(least, 0.0, NEVER) for label, least in stored.items()}


def _version(stored: object) -> str:
    if not isinstance(stored, str) or not 0 < len(stored) <= LONGEST_VERSION:
        raise _DoNotFit("versions")
    return stored


def _number(stored: object, least: float, most: float) -> float:
    """A number of the header; one that is none (NaN too) or beyond its limits raises."""
    found = float(stored)
    if not least <= found <= most:
        raise _DoNotFit("limits")
    return found


def _text(content: object) -> np.ndarray:
    return np.frombuffer(json.dumps(content, ensure_ascii=False).encode(), np.uint8)


def _read(table: np.ndarray):
    return json.loads(table.tobytes())
