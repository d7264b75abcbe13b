"""Pages for changing, tagging and withdrawing posts, and for what they have been."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.community import editing
from cms.community.models import PostDraft, Question
from portal.community.history import ADDED, MOST_WORDS, REMOVED, SAME, difference
from portal.community.presenters import address_of
from tests.cms.community.posts import answered, asked, in_state
from tests.factories import make_product, make_topic
from tests.portal.community.pages import BACKEND, browser, html_of, key_of, main_of, value_of

pytestmark = pytest.mark.django_db


def page_of(post, action="endre") -> str:
    kind = "sporsmal" if isinstance(post, Question) else "svar"
    return f"/community/{kind}/{post.pk}/{action}/"


def sent(client, post, **fields) -> dict:
    """What the browser sends from the form of a change."""
    page = client.get(page_of(post))
    values = {"form_key": key_of(page), "seen": value_of(page, "seen"), "body": post.body}
    if isinstance(post, Question):
        values |= {"title": post.title, "product": post.product.slug, "language": post.language}
        values["has_tags"] = "1"
    return values | {"save": "1"} | fields


def fresh(post):
    return type(post).objects.get(pk=post.pk)


def test_a_question_is_changed_without_script_and_everybody_sees_that_it_is(people):
    product = make_product()
    topic = make_topic(product, name_nb="Token")
    question, client = asked(people.asker, product=product), browser(people.asker)
    fields = sent(client, question, body="Ny **tekst** her.", topics=[topic.slug], reason="Feil")
    done = client.post(page_of(question), fields)
    assert done["Location"] == address_of(fresh(question))
    page = browser().get(done["Location"])
    assert "<strong>tekst</strong>" in html_of(page)
    assert "changed" in main_of(page) and "Token" in main_of(page)
    assert page_of(question, "historikk") not in html_of(page)
    assert page_of(question, "historikk") in html_of(client.get(done["Location"]))
    assert not PostDraft.objects.exists()


def test_a_change_is_looked_at_first_and_saves_itself_as_a_draft(people):
    question, client = asked(people.asker), browser(people.asker)
    fields = sent(client, question, body="Halvveis *inne*.")
    del fields["save"]
    assert client.post(page_of(question), fields | {"autosave": "1"}).status_code == 204
    assert fresh(question).body != "Halvveis *inne*."
    assert "Halvveis *inne*." in html_of(client.get(page_of(question)))
    look = client.post(page_of(question), fields | {"preview": "1"})
    assert "<em>inne</em>" in html_of(look)
    drafts = client.get("/community/utkast/")
    assert question.title in main_of(drafts) and page_of(question) in html_of(drafts)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"body": ""}, "Write something first."),
        ({"title": "Kort"}, "Write a few more words"),
        ({"body": "x" * 15_001}, "15001 characters"),
        ({"form_key": "tull"}, "The page was too old"),
        ({"seen": ""}, "required"),
        ({"product": "\x00"}, "Choose what the question is about."),
    ],
)
def test_a_change_that_cannot_be_saved_keeps_the_text(people, fields, says):
    question, client = asked(people.asker), browser(people.asker)
    values = sent(client, question, body="Det jeg skrev nå") | fields
    page = client.post(page_of(question), values)
    assert page.status_code == 422 and says in main_of(page)
    assert values["body"] in html_of(page)
    assert fresh(question).edited_at is None


def test_the_later_of_two_sees_the_others_text_beside_their_own_and_may_save(people):
    _question, answer = in_state("official", people)
    mine, theirs = browser(people.staff), browser(people.staff)
    my_fields = sent(mine, answer, body="Min versjon.")
    their_fields = sent(theirs, answer, body="Deres versjon.")
    theirs.post(page_of(answer), their_fields)
    page = mine.post(page_of(answer), my_fields)
    assert page.status_code == 409
    text = html_of(page)
    assert "Deres versjon." in text and "Min versjon." in text
    assert "Somebody has changed this while you wrote" in main_of(page)
    assert fresh(answer).body == "Deres versjon."
    again = my_fields | {"seen": value_of(page, "seen"), "form_key": key_of(page)}
    assert mine.post(page_of(answer), again).status_code == 302
    assert fresh(answer).body == "Min versjon."


def test_a_change_sent_after_the_session_ended_is_not_lost(people):
    question, client = asked(people.asker), browser(people.asker)
    fields = sent(client, question, body="Skrevet mens økten gikk ut.")
    client.logout()
    away = client.post(page_of(question), fields)
    assert away["Location"].startswith(reverse("account_login"))
    client.force_login(people.asker, BACKEND)
    assert "Skrevet mens økten gikk ut." in html_of(client.get(page_of(question)))


@pytest.mark.parametrize("role", ["member", "staff", "moderator"])
@pytest.mark.parametrize("action", ["endre", "trekk"])
def test_others_posts_are_not_changed(people, role, action):
    question, answer = in_state("answered", people)
    client = browser(getattr(people, role))
    for post in (question, answer):
        assert client.get(page_of(post, action)).status_code == 403
        assert client.post(page_of(post, action), {"body": "x"}).status_code == 403


def test_what_one_may_not_see_is_not_there(people):
    question, answer = in_state("hidden_question", people)
    client = browser(people.member)
    for post in (question, answer):
        for action in ("endre", "trekk", "historikk"):
            assert client.get(page_of(post, action)).status_code == 404


def test_a_new_link_in_a_change_waits_and_the_author_is_told(people):
    question, client = asked(people.asker), browser(people.asker)
    fields = sent(client, question, body="Se https://elsewhere.example/x")
    page = client.post(page_of(question), fields, follow=True)
    assert "A moderator looks at it before others see it." in main_of(page)
    assert "A moderator looks at this before others see it." in main_of(page)
    assert browser().get(address_of(fresh(question))).status_code == 404


# --- what it has been ----------------------------------------------------------------------------


def test_author_and_moderators_see_what_it_has_been(people):
    question, client = asked(people.asker, body="Vi får feil hver gang."), browser(people.asker)
    client.post(page_of(question), sent(client, question, body="Vi får feil av og til."))
    for role, status in (("asker", 200), ("moderator", 200), ("member", 403), ("staff", 403)):
        page = browser(getattr(people, role)).get(page_of(question, "historikk"))
        assert page.status_code == status
        if status == 200:
            assert "<del>" in html_of(page) and "hver gang" in main_of(page)
    assert browser().get(page_of(question, "historikk")).status_code == 302


def test_the_history_costs_as_many_statements_with_1_change_as_with_25(
    people, django_assert_max_num_queries
):
    question, answer = in_state("answered", people)
    for number in range(25):
        editing.edit_answer(
            answer=answer,
            by=people.answerer,
            body=f"Tekst nummer {number}",
            seen=editing.version_of(answer),
            now=timezone.now(),
        )
    client = browser(people.moderator)
    client.get(page_of(answer, "historikk"))
    with django_assert_max_num_queries(8):
        page = client.get(page_of(answer, "historikk"))
    assert html_of(page).count('class="change"') == 25


def test_a_difference_is_told_in_words():
    pieces = difference("en\nto tre\nfire\n", "en\nto fem\nfire\n")
    assert [(each.kind, each.text) for each in pieces] == [
        (SAME, "en\nto "),
        (REMOVED, "tre"),
        (ADDED, "fem"),
        (SAME, "\nfire\n"),
    ]


def test_words_that_changed_side_by_side_are_told_together():
    pieces = difference("Vi får feil hver gang.", "Vi får feil av og til.")
    assert [(each.kind, each.text) for each in pieces] == [
        (SAME, "Vi får feil "),
        (REMOVED, "hver gang"),
        (ADDED, "av og til"),
        (SAME, "."),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [("", "ny"), ("gammel", ""), ("lik", "lik"), ("a b " * MOST_WORDS, "b a " * MOST_WORDS)],
)
def test_a_difference_holds_both_texts_whole(before, after):
    pieces = difference(before, after)
    assert "".join(each.text for each in pieces if each.kind != ADDED) == before
    assert "".join(each.text for each in pieces if each.kind != REMOVED) == after


def test_long_stretches_without_a_change_are_left_out():
    lines = [f"linje {number}\n" for number in range(40)]
    pieces = difference("".join(lines), "".join([*lines[:-1], "noe annet\n"]))
    text = "".join(each.text for each in pieces)
    assert "linje 20\n" not in text and "linje 1\n" in text and "linje 38\n" in text


# --- tags ----------------------------------------------------------------------------------------


def test_moderators_choose_tags_and_tags_lead_to_their_list(people):
    product = make_product()
    topic, other = make_topic(product, name_nb="Token"), make_topic(make_product())
    question = asked(people.asker, product=product)
    client = browser(people.moderator)
    assert "Token" in main_of(client.get(page_of(question, "emner")))
    client.post(page_of(question, "emner"), {"topics": [topic.slug, other.slug, "tull"]})
    assert list(question.topics.all()) == [topic]  # those of other products are not offered
    page = html_of(browser().get(address_of(question)))
    address = f"/community/?product={product.slug}&amp;topic={topic.slug}"
    assert f'href="{address}"' in page
    assert question.title in main_of(browser().get(address.replace("&amp;", "&")))
    assert browser(people.member).get(page_of(question, "emner")).status_code == 403


def test_too_many_tags_are_said_to_be_too_many(people):
    product = make_product()
    topics = [make_topic(product) for _n in range(6)]
    question = asked(people.asker, product=product)
    page = browser(people.asker).post(
        page_of(question, "emner"), {"topics": [topic.slug for topic in topics]}
    )
    assert page.status_code == 422 and "Choose at most 5." in main_of(page)


# --- withdrawing ---------------------------------------------------------------------------------


def test_a_withdrawn_question_says_so_to_those_who_have_its_address(people):
    question, client = asked(people.asker), browser(people.asker)
    address = address_of(question)
    assert "Withdraw the question" in main_of(client.get(page_of(question, "trekk")))
    done = client.post(page_of(question, "trekk"), follow=True)
    assert "is withdrawn" in main_of(done) and question.title not in main_of(done)
    gone = browser(people.member).get(address)
    assert gone.status_code == 410
    assert "has withdrawn it" in main_of(gone) and question.body not in html_of(gone)
    assert "Only the author and the moderators see this" in main_of(client.get(address))


def test_a_question_others_have_answered_stays_and_other_ways_are_shown(people):
    question, _answer = in_state("answered", people)
    client = browser(people.asker)
    page = client.get(page_of(question, "trekk"))
    assert "Others have spent time on answers" in main_of(page)
    assert page_of(question) in html_of(page) and "/hjelp/?q=" in html_of(page)
    assert client.post(page_of(question, "trekk")).status_code == 409
    assert fresh(question).withdrawn_at is None


def test_withdrawing_an_answer_is_warned_about_when_it_solved_the_question(people):
    question, answer = in_state("solved", people)
    client = browser(people.answerer)
    assert "no longer solved" in main_of(client.get(page_of(answer, "trekk")))
    client.post(page_of(answer, "trekk"))
    assert fresh(question).state == "unanswered"
    assert answer.body not in html_of(browser().get(address_of(question)))
    assert client.post(page_of(answer, "trekk")).status_code == 403


# --- closed and joined ---------------------------------------------------------------------------


def test_a_closed_question_shows_why_and_has_no_box(people):
    question = asked(people.asker)
    answered(question, people.answerer)
    Question.objects.filter(pk=question.pk).update(
        closed_at=timezone.now(), closed_by=people.moderator, closed_reason="Tjenesten er lagt ned"
    )
    for user in (people.visitor, people.member, people.staff):
        page = browser(user).get(address_of(question))
        assert "Tjenesten er lagt ned" in main_of(page) and "<textarea" not in html_of(page)
    sent_anyway = browser(people.member).post(
        address_of(question),
        {"form_key": "6d8ffa9e-6b4a-4a0b-9be0-1d4f1c9b2a11", "body": "Likevel", "publish": "1"},
    )
    assert sent_anyway.status_code == 409 and "Likevel" in html_of(sent_anyway)


def test_a_joined_question_leads_to_the_other_for_as_long_as_it_is_joined(people):
    target, merged = asked(people.asker, title="Den som blir stående igjen"), asked(people.member)
    Question.objects.filter(pk=merged.pk).update(merged_into=target)
    for user in (people.visitor, people.member, people.moderator):
        response = browser(user).get(address_of(merged))
        assert (response.status_code, response["Location"]) == (302, address_of(target))
        assert "no-store" in response["Cache-Control"]  # it can be undone


def test_a_joined_question_does_not_lead_to_what_is_hidden(people):
    target, _answer = in_state("hidden_question", people)
    merged = asked(people.member)
    Question.objects.filter(pk=merged.pk).update(merged_into=target)
    assert browser().get(address_of(merged)).status_code == 404


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ["Endre spørsmålet", "Lagre endringen", "Hva har du endret?"]),
        ("nn", ["Endre spørsmålet", "Lagre endringa", "Kva har du endra?"]),
    ],
)
def test_changing_is_written_in_both_standards(people, language, words):
    question = asked(people.asker)
    text = main_of(browser(people.asker, language).get(page_of(question)))
    assert all(each in text for each in words)


def test_the_same_change_twice_is_one(people):
    question, client = asked(people.asker), browser(people.asker)
    fields = sent(client, question, body="Bare én gang.")
    client.post(page_of(question), fields)
    again = client.post(page_of(question), fields)
    assert again.status_code == 409  # it is overtaken by itself, and shows how it stands
    assert question.edits.count() == 1
