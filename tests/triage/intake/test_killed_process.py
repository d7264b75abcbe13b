"""A process killed between draft and case leaves the one or the other, never neither or both."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from tests.triage.tickets.desk import make_desk
from tests.triage.tickets.test_files import PNG, upload
from triage.intake import drafts
from triage.tickets.files import examine

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.sqlite,
]

ROOT = Path(__file__).resolve().parents[3]
# Where it is killed, and whether the case is there afterwards.
STEPS = {
    "triage.intake.services.write_message": False,
    "triage.intake.services.log": False,
    "triage.tickets.files.Attachment.save": False,
    "triage.intake.services._acknowledge": False,
    "triage.intake.web.discard": False,
    "triage.intake.drafts.storage().delete": True,
}
SENDING = """
import os, signal, sys
import django
django.setup()
from unittest import mock
from uuid import UUID
from django.utils import timezone
from accounts.models import User
from dispatch import outbox
from triage.intake import drafts, web
for topic in ("search", "classify", "crm"):
    outbox._handlers.setdefault(topic, lambda rows: None)
def kill(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
step, key, email = sys.argv[1:]
if step.endswith("().delete"):
    place = drafts.storage()
    place.delete = kill
    patch = mock.patch("triage.intake.drafts.storage", lambda: place)
elif step:
    patch = mock.patch(step, kill)
else:
    patch = mock.patch("os.nice")
with patch:
    web.send_case(key=UUID(key), by=User.objects.get(email=email), now=timezone.now())
"""


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
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": f"sqlite:///{self.path}",
            "DATA_DIR": str(self.folder),
            "SECRET_KEY": "for this test alone",
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-c", SENDING, step, self.key, self.email]
        ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
        assert ended.returncode in (0, -signal.SIGKILL), ended.stderr[-2000:]
        return ended.returncode

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
