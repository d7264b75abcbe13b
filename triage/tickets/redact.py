"""Identity numbers out of what people write, with the mark in the writer's language."""

from django.utils.translation import get_language

from search.text.redaction import Redacted, mask_identity_numbers


def redacted(text: str) -> Redacted:
    """The text with identity numbers masked, and how many there were."""
    return mask_identity_numbers(text, get_language() or "nb")
