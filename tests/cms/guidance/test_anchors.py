import pytest

from cms.guidance.anchors import RESERVED, Anchors, Heading, plain, slug_of


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Når du ikke kommer videre", "nar-du-ikke-kommer-videre"),
        ("Ærlig øl på ås", "aerlig-ol-pa-as"),
        ("MP-303 når du henter token", "mp-303-nar-du-henter-token"),
        ("«Hvem?» – og hvorfor", "hvem-og-hvorfor"),
        ("???", "del"),
        ("a" * 200, "a" * 60),
    ],
)
def test_anchor_comes_from_the_words_of_the_heading(text, slug):
    assert slug_of(text) == slug


def test_same_heading_twice_gets_two_anchors():
    html = Anchors().apply("<h2>Feil</h2><p>x</p><h2>Feil</h2><h3>Feil</h3>")

    assert html == (
        '<h2 id="feil">Feil</h2><p>x</p><h2 id="feil-2">Feil</h2><h3 id="feil-3">Feil</h3>'
    )


def test_numbered_anchor_does_not_collide_with_a_heading_of_that_name():
    anchors = Anchors()
    anchors.apply("<h2>Feil 2</h2><h2>Feil</h2><h2>Feil</h2>")

    assert [heading.anchor for heading in anchors.headings] == ["feil-2", "feil", "feil-3"]


@pytest.mark.parametrize("name", RESERVED)
def test_heading_never_takes_an_id_of_the_page(name):
    assert Anchors().next_for(name) == f"{name}-2"


def test_headings_keep_markup_and_give_plain_text():
    anchors = Anchors()
    html = anchors.apply('<h2 class="x">Finn <code>a&amp;b</code> <b>nå</b></h2>')

    assert html == '<h2 id="finn-a-b-na">Finn <code>a&amp;b</code> <b>nå</b></h2>'
    assert anchors.headings == [Heading(level=2, text="Finn a&b nå", anchor="finn-a-b-na")]


def test_empty_headings_disappear():
    assert Anchors().apply("<h2> </h2><p>x</p>") == "<p>x</p>"


def test_words_of_neighbouring_paragraphs_do_not_grow_together():
    assert plain("<p>en</p><p>to<b>tre</b></p><ul><li>fire</li></ul>") == "en totre fire"
