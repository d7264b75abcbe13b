"""The forms of the community. What may be done is decided by the services."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Language, Team, User
from cms.community.models import LONGEST_BODY, LONGEST_REASON, LONGEST_TITLE, Member
from cms.community.texts import many_lines, one_line
from taxonomy.models import AccessPackage, Named, Product, Topic

AS_MYSELF = "me"
SHORTEST_TITLE = 8
MOST_TAGS = 5
TAGS = ("topics", "access_packages")


@dataclass(frozen=True, kw_only=True)
class TagChoice:
    """One word of the vocabulary to choose."""

    key: str
    name: str
    is_chosen: bool


def new_key() -> str:
    """A key that makes a form count once however often it is sent."""
    return str(uuid.uuid4())


def posted(data: QueryDict, texts: Iterable[str]) -> dict[str, object]:
    """What was sent of some texts and of the tags, but the character that no database stores."""
    values: dict[str, object] = {
        name: data[name].replace("\x00", "") for name in texts if name in data
    }
    if "has_tags" in data:
        values |= {name: data.getlist(name) for name in TAGS}
    return values


class Key(forms.UUIDField):
    """The key of a form; carried along unseen."""

    widget = forms.HiddenInput
    default_error_messages = {
        "required": gettext_lazy("The page was too old. Send once more."),
        "invalid": gettext_lazy("The page was too old. Send once more."),
    }


class Body(forms.CharField):
    """A text in Markdown, its line ends made one character each before it is measured."""

    def __init__(self, *, rows: int, **options) -> None:
        attrs = {"rows": rows, "maxlength": LONGEST_BODY, "data-body": ""}
        super().__init__(
            max_length=LONGEST_BODY,
            widget=forms.Textarea(attrs=attrs),
            error_messages={
                "required": gettext_lazy("Write something first."),
                "max_length": gettext_lazy(
                    "The text is too long: %(show_value)s characters, and there is room for "
                    "%(limit_value)s. Shorten it."
                ),
            },
            **options,
        )

    def to_python(self, value) -> str:
        """The text with line ends as we store them."""
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")


class TitleForm(forms.Form):
    """The first step of asking: the question in one line, and what it is about."""

    title = forms.CharField(
        label=gettext_lazy("Your question in one sentence"),
        help_text=gettext_lazy("Write it as you would have said it to a colleague."),
        max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-title": ""}),
        error_messages={
            "required": gettext_lazy("Write your question in one sentence."),
            "max_length": gettext_lazy(
                "The title is too long: %(show_value)s characters, and there is room for "
                "%(limit_value)s. Put the details in the text."
            ),
        },
    )
    product = forms.ModelChoiceField(
        label=gettext_lazy("What is it about?"),
        queryset=Product.objects.none(),
        to_field_name="slug",
        empty_label=gettext_lazy("Choose a product"),
        error_messages={
            "required": gettext_lazy("Choose what the question is about."),
            "invalid_choice": gettext_lazy("Choose what the question is about."),
        },
    )
    form_key = Key()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = Product.objects.all()

    def clean_title(self) -> str:
        """The title as it is stored, when it says something."""
        title = one_line(self.cleaned_data["title"], "nb")
        if sum(char.isalpha() for char in title) < SHORTEST_TITLE:
            raise forms.ValidationError(
                _("Write a few more words, so that others see what you wonder about.")
            )
        return self.cleaned_data["title"]


class Tags(forms.MultipleChoiceField):
    """Words of the shared vocabulary, each known by a key; words that are not offered are let go.

    They may have belonged to the product that was chosen before.
    """

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options) -> None:
        super().__init__(required=False, **options)
        self.offered: dict[str, Named] = {}

    def offer(self, words: Mapping[str, Named]) -> None:
        """Let these be chosen, by their keys."""
        self.offered = dict(words)
        self.choices = [(key, word.name) for key, word in self.offered.items()]

    def clean(self, value) -> list[Named]:
        """The chosen words."""
        chosen = [self.offered[key] for key in dict.fromkeys(value or ()) if key in self.offered]
        if len(chosen) > MOST_TAGS:
            raise forms.ValidationError(_("Choose at most %(most)s.") % {"most": MOST_TAGS})
        return chosen


class TagForm(forms.Form):
    """The tags of a question, for the product with the slug in `product`."""

    topics = Tags(label=gettext_lazy("Topics"))
    access_packages = Tags(label=gettext_lazy("Access packages"))

    def __init__(self, *args, product: str | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if product is not None:
            self._offer(product)

    def _offer(self, product: str) -> None:
        topics = Topic.objects.filter(product__slug=product) if product else ()
        packages = AccessPackage.objects.select_related("area").order_by("area__name_nb", "name_nb")
        self.fields["topics"].offer({topic.slug: topic for topic in topics})
        self.fields["access_packages"].offer({package.urn: package for package in packages})

    @property
    def topic_choices(self) -> list[TagChoice]:
        """The topics, and which are chosen."""
        return self._choices("topics")

    @property
    def package_groups(self) -> list[tuple[str, list[TagChoice]]]:
        """The access packages by area, and which are chosen."""
        offered = self.fields["access_packages"].offered
        choices = self._choices("access_packages")
        return [
            (area, list(group))
            for area, group in groupby(choices, key=lambda each: offered[each.key].area.name)
        ]

    @property
    def has_packages(self) -> bool:
        """Whether an access package is chosen."""
        return any(choice.is_chosen for choice in self._choices("access_packages"))

    def _choices(self, name: str) -> list[TagChoice]:
        chosen = {str(each) for each in self[name].value() or ()}
        return [
            TagChoice(key=key, name=word.name, is_chosen=key in chosen)
            for key, word in self.fields[name].offered.items()
        ]


class AskForm(TitleForm, TagForm):
    """Everything a question needs."""

    body = Body(
        rows=10,
        label=gettext_lazy("The details"),
        help_text=gettext_lazy(
            "What are you trying to do, and what happens? Everybody can read this."
        ),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("The language you have written in"),
        choices=Language.choices,
        required=False,
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._offer(str(self["product"].value() or ""))

    def clean_body(self) -> str:
        """The text, when something is left of it."""
        return _with_words(self.cleaned_data["body"])


class _Change(forms.Form):
    """What every change of a published text carries along."""

    reason = forms.CharField(
        label=gettext_lazy("What have you changed?"),
        help_text=gettext_lazy("Only you and the moderators see this."),
        max_length=LONGEST_REASON,
        required=False,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class QuestionChangeForm(AskForm, _Change):
    """A change of one's own question."""

    field_order = ("title", "product", "body")


class AnswerChangeForm(_Change):
    """A change of an answer."""

    body = Body(rows=10, label=gettext_lazy("The answer"))
    form_key = Key()
    field_order = ("body",)

    def clean_body(self) -> str:
        """The text, when something is left of it."""
        return _with_words(self.cleaned_data["body"])


class ProfileForm(forms.ModelForm):
    """What a member says of themselves, and who may see it."""

    class Meta:
        model = Member
        fields = ("about", "shown_to_visitors")
        labels = {"about": gettext_lazy("About you")}
        help_texts = {
            "about": gettext_lazy(
                "What you work with, and what you can help others with. Everybody can read this."
            )
        }
        widgets = {"about": forms.Textarea(attrs={"rows": 3, "maxlength": 300})}

    def clean_about(self) -> str:
        """The text as it is kept."""
        return one_line(self.cleaned_data["about"], "nb")[:300]


class AnswerForm(forms.Form):
    """An answer, given as oneself or for a team one works in."""

    body = Body(
        rows=7,
        label=gettext_lazy("Your answer"),
        help_text=gettext_lazy("Everybody can read this."),
    )
    speaks_as = forms.ChoiceField(
        label=gettext_lazy("You answer as"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose who you answer as."),
            "invalid_choice": gettext_lazy("You can answer only as yourself or for your own team."),
        },
    )
    form_key = Key()

    def __init__(self, *args, user: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        teams = user.own_teams if _is_support(user) else ()
        self._teams = {str(team.pk): team for team in teams}
        if not teams:
            del self.fields["speaks_as"]
            return
        official = _("%(team)s – an official answer")
        self.fields["speaks_as"].choices = [
            (AS_MYSELF, user.display_name),
            *[(key, official % {"team": team.name}) for key, team in self._teams.items()],
        ]
        self.fields["speaks_as"].initial = AS_MYSELF

    def clean_body(self) -> str:
        """The text, when something is left of it."""
        return _with_words(self.cleaned_data["body"])

    @property
    def team(self) -> Team | None:
        """The team the answer is given for; None for oneself. Only for a valid form."""
        return self._teams.get(self.cleaned_data.get("speaks_as", ""))


def _is_support(user) -> bool:
    return user.is_authenticated and user.is_support


def _with_words(text: str) -> str:
    if not many_lines(text, "nb"):
        raise forms.ValidationError(_("Write something first."))
    return text
