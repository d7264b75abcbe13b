"""Members' pages, drafts on the way, and what machines are told."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.community import editing, moderation, profiles, sanctions
from cms.community.drawing import profile_address
from cms.community.models import Member, PostDraft, Question
from cms.community.profiles import Part
from cms.community.texts import NO_WORDS
from portal.community.presenters import address_of
from tests.cms.community.posts import answered, asked, in_state, known
from tests.factories import make_product, make_topic
from tests.portal.community.pages import BACKEND, browser, html_of, key_of, main_of

pytestmark = pytest.mark.django_db

ASK = "/community/spor/"
TITLE = "Hvordan får vi token med to scopes?"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NUMBER = "17054026641"  # synthetic: nobody's


def page_of(user) -> str:
    return profile_address(Member.objects.get(user=user).handle)


def parsed(response):
    return ElementTree.fromstring(response.content)  # noqa: S314  our own


# --- members -------------------------------------------------------------------------------------


def test_a_member_shows_what_they_have_solved_answered_and_asked(people):
    question, _answer = in_state("solved", people)
    asked(people.answerer, title="Mitt eget spørsmål til dere")
    page = browser().get(page_of(people.answerer))
    text = main_of(page)
    assert "Svanhild Svarer" in text and "Has solved (1)" in text and question.title in text
    assert "Answers (1)" in text and "Questions (1)" in text
    assert people.answerer.email not in html_of(page)
    asks = browser().get(page_of(people.answerer) + "?part=questions")
    assert "Mitt eget spørsmål til dere" in main_of(asks)


def test_names_in_a_thread_lead_to_members_pages(people):
    question, _answer = in_state("official", people)
    page = html_of(browser().get(address_of(question)))
    for person in (people.asker, people.staff):
        assert f'href="{page_of(person)}"' in page


@pytest.mark.parametrize(
    ("role", "says"),
    [("staff", "Works in Team Innlogging"), ("moderator", "Moderator"), ("member", "Member")],
)
def test_a_member_is_shown_with_whom_they_speak_for(people, role, says):
    person = known(getattr(people, role))
    assert says in main_of(browser().get(page_of(person)))


def test_nothing_hidden_held_or_withdrawn_is_counted_or_listed_for_anybody(people):
    question, answer = in_state("solved", people)
    held = asked(people.answerer, title="Se denne lenken nå", body="https://elsewhere.example/x")
    withdrawn = asked(people.answerer, title="Trukket tilbake av meg")
    editing.withdraw_question(question=withdrawn, by=people.answerer, now=timezone.now())
    moderation.hide(post=answer, by=people.moderator, reason="x", now=timezone.now())
    assert held.is_held
    for reader in (people.visitor, people.answerer, people.moderator):
        for part in Part:
            page = browser(reader).get(f"{page_of(people.answerer)}?part={part.value}")
            text = main_of(page)
            assert "(1)" not in text
            assert all(each.title not in text for each in (question, held, withdrawn))


def test_answers_to_a_hidden_question_are_not_listed(people):
    question, _answer = in_state("answered", people)
    moderation.hide(post=question, by=people.moderator, reason="x", now=timezone.now())
    counts = profiles.counts_of(people.answerer)
    assert (counts.solved, counts.answers) == (0, 0)


def test_somebody_may_choose_not_to_be_shown_to_visitors(people):
    question, _answer = in_state("answered", people)
    client = browser(people.answerer)
    done = client.post("/community/min-side/", {"about": f"Jobber med {NUMBER} innlogging"})
    assert done["Location"] == page_of(people.answerer)
    member = Member.objects.get(user=people.answerer)
    assert not member.shown_to_visitors and NUMBER not in member.about
    assert browser().get(page_of(people.answerer)).status_code == 404
    assert page_of(people.answerer) not in html_of(browser().get(address_of(question)))
    shown = browser(people.member).get(page_of(people.answerer))
    assert "innlogging" in main_of(shown)
    assert page_of(people.answerer) in html_of(browser(people.member).get(address_of(question)))


def test_what_one_says_of_oneself_is_text_and_not_too_long(people):
    client = browser(people.member)
    page = client.post("/community/min-side/", {"about": "x" * 301})
    assert page.status_code == 422 and "x" * 301 in html_of(page)
    client.post("/community/min-side/", {"about": "<b>hei</b>", "shown_to_visitors": "on"})
    assert "&lt;b&gt;hei&lt;/b&gt;" in html_of(browser().get(page_of(people.member)))


def test_the_handle_stays_when_the_name_changes(people):
    known(people.member)
    before = page_of(people.member)
    people.member.name = "Mari Giftenavn"
    people.member.save()
    client = browser(people.member)
    client.post("/community/min-side/", {"about": "", "handle": "noe-annet"})
    assert page_of(people.member) == before == "/community/medlem/mari-medlem/"


def test_somebody_who_has_left_or_never_was_has_no_page(people):
    known(people.member)
    address = page_of(people.member)
    people.member.is_active = False
    people.member.save()
    for path in (address, "/community/medlem/ingen/"):
        for reader in (people.visitor, people.moderator):
            assert browser(reader).get(path).status_code == 404


def test_a_members_page_costs_as_many_statements_with_1_as_with_30_and_has_pages(people):
    known(people.asker), known(people.answerer)
    product, client = make_product(), browser(people.member)
    answered(asked(people.asker, product=product), people.answerer)
    address = page_of(people.answerer) + "?part=answers"

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    cost()
    with_one = cost()
    for _number in range(29):
        answered(asked(people.asker, product=product), people.answerer)
    assert cost() == with_one <= 12
    first = html_of(client.get(address))
    older = first.split('data-variant="secondary" href="')[-1].split('"')[0].replace("&amp;", "&")
    assert first.count("question-row__title") == 20
    assert html_of(client.get(older)).count("question-row__title") == 10


@pytest.mark.parametrize("query", ["part=alt", "older=x", "older=999999", "part=questions&older=1"])
def test_odd_addresses_of_a_members_page_show_the_beginning(people, query):
    known(people.member)
    assert browser().get(f"{page_of(people.member)}?{query}").status_code == 200


# --- drafts --------------------------------------------------------------------------------------


def writing(client, **fields) -> dict:
    return {
        "form_key": key_of(client.get(ASK)),
        "title": TITLE,
        "product": make_product().slug,
        "body": "Vi får **feil**.",
        **fields,
    }


def test_what_is_written_is_found_again_in_another_window(people):
    client = browser(people.member)
    fields = writing(client)
    assert client.post(ASK, fields | {"autosave": "1"}).status_code == 204
    other = browser(people.member)
    listed = other.get("/community/utkast/")
    assert TITLE in main_of(listed) and "Vi får **feil**." in main_of(listed)
    page = other.get(f"{ASK}{fields['form_key']}/")
    assert "Vi får **feil**." in html_of(page) and key_of(page) == fields["form_key"]
    assert "You have a text that is not published." in main_of(other.get(ASK))
    other.post(f"/community/utkast/{fields['form_key']}/kast/")
    assert "You have no drafts" in main_of(other.get("/community/utkast/"))


def test_what_is_being_written_is_not_told_as_another_text_on_its_own_page(people):
    client = browser(people.member)
    fields = writing(client)
    refused = client.post(ASK, {"form_key": fields["form_key"], "title": TITLE, "to": "write"})
    assert refused.status_code == 422
    assert "You have a text that is not published." not in main_of(refused)


def test_each_step_saves_without_script_and_going_back_loses_nothing(people):
    client = browser(people.member)
    product = make_product()
    topic = make_topic(product)
    fields = writing(client, product=product.slug, has_tags="1", topics=[topic.slug])
    client.post(ASK, fields | {"to": "check"})
    client.post(ASK, {name: fields[name] for name in ("form_key", "title")} | {"to": "title"})
    first = {name: fields[name] for name in ("form_key", "title", "product")}
    page = client.post(ASK, first | {"to": "write"})
    assert "Vi får **feil**." in html_of(page)
    assert f'value="{topic.slug}" checked' in html_of(page)
    client.post(ASK, fields | {"to": "publish"})
    assert list(Question.objects.get().topics.all()) == [topic]
    assert not PostDraft.objects.exists()


def test_a_published_draft_leads_to_its_question(people):
    client = browser(people.member)
    fields = writing(client)
    client.post(ASK, fields | {"to": "publish"})
    here = client.get(f"{ASK}{fields['form_key']}/")
    assert here["Location"] == address_of(Question.objects.get())


def test_a_session_that_ended_while_writing_costs_nothing(people):
    client = browser(people.member)
    fields = writing(client)
    client.post(ASK, fields | {"autosave": "1"})
    client.logout()
    away = client.post(ASK, fields | {"body": "Skrevet etterpå.", "to": "publish"})
    assert away["Location"].startswith(reverse("account_login"))
    client.force_login(people.member, BACKEND)
    page = client.get(f"{ASK}{fields['form_key']}/")
    assert "Skrevet etterpå." in html_of(page)
    assert PostDraft.objects.count() == 1


def test_what_is_written_on_after_the_session_ended_goes_into_one_draft(people):
    client = browser(people.member)
    fields = writing(client)
    client.post(ASK, fields | {"autosave": "1"})
    client.logout()
    for body in ("Skrevet et", "Skrevet etterpå."):
        assert client.post(ASK, fields | {"body": body, "autosave": "1"}).status_code == 204
    assert PostDraft.objects.filter(owner=None).count() == 1
    client.force_login(people.member, BACKEND)
    assert "Skrevet etterpå." in html_of(client.get(f"{ASK}{fields['form_key']}/"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", "Du har begynt på mange tekster i det siste."),
        ("nn", "Du har byrja på mange tekstar i det siste."),
    ],
)
def test_who_is_not_signed_in_begins_only_so_many_drafts(people, monkeypatch, language, said):
    monkeypatch.setattr("portal.community.held.BEGUN_SIGNED_OUT", "2/h")
    question = asked(people.asker)
    client = browser(language=language)
    fields = writing(client)
    for _number in range(3):  # one draft, however often it is saved
        assert client.post(ASK, fields | {"autosave": "1"}).status_code == 204
    assert browser().post(ASK, writing(client) | {"to": "check"}).status_code == 200
    more = writing(client, body="Det tredje jeg begynner på")
    page = client.post(ASK, more | {"to": "check"})
    assert page.status_code == 429
    assert said in main_of(page) and "Det tredje jeg begynner på" in html_of(page)
    assert client.post(ASK, {"form_key": more["form_key"], "title": TITLE}).status_code == 429
    assert client.post(ASK, more | {"autosave": "1"}).status_code == 429
    page = client.post(address_of(question), {"form_key": more["form_key"], "body": "Et svar"})
    assert page.status_code == 429
    assert said in main_of(page) and "Et svar" in html_of(page)
    assert PostDraft.objects.count() == 2


def test_somebody_elses_draft_is_not_there(people):
    client = browser(people.member)
    fields = writing(client)
    client.post(ASK, fields | {"autosave": "1"})
    key = fields["form_key"]
    other = browser(people.asker)
    assert other.get(f"{ASK}{key}/").status_code == 404
    assert other.post(f"/community/utkast/{key}/kast/").status_code == 404
    assert browser().get(f"{ASK}{key}/").status_code == 302
    assert TITLE not in html_of(other.get("/community/utkast/"))
    other.post(ASK, fields | {"title": "Overskrevet av en annen", "to": "write"})
    assert PostDraft.objects.get(pk=key).data["title"] == TITLE


def test_an_answer_being_written_waits_on_the_page_of_its_question(people):
    question, client = asked(people.asker), browser(people.member)
    fields = {"form_key": key_of(client.get(address_of(question))), "body": "Halvt svar"}
    assert client.post(address_of(question), fields | {"autosave": "1"}).status_code == 204
    page = browser(people.member).get(address_of(question))
    assert "Halvt svar" in html_of(page) and "Throw the draft away" in main_of(page)
    assert "Halvt svar" not in html_of(browser(people.staff).get(address_of(question)))
    drafts = browser(people.member).get("/community/utkast/")
    assert f"{address_of(question)}#svar" in html_of(drafts)
    moderation.hide(post=question, by=people.moderator, reason="x", now=timezone.now())
    drafts = main_of(browser(people.member).get("/community/utkast/"))
    assert question.title not in drafts and "Halvt svar" in drafts


def test_saving_without_end_is_stopped(people, monkeypatch):
    monkeypatch.setattr("portal.community.asking.SAVES", "1/m")
    monkeypatch.setattr("portal.community.question_views.SAVES", "1/m")
    client = browser(people.member)
    fields = writing(client) | {"autosave": "1"}
    assert [client.post(ASK, fields).status_code for _n in range(2)] == [204, 429]
    question = asked(people.asker)
    assert client.post(address_of(question), {"autosave": "1"}).status_code == 429


def test_tags_and_hints_follow_the_product_while_one_writes(people):
    product = make_product()
    topic = make_topic(product, name_nb="Signering")
    page = browser().post("/community/spor/emner/", {"product": product.slug})
    assert topic.slug in html_of(page) and "data-hints" in html_of(page)


def test_somebody_new_who_has_asked_enough_keeps_the_text(people):
    client = browser(people.member)
    for _number in range(3):
        client.post(ASK, writing(client) | {"to": "publish"})
    page = client.post(ASK, writing(client, body="Den fjerde") | {"to": "publish"})
    assert page.status_code == 409 and "Den fjerde" in html_of(page)
    assert "What you wrote is kept" in main_of(page)


# --- machines ------------------------------------------------------------------------------------


def titles(response) -> list[str]:
    return [each.findtext(f"{ATOM}title") for each in parsed(response).findall(f"{ATOM}entry")]


def test_feeds_hold_the_new_the_unanswered_and_those_of_a_product(people):
    product = make_product()
    asked(people.asker, title="Et ubesvart spørsmål her", product=product)
    answered(asked(people.asker, title="Et besvart spørsmål her"), people.answerer)
    client = browser()
    assert set(titles(client.get("/community/nye.atom"))) == {
        "Et ubesvart spørsmål her",
        "Et besvart spørsmål her",
    }
    only = ["Et ubesvart spørsmål her"]
    assert titles(client.get("/community/ubesvarte.atom")) == only
    assert titles(client.get(f"/community/produkt/{product.slug}.atom")) == only
    assert client.get("/community/produkt/finnes-ikke.atom").status_code == 404


def test_the_feed_of_a_question_holds_its_answers_in_sight(people, settings):
    settings.PUBLIC_URL = "https://veiviser.example"
    handle = known(people.member).member.handle
    question = asked(people.asker)
    answered(question, people.answerer, body=f"Spør @{handle}.")
    hidden = answered(question, people.staff, body="Skal ikke ut.")
    moderation.hide(post=hidden, by=people.moderator, reason="x", now=timezone.now())
    page = browser().get(f"/community/sporsmal/{question.pk}/svar.atom")
    assert titles(page) == ["Answer from Svanhild Svarer"]
    assert "Skal ikke ut" not in html_of(page)
    assert f"https://veiviser.example/community/medlem/{handle}/" in html_of(page)
    moderation.hide(post=question, by=people.moderator, reason="x", now=timezone.now())
    assert browser(people.moderator).get(page.wsgi_request.path).status_code == 404


def test_the_sitemap_holds_what_everybody_can_read_and_nothing_else(people, settings):
    settings.PUBLIC_URL = "https://veiviser.example"
    seen = asked(people.asker)
    in_state("hidden_question", people)
    held = asked(people.member, body="https://elsewhere.example/x")
    client = browser(people.moderator)
    [part] = [
        each.text for each in parsed(client.get("/community/sitemap.xml")).iter(f"{SITEMAP}loc")
    ]
    assert part == "https://veiviser.example/community/sitemap-0.xml"
    listed = [
        each.text for each in parsed(client.get("/community/sitemap-0.xml")).iter(f"{SITEMAP}loc")
    ]
    assert listed == [f"https://veiviser.example{address_of(seen)}"]
    assert held.is_held
    assert client.get("/community/sitemap-99999999.xml").status_code == 404
    assert "Sitemap: https://veiviser.example/community/sitemap.xml" in html_of(
        client.get("/robots.txt")
    )


def test_a_held_question_is_shown_to_its_asker_with_a_plain_notice_and_not_to_search_engines(
    people,
):
    client = browser(people.member)
    fields = writing(client, body="Se https://elsewhere.example/x") | {"to": "publish"}
    page = client.post(ASK, fields, follow=True)
    question = Question.objects.get()
    assert "A moderator looks at your question" in main_of(page)
    assert "A moderator looks at this before others see it." in main_of(page)
    assert 'content="noindex"' in html_of(page) and "QAPage" not in html_of(page)
    assert browser(people.asker).get(address_of(question)).status_code == 404


# --- the list ------------------------------------------------------------------------------------


def test_those_signed_in_have_a_list_of_what_they_follow(people):
    question = asked(people.asker)
    mine = browser(people.asker).get("/community/?tab=followed")
    assert question.title in main_of(mine)
    assert "You follow no questions" in main_of(
        browser(people.member).get("/community/?tab=followed")
    )
    visitor = browser().get("/community/?tab=followed")
    assert "Followed" not in main_of(visitor) and question.title in main_of(visitor)


def test_an_unknown_tag_is_named_and_left_out(people):
    page = browser().get("/community/?topic=finnes-ikke&package=urn:x:y%00")
    assert page.status_code == 200
    assert "finnes-ikke" in main_of(page)


@pytest.mark.parametrize(
    ("language", "path", "words"),
    [
        ("nb", "/community/utkast/", ["Utkastene dine", "Du har ingen utkast."]),
        ("nn", "/community/utkast/", ["Utkasta dine", "Du har ingen utkast."]),
        ("nb", "/community/min-side/", ["Siden din i community", "Om deg"]),
        ("nn", "/community/min-side/", ["Sida di i community", "Om deg"]),
    ],
)
def test_ones_own_pages_are_written_in_both_standards(people, language, path, words):
    text = main_of(browser(people.member, language).get(path))
    assert all(each in text for each in words)


# --- what others must not learn ------------------------------------------------------------------


def test_an_unfinished_answer_does_not_tell_what_a_question_that_is_hidden_was_called(people):
    question = asked(people.asker, title="Hvordan virker zorvakplim?")
    client = browser(people.member)
    key = key_of(client.get(address_of(question)))
    client.post(address_of(question), {"form_key": key, "body": "Jeg tror", "autosave": "1"})
    assert "zorvakplim" in html_of(client.get("/community/utkast/"))
    moderation.hide(post=question, by=people.moderator, reason="Feil", now=timezone.now())
    page = html_of(client.get("/community/utkast/"))
    assert "Jeg tror" in page and "zorvakplim" not in page
    wordless = reverse("community_question", args=[question.pk, NO_WORDS])
    assert f'href="{wordless}#svar"' in page
    assert "Jeg tror" in html_of(client.get(wordless))


def test_a_silenced_member_says_nothing_on_their_page_either(people):
    asked(known(people.member))
    Member.objects.filter(user=people.member).update(about="Kjøp kurs hos meg")
    now = timezone.now()
    sanctions.silence(
        person=people.member,
        until=now + timedelta(days=3),
        by=people.moderator,
        reason="Reklame",
        now=now,
    )
    client, page = browser(people.member), page_of(people.member)
    assert "Kjøp kurs" not in html_of(browser().get(page))
    assert "Kjøp kurs" in html_of(client.get(page))
    assert "Kjøp kurs" in html_of(browser(people.moderator).get(page))
    sent = {"about": "Kjøp heller to kurs", "shown_to_visitors": "on"}
    refused = client.post("/community/min-side/", sent)
    assert refused.status_code == 422 and "Reklame" in main_of(refused)
    # Saying less, and being shown to fewer, is always allowed.
    assert client.post("/community/min-side/", {"about": ""}).status_code == 302
    member = Member.objects.get(user=people.member)
    assert (member.about, member.shown_to_visitors) == ("", False)
