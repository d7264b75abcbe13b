"""Digests: what is in them, when they leave, and that each leaves once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone
from wagtail.models import PageViewRestriction

from cms.community import digest_letters, digests, moderation, services
from cms.community.models import CommunityEvent, Question, Subscription
from dispatch import outbox
from dispatch.models import Mail
from taxonomy.models import Audience
from tests.cms.community.posts import HOUR, answered, asked, make_people
from tests.cms.community.telling import mails_to
from tests.factories import make_article, make_product, make_user

pytestmark = pytest.mark.django_db
OSLO = ZoneInfo("Europe/Oslo")


def oslo(text: str) -> datetime:
    """A moment given as the clock shows it in Norway."""
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


BEGAN = oslo("2026-11-20T12:00")  # a Friday
MONDAY = oslo("2026-11-23T07:30")


@pytest.fixture
def people(db):
    return make_people()


def subscribed(user, rhythm="weekly", *, products=(), audiences=(), now=BEGAN) -> Subscription:
    """The person's digest, chosen on a Friday."""
    return digests.subscribe(
        user=user, rhythm=rhythm, products=products, audiences=audiences, now=now
    )


def gathered(row: Subscription, *, until=MONDAY) -> digests.Digest:
    return digests.gather(row, since=row.covered_until, until=until)


def titles(part: digests.Part) -> list[str]:
    return [row.title for row in part.rows]


# --- choosing -------------------------------------------------------------------------------------


def test_a_chosen_digest_tells_of_what_happens_from_then_on(people):
    asked(people.asker, at=BEGAN - HOUR, title="Før")
    asked(people.asker, at=BEGAN + HOUR, title="Etter")
    row = subscribed(people.member)
    assert (row.covered_until, row.next_at) == (BEGAN, MONDAY)
    assert titles(gathered(row).asked) == ["Etter"]


def test_a_changed_digest_loses_nothing_and_one_begun_anew_tells_nothing_old(people):
    row = subscribed(people.member, "monthly")
    later = BEGAN + timedelta(days=4)
    assert subscribed(people.member, "daily", now=later).covered_until == BEGAN
    digests.unsubscribe(people.member)
    assert subscribed(people.member, "daily", now=later).covered_until == later
    assert Subscription.objects.get().pk == row.pk


def test_a_rhythm_that_is_none_is_refused(people):
    with pytest.raises(ValueError, match="hourly"):
        subscribed(people.member, "hourly")


# --- what is in it --------------------------------------------------------------------------------


def test_a_digest_holds_what_is_new_about_the_chosen_products(people):
    product, other = make_product(), make_product()
    row = subscribed(people.member, products=[product])
    solved = asked(people.asker, product=product, at=BEGAN - HOUR, title="Løst")
    answer = answered(solved, people.answerer)
    services.accept_answer(answer=answer, by=people.asker, now=BEGAN + HOUR)
    official = asked(people.asker, product=product, at=BEGAN - HOUR, title="Offisielt")
    answered(official, people.staff, team=people.team, now=BEGAN + HOUR)
    asked(people.asker, product=product, at=BEGAN + HOUR, title="Nytt")
    asked(people.answerer, product=other, at=BEGAN + HOUR, title="Et annet produkt")
    asked(people.answerer, product=product, at=BEGAN - 30 * HOUR, title="Venter")
    digest = gathered(row)
    assert titles(digest.asked) == ["Nytt"]
    assert titles(digest.solved) == ["Løst"]
    assert [answer.question.title for answer in digest.official.rows] == ["Offisielt"]
    assert titles(digest.unanswered) == ["Venter"]
    assert digest.count == 3


def test_ones_own_questions_are_no_news_to_oneself(people):
    row = subscribed(people.asker)
    asked(people.asker, at=BEGAN + HOUR)
    assert gathered(row).count == 0


def test_without_chosen_products_one_is_shown_waiting_questions_like_those_one_has_answered(people):
    known, unknown = make_product(), make_product()
    answered(asked(people.asker, product=known, at=BEGAN - 50 * HOUR), people.answerer)
    asked(people.asker, product=known, at=BEGAN - 40 * HOUR, title="Kjent")
    asked(people.asker, product=unknown, at=BEGAN - 40 * HOUR, title="Ukjent")
    assert titles(gathered(subscribed(people.answerer)).unanswered) == ["Kjent"]
    assert titles(gathered(subscribed(people.member)).unanswered) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"hidden_at": BEGAN, "hidden_reason": "x"},
        {"held_at": BEGAN, "held_for": "links"},
        {"withdrawn_at": BEGAN},
    ],
)
def test_what_is_out_of_sight_is_in_no_part_of_it(people, fields):
    row = subscribed(people.member, products=[make_product()])
    product = row.products.get()
    question = asked(people.asker, product=product, at=BEGAN + HOUR)
    answer = answered(question, people.staff, team=people.team)
    services.accept_answer(answer=answer, by=people.asker, now=BEGAN + 3 * HOUR)
    assert gathered(row).count == 3
    Question.objects.filter(pk=question.pk).update(**fields)
    digest = gathered(row)
    assert digest.count == digest.unanswered.count == 0


def test_a_held_question_is_new_when_it_is_let_through(people):
    question = asked(people.asker, at=BEGAN - HOUR)
    row = subscribed(people.member)
    CommunityEvent.objects.create(
        kind="approved", at=BEGAN + HOUR, actor=people.moderator, question=question
    )
    assert gathered(row).asked.rows == [question]


def test_more_than_fits_is_counted(people):
    product = make_product()
    row = subscribed(people.member)
    Question.objects.bulk_create(
        Question(
            title=f"Spørsmål {number}",
            slug="s",
            body="b",
            html="b",
            language="nb",
            product=product,
            asked_at=BEGAN + HOUR,
            activity_at=BEGAN + HOUR,
        )
        for number in range(14)
    )
    part = gathered(row).asked
    assert (len(part.rows), part.count, part.left_out) == (10, 14, 4)


# --- articles -------------------------------------------------------------------------------------


def published(**fields):
    article = make_article(**fields)
    type(article).objects.filter(pk=article.pk).update(last_published_at=BEGAN + HOUR)
    return article


def test_published_articles_are_told_by_product_and_audience(people):
    product = make_product()
    audience = Audience.objects.create(slug="tjenesteeier", name_nb="Tjenesteeiere")
    published(title="Begge", products=[product], audiences=[audience])
    published(title="Feil målgruppe", products=[product])
    published(title="Feil produkt", audiences=[audience])
    row = subscribed(people.member, products=[product], audiences=[audience])
    assert titles(gathered(row).articles) == ["Begge"]


def test_of_an_article_in_several_languages_ones_own_is_told(people):
    reader = make_user(language="nn")
    original = published(title="Bokmål")
    published(title="Nynorsk", language="nn", translation_of=original)
    assert titles(gathered(subscribed(reader)).articles) == ["Nynorsk"]


def test_drafts_and_closed_articles_are_told_to_nobody_not_even_to_editors(people):
    draft, closed = published(title="Utkast", live=False), published(title="Lukket")
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    editor = make_user(groups=("editor",))
    assert draft.pk != closed.pk
    assert titles(gathered(subscribed(editor)).articles) == []


# --- when, and once -------------------------------------------------------------------------------


def test_a_digest_leaves_once_and_the_next_begins_where_it_ended(people):
    subscribed(people.member, "daily")
    asked(people.asker, at=BEGAN + HOUR, title="Fredag")
    assert digest_letters.send_due(MONDAY - timedelta(minutes=1)) == 0
    assert digest_letters.send_due(MONDAY) == 1
    assert digest_letters.send_due(MONDAY + timedelta(minutes=5)) == 0
    asked(people.asker, at=MONDAY - timedelta(minutes=1), title="Rett før")
    asked(people.asker, at=MONDAY + HOUR, title="Mandag")
    assert digest_letters.send_due(MONDAY + timedelta(days=1)) == 1
    first, second = (mail.text for mail in mails_to(people.member))
    assert "Fredag" in first
    assert "Rett før" in second
    assert "Mandag" in second
    assert "Fredag" not in second


def test_when_nothing_is_new_no_mail_is_sent(people):
    row = subscribed(people.member, "daily")
    assert digest_letters.send_due(MONDAY) == 0
    row.refresh_from_db()
    assert row.next_at == MONDAY + timedelta(days=1)


def test_after_a_stop_one_mail_tells_of_all_of_it_in_working_hours(people):
    subscribed(people.member, "daily")
    for day in range(1, 5):
        asked(people.asker, at=BEGAN + timedelta(days=day), title=f"Dag {day}")
    night = oslo("2026-11-26T23:50")
    assert digest_letters.send_due(night) == 0
    assert digest_letters.send_due(oslo("2026-11-27T07:30")) == 1
    (mail,) = mails_to(people.member)
    assert all(f"Dag {day}" in mail.text for day in range(1, 5))
    assert digest_letters.send_due(oslo("2026-11-27T08:00")) == 0


def test_of_two_workers_only_one_sends(people):
    subscribed(people.member, "daily")
    asked(people.asker, at=BEGAN + HOUR)
    (seen_by_both,) = digests.due(MONDAY)
    with transaction.atomic():
        assert digests.take_turn(seen_by_both, now=MONDAY) is not None
        assert digests.take_turn(seen_by_both, now=MONDAY) is None


def test_a_worker_killed_while_sending_has_taken_no_turn(people, monkeypatch):
    subscribed(people.member, "daily")
    asked(people.asker, at=BEGAN + HOUR)

    class Killed(BaseException):
        """As a process that ends."""

    def end(**_fields):
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(digest_letters, "queue_mail", end)
        digest_letters.send_due(MONDAY)
    assert not Mail.objects.exists()
    assert digest_letters.send_due(MONDAY) == 1


def test_a_closed_account_gets_no_digest(people):
    subscribed(people.member, "daily")
    asked(people.asker, at=BEGAN + HOUR)
    type(people.member).objects.filter(pk=people.member.pk).update(is_active=False)
    assert digest_letters.send_due(MONDAY) == 0


def test_a_stopped_digest_is_not_due(people):
    subscribed(people.member, "daily")
    asked(people.asker, at=BEGAN + HOUR)
    digests.unsubscribe(people.member)
    assert digest_letters.send_due(MONDAY) == 0


# --- the mail -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("nb", "Sammendrag fra Veiviser: 1 nyhet", "Nye spørsmål (1)"),
        ("nn", "Samandrag frå Veiviser: 1 nyheit", "Nye spørsmål (1)"),
        ("en", "Digest from Veiviser: 1 new thing", "New questions (1)"),
    ],
)
def test_the_mail_is_in_the_language_of_its_receiver(people, language, subject, words):
    reader = make_user(language=language)
    subscribed(reader, "daily")
    question = asked(people.asker, at=BEGAN + HOUR, body="Innhold som ikke skal i posten.")
    digest_letters.send_due(MONDAY)
    (mail,) = mails_to(reader)
    assert mail.subject == subject
    assert words in mail.text
    assert f"/community/{question.pk}/" in mail.text
    assert "Innhold" not in mail.text
    assert "\n\n\n" not in mail.text
    assert mail.stop_address in mail.text


def test_what_is_hidden_before_the_mail_leaves_is_not_in_it(people):
    subscribed(people.member, "daily")
    asked(people.asker, at=BEGAN + HOUR, title="Blir stående")
    hidden = asked(people.asker, at=BEGAN + HOUR, title="Blir skjult")
    digest_letters.send_due(MONDAY)
    moderation.hide(post=hidden, by=people.moderator, reason="Reklame", now=MONDAY)
    outbox.drain(timezone.now(), topics=["mail"])
    (mail,) = mails_to(people.member)
    assert "Blir stående" in mail.text
    assert "Blir skjult" not in mail.text
    assert mail.subject.endswith("1 nyhet")


@pytest.mark.parametrize("change", ["stopped", "closed", "hidden"])
def test_a_digest_nobody_needs_any_more_is_dropped(people, change):
    subscribed(people.member, "daily")
    question = asked(people.asker, at=BEGAN + HOUR)
    digest_letters.send_due(MONDAY)
    if change == "stopped":
        digests.unsubscribe(people.member)
    elif change == "closed":
        type(people.member).objects.filter(pk=people.member.pk).update(is_active=False)
    else:
        moderation.hide(post=question, by=people.moderator, reason="Nei", now=MONDAY)
    outbox.drain(timezone.now(), topics=["mail"])
    assert Mail.objects.get().dropped_at is not None
    assert Mail.objects.get().text == ""
