"""How vocabulary and teams are deleted in the editors' admin."""

from __future__ import annotations

from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.generic import DeleteView

from accounts.exceptions import TeamIsNamed
from accounts.staffing import team_changing


class UnusedOnlyView(DeleteView):
    """Deletes what nothing uses; of anything else it says so, and leaves it alone."""

    def form_valid(self, form) -> HttpResponse:
        """Back to the list, either way."""
        try:
            with transaction.atomic():
                return super().form_valid(form)
        except ProtectedError:
            words = _("“%(name)s” is in use, so it cannot be deleted.")
            messages.error(self.request, words % {"name": self.object})
            return redirect(self.get_success_url())


class TeamDeleteView(UnusedOnlyView):
    """Records that those who worked in the team do so no more; keeps a team that rules name."""

    def form_valid(self, form) -> HttpResponse:
        """Back to the list, either way."""
        try:
            return super().form_valid(form)
        except TeamIsNamed as problem:
            messages.error(self.request, str(problem))
            return redirect(self.get_success_url())

    def delete_action(self) -> None:
        """Delete the team; its people are told."""
        by, now = self.request.user, timezone.now()
        with team_changing(team=self.object, people=[], by=by, now=now):
            super().delete_action()
