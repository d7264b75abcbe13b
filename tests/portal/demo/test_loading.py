"""The loaded sample: a working desk whose log is true."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Count, F
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.terms_models import TermsSignature
from dispatch.models import Mail, OutboxRow
from portal.demo import loading, telling
from portal.demo.models import SampleCase, SampleLoad
from portal.demo.present import state_of
from portal.demo.suggested import load_suggested
from search.text.redaction import find_identity_numbers
from taxonomy.models import Product
from tests.factories import make_article
from tests.portal.demo.conftest import AS_OF, quiet
from triage.classifier.corpus.cases import text_of
from triage.intake.services import NewCase, open_ticket
from triage.oversight.models import UsedArticle
from triage.suggestions.learning import votes_for
from triage.suggestions.models import KeptLesson, TicketSuggestion
from triage.tickets import queries, services
from triage.tickets.clocks import BREACHED, WARNED
from triage.tickets.codes import SolutionCode
from triage.tickets.models import (
    Attachment,
    Message,
    Ticket,
    TicketClock,
    TicketEvent,
)
from triage.tickets.replaying import Proof, differences
from triage.tickets.states import EVENTS, OPENING_EVENT

pytestmark = pytest.mark.xdist_group("sample")  # loaded once

HOUR = timedelta(hours=1)


def _picture() -> list[tuple]:
    """Everything about the cases that must be the same when they are loaded again."""
    tickets = Ticket.objects.order_by("pk").values_list(
        "pk", "subject", "status", "priority", "team__slug", "assignee__email", "opened_at",
        "changed_at", "next_due_at", "version", "solution_code",
    )  # fmt: skip
    events = TicketEvent.objects.order_by("pk").values_list("ticket", "kind", "at", "actor")
    return [*tickets, *events, *Message.objects.order_by("pk").values_list("body", "created_at")]


def _state(name: str):
    keys = [
        key for key in SampleCase.objects.values_list("key", flat=True) if state_of(key) == name
    ]
    return Ticket.objects.filter(pk__in=SampleCase.objects.filter(key__in=keys).values("ticket"))


def test_the_queue_looks_like_a_working_desk(sample):
    found = Ticket.objects.open()
    state = queries.desk_state(found, now=AS_OF)
    assert 40 <= found.count() <= 65
    assert 2 <= state.overdue <= 8
    assert 4 <= state.due_soon <= 14
    assert 10 <= state.unassigned <= 30
    counts = Counter(found.values_list("status", flat=True))
    assert counts["new"] >= 10 and counts["in_progress"] >= 20
    assert counts["waiting_customer"] >= 5 and counts["waiting_third_party"] >= 2


def test_cases_have_ended_in_every_way(sample):
    ended = Ticket.objects.filter(resolved_at__isnull=False) | Ticket.objects.filter(
        closed_at__isnull=False
    )
    codes = set(ended.values_list("solution_code", flat=True))
    assert len(codes & set(SolutionCode.values)) >= 5
    kinds = set(TicketEvent.objects.values_list("kind", flat=True))
    assert {
        "handed_over", "handed_back", "consulted", "reopened", "noted", "product_changed",
        "priority_changed", "waiting_third_party", "breached", "closed",
    } <= kinds  # fmt: skip


def test_several_teams_channels_languages_and_attachments_take_part(sample):
    assert Ticket.objects.values("team").distinct().count() >= 5
    assert {"portal", "email", "phone"} <= set(Ticket.objects.values_list("channel", flat=True))
    assert set(Ticket.objects.values_list("language", flat=True)) == {"nb", "nn", "en"}
    assert Ticket.objects.filter(security=True, team__handles_security=True).exists()
    assert set(Attachment.objects.values_list("content_type", flat=True)) <= {
        "text/plain",
        "image/png",
    }
    assert Attachment.objects.exists()


def test_replaying_the_log_of_each_case_gives_every_stored_value(sample):
    proof = Proof()
    assert list(differences(proof, now=AS_OF)) == []
    assert proof.tickets == Ticket.objects.count() > 0
    assert proof.clocks == TicketClock.objects.count()


def test_every_breach_is_recorded_in_the_log(sample):
    breached = TicketClock.objects.filter(breached_at__isnull=False)
    logged = TicketEvent.objects.filter(kind="breached")
    assert breached.count() <= logged.count()
    late = TicketClock.objects.filter(
        due_at__lt=AS_OF, met_at=None, stopped_at=None, breached_at=None
    )
    assert not late.exists()


def test_nothing_happens_in_the_future_or_before_its_case(sample):
    assert not TicketEvent.objects.filter(at__gt=AS_OF).exists()
    assert not Message.objects.filter(created_at__gt=AS_OF).exists()
    assert not Ticket.objects.filter(changed_at__gt=AS_OF).exists()
    assert not TicketEvent.objects.filter(at__lt=F("ticket__opened_at")).exists()


def test_the_log_is_in_order_and_begins_with_the_opening(sample):
    for ticket in Ticket.objects.prefetch_related("events"):
        rows = sorted(ticket.events.all(), key=lambda row: row.pk)
        assert rows[0].kind == OPENING_EVENT
        done = [row.at for row in rows if row.kind not in (WARNED, BREACHED)]
        assert done == sorted(done), ticket
        swept = {WARNED, BREACHED, "escalated"}
        assert {row.kind for row in rows} <= {OPENING_EVENT, *swept, *EVENTS.values()}


def test_terms_are_signed_when_people_are_at_work(sample):
    moments = [timezone.localtime(row.signed_at) for row in TermsSignature.objects.all()]

    assert len(moments) > 10
    assert all(moment.weekday() < 5 and 8 <= moment.hour < 16 for moment in moments)
    assert max(moments) <= AS_OF


def test_case_numbers_follow_the_order_of_arrival(sample):
    single = SampleCase.objects.exclude(key__contains="#").order_by("ticket")
    outages = {key.partition("#")[0] for key in _keys("#")}
    opened = [row.ticket.opened_at for row in single.select_related("ticket")
              if row.key not in outages]  # fmt: skip
    assert opened == sorted(opened)


def _keys(part: str) -> list[str]:
    return list(SampleCase.objects.filter(key__contains=part).values_list("key", flat=True))


def test_answers_are_written_in_the_language_of_the_case(sample):
    greetings = {"nb": "Vennlig hilsen", "nn": "Venleg helsing", "en": "Kind regards"}
    answers = Message.objects.filter(
        visibility="public", from_requester=False, author__isnull=False
    ).select_related("ticket")
    for answer in answers:
        others = [
            word for language, word in greetings.items() if language != answer.ticket.language
        ]
        assert not any(word in answer.body for word in others), answer.body
    assert {answer.ticket.language for answer in answers} == {"nb", "nn", "en"}


def test_no_message_has_marks_left_to_fill_in_or_an_identity_number(sample):
    for body in Message.objects.values_list("body", flat=True):
        assert not any(
            mark in body for mark in ("{first}", "{name}", "{case}", "{agent}", "{link}")
        )
        assert "[lim inn" not in body
        assert not find_identity_numbers(body)


def test_a_note_about_a_meeting_tells_when_it_will_be_over(sample):
    told = Message.objects.filter(body__contains="møte til klokka").values_list(
        "body", "created_at"
    )
    assert told
    for body, at in told:
        assert body.split("klokka ")[1][:5] > f"{timezone.localtime(at):%H.%M}", body


def test_only_the_last_days_mail_is_kept_and_none_is_left_to_send(sample):
    assert Mail.objects.exists()
    assert not Mail.objects.filter(created_at__lt=AS_OF - timedelta(days=3)).exists()
    assert not Mail.objects.filter(created_at__gt=AS_OF).exists()
    assert not OutboxRow.objects.filter(topic="mail").exists()


def test_open_cases_and_no_others_wait_to_be_classified(sample):
    rows = OutboxRow.objects.filter(topic="classify").values_list("payload", flat=True)
    waiting = {row["ticket"] for row in rows}
    assert set(Ticket.objects.open().values_list("pk", flat=True)) <= waiting
    assert len(waiting) < 90


def test_cases_from_the_telephone_are_registered_by_staff(sample):
    called = Ticket.objects.filter(channel="phone")
    for event in TicketEvent.objects.filter(kind="opened", ticket__in=called):
        assert event.actor.is_support and event.actor_id != event.ticket.requester_id


def test_staff_and_askers_see_their_part_of_it(sample, settings):
    client = Client()
    for email, path in (("jorid.haugen@fellesetaten.example", "/desk/"),
                        ("tuva.bergan@fellesetaten.example", "/desk/")):  # fmt: skip
        client.force_login(
            User.objects.get(email=email), "allauth.account.auth_backends.AuthenticationBackend"
        )
        assert client.get(path).status_code == 200
    contact = User.objects.get(email="solveig.aasen@fjordglott.example")
    assert queries.own_cases(contact).exists()


def test_loading_again_changes_nothing(sample):
    before = _picture()
    loading.load_sample(as_of=AS_OF + HOUR, say=quiet)
    assert _picture() == before
    assert SampleLoad.objects.count() == 1


def test_moving_forward_lets_cases_go_on_and_keeps_the_desk_busy(sample):
    before = set(Ticket.objects.open().values_list("pk", flat=True))
    waiting = set(_state("new").values_list("pk", flat=True))
    later = AS_OF + timedelta(days=9)
    loading.load_sample(as_of=later, say=quiet, refresh=True)
    still = set(Ticket.objects.open().values_list("pk", flat=True))
    stuck = SampleCase.objects.filter(ticket__in=waiting & still)
    assert not [(row.key, row.told, row.version, row.ticket.version) for row in stuck]
    assert len(before & still) < len(before) / 3
    assert 40 <= len(still) <= 75
    assert queries.desk_state(Ticket.objects.open(), now=later).due_soon >= 3
    assert not TicketEvent.objects.filter(at__gt=later).exists()
    test_replaying_the_log_of_each_case_gives_every_stored_value(None)


def test_moving_forward_by_a_little_does_not_double_the_open_cases(sample):
    before = Ticket.objects.open().count()
    loading.load_sample(as_of=AS_OF + timedelta(minutes=20), say=quiet, refresh=True)
    assert Ticket.objects.open().count() <= before + 8


def test_moving_forward_twice_is_moving_forward_twice(sample):
    loading.load_sample(as_of=AS_OF + timedelta(days=2), say=quiet, refresh=True)
    loading.load_sample(as_of=AS_OF + timedelta(days=7), say=quiet, refresh=True)
    assert 40 <= Ticket.objects.open().count() <= 80
    keys = list(SampleCase.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys))


def test_moving_back_is_refused(sample):
    with pytest.raises(loading.LoadedLater, match="2026-11-24"):
        loading.load_sample(as_of=AS_OF - HOUR, say=quiet, refresh=True)


def test_what_people_wrote_meanwhile_is_kept(sample):
    agent = User.objects.get(email="jorid.haugen@fellesetaten.example")
    asker = User.objects.get(email="ingvild.strand@tindvik.example")
    own = open_ticket(NewCase(subject="Min egen", body="Skrevet selv.", requester=asker), now=AS_OF)
    touched = _state("new").first()
    services.take_ticket(ticket=touched, by=agent, now=AS_OF + HOUR)
    services.reply(ticket=touched, by=agent, body="Svart av et menneske.", now=AS_OF + 2 * HOUR)
    log = list(touched.events.values_list("pk", flat=True))
    loading.load_sample(as_of=AS_OF + timedelta(days=9), say=quiet, refresh=True)
    assert (
        list(Ticket.objects.get(pk=touched.pk).events.values_list("pk", flat=True))[: len(log)]
        == log
    )
    last = touched.messages.order_by("-pk").first()
    assert last.body == "Svart av et menneske."
    own.refresh_from_db()
    assert (own.status, own.version) == ("new", 1)


def test_a_step_that_is_refused_leaves_that_case_and_goes_on(sample, monkeypatch):
    said = []
    monkeypatch.setitem(telling.ACTS, "take", _refuse)
    loading.load_sample(as_of=AS_OF + timedelta(days=2), say=said.append, refresh=True)
    assert any("is left as it is: TicketError" in line for line in said)
    assert Ticket.objects.open().count() >= 20


def _refuse(scene) -> None:
    raise telling.TicketError("no")


def _answered_with(article) -> None:
    """Let every solved case about the article's product have had it in its answer."""
    product = article.products.get()
    answered = Ticket.objects.filter(
        product=product, status__in=("resolved", "closed"), first_responded_at__isnull=False
    )
    UsedArticle.objects.bulk_create(
        UsedArticle(
            ticket=ticket,
            document=f"article:{article.pk}",
            published_at=AS_OF - timedelta(days=90),
            used_at=ticket.first_responded_at,
        )
        for ticket in answered
    )


def test_suggestions_for_solved_cases_were_used_or_did_not_fit_and_that_is_learnt_once(sample):
    solved = Ticket.objects.filter(status="closed", security=False, product__isnull=False)
    product = solved.values_list("product", flat=True).annotate(n=Count("pk")).order_by("-n")[0]
    article, other = (make_article(products=[Product.objects.get(pk=product)]) for _ in range(2))
    _answered_with(article)
    lessons = load_suggested(as_of=AS_OF)
    rows = TicketSuggestion.objects.all()
    used = rows.filter(used_at__isnull=False)
    assert used.exists() and {row.document for row in used} == {f"article:{article.pk}"}
    beside = {row.document for row in rows.filter(used_at__isnull=True)}
    assert beside <= {f"article:{article.pk}", f"article:{other.pk}"}
    assert not rows.filter(ticket__security=True).exists()
    assert lessons == KeptLesson.objects.count() > 0
    first = used.order_by("-used_at").first().ticket
    votes = votes_for(text_of(first), first.language, [f"article:{article.pk}"])
    assert votes[f"article:{article.pk}"].helped > 0
    before = list(rows.order_by("pk").values_list("pk", flat=True))
    assert load_suggested(as_of=AS_OF) == lessons
    assert list(rows.order_by("pk").values_list("pk", flat=True)) == before
