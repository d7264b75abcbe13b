"""The form for a case on behalf of somebody who rang or was met."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Language, Organisation, User
from portal.desk.forms import LONGEST_TEXT, FilesField, needed, text_area
from taxonomy.models import Product
from triage.tickets import codes


class NewCaseForm(forms.Form):
    """A case on behalf of somebody who rang or was met."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How it came in"),
        choices=[
            (codes.Channel.PHONE, codes.Channel.PHONE.label),
            (codes.Channel.MEETING, codes.Channel.MEETING.label),
        ],
        widget=forms.RadioSelect,
        initial=codes.Channel.PHONE,
    )
    contact_email = forms.EmailField(
        label=gettext_lazy("E-mail of the one who asks"),
        help_text=gettext_lazy("Somebody with an account is found by the address."),
        required=False,
        max_length=254,
    )
    contact_name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Needed when the person has no account."),
        required=False,
        max_length=120,
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        help_text=gettext_lazy("Left empty, it is the person’s own when they have one."),
        queryset=Organisation.objects.all(),
        required=False,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Written standard of the answers"),
        choices=[("", gettext_lazy("As the organisation writes")), *Language.choices],
        required=False,
    )
    product = forms.ModelChoiceField(
        label=gettext_lazy("Product"), queryset=Product.objects.all(), required=False
    )
    case_type = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=codes.CASE_TYPES, initial="question"
    )
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=200,
        error_messages=needed(gettext_lazy("Say in one line what it is about.")),
    )
    body = forms.CharField(
        label=gettext_lazy("What they ask"),
        help_text=gettext_lazy("The person sees this as their own words."),
        max_length=LONGEST_TEXT,
        widget=text_area(8),
        error_messages=needed(gettext_lazy("Write what they ask.")),
    )
    files = FilesField(label=gettext_lazy("Attach files"), required=False)
    take = forms.BooleanField(
        label=gettext_lazy("I take the case myself"), required=False, initial=True
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].empty_label = _("None chosen")
        self.fields["product"].empty_label = _("Not known")

    def clean(self) -> dict:
        """The person behind the address, their organisation and its written standard."""
        data = super().clean()
        email = data.get("contact_email", "")
        person = User.objects.filter(email=email.lower(), is_active=True).first() if email else None
        data["requester"] = person
        if person is None and not data.get("contact_name", "").strip():
            self.add_error("contact_name", _("Write the name, or the address of an account."))
        if person is not None and not data.get("organisation"):
            data["organisation"] = _only_organisation(person)
        organisation = data.get("organisation")
        if not data.get("language"):
            data["language"] = organisation.written_standard if organisation else Language.NB
        return data


def _only_organisation(person: User) -> Organisation | None:
    """The organisation of somebody who is in exactly one."""
    found = list(Organisation.objects.filter(pk__in=person.organisation_ids)[:2])
    return found[0] if len(found) == 1 else None
