"""`manage.py load_demo` at the command line."""

from __future__ import annotations

import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from portal.demo import loading
from portal.demo.models import SampleLoad
from tests.factories import make_user
from tests.portal.demo.conftest import AS_OF
from triage.tickets.models import Involvement, Message, Ticket, TicketClock, TicketEvent
from triage.tickets.replaying import Proof, differences

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(small, monkeypatch):
    """No history and no open cases: the command itself."""
    monkeypatch.setattr(loading, "HISTORY", timedelta(days=2))
    monkeypatch.setattr(loading, "present", lambda as_of, source: iter(()))


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("load_demo", *arguments, stdout=out)
    return out.getvalue()


def test_progress_and_the_time_it_took_are_shown(few):
    text = run("--as-of", AS_OF.isoformat())
    assert "organisations: 16" in text
    assert "The sample is loaded after" in text
    assert SampleLoad.objects.get().as_of == AS_OF


def test_who_was_told_to_be_quiet_while_it_loads_speaks_again_afterwards(few, caplog):
    run("--as-of", AS_OF.isoformat())
    logging.getLogger("accounts").info("somebody came")
    assert "somebody came" in caplog.text


def test_nothing_is_loaded_where_real_people_work(few):
    make_user()
    assert "nothing is loaded" in run("--if-empty")
    assert User.objects.count() == 1
    assert not SampleLoad.objects.exists()


def test_a_sample_that_is_there_is_left_alone(few):
    run("--as-of", AS_OF.isoformat(), "--if-empty")
    people = User.objects.count()
    assert "there already" in run("--if-empty")
    assert (User.objects.count(), SampleLoad.objects.count()) == (people, 1)


def test_a_time_without_an_offset_is_local(few):
    run("--as-of", "2026-11-24T10:30")
    assert SampleLoad.objects.get().as_of == AS_OF


@pytest.mark.parametrize("wrong", ["yesterday", "2026-13-01", "24.11.2026"])
def test_a_time_that_cannot_be_read_is_refused(few, wrong):
    with pytest.raises(CommandError, match="is not a time"):
        run("--as-of", wrong)


def test_moving_back_says_what_to_do(few):
    run("--as-of", AS_OF.isoformat())
    with pytest.raises(CommandError, match="later --as-of"):
        run("--refresh", "--as-of", (AS_OF - timedelta(days=1)).isoformat())


def test_very_many_cases_have_a_true_log_and_true_clocks(few, monkeypatch):
    monkeypatch.setattr("portal.demo.bulk.CHUNK", 40)
    monkeypatch.setattr("portal.demo.bulk.OPEN_SHARE", 0.3)
    text = run("--as-of", AS_OF.isoformat(), "--tickets", "130")
    assert Ticket.objects.count() == 130
    assert "cases: 130 of 130" in text
    assert Ticket.objects.open().exists()
    assert Ticket.objects.filter(status="resolved").exists()
    proof = Proof()
    assert list(differences(proof, now=AS_OF)) == []
    assert proof.clocks == TicketClock.objects.count() > 130
    assert Message.objects.filter(ticket__status="resolved", from_requester=False).exists()
    assert not TicketEvent.objects.filter(at__gt=AS_OF).exists()
    assert Involvement.objects.filter(kind="owner", ended_at=None).count() == 130


def test_a_desk_that_is_full_already_gets_no_more(few):
    run("--as-of", AS_OF.isoformat(), "--tickets", "60")
    assert "added 0 cases" in run("--tickets", "60")
    assert Ticket.objects.count() == 60
