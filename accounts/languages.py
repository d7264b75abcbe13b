"""The languages the site, its mails and its texts are written in."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Language(models.TextChoices):
    """The languages of the interface, and the written standards of a text."""

    NB = "nb", _("Bokmål")
    NN = "nn", _("Nynorsk")
    EN = "en", _("English")

    @property
    def in_a_sentence(self) -> str:
        """Its name inside a sentence: not every language writes it as it is called in a list."""
        return str(_IN_A_SENTENCE[self.value])


_IN_A_SENTENCE = {
    "nb": pgettext_lazy("language in a sentence", "bokmål"),
    "nn": pgettext_lazy("language in a sentence", "nynorsk"),
    "en": pgettext_lazy("language in a sentence", "English"),
}
