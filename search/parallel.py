"""Words that mean the same, learnt from pages that exist in Norwegian and in English.

A form and another belong together when they occur on the same pairs of pages, and neither
occurs so much with anything else (the Dice measure, made smaller where few pages tell).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from search.text.concepts import ENGLISH, NORWEGIAN, Learnt

FEWEST_PAIRS = 10  # of pages; fewer teach only chance
FEWEST_PAGES = 2  # that a form occurs on
SURE = 0.55
ALMOST_BEST = 0.95
Pages = Mapping[str, set[int]]


def learn_pairs(pages: Sequence[tuple[Collection[str], Collection[str]]]) -> Learnt:
    """Return form → form for both sides, from the forms of (Norwegian, English) pages."""
    if len(pages) < FEWEST_PAIRS:
        return {NORWEGIAN: {}, ENGLISH: {}}
    norwegian = _pages_of([forms for forms, _ in pages])
    english = _pages_of([forms for _, forms in pages])
    likeness = _likenesses(norwegian, english)
    best_of, best_for = defaultdict(float), defaultdict(float)
    for (form, other), value in likeness.items():
        best_of[form] = max(best_of[form], value)
        best_for[other] = max(best_for[other], value)
    sure = [
        (-value, form, other)
        for (form, other), value in likeness.items()
        if value >= max(SURE, ALMOST_BEST * best_of[form], ALMOST_BEST * best_for[other])
    ]
    learnt: dict[str, dict[str, str]] = {NORWEGIAN: {}, ENGLISH: {}}
    for _, form, other in sorted(sure):
        learnt[NORWEGIAN].setdefault(form, other)
        learnt[ENGLISH].setdefault(other, form)
    return learnt


def _pages_of(pages: Sequence[Collection[str]]) -> Pages:
    found: dict[str, set[int]] = defaultdict(set)
    for number, forms in enumerate(pages):
        for form in forms:
            found[form].add(number)
    return {form: numbers for form, numbers in found.items() if len(numbers) >= FEWEST_PAGES}


def _likenesses(norwegian: Pages, english: Pages) -> dict[tuple[str, str], float]:
    forms_on = defaultdict(list)
    for form, numbers in english.items():
        for number in numbers:
            forms_on[number].append(form)
    found = {}
    for form, numbers in norwegian.items():
        shared = Counter(other for number in numbers for other in forms_on[number])
        for other, count in shared.items():
            if other != form:
                dice = 2 * count / (len(numbers) + len(english[other]))
                found[form, other] = dice * count / (1 + count)
    return found
