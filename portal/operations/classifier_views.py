"""The page on the life of the classifier, and the buttons that put another to use."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portal.operations import classifier
from portal.operations.access import for_administrators
from triage.classifier.artifacts import archive, releases
from triage.classifier.artifacts.refusals import ArtifactRefused
from triage.classifier.models import Release
from triage.classifier.monitoring import readings


@never_cache
@for_administrators
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What is in use, what is wrong, how labels do, challengers, and those that are kept."""
    now = timezone.now()
    history = Release.objects.select_related("by").order_by("-pk")[: classifier.MOST]
    context = {
        "now": now,
        "in_use": classifier.in_use(),
        "alarms": classifier.open_alarms(),
        "tables": classifier.tables(now),
        "challenges": classifier.challenges(),
        "kept": archive.listed(),
        "history": history,
        "weeks": readings.RECENT,
        "weeks_before": readings.BEFORE,
    }
    return render(request, "operations/classifier.html", context)


@for_administrators
@require_POST
def use(request: HttpRequest) -> HttpResponse:
    """Put one that is kept to use, or the one before when none is named."""
    version, now = request.POST.get("version", "").replace("\x00", "")[:40], timezone.now()
    try:
        if version:
            row = releases.choose(version=version, now=now, by=request.user)
        else:
            row = releases.roll_back(now=now, by=request.user)
    except ArtifactRefused as error:
        messages.error(request, _("Nothing was changed. %(why)s") % {"why": error})
    else:
        messages.success(
            request,
            _("%(version)s is in use from the next case on.") % {"version": row.version},
        )
    return redirect("operations_classifier")
