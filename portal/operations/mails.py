"""The kept mails: which are shown, from where a page begins, and what of a text may be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from dispatch.models import Mail
from portal.operations import names
from portal.positions import read_position

PAGE_SIZE = 50
LONGEST = 254
# A link in these opens an account or a membership for whoever has it.
KEYS_TO_ACCOUNTS = (
    "confirm_address", "new_password", "invited", "staff_invited", "account_opened",
)  # fmt: skip
LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, kw_only=True)
class MailRow:
    """A mail in the list."""

    pk: int
    to: str
    subject: str
    kind: str
    language: str
    created_at: datetime
    sent_at: datetime | None
    dropped_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class MailQuery:
    """The question behind a page of mails."""

    kind: str
    to: str
    before: tuple[datetime, int] | None

    def page(self) -> tuple[list[MailRow], bool]:
        """The mails of this page, newest first, and whether there are older ones."""
        found = list(self._mails().defer("text").order_by("-created_at", "-pk")[: PAGE_SIZE + 1])
        return [_row(mail) for mail in found[:PAGE_SIZE]], len(found) > PAGE_SIZE

    def _mails(self) -> QuerySet[Mail]:
        mails = Mail.objects.all()
        if self.kind:
            mails = mails.filter(kind=self.kind)
        if self.to:
            mails = mails.filter(to__icontains=self.to)
        if self.before is not None:
            moment, pk = self.before
            mails = mails.filter(created_at__lte=moment)
            mails = mails.exclude(Q(created_at=moment, pk__gte=pk))
        return mails

    @property
    def filtered(self) -> bool:
        """Whether something is left out."""
        return bool(self.kind or self.to)

    def address(self, *, before: MailRow | None = None) -> str:
        """The same question as the query of an address, from after a row on."""
        query = QueryDict(mutable=True)
        for name in ("kind", "to"):
            if getattr(self, name):
                query[name] = getattr(self, name)
        if before is not None:
            query["before"] = f"{before.created_at.isoformat()}_{before.pk}"
        return query.urlencode()


def read_query(request: HttpRequest) -> MailQuery:
    """The question in the address; what means nothing is left out."""
    return MailQuery(
        kind=request.GET.get("kind", "").replace("\x00", "").strip()[:40],
        to=request.GET.get("to", "").strip()[:LONGEST].replace("\x00", ""),
        before=read_position(request.GET.get("before", "")),
    )


def _row(mail: Mail) -> MailRow:
    return MailRow(
        pk=mail.pk,
        to=mail.to,
        subject=mail.subject,
        kind=names.named(names.MAIL_KINDS, mail.kind),
        language=mail.language,
        created_at=mail.created_at,
        sent_at=mail.sent_at,
        dropped_at=mail.dropped_at,
    )


def kinds(chosen: str) -> list[tuple[str, str, bool]]:
    """Code, name and whether it is chosen, of every kind there are mails of; by name."""
    codes = set(Mail.objects.order_by().values_list("kind", flat=True).distinct()) | {chosen}
    found = [(code, names.named(names.MAIL_KINDS, code), code == chosen) for code in codes - {""}]
    return sorted(found, key=lambda item: item[1])


def readable_text(mail: Mail) -> str:
    """The mail's text. Once mails really are sent, links that open an account are left out.

    Otherwise an administrator could ask for a new password in another's name and use the link.
    """
    if settings.MAIL_IS_SENT and mail.kind in KEYS_TO_ACCOUNTS:
        return LINK.sub(_("[the link is shown to the receiver only]"), mail.text)
    return mail.text


def language_name(code: str) -> str:
    """The name of a mail's language, in the language of the page."""
    return str(dict(settings.LANGUAGES).get(code, code))
