"""Publishing and signing the terms of use, and what is read about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

import structlog
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import MembershipProblem
from accounts.models import Membership, Organisation, User
from accounts.policies import SIGNING_ROLES, check_can_sign
from accounts.terms_models import TermsSignature, TermsVersion, has_signed

log = structlog.get_logger(__name__)


class AlreadySigned(MembershipProblem):
    """The organisation has signed this version before."""


class NotOpenForSigning(MembershipProblem):
    """Newer terms hold instead."""


def publish_terms(
    *,
    title: str,
    text: str,
    language: str,
    valid_from: date,
    by: User,
    now: datetime,
    translations: Mapping[str, str] = MappingProxyType({}),
) -> TermsVersion:
    """Publish a version of the terms that holds from a day; its words can never be changed.

    `translations` to other written standards, by language, are there to be read; `text` is signed.

    Raises PermissionDenied, and ValidationError with a sentence when the day is in the past or
    taken: what organisations have signed already must not begin to mean something else.
    """
    if not by.is_manager:
        raise PermissionDenied(_("Only managers and administrators publish terms of use."))
    if valid_from < timezone.localdate(now):
        raise ValidationError(_("Terms cannot begin to hold in the past."))
    taken = ValidationError(_("Other terms begin the same day. Choose another day."))
    if TermsVersion.objects.filter(valid_from=valid_from).exists():
        raise taken
    try:
        with transaction.atomic():
            version = TermsVersion.objects.create(
                key=valid_from.isoformat(),
                title=title.strip(),
                text=text.strip(),
                language=language,
                translations={
                    code: words.strip()
                    for code, words in translations.items()
                    if words.strip() and code != language
                },
                valid_from=valid_from,
                published_by=by,
                published_at=now,
            )
    except IntegrityError as error:
        raise taken from error
    log.info("terms published", terms=version.key, by=by.pk)
    return version


def sign_terms(
    *, terms: TermsVersion, organisation: Organisation, by: User, now: datetime
) -> TermsSignature:
    """Sign for an organisation. Raises PermissionDenied, AlreadySigned or NotOpenForSigning."""
    check_can_sign(by, organisation)
    today = timezone.localdate(now)
    if not TermsVersion.objects.open_for_signing(today).filter(pk=terms.pk).exists():
        raise NotOpenForSigning(_("These terms no longer hold. Read and sign the newer ones."))
    try:
        with transaction.atomic():
            signature = TermsSignature.objects.create(
                terms=terms,
                organisation=organisation,
                signed_by=by,
                signer_name=by.display_name[:120],
                signed_at=now,
            )
    except IntegrityError as error:
        raise AlreadySigned(_("Your organisation has signed these terms already.")) from error
    log.info("terms signed", terms=terms.key, organisation=organisation.pk, by=by.pk)
    return signature


def signed_terms(organisation_id: int | None, at: datetime) -> tuple[str, ...]:
    """The keys of what an organisation had signed by a moment, the oldest terms first."""
    if organisation_id is None:
        return ()
    found = TermsSignature.objects.by(organisation_id, at).order_by("terms__valid_from")
    return tuple(found.values_list("terms__key", flat=True))


def signatures_by_organisation(
    organisations: Iterable[int],
) -> dict[int, list[tuple[str, datetime]]]:
    """What each of these organisations has signed, and when; one statement."""
    found: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    rows = TermsSignature.objects.filter(organisation__in=list(organisations))
    for organisation, key, at in rows.order_by("terms__valid_from").values_list(
        "organisation", "terms__key", "signed_at"
    ):
        found[organisation].append((key, at))
    return found


def must_sign() -> QuerySet[Organisation]:
    """The organisations the terms are for: everybody but ourselves."""
    return Organisation.objects.exclude(type=Organisation.Type.INTERNAL)


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A version with how many of the organisations it is for have signed it."""

    terms: TermsVersion
    signed: int
    of: int


def versions() -> list[Signed]:
    """Every version with its count, the newest first; two statements."""
    ours = Q(signatures__organisation__type=Organisation.Type.INTERNAL)
    rows = (
        TermsVersion.objects.annotate(signed=Count("signatures", filter=~ours))
        .select_related("published_by")
        .order_by("-valid_from")
    )
    of = must_sign().count()
    return [Signed(terms=row, signed=row.signed, of=of) for row in rows]


def unsigned(terms: TermsVersion) -> QuerySet[Organisation]:
    """The organisations that have not signed a version, by name, with who can do it for them."""
    signers = (
        Membership.objects.active()
        .filter(contact_roles__role__in=SIGNING_ROLES, user__is_active=True)
        .select_related("user")
        .order_by("user__name", "pk")
    )
    return (
        must_sign()
        .exclude(has_signed(terms))
        .prefetch_related(Prefetch("memberships", queryset=signers, to_attr="signers"))
        .order_by("name", "pk")
    )


def signers_of(organisation: Organisation) -> list[str]:
    """The names of those who can sign for an organisation."""
    members = (
        organisation.memberships.active()
        .filter(contact_roles__role__in=SIGNING_ROLES, user__is_active=True)
        .select_related("user")
        .order_by("user__name", "pk")
    )
    return list(dict.fromkeys(member.user.display_name for member in members))


def signatures(terms: TermsVersion) -> QuerySet[TermsSignature]:
    """Who has signed a version, by the name of the organisation."""
    rows = terms.signatures.select_related("organisation")
    return rows.order_by("organisation__name", "organisation", "pk")
