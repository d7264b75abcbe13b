"""Content security policy under the editors' admin, which writes inline scripts and styles.

Our own pages need nothing here: they have no inline script and no inline style. Wagtail's admin
starts its date, time, chooser and panel widgets from small inline scripts. Each of these is one
call of a known function with JSON values; exactly that form gets the request's nonce, so a script
smuggled into a text gets none. The admin also injects style elements from its bundle, so inline
styles are allowed there and only there.
"""

import json
import re
from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse

ADMIN_PREFIX = "/cms-admin/"
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)
_CALL = re.compile(
    r"(?:initDateChooser|initTimeChooser|initDateTimeChooser"
    r"|new (?:Page|Snippet|Image|Document|Task|Workflow)?Chooser)\((?P<values>.*)\);",
    re.S,
)
_PANEL = re.compile(
    r"\(function\(\) \{\s*var panel = new (?:InlinePanel|MultipleChooserPanel)"
    r'\(JSON\.parse\("[^"<>\n]*"\)\);\s*\}\)\(\);'
)


def is_wagtails(script: str) -> bool:
    """Whether an inline script is one that Wagtail's own widgets and panels write."""
    script = script.strip()
    if _PANEL.fullmatch(script):
        return True
    call = _CALL.fullmatch(script)
    if call is None:
        return False
    try:
        # The id is escaped for script: \u002D and the like are JSON's escapes too.
        json.loads(f"[{call['values']}]")
    except ValueError:
        return False
    return True


def with_nonce(html: str, nonce: str) -> str:
    """The page with the nonce on each of Wagtail's own inline scripts."""

    def add(match: re.Match) -> str:
        if not is_wagtails(match[1]):
            return match[0]
        return f'<script nonce="{nonce}">{match[1]}</script>'

    return _SCRIPT.sub(add, html)


class AdminNonceMiddleware:
    """Puts the nonce on Wagtail's own inline scripts; comes inside the CSP middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the response on, with nonces and the admin's style policy under the admin."""
        response = self.get_response(request)
        if not request.path.startswith(ADMIN_PREFIX):
            return response
        response._csp_update = {"style-src": [SELF, UNSAFE_INLINE]}
        kind = response.headers.get("Content-Type", "")
        if response.streaming or not kind.startswith("text/html"):
            return response
        if b"<script>" in response.content:
            page = response.content.decode(response.charset)
            response.content = with_nonce(page, str(request.csp_nonce)).encode(response.charset)
        return response
