"""Stopping mail at one press, from the mail itself (RFC 8058): without signing in, for good.

The address holds who and what, signed, and no time: the same thing has the same address wherever it
is written, and it never runs out. Nothing else can be done with it. Opening it stops nothing,
since mail programs and filters open addresses by themselves; sending its form does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import NoticeKind, User
from accounts.notices import stop_mail
from cms.community import digests, following
from cms.community.models import Question

_signer = signing.Signer(salt="cms.community.stopping")
THREAD, KIND, DIGEST = "thread", "kind", "digest"


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Whose mail is stopped, and which: of one thread, of one kind, or the digest."""

    user: User
    what: str
    question: Question | None = None
    kind: NoticeKind | None = None


def address(*, user: User, question: Question | None = None, kind: str = "") -> str:
    """The whole address that stops mail of a thread, of a kind, or, without either, the digest."""
    what = DIGEST
    if question is not None:
        what = f"{THREAD}:{question.pk}"
    elif kind:
        what = f"{KIND}:{NoticeKind(kind).value}"
    token = _signer.sign_object([user.pk, what])
    return settings.PUBLIC_URL + reverse("stop_mail", args=[token])


def read(token: str) -> Stop | None:
    """What an address stops; None when it is not ours, or the person or thread is no more."""
    try:
        user_id, what = _signer.unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=user_id).first()
    name, _sep, rest = what.partition(":")
    if user is None:
        return None
    if name == THREAD:
        question = Question.objects.filter(pk=int(rest)).first()
        return question and Stop(user=user, what=THREAD, question=question)
    if name == KIND:
        return Stop(user=user, what=KIND, kind=NoticeKind(rest))
    return Stop(user=user, what=DIGEST)


def carry_out(stop: Stop, *, now: datetime) -> None:
    """Stop it. Doing it twice changes nothing."""
    if stop.what == THREAD:
        following.stop(user=stop.user, question=stop.question, now=now)
    elif stop.what == KIND:
        stop_mail(user=stop.user, kind=stop.kind)
    else:
        digests.unsubscribe(stop.user)
