"""Every address of the site. Each area of the portal lists its own."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as wagtaildocs_urls

from cms.guidance.account import OwnSettingsView
from cms.guidance.privacy import PrivacyView
from portal.account.sign_in import editors_door
from portal.community.feeds import robots
from portal.health import health
from portal.language import set_language
from portal.limits import too_many

editors_review_dates = require_admin_access(
    RedirectView.as_view(pattern_name="guidance_review_report")
)

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.server_error"

urlpatterns = [
    path("health/", health, name="health"),
    path("robots.txt", robots, name="robots"),
    path("language/", set_language, name="set_language"),
    path("", include("portal.selfservice.urls")),
    path("", include("portal.cases.urls")),
    path("", include("portal.oversight.urls")),
    path("community/", include("portal.bridges.urls")),
    path("community/", include("portal.moderation.community_urls")),
    path("community/", include("portal.community.urls")),
    path("moderering/", include("portal.moderation.urls")),
    path("konto/", include("portal.account.urls")),
    path("varsler/", include("portal.following.urls")),
    path("desk/", include("portal.bridges.desk_urls")),
    path("desk/", include("portal.desk.urls")),
    path("rapporter/", include("portal.insight.urls")),
    path("forsok/", include("portal.evaluation.trial_urls")),
    path("treffsikkerhet/", include("portal.evaluation.urls")),
    path("leveranserapporter/", include("portal.insight.delivery_urls")),
    path("tjenestemodell/", include("portal.rules.urls")),
    path("drift/", include("portal.operations.urls")),
    path("tilbakemelding/", include("cms.guidance.urls"), {"too_many": too_many}),
    # One door only: the limits on guessing passwords and the e-mail check are at ours.
    path("cms-admin/login/", editors_door, name="editors_door"),
    path("cms-admin/pages/<int:page_id>/privacy/", require_admin_access(PrivacyView.as_view())),
    path("cms-admin/account/", require_admin_access(OwnSettingsView.as_view())),
    # How old a page is says little; the review dates tell which ones have to be read again.
    re_path(r"^cms-admin/reports/aging-pages/", editors_review_dates),
    path("cms-admin/", include(wagtailadmin_urls)),
    path("dokumenter/", include(wagtaildocs_urls)),
    # Pictures of articles; nothing else under MEDIA_ROOT has an address.
    re_path(
        r"^media/(?P<path>(?:images|original_images)/[^/]+)$",
        serve,
        {"document_root": settings.MEDIA_ROOT},
    ),
    path("veiledning/", include(wagtail_urls)),
]
