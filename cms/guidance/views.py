"""Receiving and reading feedback on articles."""

from collections.abc import Callable
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cms.guidance import queries
from cms.guidance.feedback import may_read_feedback, record_feedback
from cms.guidance.forms import FeedbackForm
from cms.guidance.models import ArticlePage

RATE = "12/10m"
ROWS = 50

TooMany = Callable[[HttpRequest, str, str], bool]


def _submission(request: HttpRequest) -> UUID:
    """The form's own number; a new one when it is missing or spoilt."""
    try:
        return UUID(request.POST.get("submission", ""))
    except ValueError:
        return uuid4()


def page_feedback(request: HttpRequest, article_id: int, too_many: TooMany) -> HttpResponse:
    """Store "useful" or a reason, then thank; a faulty form comes back with what was written.

    `too_many(request, group, rate)` tells whether the visitor has to wait.
    """
    articles = ArticlePage.objects.live().visible_to(request.user)
    article = get_object_or_404(articles, pk=article_id)
    if request.method != "POST":
        return redirect(f"{article.get_url(request)}#feedback")
    useful = request.POST.get("useful") == "yes"
    form = FeedbackForm(request.POST)
    if too_many(request, "page-feedback", RATE):
        form.errors.clear()
        form.add_error(None, _("You have sent a lot in a short time. Wait a little, then send."))
        return _form_again(request, article, form, status=429)
    if not useful and not form.is_valid():
        return _form_again(request, article, form, status=422)
    written = {} if useful else {key: form.cleaned_data[key] for key in ("reason", "comment")}
    recorded = record_feedback(
        article=article,
        useful=useful,
        submission=_submission(request),
        now=timezone.now(),
        **written,
    )
    if recorded.masked:
        removed = ngettext(
            "We removed a national identity number from what you wrote.",
            "We removed national identity numbers from what you wrote.",
            recorded.masked,
        )
        messages.warning(request, removed)
    return redirect("page_feedback_thanks", article.pk, "ja" if useful else "nei")


def _form_again(
    request: HttpRequest, article: ArticlePage, form: FeedbackForm, *, status: int
) -> HttpResponse:
    context = {"article": article, "form": form}
    return render(request, "guidance/feedback.html", context, status=status)


@require_safe
def page_feedback_thanks(
    request: HttpRequest, article_id: int, useful: str, **options
) -> HttpResponse:
    """Thanks, and the ways on."""
    articles = ArticlePage.objects.live().visible_to(request.user)
    article = get_object_or_404(articles.prefetch_related("products"), pk=article_id)
    context = {
        "article": article,
        "helped": useful == "ja",
        "related": queries.related_to(article=article, user=request.user),
    }
    return render(request, "guidance/thanks.html", context)


@require_safe
@login_required
def page_feedback_list(request: HttpRequest, article_id: int, **options) -> HttpResponse:
    """What readers have said about one article, for its owner and for editors."""
    article = get_object_or_404(ArticlePage.objects.select_related("owner_team"), pk=article_id)
    if not may_read_feedback(request.user, article):
        raise PermissionDenied(_("Only the article's owner and editors read its feedback."))
    rows = article.feedback.all()
    context = {
        "article": article,
        "page_of_rows": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "useful_count": rows.filter(useful=True).count(),
        "not_useful_count": rows.filter(useful=False).count(),
    }
    return render(request, "guidance/feedback_list.html", context)
