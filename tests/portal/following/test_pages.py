"""The pages of notices, following, digests and stopping, as people meet them."""

import re
from html import unescape

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.notices import wants_mail
from cms.community import log, moderation, stopping
from cms.community.models import CommunityEvent, Notice, Subscription
from taxonomy.models import Product
from tests.cms.community.posts import answered, asked, follows, make_people
from tests.cms.community.telling import deliver
from tests.factories import make_product
from tests.portal.community.pages import browser, html_of, main_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _search_topic(monkeypatch):
    """The index is not looked at here."""
    from dispatch import outbox

    monkeypatch.setitem(outbox._handlers, "search", lambda rows: None)


@pytest.fixture
def people(db):
    return make_people()


def path_of(question) -> str:
    return reverse("community_question", args=[question.pk, question.slug])


# --- notices --------------------------------------------------------------------------------------


def test_a_notice_says_who_did_what_and_leads_there(people):
    question = asked(people.asker)
    answer = answered(question, people.answerer)
    deliver()
    response = browser(people.asker).get(reverse("notices"))
    assert "Svanhild Svarer has answered" in main_of(response)
    assert question.title in main_of(response)
    assert f'href="{path_of(question)}#svar-{answer.pk}"' in html_of(response)


@pytest.mark.parametrize(
    ("language", "words"), [("nb", "Svanhild Svarer har svart"), ("nn", "Ulese")]
)
def test_notices_are_shown_in_both_standards(people, language, words):
    answered(asked(people.asker), people.answerer)
    deliver()
    assert words in main_of(browser(people.asker, language).get(reverse("notices")))


def test_the_page_without_notices_says_how_to_get_some(people):
    assert "There is nothing here yet." in main_of(browser(people.member).get(reverse("notices")))


def test_the_header_counts_what_is_unread_and_says_nothing_to_others(people):
    question = asked(people.asker)
    answered(question, people.answerer)
    answered(question, people.answerer, body="Et svar til.")
    deliver()
    home = reverse("community")
    assert "Notices 2 unread" in text_of(browser(people.asker).get(home))
    assert "unread" not in text_of(browser(people.member).get(home))
    assert "Notices" not in text_of(browser().get(home))


def test_more_than_a_hundred_are_said_to_be_many(people):
    question = asked(people.asker)
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(user=people.member, kind="solved", question=question, key=f"k{number}", at=now)
        for number in range(101)
    )
    assert "99+" in text_of(browser(people.member).get(reverse("community")))


def test_reading_marks_one_and_all_and_twice_is_as_once(people):
    question = asked(people.asker)
    answered(question, people.answerer)
    answered(question, people.answerer, body="Et svar til.")
    deliver()
    client = browser(people.asker)
    first, second = Notice.objects.filter(user=people.asker).order_by("pk")
    for _time in range(2):
        assert client.post(reverse("notice_read", args=[first.pk])).status_code == 302
    assert Notice.objects.filter(user=people.asker, read_at=None).get() == second
    client.post(reverse("notices_read_all"), {"newest": second.pk})
    assert not Notice.objects.filter(user=people.asker, read_at=None).exists()


@pytest.mark.parametrize("newest", ["", "x", "-1", "9" * 30, "1.5", None])
def test_a_mark_that_means_nothing_marks_nothing(people, newest):
    answered(asked(people.asker), people.answerer)
    deliver()
    data = {} if newest is None else {"newest": newest}
    assert browser(people.asker).post(reverse("notices_read_all"), data).status_code == 302
    assert Notice.objects.filter(user=people.asker, read_at=None).count() == 1


def test_somebody_elses_notice_cannot_be_found(people):
    answered(asked(people.asker), people.answerer)
    deliver()
    pk = Notice.objects.get(user=people.asker).pk
    assert browser(people.member).post(reverse("notice_read", args=[pk])).status_code == 404
    assert Notice.objects.get(pk=pk).read_at is None


def test_a_notice_of_a_hidden_post_is_gone_and_one_from_a_moderator_stands(people):
    question = asked(people.asker)
    answered(question, people.answerer)
    deliver()
    moderation.hide(post=question, by=people.moderator, reason="<b>Reklame</b>", now=timezone.now())
    deliver()
    response = browser(people.asker).get(reverse("notices"))
    assert "A moderator has hidden your question" in main_of(response)
    assert "&lt;b&gt;Reklame&lt;/b&gt;" in html_of(response)
    assert "has answered" not in main_of(response)
    assert main_of(browser(people.answerer).get(reverse("notices"))).count("Svanhild") == 0


def test_a_warning_without_a_post_is_shown(people):
    log.note(
        CommunityEvent.Kind.WARNED,
        None,
        by=people.moderator,
        now=timezone.now(),
        member=people.member,
        reason="Vær vennlig.",
    )
    deliver()
    page = main_of(browser(people.member).get(reverse("notices")))
    assert "A moderator has given you a warning" in page
    assert "Vær vennlig." in page


def test_who_disagrees_with_a_moderator_is_led_to_the_form_for_help(people):
    question = asked(people.asker)
    moderation.hide(post=question, by=people.moderator, reason="Reklame", now=timezone.now())
    deliver()

    found = re.findall(
        r'href="([^"]+)">Do you disagree', html_of(browser(people.asker).get(reverse("notices")))
    )

    assert len(found) == 1
    form = html_of(browser(people.asker).get(unescape(found[0])))
    assert 'name="case_type" value="feedback"' in form
    assert 'value="I disagree with a moderator"' in form
    assert f"It is about this post: {settings.PUBLIC_URL}/community/{question.pk}/" in form


def test_who_disagrees_tells_of_the_answer_by_its_place_in_the_thread(people):
    question = asked(people.asker)
    answer = answered(question, people.answerer)
    moderation.hide(post=answer, by=people.moderator, reason="Reklame", now=timezone.now())
    deliver()

    for page in (reverse("notices"), f"/community/{question.pk}/{question.slug}/"):
        (link,) = re.findall(
            r'href="([^"]+)">Do you disagree', html_of(browser(people.answerer).get(page))
        )
        form = html_of(browser(people.answerer).get(unescape(link)))
        assert f"/{question.slug}/#svar-{answer.pk}" in form


def test_the_page_goes_on_from_where_it_ended_and_survives_any_address(people):
    question = asked(people.asker)
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(user=people.member, kind="solved", question=question, key=f"k{number}", at=now)
        for number in range(45)
    )
    client = browser(people.member)
    first = html_of(client.get(reverse("notices")))
    assert first.count('class="notice notice--unread"') == 20
    address = first.partition('href="?after=')[2].partition('"')[0]
    second = html_of(client.get(reverse("notices"), {"after": address}))
    assert second.count('class="notice notice--unread"') == 20
    for after in ("", "x", "u_", "u_x", "q_1", "u_" + "9" * 40, "r_1"):
        assert client.get(reverse("notices"), {"after": after}).status_code == 200


def statements_for(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_many_notices_take_no_more_statements_than_one(people):
    client = browser(people.asker)
    answered(asked(people.asker), people.answerer)
    deliver()
    client.get(reverse("notices"))
    one = statements_for(client, reverse("notices"))
    question = asked(people.asker)
    for number in range(3):
        answered(question, people.staff, team=people.team, body=f"Svar {number}.")
    deliver()
    copies = Notice.objects.filter(user=people.asker)
    Notice.objects.bulk_create(
        Notice(
            user=people.asker,
            kind=each.kind,
            question=each.question,
            answer=each.answer,
            actor=each.actor,
            event=each.event,
            key=f"{each.key}:{number}",
            at=each.at,
        )
        for each in copies
        for number in range(8)
    )
    assert statements_for(client, reverse("notices")) <= one


# --- following ------------------------------------------------------------------------------------


def test_one_press_follows_and_another_stops_and_both_may_be_pressed_twice(people):
    question = asked(people.asker)
    client = browser(people.member)
    address = reverse("follow_question", args=[question.pk])
    for _time in range(2):
        response = client.post(address, {"on": "1"})
        assert response.headers["Location"] == path_of(question)
    assert follows(people.member, question)
    for _time in range(2):
        client.post(address, {"on": "0"})
    assert not follows(people.member, question)


def test_a_question_one_may_not_see_cannot_be_followed(people):
    question = asked(people.asker)
    moderation.hide(post=question, by=people.moderator, reason="Nei", now=timezone.now())
    client = browser(people.member)
    assert client.post(reverse("follow_question", args=[question.pk])).status_code == 404
    assert client.post(reverse("follow_question", args=[999_999])).status_code == 404


def test_who_is_not_signed_in_signs_in_first_and_comes_back_to_the_question(people):
    question = asked(people.asker)
    response = browser().post(reverse("follow_question", args=[question.pk]), {"on": "1"})
    assert response.status_code == 302
    address, _, onwards = response.headers["Location"].partition("?next=")
    assert address == "/konto/logg-inn/" and onwards == path_of(question)
    assert not follows(people.member, question)


def test_the_page_of_a_question_has_the_button_and_opening_it_reads_its_notices(people):
    question = asked(people.asker)
    answered(question, people.answerer)
    deliver()
    html = html_of(browser(people.asker).get(path_of(question)))
    form = html.partition(f'action="{reverse("follow_question", args=[question.pk])}"')[2]
    button, _, beside = form.partition("</form>")
    assert 'aria-pressed="true"' in button
    assert beside.startswith('<span class="subtle">You follow it</span>')
    stranger = html_of(browser(people.answerer).get(path_of(asked(people.asker, title="En til?"))))
    assert "Follow the question" in stranger and "You follow it" not in stranger
    assert not Notice.objects.filter(user=people.asker, read_at=None).exists()


def test_somebody_elses_visit_reads_nothing_of_mine(people):
    question = asked(people.asker)
    answered(question, people.answerer)
    deliver()
    browser(people.member).get(path_of(question))
    browser().get(path_of(question))
    assert Notice.objects.filter(user=people.asker, read_at=None).count() == 1


# --- the digest -----------------------------------------------------------------------------------


def test_a_digest_is_chosen_changed_and_stopped(people):
    product = make_product()
    client = browser(people.member)
    assert "Send me the digest" in main_of(client.get(reverse("digest")))
    client.post(reverse("digest"), {"rhythm": "weekly", "products": [product.slug]})
    row = Subscription.objects.get(user=people.member)
    assert (row.rhythm, list(row.products.all())) == ("weekly", [product])
    assert "Stop the digest" in main_of(client.get(reverse("digest")))
    client.post(reverse("digest"), {"rhythm": "daily"})
    row.refresh_from_db()
    assert (row.rhythm, row.products.count()) == ("daily", 0)
    client.post(reverse("digest_stop"))
    row.refresh_from_db()
    assert row.next_at is None


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"rhythm": "hourly"},
        {"rhythm": "daily", "products": ["x"]},
        {"rhythm": "daily", "products": ["1" * 40]},
        {"rhythm": "daily", "audiences": ["a\x00"]},
    ],
)
def test_a_choice_that_is_none_is_said_and_nothing_saved(people, data):
    response = browser(people.member).post(reverse("digest"), data)
    assert response.status_code == 422
    assert "ds-validation-message" in html_of(response)
    assert not Subscription.objects.exists()


def test_products_that_have_ended_are_not_offered(people):
    ended = make_product(
        name_nb="Gammelt", status=Product.Status.ENDED, ends_on=timezone.localdate()
    )
    assert ended.name_nb not in main_of(browser(people.member).get(reverse("digest")))


def test_stopping_what_was_never_begun_is_no_fault(people):
    assert browser(people.member).post(reverse("digest_stop")).status_code == 302


# --- one-press stop -------------------------------------------------------------------------------


def stop_path(**what) -> str:
    address = stopping.address(**what)
    return address[address.index("/varsler/") :]


def test_opening_the_address_stops_nothing_and_its_button_does(people):
    question = asked(people.asker)
    path = stop_path(user=people.asker, question=question)
    client = Client(enforce_csrf_checks=True)
    page = client.get(path)
    assert "Vil du stoppe denne e-posten?" in main_of(page)
    assert question.title in main_of(page)
    assert follows(people.asker, question)
    assert "E-posten er stoppet" in main_of(client.post(path))
    assert not follows(people.asker, question)


def test_a_mail_program_stops_by_the_one_click_form_without_page_or_session(people):
    path = stop_path(user=people.asker, kind="thread")
    response = Client(enforce_csrf_checks=True).post(
        path,
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 200
    assert not wants_mail(people.asker, "thread")


def test_the_page_is_in_the_language_of_the_one_who_gets_the_mail(people):
    type(people.asker).objects.filter(pk=people.asker.pk).update(language="nn")
    path = stop_path(user=people.asker, kind="mention")
    assert "Nokon nemner deg" in main_of(Client().get(path))
    assert "samandrag" in main_of(Client().get(stop_path(user=people.asker)))


def test_a_hidden_threads_title_is_not_told_to_whoever_has_the_address(people):
    question = asked(people.asker, title="Tittelen som ble skjult")
    moderation.hide(post=question, by=people.moderator, reason="Nei", now=timezone.now())
    path = stop_path(user=people.asker, question=question)
    assert "Tittelen som ble skjult" not in html_of(Client().get(path))
    assert "Tittelen som ble skjult" not in html_of(Client().post(path))


@pytest.mark.parametrize("token", ["x", "a:b:c", "1" * 500, "%00", "æøå"])
def test_an_address_nobody_signed_is_not_found(db, token):
    assert Client().get(f"/varsler/stopp/{token}/").status_code == 404
    assert Client().post(f"/varsler/stopp/{token}/").status_code == 404


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", "Ingen e-post er stoppet."),
        ("nn", "Ingen e-post er stoppa."),
        ("en", "No mail has been stopped."),
    ],
)
def test_a_link_that_lost_a_part_on_the_way_leads_to_where_mails_are_chosen(db, language, said):
    page = Client(headers={"accept-language": language}).get("/varsler/stopp/abc/")
    assert said in page.content.decode()
    assert f'href="{reverse("account")}#notices"' in page.content.decode()


def test_the_page_is_kept_nowhere_and_tells_no_other_site_where_one_was(people):
    response = Client().get(stop_path(user=people.asker))
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert Client().put(stop_path(user=people.asker)).status_code == 405
