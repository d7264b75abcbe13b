"""Links that carry what somebody searched for to where they can ask a person."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.addresses import absolute
from triage.tickets.kinds import CaseType

LONGEST_CARRIED = 300  # characters: a title and the beginning of a text, not an address too long


def ask_links(words: str) -> dict[str, str]:
    """Addresses of the two forms with the words filled in, by the names the templates use."""
    carried = words[:LONGEST_CARRIED]
    return {
        "ask_community": _with("community_ask", q=carried),
        "ask_help": _with("ask", q=carried),
    }


def ask_about(case_type: str, subject: str) -> str:
    """The address of the form for help, with the type of case chosen and the subject begun."""
    return _with("ask", type=case_type, q=subject)


def appeal_address(post: str) -> str:
    """The form for help, for who disagrees with what a moderator did to them (see house rules).

    The text begins with the address of the post, so that nobody has to tell which one it is.
    """
    about = _("It is about this post: %(address)s") % {"address": absolute(post)}
    return _with(
        "ask",
        type=CaseType.FEEDBACK,
        q=_("I disagree with a moderator"),
        text=f"{about}\n\n" if post else "",
    )


def _with(name: str, **filled: str) -> str:
    query = urlencode({key: value for key, value in filled.items() if value})
    return f"{reverse(name)}?{query}" if query else reverse(name)
