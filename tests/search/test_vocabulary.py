"""What editors teach the search, as a pure value: what fits what."""

import pytest

from search.text.analysis import Analyser
from search.vocabulary import NO_WORDS, Bet, EditorsWords, SameThing, said

ACCESS = Bet(phrases=("hvordan får jeg tilgang", "søke om tilgang"), document="article:1")
KEYS = Bet(phrases=("bytte nøkkel",), document="article:2", within=True)
ANALYSER = Analyser()


def bet_on(phrase: str, *, within: bool = False, passed_over=()) -> EditorsWords:
    """One best bet for one phrase."""
    bet = Bet(phrases=(phrase,), document="article:1", within=within)
    return EditorsWords(bets=[bet], passed_over=passed_over)


def documents(pins) -> list[str]:
    """The documents of some pins, in order."""
    return [pin.document for pin in pins]


@pytest.mark.parametrize(
    ("phrase", "written"),
    [
        ("hvordan får jeg tilgang", "korleis får eg tilgong"),
        ("hvordan får jeg tilgang", "Hvordan får vi tilgang?"),
        ("hvordan får jeg tilgang", "tilgangen"),
        ("nøkler", "nøkkel"),
        ("nøkler", "noekler"),
        ("digitale tjenester", "digital teneste"),
        ("maskinporten nøkkel", "nøkkel til maskinporten"),
        ("e-post", "epost"),
        ("AUTH.VLD-00003", "auth.vld-00003"),
        ("310 128 459", "310128459"),
        ("api keys", "api key"),
        ("hva er dette", "Hva er dette?"),
    ],
)
def test_a_best_bet_fits_every_form_of_its_phrase(phrase, written):
    (pin,) = bet_on(phrase).pinned(written)
    assert (pin.document, pin.phrase) == ("article:1", phrase)


@pytest.mark.parametrize(
    ("phrase", "written"),
    [
        ("bytte nøkkel", "nøkkel"),
        ("bytte nøkkel", "bytte nøkkel i maskinporten"),
        ("AUTH.VLD-00003", "AUTH.VLD-00004"),
        ("hva er dette", "hva er det"),
        ("nøkkel", ""),
        ("nøkkel", "?!"),
        ("nøkkel", "nøkkelord"),
    ],
)
def test_a_best_bet_for_a_whole_search_fits_nothing_else(phrase, written):
    assert bet_on(phrase).pinned(written) == ()


def test_a_best_bet_within_a_search_fits_where_its_words_stand_side_by_side():
    words = bet_on("bytte nøkkel", within=True)
    assert words.pinned("jeg må bytte nøkkelen i maskinporten")
    assert words.pinned("bytter nøkler")
    assert not words.pinned("bytte sertifikat og nøkkel")
    assert not words.pinned("nøkkel bytte")


@pytest.mark.parametrize("within", [False, True])
@pytest.mark.parametrize(
    ("phrase", "its", "not_its"),
    [
        ("logge inn", ["Logg inn", "loggar inn", "hvordan logger jeg inn", "inn logge inn"],
         ["logge ut", "logge på", "logge", "login", "log in"]),
        ("slå av varsling", ["slå varslingen av", "slår av varsling nå", "slå varsling"],
         ["slå på varsling", "slå opp varsling", "slå varslingen på"]),
        ("nøkkel til lås", ["nøkler til låsen", "nøkkel lås"], ["nøkkel fra lås"]),
        ("log in", ["log in", "logs in"], ["log on", "log", "logge inn"]),
        ("tilgang", ["tilgang til", "om tilgang"], []),
    ],
)  # fmt: skip
def test_what_stands_behind_a_verb_tells_which_best_bet_is_meant(phrase, its, not_its, within):
    words = bet_on(phrase, within=within)
    assert [written for written in its if not words.pinned(written.removesuffix(" nå"))] == []
    assert [written for written in not_its if words.pinned(written)] == []


SEVERAL_WORDS = [
    ("tilgang til altinn",
     ["tilgang til altinn", "tilgang altinn", "tilgangen altinn for ansatte",
      "tilgang altinn på mobil", "tilgang altinn med bankid", "tilgang til altinn med bankid",
      "får ikke tilgang til altinn på mobil"],
     ["tilgang fra altinn", "tilgang fra altinn til mobil", "tilgang mobil altinn"]),
    ("hvordan søke om tilgang til maskinporten",
     ["søke tilgang maskinporten", "søke tilgang til maskinporten",
      "søke om tilgang maskinporten", "søkje om tilgang til maskinporten for kommuner"],
     ["søke etter tilgang maskinporten", "søke om tilgang fra maskinporten"]),
    ("slå av varsling",
     ["slå varsling", "slå varslingen av", "slår av varsling på mobil"],
     ["slå på varsling", "slå opp varsling", "slå varsling på"]),
    ("slå varsling av",
     ["slå varsling av", "slå av varsling", "slå varsling", "slå varsling av på mobil"],
     ["slå varsling på", "slå varsling på mobil"]),
    ("feil innlogging", ["feil ved innlogging", "feil med innlogging"], []),
    ("feil ved innlogging", ["feil innlogging"], ["feil med innlogging"]),
]  # fmt: skip


def both_ways(phrase: str) -> EditorsWords:
    """A best bet within longer searches, and a synonym, for the same words."""
    bet = Bet(phrases=(phrase,), document="article:1", within=True)
    return EditorsWords(bets=[bet], synonyms=[SameThing(words=(phrase,), others=("dings",))])


@pytest.mark.parametrize(("phrase", "its", "not_its"), SEVERAL_WORDS)
def test_small_words_between_several_may_be_left_out_but_not_be_others(phrase, its, not_its):
    words = both_ways(phrase)
    for query in (*its, *not_its):
        fits = query in its
        found = set().union(*other_terms(query, words).values())
        assert (query, bool(words.pinned(query))) == (query, fits)
        assert (query, "ding" in found) == (query, fits)
        assert (query, bool(words.heard(query).other_names)) == (query, fits)


@pytest.mark.parametrize(("phrase", "its", "not_its"), SEVERAL_WORDS)
def test_the_box_offers_a_best_bet_where_the_page_shows_it(phrase, its, not_its):
    words = both_ways(phrase)
    assert [query for query in its if not words.beginning(query)] == []
    assert [query for query in not_its if words.beginning(query)] == []


@pytest.mark.parametrize(
    ("phrase", "prefix", "offered"),
    [
        ("logge inn", "logge i", True),
        ("logge inn", "logge meg inn", True),
        ("logge inn", "jeg får ikke logget inn", True),
        ("logge inn", "logge meg ut", False),
        ("søke om tilgang til altinn", "søke til", True),
        ("søke om tilgang til altinn", "søker om tilgang alt", True),
        ("søke om tilgang til altinn", "søke om tilgang fra alt", False),
        ("søke om tilgang til altinn", "søke etter til", False),
        ("tilgang altinn", "tilgang til alt", True),
    ],
)
def test_the_box_offers_what_the_words_so_far_leave_possible(phrase, prefix, offered):
    assert bool(bet_on(phrase, within=True).beginning(prefix)) == offered


def test_what_applies_already_is_offered_before_what_may_come():
    bets = [
        Bet(phrases=("nøkkel i skyen",), document="article:1"),
        Bet(phrases=("nøkkel",), document="article:2"),
    ]
    assert documents(EditorsWords(bets=bets).beginning("nøkkel")) == ["article:2", "article:1"]


def test_nothing_is_pinned_for_a_letter():
    letter = "bytte nøkkel " + " ".join(f"ord{number}" for number in range(40))
    assert bet_on("bytte nøkkel", within=True).pinned(letter) == ()


def test_several_for_a_phrase_keep_their_order_and_the_longest_phrase_comes_first():
    bets = [
        Bet(phrases=("nøkkel",), document="article:1", within=True),
        Bet(phrases=("bytte nøkkel",), document="article:3"),
        Bet(phrases=("bytt nøkkelen",), document="article:2", within=True),
        Bet(phrases=("nøkler", "bytte nøkler"), document="article:4", within=True),
    ]
    pins = EditorsWords(bets=bets).pinned("bytte nøkkel")
    assert documents(pins) == ["article:3", "article:2", "article:4", "article:1"]
    assert pins[2].phrase == "bytte nøkler"


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("hvo", ["article:1"]),
        ("Hvordan får j", ["article:1"]),
        ("korleis får eg tilg", ["article:1"]),
        ("tilg", ["article:1"]),
        ("søke om til", ["article:1"]),
        ("søk", ["article:1"]),
        ("soek", ["article:1"]),
        ("byt", ["article:2"]),
        ("bytter nøk", ["article:2"]),
        ("nøk", []),
        ("bytte sert", []),
        ("bytte nøkkel i mask", ["article:2"]),
        ("søke etter til", []),
        ("bytte ut nøk", ["article:2"]),
        ("", []),
        (" - ", []),
    ],
)
def test_a_best_bet_is_offered_while_its_phrase_is_written(prefix, expected):
    assert documents(EditorsWords(bets=[ACCESS, KEYS]).beginning(prefix)) == expected


def other_terms(query: str, words: EditorsWords) -> dict[str, set[str]]:
    """For each word of a query, the terms it is found by as a synonym."""
    found = ANALYSER.query_words(query, "nb", names=words.names)
    return {
        word.text: {each.term for each in word.terms() if each.reason == "synonym"}
        for word in found
    }


def test_a_two_way_synonym_goes_both_ways_and_a_one_way_synonym_one():
    both = EditorsWords(
        synonyms=[SameThing(words=("dings",), others=("duppeditt", "greie"), two_way=True)]
    )
    assert {"duppeditt", "grei"} <= other_terms("dings", both)["dings"]
    assert {"ding", "grei"} <= other_terms("duppeditten", both)["duppeditten"]
    one = EditorsWords(synonyms=[SameThing(words=("dings",), others=("duppeditt",))])
    assert "duppeditt" in other_terms("dingsen", one)["dingsen"]
    assert "ding" not in other_terms("duppeditt", one)["duppeditt"]


def test_a_name_of_several_words_is_found_in_sequence_and_counts_together():
    words = EditorsWords(
        synonyms=[SameThing(words=("snurre bart",), others=("rullegardin motor",), two_way=True)]
    )
    found = other_terms("hvor er snurre barten", words)
    assert {"rullegardin", "motor"} <= found["snurre"] & found["barten"]
    assert "rullegardin" not in other_terms("snurre tung bart", words)["snurre"]
    (word,) = ANALYSER.query_words("duppeditt", names=words.names)
    assert word.elements == ANALYSER.query_words("duppeditt")[0].elements


def test_a_synonym_may_lead_to_a_code():
    words = EditorsWords(synonyms=[SameThing(words=("låst nøkkel",), others=("AUTH.VLD-00003",))])
    assert "#auth.vld-00003" in other_terms("låst nøkkel", words)["låst"]


@pytest.mark.parametrize(
    ("name", "its", "not_its"),
    [
        ("slå av", ["slå av", "slår av varsler", "slå dem av"],
         ["slå opp", "slå", "slå fast noe av", "switch off"]),
        ("slå", ["slå", "slå opp"], []),
        ("tilgang til lås", ["tilgang til låsen", "tilgang lås"], ["tilgang fra lås"]),
        ("sign in", ["sign in", "signing in"], ["sign", "sign on"]),
        ("gjøre noe på vegne av og om fra en annen", ["vegne av og om fra annen"], ["vegne"]),
        ("AUTH.VLD-00003", ["auth.vld-00003", "feil AUTH.VLD-00003"], ["AUTH.VLD-00004"]),
        ("e-signatur", ["e-signatur", "esignaturer"], []),
    ],
)  # fmt: skip
def test_a_synonym_is_heard_with_what_stands_behind_its_verb_as_it_is_told(name, its, not_its):
    words = EditorsWords(synonyms=[SameThing(words=(name,), others=("duppeditt",))])
    for query in (*its, *not_its):
        found = set().union(*other_terms(query, words).values())
        assert (query, "duppeditt" in found) == (query, query in its)
        assert (query, words.heard(query).other_names) == (
            query, ((name, "duppeditt"),) if query in its else (),
        )  # fmt: skip


def test_of_two_synonyms_the_one_with_the_whole_verb_is_heard():
    synonyms = [
        SameThing(words=("slå av",), others=("dings",)),
        SameThing(words=("slå",), others=("greie",)),
    ]
    synonyms += [
        SameThing(words=("sign in",), others=("logge inn",)),
        SameThing(words=("sign",), others=("signatur",)),
    ]
    words = EditorsWords(synonyms=synonyms)
    assert words.heard("sign in").other_names == (("sign in", "logge inn"),)
    assert words.heard("slå av").other_names == (("slå av", "dings"),)
    assert words.heard("slå på").other_names == (("slå", "greie"),)


def test_of_two_synonyms_with_the_same_words_the_closest_is_heard():
    words = EditorsWords(
        synonyms=[
            SameThing(words=("nøkkel til lås",), others=("dings",)),
            SameThing(words=("nøkkel lås",), others=("greie",)),
        ]
    )
    assert words.heard("nøkkel til lås").other_names == (("nøkkel til lås", "dings"),)
    assert words.heard("nøkkel lås").other_names == (("nøkkel lås", "greie"),)
    assert words.heard("nøkkel fra lås").other_names == (("nøkkel lås", "greie"),)


def written(query: str, passed_over: set[str]) -> list[str]:
    """The words of a query that are searched for."""
    return [each.text for each in ANALYSER.query_words(query, "nb", passed_over=passed_over)]


def test_stop_words_are_passed_over_as_they_are_written_unless_there_is_nothing_else():
    assert written("digital nøkkel", {"digital"}) == ["nøkkel"]
    assert written("digitale nøkkel", {"digital"}) == ["digitale", "nøkkel"]
    assert written("Løsning nøkkel", {"loesning"}) == ["nøkkel"]
    assert written("hvordan digital", {"digital"}) == ["digital"]
    assert written("hvordan", {"digital"}) == []


def test_stop_words_do_not_count_in_best_bets_either():
    words = bet_on("digital nøkkel", passed_over=["digital"])
    assert words.pinned("nøkkel") and words.pinned("digital nøkkel")
    assert not words.pinned("digital")


def test_a_stop_word_parts_no_verb_from_what_stands_behind_it():
    words = EditorsWords(
        bets=[Bet(phrases=("logge inn",), document="article:1")],
        synonyms=[SameThing(words=("logge inn",), others=("dings",))],
        passed_over=["altinn"],
    )
    found = ANALYSER.query_words(
        "logge altinn inn", "nb", names=words.names, passed_over=words.stop_words
    )
    assert "ding" in {term.term for word in found for term in word.terms()}
    heard = words.heard("logge altinn inn")
    assert documents(heard.pins) == ["article:1"]
    assert heard.other_names == (("logge inn", "dings"),)
    assert not words.pinned("logge altinn ut")


def test_what_applies_to_a_text_is_told():
    words = EditorsWords(
        bets=[KEYS],
        synonyms=[SameThing(words=("dings",), others=("duppeditt",))],
        passed_over=["digital"],
    )
    heard = words.heard("Digital dings: bytt nøkkel")
    assert heard.passed_over == ("digital",)
    assert heard.other_names == (("dings", "duppeditt"),)
    assert documents(heard.pins) == ["article:2"]


def test_without_anything_written_nothing_applies():
    assert not NO_WORDS and not EditorsWords(synonyms=[SameThing(words=("a",), others=("a",))])
    assert (NO_WORDS.pinned("nøkkel"), NO_WORDS.beginning("nøk"), NO_WORDS.names) == ((), (), None)
    assert EditorsWords(passed_over=["digital"]) and bet_on("nøkkel")


@pytest.mark.parametrize(
    ("text", "passed_over", "expected"),
    [
        ("Hvordan bytte nøkkel og bytte lås", (), ("bytte", "nøkkel", "lås")),
        ("digital nøkkel", ("digital",), ("nøkkel",)),
        ("hvordan digital", ("digital",), ("digital",)),
        ("hva er dette", (), ("hva", "er", "dette")),
        ("\x00 ?", (), ()),
    ],
)
def test_the_words_that_count(text, passed_over, expected):
    assert said(text, passed_over) == expected
