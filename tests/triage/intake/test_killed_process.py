"""A process killed between draft and case leaves the one or the other, never neither or both."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from unittest import mock
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from dispatch import outbox
from tests.copies import ended, kill_here, start_copy
from tests.triage.tickets.desk import make_desk
from tests.triage.tickets.test_files import PNG, upload
from triage.intake import drafts, web
from triage.tickets.files import examine

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.sqlite,
]

# Where it is killed, and whether the case is there afterwards.
STEPS = {
    "triage.intake.services.write_message": False,
    "triage.intake.services.log": False,
    "triage.tickets.files.Attachment.save": False,
    "triage.intake.services._acknowledge": False,
    "triage.intake.web.discard": False,
    "triage.intake.drafts.storage().delete": True,
}


@pytest.fixture
def site(tmp_path):
    """A database file with a desk and a draft with a file, and how to send it in a process."""
    desk = make_desk()
    asker = desk.people.asker
    draft = drafts.save_draft(
        key=uuid4(),
        values={
            "subject": "Får ikke token",
            "body": "Vi får en feil.",
            "case_type": "question",
            "organisation": 0,
        },
        now=timezone.now() - timedelta(minutes=1),
        user=asker,
    )
    drafts.add_files(draft=draft, files=[examine(upload("a.png", PNG))], now=timezone.now())
    path = tmp_path / "site.sqlite3"
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    copy.close()
    return Site(path, tmp_path, str(draft.pk), asker.email)


class Site:
    """The copied database, and a process that sends its draft."""

    def __init__(self, path: Path, folder: Path, key: str, email: str) -> None:
        self.path, self.folder, self.key, self.email = path, folder, key, email

    def send(self, step: str = "") -> int:
        """Send in a process of its own; gives how it ended."""
        [code] = ended(start_copy(lambda: self._send(step), database=str(self.path)))
        return code

    def _send(self, step: str) -> None:
        for topic in ("search", "classify", "crm"):
            outbox._handlers.setdefault(topic, lambda rows: None)
        if step.endswith("().delete"):
            place = drafts.storage()
            place.delete = kill_here
            patch = mock.patch("triage.intake.drafts.storage", lambda: place)
        else:
            patch = mock.patch(step, kill_here) if step else nullcontext()
        with patch:
            by = User.objects.get(email=self.email)
            web.send_case(key=UUID(self.key), by=by, now=timezone.now())

    def count(self, table: str) -> int:
        """How many rows the table has."""
        with sqlite3.connect(self.path) as database:
            return database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]  # noqa: S608

    @property
    def attached(self) -> bytes:
        """The bytes of the case's one attachment."""
        with sqlite3.connect(self.path) as database:
            [(name,)] = database.execute("SELECT file FROM tickets_attachment").fetchall()
        return (self.folder / "attachments" / name).read_bytes()


def test_wherever_it_is_killed_the_draft_or_the_case_is_there(site, thorough):
    steps = STEPS if thorough else {step: STEPS[step] for step in list(STEPS)[-2:]}
    for step, is_sent in steps.items():
        assert site.send(step) == -signal.SIGKILL, step
        assert site.count("tickets_ticket") == int(is_sent), step
        assert site.count("intake_draft") == int(not is_sent), step
        assert site.count("intake_draftfile") == int(not is_sent), step
    assert site.send() == 0  # pressed once more
    assert site.count("tickets_ticket") == 1
    assert site.attached == PNG
