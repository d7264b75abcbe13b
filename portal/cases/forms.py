"""The forms of those who ask for help. Each also gives what was typed when it does not pass."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from search.text.redaction import MASKS, IdentityKind, find_identity_numbers
from taxonomy.models import Product
from triage.intake.content import LONGEST_SUBJECT, NO_ORGANISATION, CaseContent
from triage.intake.details import ENVIRONMENT, Detail, details
from triage.intake.drafts import LONGEST_TEXT
from triage.tickets.codes import Environment
from triage.tickets.kinds import CaseType
from triage.tickets.redact import redacted

DETAIL = "d_"
MASK = "mask"

# What a case is about in the asker's words, the commonest first.
CASE_TYPES = [
    (CaseType.QUESTION, gettext_lazy("I wonder about something")),
    (CaseType.INCIDENT, gettext_lazy("Something does not work")),
    (CaseType.ORDER, gettext_lazy("I want to order something or get access")),
    (CaseType.CHANGE_REQUEST, gettext_lazy("I want something to be changed or made")),
    (CaseType.AGREEMENT, gettext_lazy("It is about an agreement, terms or an invoice")),
    (CaseType.FEEDBACK, gettext_lazy("I want to give feedback or complain")),
    (
        CaseType.ACCESSIBILITY_FEEDBACK,
        gettext_lazy("Something is hard to use for people with disabilities (accessibility)"),
    ),
    (CaseType.SECURITY_INCIDENT, gettext_lazy("I suspect a breach of security")),
    (CaseType.PRIVACY_REQUEST, gettext_lazy("It is about how you use data about me (privacy)")),
    (CaseType.ACCESS_REQUEST, gettext_lazy("I ask to see documents (innsyn)")),
    (CaseType.CONSULTATION_INPUT, gettext_lazy("I have input to a consultation")),
]
IMPACTS = [
    (3, gettext_lazy("Me, or one user")),
    (2, gettext_lazy("One service, or several users")),
    (1, gettext_lazy("Many organisations, or everybody")),
]
URGENCIES = [
    (3, gettext_lazy("It can wait")),
    (2, gettext_lazy("It works poorly, or we have a way round")),
    (
        1,
        gettext_lazy(
            "It has stopped and we have no way round, or a deadline is within two working days"
        ),
    ),
]


class WithoutIdentityNumbers(forms.Form):
    """A form whose texts may hold no national identity numbers: said first, masked on request."""

    def clean(self) -> dict:
        """Mask when that was asked for, else say in which field a number stands."""
        data = super().clean()
        self.numbers = 0
        for name, value in list(data.items()):
            found = len(find_identity_numbers(value)) if isinstance(value, str) else 0
            if found and MASK in self.data:
                data[name] = redacted(value).text
            elif found:
                self.numbers += found
                self.add_error(name, number_warning(found))
        return data

    @property
    def masks(self) -> dict[str, str]:
        """The words that stand for each kind of number, for the script that masks as one types."""
        return {kind.name.lower(): words for kind, words in mask_words().items()}


def mask_words() -> dict[IdentityKind, str]:
    """The words put in place of identity numbers, in the language of the page."""
    return MASKS.get(get_language() or "nb", MASKS["nb"])


def number_warning(count: int) -> str:
    """What is said where identity numbers stand in a text."""
    return ngettext(
        "There is a national identity number here. Take it out: we cannot take it in.",
        "There are %(count)s national identity numbers here. "
        "Take them out: we cannot take them in.",
        count,
    ) % {"count": count}


class SeveralFiles(forms.ClearableFileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True


def _radios() -> forms.RadioSelect:
    return forms.RadioSelect(attrs={"class": "ds-input"})


class WithFiles(forms.Form):
    """A form files come along with. They are looked at one by one as they are kept."""

    files = forms.Field(label=gettext_lazy("Attachments"), required=False, widget=SeveralFiles)

    @property
    def most_megabytes(self) -> int:
        """How large one file may be."""
        return settings.ATTACHMENT_MAX_MB


def _text_area(rows: int, longest: int = LONGEST_TEXT) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": longest, "data-no-numbers": ""})


def _line(longest: int) -> forms.TextInput:
    return forms.TextInput(attrs={"maxlength": longest, "data-no-numbers": ""})


def typed_key(data: Mapping) -> UUID:
    """The draft's key a form came with; a new one when it is missing or made up."""
    try:
        return UUID(str(data.get("key", "")))
    except ValueError:
        return uuid4()


# --- step 1 -------------------------------------------------------------------------------------


class WordsForm(WithoutIdentityNumbers):
    """What it is about: the product and the person's own words.

    Another page may have chosen the kind of case beforehand; it is asked for in step 2.
    """

    case_type = forms.CharField(required=False, widget=forms.HiddenInput)
    product = forms.ChoiceField(label=gettext_lazy("What is it about?"), required=False)
    subject = forms.CharField(
        label=gettext_lazy("Say it in one line"),
        help_text=gettext_lazy("For instance: “We get invalid_grant since this morning”"),
        max_length=LONGEST_SUBJECT,
        widget=_line(LONGEST_SUBJECT),
        error_messages={"required": gettext_lazy("Say in one line what it is about.")},
    )
    body = forms.CharField(
        label=gettext_lazy("Tell us more"),
        help_text=gettext_lazy(
            "What are you trying to do, what happens, and what have you tried? "
            "Leave out national identity numbers, passwords and keys."
        ),
        max_length=LONGEST_TEXT,
        widget=_text_area(9),
        error_messages={"required": gettext_lazy("Tell us a little more.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        products = [(product.slug, _product_label(product)) for product in Product.objects.all()]
        self.fields["product"].choices = [("", _("I do not know")), *products]

    @staticmethod
    def raw_values(data: Mapping) -> dict:
        """What was typed, for the draft, whether or not it passes."""
        product = str(data.get("product", "")).replace("\x00", "")[:50]
        return {
            "product": product if Product.objects.filter(slug=product).exists() else "",
            "subject": str(data.get("subject", ""))[:LONGEST_SUBJECT],
            "body": str(data.get("body", ""))[:LONGEST_TEXT],
            **chosen_kind(data.get("case_type")),
        }

    def clean_subject(self) -> str:
        """One line, whatever was pasted, with something in it that can be read and pressed."""
        subject = " ".join(self.cleaned_data["subject"].split())
        if not any(char.isalnum() for char in subject):
            raise forms.ValidationError(self.fields["subject"].error_messages["required"])
        return subject

    def values(self) -> dict:
        """What passed, for the draft; a kind chosen there earlier stays when none came along."""
        words = {name: self.cleaned_data[name] for name in ("product", "subject", "body")}
        return {**words, **chosen_kind(self.cleaned_data["case_type"])}


def chosen_kind(code: str | None) -> dict[str, str]:
    """The kind of case among a draft's values, when it is one that can be asked about."""
    return {"case_type": code} if code in dict(CASE_TYPES) else {}


def _product_label(product: Product) -> str:
    if product.status == Product.Status.ENDED:
        return _("%(product)s (ended)") % {"product": product.name}
    return product.name


# --- step 2 -------------------------------------------------------------------------------------


class DetailsForm(WithoutIdentityNumbers, WithFiles):
    """What kind of case it is, and the details asked for its product."""

    case_type = forms.ChoiceField(
        label=gettext_lazy("What kind of case is it?"),
        choices=CASE_TYPES,
        widget=_radios(),
        error_messages={"required": gettext_lazy("Choose what fits best.")},
    )
    impact = forms.TypedChoiceField(
        label=gettext_lazy("Who does it affect?"),
        choices=IMPACTS,
        coerce=int,
        widget=_radios(),
    )
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("How urgent is it?"),
        choices=URGENCIES,
        coerce=int,
        widget=_radios(),
    )

    def __init__(self, *args, content: CaseContent, user: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.content = content
        self.asked = details().asked_for(content.product)
        for detail in self.asked:
            self.fields[DETAIL + detail.slug] = _detail_field(detail)
        self.organisations = list(Organisation.objects.filter(pk__in=user.organisation_ids))
        if self.organisations:
            self.fields["organisation"] = self._organisation_field()

    def _organisation_field(self) -> forms.Field:
        own = [(each.pk, each.name) for each in self.organisations]
        return forms.TypedChoiceField(
            label=_("Which of your organisations does it concern?"),
            help_text=_("The organisation’s contacts can follow the case."),
            choices=[*own, (NO_ORGANISATION, _("None of them. I ask on my own behalf."))],
            coerce=int,
            widget=_radios(),
            error_messages={"required": _("Choose which organisation it concerns.")},
        )

    @staticmethod
    def initial_values(content: CaseContent, user: User) -> dict:
        """What the form shows of a draft; somebody's only organisation is chosen."""
        chosen = content.organisation
        if chosen is None and len(user.organisation_ids) == 1:
            chosen = next(iter(user.organisation_ids))
        return {
            "case_type": content.case_type or None,
            "impact": content.impact,
            "urgency": content.urgency,
            "organisation": chosen,
            DETAIL + ENVIRONMENT: content.environment,
            **{DETAIL + slug: answer for slug, answer in content.details.items()},
        }

    @staticmethod
    def raw_values(data: Mapping, content: CaseContent) -> dict:
        """What was chosen and typed, for the draft; what was not on the form stays."""
        values: dict = {}
        if data.get("case_type") in set(CaseType):
            values["case_type"] = str(data["case_type"])
        for name in ("impact", "urgency", "organisation"):
            if str(data.get(name, "")).isdecimal() and len(data[name]) < 12:
                values[name] = int(data[name])
        if data.get(DETAIL + ENVIRONMENT) in Environment.values:
            values[ENVIRONMENT] = data[DETAIL + ENVIRONMENT]
        typed = {
            slug: str(data[DETAIL + slug])[: detail.longest]
            for slug, detail in details().fields.items()
            if slug != ENVIRONMENT and DETAIL + slug in data
        }
        values["details"] = {**content.details, **typed}
        return values

    def values(self) -> dict:
        """What passed, for the draft."""
        data = self.cleaned_data
        typed = {
            detail.slug: data[DETAIL + detail.slug]
            for detail in self.asked
            if detail.slug != ENVIRONMENT
        }
        return {
            "case_type": data["case_type"],
            "impact": data["impact"],
            "urgency": data["urgency"],
            "organisation": data.get("organisation", NO_ORGANISATION),
            ENVIRONMENT: data.get(DETAIL + ENVIRONMENT) or Environment.UNKNOWN,
            "details": {**self.content.details, **typed},
        }

    def kind_fields(self) -> list[forms.BoundField]:
        """The questions asked whatever the product."""
        return [self[name] for name in ("case_type", "impact", "urgency")]

    def detail_fields(self) -> list[forms.BoundField]:
        """The questions asked for this product."""
        return [self[DETAIL + detail.slug] for detail in self.asked]


def _detail_field(detail: Detail) -> forms.Field:
    language = get_language() or "nb"
    words = {
        "label": detail.label(language),
        "help_text": detail.help(language),
        "required": False,
    }
    if detail.kind == ENVIRONMENT:
        return forms.ChoiceField(choices=Environment.choices, widget=_radios(), **words)
    area = detail.kind == "text"
    widget = _text_area(5, detail.longest) if area else _line(detail.longest)
    return forms.CharField(max_length=detail.longest, widget=widget, **words)


# --- in a case ----------------------------------------------------------------------------------


class ReplyForm(WithoutIdentityNumbers, WithFiles):
    """A reply from the requester's side; files alone are a reply too."""

    body = forms.CharField(
        label=gettext_lazy("Your reply"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=_text_area(6),
    )

    def __init__(self, *args, has_files: bool = False, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.has_files = has_files

    def clean(self) -> dict:
        """Words or files are needed."""
        data = super().clean()
        if not data.get("body", "").strip() and not self.has_files and not self.errors:
            self.add_error("body", _("Write your reply first."))
        return data


class ReopenForm(WithoutIdentityNumbers):
    """Why a solved case is taken up again."""

    reason = forms.CharField(
        label=gettext_lazy("What is still missing?"),
        max_length=LONGEST_TEXT,
        widget=_text_area(4),
        error_messages={"required": gettext_lazy("Say in a few words what is missing.")},
    )


class ColleagueForm(forms.Form):
    """The address of a colleague who may follow the case."""

    email = forms.EmailField(
        label=gettext_lazy("The colleague’s e-mail"),
        max_length=254,
        error_messages={"required": gettext_lazy("Write the colleague’s e-mail address.")},
    )
