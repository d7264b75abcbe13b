"""A moderator's day: what waits, what can be done about it, what has been done, and by whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.community import flags, merging, moderation, sanctions
from cms.community.models import Answer, CommunityEvent, Flag, Member, Question, Sanction
from cms.community.queue import Position, counts, read_queue
from tests.cms.community.posts import answered, asked, in_state, known
from tests.factories import make_product, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
QUEUE = "/moderering/"


def fresh(row):
    """The row as the database has it."""
    return type(row).objects.get(pk=row.pk)


def report(post, by, at, reason="rude"):
    """A report made at a time."""
    return flags.flag(post=post, by=by, reason=reason, now=at)


def hold(post, at, held_for="links"):
    """A post held since a time."""
    question = post.question if isinstance(post, Answer) else post
    moderation.hold(question=question, post=post, held_for=held_for, now=at)


def step(kind, post, path):
    """The address of a step."""
    return reverse("moderation_step", args=[kind, post.pk, path])


def statements(client, address):
    """How many statements a page takes, the second time it is opened."""
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


# --- the queue ----------------------------------------------------------------------------------


def test_what_waits_stands_once_and_the_longest_waiting_first(people):
    now = timezone.now()
    both = asked(people.asker, title="Meldt og holdt")
    held_answer = answered(asked(people.staff), people.answerer)
    reported = asked(people.staff, title="Meldt")
    report(both, people.member, now - 9 * HOUR)
    hold(both, now - 5 * HOUR)
    hold(held_answer, now - 7 * HOUR)
    report(reported, people.member, now - 6 * HOUR)
    report(reported, people.answerer, now - 8 * HOUR)
    page = read_queue()
    assert [each.post for each in page.waiting] == [both, reported, held_answer]
    assert [len(each.flags) for each in page.waiting] == [1, 2, 0]
    assert counts() == {"flagged": 2, "links": 2, "first_posts": 0, "flags": 0, "text": 0}
    assert [each.post for each in read_queue(what="links").waiting] == [held_answer, both]
    assert [each.post for each in read_queue(what="flagged").waiting] == [both, reported]
    one = read_queue(product=reported.product)
    assert [each.post for each in one.waiting] == [reported]


def test_pages_follow_each_other_without_gaps_or_repeats(people):
    now = timezone.now()
    posts = []
    for number in range(12):
        question = asked(people.staff)
        moment = now - 5 * HOUR  # many at the same moment
        if number % 2:
            report(question, people.member, moment)
        if number % 3:
            hold(question, moment)
        if number % 3 or number % 2:
            posts.append(question.pk)
    seen, after = [], None
    while True:
        page = read_queue(after=after, length=2)
        seen += [each.post.pk for each in page.waiting]
        after = page.next
        if after is None:
            break
    assert sorted(seen) == sorted(posts)


def test_what_is_out_of_sight_for_another_reason_does_not_wait(people):
    now = timezone.now()
    hidden, withdrawn = asked(people.staff), asked(people.staff)
    under = answered(asked(people.staff), people.answerer)
    for post in (hidden, withdrawn, under):
        report(post, people.member, now)
    moderation.hide(post=hidden, by=people.moderator, reason="x", now=now)
    Question.objects.filter(pk=withdrawn.pk).update(withdrawn_at=now)
    moderation.hide(post=under.question, by=people.moderator, reason="x", now=now)
    assert read_queue().waiting == []
    assert counts()["flagged"] == 0


@pytest.mark.parametrize(
    "address",
    [
        "?etter=x",
        "?etter=2026-01-01T00:00:00+00:00_question_999999",
        "?hva=tull&product=tull",
        "?etter=2026-01-01T00:00:00+00:00_tull_1",
        "?etter=" + "9" * 400,
    ],
)
def test_an_address_that_means_nothing_gives_the_queue(people, browser, address):
    report(asked(people.asker, title="Den som venter"), people.member, timezone.now())
    response = browser(people.moderator).get(QUEUE + address)
    assert response.status_code == 200
    if "etter=2026" not in address:
        assert "Den som venter" in response.content.decode()


def test_the_queue_takes_as_many_statements_for_twenty_posts_as_for_one(people, browser):
    client = browser(people.moderator)
    now = timezone.now()
    question, answer = in_state("answered", people)
    report(question, people.member, now)
    hold(answer, now)
    few = statements(client, QUEUE)
    known(people.member)  # who may report many posts a day
    for number in range(25):
        thread = asked(people.staff)
        reply = answered(thread, make_user(name=f"Svarer {number}"))
        if number % 3:
            report(reply, people.member if number % 2 else people.staff, now)
        else:
            hold(reply, now)
    many = statements(client, QUEUE)
    assert many <= few <= 20


def test_each_row_says_who_why_and_what_in_both_languages(people, browser):
    question = asked(people.asker, title="<i>Rart</i>", body="Teksten & mer")
    flags.flag(
        post=question, by=people.member, reason="rude", comment="<b>x</b>", now=timezone.now()
    )
    text = browser(people.moderator).get(QUEUE).content.decode()
    assert "Det er uvennlig eller støtende" in text and "&lt;b&gt;x&lt;/b&gt;" in text
    assert "&lt;i&gt;Rart&lt;/i&gt;" in text and "Teksten &amp; mer" in text
    assert "Ask Spør" in text and "Mari Medlem" in text
    assert "Det er uvennleg" in browser(people.moderator, "nn").get(QUEUE).content.decode()


def test_an_empty_queue_says_what_would_be_here(people, browser):
    assert "Ingenting venter" in browser(people.moderator).get(QUEUE).content.decode()
    narrowed = browser(people.moderator).get(f"{QUEUE}?hva=links").content.decode()
    assert "Ingenting av dette slaget venter" in narrowed


@pytest.mark.parametrize("role", ["member", "asker", "staff"])
def test_only_moderators_come_in(people, browser, role):
    question, answer = in_state("answered", people)
    addresses = [
        QUEUE,
        reverse("moderation_log"),
        reverse("moderation_member", args=[people.asker.pk]),
        reverse("moderation_post", args=["svar", answer.pk]),
        step("sporsmal", question, "skjul"),
        reverse("moderation_member_step", args=[people.asker.pk, "stans"]),
    ]
    for address in addresses:
        assert browser(getattr(people, role)).get(address).status_code == 403
        response = browser().get(address)
        assert response.status_code == 302 and "/konto/" in response["Location"]
    undo = reverse("moderation_undo", args=[CommunityEvent.objects.first().pk])
    assert browser(getattr(people, role)).post(undo).status_code == 403


# --- steps --------------------------------------------------------------------------------------


def test_a_press_settles_what_is_reported_and_comes_back_to_the_queue(people, browser):
    question = asked(people.asker)
    flag = report(question, people.member, timezone.now())
    response = browser(people.moderator).post(
        step("sporsmal", question, "ingen-feil"), {"seen": "0", "back": "queue"}
    )
    assert response["Location"] == QUEUE
    assert fresh(flag).outcome == "dismissed"


@pytest.mark.parametrize(
    ("path", "sent", "check"),
    [
        ("skjul", {"reason": "Reklame"}, lambda q: q.is_hidden),
        ("steng", {"reason": "Utdatert"}, lambda q: q.is_closed),
        ("advar", {"reason": "Vær snill"}, lambda q: Sanction.objects.filter(question=q).exists()),
    ],
)
def test_steps_with_words_ask_for_them_and_keep_what_was_written(
    people, browser, path, sent, check
):
    question = asked(people.asker)
    client = browser(people.moderator)
    address = step("sporsmal", question, path)
    assert client.get(address).status_code == 200
    for wrong in ({"reason": "  "}, {"reason": "x" * 501}, {}):
        response = client.post(address, wrong)
        assert response.status_code == 422
        assert not check(fresh(question))
    assert client.post(address, sent).status_code == 302
    assert check(fresh(question))


@pytest.mark.parametrize(
    "address", ["https://annet.example/community/{}/x/", "http://[{}", "ukjent"]
)
def test_threads_are_not_merged_by_the_address_of_another_site(people, browser, address):
    first, other = asked(people.asker), asked(people.staff)
    client = browser(people.moderator)
    door = step("sporsmal", first, "sla-sammen")
    assert client.post(door, {"address": address.format(other.pk)}).status_code == 422
    assert fresh(first).merged_into is None
    own = f"http://testserver/community/{other.pk}/x/?fra=sok#svar-1"
    assert client.post(door, {"address": own}).status_code == 302
    assert fresh(first).merged_into == other


def test_a_choice_nobody_has_made_says_what_to_choose(people, browser):
    page = browser(people.moderator).get(step("sporsmal", asked(people.asker), "flytt"))
    assert '<option value="" selected>Velg et produkt</option>' in page.content.decode()


def test_a_signed_out_moderator_gets_their_words_back(people, browser):
    question = asked(people.asker)
    client = browser()
    address = step("sporsmal", question, "skjul")
    assert client.post(address, {"reason": "Reklame for noe"}).status_code == 302
    client.force_login(people.moderator, "allauth.account.auth_backends.AuthenticationBackend")
    assert "Reklame for noe" in client.get(address).content.decode()
    assert not fresh(question).is_hidden


def test_the_second_moderator_is_told_by_name_and_may_go_on(people, browser):
    question = asked(people.asker)
    report(question, people.member, timezone.now())
    other = make_user(name="Mons Moderator", groups=("moderator",))
    client = browser(other)
    address = step("sporsmal", question, "steng")
    seen = client.get(address).context["form"].initial["seen"]
    moderation.close(question=question, by=people.moderator, reason="Duplikat", now=timezone.now())
    moderation.reopen(question=question, by=people.moderator, now=timezone.now())
    response = client.post(address, {"seen": seen, "reason": "Utdatert nå"})
    text = response.content.decode()
    assert response.status_code == 409
    assert "Moa Moderator åpnet det igjen" in text and "Utdatert nå" in text
    assert not fresh(question).is_closed
    again = response.context["form"]["seen"].value()
    assert client.post(address, {"seen": again, "reason": "Utdatert nå"}).status_code == 302
    assert fresh(question).closed_reason == "Utdatert nå"


def test_a_press_that_comes_second_is_told_so_and_changes_nothing(people, browser):
    question = asked(people.asker)
    report(question, people.member, timezone.now())
    moderation.hide(post=question, by=people.moderator, reason="Reklame", now=timezone.now())
    other = make_user(groups=("moderator",))
    response = browser(other).post(
        step("sporsmal", question, "ingen-feil"), {"seen": "0", "back": "queue"}, follow=True
    )
    text = response.content.decode()
    assert "Moa Moderator skjulte det" in text and "Begrunnelse: Reklame" in text
    assert fresh(question).is_hidden


def test_a_question_is_moved_joined_and_separated_by_its_pages(people, browser):
    question, answer = in_state("answered", people)
    into = asked(people.staff, title="Det samme spørsmålet")
    product = make_product()
    client = browser(people.moderator)
    move, merge = step("sporsmal", question, "flytt"), step("sporsmal", question, "sla-sammen")
    assert client.post(move, {"product": "999999"}).status_code == 422
    client.post(move, {"product": product.pk})
    assert fresh(question).product == product
    page = reverse("community_question", args=[into.pk, into.slug])
    for wrong in ("", "tull", "999999", str(question.pk)):
        assert client.post(merge, {"address": wrong}).status_code in (409, 422)
    client.post(merge, {"address": f"https://testserver{page}#svar-3"})
    assert fresh(question).merged_into == into and fresh(answer).question == into
    client.post(step("sporsmal", question, "skill"), {})
    assert fresh(question).merged_into is None and fresh(answer).question == question


def test_a_joined_question_leads_everybody_on_along_the_chain(people, browser):
    first, second, third = (asked(people.staff, title=f"Spørsmål {n}") for n in "abc")
    merging.merge(question=first, into=second, by=people.moderator, now=timezone.now())
    merging.merge(question=second, into=third, by=people.moderator, now=timezone.now())
    address = reverse("community_question", args=[first.pk, first.slug])
    for person in (people.visitor, people.staff, people.moderator):
        response = browser(person).get(address, follow=True)
        assert response.redirect_chain[-1][0].startswith(f"/community/{third.pk}/")
        assert "no-store" in browser(person).get(address)["Cache-Control"]  # can be undone


def test_unknown_steps_and_posts_are_not_found(people, browser):
    question, answer = in_state("answered", people)
    client = browser(people.moderator)
    assert client.get(step("sporsmal", question, "tull")).status_code == 404
    assert client.get(reverse("moderation_post", args=["tull", 1])).status_code == 404
    assert client.get(reverse("moderation_post", args=["svar", 10**9])).status_code == 404
    assert client.get(reverse("moderation_member", args=[10**9])).status_code == 404
    assert (
        client.get(reverse("moderation_member_step", args=[people.asker.pk, "x"])).status_code
        == 404
    )
    # What concerns a whole thread is done to the question.
    response = client.get(step("svar", answer, "flytt"))
    assert response["Location"] == step("sporsmal", question, "flytt")


# --- the log ------------------------------------------------------------------------------------


def test_the_log_says_who_did_what_to_what_and_why_and_undoes_it_once(people, browser):
    question = asked(people.asker, title="Et spørsmål")
    moderation.hide(post=question, by=people.moderator, reason="Reklame", now=timezone.now())
    client = browser(people.moderator)
    text = client.get(reverse("moderation_log")).content.decode()
    for words in ("Moa Moderator skjulte det", "Et spørsmål", "Begrunnelse: Reklame", "Angre"):
        assert words in text
    event = CommunityEvent.objects.get(kind="hidden")
    undo = reverse("moderation_undo", args=[event.pk])
    assert client.get(undo).status_code == 405
    assert client.post(undo, {"back": "https://ondsinnet.example/"})["Location"] == reverse(
        "moderation_log"
    )
    assert fresh(question).is_in_sight
    text = client.post(undo, follow=True).content.decode()
    assert "allerede angret" in text
    assert "Angret: Moa Moderator viste det igjen" in text


def test_the_log_names_the_question_another_was_joined_with(people, browser):
    one, other = asked(people.asker, title="Doblet"), asked(people.answerer, title="Den som står")
    merging.merge(question=one, into=other, by=people.moderator, now=timezone.now())
    text = browser(people.moderator).get(reverse("moderation_log")).content.decode()
    assert "Det andre spørsmålet: Den som står" in text


def test_the_log_is_narrowed_by_moderator_member_and_kind(people, browser):
    other = make_user(name="Mons Moderator", groups=("moderator",))
    mine, theirs = asked(people.asker, title="Mitt"), asked(people.answerer, title="Deres")
    now = timezone.now()
    moderation.hide(post=mine, by=people.moderator, reason="x", now=now)
    moderation.close(question=theirs, by=other, reason="y", now=now)
    client = browser(people.moderator)

    def shown(query):
        text = client.get(f"/moderering/logg/?{query}").content.decode()
        return ("Mitt" in text, "Deres" in text)

    assert shown("") == (True, True)
    assert shown(f"moderator={other.pk}") == (False, True)
    assert shown(f"medlem={people.asker.pk}") == (True, False)
    assert shown("hva=closed") == (False, True)
    assert shown("hva=tull&moderator=x&eldre=y") == (True, True)


def test_the_log_takes_as_many_statements_for_a_page_as_for_a_line(people, browser):
    client = browser(people.moderator)
    now = timezone.now()
    sanctions.warn(person=people.member, by=people.moderator, reason="x", now=now)
    moderation.hide(post=asked(people.staff), by=people.moderator, reason="x", now=now)
    merging.merge(
        question=asked(people.staff), into=asked(people.staff), by=people.moderator, now=now
    )
    few = statements(client, "/moderering/logg/")
    for _number in range(45):
        merging.merge(
            question=asked(people.staff), into=asked(people.staff), by=people.moderator, now=now
        )
        question = asked(people.staff)
        moderation.hide(post=question, by=people.moderator, reason="x", now=now)
        sanctions.warn(person=people.answerer, by=people.moderator, reason="x", now=now)
    assert statements(client, "/moderering/logg/") == few
    page = client.get("/moderering/logg/")
    older = client.get("/moderering/logg/" + page.context["older"])
    assert older.status_code == 200
    assert older.context["lines"][0].pk < page.context["lines"][-1].pk


# --- members ------------------------------------------------------------------------------------


def test_a_members_page_has_what_they_wrote_what_was_said_of_it_and_what_was_done(people, browser):
    question = asked(people.answerer, title="Mitt eget")
    report(question, people.member, timezone.now(), reason="advertising")
    report(asked(people.asker, title="En annens"), people.answerer, timezone.now())
    sanctions.warn(person=people.answerer, by=people.moderator, reason="Rolig", now=timezone.now())
    address = reverse("moderation_member", args=[people.answerer.pk])
    text = browser(people.moderator).get(address).content.decode()
    for words in ("Nytt medlem", "Mitt eget", "Det er reklame", "En annens", "Rolig"):
        assert words in text
    nynorsk = browser(people.moderator, "nn").get(address).content.decode()
    assert "Ny medlem" in nynorsk and "Åtvar" in nynorsk


def test_a_member_is_stopped_until_a_day_and_let_in_again(people, browser):
    client = browser(people.moderator)
    address = reverse("moderation_member_step", args=[people.answerer.pk, "stans"])
    assert client.get(address).status_code == 200
    day = timezone.localdate() + timedelta(days=3)
    for wrong in ({}, {"until": "tull", "reason": "x"}, {"until": day.isoformat()}):
        assert client.post(address, wrong).status_code == 422
    late = {"until": "2099-01-01", "reason": "Reklame"}
    assert client.post(address, late).status_code == 409
    assert client.post(address, {"until": day.isoformat(), "reason": "Reklame"}).status_code == 302
    member = Member.objects.get(user=people.answerer)
    assert timezone.localtime(member.silenced_until).date() == day + timedelta(days=1)
    page = client.get(reverse("moderation_member", args=[people.answerer.pk])).content.decode()
    assert "Kan ikke skrive før" in page
    client.post(reverse("moderation_member_step", args=[people.answerer.pk, "opphev"]), {})
    assert fresh(member).silenced_until is None


def test_a_member_is_made_known_and_new_and_moderators_are_left_alone(people, browser):
    client = browser(people.moderator)
    person = make_user(name="Nils Ny")
    for path, trust in (("gjor-kjent", "known"), ("gjor-ny", "new")):
        client.post(reverse("moderation_member_step", args=[person.pk, path]), {})
        assert Member.objects.get(user=person).trust == trust
    other = known(make_user(groups=("moderator",)))
    warn = reverse("moderation_member_step", args=[other.pk, "advar"])
    assert client.post(warn, {"reason": "x"}).status_code == 409
    assert not Sanction.objects.exists()


# --- tools in the thread ------------------------------------------------------------------------


def test_the_thread_has_the_moderators_tools_for_moderators_alone(people, browser):
    question, answer = in_state("answered", people)
    report(answer, people.member, timezone.now())
    page = reverse("community_question", args=[question.pk, question.slug])
    text = browser(people.moderator).get(page).content.decode()
    assert step("svar", answer, "skjul") in text and "1 melding venter" in text
    assert step("svar", answer, "skjul") not in browser(people.staff).get(page).content.decode()
    assert "1 melding" not in browser(people.asker).get(page).content.decode()
    assert Flag.objects.count() == 1


def test_positions_order_by_time_then_kind_then_id():
    now = timezone.now()
    assert Position(now, "answer", 9) < Position(now, "question", 1) < Position(now + HOUR, "a", 1)
