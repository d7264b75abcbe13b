"""Trials with and without suggestions: planning and beginning one, following it, and its report."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from portal.account.expired import signed_in
from portal.evaluation.trial_report import conclusion, sections
from portal.insight import spreadsheet
from portal.insight.access import for_managers
from portal.insight.shapes import PlacedSection
from triage.experiments import services
from triage.experiments.arms import OFF, ON
from triage.experiments.models import Experiment
from triage.experiments.services import EFFECTS, AlreadyRunning
from triage.experiments.statistics import FEWEST_KNOWN, TooLittleKnown

MOST_SHOWN = 50


class StartForm(forms.Form):
    """Which change the trial is to find."""

    effect = forms.TypedChoiceField(
        label=gettext_lazy("The smallest change to be found"),
        coerce=int,
        choices=[(effect, f"{effect} %") for effect in EFFECTS],
    )


@signed_in()
@for_managers
@require_GET
def trials(request: HttpRequest) -> HttpResponse:
    """Earlier trials, and what it takes to begin one."""
    now = timezone.now()
    found = list(Experiment.objects.select_related("started_by")[:MOST_SHOWN])
    is_running = any(each.is_running for each in found)
    context = {
        "trials": [(each, conclusion(each)[:1]) for each in found],
        "is_running": is_running,
        "may_start": request.user.is_administrator,
        "plans": [] if is_running else services.plans(now),
        "form": StartForm(initial={"effect": 10}),
        "fewest": FEWEST_KNOWN,
    }
    return render(request, "evaluation/trials.html", context)


@signed_in(page="trials")
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin a trial, when none runs."""
    if not request.user.is_administrator:
        raise PermissionDenied(_("Only administrators begin and stop trials."))
    form = StartForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose which change the trial is to find."))
        return redirect("trials")
    try:
        begun = services.start(
            effect=form.cleaned_data["effect"], by=request.user, now=timezone.now()
        )
    except AlreadyRunning:
        messages.error(request, _("A trial runs already. Only one can run at a time."))
        return redirect("trials")
    except TooLittleKnown:
        messages.error(request, _("Too few cases have been solved to plan a trial."))
        return redirect("trials")
    messages.success(request, _("The trial has begun. Half of the new cases get no suggestions."))
    return redirect("trial", begun.pk)


@signed_in()
@for_managers
@require_GET
def trial(request: HttpRequest, trial_id: int) -> HttpResponse:
    """One trial: what was planned, how far it has come, and what it came to."""
    found = _trial(trial_id)
    context = {
        "trial": found,
        "on": found.came_in.get(ON, 0),
        "off": found.came_in.get(OFF, 0),
        "may_stop": found.is_running and request.user.is_administrator,
        "sections": [
            PlacedSection(
                section=each,
                anchor=each.code,
                csv=reverse("trial_table", args=[found.pk, each.code, "csv"]),
                xlsx=reverse("trial_table", args=[found.pk, each.code, "xlsx"]),
            )
            for each in sections(found)
        ],
    }
    return render(request, "evaluation/trial.html", context)


@signed_in(page="trials")
@require_POST
def stop(request: HttpRequest, trial_id: int) -> HttpResponse:
    """End a trial before its time."""
    if not request.user.is_administrator:
        raise PermissionDenied(_("Only administrators begin and stop trials."))
    found = _trial(trial_id)
    if found.is_running and request.POST.get("sure") != "yes":
        messages.error(request, _("The trial goes on. Tick that you are sure, to stop it."))
    elif found.is_running:
        services.stop(experiment=found, by=request.user, now=timezone.now())
        messages.success(request, _("The trial is stopped. All cases get suggestions again."))
    else:
        messages.info(request, _("The trial had ended already."))
    return redirect("trial", found.pk)


@signed_in()
@for_managers
@require_GET
def table(request: HttpRequest, trial_id: int, code: str, kind: str) -> HttpResponse:
    """One table of a trial as a file for spreadsheets."""
    found = _trial(trial_id)
    wanted = next((each.table for each in sections(found) if each.code == code), None)
    if wanted is None:
        raise Http404
    return spreadsheet.download([wanted], kind, f"forsok-{found.pk}-{code}")


def _trial(trial_id: int) -> Experiment:
    return get_object_or_404(
        Experiment.objects.select_related("started_by", "ended_by"), pk=trial_id
    )
