"""The forms of what editors teach the search. What is refused, and why, the search itself says."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminPageChooser

from cms.guidance.models import ArticlePage
from cms.indexing import ARTICLE
from search.editors_words import save_best_bet, save_stop_word, save_synonym
from search.models import BestBet, StopWord, Synonym
from search.registry import kind_of, number_of

LONGEST_TEXT = 5000  # characters; the search says more exactly what is too long


def lines(label, help_text: str) -> forms.CharField:
    """A field with something on each line."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PageChooser(AdminPageChooser):
    """Chooses an article; what is no number is no choice, where the admin's own would fail."""

    def __init__(self, **options) -> None:
        super().__init__(target_models=[ArticlePage], **options)
        # The admin's own words for it stay in the language of the start-up.
        self.choose_one_text = _("Choose an article")

    def value_from_datadict(self, data, files, name) -> str | None:
        """The chosen page's id, None for anything odd."""
        chosen = str(super().value_from_datadict(data, files, name) or "")
        return None if number_of(f"{ARTICLE}:{chosen}") is None else chosen


class WordsForm(WagtailAdminModelForm):
    """What the forms share: they remember which version of a row was read."""

    field_of = {}  # where a refusal of the search's is shown, when the field has another name here
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.edits

    def change(self) -> dict[str, int]:
        """Which row is changed, and how often it had been changed when it was read."""
        return {"change": self.instance.pk or 0, "seen": self.cleaned_data.get("seen") or 0}


class BestBetForm(WordsForm):
    """Phrases, and the page they lead to."""

    field_of = {"document": "page"}
    phrases = lines(
        _("What people search for"),
        _(
            "One phrase on each line. Inflections, nynorsk and small words such as “how” and “I” "
            "need no lines of their own."
        ),
    )
    page = forms.ModelChoiceField(
        label=_("Page to put first"),
        queryset=ArticlePage.objects.all(),
        widget=PageChooser(),
        help_text=_("Only those who may read the page see it. A page that is unpublished is gone."),
    )

    class Meta:
        model = BestBet
        fields = ("phrases", "where", "position")
        widgets = {"where": forms.RadioSelect}
        help_texts = {
            "position": _("Where one phrase leads to several pages, the lowest number is first.")
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if kind_of(self.instance.document) == ARTICLE:
            self.initial["page"] = number_of(self.instance.document)

    def write(self) -> BestBet:
        """Write what is in the form; raises Refused."""
        told = self.cleaned_data
        return save_best_bet(
            phrases=told["phrases"],
            document=f"{ARTICLE}:{told['page'].pk}",
            within=told["where"] == BestBet.Where.WITHIN,
            position=told["position"],
            **self.change(),
        )


class SynonymForm(WordsForm):
    """Names on two sides, and which way they go."""

    words = lines(_("What people write"), _("One word or name on each line, without inflections."))
    others = lines(_("What our texts say"), _("One word or name on each line."))

    class Meta:
        model = Synonym
        fields = ("words", "others", "direction")
        widgets = {"direction": forms.RadioSelect}

    def write(self) -> Synonym:
        """Write what is in the form; raises Refused."""
        told = self.cleaned_data
        return save_synonym(
            words=told["words"],
            others=told["others"],
            two_way=told["direction"] == Synonym.Direction.BOTH,
            **self.change(),
        )


class StopWordForm(WordsForm):
    """One word."""

    word = forms.CharField(
        label=_("Word to pass over"),
        max_length=100,
        help_text=_(
            "Exactly as people write it: other forms are other words. It still counts in phrases "
            "in quotation marks, and when nothing else is searched for."
        ),
    )

    class Meta:
        model = StopWord
        fields = ("word",)

    def write(self) -> StopWord:
        """Write what is in the form; raises Refused."""
        return save_stop_word(word=self.cleaned_data["word"], **self.change())

    def _get_validation_exclusions(self) -> set[str]:
        """The search says itself, and better, that a word is there already."""
        return {*super()._get_validation_exclusions(), "word"}
