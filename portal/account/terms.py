"""The terms of use for an organisation: read by its members, signed by who answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts import policies
from accounts.exceptions import MembershipProblem
from accounts.models import Language, Organisation
from accounts.terms import sign_terms, signers_of
from accounts.terms_models import TermsSignature, TermsVersion
from portal.account.expired import signed_in

LANGUAGE_NAMES = dict(Language.choices)


@dataclass(frozen=True, kw_only=True)
class TermsRow:
    """A version on the organisation's page; `signed_at` is None while nobody has signed."""

    title: str
    address: str
    valid_from: date
    signed_by: str
    signed_at: datetime | None


class SignForm(forms.Form):
    """That one has read them and may sign."""

    read = forms.BooleanField(
        label=gettext_lazy("I have read the terms, and I can sign for the organisation"),
        error_messages={
            "required": gettext_lazy("Read the terms and check the box before you sign.")
        },
    )


def terms_rows(organisation: Organisation, today: date) -> list[TermsRow]:
    """The version in force and those to come, and whether the organisation has signed them."""
    versions = list(TermsVersion.objects.open_for_signing(today))
    signed = {
        row.terms_id: row
        for row in TermsSignature.objects.filter(organisation=organisation, terms__in=versions)
    }
    return [
        TermsRow(
            title=version.title,
            address=reverse("account_terms", args=[organisation.pk, version.key]),
            valid_from=version.valid_from,
            signed_by=signed[version.pk].signer_name if version.pk in signed else "",
            signed_at=signed[version.pk].signed_at if version.pk in signed else None,
        )
        for version in versions
    ]


@signed_in()
def terms(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Read a version of the terms, and sign it for the organisation."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    version = get_object_or_404(TermsVersion, key=key)
    form = SignForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        policies.check_can_sign(request.user, organisation)
        if form.is_valid():
            return _sign(request, organisation, version)
    open_ones = TermsVersion.objects.open_for_signing(timezone.localdate())
    context = {
        "organisation": organisation,
        "terms": version,
        "words": (words := version.words_in(_asked_language(request))),
        "other_languages": [
            (code, LANGUAGE_NAMES[code]) for code in version.languages if code != words.language
        ],
        "signature": version.signatures.filter(organisation=organisation).first(),
        "is_open": open_ones.filter(pk=version.pk).exists(),
        "may_sign": policies.can_sign(request.user, organisation),
        "signers": signers_of(organisation),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "account/terms.html", context, status=status)


def _asked_language(request: HttpRequest) -> str:
    """The written standard to read them in: the one asked for, else that of the page."""
    asked = request.GET.get("tekst", "")
    return asked if asked in LANGUAGE_NAMES else get_language()


def _sign(request: HttpRequest, organisation: Organisation, version: TermsVersion) -> HttpResponse:
    try:
        sign_terms(terms=version, organisation=organisation, by=request.user, now=timezone.now())
    except MembershipProblem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(
            request,
            _("You have signed the terms for %(organisation)s.")
            % {"organisation": organisation.name},
        )
    return redirect("account_organisation", pk=organisation.pk)
