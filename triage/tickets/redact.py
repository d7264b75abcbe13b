"""What people write as it comes to rest: nothing unseen in it, and identity numbers masked."""

from django.utils.translation import get_language

from search.text.redaction import Redacted, mask_identity_numbers
from search.text.tokens import as_written


def redacted(text: str) -> Redacted:
    """The text with identity numbers masked in the writer's language, and how many there were.

    Without control characters and marks that turn its direction: somebody could make the desk read
    something else than what stands there.
    """
    return mask_identity_numbers(as_written(text), get_language() or "nb")
