"""The house rules: what they say in each language, and who has said yes to them."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

from accounts.models import User
from cms.community.members import member_of
from cms.community.models import HouseRules, Member
from markup.markdown import render

OURS = Path(__file__).resolve().parent / "house_rules"


def rules_in(language: str) -> str:
    """The rules as safe HTML in a language (nb, nn, en; else nb), with headings from h3."""
    language = language if language in ("nb", "nn", "en") else "nb"
    written = getattr(HouseRules.load(), f"text_{language}").strip()
    return render(written or _ours(language))


def accept(*, user: User, now: datetime) -> None:
    """Remember that they said yes, as publishing says one does; the first time counts."""
    member = member_of(user, now=now)
    Member.objects.filter(pk=member.pk, rules_accepted_at__isnull=True).update(
        rules_accepted_at=now
    )


@cache
def _ours(language: str) -> str:
    return (OURS / f"{language}.md").read_text(encoding="utf-8")
