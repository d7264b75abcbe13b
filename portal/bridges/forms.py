"""The forms of the bridges. What may be done is decided by the services."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Language, Organisation, Team, User
from cms.community.models import LONGEST_BODY, LONGEST_REASON, LONGEST_TITLE
from cms.guidance.models import SectionPage
from portal.bridges.models import Proposal
from portal.bridges.proposing import Words
from portal.community.forms import Body, Key
from taxonomy.models import Product
from triage.intake.content import LONGEST_SUBJECT

LONGEST_SHORT_ANSWER = 400


def _needed(words) -> dict[str, str]:
    return {"required": words}


def _reason(label, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_REASON}),
        error_messages=_needed(gettext_lazy("Say why, in a few words.")),
    )


class PublicAnswerForm(forms.Form):
    """The desk's answer to a question: official, and read by everybody."""

    team = forms.ModelChoiceField(
        label=gettext_lazy("The team that stands behind the answer"),
        queryset=Team.objects.none(),
        empty_label=None,
    )
    body = Body(rows=9, label=gettext_lazy("Official answer, read by everybody"))
    form_key = Key()

    def __init__(self, *args, user: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.filter(pk__in=list(user.team_lines)).order_by("line", "name")
        self.fields["team"].queryset = teams
        if len(user.team_lines) == 1:
            self.fields["team"].widget = forms.HiddenInput()
            self.fields["team"].initial = next(iter(user.team_lines))


class ToCaseForm(forms.Form):
    """A private case from a public question: what is copied, and what becomes of the question."""

    LEAVE, WITHDRAW, CLOSE = "leave", "withdraw", "close"

    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=LONGEST_SUBJECT,
        error_messages=_needed(gettext_lazy("Write the subject.")),
    )
    body = forms.CharField(
        label=gettext_lazy("What goes into the case"),
        help_text=gettext_lazy(
            "Copied from the question. Change it, and add what you would not write in public."
        ),
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 12, "maxlength": LONGEST_BODY}),
        error_messages=_needed(gettext_lazy("Write what the case is about.")),
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("On behalf of"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody but the one who asked"),
    )
    then = forms.ChoiceField(
        label=gettext_lazy("What becomes of the public question?"),
        widget=forms.RadioSelect,
        initial=LEAVE,
    )
    form_key = Key()

    def __init__(self, *args, asker: User, choices: list, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["then"].choices = choices
        own = Organisation.objects.filter(pk__in=asker.organisation_ids).order_by("name")
        self.fields["organisation"].queryset = own
        if not own:
            del self.fields["organisation"]

    def clean_body(self) -> str:
        """The text with line ends as we store them."""
        return self.cleaned_data["body"].replace("\r\n", "\n")


class ProposalForm(forms.Form):
    """A text proposed for everybody: changed as one likes, and looked at once more."""

    title = forms.CharField(
        label=gettext_lazy("The question in one sentence"),
        max_length=LONGEST_TITLE,
        error_messages=_needed(gettext_lazy("Write your question in one sentence.")),
    )
    body = Body(rows=7, label=gettext_lazy("What is asked"))
    answer = Body(rows=10, label=gettext_lazy("The answer"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices)
    product = forms.ModelChoiceField(
        label=gettext_lazy("Product"),
        queryset=Product.objects.none(),
        empty_label=gettext_lazy("Choose a product"),
        error_messages=_needed(gettext_lazy("Choose a product.")),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("The team that stands behind the answer"),
        queryset=Team.objects.none(),
        empty_label=None,
    )
    looked = forms.BooleanField(
        label=gettext_lazy("I have read it all, and it tells nobody who asked or whom it is about"),
        error_messages=_needed(gettext_lazy("Read the text through, and say that you have.")),
    )
    form_key = Key()

    def __init__(self, *args, teams, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = Product.objects.all()
        self.fields["team"].queryset = teams

    def words(self) -> Words:
        """What is proposed, as the form has it."""
        names = ("title", "body", "answer", "language", "product", "team")
        own = {name: self.cleaned_data[name] for name in names}
        return Words(**own, section=self.cleaned_data.get("section"))


class ArticleForm(ProposalForm):
    """An article proposed: its short answer, its text and the section it belongs to."""

    section = forms.ModelChoiceField(
        label=gettext_lazy("Section of the guidance"),
        queryset=SectionPage.objects.none(),
        empty_label=gettext_lazy("Choose a section"),
        error_messages=_needed(gettext_lazy("Choose the section it belongs to.")),
    )
    field_order = ["title", "body", "answer", "section", "language", "product", "team", "looked"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].label = _("Title")
        self.fields["title"].error_messages["required"] = _("Write the title.")
        self.fields["body"].label = _("The answer in short")
        self.fields["body"].help_text = _("One or two sentences that answer the title.")
        self.fields["body"].widget.attrs["rows"] = 3
        self.fields["answer"].label = _("The text")
        self.fields["section"].queryset = SectionPage.objects.live().order_by("path")

    def clean_body(self) -> str:
        """The short answer has to fit the article's."""
        body = " ".join(self.cleaned_data["body"].split())
        if len(body) > LONGEST_SHORT_ANSWER:
            raise forms.ValidationError(
                _("Shorten it: there is room for %(count)s characters.")
                % {"count": LONGEST_SHORT_ANSWER}
            )
        return body


def proposal_form(kind: str) -> type[ProposalForm]:
    """The form for a kind of proposal."""
    return ArticleForm if kind == Proposal.Kind.ARTICLE else ProposalForm


class DeclineForm(forms.Form):
    """Why a proposal is not published."""

    reason = _reason(gettext_lazy("Why is it not published?"))
