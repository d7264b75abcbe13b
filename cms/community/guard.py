"""What is looked at before a post is published: who may write, how often, and with what in it.

Nobody new is kept from writing. What a moderator is to see first is held: it is out of sight, its
author sees it with a plain notice, and nothing is lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from cms.community import log
from cms.community.exceptions import TooOften
from cms.community.models import (
    IN_SIGHT,
    Answer,
    CommunityEvent,
    HeldFor,
    Member,
    Question,
    Sanction,
    Vote,
)
from markup.markdown import render
from search.text.sensitive import Masked, SensitiveKind, looks_sensitive, mask_sensitive

Kind = CommunityEvent.Kind

# How often somebody new may write within a day, and what makes them known.
DAY = timedelta(days=1)
NEW_QUESTIONS_A_DAY = 3
NEW_ANSWERS_A_DAY = 10
NEW_FLAGS_A_DAY = 10
KNOWN_FLAGS_A_DAY = 50
POSTS_TO_BE_KNOWN = 5
FLAGS_THAT_HOLD = 3
# What gives somebody a way in, so that it is no longer good once others have seen it.
SECRETS = {
    SensitiveKind.PRIVATE_KEY,
    SensitiveKind.TOKEN,
    SensitiveKind.API_KEY,
    SensitiveKind.PASSWORD,
}

_LINK = re.compile(r'<a href="([^"]*)"')


def check_may_write(user: User, now: datetime) -> None:
    """Raise PermissionDenied, saying until when and why, while a moderator has silenced them."""
    told = kept_from_writing(user, now)
    if told:
        raise PermissionDenied(told)


def kept_from_writing(user: User, now: datetime) -> str:
    """Until when and why somebody cannot write, in a sentence; empty for everybody who can."""
    member = Member.objects.filter(user=user).first() if user.is_authenticated else None
    if member is None or not member.is_silenced(now):
        return ""
    sanction = standing_silence(member, now)
    return _("You cannot write here until %(until)s. A moderator says why: %(reason)s") % {
        "until": date_format(timezone.localtime(member.silenced_until), "DATETIME_FORMAT"),
        "reason": sanction.reason if sanction else "–",
    }


def standing_silence(member: Member, now: datetime) -> Sanction | None:
    """The decision that keeps a member from writing now; None when there is none."""
    silences = member.sanctions.filter(
        kind=Sanction.Kind.SILENCE, lifted_at__isnull=True, until__gt=now
    )
    return silences.order_by("-until", "-pk").first()


def check_may_ask(user: User, now: datetime) -> None:
    """As `check_may_write`; raises TooOften when somebody new has asked enough for a day."""
    check_may_write(user, now)
    asked = Question.objects.filter(asker=user, asked_at__gt=now - DAY)
    if not is_known(user, now) and asked.count() >= NEW_QUESTIONS_A_DAY:
        raise TooOften(
            _("Somebody new here can ask %(count)s questions a day. What you wrote is kept.")
            % {"count": NEW_QUESTIONS_A_DAY}
        )


def check_may_answer(user: User, now: datetime) -> None:
    """As `check_may_write`; raises TooOften when somebody new has answered enough for a day."""
    check_may_write(user, now)
    given = Answer.objects.filter(author=user, answered_at__gt=now - DAY)
    if not is_known(user, now) and given.count() >= NEW_ANSWERS_A_DAY:
        raise TooOften(
            _("Somebody new here can answer %(count)s times a day. What you wrote is kept.")
            % {"count": NEW_ANSWERS_A_DAY}
        )


def hold_reason(text: str, member: Member, *, now: datetime, html: str = "") -> str:
    """Why a post is held until a moderator has looked at it (a HeldFor); "" when it is not.

    `text` is masked Markdown, title included; `html` what it was drawn as, when that is at hand.
    """
    if is_known(member.user, now, member=member):
        return ""
    if links_elsewhere(html or render(text)):
        return HeldFor.LINKS
    if looks_sensitive(text):
        return HeldFor.TEXT
    first = settings.COMMUNITY_HOLD_FIRST_POSTS
    if first and posts_in_sight(member.user) < first:
        return HeldFor.FIRST_POSTS
    return ""


def links_elsewhere(html: str) -> list[str]:
    """The hosts a drawn text links to that are not ours, in order, each once."""
    hosts = []
    for address in _LINK.findall(html):
        host = _host(unescape(address))
        if host and not _is_ours(host):
            hosts.append(host)
    return list(dict.fromkeys(hosts))


def _host(address: str) -> str:
    """The host of an address of the web; "" for mail and for places on this site."""
    try:
        parts = urlsplit(address)
        return (parts.hostname or "").lower().rstrip(".")
    except ValueError:
        return "?"  # nothing a browser and we are sure to read alike


def _is_ours(host: str) -> bool:
    ours = [urlsplit(settings.PUBLIC_URL).hostname, *settings.COMMUNITY_OWN_HOSTS]
    return any(host == each or host.endswith(f".{each}") for each in ours if each)


def is_known(user: User, now: datetime, *, member: Member | None = None) -> bool:
    """Whether a person has shown that they wish well; those with a role here are known.

    Somebody who has by now done enough to be known becomes it, which the log tells.
    """
    if user.is_support or user.is_moderator or user.is_editor or user.contact_organisation_ids:
        return True
    member = member or Member.objects.filter(user=user).first()
    if member is None:
        return False
    if member.trust == Member.Trust.KNOWN:
        return True
    return _has_done_enough(user) and _becomes_known(member, now)


def posts_in_sight(user: User) -> int:
    """How many posts of a person everybody can read."""
    return (
        Question.objects.public().filter(asker=user).count()
        + Answer.objects.public().filter(author=user).count()
    )


def _has_done_enough(user: User) -> bool:
    """Enough posts that stand, and somebody was helped by one of them."""
    if posts_in_sight(user) < POSTS_TO_BE_KNOWN:
        return False
    helped = Answer.objects.filter(IN_SIGHT, author=user)
    accepted = Question.objects.filter(accepted_answer__in=helped).exclude(asker=user)
    return accepted.exists() or Vote.objects.filter(answer__in=helped).exists()


def _becomes_known(member: Member, now: datetime) -> bool:
    """Make a new member known, unless a moderator has said that they are not to be."""
    events = CommunityEvent.objects.filter(member=member.user_id)
    if events.filter(kind=Kind.TRUST_WITHDRAWN).exists():
        return False
    new = Member.objects.filter(pk=member.pk, trust=Member.Trust.NEW)
    if new.update(trust=Member.Trust.KNOWN):
        log.note(Kind.TRUSTED, None, by=None, now=now, member=member.user)
    member.trust = Member.Trust.KNOWN
    return True


# --- what is taken out ------------------------------------------------------------------------


def masked(text: str, language: str) -> Masked:
    """The text without identity numbers, accounts, keys and passwords, and what was taken out."""
    return mask_sensitive(text, language)


def counted(*texts: str) -> dict[str, int]:
    """How many of each kind (a SensitiveKind) stand in the texts; never what they are."""
    found: Counter[str] = Counter()
    for text in texts:
        found.update({kind.value: count for kind, count in mask_sensitive(text).counts.items()})
    return dict(found)


def taken_out_in_words(counts: Mapping[str, int]) -> list[str]:
    """A sentence for each kind of thing that is taken out before publishing; [] for nothing."""
    return [_taken_out(kind, counts[kind]) for kind in SensitiveKind if counts.get(kind)]


def _taken_out(kind: SensitiveKind, count: int) -> str:
    sentences = {
        SensitiveKind.IDENTITY: ngettext(
            "There is a national identity number in the text. It is never published: "
            "we take it out.",
            "There are %(count)s national identity numbers in the text. They are never published: "
            "we take them out.",
            count,
        ),
        SensitiveKind.ACCOUNT: ngettext(
            "There is an account number in the text. We take it out.",
            "There are %(count)s account numbers in the text. We take them out.",
            count,
        ),
        SensitiveKind.CARD: ngettext(
            "There is a card number in the text. We take it out. Block the card if others may "
            "have seen the number.",
            "There are %(count)s card numbers in the text. We take them out. Block the cards if "
            "others may have seen the numbers.",
            count,
        ),
        SensitiveKind.PRIVATE_KEY: ngettext(
            "There is a private key in the text. We take it out. Make a new one if others may "
            "have seen it.",
            "There are %(count)s private keys in the text. We take them out. Make new ones if "
            "others may have seen them.",
            count,
        ),
        SensitiveKind.TOKEN: ngettext(
            "There is a token in the text. Whoever has it can act as you, so we take it out.",
            "There are %(count)s tokens in the text. Whoever has them can act as you, so we take "
            "them out.",
            count,
        ),
        SensitiveKind.API_KEY: ngettext(
            "There is a key in the text. We take it out. Make a new one if others may have seen "
            "it.",
            "There are %(count)s keys in the text. We take them out. Make new ones if others may "
            "have seen them.",
            count,
        ),
        SensitiveKind.PASSWORD: ngettext(
            "There is a password in the text. We take it out. Change it if others may have seen "
            "it.",
            "There are %(count)s passwords in the text. We take them out. Change them if others "
            "may have seen them.",
            count,
        ),
    }
    return sentences[kind] % {"count": count}


def was_taken_out_in_words(counts: Mapping[str, int]) -> str:
    """What a text that is stored lost on its way, and what to do about it; empty for nothing."""
    kinds = [kind for kind in SensitiveKind if counts.get(kind)]
    if not kinds:
        return ""
    told = _("We took this out of the text before it was stored: %(kinds)s.")
    sentences = [told % {"kinds": ", ".join(_counted_kind(kind, counts[kind]) for kind in kinds)}]
    if SECRETS.intersection(kinds):
        sentences.append(_("Change keys and passwords that others may have seen."))
    if SensitiveKind.CARD in kinds:
        sentences.append(_("Block a card whose number others may have seen."))
    return " ".join(sentences)


def _counted_kind(kind: SensitiveKind, count: int) -> str:
    kinds = {
        SensitiveKind.IDENTITY: ngettext(
            "a national identity number", "%(count)s national identity numbers", count
        ),
        SensitiveKind.ACCOUNT: ngettext("an account number", "%(count)s account numbers", count),
        SensitiveKind.CARD: ngettext("a card number", "%(count)s card numbers", count),
        SensitiveKind.PRIVATE_KEY: ngettext("a private key", "%(count)s private keys", count),
        SensitiveKind.TOKEN: ngettext("a token", "%(count)s tokens", count),
        SensitiveKind.API_KEY: ngettext("a key", "%(count)s keys", count),
        SensitiveKind.PASSWORD: ngettext("a password", "%(count)s passwords", count),
    }
    return kinds[kind] % {"count": count}
