from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.guidance.feedback import record_feedback, send_digests
from cms.guidance.models import PageFeedback
from dispatch.models import Mail
from tests.factories import make_article, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def article():
    return make_article(title="Hemmelig nøkkel")


def synthetic_number():
    """A number with the month raised by 80 and control digits that fit."""
    first, second = (3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    for middle in range(100, 999):
        digits = [int(char) for char in f"158482{middle}"]
        one = -sum(a * b for a, b in zip(first, digits, strict=True)) % 11
        two = -sum(a * b for a, b in zip(second, [*digits, one], strict=True)) % 11
        if one < 10 and two < 10:
            return "".join(map(str, [*digits, one, two]))
    raise AssertionError


def address(article):
    return reverse("page_feedback", args=[article.pk])


def negative(**fields):
    return {
        "useful": "no", "reason": "unclear", "comment": "", "submission": str(uuid4()), **fields
    }  # fmt: skip


def record(article, *, useful=False, now=None, **fields):
    return record_feedback(
        article=article, useful=useful, submission=uuid4(), now=now or timezone.now(), **fields
    ).feedback


def test_yes_is_stored_and_leads_on(article, client):
    response = client.post(address(article), {"useful": "yes"}, follow=True)

    row = PageFeedback.objects.get()
    assert (row.article, row.useful, row.reason, row.comment) == (article, True, "", "")
    assert article.url in response.content.decode()


def test_no_is_stored_with_its_reason_and_offers_help(article, client):
    posted = negative(reason="wrong", comment="  Fristen er feil. ")
    response = client.post(address(article), posted, follow=True)

    row = PageFeedback.objects.get()
    assert (row.useful, row.reason, row.comment) == (False, "wrong", "Fristen er feil.")
    body = response.content.decode()
    for name in ("ask", "community", "search"):
        assert f'href="{reverse(name)}' in body


def test_identity_number_is_masked_and_the_reader_is_told(article, client):
    number = synthetic_number()
    response = client.post(address(article), negative(comment=f"Jeg heter {number}."), follow=True)

    comment = PageFeedback.objects.get().comment
    assert comment == "Jeg heter [syntetisk fødselsnummer fjernet]."
    assert number not in response.content.decode()
    assert 'role="status"' in response.content.decode()


def test_same_form_twice_is_one_feedback(article, client):
    posted = negative()
    client.post(address(article), posted)
    client.post(address(article), posted)

    assert PageFeedback.objects.count() == 1


def test_no_without_a_reason_comes_back_with_what_was_written(article, client):
    response = client.post(address(article), negative(reason="", comment="Mangler eksempel"))

    assert response.status_code == 422
    assert "Mangler eksempel" in response.content.decode()
    assert not PageFeedback.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [{"reason": "<script>"}, {"comment": "x" * 1001}, {"reason": ["wrong", "nonsense"]}],
)
def test_nonsense_is_refused(article, client, fields):
    assert client.post(address(article), negative(**fields)).status_code == 422
    assert not PageFeedback.objects.exists()


def test_spoilt_submission_number_is_replaced(article, client):
    client.post(address(article), {"useful": "yes", "submission": "tull"})

    assert PageFeedback.objects.get().submission


def test_script_in_a_comment_is_shown_as_text(article, client):
    record(article, reason="other", comment="<script>alert(1)</script>")
    client.force_login(make_user(groups=("editor",)))

    body = client.get(reverse("page_feedback_list", args=[article.pk])).content.decode()
    assert "<script>alert(1)" not in body
    assert "&lt;script&gt;alert(1)" in body


def test_too_many_in_a_short_time_are_asked_to_wait_and_keep_their_text(article, client):
    for _each in range(12):
        client.post(address(article), negative())
    response = client.post(address(article), negative(comment="Den trettende"))

    assert response.status_code == 429
    assert "Den trettende" in response.content.decode()
    assert PageFeedback.objects.count() == 12


def test_reading_the_form_address_leads_to_the_article(article, client):
    response = client.get(address(article))

    assert response.status_code == 302
    assert response.url == f"{article.url}#feedback"


def test_unknown_article_is_not_found(client):
    assert client.post("/tilbakemelding/999999/", {"useful": "yes"}).status_code == 404
    for number in ("9" * 20, "9" * 5000):
        for page in ("", "takk/ja/", "liste/"):
            assert client.get(f"/tilbakemelding/{number}/{page}").status_code == 404


def test_database_refuses_a_reason_on_useful(article):
    with pytest.raises(IntegrityError), transaction.atomic():
        PageFeedback.objects.create(article=article, useful=True, reason="wrong")


def test_owners_get_a_digest_in_their_language_without_what_was_written():
    nynorsk = make_user(language="nn", email="nn@fellesetaten.example")
    english = make_user(language="en", email="en@fellesetaten.example")
    gone = make_user(email="borte@fellesetaten.example", is_active=False)
    team = make_team()
    team.members.add(nynorsk, english, gone)
    article = make_article(title="Nøkkelen", owner_team=team)
    record(article, reason="wrong", comment="Dette er hemmelig")
    record(article, useful=True)

    send_digests(timezone.now())

    mails = {mail.to: mail for mail in Mail.objects.all()}
    assert set(mails) == {nynorsk.email, english.email}
    for mail in mails.values():
        assert "hemmelig" not in mail.text + mail.subject
        assert reverse("page_feedback_list", args=[article.pk]) in mail.text
        assert "Nøkkelen" in mail.subject
    assert mails[english.email].language == "en"
    assert "Useful: 1" in mails[english.email].text
    assert "Useful: 1" not in mails[nynorsk.email].text


def test_digest_comes_at_most_once_a_day_for_each_article():
    team = make_team()
    team.members.add(make_user())
    article, other = make_article(owner_team=team), make_article(owner_team=team)
    now = timezone.now()
    record(article, reason="wrong", now=now)
    send_digests(now)
    record(article, reason="wrong", now=now)
    record(other, reason="wrong", now=now)
    send_digests(now + timedelta(hours=1))
    assert Mail.objects.count() == 2

    send_digests(now + timedelta(hours=25))
    assert Mail.objects.count() == 3
    send_digests(now + timedelta(hours=50))
    assert Mail.objects.count() == 3


def test_praise_alone_sends_no_mail():
    team = make_team()
    team.members.add(make_user())
    record(make_article(owner_team=team), useful=True)

    send_digests(timezone.now())

    assert not Mail.objects.exists()


def test_contact_address_is_told_when_the_team_has_nobody():
    article = make_article(owner_contact="team@fellesetaten.example", language="nn")
    record(article, reason="other")
    orphan = make_article()
    record(orphan, reason="other")

    send_digests(timezone.now())

    assert [(mail.to, mail.language) for mail in Mail.objects.all()] == [
        ("team@fellesetaten.example", "nn")
    ]
    assert orphan.feedback.get().notified_at is None


def test_only_owners_and_editors_read_what_was_written(article, client):
    record(article, reason="other", comment="Bare for eieren")
    listing = reverse("page_feedback_list", args=[article.pk])
    owner = make_user(teams=(article.owner_team,))

    assert client.get(listing).status_code == 302
    for user, status in [
        (make_user(), 403),
        (make_user(teams=(make_team(),)), 403),
        (make_user(groups=("manager",)), 403),
        (owner, 200),
        (make_user(groups=("editor",)), 200),
        (make_user(groups=("administrator",)), 200),
    ]:
        client.force_login(user)
        response = client.get(listing)
        assert response.status_code == status
        assert ("Bare for eieren" in response.content.decode()) is (status == 200)


def test_list_of_feedback_takes_the_same_number_of_queries(
    article, client, django_assert_num_queries
):
    client.force_login(make_user(groups=("editor",)))
    listing = reverse("page_feedback_list", args=[article.pk])
    record(article, reason="other")
    client.get(listing)
    with CaptureQueriesContext(connection) as one:
        client.get(listing)
    for _each in range(49):
        record(article, reason="other")
    with django_assert_num_queries(len(one)):
        client.get(listing)
