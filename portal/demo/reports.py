"""What managers of the sample have done with its reports: months closed, causes, agreements."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from accounts.models import Organisation, User
from accounts.roles import ContactRole, Group
from triage.reporting.baselines import choose_baseline, closed_months
from triage.reporting.breaches import enter_cause, unexplained_guarantees
from triage.reporting.closing import close_months, last_settled, zone
from triage.reporting.delivery import agreements, write_agreement
from triage.reporting.models import WhatIf
from triage.reporting.scope import Scope
from triage.reporting.trying_rules import BATCH, count_batch, try_rules
from triage.sla.months import Period
from triage.sla.policy import Rule
from triage.sla.service_model import current_service_model

LEFT = 3  # missed guarantees nobody has explained yet
CAUSES = (
    ("capacity", "To saksbehandlere var syke samme uke.", "Vi låner en fra fagteamet ved fravær."),
    ("routing", "Saken lå hos oss i to timer før vi så hvem den var til.", "Ny rutine fra mandag."),
    ("fault", "Et sertifikat gikk ut.", "Vi varsler oss selv 30 dager før det går ut."),
    ("supplier", "Leverandøren svarte først neste dag.", "Vi tar det opp i neste møte med dem."),
)
AGREED = (
    "Vi går gjennom de brutte fristene sammen på statusmøtet.\n"
    "Dere melder fra om planlagte lanseringer to uker før.\n"
    "Vi lager en veiledning om feilen som kom igjen tre ganger."
)


def load_reports(*, as_of: datetime) -> int:
    """Close the settled months, explain most missed guarantees, agree something; how many causes.

    Done again, only what has come since is added.
    """
    close_months(as_of)
    manager = User.objects.filter(
        email__endswith=".example", groups__name=Group.MANAGER, is_superuser=False
    ).first()
    months = closed_months()
    if manager is None or not months:
        return 0
    whole = months[1:2] or months  # the sample begins in the midst of a month
    choose_baseline(first=whole[0], last=whole[0], by=manager, now=as_of)
    _agree(manager, as_of)
    _try_shorter_answers(manager, as_of)
    return _explain(Scope(user=manager, period=Period(months[0], months[-1], zone()), now=as_of))


def _try_shorter_answers(manager: User, as_of: datetime) -> None:
    """A trial: what if every first answer counted in minutes were due in half the time?"""
    if WhatIf.objects.exists():
        return
    model = current_service_model(as_of)
    draft = replace(
        model,
        policy=replace(
            model.policy, rules=tuple(map(_answered_in_half_the_time, model.policy.rules))
        ),
    )
    last = last_settled(as_of)
    asked = try_rules(
        draft,
        base=model.version_id,
        period=Period(last.plus(-2), last, zone()),
        by=manager,
        now=as_of,
    )
    while count_batch(asked.pk, now=as_of, batch=BATCH):
        pass


def _answered_in_half_the_time(rule: Rule) -> Rule:
    target = rule.first_response
    if target is None or not target.minutes:
        return rule
    return replace(rule, first_response=replace(target, minutes=target.minutes // 2))


def _explain(scope: Scope) -> int:
    unexplained = list(unexplained_guarantees(scope).order_by("due_at", "pk"))
    done = unexplained[: max(0, len(unexplained) - LEFT)]
    for number, clock in enumerate(done):
        cause, explanation, measure = CAUSES[number % len(CAUSES)]
        enter_cause(
            clock=clock,
            cause=cause,
            explanation=explanation,
            measure=measure,
            by=scope.user,
            now=scope.now,
        )
    return len(done)


def _agree(manager: User, as_of: datetime) -> None:
    """One agreement for the month before, with each organisation somebody manages services of."""
    managed = Organisation.objects.filter(
        memberships__contact_roles__role=ContactRole.SERVICE_MANAGEMENT
    )
    month = last_settled(as_of)
    for organisation in managed.distinct().order_by("pk")[:3]:
        if not agreements(organisation, month).exists():
            write_agreement(
                organisation=organisation, month=month, text=AGREED, by=manager, now=as_of
            )
