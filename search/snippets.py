"""Highlighted titles and snippets from the original text. The result is escaped HTML."""

from collections.abc import Callable, Collection, Sequence
from html import escape

SNIPPET_LENGTH = 220  # characters
MAX_SCANNED = 24_000
ELLIPSIS = "…"
BETWEEN_LINES = "·"  # where the one before does not end as a sentence does
ENDS = (".", ":", ",", "?", "!", ELLIPSIS)
MARKED = "</mark>"
Matches = list[tuple[int, int, int]]
Matcher = Callable[[str], Matches]
"""Tells where a text answers the query: start, end and the word of the query (its number)."""


def mark(text: str, matches: Sequence[tuple[int, int]]) -> str:
    """Escape `text` and put <mark> around the given places (start, end), in order."""
    pieces, at = [], 0
    for start, end in matches:
        pieces += [escape(text[at:start]), "<mark>", escape(text[start:end]), MARKED]
        at = end
    return "".join([*pieces, escape(text[at:])])


def highlight(text: str, matcher: Matcher) -> str:
    """Return all of `text`, escaped, with the found words marked."""
    return mark(text, [(start, end) for start, end, _ in matcher(text)])


def snippet(
    texts: Sequence[tuple[str, Matcher]],
    length: int = SNIPPET_LENGTH,
    *,
    whole: Matcher | None = None,
) -> str:
    """Return the stretch that has most of the query's words, escaped and marked.

    `texts`, each with what tells of its words, are tried in order; an earlier one wins a tie.
    Where no word is found, the beginning of the first text of more than one word is shown, or of
    the first that has any. `whole` tells whether what was found is a code of the query just as it
    was written: a stretch with one comes before all that have only parts of it.
    """
    best_text, best_found, best_codes, best_score = "", [], set(), (0, 0)
    for text, matcher in texts:
        read = text[:MAX_SCANNED]
        found = matcher(read)
        codes = {start for start, end, _ in found if whole(read[start:end])} if whole else set()
        window = _densest(found, length, codes)
        score = _codes_and_words(window, codes)
        if score > best_score:
            best_text, best_found, best_codes, best_score = text, window, codes, score
    if not best_found:
        text = next((text for text, _ in texts if " " in text.strip()), "")
        text = text or next((text for text, _ in texts if text.strip()), "")
        return _cut(text, 0, length, [])
    best_found = _from_the_code(best_found, best_codes)
    start = _beginning(best_text, best_found[0][0], best_found[-1][1], length)
    return _cut(best_text, start, length, best_found)


def _codes_and_words(run: Matches, codes: Collection[int]) -> tuple[int, int]:
    """How many different codes of the query the run has as written, and how many words of it."""
    as_written = {word for start, _, word in run if start in codes}
    return len(as_written), len({word for *_, word in run})


def _from_the_code(run: Matches, codes: Collection[int]) -> Matches:
    """The run without what stands before a code as written and only has parts of it."""
    while codes and run[0][0] not in codes and any(word == run[0][2] for *_, word in run[1:]):
        run = run[1:]
    return run


def _densest(found: Matches, length: int, codes: Collection[int] = ()) -> Matches:
    """Return the run of matches within `length` characters with most codes, then most words."""
    best, best_score, first = [], (0, 0, 0), 0
    for last, (_, end, _word) in enumerate(found):
        while end - found[first][0] > length and first < last:
            first += 1
        run = found[first : last + 1]
        score = (*_codes_and_words(run, codes), len(run))
        if score > best_score:
            best, best_score = run, score
    return best


def _beginning(text: str, first: int, last: int, length: int) -> int:
    """Return where the snippet starts: at its sentence if near, else a few words before."""
    room = max(length - (last - first), 0)
    earliest = max(first - room, 0)
    sentence = max(text.rfind(stop, earliest, first) for stop in (". ", "\n", "? ", "! "))
    if sentence >= 0:
        return sentence + 1
    if earliest == 0:
        return 0
    space = text.find(" ", max(first - room // 2, 0), first)
    return space + 1 if space >= 0 else first


def _cut(text: str, start: int, length: int, found: Sequence[tuple[int, int, int]]) -> str:
    end = min(start + length, len(text))
    if found:
        end = max(end, min(found[-1][1], start + 2 * length))
    if end < len(text):
        space = text.rfind(" ", start + length // 2, end)
        end = space if space > 0 and not any(a < space < b for a, b, _ in found) else end
    piece = text[start:end]
    places = [(a - start, b - start) for a, b, _ in found if a >= start and b <= end]
    html = _on_one_line(mark(piece, places))
    before = ELLIPSIS + " " if start > 0 and html else ""
    return before + html + (" " + ELLIPSIS if end < len(text) and html else "")


def _on_one_line(html: str) -> str:
    """Tidy the space; what stood on lines of its own, such as a heading, is told apart."""
    words: list[str] = []
    for line in html.split("\n"):
        of_line = line.split()
        if words and of_line and not words[-1].removesuffix(MARKED).endswith(ENDS):
            words.append(BETWEEN_LINES)
        words += of_line
    return " ".join(words)
