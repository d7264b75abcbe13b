"""Pages for administrators: who gets in, what they see, and what their buttons do."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core import checks
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dispatch import jobs, outbox
from dispatch.models import OutboxRow, RecurringJob, WorkerBeat
from portal.operations import names, state
from portal.operations.tasks import rebuild_index
from search.contract import EngineUnavailable
from tests.factories import make_team, make_user
from tests.portal.desk.pages import signed_in, text_of

pytestmark = pytest.mark.django_db
HOME = "/drift/"
PAGES = [HOME, "/drift/post/", "/drift/post/1/"]
BUTTONS = [
    "/drift/utgaende/mail/igjen/",
    f"/drift/oppgaver/{uuid.UUID(int=1)}/igjen/",
    "/drift/sokeindeks/bygg/",
]
ROLES = {
    "administrator": {"groups": ("administrator",)},
    "superuser": {"is_superuser": True},
    "manager": {"groups": ("manager",)},
    "editor": {"groups": ("editor",)},
    "moderator": {"groups": ("moderator",)},
    "first line": {},
    "member": {},
}


def person(role: str):
    fields = dict(ROLES[role])
    if role == "first line":
        fields["teams"] = (make_team(line="first"),)
    return make_user(**fields)


@pytest.fixture
def admin(db):
    return signed_in(person("administrator"))


def failed_task(**fields) -> DBTaskResult:
    values = {
        "status": TaskResultStatus.FAILED,
        "task_path": "portal.operations.tasks.rebuild_index",
        "args_kwargs": {"args": ["ola@tindvik.example"], "kwargs": {}},
        "backend_name": "default",
        "run_after": timezone.now(),
        "finished_at": timezone.now(),
        "worker_ids": ["w"] * 8,
        "exception_class_path": "builtins.ValueError",
        "traceback": "ValueError: ola@tindvik.example",
        **fields,
    }
    return DBTaskResult.objects.create(**values)


def row(topic="mail", **fields) -> OutboxRow:
    return OutboxRow.objects.create(topic=topic, **fields)


@pytest.mark.parametrize("role", ROLES)
def test_administrators_get_in_and_nobody_else(role):
    client = signed_in(person(role))
    inside = role in ("administrator", "superuser")
    for path in PAGES + BUTTONS:
        response = client.post(path) if path in BUTTONS else client.get(path)
        assert (response.status_code != 403) is inside, path
        assert inside or "Operations are for administrators." in text_of(response), path


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_is_asked_to_sign_in_and_comes_back(path):
    response = Client().get(path)
    assert response.status_code == 302 and response["Location"].endswith(f"?next={path}")


@pytest.mark.parametrize("path", BUTTONS)
def test_a_visitor_changes_nothing_and_a_link_cannot_press_a_button(admin, path):
    assert Client().post(path)["Location"].endswith("?next=/drift/")
    assert admin.get(path).status_code == 405
    assert not DBTaskResult.objects.exists()


def test_somebody_who_was_an_administrator_is_one_no_longer():
    user = person("administrator")
    client = signed_in(user)
    user.is_active = False
    user.save()
    assert client.get(HOME).status_code == 302


@pytest.mark.parametrize(
    ("seen", "word"), [(None, "Not running"), (5, "Works"), (59, "Works"), (61, "Silent")]
)
def test_the_worker_is_alive_while_it_gives_signs_of_life(admin, seen, word):
    if seen is not None:
        seen_at = timezone.now() - timedelta(seconds=seen)
        WorkerBeat.objects.create(worker_id="w", seen_at=seen_at)
    assert f"The worker {word}" in text_of(admin.get(HOME))


def test_an_installation_at_rest_says_so(admin):
    page = text_of(admin.get(HOME))
    for words in (
        "Nothing waits. Everything is delivered.",
        "No task has failed.",
        "No job has run yet.",
        "Cannot be read. Build it anew.",
        "Not trained",
        "Is only kept here",
    ):
        assert words in page


def test_topics_tell_waiting_failing_and_given_up_apart():
    now = timezone.now()
    row()
    row(attempts=2, last_error="OSError", created_at=now - timedelta(hours=1))
    row(attempts=1)  # in a worker's hands: neither failed nor done
    row(attempts=15, given_up_at=now, last_error="SMTPException")
    row(delivered_at=now)
    row("crm", key="7", created_at=now - timedelta(days=3))
    crm, mail = state.topics(now)
    assert (mail.waiting, mail.failing, mail.given_up) == (2, 1, 1)
    assert (mail.behind, mail.held) == (True, False)
    assert mail.last_error == "SMTPException"
    assert (crm.held, crm.behind, crm.waiting, crm.name) == (True, False, 1, "CRM")


def test_what_went_wrong_is_told_in_words_with_the_name_it_has_in_the_log(admin):
    row("search", attempts=2, last_error="EngineAway")
    row("classify", attempts=2, last_error="ArtifactMissing")
    RecurringJob.objects.create(
        name="sweep for breaches", next_run_at=timezone.now(), last_error="TimeoutError"
    )
    page = text_of(admin.get(HOME))
    assert "The search server does not answer (EngineAway)" in page
    assert "No classifier is trained yet (ArtifactMissing)" in page
    assert "No answer in time (TimeoutError)" in page


def test_the_page_says_that_no_crm_is_connected(admin):
    row("crm", key="7")
    assert "No CRM is connected. Changed cases wait 90 days." in text_of(admin.get(HOME))


def test_trying_again_makes_given_up_rows_of_that_topic_due(admin):
    now = timezone.now()
    mail = row(given_up_at=now, attempts=15, next_attempt_at=now + timedelta(hours=1))
    other = row("search", given_up_at=now, attempts=15)
    response = admin.post("/drift/utgaende/mail/igjen/", follow=True)
    assert "Mail: 1 is tried again." in text_of(response)
    mail.refresh_from_db()
    other.refresh_from_db()
    assert mail.given_up_at is None and mail.next_attempt_at <= timezone.now()
    assert other.given_up_at is not None
    response = admin.post("/drift/utgaende/mail/igjen/", follow=True)
    assert "Nothing was given up there any more." in text_of(response)


def test_trying_again_works_while_a_later_row_of_the_same_key_waits(admin):
    row("search", key="ticket:1", attempts=15, given_up_at=timezone.now())
    row("search", key="ticket:1")
    admin.post("/drift/utgaende/search/igjen/")
    assert OutboxRow.objects.filter(given_up_at=None).count() == 2


def test_a_row_tried_again_is_delivered(admin, monkeypatch):
    delivered = []
    monkeypatch.setitem(outbox._handlers, "trial", delivered.extend)
    row("trial", attempts=15, given_up_at=timezone.now())
    admin.post("/drift/utgaende/trial/igjen/")
    assert outbox.drain(timezone.now(), topics=["trial"]) == 1
    assert len(delivered) == 1


def test_a_failed_task_is_shown_without_what_it_was_about_and_tried_again(admin):
    task = failed_task()
    page = text_of(admin.get(HOME))
    assert "Build the search index anew" in page and "ValueError" in page and "8 attempts" in page
    assert "ola@tindvik.example" not in page
    response = admin.post(f"/drift/oppgaver/{task.pk}/igjen/", follow=True)
    assert "The task is tried again." in text_of(response)
    task.refresh_from_db()
    assert (task.status, task.worker_ids) == (TaskResultStatus.READY, [])
    response = admin.post(f"/drift/oppgaver/{task.pk}/igjen/", follow=True)
    assert "not among the failed ones any more" in text_of(response)


def test_jobs_with_an_error_come_first_and_a_late_one_is_marked(admin):
    now = timezone.now()
    RecurringJob.objects.create(name="clear old mails", next_run_at=now, last_started_at=now)
    RecurringJob.objects.create(
        name="sweep for breaches", next_run_at=now - timedelta(hours=1), last_error="OSError"
    )
    RecurringJob.objects.create(name="a new one", next_run_at=now)
    page = text_of(admin.get(HOME))
    assert page.index("Record deadlines that ran out") < page.index("a new one")
    for words in ("Late", "OSError", "Remove old mails", "Well", "Not run yet"):
        assert words in page


def test_the_index_is_rebuilt_by_the_worker_once_however_often_it_is_asked_for(admin):
    for words in ("The worker builds the search index anew.", "is being built already"):
        assert words in text_of(admin.post("/drift/sokeindeks/bygg/", follow=True))
    assert DBTaskResult.objects.count() == 1
    assert "Is being built anew." in text_of(admin.get(HOME))
    assert rebuild_index.func() == 0
    DBTaskResult.objects.all().delete()
    page = text_of(admin.get(HOME))
    assert "0 documents" in page and "Build the index anew" in page


def test_a_dead_search_engine_does_not_take_the_page_with_it(admin, monkeypatch):
    class Dead:
        def health(self):
            raise EngineUnavailable("away")

    monkeypatch.setattr(state, "engines", lambda: [Dead()])
    response = admin.get(HOME)
    assert response.status_code == 200
    assert "Cannot be read. Build it anew." in text_of(response)


def test_a_trained_classifier_is_shown_with_its_time(admin, settings):
    settings.CLASSIFIER_DIR.mkdir()
    (settings.CLASSIFIER_DIR / "classifier.veiviser").write_bytes(b"x")
    assert "Suggestions for cases Trained" in text_of(admin.get(HOME))


def test_what_the_checks_find_is_shown_worst_first_with_the_remedy(admin, monkeypatch):
    found = [
        checks.Warning("A small thing.", id="x.W1"),
        checks.Error("A <b>big</b> thing.", hint="Mend it.", id="x.E1"),
        checks.Info("Nothing.", id="x.I1"),
    ]
    monkeypatch.setattr(state.checks, "run_checks", lambda **options: found)
    page = text_of(admin.get(HOME))
    assert page.index("x.E1 A <b>big</b> thing. Mend it.") < page.index("x.W1 A small thing.")
    assert "x.I1" not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ("Drift", "Bakgrunnsarbeideren", "Ingen oppgaver har feilet.")),
        ("nn", ("Drift", "Bakgrunnsarbeidaren", "Ingen oppgåver har feila.")),
    ],
)
def test_the_page_in_both_written_standards(language, words):
    page = text_of(signed_in(person("administrator"), language).get(HOME))
    for word in words:
        assert word in page


def test_the_number_of_statements_does_not_grow_with_what_is_shown(admin):
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            admin.get(HOME)
        counts.append(len(queries))
        for number in range(25):
            row(f"t{number}")
            failed_task()
            RecurringJob.objects.create(name=f"j{len(counts)}-{number}", next_run_at=timezone.now())
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("registered", "told"), [(jobs._recurring, names.JOBS), (outbox._handlers, names.TOPICS)]
)
def test_whatever_runs_by_itself_has_a_name_in_the_language_of_the_page(registered, told):
    ours = {code for code, job in registered.items() if _is_ours(job)}
    assert ours and ours - told.keys() == set()


def _is_ours(job) -> bool:
    """Whether it is the product's own, and no other test's."""
    function = job[1] if isinstance(job, tuple) else job
    return not function.__module__.startswith("tests.")
