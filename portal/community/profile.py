"""A member's page: what they have solved, answered and asked, and what they say of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from cms.community import profiles
from cms.community.anchors import anchor_of
from cms.community.drawing import profile_address
from cms.community.guard import check_may_write
from cms.community.members import member_of
from cms.community.models import Answer, Member, Question
from cms.community.profiles import Counts, Part, PostList
from portal.account.expired import kept_text, signed_in
from portal.community.forms import ProfileForm
from portal.community.presenters import Mark, TabLink, address_of, age_in_words, state_mark
from portal.positions import read_number


@dataclass(frozen=True, kw_only=True)
class PostRow:
    """Something a member wrote, in a list."""

    title: str
    address: str
    language: str
    product: str
    state: Mark
    official: str
    votes: int
    at: datetime
    age: str


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The head of a member's page."""

    name: str
    handle: str
    role: str
    about: str
    joined_at: datetime
    is_own: bool
    shown_to_visitors: bool
    counts: Counts


@require_safe
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """The page; not there for somebody who does not show themselves to this reader."""
    try:
        member = profiles.visible_member(handle, request.user)
    except Member.DoesNotExist:
        raise Http404 from None
    part = _part(request)
    found, older = _posts(request, member.user, part)
    address = profile_address(member.handle)
    counts = profiles.counts_of(member.user)
    context = {
        "profile": _head(member, counts, request.user),
        "part": part.value,
        "tabs": _tabs(address, part, counts),
        "rows": [_row(post, timezone.now()) for post in found.posts],
        "beginning": _address(address, part),
        "older": older,
        "next_page": _address(address, part, found.older) if found.older else "",
        "canonical": settings.PUBLIC_URL + address,
    }
    return render(request, "community/profile.html", context)


@require_http_methods(["GET", "POST"])
@signed_in()
def edit(request: HttpRequest) -> HttpResponse:
    """What one says of oneself, and who may see one's page."""
    member = member_of(request.user, now=timezone.now())
    if request.method != "POST":
        form = ProfileForm(instance=member, initial=kept_text(request))
        return render(request, "community/edit_profile.html", _with(form, member))
    form = ProfileForm(request.POST, instance=member)
    if not form.is_valid():
        context = _with(form, member)
        return render(request, "community/edit_profile.html", context, status=422)
    try:
        _check_may_say(form, request.user)
    except PermissionDenied as error:
        form.add_error("about", str(error))
        return render(request, "community/edit_profile.html", _with(form, member), status=422)
    form.save()
    messages.success(request, _("Your page is saved."))
    return redirect(profile_address(member.handle))


def _check_may_say(form: ProfileForm, user: User) -> None:
    """Raise PermissionDenied when a silenced member says more; saying nothing is allowed."""
    if "about" in form.changed_data and form.cleaned_data["about"]:
        check_may_write(user, timezone.now())


def _with(form: ProfileForm, member: Member) -> dict[str, object]:
    return {"form": form, "handle": member.handle, "back": profile_address(member.handle)}


def _part(request: HttpRequest) -> Part:
    try:
        return Part(request.GET.get("part", Part.SOLVED))
    except ValueError:
        return Part.SOLVED


def _posts(request: HttpRequest, user: User, part: Part) -> tuple[PostList, bool]:
    """The page of the list, and whether it begins after another; the first for an odd address."""
    older = read_number(request.GET.get("older", ""))
    try:
        return profiles.posts_of(user, part, older_than=older), older is not None
    except ObjectDoesNotExist:
        return profiles.posts_of(user, part), False


def _head(member: Member, counts: Counts, reader) -> Profile:
    return Profile(
        name=member.user.display_name,
        handle=member.handle,
        role=_role(member.user),
        about=_about(member, reader),
        joined_at=member.joined_at,
        is_own=reader.pk == member.user_id,
        shown_to_visitors=member.shown_to_visitors,
        counts=counts,
    )


def _about(member: Member, reader) -> str:
    """What the member says; while silenced, to themselves and the moderators only."""
    knows = reader.is_authenticated and (reader.is_moderator or reader.pk == member.user_id)
    return "" if member.is_silenced(timezone.now()) and not knows else member.about


def _role(user: User) -> str:
    """Whom the person speaks for here."""
    teams = profiles.teams_of(user)
    if teams:
        words = {"team": ", ".join(team.name for team in teams), "owner": settings.SITE_OWNER}
        return _("Works in %(team)s, %(owner)s") % words
    if user.is_moderator:
        return pgettext("role in the community", "Moderator")
    return pgettext("role in the community", "Member")


def _tabs(address: str, current: Part, counts: Counts) -> Sequence[TabLink]:
    names = {
        Part.SOLVED: _("Has solved (%(count)s)") % {"count": counts.solved},
        Part.ANSWERS: _("Answers (%(count)s)") % {"count": counts.answers},
        Part.QUESTIONS: _("Questions (%(count)s)") % {"count": counts.questions},
    }
    return [
        TabLink(name=name, address=_address(address, part), current=part == current)
        for part, name in names.items()
    ]


def _address(address: str, part: Part, older: int | None = None) -> str:
    values = {"part": part.value if part != Part.SOLVED else "", "older": older or ""}
    words = urlencode({name: value for name, value in values.items() if value})
    return f"{address}?{words}" if words else address


def _row(post: Question | Answer, now: datetime) -> PostRow:
    is_answer = isinstance(post, Answer)
    question = post.question if is_answer else post
    at = post.answered_at if is_answer else post.asked_at
    address = address_of(question)
    return PostRow(
        title=question.title,
        address=address + anchor_of(question, post.pk) if is_answer else address,
        language=question.language,
        product=question.product.name,
        state=state_mark(question),
        official=_("Official answer") if is_answer and post.is_official else "",
        votes=post.vote_count if is_answer else 0,
        at=at,
        age=age_in_words(at, now),
    )
