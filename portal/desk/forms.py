"""The forms of the desk. What may be done is decided by the services; these read what was typed."""

from __future__ import annotations

import uuid

from django import forms
from django.db.models import Q
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Language, Team, User
from taxonomy.models import Product, Topic
from triage.sla.service_model import service_model
from triage.tickets import codes
from triage.tickets.files import FileRefused, examine_all
from triage.tickets.models import Ticket
from triage.tickets.queries import TeamLoad, team_loads
from triage.tickets.references import number_typed
from triage.tickets.states import Action

LONGEST_TEXT = 20_000


class SeveralFiles(forms.ClearableFileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several uploaded files, looked at: gives a list of StoredFile."""

    widget = SeveralFiles

    def clean(self, data, initial=None):
        """The files by their bytes. Raises ValidationError for one that is not let in."""
        if not isinstance(data, (list, tuple)):
            data = [data] if data else []
        try:
            return examine_all(data)
        except FileRefused as error:
            raise forms.ValidationError(str(error)) from error


def needed(words: str) -> dict[str, str]:
    """What is said when a field is left empty."""
    return {"required": words}


def text_area(rows: int) -> forms.Textarea:
    """A text area of some rows."""
    return forms.Textarea(attrs={"rows": rows, "maxlength": LONGEST_TEXT})


class MessageForm(forms.Form):
    """What the answer and the note have in common; `CALLED` is which of them it is."""

    CALLED: Promise

    body = forms.CharField(required=False, max_length=LONGEST_TEXT, widget=text_area(8))
    files = FilesField(label=gettext_lazy("Attach files"), required=False)
    kept_files = forms.CharField(required=False, widget=forms.HiddenInput)
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label = self.CALLED

    def clean_body(self) -> str:
        """Text with line endings as we store them."""
        return self.cleaned_data["body"].replace("\r\n", "\n")


class NoteForm(MessageForm):
    """An internal note."""

    CALLED = gettext_lazy("Note")

    def clean_body(self) -> str:
        """A note needs words."""
        body = super().clean_body()
        if not body.strip():
            raise forms.ValidationError(_("Write the note first."))
        return body


class AnswerForm(MessageForm):
    """A public answer and what happens to the case with it."""

    CALLED = gettext_lazy("Answer")
    STAY, WAIT, SOLVE = "stay", "wait", "solve"
    THEN = [
        (STAY, gettext_lazy("Go on with the case")),
        (WAIT, gettext_lazy("Wait for the requester")),
        (SOLVE, gettext_lazy("The case is solved")),
    ]
    NEEDS = {STAY: Action.REPLY, WAIT: Action.ASK_BACK, SOLVE: Action.RESOLVE}

    then = forms.ChoiceField(
        label=gettext_lazy("Afterwards"), choices=THEN, widget=forms.RadioSelect
    )
    solution_code = forms.ChoiceField(
        label=gettext_lazy("How it was solved"),
        choices=[("", "–"), *codes.SolutionCode.choices],
        required=False,
    )
    holding = forms.BooleanField(
        label=gettext_lazy(
            "Only says that we are looking into it, and does not count as an answer"
        ),
        required=False,
    )
    go_next = forms.BooleanField(
        label=gettext_lazy("Open the next case afterwards"), required=False
    )
    seen_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args, ticket: Ticket, actions: frozenset[Action], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.ticket = ticket
        if service_model(ticket.policy_id).policy.counts_holding:
            self.fields["holding"].label = _(
                "Only says that we are looking into it; by the rules of this case that counts as "
                "the first answer"
            )
        self.fields["then"].choices = [
            (code, label) for code, label in self.THEN if self.NEEDS[code] in actions
        ]

    def clean(self) -> dict:
        """Words are needed, but for solving what has been answered; a solution needs its code."""
        data = super().clean()
        solves = data.get("then") == self.SOLVE
        is_needed = not (solves and self.ticket.first_responded_at)
        if is_needed and "body" not in self.errors and not data["body"].strip():
            self.add_error("body", _("Write the answer first."))
        if solves and not data.get("solution_code"):
            self.add_error("solution_code", _("Choose how it was solved."))
        return data


def new_key() -> str:
    """A key for a form that is about to be shown; the same key sent twice counts once."""
    return str(uuid.uuid4())


# --- one action each ----------------------------------------------------------------------------


class StepForm(forms.Form):
    """A form about one ticket, made for one person.

    `to_confirm` is a case that is shown before anything is done with it, once it has been named.
    With `of_several` the answer is given to more cases than this, so that nothing is chosen
    beforehand; `beside` is the form of the first of them, whose look-ups serve the others. `hint`
    is what one should know before filling it in.
    """

    hint: str | Promise = ""
    to_confirm: Ticket | None = None

    def __init__(
        self,
        *args,
        ticket: Ticket,
        user: User,
        of_several: bool = False,
        beside: StepForm | None = None,
        **kwargs,
    ) -> None:
        self.ticket = ticket
        self.user = user
        self.of_several = of_several
        self.beside = beside
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices and what the ticket has now."""


class AssignForm(StepForm):
    """Who in the team gets the case."""

    to = forms.ModelChoiceField(
        label=gettext_lazy("Who"), queryset=User.objects.none(), required=False
    )

    def prepare(self) -> None:
        """The active people of the team that has the case."""
        field = self.fields["to"]
        field.queryset = self.ticket.team.members.filter(is_active=True).order_by("name", "pk")
        field.empty_label = _("Nobody")
        field.initial = self.ticket.assignee_id


class TypeForm(StepForm):
    """What kind of case it is."""

    case_type = forms.ChoiceField(label=gettext_lazy("Type"), choices=codes.CASE_TYPES)

    def prepare(self) -> None:
        """The type it has now is chosen."""
        self.fields["case_type"].initial = self.ticket.case_type


class LanguageForm(StepForm):
    """Which written standard the requester is answered in."""

    language = forms.ChoiceField(
        label=gettext_lazy("Written standard of the answers"), choices=Language.choices
    )

    def prepare(self) -> None:
        """The one it has now is chosen."""
        self.fields["language"].initial = self.ticket.language


NOWHERE = "/"  # a place without product and topic


class ProductForm(StepForm):
    """Product and topic in one choice."""

    place = forms.ChoiceField(
        label=gettext_lazy("Product and topic"),
        error_messages=needed(gettext_lazy("Choose a product, or that there is none.")),
    )

    def prepare(self) -> None:
        """Every product with its topics; the place it has now is chosen."""
        field = self.fields["place"]
        if self.beside is not None:
            field.choices = self.beside.fields["place"].choices
            return
        products = list(Product.objects.prefetch_related("topics"))
        groups = [(product.name, list(_places(product))) for product in products]
        field.choices = [(NOWHERE, _("No product")), *groups]
        if self.of_several:
            field.choices = [("", "–"), *field.choices]
        else:
            field.initial = place_of(self.ticket)

    def clean(self) -> dict:
        """The product and the topic behind the choice."""
        data = super().clean()
        product, _sep, topic = data.get("place", "").partition("/")
        data["product"] = Product.objects.filter(slug=product).first() if product else None
        data["topic"] = Topic.objects.filter(slug=topic).first() if topic else None
        return data


def _places(product: Product):
    yield product.slug, _("%(product)s, no topic") % {"product": product.name}
    for topic in product.topics.all():
        yield f"{product.slug}/{topic.slug}", topic.name


def place_of(ticket: Ticket) -> str:
    """The choice that stands for the ticket's product and topic."""
    if ticket.product is None:
        return NOWHERE
    return f"{ticket.product.slug}/{ticket.topic.slug}" if ticket.topic else ticket.product.slug


class PriorityForm(StepForm):
    """What the priority is made from."""

    hint = gettext_lazy(
        "The deadlines count from when the case came in. With a higher priority, one may have run "
        "out already."
    )
    impact = forms.TypedChoiceField(
        label=gettext_lazy("How many are hit"), choices=codes.IMPACTS, coerce=int
    )
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("How urgent it is"), choices=codes.URGENCIES, coerce=int
    )
    severity = forms.ChoiceField(
        label=gettext_lazy("Severity of a fault"),
        help_text=gettext_lazy(
            "A sends mail to the team and to managers, or to those who handle security."
        ),
        required=False,
        choices=codes.SEVERITIES,
    )
    security = forms.BooleanField(label=gettext_lazy("Security case"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        error_messages=needed(gettext_lazy("Say why, in a few words.")),
    )

    def prepare(self) -> None:
        """What the ticket has now."""
        self.fields["severity"].choices = [("", _("Not graded")), *codes.SEVERITIES]
        for name in ("impact", "urgency", "severity", "security"):
            self.fields[name].initial = getattr(self.ticket, name)


class TeamForm(StepForm):
    """A choice among the teams that do not have the case, with what each has already."""

    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"),
        queryset=Team.objects.all(),
        widget=forms.RadioSelect,
        error_messages=needed(gettext_lazy("Choose a team.")),
    )

    def prepare(self) -> None:
        """Every team but the one that has it."""
        field = self.fields["team"]
        field.queryset = Team.objects.exclude(pk=self.ticket.team_id)
        field.empty_label = None

    @cached_property
    def loads(self) -> list[TeamLoad]:
        """What each team has, asked for when the choice is shown."""
        return team_loads(besides=self.ticket.team)


class HandOverForm(TeamForm):
    """To which team, why, and what has been tried."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why it is handed over"),
        choices=[("", "–"), *codes.HandOverReason.choices],
        error_messages=needed(gettext_lazy("Choose a reason.")),
    )
    tried = forms.CharField(
        label=gettext_lazy("What has been tried"),
        help_text=gettext_lazy("The team reads this first. It becomes an internal note."),
        max_length=LONGEST_TEXT,
        widget=text_area(5),
        error_messages=needed(gettext_lazy("Write what has been tried.")),
    )


class ConsultForm(TeamForm):
    """Which team is asked, and what."""

    question = forms.CharField(
        label=gettext_lazy("What you ask"),
        help_text=gettext_lazy("The case stays with you. The team can read it and write notes."),
        max_length=LONGEST_TEXT,
        widget=text_area(5),
        error_messages=needed(gettext_lazy("Write what you ask.")),
    )


class ReasonForm(StepForm):
    """A few words on why, or on what the step calls it."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=LONGEST_TEXT,
        widget=text_area(4),
        error_messages=needed(gettext_lazy("Write a few words about this.")),
    )


CANDIDATES = 8  # cases a duplicate may be of, told on the page


class DuplicateForm(StepForm):
    """The other case, by its number; it is shown before the two are merged."""

    number = forms.CharField(
        label=gettext_lazy("Number of the case that is kept"),
        help_text=gettext_lazy("For instance V-00012."),
        max_length=40,
        error_messages=needed(gettext_lazy("Write the number of the other case.")),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def candidates(self) -> list[Ticket]:
        """Open cases it may be the same as: others of the requester or their organisation."""
        ticket = self.ticket
        same = Q()
        if ticket.requester_id:
            same |= Q(requester=ticket.requester_id)
        if ticket.organisation_id:
            same |= Q(organisation=ticket.organisation_id)
        if not same:
            return []
        found = Ticket.objects.visible_to(self.user).open().filter(same).exclude(pk=ticket.pk)
        return list(found.select_related("requester").order_by("-opened_at", "-pk")[:CANDIDATES])

    def clean_number(self) -> str:
        """A case the person may see. Raises ValidationError for anything else."""
        text = self.cleaned_data["number"].strip()
        of = self.beside.named if self.beside is not None else self._found(text)
        if not of:
            raise forms.ValidationError(_("There is no such case. Check the number."))
        self.cleaned_data["of"] = of
        return text

    @property
    def named(self) -> Ticket | None:
        """The case the number is of, once the form has been read."""
        return self.cleaned_data.get("of") if self.is_valid() else None

    def _found(self, text: str) -> Ticket | None:
        number = number_typed(text)
        return Ticket.objects.visible_to(self.user).filter(pk=number).first() if number else None

    def clean(self) -> dict:
        """Whoever merges has seen which case the number is of."""
        data = super().clean()
        of = data.get("of")
        if of is not None and data.get("seen") != str(of.pk):
            self.to_confirm = of
            self.data = {**self.data.dict(), "seen": str(of.pk)}
        return data
