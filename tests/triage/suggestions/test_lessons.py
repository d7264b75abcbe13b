"""What use teaches: for alike texts alone, and never by one person's word."""

from dataclasses import replace

import pytest

from search.types import Hit, Page, Reason
from triage.suggestions import lessons, suggest
from triage.suggestions.lessons import Lesson, Votes, likeness, votes_on, words_of

ASKED = "Vi får invalid_grant fra Maskinporten når integrasjonen henter token med ny nøkkel"
ALIKE = "Får invalid_grant fra Maskinporten etter at vi byttet nøkkel i integrasjonen"
OTHER = "Hvordan legger vi til en ny skjemaside med et opplastingsfelt i Altinn Studio?"


def _lesson(number=1, *, text=ALIKE, helped=True, giver="a"):
    return Lesson(
        document=f"article:{number}", helped=helped, words=words_of(text, "nb"), giver=giver
    )


def _hit(number, score):
    reasons = tuple(Reason(word=word, how="exact") for word in ("nøkkel", "token"))
    return Hit(id=f"article:{number}", kind="article", score=score, reasons=reasons)


def _order(*learnt, text=ASKED, answerable=0.5):
    """The order of three hits, article 1 the weakest, after what was learnt."""
    page = Page(hits=(_hit(3, 1.0), _hit(2, 0.9), _hit(1, 0.6)), answerable=answerable)
    votes = votes_on(words_of(text, "nb"), learnt)
    found = suggest.good_enough(
        page, suggest.Signs(page, {}, votes=votes), answers={hit.id for hit in page.hits}
    )
    return [hit.id.removeprefix("article:") for hit in found]


# --- what rises and what falls --------------------------------------------------------------------


def test_nothing_changes_where_nothing_has_been_learnt():
    assert _order() == ["3", "2", "1"]


def test_an_article_put_into_answers_again_and_again_rises_for_cases_like_those():
    assert _order(*[_lesson(1)] * 4) == ["1", "3", "2"]


def test_it_does_not_rise_for_other_cases():
    assert _order(*[_lesson(1, text=OTHER)] * 40) == ["3", "2", "1"]


def test_more_answers_say_more_but_ever_less_so():
    rises = [
        votes_on(words_of(ASKED, "nb"), [_lesson(giver=str(n)) for n in range(count)])[
            "article:1"
        ].lifted(0.6, 1.0)
        for count in (1, 2, 4, 40, 400)
    ]
    assert rises == sorted(rises)
    assert rises[1] - rises[0] > rises[4] - rises[3]
    assert rises[-1] < 0.6 + lessons.RISES


def test_what_several_people_said_does_not_fit_falls_for_cases_like_those():
    said = [_lesson(3, helped=False, giver=each) for each in ("a", "b", "c")]
    assert _order(*said)[0] == "2"
    assert _order(*[replace(each, words=words_of(OTHER, "nb")) for each in said])[0] == "3"


def test_a_single_angry_user_sinks_nothing_however_often_they_say_it():
    assert _order(*[_lesson(3, helped=False)] * 100) == ["3", "2", "1"]


def test_an_angry_user_counts_once_beside_another_who_agrees():
    one_each = [_lesson(3, helped=False, giver=each) for each in ("a", "b")]
    often = [*one_each, *[_lesson(3, helped=False, giver="a")] * 50]
    words = words_of(ASKED, "nb")
    assert votes_on(words, often)["article:3"] == Votes(did_not=pytest.approx(2.0, abs=0.9))
    assert votes_on(words, often)["article:3"].did_not <= 2 * lessons.MOST_AGAINST_OF_ONE


def test_a_single_eager_user_counts_as_a_few_at_most():
    found = votes_on(words_of(ASKED, "nb"), [_lesson(1)] * 100)
    assert found["article:1"].helped == lessons.MOST_FOR_OF_ONE


def test_what_helped_outweighs_what_did_not_where_both_were_said():
    for_it = [_lesson(1, giver=str(number)) for number in range(6)]
    against = [_lesson(1, helped=False, giver=each) for each in ("x", "y")]
    assert _order(*for_it, *against)[0] == "1"


def test_what_often_helped_is_shown_though_the_words_cover_little():
    assert _order(answerable=0.1) == []
    assert _order(*[_lesson(1)] * 4, answerable=0.1) == ["1"]
    assert _order(_lesson(1), answerable=0.1) == []


# --- alike or not ---------------------------------------------------------------------------------


def test_texts_about_one_matter_are_more_alike_than_texts_about_different_ones():
    asked, alike, other = (words_of(text, "nb") for text in (ASKED, ALIKE, OTHER))
    assert likeness(asked, alike) >= lessons.ALIKE > likeness(asked, other)
    assert likeness(asked, asked) == pytest.approx(1.0)


def test_forms_of_a_word_and_both_written_standards_are_alike():
    assert likeness(words_of("Nøklene er utløpt", "nb"), words_of("Nøkkelen", "nb")) > 0
    assert words_of("tjenestene", "nb") & words_of("tenestene", "nn")


def test_a_code_in_common_says_more_than_a_word_in_common():
    code = likeness(words_of("feil AX-1201 igår"), words_of("AX-1201 kommer opp"))
    word = likeness(words_of("feil skjema igår"), words_of("skjema kommer opp"))
    assert code > word


@pytest.mark.parametrize("text", ["", "  ", "og i på", "\x00\ud800", "<script>"])
def test_texts_without_words_are_like_nothing(text):
    assert likeness(words_of(text), words_of("og")) == 0.0


def test_of_a_long_text_the_beginning_is_read():
    text = " ".join(f"ord{number}ord" for number in range(500))
    assert len(words_of(text, "nb")) <= lessons.MOST_WORDS
    assert len(words_of(text, "nb", most=None)) > lessons.MOST_WORDS
