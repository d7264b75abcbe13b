"""Small helpers for tests that ask for help and follow cases."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

from django.test import Client

from tests.portal.desk.pages import hidden, signed_in, text_of
from triage.intake.models import Draft

__all__ = ["NUMBER", "Journey", "hidden", "signed_in", "text_of"]

NUMBER = "13097248022"  # synthetic: belongs to nobody
WORDS = {
    "product": "",
    "subject": "Får ikke token",
    "body": "Vi får invalid_grant når vi ber om token fra Maskinporten, og vet ikke hvorfor.",
}
DETAILS = {"case_type": "incident", "impact": "2", "urgency": "2", "d_environment": "prod"}


class Journey:
    """One browser on its way through the three steps."""

    def __init__(self, user=None, language: str = "en") -> None:
        self.client = signed_in(user, language) if user else Client()
        self.client.cookies["language"] = language
        self.key = uuid4()

    def path(self, step: str = "") -> str:
        return f"/hjelp/{self.key}/" + (f"{step}/" if step else "")

    def words(self, **fields):
        """Send step 1."""
        response = self.client.post(self.path(), {**WORDS, **fields})
        self._follow(response)
        return response

    def details(self, **fields):
        """Send step 2."""
        return self.client.post(self.path("opplysninger"), {**DETAILS, **fields})

    def send(self):
        """Send the case."""
        return self.client.post(self.path("sjekk"))

    def to_check(self, organisation="0", **fields):
        """Steps 1 and 2, so that the case can be sent."""
        assert self.words().status_code == 302
        response = self.details(organisation=organisation, **fields)
        assert response.status_code == 302, text_of(response)

    def draft(self) -> Draft:
        return Draft.objects.get(pk=self.key)

    def _follow(self, response) -> None:
        found = re.search(r"/hjelp/([0-9a-f-]{36})/", response.get("Location", ""))
        if found:
            self.key = UUID(found.group(1))
