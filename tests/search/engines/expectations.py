"""What every search engine must do, written once.

A test module for an engine gives a fixture `engine` (an empty one) and one `killed` (calls
`kill_in_a_build` with an engine of another process, in steps of two) and imports everything from
here: `from tests.search.engines.expectations import *`.
"""

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest

from search.contract import EngineUnavailable
from search.documents import fingerprint
from search.parser import parse_query
from search.types import Authority, Filters, ProductStatus, Reason, Sort
from tests.search.documents import PUBLIC, make_document

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def find(engine, text: str, **arguments):
    """A page for everybody."""
    return engine.search(parse_query(text), **({"visibility": PUBLIC} | arguments))


def ids(page) -> list[str]:
    """Ids in the order found."""
    return [hit.id for hit in page.hits]


def test_an_indexed_document_is_found_at_once(engine):
    document = make_document("Bytt nøkkel i Maskinporten")
    assert engine.index([document]) == 1
    page = find(engine, "nøkkel")
    assert ids(page) == [document.id]
    assert page.hits[0].title_html == "Bytt <mark>nøkkel</mark> i Maskinporten"
    assert page.total == engine.count() == 1


def test_indexing_again_replaces(engine):
    old = make_document("Gammel tittel", id="article:1")
    engine.index([old, make_document("Noe annet")])
    engine.index([make_document("Fersk overskrift", id="article:1")])
    assert engine.count() == 2
    assert ids(find(engine, "overskrift")) == ["article:1"]
    assert ids(find(engine, "gammel")) == []


def test_the_last_of_two_with_one_id_counts(engine):
    engine.rebuild(
        [make_document("Første", id="article:1"), make_document("Andre", id="article:1")]
    )
    assert engine.count() == 1
    assert ids(find(engine, "andre")) == ["article:1"]


def test_a_deleted_document_is_gone_and_unknown_ids_are_passed_over(engine):
    engine.index([make_document("Nøkkel", id="article:1"), make_document("Nøkkel", id="article:2")])
    engine.delete(["article:1", "article:404"])
    assert ids(find(engine, "nøkkel")) == ["article:2"]
    engine.delete([])
    assert engine.count() == 1


def test_refreshing_indexes_what_there_is_and_removes_the_rest(engine):
    engine.index([make_document("Nøkkel", id="article:1"), make_document("Lås", id="article:2")])
    asked = []

    def read(wanted):
        asked.append(set(wanted))
        return [make_document("Hengsel", id="article:3"), make_document("Sperre", id="article:2")]

    engine.refresh(["article:1", "article:2", "article:3"], read)
    assert asked == [{"article:1", "article:2", "article:3"}]
    assert set(engine.fingerprints()) == {"article:2", "article:3"}
    assert ids(find(engine, "sperre")) == ["article:2"]


def test_a_failed_read_changes_nothing(engine):
    engine.index([make_document("Nøkkel", id="article:1")])

    def read(wanted):
        raise LookupError("the database is away")

    with pytest.raises(LookupError):
        engine.refresh(["article:1"], read)
    assert ids(find(engine, "nøkkel")) == ["article:1"]


def test_rebuilding_replaces_everything_and_tells_how_far_it_is(engine):
    engine.index([make_document("Nøkkel")])
    told = []
    assert (
        engine.rebuild([make_document("Lås"), make_document("Hengsel")], progress=told.append) == 2
    )
    assert told[-1] == 2
    assert ids(find(engine, "nøkkel")) == []
    assert find(engine, "lås").total == 1


def test_a_failed_rebuild_leaves_the_old_index(engine):
    engine.index([make_document("Nøkkel")])

    def broken():
        yield make_document("Lås")
        raise LookupError("the database is away")

    with pytest.raises(LookupError):
        engine.rebuild(broken())
    assert find(engine, "nøkkel").total == 1
    assert find(engine, "lås").total == 0


def kill_in_a_build(make_engine, documents, at: int) -> None:
    """Another process builds, and is killed when it tells that so many are done."""
    child = os.fork()
    if not child:
        try:
            make_engine().rebuild(
                documents, progress=lambda done: done >= at and os.kill(os.getpid(), signal.SIGKILL)
            )
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL


def test_a_killed_build_is_gone_on_with_as_things_are_now(engine, killed, monkeypatch):
    engine.rebuild([make_document("Gammel", id="article:99")])
    first = [make_document(f"Nøkkel {n}", id=f"article:{n}") for n in range(10)]
    killed(first, at=6)
    assert ids(find(engine, "gammel")) == ["article:99"]
    changed, new = make_document("Lås", id="article:0"), make_document("Hengsel", id="article:20")
    now = [changed, *first[2:], new]

    def learn(*_):
        raise AssertionError("it has learnt already")

    with monkeypatch.context() as patch:
        patch.setattr("search.engines.spool.Learner.learnt", learn)
        told = []
        assert engine.rebuild(now, progress=told.append) == 10
        assert told[0] >= 6  # four were there, and are told of with the first two
        assert engine.fingerprints() == {each.id: fingerprint(each) for each in now}
        assert ids(find(engine, "lås")) == ["article:0"]
        assert find(engine, "gammel").total == 0
        with pytest.raises(AssertionError):  # a build that nobody killed begins anew
            engine.rebuild(now)


def test_what_was_learnt_in_another_format_is_not_gone_on_with(engine, killed, monkeypatch):
    killed([make_document(f"Nøkkel {n}") for n in range(10)], at=6)
    monkeypatch.setattr("search.engines.records.FORMAT", 0)
    told = []
    assert engine.rebuild([make_document("Lås"), make_document("Hengsel")], progress=told.append)
    assert told[-1] == engine.count() == 2
    assert ids(find(engine, "nøkkel")) == []


def test_before_the_first_build_search_is_unavailable_and_says_what_to_do(engine):
    with pytest.raises(EngineUnavailable, match="search_rebuild"):
        find(engine, "nøkkel")
    with pytest.raises(EngineUnavailable):
        engine.suggest("nøkkel", visibility=PUBLIC)
    assert not engine.health().ok
    assert "search_rebuild" in engine.health().detail


def test_an_empty_index_finds_nothing(engine):
    engine.rebuild([])
    page = find(engine, "nøkkel")
    assert (page.hits, page.total, page.pages, page.has_good_answer) == ((), 0, 0, False)
    assert engine.suggest("nøk", visibility=PUBLIC) == []
    assert engine.health().ok
    assert engine.fingerprints() == {}


def test_fingerprints_are_those_of_the_documents(engine):
    documents = [make_document("Nøkkel"), make_document("Lås", updated_at=NOW)]
    engine.index(documents)
    assert engine.fingerprints() == {each.id: fingerprint(each) for each in documents}


# --- who sees what -------------------------------------------------------------------------------


def test_only_holders_of_a_token_find_a_document(engine):
    engine.index(
        [
            make_document("Nøkkel for alle", id="article:1"),
            make_document("Nøkkel for Tindvik", id="ticket:2", visibility=frozenset({"org:5"})),
            make_document("Nøkkel for ingen", id="ticket:3", visibility=frozenset()),
        ]
    )
    assert ids(find(engine, "nøkkel")) == ["article:1"]
    assert set(ids(find(engine, "nøkkel", visibility={"public", "org:5"}))) == {
        "article:1",
        "ticket:2",
    }
    assert ids(find(engine, "nøkkel", visibility=())) == []


def test_what_one_may_not_see_leaves_no_trace(engine):
    secret = make_document(
        "Kvantelekkasje hos Tindvik",
        kind="ticket",
        id="ticket:1",
        language="nn",
        products=("hemmelig",),
        audiences=("sikkerhet",),
        visibility=frozenset({"security"}),
    )
    engine.index([secret, make_document("Lekkasje av vann")])
    page = find(engine, "kvantelekasje lekkasje tindvik")
    assert page.total == 1
    assert "Kvante" not in repr(page) and "kvantelekkasje" not in page.did_you_mean
    assert "hemmelig" not in repr(page.facets) and "ticket" not in repr(page.facets)
    assert engine.suggest("kvan", visibility=PUBLIC) == []
    assert ids(find(engine, "kvantelekkasje", visibility={"security"})) == ["ticket:1"]


def test_documents_to_do_without_leave_no_trace(engine):
    engine.index(
        [
            make_document("Kvantelekkasje", id="article:1", products=("hemmelig",)),
            make_document("Lekkasje av vann", id="article:2"),
        ]
    )
    page = find(engine, "kvantelekasje lekkasje", without={"article:1"})
    assert ids(page) == ["article:2"] and page.total == 1
    assert "hemmelig" not in repr(page.facets)
    assert "kvantelekkasje" not in page.did_you_mean


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("AUTH.VLD-00003", "Feilen AUTH.VLD-00003 betyr dette"),
        ("auth.vld-00003", "Feilen AUTH.VLD-00003 betyr dette"),
        ("MP-121", "Nøkkelen er utløpt (MP-121)"),
        ("urn:altinn:accesspackage:jordbruk", "Pakken urn:altinn:accesspackage:jordbruk"),
        ("310128459", "Organisasjonen 310 128 459"),
        ("310 128 459", "Organisasjonen 310128459"),
        ("soknad", "Søknad om scope"),
        ("soeknad", "Søknad om scope"),
        ("tenester", "Tjenester i innboksen"),
        ("idporten", "Logg inn med ID-porten"),
    ],
)
def test_words_and_codes_are_found_however_they_are_written(engine, query, title):
    wanted = make_document(title)
    engine.rebuild([wanted, make_document("Noe helt annet"), make_document("Feilkode MP-999")])
    assert ids(find(engine, query))[:1] == [wanted.id]


def test_a_phrase_must_occur_word_by_word(engine):
    engine.index(
        [
            make_document("Utløpt nøkkel", id="article:1"),
            make_document("Nøkkel som er utløpt", id="article:2"),
        ]
    )
    assert ids(find(engine, '"utløpt nøkkel"')) == ["article:1"]
    assert ids(find(engine, '"som er"')) == ["article:2"]


def test_a_phrase_does_not_reach_from_title_to_text(engine):
    engine.index([make_document("Utløpt", summary="nøkkel")])
    assert find(engine, '"utløpt nøkkel"').total == 0


def test_excluded_words_and_phrases_must_not_occur(engine):
    engine.index(
        [
            make_document("Nøkkel i test", id="article:1"),
            make_document("Nøkler i produksjon", id="article:2"),
        ]
    )
    assert ids(find(engine, "nøkkel -test")) == ["article:1"] or ids(
        find(engine, "nøkkel -test")
    ) == ["article:2"]
    assert ids(find(engine, "nøkkel -produksjon")) == ["article:1"]
    assert ids(find(engine, 'nøkkel -"i test"')) == ["article:2"]


def test_function_words_alone_are_searched_for_as_a_phrase(engine):
    engine.index([make_document("Hva er en systembruker", id="article:1"), make_document("Noe")])
    assert ids(find(engine, "hva er en")) == ["article:1"]


@pytest.mark.parametrize(("text", "phrase"), [('"ny Nøkkel" lås', "ny Nøkkel"), ("Så på", "Så på")])
def test_a_phrase_is_told_as_it_was_written(engine, text, phrase):
    engine.index([make_document("Så på en ny nøkkel til låsen")])
    assert Reason(word=phrase, how="phrase") in find(engine, text).hits[0].reasons


def test_signs_alone_find_nothing(engine):
    engine.index([make_document("Nøkkel")])
    assert find(engine, "?!").total == 0


@pytest.mark.parametrize("text", ["\x00", "\ud800", '"', "(" * 200, "a" * 9000, "æ:ø:å", "*", "~1"])
def test_no_text_is_an_error(engine, text):
    engine.index([make_document("Nøkkel")])
    find(engine, text)
    engine.suggest(text, visibility=PUBLIC)


def test_a_document_of_odd_text_is_indexed_and_shown_escaped(engine):
    engine.index([make_document("<b>nøkkel\x00\ud800</b>", summary="<script>nøkkel</script>" * 3)])
    (hit,) = find(engine, "nøkkel").hits
    assert "<b>" not in hit.title_html and "<script>" not in hit.snippet_html
    assert "&lt;script&gt;<mark>nøkkel</mark>" in hit.snippet_html


def test_one_element_of_a_compound_is_enough_only_where_little_else_is_found(engine):
    fitting = [make_document("Tilgangspakke", id=f"article:{n}") for n in (1, 2, 3)]
    apart = make_document("Pakke for tilgang", id="article:4")
    one = make_document("Tilgang", id="article:5")
    engine.rebuild([*fitting, apart, one])
    assert set(ids(find(engine, "tilgangspakke"))) == {f"article:{n}" for n in (1, 2, 3, 4)}
    engine.rebuild([fitting[0], one])
    assert ids(find(engine, "tilgangspakke")) == ["article:1", "article:5"]


# --- spelling ------------------------------------------------------------------------------------


def test_a_misspelled_word_is_found_and_the_right_one_offered(engine):
    engine.index([make_document("Opprett klient i Maskinporten", id="article:1")])
    page = find(engine, "maskinprten klient")
    assert ids(page) == ["article:1"]
    assert page.did_you_mean == "maskinporten klient"


def test_only_whole_words_are_respelled_and_filters_stay(engine):
    engine.index([make_document("Samtykke i tjenesten", products=("samtykker",))])
    page = find(engine, "produkt:samtykker samtyke samtykeverket")
    assert page.did_you_mean == "produkt:samtykker samtykke samtykeverket"


@pytest.mark.parametrize("text", ["nøkkel", "xyzzyplugh", "MP-122", "xyz"])
def test_no_other_word_is_offered_for_what_is_right_far_off_or_a_code(engine, text):
    engine.index([make_document("Nøkkel MP-121 xya")])
    assert find(engine, text).did_you_mean == ""


@pytest.mark.parametrize("text", ["ugyldig", "unauthorized", "lovlig"])
def test_the_opposite_of_a_word_is_not_offered_for_it(engine, text):
    engine.index([make_document("Gyldig, authorized og ulovlig")])
    page = find(engine, text)
    assert (page.total, page.did_you_mean) == (0, "")


@pytest.mark.parametrize("text", ["kake", "Delegasjon", "angler"])
def test_no_other_word_is_offered_for_one_a_dictionary_has(engine, text):
    engine.index([make_document("Make a delegation"), make_document("Mangler", id="article:2")])
    assert find(engine, text).did_you_mean == ""


def test_no_other_word_is_offered_for_one_that_others_of_the_query_keep_from_being_found(engine):
    engine.index([make_document("Feil frase"), make_document("Hele fasen", id="article:2")])
    page = find(engine, '"frase feil"')
    assert (page.total, page.did_you_mean) == (0, "")


HEARING = "En høring varer lenge. Etter en høring og før neste høring skjer lite."
MENU = "En meny har punkter. Hver meny er en liste, og ingen meny er lang."


def test_a_compound_nobody_writes_finds_what_its_known_end_is_about(engine):
    engine.rebuild(
        [
            make_document("Menyen", id="article:1", body=MENU),
            make_document("Knappen", id="article:2", body="En knapp er ikke det."),
        ]
    )
    page = find(engine, "rullegardinmeny")
    assert ids(page)[0] == "article:1"
    assert page.did_you_mean == ""
    assert [reason.how for reason in page.hits[0].reasons] == ["compound"]


def test_the_end_of_a_word_that_is_written_as_it_is_does_not_count(engine):
    engine.rebuild(
        [
            make_document("Rullegardinmeny", id="article:1"),
            make_document("Menyen", id="article:2", body=MENU),
        ]
    )
    assert ids(find(engine, "rullegardinmeny"))[0] == "article:1"


def test_one_word_of_another_name_does_not_stand_for_a_compound_whose_end_is_known(engine):
    engine.rebuild(
        [
            make_document("Responsen", id="article:1", body="Send a response. A response is sent."),
            make_document("Høring", id="article:2", body=HEARING),
        ]
    )
    page = find(engine, "høringsuttalelse")
    assert ids(page)[0] == "article:2"
    assert [reason.how for reason in page.hits[0].reasons] == ["compound"]


def test_a_word_that_is_found_by_all_of_another_name_is_not_taken_for_a_misspelling(engine):
    engine.rebuild(
        [
            make_document("Debt collection", id="article:1", language="en", body="It is a debt."),
            make_document("Inkassi", id="article:2", body="Et inkassi er ikke det."),
        ]
    )
    page = find(engine, "inkasso", language="nb")
    assert (ids(page)[0], page.did_you_mean) == ("article:1", "")


# --- filters, facets, pages ----------------------------------------------------------------------


@pytest.fixture
def shelf(engine):
    """Articles and questions about two products in three languages."""
    engine.rebuild(
        [
            make_document(
                f"Nøkkel {n}",
                id=f"{'question' if n % 3 == 0 else 'article'}:{n}",
                kind="question" if n % 3 == 0 else "article",
                language=("nb", "nn", "en")[n % 3],
                products=("studio",) if n % 2 else ("maskinporten", "studio"),
                audiences=("supplier",),
                authority=Authority.BINDING if n % 5 == 0 else Authority.GUIDANCE,
                updated_at=NOW - timedelta(days=n),
            )
            for n in range(1, 31)
        ]
    )
    return engine


def test_filters_within_a_set_are_alternatives_and_sets_apply_together(shelf):
    page = find(shelf, "nøkkel", filters=Filters(languages=frozenset({"nb", "nn"})))
    assert (page.total, page.beside) == (20, 0)
    both = Filters(languages=frozenset({"nb"}), products=frozenset({"maskinporten"}))
    assert find(shelf, "nøkkel", filters=both).total == 5
    assert find(shelf, "nøkkel produkt:maskinporten", filters=both).total == 5


def test_filters_that_exclude_each_other_find_nothing(shelf):
    nynorsk = Filters(languages=frozenset({"nn"}))
    assert find(shelf, "nøkkel språk:nb", filters=nynorsk).total == 0


def test_a_facet_counts_as_if_its_own_filter_were_not_there(shelf):
    page = find(shelf, "nøkkel", filters=Filters(kinds=frozenset({"question"})))
    kinds = {each.value: (each.count, each.chosen) for each in page.facets["kinds"]}
    assert kinds == {"article": (20, False), "question": (10, True)}
    assert {each.value: each.count for each in page.facets["products"]} == {
        "studio": 10,
        "maskinporten": 5,
    }
    assert [each.value for each in page.facets["products"]] == ["studio", "maskinporten"]


def test_how_binding_hits_are_is_counted_and_can_be_filtered_on(shelf):
    page = find(shelf, "nøkkel tyngde:krav", filters=Filters(kinds=frozenset({"article"})))
    assert page.total == 4
    counts = {each.value: (each.count, each.chosen) for each in page.facets["authorities"]}
    assert counts == {"guidance": (16, False), "binding": (4, True)}


def test_facets_can_be_left_out(shelf):
    assert find(shelf, "nøkkel", facets=False).facets == {}


def test_pages_share_the_hits_out_without_gaps_or_doubles(shelf):
    pages = [find(shelf, "nøkkel", page=number, size=12) for number in (1, 2, 3)]
    assert [len(page.hits) for page in pages] == [12, 12, 6]
    assert {page.pages for page in pages} == {3}
    assert len({each for page in pages for each in ids(page)}) == 30


@pytest.mark.parametrize(("page", "size"), [(0, 10), (-3, 10), (1, 0), (99, 10), (1, 10_000)])
def test_odd_page_numbers_are_no_error(shelf, page, size):
    found = find(shelf, "nøkkel", page=page, size=size)
    assert found.total == 30
    assert found.number >= 1


def test_without_words_the_newest_come_first(shelf):
    assert ids(find(shelf, "", size=3)) == ["article:1", "article:2", "question:3"]
    assert ids(find(shelf, "type:question", size=2)) == ["question:3", "question:6"]


def test_sorted_by_time_the_newest_come_first_on_every_page(shelf):
    pages = [
        ids(find(shelf, "nøkkel", sort=Sort.NEWEST, page=number, size=8)) for number in (1, 2, 3, 4)
    ]
    numbers = [int(each.partition(":")[2]) for page in pages for each in page]
    assert numbers == list(range(1, 31))
    asked = find(shelf, "nøkkel type:question", sort=Sort.NEWEST)
    assert ids(asked)[:3] == ["question:3", "question:6", "question:9"]
    assert asked.has_good_answer


def test_sorted_by_time_what_has_little_of_the_query_is_left_out(engine):
    def dated(title, number, days):
        when = NOW - timedelta(days=days)
        return make_document(title, id=f"article:{number}", updated_at=when)

    engine.rebuild(
        [
            dated("Bytt utløpt nøkkel", 1, days=300),
            dated("Utløpt nøkkel må byttes", 2, days=30),
            dated("Nøkkel til garasjen", 3, days=1),
            dated("Noe annet", 4, days=0),
            make_document("Bytt utløpt nøkkel nå", id="article:5"),
        ]
    )
    assert set(ids(find(engine, "bytt utløpt nøkkel"))) >= {f"article:{n}" for n in (1, 2, 3, 5)}
    newest = find(engine, "bytt utløpt nøkkel", sort=Sort.NEWEST)
    assert ids(newest) == ["article:2", "article:1", "article:5"]
    assert (newest.total, newest.reachable) == (4, 3)


# --- order ---------------------------------------------------------------------------------------


def test_a_title_outranks_a_mention(engine):
    mention = make_document("Annet", body="Om nøkkel. " + "Fyll ord her. " * 20)
    title = make_document("Nøkkel")
    engine.rebuild([mention, title])
    assert ids(find(engine, "nøkkel")) == [title.id, mention.id]


def test_the_readers_language_comes_first(engine):
    bokmaal = make_document("Scope", id="article:1")
    english = make_document("Scope", id="article:2", language="en")
    engine.rebuild([bokmaal, english])
    assert ids(find(engine, "scope", language="en"))[0] == "article:2"
    assert ids(find(engine, "scope", language="nb"))[0] == "article:1"


def test_what_has_ended_comes_last_unless_it_is_asked_for(engine):
    fields = {"body": "Slik flytter du skjema."}
    ended = make_document(
        "Skjema",
        id="article:1",
        products=("altinn2",),
        product_status=ProductStatus.ENDED,
        **fields,
    )
    living = make_document("Skjema", id="article:2", product_status=ProductStatus.IN_USE, **fields)
    engine.rebuild([ended, living])
    assert ids(find(engine, "skjema")) == ["article:2", "article:1"]
    chosen = Filters(products=frozenset({"altinn2"}))
    assert ids(find(engine, "skjema", filters=chosen)) == ["article:1"]


def test_the_binding_comes_before_the_community(engine):
    engine.rebuild(
        [
            make_document("Scope", id="question:1", authority=Authority.COMMUNITY),
            make_document("Scope", id="article:2", authority=Authority.BINDING),
        ]
    )
    assert ids(find(engine, "scope")) == ["article:2", "question:1"]


def test_a_code_is_shown_where_it_is_explained(engine):
    rows = " ".join(f"AUTH.VLD-0000{n} betyr feil nummer {n}." for n in range(9))
    engine.index([make_document("Koder", summary="AUTH.VLD-kodene forteller.", body=rows)])
    (hit,) = find(engine, "auth.vld-00004").hits
    assert hit.snippet_html.startswith("… <mark>AUTH.VLD-00004</mark> betyr feil nummer 4.")


def test_a_code_no_text_has_is_shown_by_its_parts(engine):
    engine.index([make_document("Koder", summary="AUTH.VLD-kodene forteller.")])
    (hit,) = find(engine, "AUTH.VLD-99999").hits
    assert "<mark>AUTH.VLD-kodene</mark> forteller." in hit.snippet_html


def test_search_words_are_found_though_they_are_not_shown(engine):
    engine.index([make_document("Bytt sertifikat", search_words=("virksomhetssertifikat",))])
    (hit,) = find(engine, "virksomhetssertifikat").hits
    assert "virksomhetssertifikat" not in hit.snippet_html


@pytest.mark.parametrize("field", ["link_texts", "questions"])
def test_a_document_is_found_by_what_others_call_it_and_asked_of_it(engine, field):
    asked = make_document("Bytt nøkkel", id="article:1", **{field: ("Hvorfor virker ikke jwk?",)})
    said = make_document("Annet", id="article:2", body="Mye annet " * 40 + "og en jwk til slutt.")
    engine.index([asked, said, *(make_document("Noe", id=f"article:{n}") for n in range(3, 9))])
    assert [hit.id for hit in find(engine, "jwk").hits] == ["article:1", "article:2"]


def test_hits_tell_why_they_are_there(engine):
    engine.index([make_document("Nøklene til MP-121 i tilgangspakken")])
    (hit,) = find(engine, "nøkkel MP-121 pakke").hits
    assert {(each.word, each.how) for each in hit.reasons} == {
        ("nøkkel", "word-form"),
        ("MP-121", "code"),
        ("pakke", "compound"),
    }


def test_how_well_the_question_is_answered_is_told(engine):
    engine.index([make_document("Bytt nøkkel i Maskinporten")])
    assert find(engine, "bytte nøkkel").has_good_answer
    assert not find(engine, "nøkkel hengekøye fiskestang").has_good_answer


def test_a_misspelled_word_is_answered_but_a_short_name_that_is_like_another_word_is_not(engine):
    engine.index([make_document("Opprett klient i Maskinporten"), make_document("Begin her")])
    assert find(engine, "maskinprten klient").has_good_answer
    page = find(engine, "hva er Benin")
    assert page.hits and not page.has_good_answer


# --- titles while somebody writes ----------------------------------------------------------------


def test_titles_are_offered_by_the_beginning_of_the_last_word(engine):
    engine.index(
        [
            make_document("Bytt nøkkel i Maskinporten", id="article:1"),
            make_document("Bytt nøkkel", id="article:2"),
            make_document("Nøktern", id="article:3"),
        ]
    )
    offered = engine.suggest("bytt nøk", visibility=PUBLIC)
    assert [each.id for each in offered] == ["article:2", "article:1"]
    assert engine.suggest("nøk", visibility=PUBLIC, limit=1)[0].title == "Nøktern"
    assert engine.suggest("  ", visibility=PUBLIC) == []


def test_many_hidden_titles_do_not_crowd_out_the_visible_one(engine):
    hidden = [make_document(f"Skjema{n:03}", visibility=frozenset({"desk"})) for n in range(120)]
    engine.rebuild([*hidden, make_document("Skjemavelger", id="article:9999")])
    assert [each.id for each in engine.suggest("skje", visibility=PUBLIC)] == ["article:9999"]


# --- meaning and versions in other languages -----------------------------------------------------

SUBJECTS = (
    "lønn trekk kort oppgjør arbeidsgiver".split(),  # noqa: SIM905
    "knapp farge ikon kontrast skrift".split(),  # noqa: SIM905
    "token scope klient nøkkel endepunkt".split(),  # noqa: SIM905
)


def on_subjects(count: int = 90):
    """Documents on three subjects, each with some of the words of its subject."""
    for number in range(count):
        words = SUBJECTS[number % 3]
        own = [words[(number // 3 + step) % 5] for step in range(3)]
        yield make_document(f"Side {number}", id=f"article:{1000 + number}", body=" ".join(own))


def test_what_is_near_in_meaning_is_limited_like_everything_else(engine):
    hidden = make_document(
        "Hemmelig", id="ticket:1", kind="ticket", body="scope klient", visibility=frozenset({"x"})
    )
    english = make_document("Client", id="article:7", body="scope klient", language="en")
    engine.rebuild([*on_subjects(), hidden, english])
    assert "ticket:1" in ids(find(engine, "token", size=100, visibility={"public", "x"}))
    everything = find(engine, "token", size=100)
    assert "ticket:1" not in ids(everything) and "Hemmelig" not in repr(everything)
    assert "article:7" in ids(everything)
    for limits in (
        {"without": {"article:7"}},
        {"filters": Filters(languages=frozenset({"nb"}))},
    ):
        assert "article:7" not in ids(find(engine, "token", size=100, **limits))
    assert "article:7" not in ids(find(engine, "token -klient", size=100))


def test_a_word_that_only_hidden_documents_have_finds_nothing_near_it(engine):
    hidden = [
        make_document(
            f"Sak {number}", id=f"ticket:{number}", body="kvantelås token scope",
            visibility=frozenset({"x"}),
        )
        for number in range(5)
    ]  # fmt: skip
    engine.rebuild([*on_subjects(), *hidden])
    page = find(engine, "kvantelås", size=100)
    assert (page.hits, page.total, page.did_you_mean) == ((), 0, "")
    with_token = find(engine, "kvantelås token", size=100)
    assert ids(with_token) == ids(find(engine, "token", size=100))


def test_a_page_is_found_by_what_its_version_in_another_language_says(engine):
    versions = [
        make_document("Brytere", id="article:1", translation_key="switch"),
        make_document("Qwerty", id="article:2", language="en", translation_key="switch"),
        make_document("Qwerty", id="ticket:3", translation_key="switch",
                      visibility=frozenset({"x"})),
        make_document("Brytere", id="article:4"),
    ]  # fmt: skip
    engine.rebuild(versions)
    page = find(engine, "qwerty")
    assert set(ids(page)) == {"article:1", "article:2"}
    languages = {each.value: each.count for each in page.facets["languages"]}
    assert (page.total, page.beside, languages) == (2, 1, {"en": 1})
    assert ids(find(engine, "qwerty", filters=Filters(languages=frozenset({"en"})))) == [
        "article:2"
    ]


def test_a_filter_leaves_as_many_hits_as_were_counted_for_it(engine):
    asked = [("article", "MP-121")] * 3 + [("ticket", "MP-121")] + [("ticket", "MP-250")] * 4
    engine.rebuild(
        make_document(title, id=f"{kind}:{number}", kind=kind)
        for number, (kind, title) in enumerate(asked)
    )
    counts = {each.value: each.count for each in find(engine, "MP-121").facets["kinds"]}
    assert counts == {"article": 3, "ticket": 1}
    tickets = find(engine, "MP-121", filters=Filters(kinds=frozenset({"ticket"})))
    assert tickets.total - tickets.beside == 1
    nothing = find(engine, "MP-999", filters=Filters(kinds=frozenset({"ticket"})))
    assert nothing.total == 5


def test_hits_with_too_little_of_the_words_to_be_counted_are_told_as_beside(engine):
    found = [make_document("MP-121", id=f"article:{n}", translation_key=f"{n}") for n in range(3)]
    alike = make_document("MP-250", id="article:9", language="en", translation_key="0")
    engine.rebuild([*found, alike])
    page = find(engine, "MP-121")
    assert [reason.how for reason in page.hits[-1].reasons] == ["code-part"]
    assert [(hit.id, hit.beside) for hit in page.hits if hit.beside] == [("article:9", True)]
    assert (page.total, page.beside) == (4, 1)


def test_another_name_for_it_finds_a_text_in_another_language_and_says_so(engine):
    engine.rebuild([make_document("Faktura og betaling"), make_document("Noe annet")])
    page = find(engine, "invoice", language="en")
    assert [hit.title for hit in page.hits] == ["Faktura og betaling"]
    assert [(reason.word, reason.how) for reason in page.hits[0].reasons] == [
        ("invoice", "synonym")
    ]
