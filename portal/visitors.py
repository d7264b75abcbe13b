"""Which browser a request is from, for the search's log, which keeps nothing of it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse

from portal.limits import connection_of

PARTS = {"search": "search", "community": "community", "ask": "help", "my_cases": "help"}
LONGEST_AGENT = 300  # characters
ROBOT = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|monitor|scan|archiver|externalhit|siteimprove|pingdom"
    r"|lighthouse|headless|curl|wget|python|java/|go-http|libwww|httpclient|okhttp|axios|node-fetch"
    r"|undici|whatsapp|embedly|iframely",
    re.IGNORECASE,
)


def visitor_of(request: HttpRequest) -> str:
    """What tells one browser from another today: its session, or what it says it is.

    Before that, on a line of its own, what those of one person share: who is signed in, or the
    address; see `search.visits.name_of`.
    """
    return names_of(request)[0]


def names_of(request: HttpRequest) -> list[str]:
    """The same, and for who is signed in also what it was before that."""
    person = request.user
    session = request.session.session_key if person.is_authenticated else None
    before = f"address {connection_of(request)}\n{_agent(request)}"
    return [f"person {person.pk}\n{session}", before] if session else [before]


def is_person(request: HttpRequest) -> bool:
    """Whether somebody seems to look at what is answered: no robot, and not fetched beforehand.

    Who asks for the head alone looks at nothing.
    """
    if request.method == "HEAD":
        return False
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return "prefetch" not in purpose and not ROBOT.search(_agent(request))


def place_of(request: HttpRequest) -> str:
    """The part of the site a request comes from, as coarse as reports tell it."""
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return "other"
    if came_from.netloc != request.get_host():
        return "other"
    if came_from.path == reverse("home"):
        return "home"
    parts = {reverse(name): place for name, place in PARTS.items()}
    parts[reverse("wagtail_serve", args=[""])] = "guidance"
    return next((parts[each] for each in parts if came_from.path.startswith(each)), "other")


def _agent(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")[:LONGEST_AGENT]
