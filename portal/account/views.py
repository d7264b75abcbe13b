"""One's own page: name, language, organisations, and which mails one wants."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import queries, services
from accounts.notices import choose_notices, chosen_kinds, kinds_for
from portal.account.expired import signed_in
from portal.account.forms import NoticesForm, ProfileForm
from portal.account.presenters import OwnMembership, staff_roles


def _profile_form(request: HttpRequest, data=None) -> ProfileForm:
    user = request.user
    initial = {"name": user.name, "language": user.language}
    return ProfileForm(data, initial=initial, prefix="profile")


def _notices_form(request: HttpRequest, data=None) -> NoticesForm:
    user = request.user
    chosen = [kind.value for kind in chosen_kinds(user)]
    initial = {"kinds": chosen, "community": chosen}
    return NoticesForm(data, initial=initial, prefix="notices", kinds=kinds_for(user))


def _page(request: HttpRequest, *, profile=None, notices=None, status: int = 200) -> HttpResponse:
    user = request.user
    waiting = queries.requests_to_answer(user).count()
    context = {
        "memberships": [OwnMembership.of(row) for row in queries.memberships_of(user)],
        "invitations": queries.invitations_for(user, timezone.now()),
        "waiting_requests": waiting,
        "staff_roles": staff_roles(user),
        "profile_form": profile or _profile_form(request),
        "notices_form": notices or _notices_form(request),
    }
    return render(request, "account/my_page.html", context, status=status)


@signed_in()
@require_GET
def my_page(request: HttpRequest) -> HttpResponse:
    """Everything about oneself."""
    return _page(request)


@signed_in(page="account")
@require_POST
def save_profile(request: HttpRequest) -> HttpResponse:
    """Save name and language; the page is shown in the chosen language at once."""
    form = _profile_form(request, request.POST)
    if not form.is_valid():
        return _page(request, profile=form, status=422)
    services.change_profile(user=request.user, **form.cleaned_data)
    with translation.override(form.cleaned_data["language"]):
        messages.success(request, _("Your name and language are saved."))
    response = redirect("account")
    # The cookie of an earlier choice would come before the account's.
    response.delete_cookie(
        settings.LANGUAGE_COOKIE_NAME, samesite=settings.LANGUAGE_COOKIE_SAMESITE
    )
    return response


@signed_in(page="account")
@require_POST
def save_notices(request: HttpRequest) -> HttpResponse:
    """Save which mails one wants."""
    form = _notices_form(request, request.POST)
    if not form.is_valid():
        return _page(request, notices=form, status=422)
    choose_notices(user=request.user, wanted=form.wanted())
    messages.success(request, _("Your choice of mails is saved."))
    return redirect("account")
