"""Changing rules with open eyes: write, look at what it does, give a reason, change.

What every editor of rules has in common. An editor brings its forms, its template and what it shows
of a draft; the rest, and what may go wrong on the way, is the same everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.rules.effect import effect, move_rows
from portal.rules.past_months import MonthsForm, begin
from portal.selfservice.promises import day_words
from portal.templatetags.design import lead_in
from triage.sla.calendar import calendar_to_json
from triage.sla.policy import PolicyError, policy_to_json
from triage.sla.service_model import ServiceModel
from triage.tickets.foreseeing import Foreseen, foresee
from triage.tickets.models import RuleChange
from triage.tickets.rule_changes import change_rules

LOOK, CHANGE, TRY_ON_MONTHS = "look", "change", "try_on_months"
LONGEST_WAIT = timedelta(days=730)
DIFFERENT = gettext_lazy("Look at what changes first: something is different now.")


class ConfirmForm(forms.Form):
    """Why the rules are changed, and for which cases."""

    OPEN, NEW = "open", "new"

    cases = forms.ChoiceField(
        label=gettext_lazy("Which cases get the new rules?"),
        choices=[
            (OPEN, gettext_lazy("Open cases and new ones")),
            (NEW, gettext_lazy("Only cases that come in afterwards")),
        ],
        widget=forms.RadioSelect,
        initial=OPEN,
    )
    begins = forms.DateField(
        label=gettext_lazy("From which day?"),
        help_text=gettext_lazy("Empty means from now. A later day begins at midnight."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why are the rules changed?"),
        help_text=gettext_lazy("Stands in the history, for those who ask later."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write why the rules are changed.")},
    )

    def clean_begins(self) -> datetime | None:
        """Midnight of a day to come, by the portal's clock; None for now."""
        day = self.cleaned_data["begins"]
        if day is None or day == timezone.localdate():
            return None
        if not timezone.localdate() < day <= timezone.localdate() + LONGEST_WAIT:
            raise ValidationError(_("Choose a day within the next two years, or none for now."))
        return datetime.combine(day, time(), timezone.get_default_timezone())


class RuleForms(Protocol):
    """The forms of an editor together."""

    def is_valid(self) -> bool:
        """Whether everything can be read and makes rules that can be used."""

    def draft(self) -> ServiceModel:
        """The rules in force with what was written; only of valid forms."""

    def refuse(self, sentence: str) -> None:
        """Say what is wrong with the whole."""

    def errors(self) -> list[tuple[str, str]]:
        """The id of each field that is wrong ("" for the whole), and what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Editor:
    """One page on which rules are changed. `model` is in force; `looked_at` shows a draft.

    `decides_deadlines` says that what is written can be tried on past months.
    """

    template: str
    model: ServiceModel
    forms: RuleForms
    unchanged: str
    looked_at: Callable[[ServiceModel], dict[str, Any]]
    decides_deadlines: bool = True
    context: dict[str, Any] = field(default_factory=dict)


def answer(request: HttpRequest, editor: Editor, now: datetime) -> HttpResponse:
    """What a sent form leads to: errors, a look at what changes, or the change itself."""
    if not editor.forms.is_valid():
        return show(request, editor, status=422)
    draft = editor.forms.draft()
    if is_same(draft, editor.model):
        editor.forms.refuse(editor.unchanged)
        return show(request, editor, status=422)
    months = MonthsForm(request.POST, now=now)
    if request.POST.get("step") == TRY_ON_MONTHS and months.is_valid():
        base = editor.model.version_id
        return begin(request, draft, base=base, period=months.period, now=now)
    seen = foresee(draft, now=now)
    look = _Look(request, editor, draft, seen, now)
    if request.POST.get("step") != CHANGE:
        return look.show(ConfirmForm(), 200)
    if look.is_other_than(request.POST):
        messages.warning(request, DIFFERENT)
        return look.show(ConfirmForm(), 409)
    confirm = ConfirmForm(request.POST)
    if not confirm.is_valid():
        return look.show(confirm, 422)
    try:
        change = _change(look, confirm)
    except (ValidationError, PolicyError) as error:
        confirm.add_error(None, _sentence(error))
        return look.show(confirm, 409)
    begins = confirm.cleaned_data["begins"]
    said = _("The rules are changed.")
    if begins is not None:
        said = _("The new rules begin on %(day)s.") % {"day": day_words(begins.date())}
    messages.success(request, said)
    return redirect("rules_change", change_id=change.pk)


def opened(
    request: HttpRequest, editor: Editor, kept: QueryDict | None, now: datetime
) -> HttpResponse:
    """The page when one comes to it; `kept` is what was sent as the session had ended.

    Whoever had come to the last step comes back to it, with reason and day as written, and is
    told when it is no longer what they looked at.
    """
    if kept is None or kept.get("step") != CHANGE or not editor.forms.is_valid():
        return show(request, editor)
    draft = editor.forms.draft()
    if is_same(draft, editor.model):
        return show(request, editor)
    look = _Look(request, editor, draft, foresee(draft, now=now), now)
    if look.is_other_than(kept):
        messages.warning(request, DIFFERENT)
    return look.show(ConfirmForm(initial=kept.dict()), 200)


def show(request: HttpRequest, editor: Editor, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of the editor as it stands."""
    context = {"forms": editor.forms, "errors": editor.forms.errors(), **editor.context, **more}
    return render(request, editor.template, context, status=status)


def is_same(draft: ServiceModel, model: ServiceModel) -> bool:
    """Whether a draft holds nothing new."""
    return draft.policy == model.policy and draft.calendars == model.calendars


def errors_of(*some: forms.BaseForm) -> list[tuple[str, str]]:
    """What is wrong in forms and where, for the summary that takes focus."""
    found: list[tuple[str, str]] = []
    for form in some:
        for name, errors in form.errors.items() if form.is_bound else ():
            address, field = _place(form, name)
            found += [(address, f"{field} {error}".strip()) for error in errors]
    return found


def _place(form: forms.BaseForm, name: str) -> tuple[str, str]:
    """The id of a field and the words that lead from its label to what is wrong with it."""
    if name == "__all__":
        return "", ""
    field = form[name]
    return field.id_for_label or f"{field.auto_id}_group", lead_in(field.label)


@dataclass(frozen=True)
class _Look:
    """A draft that is looked at, and what it is seen to do."""

    request: HttpRequest
    editor: Editor
    draft: ServiceModel
    seen: Foreseen
    now: datetime

    @property
    def fingerprint(self) -> str:
        """Tells whether the draft, and what it is compared with, are what was looked at."""
        calendars = {name: calendar_to_json(each) for name, each in self.draft.calendars.items()}
        written = [self.editor.model.version_id, policy_to_json(self.draft.policy), calendars]
        return sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()

    def is_other_than(self, sent: QueryDict) -> bool:
        """Whether the last step was sent from a look at something else."""
        return sent.get("seen") != self.fingerprint

    def show(self, confirm: ConfirmForm, status: int) -> HttpResponse:
        """The page with what the draft does."""
        return show(
            self.request,
            self.editor,
            status=status,
            errors=[*self.editor.forms.errors(), *errors_of(confirm)],
            effect=effect(self.seen.as_data()),
            moves=move_rows(self.seen.largest, self.request.user, self.now),
            confirm=confirm,
            months=MonthsForm(now=self.now) if self.editor.decides_deadlines else None,
            seen=self.fingerprint,
            **self.editor.looked_at(self.draft),
        )


def _change(look: _Look, confirm: ConfirmForm) -> RuleChange:
    return change_rules(
        look.draft,
        before=look.editor.model.version_id,
        reason=confirm.cleaned_data["reason"],
        by=look.request.user,
        now=look.now,
        for_open_cases=confirm.cleaned_data["cases"] == ConfirmForm.OPEN,
        foreseen=look.seen,
        begins=confirm.cleaned_data["begins"],
    )


def _sentence(error: ValidationError | PolicyError) -> ValidationError | str:
    """What a person can do about it; what is wrong with a policy is told in the words of data."""
    if isinstance(error, ValidationError):
        return error
    return _("These rules name something that no longer exists, such as a team. Change that first.")
