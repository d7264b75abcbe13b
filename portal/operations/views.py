"""Pages for administrators: how the installation is, and the mails it has sent."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from dispatch import jobs, outbox
from dispatch.models import Mail, OutboxRow
from portal.operations import mails, names, state
from portal.operations.access import for_administrators
from portal.operations.tasks import rebuild_index, rebuild_is_planned

log = structlog.get_logger(__name__)


@never_cache
@for_administrators
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """How everything that runs by itself is doing."""
    now = timezone.now()
    beats, alive = state.workers(now)
    context = {
        "now": now,
        "beats": beats,
        "alive": alive,
        "topics": state.topics(now),
        "jobs": state.recurring_jobs(now),
        "tasks": state.failed_tasks(),
        "index": state.search_index(),
        "classifier_built_at": state.classifier_built_at(),
        "classifier_alarms": state.classifier_alarms(),
        "warnings": state.warnings(),
        "mail_is_sent": settings.MAIL_IS_SENT,
        "crm_keep_days": settings.CRM_KEEP_DAYS,
    }
    return render(request, "operations/overview.html", context)


@for_administrators
@require_POST
def try_topic_again(request: HttpRequest, topic: str) -> HttpResponse:
    """Make the given-up rows of a topic due again."""
    rows = OutboxRow.objects.filter(topic=topic, given_up_at__isnull=False)
    count = outbox.try_again(list(rows.values_list("pk", flat=True)), now=timezone.now())
    log.info("given-up rows tried again", topic=topic, count=count, by=request.user.pk)
    if count:
        words = ngettext("%(count)s is tried again.", "%(count)s are tried again.", count)
        name = names.named(names.TOPICS, topic)
        messages.success(request, f"{name}: {words % {'count': count}}")
    else:
        messages.info(request, _("Nothing was given up there any more."))
    return redirect("operations")


@for_administrators
@require_POST
def try_task_again(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Give a failed task its attempts anew."""
    if jobs.run_again(result_id=str(task_id), now=timezone.now()):
        log.info("failed task tried again", task=str(task_id), by=request.user.pk)
        messages.success(request, _("The task is tried again."))
    else:
        messages.info(request, _("The task is not among the failed ones any more."))
    return redirect("operations")


@for_administrators
@require_POST
def rebuild(request: HttpRequest) -> HttpResponse:
    """Have the worker build the search index anew; one rebuild at a time."""
    if rebuild_is_planned():
        messages.info(request, _("The search index is being built already."))
    else:
        rebuild_index.enqueue()
        log.info("search index rebuild asked for", by=request.user.pk)
        messages.success(
            request,
            _("The worker builds the search index anew. People search in the old one meanwhile."),
        )
    return redirect("operations")


@never_cache
@for_administrators
@require_GET
def mail_list(request: HttpRequest) -> HttpResponse:
    """The kept mails, newest first."""
    query = mails.read_query(request)
    rows, more = query.page()
    context = {
        "query": query,
        "rows": rows,
        "kinds": mails.kinds(query.kind),
        "older": query.address(before=rows[-1]) if more else "",
        "mail_is_sent": settings.MAIL_IS_SENT,
        "keep_days": settings.MAIL_KEEP_DAYS,
    }
    return render(request, "operations/mails.html", context)


@never_cache
@for_administrators
@require_GET
def mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One kept mail. That it was opened is logged, by number and without what it says."""
    found = get_object_or_404(Mail, pk=mail_id)
    log.info("kept mail opened", mail=found.pk, kind=found.kind, by=request.user.pk)
    context = {
        "mail": found,
        "kind": names.named(names.MAIL_KINDS, found.kind),
        "language": mails.language_name(found.language),
        "text": mails.readable_text(found),
        "mail_is_sent": settings.MAIL_IS_SENT,
    }
    return render(request, "operations/mail.html", context)
