"""What moderators say to members: a warning, a time without writing, and that they are known.

A silence ends by itself; whoever is silenced can still read, and ask the desk for help.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from cms.community import log
from cms.community.exceptions import Overtaken, WrongEnd
from cms.community.members import member_of
from cms.community.models import Answer, CommunityEvent, Member, Question, Sanction
from cms.community.moderation import (
    as_answer,
    check_not_overtaken,
    reason_given,
    reopen_flags,
    uphold,
)
from cms.community.policies import check_moderator
from cms.community.threads import locked_post

Kind = CommunityEvent.Kind
LONGEST_SILENCE = timedelta(days=366)
DONE_TO_MEMBERS = (
    Kind.WARNED,
    Kind.SILENCED,
    Kind.SANCTION_LIFTED,
    Kind.TRUSTED,
    Kind.TRUST_WITHDRAWN,
)


def check_can_sanction(by: User, person: User) -> None:
    """Raise PermissionDenied unless a moderator may warn and silence this person."""
    check_moderator(by)
    if by.pk == person.pk:
        raise PermissionDenied(_("This is yourself."))
    if person.is_moderator:
        raise PermissionDenied(_("Moderators answer to the administrators, not to each other."))


@transaction.atomic
def warn(
    *,
    person: User,
    by: User,
    reason: str,
    now: datetime,
    post: Question | Answer | None = None,
    seen: int | None = None,
) -> Sanction:
    """Tell a member in words what is not all right, perhaps about a post they wrote.

    What was reported about the post is looked at with this. Raises PermissionDenied,
    MissingReason, Overtaken.
    """
    check_can_sanction(by, person)
    question, data = None, {}
    if post is not None:
        question, post = locked_post(post)
        check_not_overtaken(question, post, seen)
        data["flags"] = uphold(post, by=by, now=now)
    sanction = _sanction(Sanction.Kind.WARNING, person, by, reason, now, post=post)
    log.note(
        Kind.WARNED,
        question,
        as_answer(post),
        by=by,
        now=now,
        member=person,
        sanction=sanction.pk,
        **data,
    )
    return sanction


@transaction.atomic
def silence(
    *,
    person: User,
    until: datetime,
    by: User,
    reason: str,
    now: datetime,
    seen: int | None = None,
) -> Sanction:
    """Keep a member from writing until a time. Raises PermissionDenied, MissingReason, WrongEnd."""
    check_can_sanction(by, person)
    if not now < until <= now + LONGEST_SILENCE:
        raise WrongEnd(_("Choose a day from today and within a year."))
    member = _locked_member(person, now)
    _check_not_overtaken(person, seen)
    sanction = _sanction(Sanction.Kind.SILENCE, person, by, reason, now, until=until)
    _keep_silence(member, now)
    log.note(
        Kind.SILENCED,
        None,
        by=by,
        now=now,
        member=person,
        sanction=sanction.pk,
        until=until.isoformat(),
    )
    return sanction


@transaction.atomic
def lift(*, sanction: Sanction, by: User, now: datetime) -> None:
    """Take back a warning, or let a silenced member write. Raises PermissionDenied."""
    check_moderator(by)
    events = CommunityEvent.objects.filter(
        member=sanction.member_id, kind__in=(Kind.WARNED, Kind.SILENCED), data__sanction=sanction.pk
    )
    if not undo_sanction(events.get(), by, now):
        raise PermissionDenied(_("This is lifted already."))


@transaction.atomic
def trust(*, person: User, by: User, now: datetime, seen: int | None = None) -> None:
    """Say that a member is known: links and pace are theirs. Raises PermissionDenied, Overtaken."""
    _set_trust(person, Member.Trust.KNOWN, by, now, seen)


@transaction.atomic
def withdraw_trust(*, person: User, by: User, now: datetime, seen: int | None = None) -> None:
    """Treat a member as new from now on. Raises PermissionDenied, Overtaken."""
    _set_trust(person, Member.Trust.NEW, by, now, seen)


# --- undoing ----------------------------------------------------------------------------------


def undo_sanction(event: CommunityEvent, by: User, now: datetime) -> bool:
    """Lift what the event gave. False when it is lifted already."""
    member = _locked_member(event.member, now)
    standing = member.sanctions.filter(pk=event.data["sanction"], lifted_at__isnull=True)
    if not standing.update(lifted_at=now, lifted_by=by):
        return False
    _keep_silence(member, now)
    reopen_flags(event)
    log.note(
        Kind.SANCTION_LIFTED,
        event.question,
        event.answer,
        by=by,
        now=now,
        member=event.member,
        undoes=event,
        kind_lifted=event.kind,
    )
    return True


def undo_trust(event: CommunityEvent, by: User, now: datetime) -> bool:
    """As it was before the event. False when the member is not as the event left them."""
    member = _locked_member(event.member, now)
    given = event.kind == Kind.TRUSTED
    left = Member.Trust.KNOWN if given else Member.Trust.NEW
    if member.trust != left:
        return False
    member.trust = Member.Trust.NEW if given else Member.Trust.KNOWN
    member.save(update_fields=["trust"])
    kind = Kind.TRUST_WITHDRAWN if given else Kind.TRUSTED
    log.note(kind, None, by=by, now=now, member=event.member, undoes=event)
    return True


def last_done_to(person: User) -> CommunityEvent | None:
    """The last thing moderators did to a member; None when they have done nothing."""
    events = CommunityEvent.objects.filter(member=person, kind__in=DONE_TO_MEMBERS)
    return events.order_by("-pk").first()


def _check_not_overtaken(person: User, seen: int | None) -> None:
    event = last_done_to(person)
    if seen is not None and event is not None and event.pk > seen:
        raise Overtaken(event)


def _locked_member(person: User, now: datetime) -> Member:
    member_of(person, now=now)
    return Member.objects.select_for_update(of=("self",)).get(user=person)


def _sanction(
    kind: str,
    person: User,
    by: User,
    reason: str,
    now: datetime,
    *,
    post: Question | Answer | None = None,
    until: datetime | None = None,
) -> Sanction:
    answer = as_answer(post)
    return Sanction.objects.create(
        member=member_of(person, now=now),
        kind=kind,
        reason=reason_given(reason, by),
        by=by,
        at=now,
        until=until,
        question=answer.question if answer else post,
        answer=answer,
    )


def _keep_silence(member: Member, now: datetime) -> None:
    """Silenced until the last silence that stands ends."""
    standing = member.sanctions.filter(
        kind=Sanction.Kind.SILENCE, lifted_at__isnull=True, until__gt=now
    )
    member.silenced_until = standing.aggregate(last=Max("until"))["last"]
    member.save(update_fields=["silenced_until"])


def _set_trust(person: User, trust: str, by: User, now: datetime, seen: int | None) -> None:
    check_moderator(by)
    if by.pk == person.pk:
        raise PermissionDenied(_("This is yourself."))
    member = _locked_member(person, now)
    _check_not_overtaken(person, seen)
    if member.trust == trust:
        return
    member.trust = trust
    member.save(update_fields=["trust"])
    kind = Kind.TRUSTED if trust == Member.Trust.KNOWN else Kind.TRUST_WITHDRAWN
    log.note(kind, None, by=by, now=now, member=person)
