"""Step 1 of asking for help: the person's own words, and what may answer them at once."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portal.addresses import addresses
from portal.cases import held, offers
from portal.cases.drafting import draft_or_answer
from portal.cases.forms import WordsForm, chosen_kind, typed_key
from portal.cases.presenters import draft_lines
from portal.limits import too_many
from portal.visitors import visitor_of
from search.registry import kind_of, registry
from triage.intake import drafts
from triage.intake.content import CaseContent, read_content
from triage.suggestions import effect
from triage.suggestions.learning import learn_from_solved
from triage.suggestions.suggest import KINDS

WRITES = "120/h"
LOOKUPS = "60/m"
COUNTED = "60/h"  # suggestions opened, or that solved it: what comes faster counts for nothing


@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """A new case: the empty form, or what was written in it."""
    held.adopt(request)
    if request.method == "POST":
        return _take_words(request, typed_key(request.POST))
    form = WordsForm(initial=_carried(request))
    return _words_page(request, form, uuid4(), drafts_shown=True)


def _carried(request: HttpRequest) -> dict:
    """Words that come along from a search or from another page."""
    subject = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:200]
    text = request.GET.get("text", "").replace("\x00", "")[: drafts.LONGEST_TEXT]
    return drafts.masked(
        {
            "subject": subject,
            "body": text,
            "product": request.GET.get("product", "")[:50],
            **chosen_kind(request.GET.get("type")),
        }
    )


@never_cache
def ask_draft(request: HttpRequest, key: UUID) -> HttpResponse:
    """Step 1 of a draft that exists."""
    if request.method == "POST":
        held.adopt(request)
        return _take_words(request, key)
    draft, answer = draft_or_answer(request, key)
    if draft is None:
        return answer
    content = read_content(draft.data)
    initial = {"product": content.product, "subject": content.subject, "body": content.body}
    return _words_page(request, WordsForm(initial=initial), draft.pk)


def _words_page(
    request: HttpRequest,
    form: WordsForm,
    key: UUID,
    *,
    drafts_shown: bool = False,
    status: int = 200,
) -> HttpResponse:
    content = CaseContent(
        product=str(form["product"].value() or ""),
        subject=str(form["subject"].value() or ""),
        body=str(form["body"].value() or ""),
    )
    found = (
        offers.offers(request, content.text, product=content.product, key=key, now=timezone.now())
        if content.text
        else []
    )
    context = {
        "form": form,
        "key": key,
        "offers": found,
        "drafts": draft_lines(held.own_drafts(request)) if drafts_shown else [],
    }
    return render(request, "cases/ask.html", context, status=status)


def _take_words(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep what was written, and go on when it is enough."""
    form = WordsForm(request.POST)
    if too_many(request, "ask-write", WRITES):
        form.add_error(None, _("That was many in a short time. Wait a little, and send again."))
        return _words_page(request, form, key, status=429)
    draft = held.write(request, key, WordsForm.raw_values(request.POST))
    if not form.is_valid():
        return _words_page(request, form, draft.pk, status=422)
    draft = held.write(request, draft.pk, form.values())
    seen = request.POST.get("seen") == "yes"
    return redirect("ask_details" if seen else "ask_suggestions", key=draft.pk)


@never_cache
@require_GET
def ask_suggestions(request: HttpRequest, key: UUID) -> HttpResponse:
    """What may answer, as a step of its own for those who have not seen it while writing."""
    draft, answer = draft_or_answer(request, key)
    if draft is None:
        return answer
    content = read_content(draft.data)
    if not content.has_words:
        return redirect("ask_draft", key=draft.pk)
    found = offers.offers(
        request, content.text, product=content.product, key=draft.pk, now=timezone.now()
    )
    if not found:
        return redirect("ask_details", key=draft.pk)
    context = {
        "key": draft.pk,
        "offers": found,
        "subject": content.subject,
        "product": content.product,
    }
    return render(request, "cases/suggestions.html", context)


@never_cache
@require_POST
def ask_lookup(request: HttpRequest) -> HttpResponse:
    """While writing: keep the words and answer with what may help, as a piece of the page.

    The words come in the body of the request, so that no log of addresses holds them. The answer
    names the draft they are kept in.
    """
    if too_many(request, "ask-lookup", LOOKUPS):
        return HttpResponse(status=204)
    values = WordsForm.raw_values(request.POST)
    key = typed_key(request.POST)
    content = read_content(values)
    if not content.text or held.begins_too_many(request, key):
        return HttpResponse(status=204)
    draft = held.write(request, key, values)
    found = offers.offers(
        request, content.text, product=content.product, key=draft.pk, now=timezone.now()
    )
    response = render(
        request, "cases/parts/offers.html", {"offers": found, "key": draft.pk, "subject": ""}
    )
    response["Draft-Key"] = str(draft.pk)
    response["Draft-Address"] = reverse("ask_draft", args=[draft.pk])
    return response


@never_cache
@require_GET
def ask_open(request: HttpRequest) -> HttpResponse:
    """Count that a suggestion was opened, and go to it."""
    document = request.GET.get("d", "")[:60].replace("\x00", "")
    if not _may_be_offered(request, document):
        raise Http404
    if not too_many(request, "ask-opened", COUNTED):
        key = request.GET.get("n", "")[:60]
        effect.note("opened", [document], place=offers.PLACE, key=key, now=timezone.now())
    return redirect(addresses([document], user=request.user)[document])


def _may_be_offered(request: HttpRequest, document: str) -> bool:
    """Whether it is an article or a question this visitor may read: an address tells its title."""
    return kind_of(document) in KINDS and bool(registry.recheck([document], request.user))


@require_POST
def ask_solved(request: HttpRequest) -> HttpResponse:
    """A suggestion solved it: count it, learn from it, put the draft away, and say thanks."""
    key, now = typed_key(request.POST), timezone.now()
    document = request.POST.get("document", "")[:60].replace("\x00", "")
    counts = _may_be_offered(request, document) and not too_many(request, "ask-solved", COUNTED)
    if counts:
        effect.note("solved", [document], place=offers.PLACE, key=str(key), now=now)
    draft = held.find(request, key)
    if draft is not None:
        if counts:
            learn_from_solved(
                read_content(draft.data).text,
                document,
                language=get_language() or "nb",
                visitor=visitor_of(request),
                now=now,
            )
        drafts.discard(draft=draft)
    return redirect("ask_thanks")


@require_GET
def ask_thanks(request: HttpRequest) -> HttpResponse:
    """Thanks to somebody who found the answer; the way back in if it did not hold."""
    return render(request, "cases/thanks.html")


@never_cache
def ask_discard(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask whether a draft is to be thrown away, and do it."""
    draft, answer = draft_or_answer(request, key)
    if draft is None:
        return answer
    if request.method != "POST":
        [line] = draft_lines([draft])
        return render(request, "cases/discard.html", {"draft": line, "key": draft.pk})
    drafts.discard(draft=draft)
    messages.success(request, _("The draft is thrown away."))
    return redirect("ask")
