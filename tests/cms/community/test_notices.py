"""Who is told what: from the log, once, and only what they may see."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from accounts.notices import choose_notices
from cms.community import following, log, moderation, notice_list, notices, sanctions, services
from cms.community.members import member_of
from cms.community.models import (
    Answer,
    CommunityEvent,
    Follow,
    Member,
    Mention,
    Notice,
    Question,
)
from cms.community.notice_words import what_a_moderator_did
from dispatch import outbox
from dispatch.models import Mail, OutboxRow
from tests.cms.community.posts import answered, asked, make_people
from tests.cms.community.telling import (
    deliver,
    follows,
    forget_the_past,
    mails_to,
    told,
    waiting,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db
Kind = Notice.Kind
Happened = CommunityEvent.Kind


@pytest.fixture
def people(db):
    """Everybody is known, so that nothing is held and nobody is kept from writing much."""
    people = make_people()
    for user in (people.asker, people.answerer, people.member):
        Member.objects.filter(pk=member_of(user, now=timezone.now()).pk).update(trust="known")
    return people


@pytest.fixture
def question(people):
    question = asked(people.asker)
    forget_the_past()
    return question


def happens(kind: str, question: Question, *, by, answer=None, member=None, **data):
    """An event in the log, with nothing but the log changed."""
    return log.note(kind, question, answer, by=by, now=timezone.now(), member=member, **data)


# --- who is told what -----------------------------------------------------------------------------


def test_a_new_answer_is_told_to_the_asker_and_followers_and_not_to_its_author(people, question):
    follows(people.member, question)
    follows(people.answerer, question)
    answered(question, people.answerer)
    deliver()
    assert told(people.asker) == [Kind.NEW_ANSWER]
    assert told(people.member) == [Kind.NEW_ANSWER]
    assert told(people.answerer) == []
    assert told(people.moderator) == []


def test_an_official_answer_is_told_as_one_with_the_team(people, question):
    answered(question, people.staff, team=people.team)
    deliver()
    assert told(people.asker) == [Kind.OFFICIAL_ANSWER]
    (mail,) = mails_to(people.asker)
    assert "Team Innlogging" in mail.text


def test_an_asker_who_said_no_is_not_told(people, question):
    following.stop(user=people.asker, question=question, now=timezone.now())
    answered(question, people.answerer)
    deliver()
    assert told(people.asker) == []


def test_who_followed_after_the_answer_is_not_told_of_it(people, question):
    answer = answered(question, people.answerer)
    follows(people.member, question, at=answer.answered_at + timedelta(minutes=1))
    deliver()
    assert told(people.member) == []


def test_a_solved_question_is_told_to_the_author_of_the_answer_and_to_followers(people, question):
    answer = answered(question, people.answerer)
    follows(people.member, question)
    forget_the_past()
    services.accept_answer(answer=answer, by=people.asker, now=timezone.now())
    deliver()
    assert told(people.answerer) == [Kind.ACCEPTED]
    assert told(people.member) == [Kind.SOLVED]
    assert told(people.asker) == []


def test_an_acceptance_taken_back_before_the_worker_came_is_not_told(people, question):
    answer = answered(question, people.answerer)
    forget_the_past()
    services.accept_answer(answer=answer, by=people.asker, now=timezone.now())
    services.withdraw_acceptance(answer=answer, by=people.asker, now=timezone.now())
    deliver()
    assert told(people.answerer) == []


def test_a_question_the_desk_takes_up_is_told_to_those_who_wait(people, question):
    follows(people.member, question)
    happens(Happened.TAKEN_UP, question, by=None)
    deliver()
    assert told(people.asker) == told(people.member) == [Kind.TAKEN_UP]


def test_mentioned_people_are_told_once_and_as_mentioned(people, question):
    follows(people.member, question)
    answer = answered(question, people.answerer)
    Mention.objects.create(
        question=question, answer=answer, user=people.member, at=answer.answered_at
    )
    deliver()
    happens(Happened.EDITED, question, by=people.answerer, answer=answer)
    deliver()
    assert told(people.member) == [Kind.MENTIONED]


def test_a_mention_by_somebody_who_may_not_write_now_is_not_told(people, question):
    answer = answered(question, people.answerer)
    Mention.objects.create(question=question, answer=answer, user=people.member, at=timezone.now())
    people.answerer.member.silenced_until = timezone.now() + timedelta(days=1)
    people.answerer.member.save()
    deliver()
    assert told(people.member) == []


def test_a_held_post_is_told_of_when_it_is_approved_and_then_once(people, question):
    answer = answered(question, people.answerer)
    Mention.objects.create(question=question, answer=answer, user=people.member, at=timezone.now())
    Answer.objects.filter(pk=answer.pk).update(held_at=timezone.now(), held_for="links")
    deliver()
    assert told(people.asker) == told(people.member) == []
    Answer.objects.filter(pk=answer.pk).update(held_at=None, held_for="")
    for _time in range(2):
        happens(Happened.APPROVED, question, by=people.moderator, answer=answer)
    deliver()
    assert told(people.asker) == [Kind.NEW_ANSWER]
    assert told(people.member) == [Kind.MENTIONED]
    assert told(people.answerer) == [Kind.MODERATED] * 2


def test_a_hidden_answer_is_told_to_its_author_with_the_moderators_words(people, question):
    answer = answered(question, people.answerer)
    forget_the_past()
    moderation.hide(post=answer, by=people.moderator, reason="Uvennlig", now=timezone.now())
    deliver()
    notice = Notice.objects.get(user=people.answerer)
    assert (notice.kind, notice.words) == (Kind.MODERATED, "Uvennlig")
    (mail,) = mails_to(people.answerer)
    assert mail.subject == "En moderator har skjult svaret ditt"
    assert "Uvennlig" not in mail.text
    assert question.title not in mail.text
    assert "be en annen moderator se på det hvis du er uenig" in mail.text


def test_a_mail_about_what_moderators_have_taken_back_speaks_of_no_disagreement(people, question):
    answer = answered(question, people.answerer)
    happens(Happened.RESTORED, question, by=people.moderator, answer=answer)
    deliver()
    (mail,) = mails_to(people.answerer)
    assert mail.subject == "Svaret ditt vises igjen"
    assert "uenig" not in mail.text


def test_a_moderator_who_hides_their_own_post_is_not_told(people):
    question = asked(people.moderator)
    forget_the_past()
    moderation.hide(post=question, by=people.moderator, reason="Feil", now=timezone.now())
    deliver()
    assert told(people.moderator) == []


@pytest.mark.parametrize("kind", [Happened.WARNED, Happened.SILENCED, Happened.SANCTION_LIFTED])
def test_what_a_moderator_says_to_a_member_reaches_that_member_alone(people, kind):
    happens(kind, None, by=people.moderator, member=people.member, reason="Vær vennlig.")
    deliver()
    assert told(people.member) == [Kind.MODERATED]
    assert Notice.objects.count() == 1
    assert Notice.objects.get().words == "Vær vennlig."


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", "En moderator har stanset deg fra å skrive til og med 30. november 2026"),
        ("nn", "Ein moderator har stansa deg frå å skrive til og med 30. november 2026"),
    ],
)
def test_who_is_silenced_is_told_the_last_day_of_it(people, language, said):
    end = timezone.make_aware(datetime(2026, 12, 1))
    now = end - timedelta(days=4)
    with time_machine.travel(now, tick=False):
        sanctions.silence(
            person=people.member, until=end, by=people.moderator, reason="Reklame", now=now
        )
        deliver()
    with translation.override(language):
        assert what_a_moderator_did(Notice.objects.get()) == said


def test_an_edit_by_a_moderator_is_told_to_the_author_and_ones_own_is_not(people, question):
    happens(Happened.EDITED, question, by=people.asker)
    deliver()
    assert told(people.asker) == []
    happens(Happened.EDITED, question, by=people.moderator)
    deliver()
    assert told(people.asker) == [Kind.EDITED]


def test_a_post_held_because_people_reported_it_is_told_to_its_author(people, question):
    happens(Happened.HELD, question, by=None, held_for="links")
    happens(Happened.HELD, question, by=None, held_for="flags")
    deliver()
    assert told(people.asker) == [Kind.MODERATED]
    assert mails_to(people.asker)[0].subject == (
        "Noen har meldt fra om spørsmålet ditt, og en moderator skal se på det"
    )


@pytest.mark.parametrize("kind", [Happened.FLAGGED, Happened.CONFIRMED, Happened.ARTICLE_LINKED])
def test_what_concerns_nobody_else_leaves_no_row(people, question, kind):
    happens(kind, question, by=people.member)
    assert waiting("community") == 0


def test_what_is_brought_in_from_the_past_is_not_told(people):
    with outbox.history():
        answered(asked(people.asker), people.answerer)
    deliver()
    assert not Notice.objects.exists()


def test_what_happened_long_ago_is_not_told_when_a_worker_comes_at_last(people):
    answered(asked(people.asker, at=timezone.now() - timedelta(days=40)), people.answerer)
    deliver()
    assert not Notice.objects.exists()


def test_after_a_stop_of_more_than_a_week_the_site_tells_and_no_mail_does(people):
    answered(asked(people.asker, at=timezone.now() - timedelta(days=9)), people.answerer)
    deliver()
    assert told(people.asker) == [Kind.NEW_ANSWER]
    assert mails_to(people.asker) == []


# --- what is to be confirmed ----------------------------------------------------------------------


def test_official_answers_to_confirm_are_told_to_the_team_once_and_until_confirmed(people):
    question = asked(people.asker)
    answer = answered(question, people.staff, team=people.team)
    forget_the_past()
    day = answer.answered_at + timedelta(days=181)
    for _time in range(2):
        notices.tell_to_confirm(day)
    assert told(people.staff) == [Kind.CONFIRM]
    assert told(people.other_staff) == []
    assert notice_list.unread_count(people.staff, now=day) == 1
    services.confirm_answer(answer=answer, by=people.staff, now=day)
    assert notice_list.unread_count(people.staff, now=day) == 0


def test_who_has_left_the_team_no_longer_sees_what_it_is_to_confirm(people):
    answer = answered(asked(people.asker), people.staff, team=people.team)
    forget_the_past()
    day = answer.answered_at + timedelta(days=181)
    notices.tell_to_confirm(day)
    people.team.members.remove(people.staff)
    gone = type(people.staff).objects.get(pk=people.staff.pk)
    assert notice_list.unread_count(gone, now=day) == 0
    deliver("mail")
    assert mails_to(people.staff) == []


def test_many_answers_to_confirm_are_one_mail_until_one_has_looked(people):
    answers = [
        answered(asked(people.asker), people.staff, team=people.team) for _number in range(5)
    ]
    forget_the_past()
    notices.tell_to_confirm(answers[0].answered_at + timedelta(days=181))
    assert len(told(people.staff)) == 5
    assert len(mails_to(people.staff)) == 1


# --- exactly once ---------------------------------------------------------------------------------


def test_a_row_handed_over_twice_tells_once(people, question):
    answered(question, people.answerer)
    deliver("community")
    OutboxRow.objects.update(delivered_at=None, next_attempt_at=timezone.now())
    deliver()
    assert told(people.asker) == [Kind.NEW_ANSWER]
    assert len(mails_to(people.asker)) == 1


@pytest.mark.parametrize("step", ["notices.Notice.objects.bulk_create", "letters.queue_mail"])
def test_a_worker_killed_at_any_step_has_told_nothing_and_the_next_tells_once(
    people, question, monkeypatch, step
):
    follows(people.member, question)
    answered(question, people.answerer)

    class Killed(BaseException):
        """As a process that ends: no handler of exceptions is asked."""

    def end(*args, **kwargs):
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed), transaction.atomic():
        patched.setattr(f"cms.community.{step}", end)
        notices.tell_of_rows(list(OutboxRow.objects.filter(topic="community")))
    assert not Notice.objects.exists()
    assert not Mail.objects.exists()
    deliver()
    assert told(people.asker) == told(people.member) == [Kind.NEW_ANSWER]
    assert len(mails_to(people.asker)) == len(mails_to(people.member)) == 1


def test_one_person_is_never_told_of_the_same_twice(people, question):
    values = {"user": people.asker, "kind": Kind.SOLVED, "question": question, "key": "one"}
    Notice.objects.create(at=timezone.now(), **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(at=timezone.now(), **values)


# --- mails ----------------------------------------------------------------------------------------


def test_a_busy_thread_is_one_mail_until_one_has_looked(people, question):
    follows(people.member, question)
    for number in range(40):
        answered(question, people.answerer, body=f"Svar nummer {number}.")
    deliver()
    assert len(told(people.member)) == 40
    assert len(mails_to(people.member)) == 1
    notice_list.mark_thread_read(user=people.member, question=question, now=timezone.now())
    answered(question, people.answerer, body="Enda et svar.")
    answered(question, people.answerer, body="Og ett til.")
    deliver()
    assert len(mails_to(people.member)) == 2


def test_threads_do_not_keep_each_others_mails_back(people, question):
    other = asked(people.asker)
    answered(question, people.answerer)
    answered(other, people.answerer)
    deliver()
    assert len(mails_to(people.asker)) == 2


def test_who_wants_no_mail_of_a_kind_is_told_on_the_site_alone(people, question):
    choose_notices(user=people.asker, wanted=["mention"])
    answered(question, people.answerer)
    deliver()
    assert told(people.asker) == [Kind.NEW_ANSWER]
    assert mails_to(people.asker) == []


def test_a_mail_names_the_question_and_leads_to_the_answer_without_its_text(people, question):
    answer = answered(question, people.answerer, body="Hemmelig fremgangsmåte.")
    deliver()
    (mail,) = mails_to(people.asker)
    assert mail.subject == f"Nytt svar: {question.title}"
    assert question.title in mail.text
    assert f"/community/{question.pk}/{question.slug}/#svar-{answer.pk}" in mail.text
    assert "Hemmelig" not in mail.text
    assert people.answerer.name not in mail.text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "Et medlem i community har svart"),
        ("nn", "Ein medlem i community har svart"),
        ("en", "A member of the community has answered"),
    ],
)
def test_a_mail_is_in_the_language_of_its_receiver(people, question, language, words):
    type(people.asker).objects.filter(pk=people.asker.pk).update(language=language)
    answered(question, people.answerer)
    deliver()
    assert words in mails_to(people.asker)[0].text


def test_a_closed_account_is_told_nothing(people, question):
    type(people.asker).objects.filter(pk=people.asker.pk).update(is_active=False)
    answered(question, people.answerer)
    deliver()
    assert told(people.asker) == []
    assert not Mail.objects.exists()


def between_queueing_and_sending(people, question, change) -> Mail:
    """The mail to the asker after something changed while it waited."""
    answered(question, people.answerer)
    deliver("community")
    change()
    deliver("mail")
    return Mail.objects.get(about__has_key="notice")


def test_a_post_hidden_while_its_mail_waits_sends_no_mail_and_takes_the_notice_along(
    people, question
):
    def hide():
        now = timezone.now()
        moderation.hide(post=question.answers.get(), by=people.moderator, reason="Reklame", now=now)

    mail = between_queueing_and_sending(people, question, hide)
    assert mail.dropped_at is not None
    assert (mail.sent_at, mail.subject, mail.text) == (None, "", "")
    assert notice_list.unread_count(people.asker, now=timezone.now()) == 0


def test_the_next_answer_is_mailed_when_the_mail_of_the_first_was_dropped(people, question):
    def hide():
        moderation.hide(
            post=question.answers.get(), by=people.moderator, reason="Nei", now=timezone.now()
        )

    between_queueing_and_sending(people, question, hide)
    answered(question, people.answerer, body="Et bedre svar.")
    deliver()
    assert len([mail for mail in mails_to(people.asker) if mail.text]) == 1


def test_a_mail_that_waits_follows_to_a_changed_address_and_title(people, question):
    def change():
        type(people.asker).objects.filter(pk=people.asker.pk).update(email="ny@tindvik.example")
        Question.objects.filter(pk=question.pk).update(title="En ny tittel")

    mail = between_queueing_and_sending(people, question, change)
    assert mail.to == "ny@tindvik.example"
    assert mail.subject == "Nytt svar: En ny tittel"


@pytest.mark.parametrize("change", ["read", "stopped", "declined", "closed", "deleted"])
def test_a_mail_nobody_needs_any_more_is_dropped(people, question, change):
    now = timezone.now()
    changes = {
        "read": lambda: notice_list.mark_thread_read(user=people.asker, question=question, now=now),
        "stopped": lambda: following.stop(user=people.asker, question=question, now=now),
        "declined": lambda: choose_notices(user=people.asker, wanted=[]),
        "closed": lambda: type(people.asker).objects.update(is_active=False),
        "deleted": lambda: Notice.objects.all().delete(),
    }
    mail = between_queueing_and_sending(people, question, changes[change])
    assert mail.dropped_at is not None


# --- on the site ----------------------------------------------------------------------------------


def test_notices_stand_unread_first_and_page_by_page(people, question):
    for number in range(7):
        answered(question, people.answerer, body=f"Svar {number}.")
    deliver()
    keys = list(
        Notice.objects.filter(user=people.asker).order_by("pk").values_list("pk", flat=True)
    )
    for pk in (keys[0], keys[6], keys[3]):
        notice_list.mark_read(user=people.asker, notice_id=pk, now=timezone.now())
    found, after = [], None
    while True:
        page = notice_list.page_for(people.asker, after=after, now=timezone.now(), length=3)
        found += [notice.pk for notice in page.notices]
        if page.next is None:
            break
        after = page.next
    assert found == [keys[5], keys[4], keys[2], keys[1], keys[6], keys[3], keys[0]]


def test_marking_all_leaves_what_came_after_the_page_was_drawn(people, question):
    answered(question, people.answerer)
    deliver()
    newest = Notice.objects.filter(user=people.asker).latest("pk").pk
    answered(question, people.answerer, body="Kom etterpå.")
    deliver()
    assert notice_list.mark_all_read(user=people.asker, newest=newest, now=timezone.now()) == 1
    assert notice_list.unread_count(people.asker, now=timezone.now()) == 1


def test_somebody_elses_notice_cannot_be_marked(people, question):
    answered(question, people.answerer)
    deliver()
    notice = Notice.objects.get(user=people.asker)
    assert not notice_list.mark_read(user=people.member, notice_id=notice.pk, now=timezone.now())
    notice.refresh_from_db()
    assert notice.read_at is None


def test_what_is_shown_agrees_with_what_everybody_may_see(people):
    """Notices join the tables by themselves: they must not differ from `public()`."""
    ways = {
        "hidden": {"hidden_at": timezone.now(), "hidden_reason": "x"},
        "held": {"held_at": timezone.now(), "held_for": "links"},
        "withdrawn": {"withdrawn_at": timezone.now()},
        "open": {},
    }
    onto = asked(people.member)
    for question_way in (*ways, "merged"):
        for answer_way in ways:
            question = asked(people.asker)
            answer = answered(question, people.answerer)
            fields = ways.get(question_way, {"merged_into": onto})
            if fields:
                Question.objects.filter(pk=question.pk).update(**fields)
            if ways[answer_way]:
                Answer.objects.filter(pk=answer.pk).update(**ways[answer_way])
            common = {"user": people.member, "kind": Kind.SOLVED, "question": question}
            at = timezone.now()
            Notice.objects.create(answer=answer, key=f"a{answer.pk}", at=at, **common)
            Notice.objects.create(key=f"q{question.pk}", at=at, **common)
    shown = notice_list.shown_to(people.member, now=timezone.now())
    assert set(shown.filter(answer=None).values_list("question", flat=True)) == set(
        Question.objects.public().exclude(pk=onto.pk).values_list("pk", flat=True)
    )
    assert set(shown.exclude(answer=None).values_list("answer", flat=True)) == set(
        Answer.objects.public().values_list("pk", flat=True)
    )


def test_old_notices_are_forgotten(people, question):
    now = timezone.now()
    common = {"user": people.asker, "kind": Kind.SOLVED, "question": question}
    kept = Notice.objects.create(key="unread", at=now - timedelta(days=200), **common)
    Notice.objects.create(key="very old", at=now - timedelta(days=800), **common)
    Notice.objects.create(key="read", at=now, read_at=now - timedelta(days=91), **common)
    notice_list.forget_old(now)
    assert list(Notice.objects.all()) == [kept]


# --- many -----------------------------------------------------------------------------------------


def statements_to_tell(people, followers: int, captured) -> int:
    question = asked(people.asker)
    forget_the_past()
    users = [make_user() for _number in range(followers)]
    Follow.objects.bulk_create(
        Follow(user=user, question=question, at=question.asked_at) for user in users
    )
    for user in users:
        choose_notices(user=user, wanted=[])
    answered(question, people.answerer)
    with captured() as queries:
        deliver("community")
    assert Notice.objects.filter(question=question).count() == followers + 1
    return len(queries)


def test_telling_many_followers_takes_no_more_statements_than_telling_one(people):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    captured = lambda: CaptureQueriesContext(connection)  # noqa: E731
    assert statements_to_tell(people, 1, captured) == statements_to_tell(people, 30, captured)


def test_a_follower_of_a_thousand_threads_has_one_page_in_one_statement(
    people, django_assert_num_queries
):
    product = asked(people.asker).product
    questions = Question.objects.bulk_create(
        Question(
            title=f"Spørsmål {number}",
            slug="s",
            body="b",
            html="b",
            language="nb",
            product=product,
            asker=people.asker,
        )
        for number in range(1_000)
    )
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(user=people.member, kind=Kind.TAKEN_UP, question=each, key=f"k{each.pk}", at=now)
        for each in questions
    )
    assert people.member.team_lines == {}
    with django_assert_num_queries(2):  # whether there is any, and how many may be seen
        assert notice_list.unread_count(people.member, now=now) == 100
    with django_assert_num_queries(1):
        assert notice_list.unread_count(people.asker, now=now) == 0
    with django_assert_num_queries(1):
        page = notice_list.page_for(people.member, after=None, now=now)
    assert len(page.notices) == notice_list.PAGE_LENGTH
