"""The kept mails: found, opened, and removed in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from structlog.testing import capture_logs

from dispatch.mail import queue_mail
from dispatch.models import Mail, OutboxRow
from portal.operations.mails import KEYS_TO_ACCOUNTS
from portal.operations.retention import clear_old_mails
from tests.factories import make_user
from tests.portal.desk.pages import signed_in, text_of

pytestmark = pytest.mark.django_db
LIST = "/drift/post/"


@pytest.fixture
def admin(db):
    return signed_in(make_user(groups=("administrator",)))


def kept(**fields) -> Mail:
    values = {
        "to": "kari@tindvik.example",
        "subject": "V-00012: Du har fått svar",
        "text": "Hei!\n\nDu har fått svar.\nhttp://127.0.0.1:8000/saker/V-00012/\n",
        "language": "nb",
        "kind": "answer",
        **fields,
    }
    return Mail.objects.create(**values)


def test_the_list_tells_who_what_and_whether_it_was_sent(admin, settings):
    kept(sent_at=timezone.now())
    kept(to="ola@strand.example", subject="Velkommen", kind="request_approved")
    page = text_of(admin.get(LIST))
    for words in (
        "kari@tindvik.example",
        "V-00012: Du har fått svar",
        "Answer in a case",
        "Sent",
        "Let into an organisation",
        "Only kept",
        "only administrators see them, each opening is logged",
        "removed after 90 days",
    ):
        assert words in page
    settings.MAIL_IS_SENT = True
    assert "Not sent" in text_of(admin.get(LIST))


def test_a_page_without_mails_says_why(admin):
    assert "No mail has been written yet." in text_of(admin.get(LIST))
    assert "No mail is like that." in text_of(admin.get(LIST, {"to": "x"}))


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ({"to": "kari"}, {"a"}),
        ({"to": "KARI@"}, {"a"}),
        ({"kind": "invited"}, {"b"}),
        ({"kind": "invited", "to": "kari"}, set()),
        ({"kind": "unknown"}, set()),
        ({"to": "' OR 1=1 --"}, set()),
        ({"to": "\x00"}, {"a", "b"}),
        ({"to": "x" * 5000}, set()),
        ({"before": "yesterday_x"}, {"a", "b"}),
        ({"before": "2026-99-99T00:00:00+00:00_1"}, {"a", "b"}),
        ({"before": "2026-01-01T00:00:00_1"}, {"a", "b"}),
        ({"before": "0001-01-01T00:00:00+14:00_1"}, {"a", "b"}),
        ({"before": "2020-01-01T00:00:00+00:00_9"}, set()),
    ],
)
def test_filters_find_mails_and_nonsense_finds_nothing_or_everything(admin, query, seen):
    kept(to="kari@tindvik.example", subject="emne-a")
    kept(to="ola@strand.example", subject="emne-b", kind="invited")
    page = text_of(admin.get(LIST, query))
    assert {name for name in ("a", "b") if f"emne-{name}" in page} == seen


def test_going_through_the_pages_shows_every_mail_once(admin):
    now = timezone.now()
    for number in range(120):
        kept(subject=f"nr-{number:03}", created_at=now - timedelta(minutes=number // 7))
    seen, address = [], LIST
    while address:
        response = admin.get(address)
        seen += [row.subject for row in response.context["rows"]]
        older = response.context["older"]
        address = f"{LIST}?{older}" if older else ""
    assert sorted(seen) == [f"nr-{number:03}" for number in range(120)]


def test_a_filter_goes_along_to_the_next_page(admin):
    for _number in range(51):
        kept(kind="invited")
    older = admin.get(LIST, {"kind": "invited", "to": "kari"}).context["older"]
    assert "kind=invited" in older and "to=kari" in older


def test_the_number_of_statements_does_not_grow_with_the_mails(admin):
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            admin.get(LIST)
        counts.append(len(queries))
        for _number in range(50):
            kept()
    assert counts[0] == counts[1]


def test_an_opened_mail_is_plain_text_with_its_link(admin):
    mail = kept(text="<script>alert(1)</script>\nhttp://127.0.0.1:8000/saker/V-1/", language="nn")
    html = admin.get(f"{LIST}{mail.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html and "<script>alert" not in html
    assert '<a href="http://127.0.0.1:8000/saker/V-1/"' in html
    assert 'class="operations-text" lang="nn"' in html


def test_opening_a_mail_is_logged_without_anything_about_a_person(admin):
    mail = kept()
    with capture_logs() as lines:
        admin.get(f"{LIST}{mail.pk}/")
    [line] = [line for line in lines if line["event"] == "kept mail opened"]
    assert line["mail"] == mail.pk and isinstance(line["by"], int)
    assert "kari" not in str(lines) and "svar" not in str(lines)


@pytest.mark.parametrize("mail_id", ["999999", "0", "99999999999999999999", "x"])
def test_an_unknown_mail_is_a_missing_page(admin, mail_id):
    assert admin.get(f"{LIST}{mail_id}/").status_code == 404


@pytest.mark.parametrize("kind", KEYS_TO_ACCOUNTS)
def test_a_link_that_opens_an_account_is_shown_only_while_nothing_is_sent(admin, settings, kind):
    mail = kept(kind=kind, text="Velg nytt passord:\nhttp://127.0.0.1:8000/konto/x-secret/\n")
    assert "x-secret" in text_of(admin.get(f"{LIST}{mail.pk}/"))
    settings.MAIL_IS_SENT = True
    page = text_of(admin.get(f"{LIST}{mail.pk}/"))
    assert "x-secret" not in page and "the link is shown to the receiver only" in page


def test_old_mails_go_and_what_is_still_to_be_sent_stays(settings):
    now = timezone.now()
    settings.MAIL_KEEP_DAYS = 30
    old, edge = now - timedelta(days=30, seconds=1), now - timedelta(days=30)
    kept(subject="old", created_at=old)
    kept(subject="edge", created_at=edge)
    queue_mail(to="a@b.example", subject="waiting", text="x", language="nb", kind="answer")
    Mail.objects.filter(subject="waiting").update(created_at=old)
    with capture_logs() as lines:
        clear_old_mails(now)
    assert set(Mail.objects.values_list("subject", flat=True)) == {"edge", "waiting"}
    assert lines[-1]["count"] == 1
    OutboxRow.objects.update(delivered_at=now)
    clear_old_mails(now)
    assert set(Mail.objects.values_list("subject", flat=True)) == {"edge"}


@pytest.mark.parametrize(("language", "word"), [("nb", "Mottaker"), ("nn", "Mottakar")])
def test_the_mails_in_both_written_standards(language, word):
    client = signed_in(make_user(groups=("administrator",)), language)
    kept()
    assert word in text_of(client.get(LIST))


def test_a_mail_that_was_dropped_is_shown_as_not_needed_any_more(admin, settings):
    settings.MAIL_IS_SENT = True
    mail = kept(subject="", text="", kind="thread", dropped_at=timezone.now())
    page = text_of(admin.get(LIST))
    assert "Not needed any more" in page
    assert "Something new in a question one follows" in page
    assert "Not needed any more" in text_of(admin.get(f"{LIST}{mail.pk}/"))
