"""Saying how it went, on the page of one's solved case."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from portal.account.expired import signed_in
from portal.limits import too_many
from portal.oversight.forms import RatingForm
from triage.oversight import ratings
from triage.oversight.models import LONGEST_COMMENT, Rating
from triage.tickets.exceptions import TicketError
from triage.tickets.models import Ticket

WRITES = "60/h"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One grade as a button; `pressed` is what was said before."""

    grade: int
    label: str
    pressed: bool


@dataclass(frozen=True, kw_only=True)
class RatingView:
    """The question of how it went, with what was said so far."""

    choices: tuple[Choice, ...]
    said: str
    grade: int | None
    comment: str
    longest: int = LONGEST_COMMENT


def rating_view(ticket: Ticket, user: User) -> RatingView | None:
    """What the page of a solved case asks; None for everybody but who asked in it."""
    if not ratings.may_rate(user, ticket):
        return None
    rating = ratings.rating_of(ticket)
    grade = rating.grade if rating else None
    return RatingView(
        choices=tuple(
            Choice(grade=value, label=str(label), pressed=value == grade)
            for value, label in Rating.Grade.choices
        ),
        said=str(rating.get_grade_display()) if rating else "",
        grade=grade,
        comment=rating.comment if rating else "",
    )


@signed_in()
def rate_case(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Take in the grade; whoever comes by an address is led to the case."""
    ticket = Ticket.objects.visible_to(request.user).filter(pk=ticket_id).first()
    if ticket is None or ticket.requester_id != request.user.pk:
        raise Http404
    if request.method == "POST":
        _take(request, ticket)
    return redirect(reverse("my_case", args=[ticket.pk]) + "#rating")


def _take(request: HttpRequest, ticket: Ticket) -> None:
    if too_many(request, "case-rating", WRITES):
        messages.error(request, _("That was many in a short time. Wait a little, and try again."))
        return
    form = RatingForm(request.POST)
    if not form.is_valid():
        messages.error(request, next(iter(form.errors.values()))[0])
        return
    try:
        ratings.rate(
            ticket=ticket,
            by=request.user,
            grade=form.cleaned_data["grade"],
            comment=form.cleaned_data["comment"],
            now=timezone.now(),
        )
    except (TicketError, PermissionDenied) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Thank you for telling us how it went."))
