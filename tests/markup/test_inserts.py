"""Pictures and people in a text."""

import pytest

from markup.inserts import Picture
from markup.markdown import render
from tests.growth import grows_in_step

PICTURE = Picture(address="/community/fil/1/", alt="Feilmeldingen", width=640, height=480)
PICTURES = {"feil.png": PICTURE}


def people(handles):
    return {handle: f"/community/medlem/{handle}/" for handle in handles & {"mari", "ask-spor"}}


def drawn(text: str) -> str:
    return render(text, pictures=PICTURES, people=people)


def test_a_picture_that_was_sent_along_is_shown_by_its_name():
    assert drawn("![Slik ser det ut](feil.png)") == (
        '<p><img src="/community/fil/1/" alt="Slik ser det ut" width="640" height="480" '
        'loading="lazy"></p>\n'
    )


def test_a_picture_without_words_of_its_own_says_what_its_owner_said_of_it():
    assert 'alt="Feilmeldingen"' in drawn("![](feil.png)")


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/x.png",
        "//evil.example/x.png",
        "data:image/png;base64,AAAA",
        "annet.png",
        "/community/fil/1/",
        "javascript:alert(1)",
    ],
)
def test_no_other_picture_is_shown(address):
    assert "<img" not in drawn(f"![x]({address})")


def test_a_picture_from_elsewhere_is_a_link_as_without_pictures():
    text = '![ord **her**](https://elsewhere.example/x.png "tittel")'
    assert drawn(text) == render(text)


def test_html_written_as_text_makes_no_picture():
    assert "<img" not in drawn('<img src="/community/fil/1/">')


def test_words_of_a_picture_cannot_leave_their_attribute():
    html = drawn('![" onerror="alert(1)](feil.png)')
    assert html.count("<img") == 1
    assert 'alt="&quot; onerror=&quot;alert(1)"' in html


@pytest.mark.parametrize(
    "text", ["@mari", "Hei, @mari!", "(@Mari)", "**@mari**", "- @mari ser det"]
)
def test_somebody_named_becomes_a_link(text):
    assert 'href="/community/medlem/mari/"' in drawn(text)


def test_a_handle_with_a_hyphen_is_one_handle():
    assert ">@ask-spor</a>" in drawn("Takk, @ask-spor.")


@pytest.mark.parametrize(
    "text",
    [
        "`@mari`",
        "    @mari",
        "```\n@mari\n```",
        "skriv til post@mari",
        "[@mari](https://elsewhere.example)",
        "https://elsewhere.example/@mari",
        "@@mari",
        "@mari-kari",
        "@ukjent",
    ],
)
def test_what_is_no_mention_stays_as_it_is(text):
    assert "/community/medlem/" not in drawn(text)


def test_people_are_asked_for_once_with_all_handles():
    asked = []
    render("@mari og @mari og @ukjent\n\n- @ASK-SPOR", people=lambda h: (asked.append(h), {})[1])
    assert asked == [frozenset({"mari", "ukjent", "ask-spor"})]


def test_a_text_without_handles_asks_for_nobody():
    def nobody(_handles):
        raise AssertionError

    assert render("Hei", people=nobody) == "<p>Hei</p>\n"


@pytest.mark.parametrize("piece", ["![", "![a](", "![![a](feil.png)](", "@a ", "![](feil.png) "])
def test_texts_built_to_take_long_do_not(piece):
    assert grows_in_step(lambda length: drawn(piece * (length // len(piece))), 20_000)
