"""Content security policy under the editors' admin, which writes inline scripts and styles.

Our own pages need nothing here: they have no inline script and no inline style. Wagtail's admin
starts its date, time and chooser widgets from small inline scripts; they get the request's nonce.
It also injects style elements from its bundle, so inline styles are allowed there and only there.
"""

import re
from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse

ADMIN_PREFIX = "/cms-admin/"
# Scripts that Wagtail's own templates write: recognised by how they begin, so that a script
# smuggled into a text gets no nonce.
WAGTAIL_SCRIPT = re.compile(
    rb"<script>(?=\s*(?:initDateChooser|initTimeChooser|initDateTimeChooser|"
    rb"new PageChooser|new SnippetChooser|new ImageChooser|new DocumentChooser|"
    rb"\(function\(\) \{\s*var panel = InlinePanel|\(function\(\) \{\s*var panel = "
    rb"new MultipleChooserPanel))"
)


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
        if response.streaming or not kind.startswith(("text/html", "application/json")):
            return response
        nonce = str(request.csp_nonce).encode()
        replacement = b'<script nonce="' + nonce + b'">'
        if kind.startswith("application/json"):
            replacement = replacement.replace(b'"', b'\\"')
        response.content = WAGTAIL_SCRIPT.sub(replacement, response.content)
        return response
