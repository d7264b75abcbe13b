"""The query language as a table, and that every text is a query."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.parser import MAX_CHARACTERS, MAX_EXCLUDED, MAX_PHRASES, parse_query
from search.types import Filters

NAMES = {
    "kinds": {"artikkel": "article", "spørsmål": "question", "sak": "ticket"},
    "products": {
        "maskinporten": "maskinporten",
        "id-porten": "id-porten",
        "altinn studio": "studio",
    },
}


@pytest.mark.parametrize(
    ("written", "text", "phrases", "excluded"),
    [
        ("", "", (), ()),
        ("   ", "", (), ()),
        ("bytte nøkkel", "bytte nøkkel", (), ()),
        ('"utløpt nøkkel" scope', "scope", ("utløpt nøkkel",), ()),
        ("«utløpt nøkkel»", "", ("utløpt nøkkel",), ()),
        ("“utløpt nøkkel”", "", ("utløpt nøkkel",), ()),
        ("”utløpt nøkkel” -”altinn 2”", "", ("utløpt nøkkel",), ("altinn 2",)),
        ("nøkkel -altinn", "nøkkel", (), ("altinn",)),
        ('nøkkel -"altinn 2"', "nøkkel", (), ("altinn 2",)),
        ("MP-121", "MP-121", (), ()),
        ("--help", "--help", (), ()),
        ("-", "-", (), ()),
        ('en " alene', 'en " alene', (), ()),
        ('"" tom', '"" tom', (), ()),
        ("skjerm 5” og 7” bred", "skjerm 5” og 7” bred", (), ()),
        ('skjerm 5" og 7" bred', 'skjerm 5" og 7" bred', (), ()),
        ("skjerm 5 ” og 7 ” bred", "skjerm 5 ” og 7 ” bred", (), ()),
        ("skjerm 5” (”for stor”)", "skjerm 5” ( )", ("for stor",), ()),
        ("urn:altinn:accesspackage:jordbruk", "urn:altinn:accesspackage:jordbruk", (), ()),
        ("https://tt02.altinn.no/api", "https://tt02.altinn.no/api", (), ()),
        ("produkt:", "produkt:", (), ()),
    ],
)
def test_words_phrases_and_exclusions(written, text, phrases, excluded):
    query = parse_query(written, NAMES)
    assert (query.text, query.phrases, query.excluded) == (text, phrases, excluded)
    assert query.written == written
    assert not query.filters


@pytest.mark.parametrize(
    ("written", "filters"),
    [
        ("produkt:maskinporten", {"products": {"maskinporten"}}),
        ("Produkt:Maskinporten", {"products": {"maskinporten"}}),
        ('produkt:"ID-porten"', {"products": {"id-porten"}}),
        ('løysing:"Altinn  Studio"', {"products": {"studio"}}),
        ("produkt:«Altinn Studio»", {"products": {"studio"}}),
        ("product:“Altinn Studio”", {"products": {"studio"}}),
        ("produkt:”Altinn Studio”", {"products": {"studio"}}),
        ("produkt:„ID-porten“", {"products": {"id-porten"}}),
        ("type:artikkel", {"kinds": {"article"}}),
        ("type:spørsmål type:sak", {"kinds": {"question", "ticket"}}),
        ("språk:nynorsk", {"languages": {"nn"}}),
        ("språk:norsk", {"languages": {"nb", "nn"}}),
        ("lang:no", {"languages": {"nb", "nn"}}),
        ("målgruppe:service-owner", {"audiences": {"service-owner"}}),
    ],
)
def test_filters_are_written_by_name(written, filters):
    query = parse_query(f"token {written}", NAMES)
    assert query.filters == Filters(**{name: frozenset(each) for name, each in filters.items()})
    assert query.text == "token"


@pytest.mark.parametrize(
    ("written", "unfiltered"),
    [
        ("bytte nøkkel", "bytte nøkkel"),
        ("type:sak nøkkel", "nøkkel"),
        ('bytte  produkt:"ID-porten" "utløpt nøkkel" -test', 'bytte "utløpt nøkkel" -test'),
        ("produkt:ukjent nøkkel", "produkt:ukjent nøkkel"),
        ("type:sak", ""),
    ],
)
def test_what_was_typed_is_also_told_without_its_filters(written, unfiltered):
    assert parse_query(written, NAMES).unfiltered == unfiltered


@pytest.mark.parametrize("written", ["type:bearer", "produkt:ukjent", "language:python"])
def test_a_filter_on_what_does_not_exist_is_searched_for_as_text(written):
    query = parse_query(f"token {written}", NAMES)
    assert not query.filters
    assert query.text == f"token {written}"


@pytest.mark.parametrize(
    ("written", "unknown"),
    [
        ("produkt:ukjent", [("products", "ukjent", "produkt:ukjent")]),
        ('Løysing:"Altinn  X"', [("products", "Altinn  X", 'Løysing:"Altinn  X"')]),
        (
            "language:python type:bearer",
            [("languages", "python", "language:python"), ("kinds", "bearer", "type:bearer")],
        ),
        ('"feil i produkt:ukjent her"', []),
        ("-produkt:ukjent", []),
        ('produkt:" "', []),
        ("scope:ukjent produkt:maskinporten", []),
    ],
)
def test_a_filter_on_what_does_not_exist_is_reported_with_its_place(written, unknown):
    query = parse_query(f"\x00token {written} nøkkel", NAMES)
    reported = [
        (each.filter, each.value, query.written[each.start : each.end]) for each in query.unknown
    ]
    assert reported == unknown


def test_without_a_translation_the_value_passes_as_written():
    assert parse_query("type:sak").filters.kinds == {"sak"}


def test_a_query_of_filters_alone_lists_everything_that_passes():
    assert parse_query("type:sak", NAMES).is_empty
    assert not parse_query('"sak"', NAMES).is_empty


def test_long_queries_are_cut_and_pieces_are_limited():
    many = " ".join(f'"frase {n}" -ord{n}' for n in range(100))
    query = parse_query(many)
    assert len(query.phrases) == MAX_PHRASES
    assert len(query.excluded) == MAX_EXCLUDED
    assert len(parse_query("a" * 10 * MAX_CHARACTERS).text) == MAX_CHARACTERS


PIECES = st.sampled_from(
    [
        '"',
        "-",
        "--",
        ":",
        "produkt:",
        "type:sak",
        "«",
        "»",
        "„",
        "”",
        "MP-121",
        "æ",
        "\x00",
        "\ud800",
    ]
)


@given(st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=4))).map("".join)))
@example('produkt:"')
@example('-"-"-')
def test_every_text_is_a_query(written):
    query = parse_query(written, NAMES)
    assert query.written == written
    query.text.encode()  # what is left can be stored and sent
    assert all(phrase.strip() for phrase in (*query.phrases, *query.excluded))


def test_in_a_text_as_long_as_a_letter_quotes_and_minuses_demand_nothing():
    letter = (
        'Feltet sier bare "ugyldig verdi" når brukerne våre skriver datoen -uansett hvordan de '
        "skriver den produkt:studio"
    )
    query = parse_query(letter, {"products": {"studio": "studio"}})
    assert (query.phrases, query.excluded) == ((), ())
    assert '"ugyldig verdi"' in query.text and "-uansett" in query.text
    assert query.filters.products == {"studio"}
