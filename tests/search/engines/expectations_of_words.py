"""What every search engine does with what editors have written, once for all engines."""

import pytest

from search.vocabulary import Bet, EditorsWords, SameThing
from tests.search.documents import PUBLIC, make_document
from tests.search.engines.expectations import find, ids

BET = Bet(phrases=("hvordan får jeg tilgang",), document="article:3")
SYNONYM = SameThing(words=("duppeditt",), others=("autentiseringsenhet",))


@pytest.fixture
def library(engine):
    """Five articles, a case for the desk, and one about something else."""
    engine.rebuild(
        [
            make_document("Tilgang til tjenester", id="article:1"),
            make_document("Tilgang", id="article:2", body="Tilgang og tilgang."),
            make_document("Delegering", id="article:3", body="Slik gjør du.", products=("altinn",)),
            make_document("Autentiseringsenhet", id="article:4"),
            make_document("Sak om tilgang", id="ticket:5", visibility=frozenset({"desk"})),
            *(make_document(f"Fyllstoff {number}", id=f"article:{number}") for number in (6, 7)),
        ]
    )
    return engine


def reasons(page, place: int = 0) -> set[tuple[str, str]]:
    """Why the hit at a place is there."""
    return {(each.word, each.how) for each in page.hits[place].reasons}


def test_a_best_bet_comes_first_and_says_so(library):
    words = EditorsWords(bets=[BET])
    page = find(library, "korleis får eg tilgong", editors=words)
    assert ids(page)[0] == "article:3" and set(ids(page)[1:]) == {"article:1", "article:2"}
    assert ("hvordan får jeg tilgang", "best-bet") in reasons(page)
    assert page.hits[0].score >= page.hits[1].score
    assert (page.total, page.has_good_answer) == (3, True)
    assert "article:3" not in ids(find(library, "korleis får eg tilgong"))


def test_a_best_bet_that_would_be_found_anyway_is_there_once(library):
    bet = Bet(phrases=("tilgang",), document="article:1")
    page = find(library, "tilgang", editors=EditorsWords(bets=[bet]))
    assert ids(page)[0] == "article:1" and len(ids(page)) == len(set(ids(page))) == page.total
    assert ("tilgang", "best-bet") in reasons(page) and ("tilgang", "exact") in reasons(page)


def test_a_best_bet_for_words_nobody_wrote_is_all_there_is(library):
    bet = Bet(phrases=("kvasskjerming",), document="article:4")
    page = find(library, "kvasskjerming", editors=EditorsWords(bets=[bet]))
    assert ids(page) == ["article:4"] and page.total == page.pages == 1
    assert page.has_good_answer and page.did_you_mean == ""


def test_a_best_bet_of_small_words_alone_is_first(library):
    bet = Bet(phrases=("hva er dette",), document="article:4")
    assert ids(find(library, "hva er dette?", editors=EditorsWords(bets=[bet]))) == ["article:4"]


def test_several_best_bets_keep_their_order_over_pages(library):
    bets = [Bet(phrases=("tilgang",), document=f"article:{n}") for n in (4, 3, 2)]
    words = EditorsWords(bets=bets)
    assert ids(find(library, "tilgang", editors=words)) == [
        "article:4", "article:3", "article:2", "article:1"
    ]  # fmt: skip
    pages = [ids(find(library, "tilgang", editors=words, size=3, page=page)) for page in (1, 2)]
    assert pages == [["article:4", "article:3", "article:2"], ["article:1"]]


@pytest.mark.parametrize("document", ["ticket:5", "article:404", "odd"])
def test_a_best_bet_that_does_not_exist_for_whoever_asks_leaves_no_trace(library, document):
    bet = Bet(phrases=("tilgang",), document=document)
    words = EditorsWords(bets=[bet])
    assert find(library, "tilgang", editors=words) == find(library, "tilgang")
    assert library.suggest("til", visibility=PUBLIC, editors=words) == library.suggest(
        "til", visibility=PUBLIC
    )


def test_a_best_bet_to_do_without_leaves_no_trace(library):
    words = EditorsWords(bets=[BET])
    page = find(library, "tilgang", editors=words, without={"article:3"})
    assert page == find(library, "tilgang", without={"article:3"})


def test_those_who_may_see_it_get_a_hidden_best_bet(library):
    bet = Bet(phrases=("nøkkel",), document="ticket:5")
    page = find(library, "nøkkel", editors=EditorsWords(bets=[bet]), visibility={"desk"})
    assert ids(page) == ["ticket:5"]


@pytest.mark.parametrize(
    "query", ["tilgang produkt:maskinporten", "tilgang -slik", '"tilgang til" -delegering']
)
def test_a_best_bet_respects_filters_exclusions_and_phrases(library, query):
    bet = Bet(phrases=("tilgang",), document="article:3")
    assert "article:3" not in ids(find(library, query, editors=EditorsWords(bets=[bet])))


def test_a_best_bet_stays_where_its_product_is_filtered_on(library):
    bet = Bet(phrases=("tilgang",), document="article:3")
    page = find(library, "tilgang produkt:altinn", editors=EditorsWords(bets=[bet]))
    assert ids(page) == ["article:3"]


def test_a_synonym_finds_what_the_texts_say_and_is_the_reason(library):
    words = EditorsWords(synonyms=[SYNONYM])
    page = find(library, "duppeditten", editors=words)
    assert ids(page) == ["article:4"]
    assert reasons(page) == {("duppeditten", "synonym")}
    assert "<mark>Autentiseringsenhet</mark>" in page.hits[0].title_html
    assert ids(find(library, "duppeditten")) == []


def test_a_synonym_of_one_way_does_not_go_back(library):
    library.index([make_document("Duppeditt", id="article:9")])
    one_way = EditorsWords(synonyms=[SYNONYM])
    assert set(ids(find(library, "duppeditt", editors=one_way))) == {"article:4", "article:9"}
    assert ids(find(library, "autentiseringsenhet", editors=one_way)) == ["article:4"]
    both = EditorsWords(
        synonyms=[SameThing(words=SYNONYM.words, others=SYNONYM.others, two_way=True)]
    )
    assert set(ids(find(library, "autentiseringsenhet", editors=both))) == {
        "article:4",
        "article:9",
    }


def test_excluding_a_word_does_not_exclude_its_synonyms(library):
    words = EditorsWords(synonyms=[SYNONYM])
    assert "article:4" in ids(find(library, "autentiseringsenhet -duppeditt", editors=words))


def test_a_stop_word_finds_nothing_beside_other_words_and_counts_in_phrases(library):
    library.index([make_document("Tjenester for alle", id="article:9")])
    words = EditorsWords(passed_over=["tjenester"])
    assert "article:9" in ids(find(library, "tilgang tjenester"))
    assert "article:9" not in ids(find(library, "tilgang tjenester", editors=words))
    assert ids(find(library, '"tilgang til tjenester"', editors=words)) == ["article:1"]


def test_a_search_for_stop_words_alone_works(library):
    words = EditorsWords(passed_over=["delegering", "enhet"])
    assert ids(find(library, "delegering", editors=words)) == ["article:3"]
    assert ids(find(library, "hvordan delegering", editors=words)) == ["article:3"]


def test_best_bets_are_offered_first_while_somebody_writes(library):
    words = EditorsWords(bets=[BET])
    offered = library.suggest("tilg", visibility=PUBLIC, editors=words)
    assert [each.id for each in offered] == ["article:3", "article:2", "article:1"]
    assert (offered[0].title, offered[0].kind) == ("Delegering", "article")
    assert library.suggest("hvordan får j", visibility=PUBLIC, editors=words)[0].id == "article:3"
    only = library.suggest("tilg", visibility=PUBLIC, limit=1, editors=words)
    assert [each.id for each in only] == ["article:3"]
