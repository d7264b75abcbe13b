"""What we add to Wagtail's admin."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from cms.guidance.models import closed_paths, sees_drafts
from cms.guidance.reports import FeedbackReport, GuidancePanel, ReviewReport
from cms.guidance.viewsets import PeopleGroup, VocabularyGroup


@hooks.register("register_admin_viewset")
def register_vocabulary() -> list:
    """The shared vocabulary, teams and organisations."""
    return [VocabularyGroup(), PeopleGroup()]


@hooks.register("register_admin_urls")
def register_reports() -> list:
    """Addresses of our reports."""
    return [
        path("rapporter/revisjon/", ReviewReport.as_view(), name="guidance_review_report"),
        path(
            "rapporter/revisjon/resultat/",
            ReviewReport.as_view(results_only=True),
            name="guidance_review_report_results",
        ),
        path(
            "rapporter/tilbakemeldinger/",
            FeedbackReport.as_view(),
            name="guidance_feedback_report",
        ),
        path(
            "rapporter/tilbakemeldinger/resultat/",
            FeedbackReport.as_view(results_only=True),
            name="guidance_feedback_report_results",
        ),
    ]


@hooks.register("register_reports_menu_item")
def review_report_menu_item() -> MenuItem:
    """Review dates in the menu of reports."""
    return MenuItem(
        _("Review dates"),
        reverse("guidance_review_report"),
        name="review-dates",
        icon_name="calendar-check",
        order=100,
    )


@hooks.register("register_reports_menu_item")
def feedback_report_menu_item() -> MenuItem:
    """Feedback from readers in the menu of reports."""
    return MenuItem(
        _("Feedback from readers"),
        reverse("guidance_feedback_report"),
        name="page-feedback",
        icon_name="comment",
        order=110,
    )


@hooks.register("insert_global_admin_css")
def add_styles() -> SafeString:
    """What the admin's own styles lack."""
    return format_html('<link rel="stylesheet" href="{}">', static("guidance/admin.css"))


@hooks.register("construct_homepage_panels")
def add_guidance_panel(request, panels: list) -> None:
    """The state of the guidance on the editors' front page."""
    panels.append(GuidancePanel())


@hooks.register("construct_help_menu")
def leave_out_wagtails_news(request, items: list) -> None:
    """Wagtail's own news and guide are for those who build sites, and in English."""
    items[:] = [item for item in items if item.name == "keyboard-shortcuts-trigger"]


@hooks.register("construct_reports_menu")
def leave_out_ageing_pages(request, items: list) -> None:
    """How old a page is says little; the review dates tell which ones have to be read again."""
    items[:] = [item for item in items if item.name != "aging-pages"]


@hooks.register("on_serve_page", order=-1)
def decide_for_who_is_signed_in(serve: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show or refuse a page that is kept for some, as lists and search do.

    Wagtail would lead everybody it refuses to the sign-in page, and whoever is signed in back again
    from there, without end.
    """

    def inner(page: Page, request: HttpRequest, args: list, kwargs: dict) -> HttpResponse:
        user = request.user
        if sees_drafts(user):
            return page.serve(request, *args, **kwargs)
        if user.is_authenticated and page.path.startswith(tuple(closed_paths(user))):
            raise PermissionDenied
        return serve(page, request, args, kwargs)

    return inner
