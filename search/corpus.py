"""What is learnt from a corpus when an index is built, and kept beside it.

Documents indexed one by one later, and all queries, use what was learnt then.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from search.candidates import DEFAULT_LENGTHS, FIELDS
from search.meaning import Meaning
from search.parallel import learn_pairs
from search.text.analysis import EXACT, Analyser, plain_words
from search.text.compounds import CompoundSplitter, count_words
from search.text.concepts import ENGLISH, NORWEGIAN, Learnt, our_concepts
from search.text.language import LANGUAGES, detect_language
from search.types import Document

SAMPLE_DOCUMENTS = 20_000
FEWEST_FOR_LENGTHS = 50
WEIGHTS_OF_MEANING = (3.0, 2.0, 2.0, 1.0, 2.0, 2.0, 2.0)  # order of ranking.FIELDS


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """Elements of compounds, average lengths of fields, words that mean the same, and meaning."""

    splitter: CompoundSplitter
    average_lengths: tuple[float, ...] = DEFAULT_LENGTHS  # in terms
    pairs: Learnt = field(default_factory=dict)
    meaning: Meaning = field(default_factory=Meaning.nothing)

    def analyser(self) -> Analyser:
        """Return an analyser that knows this corpus."""
        return Analyser(self.splitter, our_concepts().with_learnt(self.pairs))

    def to_json(self) -> str:
        """Return everything but the meaning, which has a file of its own, as text."""
        stored = {
            "elements": self.splitter.counts,
            "average_lengths": self.average_lengths,
            "pairs": self.pairs,
        }
        return json.dumps(stored, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str, meaning: Meaning | None = None) -> "Knowledge":
        """Read what `to_json` wrote. Raises ValueError when that is not whole."""
        stored = json.loads(text)
        try:
            return cls(
                splitter=CompoundSplitter(stored["elements"]),
                average_lengths=tuple(stored["average_lengths"]),
                pairs=stored["pairs"],
                meaning=meaning or Meaning.nothing(),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("What was learnt of a corpus is damaged") from error


class Learner:
    """Learns from a corpus in two readings: words first, then what the words occur with."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._lengths = [0] * len(FIELDS)
        self._documents = 0

    def read(self, document: Document) -> None:
        """Take in one document; those beyond `SAMPLE_DOCUMENTS` are passed over."""
        if self._documents >= SAMPLE_DOCUMENTS:
            return
        self._documents += 1
        for place, text in enumerate(field_texts(document)):
            words = plain_words(text)
            self._lengths[place] += len(words)
            count_words(words, self._counts)

    def learnt(self, again: Iterable[Document] = ()) -> Knowledge:
        """Return the knowledge so far; from a handful of documents only the defaults.

        `again` are the same documents, for what can be learnt only when the words are known.
        """
        lengths = DEFAULT_LENGTHS
        if self._documents >= FEWEST_FOR_LENGTHS:
            lengths = tuple(max(total / self._documents, 1.0) for total in self._lengths)
        words = Knowledge(splitter=CompoundSplitter.learn(self._counts), average_lengths=lengths)
        pages = _Pages()
        meaning = Meaning.learn(_term_counts(islice(again, SAMPLE_DOCUMENTS), words, pages))
        return replace(words, pairs=learn_pairs(pages.pairs()), meaning=meaning)


class _Pages:
    """The forms on each page that may exist in another language."""

    def __init__(self) -> None:
        self._forms: dict[str, dict[str, set[str]]] = defaultdict(dict)

    def read(self, document: Document, language: str, counts: Mapping[str, float]) -> None:
        """Remember the forms of a page, if it may have a version in another language."""
        if document.translation_key:
            side = ENGLISH if language == ENGLISH else NORWEGIAN
            forms = {term for term in counts if term[0].isalpha()}
            self._forms[document.translation_key].setdefault(side, forms)

    def pairs(self) -> list[tuple[set[str], set[str]]]:
        """Return the forms of the pages that exist on both sides."""
        return [
            (sides[NORWEGIAN], sides[ENGLISH]) for sides in self._forms.values() if len(sides) > 1
        ]


def _term_counts(
    documents: Iterable[Document], known: Knowledge, pages: _Pages
) -> Iterator[Mapping[str, float]]:
    analyser = known.analyser()
    for document in documents:
        texts = field_texts(document)
        language = language_of(document, texts)
        counts = meant_terms([Counter(analyser.analyse(text, language)) for text in texts])
        pages.read(document, language, counts)
        yield counts


def meant_terms(fields: Sequence[Mapping[str, int]]) -> dict[str, float]:
    """Return the counts that tell what a document is about: no written forms, titles weigh more.

    `fields` are the counts of the terms in each field.
    """
    meant: dict[str, float] = {}
    for counts, weight in zip(fields, WEIGHTS_OF_MEANING, strict=True):
        for term, count in counts.items():
            if term[0] != EXACT:
                meant[term] = meant.get(term, 0) + weight * count
    return meant


def language_of(document: Document, texts: Sequence[str]) -> str:
    """Return the language of a document: as it says, else as its texts look, nb where unsure."""
    if document.language in LANGUAGES:
        return document.language
    return detect_language("\n".join(texts)).code or NORWEGIAN


def field_texts(document: Document) -> Sequence[str]:
    """Return the text of each field of `ranking.FIELDS`, in that order."""
    return (
        document.title,
        document.summary,
        "\n".join(document.headings),
        document.body,
        "\n".join(document.search_words),
        "\n".join(document.link_texts),
        "\n".join(document.questions),
    )
