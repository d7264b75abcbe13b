"""Labelling: the list of the least sure guesses, and one case at a time with a key to accept."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portal.desk import predictions
from portal.desk.access import for_desk, staff_ticket
from portal.evaluation.names import PAGES, Names
from portal.positions import read_number
from triage.classifier.corpus import cases
from triage.classifier.decisions import labelling
from triage.classifier.labels import CASE_TYPE, NOT_A_CASE
from triage.classifier.models import Prediction

PAGE_SIZE = 25
FIRST = "produkt"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A case in the list: what it is guessed to be, how sure that is, and what it stands as."""

    reference: str
    subject: str
    language: str
    is_open: bool
    guess: str
    percent: int
    stands: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A label one may choose; `stands` is what the case has now."""

    label: str
    name: str
    stands: bool


@never_cache
@for_desk
@require_GET
def labelling_list(request: HttpRequest, page: str = FIRST) -> HttpResponse:
    """What nobody has labelled, the least sure first."""
    target, _title = _page(page)
    after = labelling.read_place(request.GET.get("etter", ""))
    found = list(labelling.waiting(request.user, target, after=after)[: PAGE_SIZE + 1])
    names, shown = Names(target), found[:PAGE_SIZE]
    context = {
        "tabs": _tabs(page),
        "page": page,
        "rows": [_row(each, page, names) for each in shown],
        "later": str(labelling.place_of(shown[-1])) if len(found) > PAGE_SIZE else "",
        "is_first": after is None,
        **_today(request),
    }
    return render(request, "desk/labelling.html", context)


@never_cache
@for_desk
def label(request: HttpRequest, page: str, prediction_id: int) -> HttpResponse:
    """One case with its guess, and what the person says it is when that is sent."""
    target, _title = _page(page)
    prediction = get_object_or_404(
        Prediction.objects.select_related("ticket"), pk=prediction_id, target=target
    )
    ticket = staff_ticket(request.user, prediction.ticket_id)
    if not labelling.may_label(request.user, ticket):
        raise Http404
    prediction.ticket = ticket
    if request.method == "POST":
        return _labelled(request, page, prediction)
    if prediction.labelled_at is not None:
        messages.info(request, _("Somebody has labelled that case already. Here is the next."))
        return redirect(_next(request, page, prediction))
    return _show(request, page, prediction)


def _labelled(request: HttpRequest, page: str, prediction: Prediction) -> HttpResponse:
    chosen = request.POST.get("label", "")
    if "by_key" in request.POST and not labelling.by_one_key(prediction):
        chosen = ""
    try:
        done = labelling.label(
            prediction_id=prediction.pk, label=chosen, by=request.user, now=timezone.now()
        )
    except ValueError:
        return _show(request, page, prediction, error=_("Choose what it is."), status=422)
    if done:
        name = Names(CASE_TYPE if chosen == NOT_A_CASE else prediction.target).of(chosen)
        words = {"case": prediction.ticket.reference, "name": name}
        messages.success(request, _("%(case)s: %(name)s.") % words)
    else:
        messages.info(request, _("Somebody has labelled that case already. Here is the next."))
    return redirect(_next(request, page, prediction))


@never_cache
@for_desk
@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Take back what the person said last, and ask about the case again."""
    page = request.POST.get("page", FIRST)
    target, _title = _page(page)
    said = labelling.take_back(
        decision_id=read_number(request.POST.get("decision", "")) or 0,
        by=request.user,
        now=timezone.now(),
    )
    if said is None:
        messages.info(request, _("That cannot be taken back: somebody has decided since."))
        return redirect("desk_labelling_of", page)
    messages.success(request, _("%(case)s waits again.") % {"case": said.ticket.reference})
    again = Prediction.objects.filter(ticket=said.ticket_id, target=target).first()
    return redirect(_address(page, again)) if again else redirect("desk_labelling_of", page)


def _show(
    request: HttpRequest, page: str, prediction: Prediction, *, error: str = "", status: int = 200
) -> HttpResponse:
    target, title = _page(page)
    names, ticket = Names(target), prediction.ticket
    stands = cases.stands(ticket, target)
    choices = labelling.choices(target)
    context = {
        "page": page,
        "title": title,
        "prediction": prediction,
        "ticket": ticket,
        "text": cases.text_of(ticket).removeprefix(ticket.subject).strip(),
        "guess": names.of(prediction.label),
        "sure": predictions.sure_words(prediction.confidence),
        "percent": round(100 * prediction.confidence),
        "stands": names.of(stands) if stands else "",
        "by_one_key": labelling.by_one_key(prediction),
        "is_in_use": prediction.label in choices,
        "not_a_case": "" if prediction.label == NOT_A_CASE else NOT_A_CASE,
        "choices": [
            Choice(label=each, name=names.of(each), stands=each == stands) for each in choices
        ],
        "error": error,
        "next": _next(request, page, prediction),
        **_today(request),
    }
    return render(request, "desk/label.html", context, status=status)


def _next(request: HttpRequest, page: str, prediction: Prediction) -> str:
    """The address of the next in the list, from the top when this was the last; else the list."""
    target, _title = _page(page)
    place = labelling.place_of(prediction)
    following = labelling.waiting(request.user, target, after=place).first()
    if following is None:
        rest = labelling.waiting(request.user, target).exclude(pk=prediction.pk)
        following = rest.first()
    return _address(page, following) if following else reverse("desk_labelling_of", args=[page])


def _page(page: str) -> tuple[str, Promise]:
    if page not in PAGES:
        raise Http404
    return PAGES[page]


def _tabs(current: str) -> list[dict]:
    return [
        {
            "title": title,
            "address": reverse("desk_labelling_of", args=[page]),
            "current": page == current,
        }
        for page, (_target, title) in PAGES.items()
    ]


def _row(prediction: Prediction, page: str, names: Names) -> Row:
    ticket = prediction.ticket
    stands = cases.stands(ticket, prediction.target)
    return Row(
        reference=ticket.reference,
        subject=ticket.subject,
        language=ticket.language,
        is_open=ticket.is_open,
        guess=names.of(prediction.label),
        percent=round(100 * prediction.confidence),
        stands=names.of(stands) if stands else "–",
        address=_address(page, prediction),
    )


def _address(page: str, prediction: Prediction) -> str:
    return reverse("desk_label", args=[page, prediction.pk])


def _today(request: HttpRequest) -> dict:
    """How many the person has labelled today, and the last of them."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    labelled = labelling.labelled_since(request.user, midnight)
    count = labelled.count()
    last = labelled.select_related("ticket").first() if count else None
    return {
        "today": count,
        "last": last,
        "last_name": Names(last.target).of(last.label) if last else "",
    }
