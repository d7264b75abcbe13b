"""The promises' page with a case tried on them, and those of telling and internal agreements."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from portal.account.expired import kept_form
from portal.rules.access import for_rule_makers
from portal.rules.agreement_forms import AgreementForms
from portal.rules.changing import Editor, answer, is_same, opened, show
from portal.rules.differences import differences
from portal.rules.escalation_forms import EscalationForms
from portal.rules.policy_forms import PolicyForms
from portal.rules.trying import Asked, Trial, tried
from taxonomy.models import Product
from triage.sla.service_model import ServiceModel, current_service_model
from triage.tickets.facts import facts_of

TRY = "try"


@for_rule_makers
def promises(request: HttpRequest) -> HttpResponse:
    """Write the promises anew, try a case on them, look at what changes, and then change them."""
    now = timezone.now()
    model = current_service_model(now)
    is_sent = request.method == "POST"
    written = request.POST if is_sent else kept_form(request)
    forms = PolicyForms(model, now, written)
    editor = _editor(
        "rules/promises.html", model, forms, _("Nothing is different from the promises in force.")
    )
    if not is_sent:
        return opened(request, editor, written, now)
    step = request.POST.get("step", "")
    if forms.changed_by(step):
        return show(request, editor)
    if step != TRY:
        return answer(request, editor, now)
    if not all([forms.is_valid(), forms.trial.is_valid()]):
        return show(request, editor, status=422)
    return show(request, editor, trial=_trial(forms, model, now))


def _trial(forms: PolicyForms, model: ServiceModel, now: datetime) -> Trial:
    """The case asked about, under the rules in force and the draft."""
    asked = forms.trial.cleaned_data
    at = asked["at"] or now
    organisation = Organisation.objects.filter(pk=asked["organisation"]).first()
    product = Product.objects.filter(slug=asked["product"]).first()
    draft = forms.draft()
    models = [model] if is_same(draft, model) else [model, draft]
    case = Asked(
        case_type=asked["case_type"],
        priority=asked["priority"],
        facts=facts_of(organisation=organisation, product=product, at=at),
        at=at,
    )
    return tried(case, models, now)


@for_rule_makers
def escalations(request: HttpRequest) -> HttpResponse:
    """Write anew who is told and what is done when time runs out, look at it, and change it."""
    now = timezone.now()
    model = current_service_model(now)
    is_sent = request.method == "POST"
    written = request.POST if is_sent else kept_form(request)
    forms = EscalationForms(model, written)
    editor = _editor(
        "rules/escalations.html", model, forms, _("Nothing is different from the rules in force.")
    )
    if not is_sent:
        return opened(request, editor, written, now)
    if forms.changed_by(request.POST.get("step", "")):
        return show(request, editor)
    return answer(request, editor, now)


@for_rule_makers
def agreements(request: HttpRequest) -> HttpResponse:
    """Write anew how long second-line teams have from hand-over, look at it, and change it."""
    now = timezone.now()
    model = current_service_model(now)
    is_sent = request.method == "POST"
    written = request.POST if is_sent else kept_form(request)
    forms = AgreementForms(model, now, written)
    unchanged = _("Nothing is different from the agreements in force.")
    editor = _editor("rules/agreements.html", model, forms, unchanged)
    if not is_sent:
        return opened(request, editor, written, now)
    if forms.changed_by(request.POST.get("step", "")):
        return show(request, editor)
    return answer(request, editor, now)


def _editor(
    template: str,
    model: ServiceModel,
    forms: PolicyForms | EscalationForms | AgreementForms,
    unchanged: str,
) -> Editor:
    def looked_at(draft: ServiceModel) -> dict[str, Any]:
        return {"differences": differences(model, draft)}

    return Editor(
        template=template,
        model=model,
        forms=forms,
        unchanged=unchanged,
        looked_at=looked_at,
        decides_deadlines=isinstance(forms, PolicyForms),
    )
