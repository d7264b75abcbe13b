"""A manager changes what is promised, tries a case on it first, and sees what it does."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from dispatch import outbox
from tests.portal.rules.forms import fields, filled
from tests.triage.tickets.sweeps import all_differences, incident
from triage.sla.calendar import calendar_to_json, week
from triage.sla.models import CalendarVersion, PolicyVersion
from triage.sla.policy import DEFAULT_POLICY, policy_to_json
from triage.sla.service_model import current_service_model, service_model, store_example
from triage.tickets.models import RuleChange

# The pages alone; what they change is tested on both databases in triage/tickets.
pytestmark = pytest.mark.sqlite

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PAGE = "/tjenestemodell/lofter/"
P2, P3, P4 = "rules-2", "rules-7", "rules-8"  # places of rules in the example


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def sent_with(client: Client, **changed) -> dict:
    """The form with fields typed over; two underscores stand for the hyphen of a row."""
    return fields(client, PAGE) | {name.replace("__", "-"): each for name, each in changed.items()}


def looked_at(client: Client, sent: dict) -> dict:
    """What the page holds after a look at what changes."""
    answer = client.post(PAGE, {**sent, "step": "look"})
    assert answer.status_code == 200, answer.content.decode()
    return filled(answer.content.decode())


def changed(client: Client, sent: dict, **more: str):
    """Change the rules to what was sent, with a look first; the rules then in force."""
    sent = looked_at(client, sent)
    client.post(PAGE, {**sent, "step": "change", "reason": "Ny avtale", "cases": "new", **more})
    return service_model(RuleChange.objects.get().after_id).policy


def headings(html: str) -> list[str]:
    """What each rule of the page is about."""
    return re.findall(r'<h3 class="ds-heading" data-size="2xs">\d+\. (.*?)</h3>', html)


def test_the_form_as_it_stands_is_the_policy_in_force(manager):
    answer = manager.post(PAGE, {**fields(manager, PAGE), "step": "look"})
    assert answer.status_code == 422
    assert "Ingenting er annerledes enn i løftene som gjelder." in answer.content.decode()


def test_each_rule_says_what_it_is_about_and_promises(manager):
    html = manager.get(PAGE).content.decode()
    assert headings(html)[1] == "P1 Kritisk"
    assert (
        "Første svar: 15 minutter (garanti); Oppdatering: 30 minutter (garanti); "
        "Løsning: 4 timer (garanti)" in html
    )
    assert "Lover ingenting" in html


def test_a_look_shows_promises_side_by_side_and_what_moves_and_changes_nothing(manager, desk):
    incident(desk, at=NOW)
    sent = sent_with(manager, **{f"{P3}-first_response": "2", f"{P3}-update": ""})
    html = manager.post(PAGE, {**sent, "step": "look"}).content.decode()
    assert "Frister flyttes i 1 av 1 åpen sak." in html
    rows = re.sub(r"\s*<[^>]+>\s*", "|", html[html.index("Reglene før og etter") :])
    assert "4 timer (serviceerklæring)||2 timer (serviceerklæring)" in rows
    assert "2 arbeidsdager (serviceerklæring)||ikke lovet" in rows
    assert not RuleChange.objects.exists()


def test_the_change_is_made_with_a_reason_and_open_cases_follow(manager, desk):
    ticket = incident(desk, at=NOW)
    assert ticket.next_due_at == NOW + timedelta(hours=4)
    sent = looked_at(manager, sent_with(manager, **{f"{P3}-first_response": "2"}))
    answer = manager.post(PAGE, {**sent, "step": "change", "reason": "Ny avtale", "cases": "open"})
    change = RuleChange.objects.get()
    assert answer.headers["Location"] == reverse("rules_change", args=[change.pk])
    outbox.drain(NOW, topics=["rules_changed"])
    ticket.refresh_from_db()
    assert ticket.next_due_at == NOW + timedelta(hours=2)
    assert all_differences(NOW) == []
    html = manager.get(answer.headers["Location"]).content.decode()
    assert "2 timer (serviceerklæring)" in html
    assert "Ny avtale" in html


def test_newly_promised_and_no_longer_promised_are_counted(manager, desk):
    incident(desk, at=NOW)
    sent = sent_with(manager, **{f"{P3}-first_response": "", f"{P3}-resolution": ""})
    html = manager.post(PAGE, {**sent, "step": "look"}).content.decode()
    assert "Ikke lovet lenger" in html


def test_every_field_of_a_rule_and_every_option_is_kept_as_written(manager):
    sent = sent_with(manager)
    sent |= {
        f"{P4}-calendar": "always",
        f"{P4}-resolution": "90",
        f"{P4}-resolution_unit": "minutes",
        f"{P4}-resolution_commitment": "guarantee",
        "options-warning_percent": "60",
        "options-reopen_days": "30",
        "options-notice_hours": "",
        "options-first_response_on": ["public_reply", "taken"],
        "options-note": "Avtalt med eierne",
    }
    policy = changed(manager, sent)
    rule = policy.rules[8]
    assert (rule.name, rule.calendar) == ("P4", "always")
    assert (rule.resolution.minutes, rule.resolution.commitment) == (90, "guarantee")
    assert (policy.warning_percent, policy.reopen_days, policy.notice_hours) == (60, 30, "")
    assert policy.first_response_on == ("public_reply", "taken")
    assert policy.note == "Avtalt med eierne"
    html = manager.get(f"/tjenestemodell/endringer/{RuleChange.objects.get().pk}/").content.decode()
    for words in ("ved 60 %", "i 30 dager", "at noen tar saken", "Avtalt med eierne", "1 time 30"):
        assert words in html


def test_the_note_of_the_example_stays_as_it_was_when_it_is_shown_translated(manager):
    sent = sent_with(manager, **{f"{P3}-first_response": "3"})
    assert sent["options-note"].startswith("Dette er et eksempel")
    assert changed(manager, sent).note == DEFAULT_POLICY.note


def test_a_rule_is_moved_added_and_removed_without_losing_what_was_typed(manager):
    sent = sent_with(manager, **{f"{P2}-first_response": "ti", "options-reopen_days": "x"})
    html = manager.post(PAGE, {**sent, "step": "up:2"}).content.decode()
    assert headings(html)[1:3] == ["P2 Høy", "P1 Kritisk"]
    sent = filled(html)
    assert (sent["rules-1-first_response"], sent["options-reopen_days"]) == ("ti", "x")
    sent = filled(manager.post(PAGE, {**sent, "step": "down:1"}).content.decode())
    assert sent["rules-2-priorities"] == ["P2"]
    html = manager.post(PAGE, {**sent, "step": "remove:2"}).content.decode()
    assert "P2 Høy" not in headings(html)
    html = manager.post(PAGE, {**filled(html), "step": "add"}).content.decode()
    assert headings(html)[-1] == "Alle andre saker"
    assert not RuleChange.objects.exists()


@pytest.mark.parametrize(
    "step",
    [
        *("up:0", "down:8", "remove:99", "up:x", "up:", "down:²"),
        pytest.param("up:" + "9" * 5000, id="a number longer than is read"),
    ],
)
def test_a_step_that_leads_nowhere_leaves_the_rules_as_they_are(manager, step):
    before = headings(manager.get(PAGE).content.decode())
    html = manager.post(PAGE, {**fields(manager, PAGE), "step": step}).content.decode()
    assert headings(html) == before


def test_an_added_rule_is_stored_with_a_name_of_its_own(manager):
    html = manager.post(PAGE, {**fields(manager, PAGE), "step": "add"}).content.decode()
    html = manager.post(PAGE, {**filled(html), "step": "up:9"}).content.decode()
    sent = filled(html) | {
        "rules-8-case_types": ["feedback"],
        "rules-8-priorities": ["P4"],
        "rules-8-first_response": "3",
        "rules-8-first_response_unit": "days",
    }
    policy = changed(manager, sent)
    assert len({rule.name for rule in policy.rules}) == len(policy.rules) == 10
    assert policy.rule_for("feedback", "P4").first_response.working_days == 3
    assert policy.rule_for("incident", "P4").name == "P4"


def test_the_order_of_rules_decides(manager):
    html = manager.post(PAGE, {**fields(manager, PAGE), "step": "up:3"}).content.decode()
    policy = changed(manager, filled(html))
    assert policy.rule_for("question", "P2").name == "question_or_order"
    assert policy.rule_for("incident", "P2").name == "P2"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (f"{P3}-first_response", "mange", "Skriv et helt tall"),
        (f"{P3}-first_response", "0", "Første svar: [^<]*1"),
        (f"{P3}-resolution", "9999", "mer enn ett år"),
        (f"{P3}-first_response", "1" * 30, "mer enn ett år"),
        ("options-warning_percent", "100", "er brukt: [^<]*99"),
        ("options-reopen_days", "-1", "0"),
        ("options-first_response_on", [], "Velg minst én"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_in_the_summary(manager, field, value, said):
    answer = manager.post(PAGE, {**fields(manager, PAGE), field: value, "step": "look"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'href="#id_{field}(_group)?"[^<]*>[^<]*{said}', html)
    assert re.search(rf'id="id_{field}_error', html)
    assert f'id="id_{field}' in html


def test_a_calendar_hardly_ever_open_has_no_room_for_a_long_promise(manager):
    model = current_service_model(NOW)
    stored = with_a_calendar_hardly_open(model)
    answer = manager.post(
        PAGE,
        {
            **fields(manager, PAGE),
            f"{P3}-calendar": stored,
            f"{P3}-resolution": "500",
            f"{P3}-resolution_unit": "hours",
            "step": "look",
        },
    )
    assert answer.status_code == 422
    assert "mer enn tre år" in answer.content.decode()


def with_a_calendar_hardly_open(model) -> str:
    """The rules in force with one calendar more."""
    weekly = week({"mon": [("08:00", "09:00")]})
    rare = replace(model.calendars["always"], name="rare", weekly=weekly)
    row = CalendarVersion.objects.create(name="rare", data=calendar_to_json(rare))
    PolicyVersion.objects.get(pk=model.version_id).calendars.add(row)
    service_model.cache_clear()
    return "rare"


def test_a_kind_of_case_without_a_rule_is_named(manager):
    sent = sent_with(manager, **{f"{P4}-priorities": ["P4"], f"{P3}-case_types": ["feedback"]})
    answer = manager.post(PAGE, {**sent, "step": "look"})
    assert answer.status_code == 422
    assert "Ingen regel gjelder Feil, P3 Normal, og" in answer.content.decode()


def test_a_rule_that_is_never_reached_is_said_at_the_rule(manager):
    sent = sent_with(manager, **{f"{P2}-priorities": []})
    html = manager.post(PAGE, {**sent, "step": "look"}).content.decode()
    assert "Regelen blir aldri brukt, fordi reglene 1, 3 kommer først" in html
    assert f'href="#id_{P3}-case_types_group"' in html


def test_a_form_without_rules_is_refused(manager):
    answer = manager.post(PAGE, {**fields(manager, PAGE), "rules-count": "0", "step": "look"})
    assert answer.status_code == 422
    assert "Ingen regel gjelder Spørsmål, P1 Kritisk, og 47 andre" in answer.content.decode()
    assert manager.post(PAGE).status_code == 422


@pytest.mark.parametrize("count", ["-1", "99999999", "²", "abc", ""])
def test_any_number_of_rows_sent_gives_a_page(manager, count):
    answer = manager.post(PAGE, {**fields(manager, PAGE), "rules-count": count, "step": "look"})
    assert answer.status_code == 422
    assert "Skjemaet kom ikke helt fram." in answer.content.decode()
    assert len(headings(answer.content.decode())) == 9


def test_an_unknown_type_or_calendar_is_refused(manager):
    sent = sent_with(manager, **{f"{P3}-case_types": ["<script>"], f"{P3}-calendar": "ukjent"})
    answer = manager.post(PAGE, {**sent, "step": "look"})
    assert answer.status_code == 422
    assert "<script>" not in answer.content.decode().replace("<script ", "")


def test_a_case_is_tried_on_the_draft_beside_the_rules_in_force(manager):
    sent = sent_with(manager, **{f"{P3}-first_response": "2", f"{P3}-first_response_unit": "hours"})
    sent |= {"try-case_type": "incident", "try-priority": "P3", "step": "try"}
    html = manager.post(PAGE, sent).content.decode()
    assert "Feil, P3 Normal som kommer inn tirsdag 24. november kl. 10.00:" in html
    assert "tirsdag 24. november kl. 14.00 – 4 timer (serviceerklæring)" in html
    assert "tirsdag 24. november kl. 12.00 – 2 timer (serviceerklæring)" in html
    assert html.count("Regel 8: P3 Normal") == 2
    assert not RuleChange.objects.exists()


def test_a_case_tried_on_unchanged_rules_says_so_and_shows_what_is_not_promised(manager):
    sent = sent_with(manager) | {"try-case_type": "question", "try-priority": "P4", "step": "try"}
    html = manager.post(PAGE, sent).content.decode()
    assert "Du har ikke skrevet noe som er annerledes" in html
    assert "<td>ikke lovet</td>" in html
    assert "Etter det du har skrevet" not in html


def test_a_case_cannot_be_tried_on_rules_that_cannot_be_read(manager):
    sent = sent_with(manager, **{f"{P3}-first_response": "x"}) | {"step": "try"}
    assert manager.post(PAGE, sent).status_code == 422
    sent = sent_with(manager) | {"try-priority": "P9", "step": "try"}
    assert manager.post(PAGE, sent).status_code == 422


def test_what_was_not_looked_at_is_not_changed(manager):
    sent = looked_at(manager, sent_with(manager, **{f"{P3}-first_response": "2"}))
    sent[f"{P3}-first_response"] = "1"
    answer = manager.post(PAGE, {**sent, "step": "change", "reason": "Fordi", "cases": "new"})
    assert answer.status_code == 409
    assert not RuleChange.objects.exists()


def test_of_two_managers_the_second_looks_again(manager):
    first = looked_at(manager, sent_with(manager, **{f"{P3}-first_response": "2"}))
    second = looked_at(manager, sent_with(manager, **{f"{P4}-first_response": "2"}))
    manager.post(PAGE, {**first, "step": "change", "reason": "Først", "cases": "new"})
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        answer = manager.post(PAGE, {**second, "step": "change", "reason": "Så", "cases": "new"})
    assert answer.status_code == 409
    assert RuleChange.objects.count() == 1


def test_without_a_reason_nothing_is_changed(manager):
    sent = looked_at(manager, sent_with(manager, **{f"{P3}-first_response": "2"}))
    answer = manager.post(PAGE, {**sent, "step": "change", "reason": " ", "cases": "open"})
    assert answer.status_code == 422
    assert "Skriv hvorfor reglene endres." in answer.content.decode()


def test_rules_that_name_a_team_that_is_gone_are_refused_with_a_way_out(manager):
    stored = store_example(NOW)
    gone = replace(DEFAULT_POLICY.escalations[0], move_to="borte")
    stored.data = policy_to_json(replace(DEFAULT_POLICY, escalations=(gone,)))
    stored.save()
    sent = looked_at(manager, sent_with(manager, **{f"{P3}-first_response": "2"}))
    answer = manager.post(PAGE, {**sent, "step": "change", "reason": "Fordi", "cases": "new"})
    assert answer.status_code == 409
    assert "ikke finnes lenger, for eksempel et team" in answer.content.decode()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_pages_are_whole_in_each_language(manager, language):
    manager.cookies["language"] = language
    sent = sent_with(manager, **{f"{P3}-first_response": "2"})
    assert manager.post(PAGE, {**sent, "step": "look"}).status_code == 200


def test_nynorsk_is_nynorsk(manager):
    manager.cookies["language"] = "nn"
    html = manager.get(PAGE).content.decode()
    assert "Endre lovnadene" in html
    assert "Kva blir rekna som første svar?" in html


@pytest.mark.parametrize("who", ["agent", "expert", "asker", "stranger"])
def test_others_are_refused(desk, who):
    client = Client()
    client.force_login(getattr(desk.people, who))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE).status_code == 403
