"""The search page: what is found, by whom, and where one goes when nothing is."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from accounts.models import User
from cms.community import services as community
from cms.guidance.models import ArticlePage
from search.asking import understand
from search.contract import EngineUnavailable
from search.models import LoggedQuery
from search.parser import FILTER_KEYS
from taxonomy.models import Audience
from tests.factories import make_article, make_product, make_section, make_team, make_user
from tests.portal.desk.pages import text_of
from tests.triage.tickets.desk import NOW, opened
from triage.tickets.models import Ticket

SEARCH = "/sok/"


def titles(response) -> list[str]:
    """The titles of the hits on a page, in order."""
    html = response.content.decode()
    found = re.findall(r'<li class="hit">.*?<h2[^>]*><a[^>]*>(.*?)</a>', html, flags=re.S)
    return [re.sub(r"<[^>]+>", "", title) for title in found]


@pytest.fixture
def guidance(db):
    """Three articles about two products, in two languages."""
    section = make_section(title="Innlogging")
    maskinporten = make_product(slug="maskinporten", name_nb="Maskinporten")
    studio = make_product(slug="altinn-studio", name_nb="Altinn Studio", status="in_use")
    owners = Audience.objects.create(slug="service-owner", name_nb="Tjenesteeiere")
    team = make_team()
    common = {"owner_team": team, "audiences": [owners]}
    return [
        make_article(
            section, title="Nøkkelen i Maskinporten er utløpt", products=[maskinporten],
            answer="Lag en ny nøkkel og last den opp.", **common,
        ),
        make_article(
            section, title="Opprett klient og nøkler", products=[maskinporten],
            answer="Du oppretter klienten i selvbetjeningen, og lager nøkkelen selv.", **common,
        ),
        make_article(
            section, title="Publiser appen med ein nøkkel", language="nn", products=[studio],
            answer="Du treng ein nøkkel for å publisere.", **common,
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "heading", "told"),
    [
        ("nb", "1 treff på «qwerty»", "Viser også 1 som har få eller ingen av ordene dine, men"),
        ("nn", "1 treff på «qwerty»", "Viser òg 1 som har få eller ingen av orda dine, men"),
        ("en", "1 hit for “qwerty”", "Shows 1 more with few or none of your words"),
    ],
)
def test_hits_without_the_words_are_counted_apart_as_the_filters_count_only_those_with_them(
    guidance, indexed, browser, language, heading, told
):
    make_article(
        title="Qwerty", answer="A qwerty.", language="en", translation_of=guidance[2],
        owner_team=guidance[2].owner_team,
    )  # fmt: skip
    indexed()
    page = text_of(browser(language=language).get(SEARCH, {"q": "qwerty"}))
    assert heading in page and told in page
    assert told not in text_of(browser(language=language).get(SEARCH, {"q": "klienten"}))


def test_hits_without_the_words_come_under_a_line_that_says_so(guidance, indexed, browser):
    make_article(
        title="Qwerty", answer="A qwerty.", language="en", translation_of=guidance[2],
        owner_team=guidance[2].owner_team,
    )  # fmt: skip
    indexed()
    response = browser().get(SEARCH, {"q": "qwerty"})
    assert [hit.title for hit in response.context["result"].hits_beside] == [guidance[2].title]
    before, after = text_of(response).split("Few or none of your words, but about")
    assert guidance[2].title in after and guidance[2].title not in before
    newest = browser().get(SEARCH, {"q": "qwerty", "sort": "newest"})
    assert not newest.context["result"].hits_beside
    all_have_them = text_of(browser().get(SEARCH, {"q": "klienten"}))
    assert "Few or none of your words" not in all_have_them


@pytest.mark.parametrize(
    ("language", "heading", "searched"),
    [
        ("nb", "3 treff på «nøkkel»", "Vi søkte i veiledningen og community."),
        ("nn", "3 treff på «nøkkel»", "Vi søkte i rettleiinga og community."),
        ("en", "3 hits for “nøkkel”", "Searched in the guidance and the community."),
    ],
)
def test_a_search_says_how_many_hits_there_are_and_where_it_looked(
    guidance, indexed, browser, language, heading, searched
):
    indexed()
    response = browser(language=language).get(SEARCH, {"q": "nøkkel"})
    page = text_of(response)
    assert heading in page
    assert searched in page
    assert len(titles(response)) == 3
    assert 'value="nøkkel"' in response.content.decode()


def test_a_hit_shows_marked_words_product_review_and_why_it_is_there(guidance, indexed, browser):
    indexed()
    response = browser().get(SEARCH, {"q": "nøkkelen utløpt"})
    html = response.content.decode()
    assert "<mark>Nøkkelen</mark>" in html
    assert re.search(r"Maskinporten · last checked \d+ \w+ 20\d\d", html)
    assert "Why is this shown?" in html
    assert "has the word “utløpt”" in html


def test_a_hit_in_another_language_is_marked_with_it(guidance, indexed, browser):
    indexed()
    hit = browser(language="nb").get(SEARCH, {"q": "publiser appen"}).content.decode()
    assert "Nynorsk</span>" in hit
    assert 'lang="nn"' in hit
    own = browser(language="nn").get(SEARCH, {"q": "publiser appen"})
    assert "Nynorsk</span>" not in own.content.decode()


def test_filters_are_links_that_narrow_and_can_be_taken_away(guidance, indexed, browser):
    indexed()
    client = browser()
    everything = client.get(SEARCH, {"q": "nøkkel"}).content.decode()
    assert "?q=n%C3%B8kkel&amp;product=altinn-studio" in everything
    narrowed = client.get(SEARCH, {"q": "nøkkel", "product": "altinn-studio"})
    assert titles(narrowed) == ["Publiser appen med ein nøkkel"]
    html = narrowed.content.decode()
    assert "Remove all filters" in html
    assert re.search(r'href="\?q=n%C3%B8kkel"[^>]*>', html)
    assert "?q=n%C3%B8kkel&amp;product=altinn-studio&amp;product=maskinporten" in html


def test_filters_written_among_the_words_are_shown_with_the_others_and_can_be_taken_away(
    guidance, indexed, browser
):
    indexed()
    client = browser()
    typed = client.get(SEARCH, {"q": "product:altinn-studio nøkkel"})
    assert titles(typed) == ["Publiser appen med ein nøkkel"]
    page = typed.content.decode()
    assert 'value="product:altinn-studio nøkkel"' in page
    assert "1 hit for “nøkkel”" in text_of(typed)
    assert re.search(r'class="chip" href="\?q=n%C3%B8kkel"', page)
    count = re.search(r'href="\?([^"]*product=maskinporten)"[^>]*>.*?(\d+)</', page, flags=re.S)
    both = client.get(f"{SEARCH}?{html.unescape(count[1])}")
    assert len(titles(both)) == 1 + int(count[2])


def test_a_filter_written_among_the_words_joins_those_chosen_beside(guidance, indexed, browser):
    indexed()
    chosen = {"q": "product:altinn-studio nøkkel", "product": "maskinporten"}
    assert len(titles(browser().get(SEARCH, chosen))) == 3


@pytest.mark.parametrize(
    ("language", "heading", "requirement", "newest"),
    [
        ("nb", "Tyngde", "Krav", "Nyeste"),
        ("nn", "Tyngd", "Krav", "Nyaste"),
        ("en", "Authority", "Requirement", "Newest"),
    ],
)
def test_how_binding_the_hits_are_is_a_filter_with_counts(
    guidance, indexed, browser, language, heading, requirement, newest
):
    article = guidance[1]
    article.authority = ArticlePage.Authority.REQUIREMENT
    article.save()
    indexed()
    client = browser(language=language)
    everything = client.get(SEARCH, {"q": "nøkkel"})
    page = text_of(everything)
    assert heading in page and f"{requirement} 1" in page and newest in page
    assert "?q=n%C3%B8kkel&amp;authority=binding" in everything.content.decode()
    binding = client.get(SEARCH, {"q": "nøkkel", "authority": "binding"})
    assert titles(binding) == [article.title]
    assert titles(client.get(SEARCH, {"q": "nøkkel tyngde:krav"})) == [article.title]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_tells_how_to_search_and_what_it_tells_works(db, browser, language):
    page = browser(language=language).get(SEARCH).content.decode()
    told = [html.unescape(each) for each in re.findall(r"<code>(.*?)</code>", page)]
    phrase, minus, kind, standard, authority, product, audience = told
    assert len(understand(phrase).phrases) == len(understand(minus).excluded) == 1
    assert understand(kind).filters.kinds == {"question"}
    assert len(understand(standard).filters.languages) == 1
    assert understand(authority).filters.authorities == {"binding"}
    assert FILTER_KEYS[product.rstrip(":")] == "products"
    assert FILTER_KEYS[audience.rstrip(":")] == "audiences"
    guidance = {"nb": "type:veiledning", "nn": "slag:rettleiing", "en": "kind:guidance"}
    assert understand(guidance[language]).filters.kinds == {"article"}


def test_hits_are_sorted_by_time_where_one_asks_for_it(guidance, indexed, browser):
    days = (date(2026, 3, 1), date(2026, 9, 1), date(2026, 6, 1))
    for article, day in zip(guidance, days, strict=True):
        day_published = datetime.combine(day, time(), tzinfo=UTC)
        ArticlePage.objects.filter(pk=article.pk).update(
            last_reviewed=day, last_published_at=day_published
        )
    indexed()
    client = browser()
    best = client.get(SEARCH, {"q": "nøkkel", "product": "maskinporten"}).content.decode()
    assert re.search(r'aria-current="true">Best match</a>', best)
    assert 'href="?q=n%C3%B8kkel&amp;product=maskinporten&amp;sort=newest"' in best
    newest = client.get(SEARCH, {"q": "nøkkel", "sort": "newest"})
    assert titles(newest) == [guidance[1].title, guidance[2].title, guidance[0].title]
    html = newest.content.decode()
    assert re.search(r'aria-current="true">Newest</a>', html)
    assert "?q=n%C3%B8kkel&amp;product=altinn-studio&amp;sort=newest" in html
    assert 'href="?q=n%C3%B8kkel"' in html


def test_an_unknown_order_is_the_best_first_and_one_hit_has_no_order(guidance, indexed, browser):
    indexed()
    client = browser()
    unknown = client.get(SEARCH, {"q": "nøkkel", "sort": "<b>"})
    assert titles(unknown) == titles(client.get(SEARCH, {"q": "nøkkel"}))
    assert "Sorted by" not in text_of(client.get(SEARCH, {"q": "publiser appen med ein"}))
    assert "Sorted by" not in text_of(client.get(SEARCH, {"product": "maskinporten"}))


def test_pages_of_the_newest_end_with_those_that_have_most_of_the_words(indexed, browser):
    section, product, team = make_section(), make_product(), make_team()
    for number in range(13):
        title = f"Samtykke utløper snart {number}" if number < 11 else f"Samtykke {number}"
        make_article(section, title=title, products=[product], owner_team=team)
    indexed()
    asked = {"q": "samtykke utløper snart", "sort": "newest"}
    last = browser().get(SEARCH, {**asked, "page": "2"})
    assert len(titles(last)) == 1
    assert "the hits that have most of your words, the newest first" in text_of(last)
    assert browser().get(SEARCH, {**asked, "page": "3"}).status_code == 302


def test_filters_alone_list_everything_that_has_them(guidance, indexed, browser):
    indexed()
    found = titles(browser().get(SEARCH, {"product": "maskinporten"}))
    assert sorted(found) == ["Nøkkelen i Maskinporten er utløpt", "Opprett klient og nøkler"]


def test_filter_values_nobody_knows_are_shown_and_can_be_removed(guidance, indexed, browser):
    indexed()
    response = browser().get(SEARCH, {"q": "nøkkel", "product": "<b>", "language": "xx"})
    page = text_of(response)
    assert response.status_code == 200
    assert "No hits" in page
    assert "Search in everything, without filters" in page
    assert "<b>" not in response.content.decode().replace("<b>0", "")


@pytest.mark.parametrize(
    ("written", "name", "offered", "left_out"),
    [
        ("produkt:maskinport nøkkel", "maskinport", ["Maskinporten"], "Altinn Studio"),
        ('nøkkel løsning:"altin studio"', "altin studio", ["Altinn Studio"], "Maskinporten"),
        ("produkt:qqqq nøkkel", "qqqq", ["Altinn Studio", "Maskinporten"], "maskinport "),
    ],
)
def test_a_product_nobody_has_is_said_with_those_that_may_be_meant(
    guidance, indexed, browser, written, name, offered, left_out
):
    indexed()
    page = browser().get(SEARCH, {"q": written})
    said = re.search(r"There is no product called .*?</p>", page.content.decode(), re.S)[0]
    links = re.findall(r'href="(\?[^"]*)">(.*?)</a>', said)
    assert f"“{name}”" in html.unescape(said)
    assert sorted(label for _address, label in links) == offered and left_out not in said
    hits = browser().get(SEARCH + html.unescape(links[0][0]))
    assert titles(hits) and "There is no product" not in text_of(hits)
    assert hits.context["asked"].words == "nøkkel" and hits.context["asked"].filters.products


@pytest.mark.parametrize(
    "written",
    [
        "produkt:maskinporten nøkkel",
        "scope:altinn nøkkel",
        "nøkkel",
        '"nøkkel med produkt:abc her"',
    ],
)
def test_values_that_are_there_and_other_colons_are_no_unknown_filter(
    guidance, indexed, browser, written
):
    indexed()
    page = browser().get(SEARCH, {"q": written})
    assert page.context["result"] and "There is no" not in text_of(page)


@pytest.mark.parametrize(
    ("language", "written", "said", "offered"),
    [
        ("en", "kind:questoin nøkkel", "no kind of hit called “questoin”", ["kind=question"]),
        ("nb", "målgruppe:tjenesteeier nøkkel", "ingen målgruppe som heter «tjenesteeier»",
         ["audience=service-owner"]),
        ("nn", "språk:klingonsk nøkkel", "ikkje noko språk her som heiter «klingonsk»",
         ["language=nb", "language=en", "language=nn"]),
        ("nb", "tyngde:kravv nøkkel", "ingen tyngde som heter «kravv»", ["authority=binding"]),
    ],
)  # fmt: skip
def test_a_value_no_filter_has_is_said_with_those_that_may_be_meant(
    guidance, indexed, browser, language, written, said, offered
):
    indexed()
    response = browser(language=language).get(SEARCH, {"q": written})
    assert said in text_of(response)
    page = response.content.decode()
    links = re.findall(r'href="\?q=n%C3%B8kkel&amp;([^"&]*)">', page)
    assert links == offered


def test_a_kind_nobody_has_offers_cases_only_to_those_who_may_have_some(guidance, indexed, browser):
    indexed()
    for user, offered in (
        (None, ["kind=article", "kind=question"]),
        (make_user(), ["kind=ticket", "kind=article", "kind=question"]),
    ):
        page = browser(user).get(SEARCH, {"q": "kind:xyz nøkkel"}).content.decode()
        assert re.findall(r'href="\?q=n%C3%B8kkel&amp;(kind=[^"&]*)">', page) == offered


def test_where_there_are_no_products_an_unknown_one_is_said_and_none_is_offered(indexed, browser):
    indexed()
    page = browser().get(SEARCH, {"q": "produkt:abc nøkkel"})
    said = re.search(r"There is no product called .*?</p>", page.content.decode(), re.S)[0]
    assert "Search i" not in said


def test_a_misspelt_word_gets_a_better_one_offered(guidance, indexed, browser):
    indexed()
    response = browser().get(SEARCH, {"q": "maskinpotren"})
    assert "Did you mean" in text_of(response)
    assert 'href="?q=maskinporten"' in response.content.decode()


def test_pages_are_turned_by_links_and_the_last_one_is_the_limit(indexed, browser):
    section, product, team = make_section(), make_product(), make_team()
    for number in range(23):
        make_article(
            section, title=f"Samtykke nummer {number}", products=[product], owner_team=team
        )
    indexed()
    client = browser()
    first = client.get(SEARCH, {"q": "samtykke"})
    assert len(titles(first)) == 10
    assert 'href="?q=samtykke&amp;page=2"' in first.content.decode()
    last = client.get(SEARCH, {"q": "samtykke", "page": "3"})
    assert len(titles(last)) == 3
    beyond = client.get(SEARCH, {"q": "samtykke", "page": "99"})
    assert beyond.status_code == 302
    assert beyond["Location"] == "/sok/?q=samtykke&page=3"
    seen = {
        title
        for page in "123"
        for title in titles(client.get(SEARCH, {"q": "samtykke", "page": page}))
    }
    assert len(seen) == 23


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "٣", "99999999999999999999", ""])
def test_an_odd_page_number_is_the_first_page(guidance, indexed, browser, page):
    indexed()
    assert len(titles(browser().get(SEARCH, {"q": "nøkkel", "page": page}))) == 3


@pytest.mark.parametrize(
    "words",
    [
        "\x00\x01\x7f",
        "😀😀",
        "<script>alert(1)</script>",
        '"',
        "-",
        "kind:",
        "ø" * 5000,
        "日本語 العربية",
        "a AND (b OR",
        "%00%ff",
        "' OR 1=1 --",
        "\u202e\u200b",
        "http://x.example/?a=b&c=d",
    ],
)
def test_any_input_gets_a_page(guidance, indexed, browser, words):
    indexed()
    response = browser().get(SEARCH, {"q": words})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
    assert "<h1" in response.content.decode()


def test_bytes_that_are_no_text_get_a_page(guidance, indexed, browser):
    indexed()
    assert browser().get(f"{SEARCH}?q=%ff%fe%00nøkkel&kind=%ff").status_code == 200


def test_long_text_is_cut_and_the_page_says_so(guidance, indexed, browser):
    indexed()
    page = text_of(browser().get(SEARCH, {"q": "nøkkel " * 400}))
    assert "we searched for the first 1,000 characters" in page


def test_an_identity_number_is_taken_out_of_words_links_and_log(guidance, indexed, browser):
    indexed()
    client = browser(language="nb")
    response = client.get(SEARCH, {"q": "nøkkel for 15819010029"}, follow=True)
    assert response.redirect_chain and "15819010029" not in response.redirect_chain[0][0]
    html = response.content.decode()
    assert "15819010029" not in html
    assert "Vi har tatt det ut og ikke lagret det" in html
    assert "15819010029" not in LoggedQuery.objects.get().text


def test_the_log_knows_the_words_and_not_the_person(guidance, indexed, browser):
    indexed()
    user = make_user()
    browser(user).get(SEARCH, {"q": "nøkkel"})
    logged = LoggedQuery.objects.get()
    assert (logged.text, logged.total, logged.place) == ("nøkkel", 3, "other")
    assert not [f.name for f in LoggedQuery._meta.get_fields() if f.related_model is User]


def test_a_draft_is_found_by_no_reader(guidance, indexed, browser):
    indexed()
    ArticlePage.objects.get(title="Opprett klient og nøkler").unpublish()
    assert "Opprett klient og nøkler" not in titles(browser().get(SEARCH, {"q": "nøkkel"}))


# --- cases --------------------------------------------------------------------------------------


def test_everybody_finds_their_own_cases_and_staff_those_they_may_see(desk, indexed, browser):
    ticket = opened(desk, subject="Kvitteringen kommer ikke")
    secret = opened(desk, subject="Kvitteringen er på avveie", security=True)
    indexed()

    def found(user):
        return set(titles(browser(user).get(SEARCH, {"q": "kvitteringen"})))

    assert found(None) == set()
    assert found(desk.people.stranger) == set()
    assert found(desk.people.asker) == {ticket.subject, secret.subject}
    assert found(desk.people.contact) == {ticket.subject}
    assert found(desk.people.manager) == {ticket.subject}
    assert ticket.subject in found(desk.people.agent)
    assert secret.subject in found(desk.people.guard)


def test_a_case_leads_staff_to_the_desk_and_its_asker_to_my_cases(desk, indexed, browser):
    ticket = opened(desk, subject="Kvitteringen kommer ikke")
    indexed()
    staff = browser(desk.people.agent).get(SEARCH, {"q": "kvitteringen"}).content.decode()
    assert f'data-leads-to="{reverse("desk_case", args=[ticket.pk])}"' in staff
    own = browser(desk.people.asker).get(SEARCH, {"q": "kvitteringen"}).content.decode()
    assert f'data-leads-to="{reverse("my_case", args=[ticket.pk])}"' in own
    assert f"{ticket.reference} · New" in own


@pytest.mark.parametrize("form", ["{0}", "v-{1:05d}", " V{1:05d} ", "V-0000{1:05d}"])
def test_a_case_number_leads_to_the_case(desk, indexed, browser, form):
    ticket = opened(desk)
    indexed()
    words = form.format(ticket.reference, ticket.pk)
    response = browser(desk.people.asker).get(SEARCH, {"q": words})
    assert response.status_code == 302
    assert response["Location"] == reverse("my_case", args=[ticket.pk])


def test_a_case_number_tells_nothing_to_those_who_may_not_see_the_case(desk, indexed, browser):
    ticket = opened(desk)
    indexed()
    for user in (None, desk.people.stranger):
        real = browser(user).get(SEARCH, {"q": ticket.reference})
        unknown = browser(user).get(SEARCH, {"q": "V-99999"})
        assert real.status_code == unknown.status_code == 200
        assert ticket.subject not in real.content.decode()
        assert "No hits" in text_of(real)
    assert browser(desk.people.asker).get(SEARCH, {"q": "V-999999999999"}).status_code == 200


# --- nothing found, engine away -------------------------------------------------------------------


def test_no_hits_lead_on_to_people_with_the_words_along(guidance, indexed, browser):
    indexed()
    response = browser().get(SEARCH, {"q": "xqzvw"})
    html = response.content.decode()
    assert "No hits for “xqzvw”" in text_of(response)
    assert "We looked for each of the words" in text_of(response)
    assert "Innlogging" in html  # the sections of the guidance
    for name in ("ask", "community_ask"):
        found = re.search(rf'href="({re.escape(reverse(name))}\?[^"]*)"', html)
        assert parse_qs(urlsplit(found[1]).query)["q"] == ["xqzvw"]


def test_no_hits_offer_searches_that_do_find_something(guidance, indexed, browser):
    indexed()
    page = text_of(browser().get(SEARCH, {"q": '"nøkkelen publiser"'}))
    assert "These searches do find something" in page
    assert "Search for the words alone: nøkkelen publiser" in page
    assert re.search(r"\(3 hits\)", page)


@pytest.mark.parametrize(
    ("words", "is_asked_for_more"), [("Hvordan skulle dere?", True), ("hvordan xqzvw", False)]
)
def test_who_writes_function_words_alone_is_asked_what_it_is_about(
    guidance, indexed, browser, words, is_asked_for_more
):
    indexed()
    page = text_of(browser().get(SEARCH, {"q": words}))

    assert "No hits for" in page
    assert ("These words stand in nearly every text." in page) == is_asked_for_more
    assert ("We looked for each of the words" in page) != is_asked_for_more
    assert "Search for hvordan alone" not in page


def test_filters_alone_that_leave_nothing_say_nothing_of_words_and_lead_nowhere(
    guidance, indexed, browser
):
    indexed()
    page = text_of(browser().get(SEARCH, {"q": "kind:case"}))
    assert "No hits" in page and "We looked only among what you have filtered on." in page
    assert "each of the words" not in page and "without filters" not in page


def test_no_hits_offer_products_and_topics_with_names_like_the_words(desk, indexed, browser):
    indexed()
    response = browser().get(SEARCH, {"q": "maskinprt"})
    assert "Did you have one of these in mind?" in text_of(response)
    assert "/sok/?q=Maskinporten" in response.content.decode()


def test_without_words_the_page_shows_where_to_begin(guidance, indexed, browser):
    indexed()
    response = browser().get(SEARCH)
    assert response.status_code == 200
    assert "Browse the guidance" in text_of(response)
    assert LoggedQuery.objects.count() == 0


def test_an_engine_that_is_away_is_said_so_and_never_called_no_hits(guidance, no_engine, browser):
    response = browser().get(SEARCH, {"q": "nøkkel"})
    page = text_of(response)
    assert response.status_code == 503
    assert "Search is away for the moment" in page
    assert "No hits" not in page
    assert "Innlogging" in page
    assert 'value="nøkkel"' in response.content.decode()


def test_the_page_is_read_only(guidance, browser):
    assert browser().post(SEARCH, {"q": "nøkkel"}).status_code == 405


# --- statements -----------------------------------------------------------------------------------


def statements(django_assert_max_num_queries, client, **query) -> int:
    """How many statements a warm search takes."""
    client.get(SEARCH, query)
    with django_assert_max_num_queries(60) as captured:
        response = client.get(SEARCH, query)
    assert response.status_code == 200
    return len(captured)


def test_a_page_of_many_hits_takes_no_more_statements_than_one(
    desk, indexed, browser, django_assert_max_num_queries
):
    section, product, team = make_section(), make_product(), make_team()

    def write(number):
        make_article(section, title=f"Fullmakt {number}", products=[product], owner_team=team)
        opened(desk, subject=f"Fullmakt mangler {number}")
        community.ask_question(
            by=make_user(),
            title=f"Hvem gir fullmakt {number}?",
            body="Vi lurer på hvem som gir fullmakt.",
            language="nb",
            product=product,
            now=NOW,
        )

    client = browser(desk.people.agent)
    write(0)
    indexed()
    few = statements(django_assert_max_num_queries, client, q="fullmakt")
    for number in range(1, 17):
        write(number)
    indexed()
    many = statements(django_assert_max_num_queries, client, q="fullmakt")
    assert many <= few
    assert Ticket.objects.count() == 17


# --- titles while one writes ----------------------------------------------------------------------


def suggested(client, words) -> list[str]:
    return [
        each["title"] for each in client.get("/sok/forslag/", {"q": words}).json()["suggestions"]
    ]


def test_titles_are_offered_from_the_beginning_of_a_word(guidance, indexed, browser):
    indexed()
    client = browser(language="nb")
    assert suggested(client, "opprett kl") == ["Opprett klient og nøkler"]
    answer = client.get("/sok/forslag/", {"q": "opprett"}).json()["suggestions"][0]
    assert answer["kind"] == "Veiledning"
    assert answer["language"] == "nb"
    assert client.get(answer["address"]).status_code == 200


def test_titles_in_the_readers_written_standard_come_first(indexed, browser):
    section, product, team = make_section(), make_product(), make_team()
    for language in ("en", "nn", "nb"):
        make_article(
            section, title=f"Samtykke {language}", language=language, products=[product],
            owner_team=team,
        )  # fmt: skip
    indexed()
    order = {code: suggested(browser(language=code), "samtykke") for code in ("nb", "nn", "en")}
    assert order["nb"] == ["Samtykke nb", "Samtykke nn", "Samtykke en"]
    assert order["nn"] == ["Samtykke nn", "Samtykke nb", "Samtykke en"]
    assert order["en"][0] == "Samtykke en"


def test_titles_are_offered_only_to_those_who_may_see_them(desk, indexed, browser):
    opened(desk, subject="Kvitteringen kommer ikke")
    indexed()
    assert suggested(browser(desk.people.asker), "kvitt") == ["Kvitteringen kommer ikke"]
    assert suggested(browser(desk.people.stranger), "kvitt") == []
    assert suggested(browser(), "kvitt") == []


def test_an_engine_that_goes_away_after_the_search_takes_its_leads_along_and_no_more(
    guidance, indexed, browser, monkeypatch
):
    def away(*args, **kwargs):
        raise EngineUnavailable("There is no index")

    indexed()
    monkeypatch.setattr("portal.selfservice.leads.search", away)
    response = browser(language="en").get(SEARCH, {"q": '"maskinporten qwerty"'})
    assert response.status_code == 200
    page = text_of(response)
    assert "These searches do find something" not in page
    assert "Did you have one of these in mind?" in page


@pytest.mark.parametrize(("articles", "cases"), [(1, 7), (6, 3), (9, 3)])
def test_cases_come_last_and_leave_room_for_what_else_there_is(
    desk, indexed, browser, articles, cases
):
    section, team = make_section(), make_team()
    for number in range(articles):
        make_article(
            section, title=f"Kvittering som er lang og god, nummer {number}", owner_team=team
        )
    for number in range(20):
        opened(desk, subject=f"Kvittering {number}")
    indexed()
    shown = suggested(browser(desk.people.agent), "kvitt")
    assert len(shown) == 8
    assert [title for title in shown if title.startswith("Kvittering som")] == shown[: 8 - cases]
    assert [title for title in shown if not title.startswith("Kvittering som")] == shown[-cases:]


def test_a_title_that_was_hidden_since_is_not_offered(guidance, indexed, browser):
    indexed()
    ArticlePage.objects.get(title="Opprett klient og nøkler").unpublish()
    assert suggested(browser(), "opprett kl") == []


@pytest.mark.parametrize("words", ["", "a", "\x00", "15819010029", "😀", "x" * 4000, '"<'])
def test_odd_beginnings_get_no_titles_and_no_error(guidance, indexed, browser, words):
    indexed()
    assert suggested(browser(), words) == []


def test_no_titles_are_offered_while_the_engine_is_away(guidance, no_engine, browser):
    assert suggested(browser(), "nøkkel") == []


def test_hurried_programs_get_no_titles(guidance, indexed, browser, monkeypatch):
    monkeypatch.setattr("portal.selfservice.search_views.SUGGESTIONS_RATE", "2/m")
    indexed()
    client = browser()
    assert suggested(client, "opprett") and suggested(client, "opprett")
    refused = client.get("/sok/forslag/", {"q": "opprett"})
    assert refused.status_code == 429
    assert refused.json() == {"suggestions": []}
