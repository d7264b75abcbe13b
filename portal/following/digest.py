"""Choose a digest, change it, stop it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cms.community import digests
from cms.community.models import Subscription
from portal.account.expired import signed_in
from portal.following.forms import DigestForm


@signed_in()
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """What one gets now, and the form to change it."""
    row = Subscription.objects.filter(user=request.user).first()
    if request.method != "POST":
        return _page(request, row, DigestForm(initial=_chosen(row)))
    form = DigestForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    digests.subscribe(user=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Your choice of digest is saved."))
    return redirect("digest")


@signed_in(page="digest")
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """No more digests."""
    digests.unsubscribe(request.user)
    messages.success(request, _("You get no more digests."))
    return redirect("digest")


def _chosen(row: Subscription | None) -> dict:
    if row is None:
        return {}
    return {
        "rhythm": row.rhythm,
        "products": list(row.products.values_list("slug", flat=True)),
        "audiences": list(row.audiences.values_list("slug", flat=True)),
    }


def _page(
    request: HttpRequest, row: Subscription | None, form: DigestForm, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "next_at": row.next_at if row else None}
    return render(request, "following/digest.html", context, status=status)
