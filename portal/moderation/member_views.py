"""A member as moderators need to know them: what they wrote, what was said of it, and to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from cms.community import guard, sanctions
from cms.community.exceptions import CommunityError, Overtaken
from cms.community.history import read_log
from cms.community.models import Answer, Flag, Member, Question, Sanction
from portal.account.expired import kept_text
from portal.community.presenters import Mark
from portal.moderation.access import for_moderators
from portal.moderation.forms import ReasonForm, SilenceForm, StepForm
from portal.moderation.posts import step_address
from portal.moderation.presenters import log_lines, marks_of
from portal.moderation.words import overtaken_in_words

MOST = 20  # of each list; the log has the rest

STEPS = {
    "advar": gettext_lazy("Warn"),
    "stans": gettext_lazy("Stop from writing"),
    "opphev": gettext_lazy("Let them write again"),
    "gjor-kjent": gettext_lazy("Make known"),
    "gjor-ny": gettext_lazy("Make new"),
}
_EXPLAINED = {
    "advar": gettext_lazy("The member is told, on the site and by mail. Nobody else is."),
    "stans": gettext_lazy(
        "The member can read, but not ask or answer, until the day is over. They are told until "
        "when and why, and can still ask the desk for help."
    ),
    "opphev": gettext_lazy("The member can ask and answer again at once, and is told so."),
    "gjor-kjent": gettext_lazy(
        "Links to other sites are no longer held back, and there is no limit for a day."
    ),
    "gjor-ny": gettext_lazy(
        "Posts with links to other sites are held back, and there is a limit for a day, until a "
        "moderator makes the member known again."
    ),
}


@dataclass(frozen=True, kw_only=True)
class PostLine:
    """A post the member has written."""

    title: str
    kind: str
    language: str
    address: str
    at: datetime
    marks: Sequence[Mark]


@dataclass(frozen=True, kw_only=True)
class ReportLine:
    """A report of something the member wrote, or one they made."""

    reason: str
    comment: str
    outcome: str
    title: str
    language: str
    address: str
    at: datetime


@require_safe
@for_moderators
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """Posts, reports, what moderators have said, and whether they are known; with reasons."""
    person = _person(pk)
    now = timezone.now()
    found = Member.objects.filter(user=person).first()
    silence = guard.standing_silence(found, now) if found else None
    context = {
        "person": person,
        "member": found,
        "is_known": _is_known(person, found),
        "has_role": _has_role(person),
        "silence": silence,
        "in_sight": guard.posts_in_sight(person),
        "posts": _posts(person),
        "reports_of": _reports(Flag.objects.filter(_of_their_posts(person))),
        "reports_by": _reports(Flag.objects.filter(reporter=person)),
        "lines": log_lines(read_log(member=person, length=MOST).events),
        "steps": _steps(request.user, person, found, silence),
        "here": request.get_full_path(),
    }
    return render(request, "moderation/member.html", context)


@require_http_methods(["GET", "POST"])
@for_moderators
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Ask for what a step needs, and take it."""
    person = _person(pk)
    if step not in STEPS:
        raise Http404
    if request.method != "POST":
        last = sanctions.last_done_to(person)
        initial = {"seen": last.pk if last else 0} | kept_text(request)
        return _show(request, step, person, _form(step, initial=initial))
    form = _form(step, request.POST)
    if not form.is_valid():
        return _show(request, step, person, form, status=422)
    try:
        _take(step, person, form, request.user, timezone.now())
    except Overtaken as error:
        data = request.POST.copy()
        data["seen"] = str(error.event.pk)
        form = _form(step, data)
        form.is_valid()
        form.add_error(None, overtaken_in_words(error.event))
        return _show(request, step, person, form, status=409)
    except (CommunityError, PermissionDenied) as error:
        form.add_error(None, str(error))
        return _show(request, step, person, form, status=409)
    messages.success(request, _("Done. It stands in the log."))
    return redirect("moderation_member", pk=person.pk)


def _take(step: str, person: User, form: StepForm, by: User, now: datetime) -> None:
    common = {"person": person, "by": by, "now": now, "seen": form.done_before()}
    if step == "advar":
        del common["seen"]
        sanctions.warn(reason=form.cleaned_data["reason"], **common)
    elif step == "stans":
        sanctions.silence(reason=form.cleaned_data["reason"], until=form.end(), **common)
    elif step == "opphev":
        _lift(person, by, now)
    elif step == "gjor-kjent":
        sanctions.trust(**common)
    else:
        sanctions.withdraw_trust(**common)


def _lift(person: User, by: User, now: datetime) -> None:
    """Lift every silence that stands, so that the member can write."""
    standing = Sanction.objects.filter(
        member__user=person,
        kind=Sanction.Kind.SILENCE,
        lifted_at__isnull=True,
        until__gt=now,
    )
    found = list(standing)
    if not found:
        raise PermissionDenied(_("This is lifted already."))
    for sanction in found:
        sanctions.lift(sanction=sanction, by=by, now=now)


def _form(step: str, *args, **kwargs) -> StepForm:
    if step == "stans":
        return SilenceForm(*args, **kwargs)
    return ReasonForm(*args, **kwargs) if step == "advar" else StepForm(*args, **kwargs)


def _show(
    request: HttpRequest, step: str, person: User, form: StepForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "step": step,
        "name": STEPS[step],
        "explained": _EXPLAINED[step],
        "person": person,
        "form": form,
        "is_danger": step in ("advar", "stans", "gjor-ny"),
    }
    return render(request, "moderation/member_step.html", context, status=status)


def _person(pk: int) -> User:
    """Somebody who has written, reported or been spoken to here. Raises Http404 for all others."""
    found = User.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _has_role(person: User) -> bool:
    return person.is_support or person.is_moderator or person.is_editor


def _is_known(person: User, found: Member | None) -> bool:
    if _has_role(person) or person.contact_organisation_ids:
        return True
    return found is not None and found.trust == Member.Trust.KNOWN


def _steps(
    by: User, person: User, found: Member | None, silence: Sanction | None
) -> list[tuple[str, str]]:
    """Code and name of what can be done to the person."""
    try:
        sanctions.check_can_sanction(by, person)
    except PermissionDenied:
        return []
    known = found is not None and found.trust == Member.Trust.KNOWN
    codes = ["advar", "opphev" if silence else "stans"]
    if not _has_role(person):
        codes.append("gjor-ny" if known else "gjor-kjent")
    return [(code, str(STEPS[code])) for code in codes]


def _of_their_posts(person: User) -> Q:
    return Q(answer__author=person) | Q(answer__isnull=True, question__asker=person)


def _posts(person: User) -> list[PostLine]:
    """The newest posts, whatever state they are in."""
    questions = Question.objects.filter(asker=person).order_by("-asked_at", "-pk")[:MOST]
    answers = Answer.objects.filter(author=person).select_related("question")
    lines = [_post_line(each, each.asked_at) for each in questions]
    lines += [
        _post_line(each, each.answered_at)
        for each in answers.order_by("-answered_at", "-pk")[:MOST]
    ]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:MOST]


def _post_line(post: Question | Answer, at: datetime) -> PostLine:
    is_answer = isinstance(post, Answer)
    question = post.question if is_answer else post
    return PostLine(
        title=question.title,
        kind=_("Answer") if is_answer else _("Question"),
        language=question.language,
        address=step_address(post, "post"),
        at=at,
        marks=marks_of(post, reported=False),
    )


def _reports(flags: QuerySet[Flag]) -> list[ReportLine]:
    rows = flags.select_related("question", "answer__question").order_by("-at", "-pk")[:MOST]
    return [
        ReportLine(
            reason=flag.get_reason_display(),
            comment=flag.comment,
            outcome=flag.get_outcome_display(),
            title=flag.question.title,
            language=flag.question.language,
            address=step_address(flag.answer or flag.question, "post"),
            at=flag.at,
        )
        for flag in rows
    ]
