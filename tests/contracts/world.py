"""One person in each role, and one of each thing they might open."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.timezone import get_default_timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts import services as people_services
from accounts.models import Membership, Team, TermsVersion
from cms.community import services as community
from cms.community import stopping
from cms.community.drafts import save_draft as save_post_draft
from cms.community.files import add_file
from cms.community.models import Notice
from dispatch.mail import queue_mail
from dispatch.models import Mail
from portal.desk.models import OwnView
from portal.selfservice.opening import SEALED
from tests.contracts.bridges import bridge_arguments
from tests.dispatch import tasks
from tests.factories import (
    make_article,
    make_membership,
    make_organisation,
    make_product,
    make_team,
    make_user,
)
from triage.classifier.models import Prediction
from triage.experiments.models import Experiment
from triage.intake.drafts import save_draft
from triage.intake.services import NewCase, open_ticket
from triage.oversight.models import ReviewedAnswer, ReviewSample
from triage.reporting.models import Snapshot, WhatIf
from triage.reporting.what_if import Tally, as_data
from triage.sla.calendar import always_open, calendar_to_json
from triage.sla.models import CalendarVersion, PolicyVersion
from triage.sla.months import month_of
from triage.sla.policy import DEFAULT_POLICY, policy_to_json
from triage.tickets.files import examine
from triage.tickets.foreseeing import Foreseen
from triage.tickets.models import Attachment, Message, RuleChange, TicketClock

ROLES = (
    "visitor",
    "member",
    "owner",
    "contact",
    "first",
    "second",
    "moderator",
    "editor",
    "manager",
    "administrator",
)


def names_and_routes() -> dict[str, str]:
    """Every named address of the site outside the editors' admin, with its route."""
    return {
        name: route
        for name, route in _walk(get_resolver().url_patterns, "")
        if name and not route.startswith("cms-admin/")
    }


def admin_routes() -> dict[str, str]:
    """Every named address of the editors' admin that needs no argument."""
    return {
        name: "/" + route
        for name, route in _walk(get_resolver().url_patterns, "")
        if name and route.startswith("cms-admin/") and not set("<(^") & set(route)
    }


def _walk(patterns: list, before: str):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or "", route


@dataclass
class World:
    """People by role, and the arguments of each address that needs some."""

    people: dict = field(default_factory=dict)
    arguments: dict[str, tuple] = field(default_factory=dict)


def make_world() -> World:
    """A service owner's case in the first line, and everything else once."""
    now = timezone.now()
    first = make_team(slug="servicedesk", name="Servicedesk", line="first")
    organisation = make_organisation(name="Tindvik kommune")
    people = _people(first, organisation)
    world = World(people=people)
    _cases(world, organisation, now)
    _questions(world, now)
    _memberships(world, organisation, now)
    _operations(world, now)
    _reports(world, organisation, now)
    _oversight(world, organisation, now)
    _rules(world, organisation, now)
    world.arguments |= bridge_arguments(people, now)
    article = make_article()
    world.arguments |= {
        "bridge_questions": (article.pk,),
        "search_open": (SEALED.sign(f"1.1.article:{article.pk}"),),
        "page_feedback": (article.pk,),
        "page_feedback_thanks": (article.pk, "ja"),
        "page_feedback_list": (article.pk,),
        "wagtail_serve": ("",),
        "evaluation_target": ("produkt",),
        "evaluation_table": ("produkt", "labels", "csv"),
        "report": ("kvalitet",),
        "report_workbook": ("kvalitet",),
        "report_table": ("kvalitet", "svartid", "by-month", "csv"),
    }
    return world


def _rules(world: World, organisation, now) -> None:
    """A change of the rules, done, and a calendar that is out of use."""
    CalendarVersion.objects.create(name="night_duty", data=calendar_to_json(always_open()))
    before, after = (
        PolicyVersion.objects.create(
            name="example",
            valid_from=now - timedelta(days=4000 - days),
            data=policy_to_json(DEFAULT_POLICY),
        )
        for days in (0, 1)
    )
    change = RuleChange.objects.create(
        before=before,
        after=after,
        reason="Flytting",
        by=world.people["manager"],
        at=now,
        for_open_cases=False,
        foreseen=Foreseen(open_cases=0, replayed=0, changing=0, unreadable=0).as_data(),
        finished_at=now,
    )
    trial = WhatIf.objects.create(
        policy=policy_to_json(DEFAULT_POLICY),
        calendars={},
        base=before,
        first_month="2026-10",
        last_month="2026-10",
        asked_by=world.people["manager"],
        asked_at=now,
        cases=1,
        counted=1,
        cells=as_data({("2026-10", "first_response", "P3", "question"): Tally(due_before=1)}),
        finished_at=now,
    )
    _trial(world, now)
    terms = TermsVersion.objects.create(
        key="2026-06-01", title="Bruksvilkår 1.0", text="Ett ledd.", valid_from=date(2026, 6, 1)
    )
    world.arguments |= {
        "account_terms": (organisation.pk, terms.key),
        "rules_terms_version": (terms.key,),
        "rules_terms_unsigned": (terms.key,),
        "rules_change": (change.pk,),
        "rules_what_if": (trial.pk,),
        "rules_what_if_table": (trial.pk, "kind", "csv"),
        "rules_what_if_workbook": (trial.pk,),
        "rules_calendar": ("service_hours",),
        "rules_calendar_edit": ("service_hours",),
        "rules_calendar_rename": ("service_hours",),
        "rules_calendar_retire": ("service_hours",),
        "rules_calendar_restore": ("night_duty",),
    }


def _trial(world: World, now) -> None:
    """A trial of suggestions that was stopped."""
    group = {"cases": 1, "left_out": 0, "solved": 1, "median": 60.0}
    group |= dict.fromkeys(("first_line", "reopened", "escalated", "bounced"), 0)
    trial = Experiment.objects.create(
        started_at=now,
        effect=10,
        in_each=1000,
        history=300,
        inflow=20,
        ended_at=now,
        ending="stopped",
        result={"on": group, "off": group, "compared": None},
    )
    world.arguments |= {
        "trial": (trial.pk,),
        "trial_stop": (trial.pk,),
        "trial_table": (trial.pk, "times", "csv"),
    }


def _oversight(world: World, organisation, now) -> None:
    """A security case of the owner's in the first line, and an answer to read again."""
    case = NewCase(
        subject="Noen andre så søknaden vår",
        body="Den sto åpen for alle.",
        requester=world.people["owner"],
        organisation=organisation,
        security=True,
    )
    ticket = open_ticket(case, now=now)
    (number,) = world.arguments["desk_case"]
    message = Message.objects.create(
        ticket_id=number,
        author=world.people["first"],
        visibility="public",
        body="Vi ser på det.",
        created_at=now,
    )
    sample = ReviewSample.objects.create(month="2026-01", seed=1, population=1, drawn_at=now)
    answer = ReviewedAnswer.objects.create(sample=sample, message=message, language="nb", place=1)
    world.arguments |= {
        "rate_case": (number,),
        "assess_case": (ticket.pk,),
        "review_sample": (sample.pk,),
        "review_answer": (answer.pk,),
    }


def _reports(world: World, organisation, now) -> None:
    """A missed answer deadline, the month before closed, and a delivery report.

    The case is its own: what others do to theirs plays their clocks anew.
    """
    case = NewCase(
        subject="Når kommer svaret?",
        body="Vi har ventet i to dager.",
        requester=world.people["owner"],
        organisation=organisation,
    )
    ticket = open_ticket(case, now=now)
    TicketClock.objects.create(
        ticket=ticket,
        kind="first_response",
        number=9,
        commitment="guarantee",
        started_at=now - timedelta(days=2),
        due_at=now - timedelta(days=1),
    )
    month = month_of(now, get_default_timezone())
    Snapshot.objects.create(
        measure="deadlines", month=str(month.plus(-1)), security=False, definition=1, frozen_at=now
    )
    report = (organisation.pk, str(month))
    world.arguments |= {
        "report_breach": (ticket.pk, "first_response", 9),
        "report_month": (str(month.plus(-1)),),
        "delivery_latest": (organisation.pk,),
        "delivery_report": report,
        "delivery_workbook": report,
        "delivery_table": (*report, "missed", "csv"),
    }


def _people(first: Team, organisation) -> dict:
    people = {
        "visitor": AnonymousUser(),
        "member": make_user(name="Mari Medlem"),
        "owner": make_user(name="Kari Vik"),
        "contact": make_user(name="Ola Dal"),
        "first": make_user(name="Ada Lund", teams=(first,)),
        "second": make_user(name="Finn Aas", teams=(make_team(),)),
        **{
            group: make_user(name=group.title(), groups=(group,))
            for group in ("moderator", "editor", "manager", "administrator")
        },
    }
    make_membership(people["owner"], organisation)
    make_membership(people["contact"], organisation, roles=("service_management",))
    return people


def _cases(world: World, organisation, now) -> None:
    owner = world.people["owner"]
    unbroken = "klient" * 20  # no page grows wider than its window by it
    upload = SimpleUploadedFile(f"{unbroken}.txt", b"en linje\n", content_type="text/plain")
    case = NewCase(
        subject=f"Får ikke token til {unbroken}",
        body="Vi får invalid_grant.",
        requester=owner,
        organisation=organisation,
        files=[examine(upload)],
    )
    ticket = open_ticket(case, now=now)
    key = uuid4()
    save_draft(key=key, user=owner, values={"subject": "Et utkast"}, now=now)
    one = (ticket.pk,)
    attachment = Attachment.objects.get()
    own = OwnView.objects.create(
        owner=world.people["first"], name=f"Haster {unbroken[:50]}", query="view=all&priority=P3"
    )
    for name, route in names_and_routes().items():
        if name.startswith("ask_") and "<uuid:key>" in route:
            world.arguments[name] = (key,)
        elif name.startswith("my_case_"):
            world.arguments[name] = one
    world.arguments |= {
        "my_case": one,
        "my_case_file": (attachment.pk,),
        "desk_case": one,
        "desk_answer": one,
        "desk_note": one,
        "desk_step": (ticket.pk, "prioritet"),
        "desk_attachment": (attachment.pk,),
        "desk_view": (own.pk,),
        "desk_view_delete": (own.pk,),
        "desk_labelling_of": ("produkt",),
        "desk_label": ("produkt", _guess(ticket, now).pk),
        "report_cases": ("open",),
    }


def _guess(ticket, now) -> Prediction:
    """What the classifier thinks of a case, not labelled by anybody."""
    return Prediction.objects.create(
        ticket=ticket,
        target="product",
        label="maskinporten",
        confidence=0.4,
        speaks=False,
        because=["token"],
        model_version="v1",
        at=now,
    )


def _questions(world: World, now) -> None:
    writing = save_post_draft(
        key=uuid4(), user=world.people["owner"], values={"title": "Et utkast"}, now=now
    )
    file = add_file(
        draft=writing,
        upload=SimpleUploadedFile("logg.txt", b"en linje\n"),
        alt="",
        by=world.people["owner"],
        now=now,
    )
    question = community.ask_question(
        draft=writing,
        by=world.people["owner"],
        title="Hvordan får vi token med to scopes?",
        body="Vi får `invalid_scope`.",
        language="nb",
        product=make_product(),
        now=now,
    )
    answer = community.answer_question(
        question=question, by=world.people["member"], body="Be om begge.", now=now
    )
    begun = save_post_draft(
        key=uuid4(), user=world.people["owner"], values={"title": "Et utkast"}, now=now
    )
    on_answer = ("vote", "accept", "confirm", "edit_answer", "withdraw_answer", "answer_history")
    on_question = ("me_too", "edit_question", "retag", "withdraw_question", "question_history")
    world.arguments |= {f"community_{name}": (answer.pk,) for name in on_answer}
    world.arguments |= {f"community_{name}": (question.pk,) for name in on_question}
    world.arguments |= {
        "community_question": (question.pk, question.slug),
        "community_feed_question": (question.pk,),
        "community_feed_product": (question.product.slug,),
        "community_sitemap_part": (0,),
        "community_file": (file.pk,),
        "community_ask_draft": (begun.pk,),
        "community_discard_draft": (begun.pk,),
        "community_member": (world.people["member"].member.handle,),
    }
    member = world.people["member"].pk
    world.arguments |= {
        "community_report": ("svar", answer.pk),
        "moderation_post": ("svar", answer.pk),
        "moderation_step": ("svar", answer.pk, "skjul"),
        "moderation_member": (member,),
        "moderation_member_step": (member, "stans"),
        "moderation_undo": (question.events.first().pk,),
    }
    owner = world.people["owner"]
    notice = Notice.objects.create(
        user=owner, kind="new_answer", question=question, answer=answer, key="one", at=now
    )
    world.arguments["notice_read"] = (notice.pk,)
    world.arguments["follow_question"] = (question.pk,)
    address = stopping.address(user=owner, question=question)
    world.arguments["stop_mail"] = (address.rstrip("/").rpartition("/")[2],)


def _memberships(world: World, organisation, now) -> None:
    asked = people_services.ask_to_join(user=make_user(), organisation=organisation, now=now)
    owner = Membership.objects.get(user=world.people["owner"])
    invitation = people_services.invite(
        organisation=organisation,
        email="gjest@tindvik.example",
        by=world.people["contact"],
        now=now,
    )
    world.arguments |= {
        **{f"account_{name}": (asked.pk,) for name in ("approve", "decline", "take_back")},
        **{f"account_{name}": (owner.pk,) for name in ("roles", "end", "leave")},
        **{f"account_{name}": (organisation.pk,) for name in ("organisation", "invite")},
        "account_accept_invitation": (invitation.pk,),
        "account_withdraw_invitation": (invitation.pk,),
        "account_invitation": ("no-such-token",),
        "account_confirm_email": ("no-such-key",),
        "account_reset_password_from_key": ("1", "no-such-key"),
    }


def _operations(world: World, now) -> None:
    queue_mail(
        to="kari@tindvik.example", subject="Løst", text="Hei", language="nb", kind="resolved"
    )
    failed = tasks.fail.enqueue()
    DBTaskResult.objects.filter(pk=failed.id).update(
        status=TaskResultStatus.FAILED, finished_at=now
    )
    person = world.people["member"].pk
    world.arguments |= {
        **{f"operations_person{part}": (person,) for part in ("", "_close", "_open", "_link")},
        "operations_mail": (Mail.objects.latest("pk").pk,),
        "operations_try_topic": ("mail",),
        "operations_try_task": (failed.id,),
    }
