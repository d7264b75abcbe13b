"""What those who answer usually have to ask about, for each product."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

_ENVIRONMENT = gettext_lazy("Whether it happens in test, in production or in both")
_VERSION = gettext_lazy("Which version of the packages you use")
_ERROR = gettext_lazy("The error code or message, word for word")
_CALL = gettext_lazy("The call you make and the answer you get, without keys and tokens")
_SCOPE = gettext_lazy("Which scopes you ask for, and which you have been given")
_ROLE = gettext_lazy("Which access package or role it is about")
_WHO = gettext_lazy("Whether it is about a person, an organisation or a system user")
_RECIPIENT = gettext_lazy("What kind of recipient it is: a person or an organisation")
_STEPS = gettext_lazy("What one presses or sees, step by step")
_TRIED = gettext_lazy("What you have tried already")

HINTS = {
    "altinn-studio": (_VERSION, _ENVIRONMENT, _ERROR, _TRIED),
    "autorisasjon": (_ROLE, _WHO, _ENVIRONMENT, _TRIED),
    "samtykke": (_WHO, _CALL, _ENVIRONMENT, _TRIED),
    "dialogporten": (_CALL, _ERROR, _ENVIRONMENT, _TRIED),
    "arbeidsflate": (_STEPS, _WHO, _TRIED),
    "melding": (_RECIPIENT, _CALL, _ENVIRONMENT, _TRIED),
    "varsling": (_RECIPIENT, _ERROR, _ENVIRONMENT, _TRIED),
    "maskinporten": (_SCOPE, _ERROR, _ENVIRONMENT, _TRIED),
    "id-porten": (_STEPS, _ERROR, _ENVIRONMENT, _TRIED),
}
OTHERS = (_STEPS, _ERROR, _TRIED)


def hints_for(product: str) -> list[str]:
    """What to tell in a question about the product with this slug; always something."""
    return [str(hint) for hint in HINTS.get(product, OTHERS)]
