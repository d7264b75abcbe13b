"""What in a text may tell who it is about, as somebody who looks through it is shown it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from portal.bridges.masking import Found, Kind, find
from portal.bridges.models import Proposal
from portal.bridges.sources import Source

KIND_NAMES = {
    Kind.IDENTITY: gettext_lazy("Identity number, account or key"),
    Kind.EMAIL: gettext_lazy("E-mail address"),
    Kind.CASE: gettext_lazy("Case number"),
    Kind.ORGANISATION_NUMBER: gettext_lazy("Organisation number"),
    Kind.PHONE: gettext_lazy("Phone number"),
    Kind.ORGANISATION: gettext_lazy("Organisation"),
    Kind.NAME: gettext_lazy("Name"),
    Kind.PERHAPS_NAME: gettext_lazy("Perhaps a name"),
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing found, for the checklist."""

    key: str
    kind: str
    text: str
    times: str
    replacement: str
    replaced: bool
    fixed: bool


def finding(found: Found, *, replaced: bool) -> Finding:
    """One thing found, in the words of the page."""
    times = ngettext("once", "%(count)s times", found.count) % {"count": found.count}
    return Finding(
        key=found.key,
        kind=str(KIND_NAMES[found.kind]),
        # An identity number is shown nowhere, not even to whoever takes it out.
        text="" if found.kind == Kind.IDENTITY else found.text,
        times=times,
        replacement=found.replacement,
        replaced=replaced,
        fixed=found.kind == Kind.IDENTITY,
    )


def found_in(texts: Mapping[str, str], source: Source) -> list[Found]:
    """What a proposed text tells, known from what it was made of."""
    text = "\n\n".join([texts["title"], texts["body"], texts["answer"]])
    return find(text, source.known, source.language)


def has_unseen(request: HttpRequest, found: Sequence[Found]) -> bool:
    """Whether anything is found in the text that the person has not been shown."""
    seen = set(request.POST.getlist("seen"))
    return any(each.key not in seen for each in found)


def masked_in(proposal: Proposal) -> list[tuple[str, int]]:
    """What was taken out of a proposal when it was made: the name of each kind, and how often."""
    return [(KIND_NAMES[kind], proposal.found[kind]) for kind in Kind if proposal.found.get(kind)]
