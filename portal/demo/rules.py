"""The sample's terms of use and the change of the promises that went with the newest of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from django.utils import timezone

from accounts.models import Organisation, Team, User
from accounts.roles import ContactRole, Group, Line
from accounts.terms import must_sign
from accounts.terms_models import TermsSignature, TermsVersion
from markup.written import read_yaml
from portal.demo.timetable import chance_for
from triage.sla.agreements import Agreement
from triage.sla.policy import DECLARATION, GUARANTEE, SIGNED, Policy, Rule, Target
from triage.sla.service_model import current_service_model
from triage.tickets.foreseeing import DRAFT, Foreseen
from triage.tickets.kinds import CaseType, Priority
from triage.tickets.models import RuleChange
from triage.tickets.rule_changes import change_rules

CHANGED_BEFORE = timedelta(days=28)
SATURDAY = 5  # as date.weekday() counts
OFFICE_OPENS, OFFICE_MINUTES = time(8), 450
OLD_PRODUCT, HELP_ENDED = "altinn2", date(2026, 4, 30)
AGREED_WITH = "Statens vanntilsyn"
AGREED_BECAUSE = (
    "Tilsynet varsler om forurenset drikkevann gjennom tjenesten. Avtalt 12. mai 2026, sak 26/118."
)
CHANGED_BECAUSE = (
    "Bruksvilkår 2.0 gjør garantiene bindende for dem som har signert. Individuell hjelp med "
    "Altinn II er ikke garantert etter 30. april 2026. Andrelinjen har avtalt egne frister."
)


def load_terms(path: Path, *, as_of: datetime) -> int:
    """The versions of the file with their signatures; returns how many were new."""
    new = 0
    for entry in read_yaml(path.read_text(encoding="utf-8")):
        begins = timezone.localdate(as_of - timedelta(days=entry["days"]))
        if TermsVersion.objects.filter(title=entry["title"]).exists():
            continue
        version = TermsVersion.objects.create(
            key=begins.isoformat(),
            title=entry["title"],
            text=entry["text"],
            language=entry["language"],
            translations=entry.get("translations", {}),
            valid_from=begins,
            published_by=_manager(),
            published_at=as_of - timedelta(days=entry["days"] + 30),
        )
        _sign(version, entry["unsigned"], as_of - timedelta(days=entry["days"]))
        new += 1
    return new


def _sign(version: TermsVersion, without: list[str], begins: datetime) -> None:
    """Everybody else signs within the weeks around the day they begin."""
    signers = User.objects.filter(
        memberships__contact_roles__role=ContactRole.SERVICE_MANAGEMENT, is_active=True
    )
    rows = []
    for organisation in must_sign().exclude(name__in=without):
        by = signers.filter(memberships__organisation=organisation).order_by("pk").first()
        chance = chance_for(f"{version.title}.{organisation.name}")
        near = begins + timedelta(days=chance.uniform(-20, 30))
        rows.append(
            TermsSignature(
                terms=version,
                organisation=organisation,
                signed_by=by,
                signer_name=by.display_name if by else organisation.name,
                signed_at=_at_work(timezone.localdate(near), chance),
            )
        )
    TermsSignature.objects.bulk_create(rows)


def _at_work(day: date, chance: Random) -> datetime:
    """A moment of the day when somebody is at work; on a Saturday or Sunday, of the Monday."""
    if day.weekday() >= SATURDAY:
        day += timedelta(days=7 - day.weekday())
    opens = timezone.make_aware(datetime.combine(day, OFFICE_OPENS))
    return opens + timedelta(minutes=chance.randrange(OFFICE_MINUTES))


def change_promises(*, as_of: datetime) -> RuleChange | None:
    """What a manager changed some weeks ago, for the cases since; None when it is done already."""
    at = as_of - CHANGED_BEFORE
    terms = TermsVersion.objects.in_force(timezone.localdate(at))
    manager = _manager()
    if manager is None or terms is None or RuleChange.objects.exists():
        return None
    model = current_service_model(at)
    return change_rules(
        replace(model, version_id=DRAFT, policy=_promises(model.policy, terms)),
        before=model.version_id,
        reason=CHANGED_BECAUSE,
        by=manager,
        now=at,
        for_open_cases=False,
        foreseen=Foreseen(open_cases=0, replayed=0, changing=0, unreadable=0),
    )


def _promises(policy: Policy, terms: TermsVersion) -> Policy:
    """The example with an agreement, a promise that has ended, and guarantees for signers."""
    ended = Rule(
        "winding_down",
        "service_hours",
        case_types=(CaseType.QUESTION, CaseType.ORDER, CaseType.CHANGE_REQUEST),
        priorities=(Priority.P3, Priority.P4),
        first_response=Target(working_days=2, commitment=DECLARATION),
        resolution=Target(working_days=10, commitment=DECLARATION),
        products=(OLD_PRODUCT,),
        until=HELP_ENDED,
    )
    rules = [ended]
    agreed = Organisation.objects.filter(name=AGREED_WITH).first()
    if agreed is not None:
        own = next(rule for rule in policy.rules if rule.name == Priority.P2)
        rules.append(
            replace(
                own,
                name="agreement_warnings",
                case_types=(CaseType.INCIDENT,),
                first_response=Target(minutes=30, commitment=GUARANTEE),
                organisations=(agreed.pk,),
                reason=AGREED_BECAUSE,
            )
        )
    return replace(
        policy,
        rules=(*rules, *policy.rules),
        binds=SIGNED,
        terms=terms.key,
        agreements=tuple(_agreements()),
    )


def _agreements() -> Iterator[Agreement]:
    """Three working days for every second-line team, and four hours when it is most urgent."""
    for team in Team.objects.filter(line=Line.SECOND).order_by("slug"):
        yield Agreement(team.slug, "service_hours", Target(working_days=3))
        yield Agreement(team.slug, "service_hours", Target(minutes=240), (Priority.P1, Priority.P2))


def _manager() -> User | None:
    return User.objects.filter(
        email__endswith=".example", groups__name=Group.MANAGER, is_superuser=False
    ).first()
