"""The form an article is edited by."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

if TYPE_CHECKING:
    from cms.guidance.models import ArticlePage

REVIEW_AFTER = timedelta(days=180)  # what a new article proposes


class ArticleForm(WagtailAdminPageForm):
    """An article is changed only when something in it is: else an approver becomes its writer.

    A new one proposes an owner and a day for the next review: neither may be empty,
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
        return {"review_by": timezone.localdate() + REVIEW_AFTER, "owner_team": self._owner()}

    def _owner(self) -> int | None:
        """The writer's own team, else the one that answers for most of the section's articles."""
        own = self.for_user.teams.order_by("name").first() if self.for_user else None
        if own or self.parent_page is None:
            return own and own.pk
        beside = type(self.instance).objects.child_of(self.parent_page).values_list("owner_team")
        return (
            beside.annotate(articles=Count("pk"))
            .order_by("-articles", "owner_team")
            .values_list("owner_team", flat=True)
            .first()
        )

    def clean(self) -> dict:
        """What cannot be is said at the field that has to be changed.

        The next review comes after the last one, and a translation is one version of an original,
        the only one in its language.
        """
        cleaned = super().clean()
        last, following = cleaned.get("last_reviewed"), cleaned.get("review_by")
        if last and following and following <= last:
            self.add_error("review_by", _("The next review has to come after the last one."))
        if wrong := self._not_its_original(cleaned.get("translation_of"), cleaned.get("language")):
            self.add_error("translation_of", wrong)
        return cleaned

    def _not_its_original(self, original: ArticlePage | None, language: str) -> str:
        """Why the chosen article is not one this text can be a translation of; "" when it is."""
        if original is None:
            return ""
        own = self.instance.pk
        if original.pk == own or original.translation_of_id:
            return _("Choose the original text: this article, or another translation, is none.")
        if own and self.instance.translations.exists():
            return _("Other articles are translations of this one, so it is an original itself.")
        if original.language == language:
            return _("The two are in the same language. Change the written standard of this one.")
        others = original.translations.filter(language=language).exclude(pk=own)
        if others:
            return _("That text is in this language already: %(title)s") % {
                "title": others[0].title
            }
        return ""
