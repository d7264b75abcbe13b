"""The 72 hours of a security case warn those who handle security, once at each share."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections, transaction

from dispatch.models import Mail
from dispatch.outbox import history
from tests.factories import make_user
from tests.triage.tickets.desk import NOW, make_desk, opened
from tests.triage.tickets.test_sweep_killed import Killed, KilledAt
from triage.oversight import report_warnings
from triage.oversight.assessments import assess
from triage.oversight.models import ReportWarning
from triage.oversight.report_warnings import warn_of_reports
from triage.tickets.deadline_mail import tell
from triage.tickets.models import DeadlineNotice, Ticket

HOUR = timedelta(hours=1)
NIGHT = datetime(2026, 12, 23, 23, 30, tzinfo=UTC)  # half past midnight on Christmas Eve in Oslo


def security(desk, *, at=NOW, **fields):
    return opened(desk, at=at, case_type="security_incident", **fields)


def run(now):
    found = warn_of_reports(now)
    tell(now)
    return found


def told():
    found = DeadlineNotice.objects.filter(clock="report").order_by("pk")
    return [(each.user.name, each.what, each.percent) for each in found]


def mails():
    return list(Mail.objects.filter(kind="deadlines").order_by("pk"))


def test_the_security_team_is_warned_at_each_share_and_when_the_hours_are_out_once_each(desk):
    security(desk)
    assert run(NOW + 36 * HOUR) == 0
    for hours in (36.1, 40, 54.1, 60, 72.1, 73, 200):
        run(NOW + hours * HOUR)
    assert told() == [
        ("Siri Vakt", "near", 50),
        ("Siri Vakt", "near", 75),
        ("Siri Vakt", "missed", 100),
    ]
    assert [mail.to for mail in mails()] == [desk.people.guard.email] * 3


def test_the_hours_run_and_warn_at_night_and_on_holidays(desk):
    ticket = security(desk, at=NIGHT - 36 * HOUR)
    run(NIGHT + timedelta(minutes=1))
    [mail] = mails()
    assert ticket.reference in mail.text and "25. desember" in mail.text
    assert DeadlineNotice.objects.get(clock="report").told_at == NIGHT + timedelta(minutes=1)


def test_the_mail_names_the_case_and_nothing_of_what_it_is_about(desk):
    ticket = security(desk, subject="Lekkasje av passord", body="Hele registeret ligger åpent.")
    run(NOW + 73 * HOUR)
    [mail] = mails()
    assert ticket.reference in mail.text and "72 timene" in mail.text
    for word in ("Lekkasje", "passord", "register", "Tindvik", "Kari"):
        assert word not in mail.text + mail.subject


def test_the_mail_is_in_the_written_standard_of_whoever_gets_it(desk):
    desk.people.guard.language = "nn"
    desk.people.guard.save()
    security(desk)
    run(NOW + 73 * HOUR)
    assert "dei 72 timane" in mails()[0].text


def test_an_assessed_case_warns_nobody_and_neither_does_an_ordinary_one(desk):
    ticket = security(desk)
    opened(desk)
    assess(ticket=ticket, by=desk.people.guard, decision="not_needed", reason="Test.", now=NOW)
    assert run(NOW + 80 * HOUR) == 0
    assert told() == []


def test_a_case_assessed_before_the_mail_goes_is_left_out_of_it(desk):
    ticket = security(desk)
    warn_of_reports(NOW + 37 * HOUR)
    assess(ticket=ticket, by=desk.people.guard, decision="reported", reason="Ja.", now=NOW)
    tell(NOW + 37 * HOUR)
    assert mails() == []


def test_after_downtime_only_the_furthest_share_is_told_and_many_cases_are_one_mail(desk):
    for number in range(30):
        security(desk, at=NOW + number * timedelta(minutes=1))
    run(NOW + 76 * HOUR)
    run(NOW + 76.5 * HOUR)
    assert len(told()) == 30 and {percent for _n, _w, percent in told()} == {100}
    assert len(mails()) == 1


def test_what_ran_out_long_ago_or_is_brought_in_from_the_past_is_noted_and_not_told(desk):
    security(desk)
    assert run(NOW + timedelta(days=30)) == 1
    security(desk, at=NOW + timedelta(days=40))
    with history():
        assert warn_of_reports(NOW + timedelta(days=43, hours=1)) == 1
    assert run(NOW + timedelta(days=43, hours=2)) == 0
    assert told() == [] and ReportWarning.objects.count() == 2


def test_somebody_new_in_the_security_team_hears_of_the_next_share_only(desk):
    security(desk)
    run(NOW + 37 * HOUR)
    make_user(name="Ny Vakt", teams=(desk.guards,))
    run(NOW + 55 * HOUR)
    assert ("Ny Vakt", "near", 50) not in told() and ("Ny Vakt", "near", 75) in told()


def test_the_first_line_and_the_manager_are_not_told(desk):
    security(desk)
    run(NOW + 73 * HOUR)
    assert {name for name, _what, _percent in told()} == {"Siri Vakt"}


def test_a_case_that_cannot_be_dealt_with_does_not_hold_up_the_others(desk, monkeypatch):
    one, two = security(desk), security(desk)
    real = report_warnings.note_by_the_clock

    def broken(*, ticket: Ticket, **more):
        if ticket.pk == one.pk:
            raise RuntimeError("broken")
        real(ticket=ticket, **more)

    monkeypatch.setattr(report_warnings, "note_by_the_clock", broken)
    assert warn_of_reports(NOW + 73 * HOUR) == 1
    assert [row.ticket_id for row in ReportWarning.objects.all()] == [two.pk]


def test_the_question_is_one_statement_however_many_have_been_dealt_with(
    desk, django_assert_num_queries
):
    for _ in range(25):
        security(desk)
    warn_of_reports(NOW + 73 * HOUR)
    with django_assert_num_queries(1):
        assert warn_of_reports(NOW + 74 * HOUR) == 0


def _outcome():
    rows = DeadlineNotice.objects.values_list("user", "percent", "what", "told_at", "dropped_at")
    mails = Mail.objects.filter(kind="deadlines").values_list("to", "subject", "text")
    return sorted(map(repr, rows)), sorted(mails)


def test_killed_before_any_statement_the_next_run_ends_as_if_nothing_had_happened(desk):
    security(desk)
    at = NOW + 73 * HOUR
    start = transaction.savepoint()
    counted = KilledAt(0)
    with connection.execute_wrapper(counted):
        run(at)
    wanted = _outcome()
    assert len(wanted[1]) == 1
    transaction.savepoint_rollback(start)
    for number in range(1, counted.count + 1):
        start = transaction.savepoint()
        with pytest.raises(Killed), connection.execute_wrapper(KilledAt(number)):
            run(at)
        run(at)
        run(at)
        assert _outcome() == wanted, f"killed before statement {number}"
        transaction.savepoint_rollback(start)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_at_once_tell_once():
    desk = make_desk()
    for _ in range(5):
        security(desk)
    both, faults = threading.Barrier(4), []

    def work():
        both.wait()
        try:
            run(NOW + 73 * HOUR)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert DeadlineNotice.objects.filter(clock="report").count() == 5
    assert ReportWarning.objects.count() == 5
    assert len(mails()) == 1
