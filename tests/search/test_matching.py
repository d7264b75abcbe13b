"""Which words of a text answer a query."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.candidates import BODY, FIELDS, MAX_COUNT
from search.engines.packing import pack_features, read_candidates
from search.matching import Matching
from search.text.analysis import Analyser, places_of_words, terms_of
from search.types import Document

ANALYSER = Analyser()
QUERY = ANALYSER.query_words("nøkkel tilgangspakke AUTH.VLD-00003 mista 991 825 827", "nb")
TEXTS = st.lists(
    st.sampled_from(
        ["nøkkelen", "Nøkkel", "tilgangspakkene", "og", "-", "AUTH.VLD-00003", "vld", "mistet,"]
        + ["991 825 827", "991825827", "hva?", "«scope»", "å\u0301", "\u200b", "ﬁn", "2024 10"]
    )
    | st.text(max_size=8)
).map(" ".join)


def candidates(*bodies: str):
    """Candidates with these bodies, a, b and so on, as they come from an index."""
    stored = []
    for identity, text in zip("abcdef", bodies, strict=False):
        body = ANALYSER.analyse_whole(text, "nb")
        document = Document(
            id=identity, kind="article", title="", visibility=frozenset(), updated_at=None
        )
        counts = [
            Counter(body.terms) if place == BODY else Counter() for place in range(len(FIELDS))
        ]
        stored.append((pack_features(document, "nb", counts, body, []), b""))
    return read_candidates(stored, terms_of(QUERY))


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@given(text=TEXTS)
def test_the_words_of_a_text_that_leave_terms_are_where_the_analysis_has_them(language, text):
    analysed = ANALYSER.analyse_whole(text, language)
    found = places_of_words(text, language)
    assert len(found) == len(analysed.sizes)
    assert found == sorted(set(found))
    ends = [sum(analysed.sizes[: number + 1]) for number in range(len(found))]
    for (start, end), size, until in zip(found, analysed.sizes, ends, strict=True):
        assert ANALYSER.analyse(text[start:end], language) == analysed.terms[until - size : until]


@given(text=TEXTS)
def test_what_the_index_tells_of_a_body_marks_what_reading_it_marks(text):
    matching = Matching(ANALYSER, QUERY)
    words = candidates("nøkkel", text).words_of_body("b")
    assert matching.at(words, "nb")(text) == matching.in_language("nb")(text)


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("Bytt nøkkel her.", "Ny innledning med andre ord. Bytt nøkkel her."),
        ("Innledning med ord. Bytt nøkkel.", "Bytt nøkkel."),
        ("nøkkel", ""),
    ],
)
def test_a_body_that_was_changed_after_it_was_found_is_marked_as_it_is_now(then, now):
    matching = Matching(ANALYSER, QUERY)
    words = candidates(then).words_of_body("a")
    assert words and matching.at(words, "nb")(now) == matching.in_language("nb")(now)


def test_of_a_word_whose_places_are_not_all_kept_the_index_tells_nothing():
    found = candidates("nøkkel " * MAX_COUNT, "nøkkel " * (MAX_COUNT - 1), "annet")
    assert found.words_of_body("a") is None
    assert len(found.words_of_body("b")) == MAX_COUNT - 1
    assert found.words_of_body("c") == {}
    assert found.words_of_body("elsewhere") is None
