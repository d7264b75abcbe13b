"""Joining an organisation, letting others in, inviting, roles and leaving."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import policies, queries, services
from accounts.exceptions import InvitationForOther, InvitationUsed, MembershipProblem
from accounts.models import Invitation, Membership, Organisation, User
from portal.account.expired import kept_text, signed_in
from portal.account.forms import DeclineForm, InviteForm, RolesForm
from portal.account.presenters import JoinRequest, Member, OwnMembership
from portal.account.terms import terms_rows
from portal.limits import too_many
from portal.positions import read_number
from triage.reporting import delivery

ROWS = 50


def _page_of(request: HttpRequest, rows: QuerySet) -> Page:
    return Paginator(rows, ROWS).get_page(request.GET.get("side"))


def _attempt(request: HttpRequest, action: Callable[[], object], *, done: str) -> bool:
    """Do it and say so, or say why it could not be done."""
    try:
        action()
    except MembershipProblem as problem:
        messages.error(request, str(problem))
        return False
    messages.success(request, done)
    return True


def _slow_down(request: HttpRequest, group: str, rate: str) -> bool:
    if not too_many(request, group, rate):
        return False
    messages.error(request, _("That was many in a short time. Wait an hour and try again."))
    return True


def _membership(request: HttpRequest, pk: int) -> Membership:
    """A membership the person may see; what they may not see does not exist."""
    rows = Membership.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("user", "organisation"), pk=pk)


def _organisation(request: HttpRequest, pk: int) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)


# --- asking to join ---------------------------------------------------------------------------


@signed_in()
def join(request: HttpRequest) -> HttpResponse:
    """Suggest organisations by the address's domain, find others by name, ask to join one."""
    if request.method == "POST":
        return _ask_to_join(request)
    text = request.GET.get("navn", "")[:200]
    suggested = queries.suggested_organisations(request.user)
    found = [row for row in queries.find_organisations(request.user, text) if row not in suggested]
    own = [OwnMembership.of(row) for row in queries.memberships_of(request.user)]
    context = {
        "domain": request.user.email.rpartition("@")[2],
        "suggested": suggested,
        "searched": text.strip(),
        "found": found,
        "waiting": [row for row in own if row.state == Membership.Status.REQUESTED],
    }
    return render(request, "account/join.html", context)


def _ask_to_join(request: HttpRequest) -> HttpResponse:
    if _slow_down(request, "ask-to-join", "20/h"):
        return redirect("account_join")
    number = read_number(request.POST.get("organisation", ""))
    organisation = get_object_or_404(Organisation, pk=number)
    _attempt(
        request,
        lambda: services.ask_to_join(
            user=request.user, organisation=organisation, now=timezone.now()
        ),
        done=_("You have asked to join %(organisation)s. You get a mail when they have answered.")
        % {"organisation": organisation.name},
    )
    return redirect("account")


@signed_in(page="account")
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    membership = _membership(request, pk)
    _attempt(
        request,
        lambda: services.withdraw_request(
            membership=membership, by=request.user, now=timezone.now()
        ),
        done=_("Your request is withdrawn."),
    )
    return redirect("account")


# --- answering requests -----------------------------------------------------------------------


@signed_in()
@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """Those who wait to join where one may answer; for administrators, everywhere."""
    rows = queries.requests_to_answer(request.user)
    page = _page_of(request, rows.prefetch_related("organisation__domains"))
    context = {"page": page, "requests": [JoinRequest.of(row) for row in page]}
    return render(request, "account/requests.html", context)


@signed_in(page="account_requests")
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody in."""
    membership = _membership(request, pk)
    _attempt(
        request,
        lambda: services.approve_request(
            membership=membership, by=request.user, now=timezone.now()
        ),
        done=_("%(person)s is now a member of %(organisation)s.")
        % {"person": membership.user.display_name, "organisation": membership.organisation.name},
    )
    return redirect("account_requests")


@signed_in()
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, with a reason."""
    membership = _membership(request, pk)
    policies.check_can_answer_request(request.user, membership)
    form = DeclineForm(request.POST or None, initial=kept_text(request))
    if request.method == "POST" and form.is_valid():
        _attempt(
            request,
            lambda: services.decline_request(
                membership=membership,
                by=request.user,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            ),
            done=_("%(person)s has been told no.") % {"person": membership.user.display_name},
        )
        return redirect("account_requests")
    context = {"form": form, "membership": membership}
    return render(request, "account/decline.html", context, status=422 if form.errors else 200)


# --- an organisation --------------------------------------------------------------------------


@signed_in()
@require_GET
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """An organisation: its contacts for its members, all members for those who manage them."""
    organisation = _organisation(request, pk)
    user = request.user
    manages = policies.can_manage_members(user, organisation)
    own = organisation.memberships.active().filter(user=user).first()
    needs_terms = organisation.type != Organisation.Type.INTERNAL
    context = {
        "organisation": organisation,
        "own": own,
        "manages": manages,
        "has_delivery_report": delivery.visible_to(user).filter(pk=organisation.pk).exists(),
        "contacts": [Member.of(row, user) for row in queries.contacts_of(organisation)],
        "terms": terms_rows(organisation, timezone.localdate()) if needs_terms else [],
        "may_sign": policies.can_sign(user, organisation),
    }
    if manages:
        page = _page_of(request, queries.members_of(organisation))
        waiting = queries.requests_to_answer(user).filter(organisation=organisation)
        context |= {
            "page": page,
            "members": [Member.of(row, user) for row in page],
            "invitations": queries.open_invitations(organisation, timezone.now()),
            "waiting_requests": waiting.count(),
        }
    return render(request, "account/organisation.html", context)


@signed_in()
def roles(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the contact roles of a member."""
    membership = _membership(request, pk)
    policies.check_can_manage_members(request.user, membership.organisation)
    held = [row.role for row in membership.contact_roles.all()]
    form = RolesForm(request.POST if request.method == "POST" else None, initial={"roles": held})
    if request.method == "POST" and form.is_valid():
        _attempt(
            request,
            lambda: services.set_contact_roles(
                membership=membership, roles=form.cleaned_data["roles"], by=request.user
            ),
            done=_("The roles of %(person)s are saved.") % {"person": membership.user.display_name},
        )
        return _to_organisation(request, membership.organisation_id)
    context = {"form": form, "membership": membership}
    return render(request, "account/roles.html", context, status=422 if form.errors else 200)


@signed_in()
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End somebody's membership, after a page that says what it means."""
    membership = _membership(request, pk)
    policies.check_can_manage_members(request.user, membership.organisation)
    if request.method == "POST":
        _attempt(
            request,
            lambda: services.end_membership(
                membership=membership, by=request.user, now=timezone.now()
            ),
            done=_("%(person)s is no longer a member.") % {"person": membership.user.display_name},
        )
        return _to_organisation(request, membership.organisation_id)
    return render(request, "account/end.html", {"membership": membership})


@signed_in()
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """End one's own membership, after a page that says what it means."""
    membership = _membership(request, pk)
    policies.check_can_leave(request.user, membership)
    if request.method == "POST":
        left = _attempt(
            request,
            lambda: services.leave(membership=membership, by=request.user, now=timezone.now()),
            done=_("You have left %(organisation)s.")
            % {"organisation": membership.organisation.name},
        )
        return (
            redirect("account") if left else _to_organisation(request, membership.organisation_id)
        )
    return render(request, "account/leave.html", {"membership": membership})


def _to_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the organisation, or to one's own page after having ended one's own part in it."""
    user = User.objects.get(pk=request.user.pk)
    if Organisation.objects.visible_to(user).filter(pk=pk).exists():
        return redirect("account_organisation", pk=pk)
    return redirect("account")


# --- invitations ------------------------------------------------------------------------------


@signed_in()
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite a colleague by e-mail."""
    organisation = _organisation(request, pk)
    policies.check_can_manage_members(request.user, organisation)
    form = InviteForm(request.POST or None, initial=kept_text(request))
    if request.method == "POST" and form.is_valid() and _invite(request, organisation, form):
        return redirect("account_organisation", pk=pk)
    context = {"form": form, "organisation": organisation}
    return render(request, "account/invite.html", context, status=422 if form.errors else 200)


def _invite(request: HttpRequest, organisation: Organisation, form: InviteForm) -> bool:
    """Send it; when that cannot be done, the form says why."""
    if _slow_down(request, "invite", "60/h"):
        return False
    email, now = form.cleaned_data["email"], timezone.now()
    try:
        services.invite(organisation=organisation, email=email, by=request.user, now=now)
    except MembershipProblem as problem:
        form.add_error("email", str(problem))
        return False
    messages.success(request, _("The invitation is sent."))
    return True


@signed_in(page="account")
@require_POST
def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an invitation useless."""
    rows = Invitation.objects.visible_to(request.user).select_related("organisation")
    invitation = get_object_or_404(rows, pk=pk)
    _attempt(
        request,
        lambda: services.withdraw_invitation(
            invitation=invitation, by=request.user, now=timezone.now()
        ),
        done=_("The invitation is withdrawn."),
    )
    return redirect("account_organisation", pk=invitation.organisation_id)


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the link of an invitation leads to: sign in or up, then accept."""
    try:
        invitation = services.invitation_of(token=token, now=timezone.now())
    except MembershipProblem as problem:
        context = {"problem": str(problem), "used": isinstance(problem, InvitationUsed)}
        return render(request, "account/invitation.html", context, status=404)
    if not request.user.is_authenticated:
        return render(request, "account/invitation.html", {"invitation": invitation})
    try:
        services.check_invited(invitation=invitation, user=request.user)
    except InvitationForOther as problem:
        context = {"problem": str(problem), "other_person": True}
        return render(request, "account/invitation.html", context, status=403)
    if request.method == "POST":
        return _accept(request, invitation)
    return render(request, "account/invitation.html", {"invitation": invitation})


@signed_in(page="account")
@require_POST
def accept_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, from one's own page, an invitation to an address one has confirmed."""
    own = {row.pk: row for row in queries.invitations_for(request.user, timezone.now())}
    if pk not in own:
        messages.error(request, _("The invitation is no longer open."))
        return redirect("account")
    return _accept(request, own[pk])


def _accept(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    accepted = _attempt(
        request,
        lambda: services.accept_invitation(
            invitation=invitation, by=request.user, now=timezone.now()
        ),
        done=_("You are now a member of %(organisation)s.")
        % {"organisation": invitation.organisation.name},
    )
    if accepted:
        return redirect("account_organisation", pk=invitation.organisation_id)
    return redirect("account")
