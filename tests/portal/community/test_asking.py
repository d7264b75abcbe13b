"""Asking a question, step by step, with and without what looks like it."""

from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.addresses import confirm_address
from cms.community import moderation, services
from cms.community.hints import hints_for
from cms.community.models import Hint, Question
from portal.community import similar
from portal.community.presenters import address_of
from search.registry import registry
from tests.cms.community.posts import asked
from tests.factories import make_article, make_product
from tests.portal.community.pages import browser, html_of, key_of, main_of, text_of
from triage.suggestions.models import Effect
from triage.suggestions.suggest import Suggested

pytestmark = pytest.mark.django_db

ASK = "/community/spor/"
NUMBER = "17054026641"  # synthetic: nobody's
TITLE = "Hvordan får vi token med to scopes?"


@pytest.fixture
def product(db):
    return make_product(slug="maskinporten", name_nb="Maskinporten")


@pytest.fixture(autouse=True)
def suggested(monkeypatch):
    """What the search suggests; empty unless a test puts something there."""
    found: list[Suggested] = []
    monkeypatch.setattr(similar, "suggest", lambda text, **_asked: list(found))
    return found


def suggestion(document: str, title: str) -> Suggested:
    return Suggested(
        id=document,
        kind=document.partition(":")[0],
        title=title,
        excerpt_html="Be om <mark>begge</mark> i ett kall.",
        reason="Den handler om det samme.",
        language="nb",
        score=3.0,
    )


def written(client, product, **fields) -> dict:
    """What the browser sends from a finished form."""
    return {
        "form_key": key_of(client.get(ASK)),
        "title": TITLE,
        "product": product.slug,
        "body": "Vi får **feil**.",
        **fields,
    }


# --- the steps ------------------------------------------------------------


def test_words_from_the_search_are_carried_along(product):
    page = browser().get(f"{ASK}?q={quote('token  med to scopes')}&product=maskinporten")
    assert 'value="token med to scopes"' in html_of(page)
    assert '<option value="maskinporten" selected>' in html_of(page)
    assert f"{reverse('ask')}?q=token+med+to+scopes" in html_of(page)


@pytest.mark.parametrize("query", ["q=" + "x" * 5000, "product=nei", "q=%00%3Cscript%3E"])
def test_odd_words_in_the_address_do_no_harm(product, query):
    page = browser().get(f"{ASK}?{query}")
    assert page.status_code == 200
    assert "<script>" not in html_of(page).partition("<main")[2]


def test_from_title_to_published_without_script(people, product):
    client = browser(people.member)
    fields = written(client, product)
    first = {name: fields[name] for name in ("form_key", "title", "product")}
    second = client.post(ASK, first | {"to": "write"})
    assert "Step 2 of 3" in main_of(second) and TITLE in html_of(second)
    third = client.post(ASK, fields | {"to": "check"})
    assert "Step 3 of 3" in main_of(third)
    assert "<strong>feil</strong>" in html_of(third)
    assert not Question.objects.exists()
    back = client.post(ASK, fields | {"to": "write"})
    assert "Vi får **feil**." in html_of(back)
    done = client.post(ASK, fields | {"to": "publish", "language": "nb"})
    question = Question.objects.get()
    assert done["Location"] == address_of(question)
    assert (question.asker, question.product) == (people.member, product)
    assert (question.title, question.body, question.language) == (TITLE, fields["body"], "nb")
    assert "Your question is published" in main_of(client.get(done["Location"]))


def test_the_same_question_published_twice_is_one(people, product):
    client = browser(people.member)
    fields = written(client, product) | {"to": "publish"}
    assert client.post(ASK, fields)["Location"] == client.post(ASK, fields)["Location"]
    assert Question.objects.count() == 1
    assert Effect.objects.filter(what="sent", place="community_ask").count() == 1


def test_the_language_is_found_and_may_be_changed(people, product):
    client = browser(people.member, "nb")
    body = "Vi veit ikkje korleis dykk gjer det, men eg har ikkje fått noko svar frå dei enno."
    fields = written(client, product, body=body)
    check = client.post(ASK, fields | {"to": "check"})
    assert '<option value="nn" selected>' in html_of(check)
    client.post(ASK, fields | {"to": "publish"})
    assert Question.objects.get().language == "nn"
    again = written(client, product, body=body, language="en")
    client.post(ASK, again | {"to": "publish"})
    assert Question.objects.order_by("-pk").first().language == "en"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"title": ""}, "Write your question in one sentence."),
        ({"title": "Hva?"}, "Write a few more words"),
        ({"title": "x" * 151}, "151 characters"),
        ({"product": ""}, "Choose what the question is about."),
        ({"product": "finnes-ikke"}, "Choose what the question is about."),
        ({"form_key": "tull"}, "The page was too old"),
    ],
)
def test_a_first_step_that_is_not_finished_is_shown_again(product, fields, says):
    client = browser()
    sent = {"form_key": key_of(client.get(ASK)), "title": TITLE, "product": product.slug, **fields}
    page = client.post(ASK, sent | {"to": "write"})
    assert page.status_code == 422
    assert says in main_of(page) and "Step 1 of 3" in main_of(page)
    assert sent["title"] in html_of(page)


@pytest.mark.parametrize("to", ["check", "publish"])
@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"body": ""}, "Write something first."),
        ({"body": "x" * 15_001}, "15001 characters"),
        ({"title": "x" * 151}, "151 characters"),
        ({"language": "de"}, "language you have written in"),
        ({"body": "\u202e"}, "Write something first."),
    ],
)
def test_a_question_that_is_not_finished_is_not_published(people, product, to, fields, says):
    client = browser(people.member)
    sent = written(client, product, **fields) | {"to": to}
    page = client.post(ASK, sent)
    assert page.status_code == 422
    assert says in main_of(page) and "Step 2 of 3" in main_of(page)
    assert sent["body"] in html_of(page) and sent["title"] in html_of(page)
    assert not Question.objects.exists()


def test_a_title_spoilt_on_the_way_back_keeps_the_body(product):
    client = browser()
    page = client.post(ASK, written(client, product, title="") | {"to": "write"})
    assert page.status_code == 422
    assert "Vi får **feil**." in html_of(page) and "Step 2 of 3" in main_of(page)


def test_one_may_go_back_to_the_title(product):
    client = browser()
    page = client.post(ASK, written(client, product) | {"to": "title"})
    assert "Step 1 of 3" in main_of(page) and TITLE in html_of(page)


def test_hints_fit_the_product_and_the_language(people, product):
    Hint.objects.create(
        product=product, text_nb="Hvilke scope", text_nn="Kva scope", text_en="Which scopes"
    )
    client = browser(people.member, "nn")
    page = client.post(ASK, written(client, product) | {"to": "write"})
    assert "Kva scope" in main_of(page) and "Hvilke scope" not in main_of(page)
    assert "Skriv aldri namn, fødselsnummer, passord eller nøklar." in main_of(page)


def test_a_product_without_hints_gets_those_for_all(product):
    with translation.override("nb"):
        assert hints_for(product.slug) == hints_for("finnes-ikke") == hints_for("")
        assert "Feilkoden eller feilmeldingen, ord for ord" in hints_for(product.slug)


def test_identity_numbers_are_warned_about_and_never_stored(people, product):
    client = browser(people.member)
    fields = written(client, product, title=f"Hva gjør vi med {NUMBER} nå?", body=f"Se {NUMBER}")
    check = client.post(ASK, fields | {"to": "check"})
    assert "There are 2 national identity numbers" in main_of(check)
    assert NUMBER not in main_of(check)
    done = client.post(ASK, fields | {"to": "publish"})
    question = Question.objects.get()
    assert NUMBER not in question.title + question.body + question.html + question.slug
    assert NUMBER not in done["Location"]
    assert "We took this out of the text" in main_of(client.get(done["Location"]))


def test_signing_in_on_the_way_loses_nothing(people, product):
    confirm_address(people.member)
    client = browser()
    fields = written(client, product, body="Skrevet før innlogging")
    away = client.post(ASK, fields | {"to": "publish"})
    here = f"{ASK}{fields['form_key']}/?to=check"
    assert away["Location"] == f"{reverse('account_login')}?next={quote(here)}"
    assert not Question.objects.exists()
    sign_in = {"login": people.member.email, "password": "passord-for-alle", "next": here}
    back = client.post(reverse("account_login"), sign_in)
    assert back["Location"] == here
    page = client.get(here)
    assert "Step 3 of 3" in main_of(page) and "Skrevet før innlogging" in main_of(page)
    assert key_of(page) == fields["form_key"]
    client.post(ASK, fields | {"to": "publish"})
    assert Question.objects.get().asker == people.member
    assert "Step 1 of 3" in main_of(client.get(ASK))


def test_a_kept_text_whose_product_is_gone_is_shown_for_mending(people, product):
    client = browser()
    fields = written(client, product, body="Tatt vare på")
    client.post(ASK, fields | {"to": "publish"})
    product.delete()
    page = client.get(f"{ASK}{fields['form_key']}/?to=check")
    assert "Step 2 of 3" in main_of(page) and "Tatt vare på" in html_of(page)


def test_too_many_questions_in_an_hour_are_stopped_and_the_text_stays(people, product, monkeypatch):
    monkeypatch.setattr("portal.community.asking.QUESTIONS", "1/h")
    client = browser(people.member)
    client.post(ASK, written(client, product) | {"to": "publish"})
    page = client.post(ASK, written(client, product, body="Den andre") | {"to": "publish"})
    assert page.status_code == 429
    assert "Den andre" in html_of(page) and "Wait a little" in main_of(page)
    assert Question.objects.count() == 1


def test_what_only_becomes_empty_when_stored_is_refused_with_the_text(people, product, monkeypatch):
    def refuse(**_question):
        raise services.NothingWritten

    monkeypatch.setattr("portal.community.asking.services.ask_question", refuse)
    client = browser(people.member)
    page = client.post(ASK, written(client, product) | {"to": "publish"})
    assert page.status_code == 409
    assert "Vi får **feil**." in html_of(page)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ["Still et spørsmål", "Steg 2 av 3", "Se over spørsmålet", "Gjelder det bare deg?"]),
        (
            "nn",
            ["Still eit spørsmål", "Steg 2 av 3", "Sjå over spørsmålet", "Gjeld det berre deg?"],
        ),
    ],
)
def test_asking_is_written_in_both_standards(product, language, words):
    client = browser(language=language)
    text = main_of(client.post(ASK, written(client, product) | {"to": "write"}))
    assert all(each in text for each in words)


# --- what looks like it ------------------------------------------------------------


def test_similar_questions_and_articles_are_a_step_without_script(people, product, suggested):
    article, question = make_article(title="Om scopes"), asked(people.asker)
    suggested += [
        suggestion(f"question:{question.pk}", question.title),
        suggestion(f"article:{article.pk}", article.title),
    ]
    client = browser()
    fields = written(client, product)
    page = client.post(ASK, fields | {"to": "write"})
    text = main_of(page)
    assert "Perhaps this is answered already" in text
    assert "Den handler om det samme." in text
    assert f'href="{address_of(question)}"' in html_of(page)
    assert "<mark>begge</mark>" in html_of(page)
    shown = Effect.objects.filter(what="shown", place="community_ask")
    assert {row.document for row in shown} == {each.id for each in suggested}


def test_an_article_in_two_languages_is_similar_once(people, product, suggested):
    article = make_article(title="Bytt nøkkel")
    twin = make_article(title="Change keys", language="en", translation_of=article)
    suggested += [suggestion(f"article:{each.pk}", each.title) for each in (article, twin)]

    client = browser()
    page = text_of(client.post(f"{ASK}forslag/", written(client, product)))

    assert "Bytt nøkkel" in page
    assert "Change keys" not in page


def test_similar_ones_come_while_one_writes(people, product, suggested):
    question = asked(people.asker)
    client = browser()
    fields = written(client, product)
    assert html_of(client.post(f"{ASK}forslag/", fields)).strip() == ""
    suggested.append(suggestion(f"question:{question.pk}", question.title))
    for _pause in range(3):
        page = client.post(f"{ASK}forslag/", fields)
        assert question.title in text_of(page)
    assert Effect.objects.filter(what="shown").count() == 1
    assert page["Cache-Control"] == "no-store"


def test_nothing_is_asked_of_the_search_for_a_word_or_two_and_never_all_of_a_long_text(
    product, monkeypatch
):
    texts = []
    monkeypatch.setattr(similar, "suggest", lambda text, **_asked: texts.append(text) or [])
    client = browser()
    client.post(f"{ASK}forslag/", {"title": "ab"})
    client.post(f"{ASK}forslag/", {})
    client.post(f"{ASK}forslag/", {"title": "Token", "body": "x" * 30_000})
    assert [len(text) for text in texts] == [2_000]


def test_a_dead_search_engine_does_not_stop_anybody(people, product, monkeypatch):
    from triage.suggestions import suggest as suggesting  # the module behind the function

    def dead(*_asked, **_more):
        raise OSError("no engine")

    monkeypatch.setattr(suggesting, "engine", dead)
    monkeypatch.setattr(similar, "suggest", suggesting.suggest)
    client = browser(people.member)
    fields = written(client, product)
    assert client.post(f"{ASK}forslag/", fields).status_code == 200
    assert client.post(ASK, fields | {"to": "write"}).status_code == 200
    client.post(ASK, fields | {"to": "publish"})
    assert Question.objects.count() == 1


@pytest.mark.parametrize("name", ["form_key", "product", "topics", "title", "language"])
def test_what_no_database_stores_is_no_fault_of_ours(people, product, name):
    for client in (browser(), browser(people.member)):
        fields = written(client, product) | {name: "\x00"}
        assert client.post(ASK, fields).status_code in (200, 422)
        assert client.post(f"{ASK}emner/", fields).status_code == 200


def test_suggestions_without_end_are_stopped(product, monkeypatch):
    monkeypatch.setattr("portal.community.asking.LOOKS", "1/m")
    client = browser()
    assert client.post(f"{ASK}forslag/", {"title": TITLE}).status_code == 200
    assert client.post(f"{ASK}forslag/", {"title": TITLE}).status_code == 429


def test_what_answers_the_question_is_counted_and_opened_and_nothing_is_published(people, product):
    article = make_article()
    client = browser()
    fields = written(client, product)
    response = client.post(ASK, fields | {"solved": f"article:{article.pk}"})
    assert response["Location"] == article.get_url()
    client.post(ASK, fields | {"solved": f"article:{article.pk}"})
    solved = Effect.objects.get(what="solved")
    assert (solved.document, solved.place) == (f"article:{article.pk}", "community_ask")
    assert not Question.objects.exists()


def test_what_one_visitor_calls_solved_very_often_counts_no_more(product, monkeypatch):
    monkeypatch.setattr("portal.community.asking.SOLVED", "1/h")
    article = make_article()
    client = browser()
    for number in range(3):
        fields = {"solved": f"article:{article.pk}", "form_key": f"key-{number}"}
        assert client.post(ASK, fields)["Location"] == article.get_url()
    assert Effect.objects.filter(what="solved").count() == 1


@pytest.mark.parametrize(
    "document", ["", "article:999", "question:x", "ticket:1", "page", "x" * 90]
)
def test_nothing_is_counted_for_what_is_not_there(product, document):
    client = browser()
    response = client.post(ASK, {"solved": document, "form_key": "x"})
    assert response.status_code == 404
    assert not Effect.objects.exists()


def test_a_hidden_question_is_not_revealed_by_its_number(people, product):
    question = asked(people.asker, title="En hemmelig tittel her")
    moderation.hide(post=question, by=people.moderator, reason="x", now=timezone.now())
    response = browser(people.member).post(ASK, {"solved": f"question:{question.pk}"})
    assert response.status_code == 404
    assert "question" in registry.kinds()


# --- the look at the text ------------------------------------------------------------

PREVIEW = "/community/forhandsvis/"


def test_the_look_is_what_will_be_published(people):
    answer = browser(language="nb").post(
        PREVIEW, {"title": f"Om {NUMBER}", "body": f"**Hei** {NUMBER} <script>x</script>"}
    )
    found = answer.json()
    assert "<strong>Hei</strong>" in found["html"] and "<script" not in found["html"]
    assert NUMBER not in answer.content.decode()
    assert found["warning"].startswith("Det står 2 fødselsnumre")
    assert "fjernet]" in found["masked"]["title"] and "fjernet]" in found["masked"]["body"]


def test_a_text_without_numbers_has_no_warning(db):
    found = browser().post(PREVIEW, {"body": "Hei"}).json()
    assert (found["warning"], "masked" in found) == ("", False)
    assert browser().post(PREVIEW, {}).json()["html"] == ""


def test_a_look_at_too_much_or_too_often_is_refused(db, monkeypatch):
    assert browser().post(PREVIEW, {"body": "x" * 30_001}).status_code == 413
    assert browser().post(PREVIEW, {"title": "x" * 301}).status_code == 413
    assert browser().get(PREVIEW).status_code == 405
    monkeypatch.setattr("portal.community.writing.PREVIEWS", "1/m")
    client = browser()
    assert [client.post(PREVIEW, {"body": "x"}).status_code for _n in range(2)] == [200, 429]
