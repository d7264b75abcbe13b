"""Best bets, synonyms and stop words in the editors' admin."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from search.current_words import current
from search.editors_words import save_best_bet, save_stop_word, save_synonym
from search.models import BestBet, StopWord, Synonym
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db
LISTS = ("best-bets", "synonyms", "stop-words")
PAGES = ("search_tools_try", "search_tools_changes", "search_tools_changes_results")


def form_of(article, **fields) -> dict:
    """What the form of a best bet sends."""
    values = {
        "phrases": "hvordan får jeg tilgang\r\nsøke om tilgang",
        "page": article.pk,
        "where": "whole",
        "position": "1",
        "seen": "0",
    }
    return values | fields


def post(client, name: str, data: dict, *arguments):
    """Send a form."""
    return client.post(reverse(name, args=arguments), data)


def text_of(response) -> str:
    """The page's words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def in_language(client, language: str) -> None:
    """Read the admin in a language."""
    client.cookies["language"] = language


def test_editors_and_administrators_open_the_lists_and_the_forms(article, client):
    for group in ("editor", "administrator"):
        client.force_login(make_user(groups=(group,)))
        for name in (*(f"{each}:{page}" for each in LISTS for page in ("index", "add")), *PAGES):
            assert client.get(reverse(name)).status_code == 200, (group, name)


@pytest.mark.parametrize("group", ["moderator", "manager", None])
def test_nobody_else_opens_or_writes_anything(article, client, group, bet):
    client.force_login(make_user(groups=(group,) if group else ()))
    for name in (*(f"{each}:index" for each in LISTS), *PAGES):
        assert client.get(reverse(name)).status_code in (302, 403), name
    assert post(client, "best-bets:add", form_of(article)).status_code in (302, 403)
    assert post(client, "best-bets:delete", {}, bet.pk).status_code in (302, 403)
    assert BestBet.objects.count() == 1


def test_visitors_are_asked_to_sign_in(article, client):
    response = client.post(reverse("stop-words:add"), {"word": "digital"}, follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert not StopWord.objects.exists()


def test_an_editor_writes_a_best_bet_that_applies_at_once(editor, client, article):
    response = post(client, "best-bets:add", form_of(article))
    assert response.status_code == 302
    row = BestBet.objects.get()
    assert (row.phrases, row.document, row.where, row.edits) == (
        "hvordan får jeg tilgang\nsøke om tilgang",
        f"article:{article.pk}",
        "whole",
        1,
    )
    assert current().pinned("korleis får eg tilgong")
    assert "Delegering" in text_of(client.get(reverse("best-bets:index")))


def test_an_editor_changes_and_deletes_a_best_bet(editor, client, article, bet):
    page = client.get(reverse("best-bets:edit", args=[bet.pk]))
    assert page.context["form"]["page"].value() == article.pk
    other = make_article(title="En annen")
    changed = form_of(other, phrases="nøkkel", where="within", position="7", seen="1")
    assert post(client, "best-bets:edit", changed, bet.pk).status_code == 302
    bet.refresh_from_db()
    assert (bet.phrases, bet.document, bet.where, bet.position) == (
        "nøkkel",
        f"article:{other.pk}",
        "within",
        7,
    )
    assert post(client, "best-bets:delete", {}, bet.pk).status_code == 302
    assert not BestBet.objects.exists() and not current()


@pytest.mark.parametrize(("word", "told"), [("delegering", True), ("delegerer", False)])
def test_a_stop_word_that_titles_have_is_written_with_a_warning(editor, client, word, told):
    answer = client.post(reverse("stop-words:add"), {"word": word, "seen": "0"}, follow=True)

    assert StopWord.objects.get().word == word
    html = answer.content.decode()
    assert ("Ordet står i tittelen på 1 artikkel. Prøv et søk med det." in html) is told
    assert ("/cms-admin/sok/prov/?q=delegering" in html) is told


def test_an_editor_writes_synonyms_and_stop_words(editor, client):
    data = {"words": "dings", "others": "duppeditt\ngreie", "direction": "both", "seen": "0"}
    assert post(client, "synonyms:add", data).status_code == 302
    assert post(client, "stop-words:add", {"word": " Digital", "seen": "0"}).status_code == 302
    assert Synonym.objects.get().others == "duppeditt\ngreie"
    assert StopWord.objects.get().word == "digital"
    heard = current().heard("digital greie")
    assert heard.passed_over == ("digital",) and ("greie", "dings") in heard.other_names
    for name in ("synonyms:index", "stop-words:index"):
        assert client.get(reverse(name)).status_code == 200
    synonym = Synonym.objects.get()
    one_way = data | {"direction": "one", "seen": "1"}
    assert post(client, "synonyms:edit", one_way, synonym.pk).status_code == 302
    assert current().heard("greie").other_names == ()


@pytest.mark.parametrize(
    ("name", "data", "field", "nb", "nn"),
    [
        (
            "synonyms:add",
            {"words": "dings", "others": "dings", "direction": "both", "seen": "0"},
            "others",
            "kan ikke være synonym for seg selv",
            "kan ikkje vere synonym for seg sjølv",
        ),
        (
            "stop-words:add",
            {"word": "tilgang", "seen": "0"},
            "word",
            "ville ikke ha noen ord igjen",
            "ville ikkje ha nokon ord att",
        ),
        ("stop-words:add", {"word": "", "seen": "0"}, "word", "må fylles ut", "må fyllast ut"),
    ],
)
def test_what_is_refused_is_said_beside_its_field_and_what_was_written_stays(
    editor, client, bet, name, data, field, nb, nn
):
    for language, words in (("nb", nb), ("nn", nn)):
        in_language(client, language)
        response = post(client, name, data)
        assert response.status_code == 200
        errors = response.context["form"].errors
        assert list(errors) == [field]
        if data[field]:
            assert words in errors[field][0]
            assert data[field] in response.content.decode()
    assert not Synonym.objects.exists() and not StopWord.objects.exists()


def test_a_best_bet_without_a_page_or_with_an_odd_one_is_refused(editor, client, article):
    for page in ("", "999999", "abc", "9" * 30, str(article.get_parent().pk)):
        response = post(client, "best-bets:add", form_of(article, page=page))
        assert response.status_code == 200 and "page" in response.context["form"].errors
    for fields in ({"where": "odd"}, {"position": "0"}, {"position": "x"}, {"seen": "x"}):
        assert post(client, "best-bets:add", form_of(article, **fields)).status_code == 200
    long = form_of(article, phrases="x" * 6000)
    assert post(client, "best-bets:add", long).status_code == 200
    assert not BestBet.objects.exists()


def test_scripts_in_words_are_shown_as_text(editor, client, article):
    post(client, "best-bets:add", form_of(article, phrases="<script>alert(1)</script> tilgang"))
    html = client.get(reverse("best-bets:index")).content.decode()
    assert "<script>alert(1)" not in html and "&lt;script&gt;alert(1)" in html
    html = client.get(reverse("search_tools_try"), {"q": "<script>alert(1)</script> tilgang"})
    assert "<script>alert(1)" not in html.content.decode()


def test_sending_a_form_twice_writes_once_and_says_so(editor, client, article):
    post(client, "best-bets:add", form_of(article))
    again = post(client, "best-bets:add", form_of(article))
    assert again.status_code == 200 and again.context["form"].errors["phrases"]
    assert BestBet.objects.count() == 1


def test_of_two_editors_who_change_the_same_the_later_is_told_what_it_says_now(
    editor, client, article, bet
):
    other = Client()
    other.force_login(make_user(groups=("editor",)))
    post(other, "best-bets:edit", form_of(article, phrases="hengsel", seen="1"), bet.pk)
    late = post(client, "best-bets:edit", form_of(article, phrases="lås", seen="1"), bet.pk)
    assert late.status_code == 200
    (message,) = late.context["form"].non_field_errors()
    assert "hengsel" in message
    bet.refresh_from_db()
    assert bet.phrases == "hengsel"


def test_what_somebody_deleted_meanwhile_is_not_found(editor, client, article, bet):
    BestBet.objects.all().delete()
    assert post(client, "best-bets:edit", form_of(article, seen="1"), bet.pk).status_code == 404
    assert post(client, "best-bets:delete", {}, bet.pk).status_code == 404


def test_the_list_tells_which_pages_nobody_sees(editor, client, article, bet):
    in_language(client, "nb")
    draft = make_article(title="Et utkast", live=False)
    for document in (f"article:{draft.pk}", "article:999999", "question:3"):
        save_best_bet(phrases="nøkkel", document=document, within=False, position=2)
    text = text_of(client.get(reverse("best-bets:index")))
    assert "Et utkast (ikke publisert, vises derfor ikke)" in text
    assert text.count("Siden er slettet. Velg en annen.") == 2
    article.delete()
    assert text_of(client.get(reverse("best-bets:index"))).count("Siden er slettet") == 3
    assert client.get(reverse("best-bets:edit", args=[bet.pk])).status_code == 200


@pytest.mark.parametrize(
    ("language", "choose", "updated"),
    [
        ("nb", "Velg en artikkel", "Oppdatert"),
        ("nn", "Vel ein artikkel", "Oppdatert"),
        ("en", "Choose an article", "Updated"),
    ],
)
def test_what_comes_of_the_admin_itself_is_in_the_readers_language_too(
    editor, client, bet, language, choose, updated
):
    in_language(client, language)
    assert choose in client.get(reverse("best-bets:add")).content.decode()
    save_stop_word(word="digital")
    save_synonym(words="dings", others="duppeditt", two_way=False)
    for name in ("best-bets", "synonyms", "stop-words"):
        assert updated in text_of(client.get(reverse(f"{name}:index")))


def test_the_history_tells_who_changed_what_in_the_readers_language(editor, client, article, bet):
    changed = form_of(article, phrases="lås", where="within", seen="1")
    post(client, "best-bets:edit", changed, bet.pk)
    post(client, "best-bets:delete", {}, bet.pk)
    post(client, "stop-words:add", {"word": "digital", "seen": "0"})
    in_language(client, "nb")
    text = text_of(client.get(reverse("search_tools_changes")))
    assert "«hvordan får jeg tilgang» ble til «lås»" in text
    assert "Når frasen er alt det søkes etter" in text and "Redaktør Raud" in text
    assert "Skrev: digital" in text and "Fjernet:" in text and "Delegering" in text
    in_language(client, "nn")
    text = text_of(client.get(reverse("search_tools_changes")))
    assert "«hvordan får jeg tilgang» vart til «lås»" in text
    stop_word = StopWord.objects.get()
    history = client.get(reverse("stop-words:history", args=[stop_word.pk]))
    assert "Skreiv: digital" in text_of(history)


def test_saving_without_a_change_leaves_no_line_in_the_history(editor, client, article, bet):
    same = form_of(article, phrases="hvordan får jeg tilgang", seen="1")
    assert post(client, "best-bets:edit", same, bet.pk).status_code == 302
    text = text_of(client.get(reverse("best-bets:history", args=[bet.pk])))
    assert "Redaktør Raud" not in text.split("main")[-1]


def statements(client, name: str) -> int:
    """How many statements a page takes."""
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(name)).status_code == 200
    return len(captured)


def test_lists_take_as_many_statements_for_many_as_for_one(editor, client, article):
    pages = ("best-bets:index", "search_tools_changes")
    post(client, "best-bets:add", form_of(article, phrases="ord"))
    before = [statements(client, name) for name in pages]
    for number in range(26):
        post(client, "best-bets:add", form_of(article, phrases=f"ordnummer{number}"))
    assert [statements(client, name) for name in pages] == before


def test_the_menu_leads_to_the_tools(editor, client):
    in_language(client, "nb")
    html = client.get(reverse("wagtailadmin_home")).content.decode()
    for name in (*(f"{each}:index" for each in LISTS), *PAGES[:2]):
        assert reverse(name) in html, name


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_models_have_names_in_both_written_standards(language):
    with translation.override(language):
        names = {str(model._meta.verbose_name_plural) for model in (BestBet, Synonym, StopWord)}
    assert (
        names
        == {
            "nb": {"anbefalte treff", "synonymer", "stoppord"},
            "nn": {"tilrådde treff", "synonym", "stoppord"},
        }[language]
    )


def test_other_pages_lead_to_a_form_with_words_filled_in(editor, client):
    for name, field in (("best-bets", "phrases"), ("synonyms", "words"), ("stop-words", "word")):
        page = client.get(reverse(f"{name}:add"), {field: "<b>nøkkel</b>"})
        assert page.context["form"][field].value() == "<b>nøkkel</b>"
        assert "<b>nøkkel" not in page.content.decode()


def test_the_form_leads_to_a_trial_of_its_first_words(editor, client, bet):
    html = client.get(reverse("best-bets:edit", args=[bet.pk])).content.decode()
    address = f"{reverse('search_tools_try')}?q=hvordan+f%C3%A5r+jeg+tilgang"
    assert address in html
    assert client.get(address).status_code == 200
