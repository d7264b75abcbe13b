"""Addresses that stop mail at one press, from the mail itself (RFC 8058).

An address holds who and what, signed, and no time: the same thing has the same address wherever it
is written, and it never runs out. What can be stopped beside kinds of mail is for others to know.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import NoticeKind, User

_signer = signing.Signer(salt="cms.community.stopping")  # as in the mails that are sent already
KIND = "kind"


def signed_address(user: User, what: str) -> str:
    """The whole address that stops something of a person's, named by a short text."""
    token = _signer.sign_object([user.pk, what])
    return settings.PUBLIC_URL + reverse("stop_mail", args=[token])


def address_of_kinds(user: User, kinds: Iterable[str]) -> str:
    """The whole address that stops mails of these kinds."""
    return signed_address(user, f"{KIND}:{','.join(NoticeKind(kind).value for kind in kinds)}")


def read_signed(token: str) -> tuple[User, str] | None:
    """Whose and what an address stops; None when it is not ours or the person is no more."""
    try:
        user_id, what = _signer.unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=user_id).first()
    return user and (user, what)


def kinds_in(names: str) -> tuple[NoticeKind, ...]:
    """The kinds that stand after `KIND` in what an address stops."""
    return tuple(NoticeKind(name) for name in names.split(","))
