"""Reading answers again: samples, the next answer, and the checklist."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import Language, User
from portal.account.expired import kept_text, signed_in
from portal.insight.words import month_and_year
from portal.oversight.forms import DrawForm, ReviewForm
from triage.oversight import reviews
from triage.oversight.models import ReviewedAnswer, ReviewSample
from triage.sla.months import Month, month_from, month_of
from triage.tickets.exceptions import TicketError
from triage.tickets.models import Message

MONTHS_BACK = 12  # the months a sample may be drawn of


@dataclass(frozen=True, kw_only=True)
class SampleRow:
    """A sample in the list."""

    id: int
    month: str
    drawn: int
    read: int
    population: int

    @property
    def done(self) -> bool:
        """Whether everything is read."""
        return self.read >= self.drawn


@dataclass(frozen=True, kw_only=True)
class AnswerView:
    """An answer to read: what was asked last before it, and the words. Not who wrote it."""

    reference: str
    ticket_id: int
    subject: str
    language: str
    asked: str
    body: str
    place: int


def month_words(month: str) -> str:
    """A sample's month in words."""
    return month_and_year(month_from(month))


def _for_readers(user: User) -> None:
    if not (user.is_manager or user.is_support):
        raise PermissionDenied(_("Answers are read by managers and those they choose."))


# --- the list, and drawing ------------------------------------------------------------------------


@signed_in()
@require_GET
def samples(request: HttpRequest) -> HttpResponse:
    """The samples the person reads, and for managers the way to draw one."""
    _for_readers(request.user)
    return _list(request, _draw_form(request.user, kept_text(request) or None))


def _list(request: HttpRequest, form: DrawForm | None, *, status: int = 200) -> HttpResponse:
    found = reviews.samples_for(request.user).annotate(
        drawn=Count("answers", distinct=True),
        read=Count("answers", filter=Q(answers__reviewed_at__isnull=False), distinct=True),
    )
    rows = [
        SampleRow(
            id=sample.pk,
            month=month_words(sample.month),
            drawn=sample.drawn,
            read=sample.read,
            population=sample.population,
        )
        for sample in found.order_by("-month")[: 2 * MONTHS_BACK]
    ]
    return render(request, "oversight/samples.html", {"rows": rows, "form": form}, status=status)


def _months() -> list[tuple[str, str]]:
    """The whole months of the last year without a sample, the latest first."""
    current = month_of(timezone.now(), timezone.get_default_timezone())
    months = [current.plus(-back) for back in range(1, MONTHS_BACK + 1)]
    drawn = set(ReviewSample.objects.values_list("month", flat=True))
    return [(str(month), month_and_year(month)) for month in months if str(month) not in drawn]


def _draw_form(user: User, data: dict | None = None) -> DrawForm | None:
    if not reviews.may_draw(user):
        return None
    return DrawForm(initial=data or {}, months=_months())


@signed_in(page="reviews")
def draw(request: HttpRequest) -> HttpResponse:
    """Draw the sample of a month."""
    if not reviews.may_draw(request.user):
        raise PermissionDenied(_("Only managers draw samples."))
    if request.method != "POST":
        return redirect("reviews")
    month: Month | None = month_from(request.POST.get("month", ""))
    if month and ReviewSample.objects.filter(month=str(month)).exists():
        messages.info(request, str(reviews.AlreadyDrawn()))
        return redirect("reviews")
    form = DrawForm(request.POST, months=_months())
    if not form.is_valid():
        return _list(request, form, status=422)
    try:
        sample = reviews.draw(
            month=month,
            zone=timezone.get_default_timezone(),
            by=request.user,
            size=form.cleaned_data["size"],
            reviewers=list(form.cleaned_data["reviewers"]),
            now=timezone.now(),
        )
    except TicketError as error:
        form.add_error(None, str(error))
        return _list(request, form, status=409)
    messages.success(
        request,
        _("The sample of %(month)s is drawn. Those you chose find it here.")
        % {"month": month_words(sample.month)},
    )
    return redirect("reviews")


# --- reading ------------------------------------------------------------------------------------


@signed_in()
@require_GET
def sample(request: HttpRequest, sample_id: int) -> HttpResponse:
    """Leads to the next answer the person can read; back to the list when there is none."""
    found = get_object_or_404(reviews.samples_for(request.user), pk=sample_id)
    following = reviews.next_for(request.user, found)
    if following is None:
        messages.info(request, _("You have no more answers to read in this sample."))
        return redirect("reviews")
    return redirect("review_answer", answer_id=following.pk)


@signed_in()
def answer(request: HttpRequest, answer_id: int) -> HttpResponse:
    """One answer with the checklist."""
    found = _readable(request.user, answer_id)
    if request.method != "POST":
        return _show(request, found, ReviewForm(answer=found, initial=kept_text(request)))
    form = ReviewForm(request.POST, answer=found)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    try:
        reviews.review(
            answer=found,
            by=request.user,
            found=form.found(),
            note=form.cleaned_data["note"],
            now=timezone.now(),
        )
    except TicketError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Written down. Here is the next one, if there is one."))
    return redirect("review_sample", sample_id=found.sample_id)


def _readable(user: User, answer_id: int) -> ReviewedAnswer:
    """An answer this person may read and nobody else has. Raises Http404."""
    row = ReviewedAnswer.objects.select_related("sample").filter(pk=answer_id).first()
    if row is None:
        raise Http404
    found = (
        reviews.answers_for(user, row.sample)
        .select_related("sample", "message__ticket")
        .filter(Q(reviewer=user) | Q(reviewed_at__isnull=True), pk=answer_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _show(
    request: HttpRequest, found: ReviewedAnswer, form: ReviewForm, *, status: int = 200
) -> HttpResponse:
    total = found.sample.answers.count()
    context = {
        "answer": _view(found),
        "month": month_words(found.sample.month),
        "total": total,
        "form": form,
    }
    return render(request, "oversight/answer.html", context, status=status)


def _view(found: ReviewedAnswer) -> AnswerView:
    message, ticket = found.message, found.message.ticket
    asked = (
        Message.objects.filter(
            ticket=ticket,
            from_requester=True,
            visibility=Message.Visibility.PUBLIC,
            created_at__lte=message.created_at,
            pk__lt=message.pk,
        )
        .order_by("-created_at", "-pk")
        .first()
    )
    return AnswerView(
        reference=ticket.reference,
        ticket_id=ticket.pk,
        subject=ticket.subject,
        language=Language(found.language).in_a_sentence,
        asked=asked.body if asked else "",
        body=message.body,
        place=found.place,
    )
