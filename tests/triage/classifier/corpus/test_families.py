"""Cases about the same matter stay together: by thread, and by nearly the same subject."""

import random
from itertools import combinations

from triage.classifier.corpus.families import ALIKE, families, words_of


def test_replies_numbers_and_letter_size_do_not_make_another_subject():
    found = families(
        [
            "Feil AUTH-00003 ved godkjenning av systembruker",
            "SV: Feil AUTH-00004 ved godkjenning av systembruker",
            "re: FEIL auth 12 ved godkjenning av systembruker!",
            "Hvordan bestiller vi et scope?",
        ]
    )
    assert found == [0, 0, 0, 3]


def test_one_more_word_is_the_same_matter_and_half_of_them_another():
    base = "Systembruker blir ikke godkjent hos leverandøren"
    assert families([base, base + " vår"]) == [0, 0]
    assert families([base, "Systembruker blir ikke slettet ved opphør"]) == [0, 1]


def test_merged_cases_are_together_whatever_they_are_called():
    assert families(["Får ikke token", "Pålogging henger", "Annet"], [7, 7, 8]) == [0, 0, 2]


def test_families_reach_through_what_is_like_both():
    one, two, three = "a1 bb cc dd ee ff", "bb cc dd ee ff gg", "cc dd ee ff gg hh"
    assert families([one, three, two]) == [0, 0, 0]


def test_subjects_without_words_are_each_their_own():
    assert families(["", "12345", "??", ""]) == [0, 1, 2, 3]


def test_the_quick_way_finds_what_comparing_all_pairs_finds():
    draw = random.Random(5)  # noqa: S311  a test
    words = [f"{a}{b}{c}" for a in "klmn" for b in "aeiou" for c in "rst"]
    subjects = [" ".join(draw.sample(words[:14], draw.randint(2, 6))) for _ in range(300)]
    sets = [words_of(each) for each in subjects]
    expected = list(range(len(sets)))
    for one, other in combinations(range(len(sets)), 2):
        if len(sets[one] & sets[other]) >= ALIKE * len(sets[one] | sets[other]):
            low, high = sorted((expected[one], expected[other]))
            expected = [low if each == high else each for each in expected]
    assert families(subjects) == expected
