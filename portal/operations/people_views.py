"""Who works here: the people, what each of them does, and who changed it when."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import staffing
from accounts.duties import duties_of, named, team_names
from accounts.exceptions import HasAccount, PeopleProblem
from accounts.models import Membership, User
from portal.operations import people
from portal.operations.access import for_administrators
from portal.operations.people_forms import DutiesForm, NewPersonForm, initial_of
from portal.positions import read_number
from triage.tickets.leaving import cases_held_by


@never_cache
@for_administrators
@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    """The people, by name."""
    query = people.read_query(request)
    rows, more = query.page()
    context = {
        "query": query,
        "rows": rows,
        "roles": people.ROLES.items(),
        "teams": team_names().items(),
        "states": people.STATES.items(),
        "next": query.address(after=rows[-1]) if more else "",
    }
    return render(request, "operations/people.html", context)


@never_cache
@for_administrators
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person: what they do here, and the form to change it."""
    found = _person(request, person_id)
    seen = staffing.last_change_of(found)
    form = DutiesForm(
        request.POST if request.method == "POST" else None,
        initial=initial_of(duties_of(found), seen),
    )
    if request.method == "POST" and form.is_valid():
        return _save(request, found, form)
    context = {
        "person": found,
        "form": form,
        "held": people.held_by(found),
        "changes": people.changes_of(found),
        "memberships": _memberships(found),
        "open_cases": cases_held_by(found).count(),
        "seen": seen,
        "is_you": found.pk == request.user.pk,
    }
    return render(request, "operations/person.html", context, status=422 if form.errors else 200)


def _save(request: HttpRequest, found: User, form: DutiesForm) -> HttpResponse:
    try:
        changed = staffing.set_duties(
            person=found,
            duties=form.duties,
            seen=form.cleaned_data["seen"],
            by=request.user,
            now=timezone.now(),
        )
    except PeopleProblem as problem:
        messages.error(request, str(problem))
    else:
        if changed:
            words = _("The roles and teams of %(person)s are saved.")
            messages.success(request, words % {"person": found.display_name})
        else:
            messages.info(request, _("Nothing was changed."))
    return redirect("operations_person", person_id=found.pk)


@never_cache
@for_administrators
@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Make an account for somebody who is to work here."""
    form = NewPersonForm(request.POST if request.method == "POST" else None)
    there = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = staffing.invite_staff(
                email=data["email"],
                name=data["name"],
                language=data["language"],
                duties=form.duties,
                by=request.user,
                now=timezone.now(),
            )
        except HasAccount as problem:
            form.add_error("email", str(problem))
            there = problem.person
        else:
            words = _("%(person)s has an account, and gets a mail to choose a password.")
            messages.success(request, words % {"person": made.display_name})
            return redirect("operations_person", person_id=made.pk)
    context = {"form": form, "there": there}
    status = 422 if form.errors else 200
    return render(request, "operations/person_new.html", context, status=status)


@never_cache
@for_administrators
@require_http_methods(["GET", "POST"])
def close_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Close an account, after a page that says what it means."""
    found = _person(request, person_id)
    if request.method == "POST":
        words = _("The account of %(person)s is closed.")
        return _change(request, found, staffing.close_account, done=words)
    if not found.is_active or found.pk == request.user.pk:
        return redirect("operations_person", person_id=found.pk)
    context = {
        "person": found,
        "duties": named(duties_of(found).words),
        "open_cases": cases_held_by(found).count(),
        "memberships": _memberships(found),
        "seen": staffing.last_change_of(found),
    }
    return render(request, "operations/person_close.html", context)


@for_administrators
@require_POST
def open_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Open a closed account again."""
    words = _("The account of %(person)s is open. They get a mail to choose a new password.")
    return _change(request, _person(request, person_id), staffing.open_account, done=words)


def _change(request: HttpRequest, found: User, service, *, done: str) -> HttpResponse:
    """Close or open an account, as it was when the page was opened."""
    seen = read_number(request.POST.get("seen", ""))
    seen = -1 if seen is None else seen
    try:
        service(person=found, seen=seen, by=request.user, now=timezone.now())
    except PeopleProblem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, done % {"person": found.display_name})
    return redirect("operations_person", person_id=found.pk)


@for_administrators
@require_POST
def send_link(request: HttpRequest, person_id: int) -> HttpResponse:
    """Send somebody who has not signed in yet the link to choose a password once more."""
    found = _person(request, person_id)
    try:
        staffing.send_link_again(person=found, by=request.user)
    except PeopleProblem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The mail with a link to choose a password is sent again."))
    return redirect("operations_person", person_id=found.pk)


def _person(request: HttpRequest, person_id: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user), pk=person_id)


def _memberships(found: User) -> list[Membership]:
    rows = found.memberships.active().select_related("organisation")
    return list(rows.order_by("organisation__name"))
