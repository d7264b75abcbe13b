"""The form an article is edited by."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

REVIEW_AFTER = timedelta(days=180)  # what a new article proposes


class ArticleForm(WagtailAdminPageForm):
    """An article is changed only when something in it is: else an approver becomes its writer.

    A new one proposes the writer's own team and a day for the next review: neither may be empty,
    so that without them there would be no draft, and no preview, until somebody had thought of it.
    """

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # Django compares a field whose default is a function with a hidden copy of it, which
        # Wagtail's pages do not have; the field then always counts as changed.
        self.fields["last_reviewed"].show_hidden_initial = False
        if self.instance.pk is None:
            self.initial.update(self._proposed())

    def _proposed(self) -> dict[str, object]:
        today = timezone.localdate()
        own = self.for_user.teams.order_by("name").first() if self.for_user else None
        return {"review_by": today + REVIEW_AFTER, "owner_team": own and own.pk}

    def clean(self) -> dict:
        """The next review comes after the last one; said at the field that has to be changed."""
        cleaned = super().clean()
        last, following = cleaned.get("last_reviewed"), cleaned.get("review_by")
        if last and following and following <= last:
            self.add_error("review_by", _("The next review has to come after the last one."))
        return cleaned
