"""Every change of what the search is taught, also of what was removed since."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import ModelLogEntry

from cms.search_tools.changes import content_types
from cms.search_tools.views import may_see_words


class ChangesReport(ReportView):
    """Who changed what, newest first."""

    model = ModelLogEntry
    page_title = _("Changes in the search tools")
    header_icon = "history"
    index_url_name = "search_tools_changes"
    index_results_url_name = "search_tools_changes_results"
    default_ordering = "-timestamp"
    verbose_name, verbose_name_plural = _("change"), _("changes")
    columns = [
        Column("content_type", label=_("List"), accessor="content_type.name"),
        Column("message", label=_("What")),
        Column("user_display_name", label=_("Changed by")),
        DateColumn("timestamp", label=_("When"), sort_key="timestamp"),
    ]
    list_export = []

    def dispatch(self, request, *args, **kwargs):
        """Let those in who may see the words."""
        if not may_see_words(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[ModelLogEntry]:
        """The entries about the three lists."""
        rows = ModelLogEntry.objects.filter(content_type__in=content_types())
        return rows.select_related("user", "content_type")
