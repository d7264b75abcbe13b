"""Stopping mail at one press, from the mail itself (RFC 8058): without signing in, for good.

Nothing else can be done with such an address. Opening it stops nothing, since mail programs and
filters open addresses by themselves; sending its form does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import NoticeKind, User
from accounts.notices import stop_mail
from accounts.stopping import KIND, address_of_kinds, kinds_in, read_signed, signed_address
from cms.community import digests, following
from cms.community.models import Question

THREAD, DIGEST = "thread", "digest"


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Whose mail is stopped, and which: of one thread, of some kinds, or the digest."""

    user: User
    what: str
    question: Question | None = None
    kinds: tuple[NoticeKind, ...] = ()


def address(*, user: User, question: Question | None = None, kind: str = "") -> str:
    """The whole address that stops mail of a thread, of a kind, or, without either, the digest."""
    if question is not None:
        return signed_address(user, f"{THREAD}:{question.pk}")
    return address_of_kinds(user, [kind]) if kind else signed_address(user, DIGEST)


def read(token: str) -> Stop | None:
    """What an address stops; None when it is not ours, or the person or thread is no more."""
    found = read_signed(token)
    if found is None:
        return None
    user, what = found
    name, _sep, rest = what.partition(":")
    if name == THREAD:
        question = Question.objects.filter(pk=int(rest)).first()
        return question and Stop(user=user, what=THREAD, question=question)
    if name == KIND:
        return Stop(user=user, what=KIND, kinds=kinds_in(rest))
    return Stop(user=user, what=DIGEST)


def carry_out(stop: Stop, *, now: datetime) -> None:
    """Stop it. Doing it twice changes nothing."""
    if stop.what == THREAD:
        following.stop(user=stop.user, question=stop.question, now=now)
    elif stop.what == KIND:
        for kind in stop.kinds:
            stop_mail(user=stop.user, kind=kind)
    else:
        digests.unsubscribe(stop.user)
