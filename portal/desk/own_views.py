"""Own views of the queue: a view with filters is named, and found again by its name."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from portal.account.forms import check_no_identity_number
from portal.desk.access import for_desk
from portal.desk.filters import QueueQuery, read_query
from portal.desk.forms import needed
from portal.desk.models import OwnView
from portal.desk.presenters import queue_address, view_name
from search.text.redaction import find_identity_numbers
from triage.tickets.queries import views_for

MOST = 20  # views of one person
NAME_TAKEN = gettext_lazy("You have a view of this name already. Choose another name.")


class NameForm(forms.Form):
    """What a view is called; `others` are the names it cannot have."""

    name = forms.CharField(
        label=gettext_lazy("Name of the view"),
        max_length=60,
        validators=[check_no_identity_number],
        error_messages=needed(gettext_lazy("Write what the view is to be called.")),
    )

    def __init__(self, *args, others: set[str], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.others = {name.casefold() for name in others}

    def clean_name(self) -> str:
        """The name on one line."""
        name = " ".join(self.cleaned_data["name"].split())
        if name.casefold() in self.others:
            raise forms.ValidationError(NAME_TAKEN)
        return name


def own_view_of(views: list[OwnView], *addresses: str) -> OwnView | None:
    """The own view of the first of the addresses that has one."""
    found = {own.query: own for own in views}
    return next((found[address] for address in addresses if address in found), None)


def still_shows(own: OwnView, user: User) -> bool:
    """Whether the queue can show it: some views are only for those who work in a team."""
    return QueryDict(own.query)["view"] in views_for(user)


@never_cache
@for_desk
def name_view(request: HttpRequest) -> HttpResponse:
    """Name the view and the filters of the address, so that they can be found again."""
    query = read_query(request)
    views = list(OwnView.objects.visible_to(request.user))
    refused = _refused(query, views)
    if refused:
        messages.warning(request, refused)
        return redirect(queue_address(query))
    return _named(
        request,
        OwnView(owner=request.user, query=query.address),
        views,
        query=query,
        view=view_name(request.user, query.view),
    )


def _refused(query: QueueQuery, views: list[OwnView]) -> str:
    """Why there can be no own view of this, in a sentence; "" when there can."""
    held = own_view_of(views, query.address)
    if held is not None:
        return _had_already(held)
    if not query.filters:
        return _("Choose a filter first: a view of your own is a view with filters.")
    if any(find_identity_numbers(item.value) for item in query.filters):
        return _("A filter looks like a national identity number, so the view is not stored.")
    if len(views) >= MOST:
        return _("You have %(count)s views of your own. Delete one first.") % {"count": len(views)}
    return ""


def _had_already(held: OwnView) -> str:
    return _("You have this view already. You call it “%(name)s”.") % {"name": held.name}


@never_cache
@for_desk
def change_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Call an own view something else; the page also has the button that deletes it."""
    own = get_object_or_404(OwnView.objects.visible_to(request.user), pk=pk)
    return _named(request, own, OwnView.objects.visible_to(request.user).exclude(pk=pk))


def _named(request: HttpRequest, own: OwnView, others, **more) -> HttpResponse:
    """The page with the name; when one is sent, the view under it."""
    sent = request.POST if request.method == "POST" else None
    form = NameForm(sent, initial={"name": own.name}, others={other.name for other in others})
    shows = still_shows(own, request.user)
    back = f"{reverse('desk')}?{own.query}" if shows else reverse("desk")
    if form.is_bound and form.is_valid():
        own.name = form.cleaned_data["name"]
        try:
            with transaction.atomic():
                own.save()
        except IntegrityError:
            held = OwnView.objects.visible_to(request.user).filter(query=own.query).first()
            if held not in (None, own):
                messages.warning(request, _had_already(held))
                return redirect(back)
            form.add_error("name", NAME_TAKEN)
        else:
            said = _("The view is saved as “%(name)s”. You find it among your own views.")
            messages.success(request, said % {"name": own.name})
            return redirect(back)
    context = {"own": own, "form": form, "shows": shows, "back": back, **more}
    return render(request, "desk/own_view.html", context, status=422 if form.errors else 200)


@never_cache
@for_desk
@require_POST
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an own view; the cases in it are as they were."""
    own = get_object_or_404(OwnView.objects.visible_to(request.user), pk=pk)
    own.delete()
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": own.name})
    return redirect("desk")
