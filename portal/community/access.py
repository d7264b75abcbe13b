"""What each person may open, and what happens to a text when they have to sign in first."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from cms.community import queries
from cms.community.models import Answer, Question
from portal.account.expired import keep_text


def visible_question(user, pk: int) -> Question:
    """The question with what its page shows. Raises Http404 when this person may not see it."""
    found = queries.question_for_page(pk, user)
    if found is None:
        raise Http404
    return found


def visible_answer(user, pk: int) -> Answer:
    """The answer with its question. Raises Http404 when this person may not see it."""
    rows = Answer.objects.visible_to(user).select_related(
        "question", "author__member", "official_team"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def sign_in_and_send(request: HttpRequest) -> HttpResponse:
    """Keep what was written, let the person sign in, and show it at the same address again."""
    if request.method == "POST":
        if keep_text(request):
            messages.info(request, _("Sign in to go on. What you have written is kept."))
        else:
            messages.warning(
                request,
                _(
                    "Sign in to go on. What you have written could not be kept: go back in the "
                    "browser to find it."
                ),
            )
    return redirect_to_login(request.get_full_path())


def sign_in_and_press(request: HttpRequest, address: str) -> HttpResponse:
    """Let the person sign in and come back to the page with the button."""
    messages.info(request, _("Sign in first. Then press the button once more."))
    return redirect_to_login(address)
