"""Forms for the people who work here: an account, and what its owner does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from accounts.duties import Duties
from accounts.exceptions import LeadsOtherTeam
from accounts.forms import NAME_ERRORS, PersonNameField
from accounts.models import Language, Team
from accounts.roles import Group
from portal.account.forms import AddressField, AnyNumberField, check_no_identity_number

ROLE_HELP = {
    Group.MODERATOR: _("keeps the community useful: hides posts, restores them, joins questions"),
    Group.EDITOR: _("writes guidance and teaches the search; a second editor approves"),
    Group.MANAGER: _("reads reports and every ordinary case, and sets the service model"),
    Group.ADMINISTRATOR: _(
        "decides who works here, looks after vocabulary and operations, and does what moderators "
        "and managers do"
    ),
}


@dataclass(frozen=True, kw_only=True)
class TeamLine:
    """A team in the form, with its two boxes."""

    team: Team
    member: BoundWidget
    lead: BoundWidget


class DutiesForm(forms.Form):
    """The roles somebody has, the teams they work in and those they lead.

    `seen` is the latest change that was known when the form was made.
    """

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    groups = AnyNumberField(label=_("Roles"))
    teams = AnyNumberField(
        label=_("Teams"),
        help_text=_(
            "Who works in a team sees its cases at once. Open cases that somebody may not work on "
            "any more go back to their team, free to take."
        ),
    )
    leads = AnyNumberField(label=_("Leads"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._teams = list(Team.objects.select_related("lead"))
        slugs = [(team.slug, team.name) for team in self._teams]
        self.fields["teams"].choices = self.fields["leads"].choices = slugs
        self.fields["groups"].choices = [
            (group.value, f"{group.label} – {ROLE_HELP[group]}") for group in Group
        ]

    def team_lines(self) -> Iterator[TeamLine]:
        """Each team with its boxes, the first line first."""
        for team, member, lead in zip(self._teams, self["teams"], self["leads"], strict=True):
            yield TeamLine(team=team, member=member, lead=lead)

    def clean(self) -> dict:
        """One leads only a team one works in."""
        data = super().clean()
        if set(data.get("leads", ())) - set(data.get("teams", ())):
            self.add_error("teams", LeadsOtherTeam.sentence)
        return data

    @property
    def duties(self) -> Duties:
        """What was chosen."""
        data = self.cleaned_data
        return Duties(**{name: frozenset(data[name]) for name in ("groups", "teams", "leads")})


def initial_of(duties: Duties, seen: int) -> dict:
    """What the form begins with for somebody who has these."""
    return {
        "seen": seen,
        "groups": list(duties.groups),
        "teams": list(duties.teams),
        "leads": list(duties.leads),
    }


class NewPersonForm(DutiesForm):
    """Somebody who is to work here and has no account yet."""

    name = PersonNameField(
        label=_("Name"),
        validators=[check_no_identity_number],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={**NAME_ERRORS, "required": _("Write the name.")},
    )
    email = AddressField(
        autocomplete="off", help_text=_("The mail goes here, and one signs in with it.")
    )
    language = forms.ChoiceField(
        label=_("Language of pages and mail"),
        choices=Language.choices,
        widget=forms.Select(attrs={"class": "ds-input"}),
        help_text=_("The person can change it themselves."),
    )
    field_order = ["name", "email", "language", "groups", "teams", "leads"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["seen"]
