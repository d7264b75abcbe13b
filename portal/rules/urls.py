"""Addresses of the service model's own pages."""

from django.urls import path, re_path

from portal.rules import (
    calendar_views,
    new_calendar,
    policy_views,
    renaming,
    retiring,
    terms_views,
    views,
    what_if_views,
)

urlpatterns = [
    path("", views.rules, name="rules"),
    path("endringer/<int:change_id>/", views.change, name="rules_change"),
    path("lofter/", policy_views.promises, name="rules_promises"),
    path("varsling/", policy_views.escalations, name="rules_escalations"),
    path("interne-avtaler/", policy_views.agreements, name="rules_agreements"),
    path("vilkar/", terms_views.terms, name="rules_terms"),
    path("vilkar/ny/", terms_views.new_terms, name="rules_terms_new"),
    path("vilkar/<slug:key>/", terms_views.version, name="rules_terms_version"),
    path(
        "vilkar/<slug:key>/ikke-signert.csv", terms_views.unsigned_file, name="rules_terms_unsigned"
    ),
    path("hva-om/", what_if_views.what_ifs, name="rules_what_ifs"),
    path("hva-om/<int:trial_id>/", what_if_views.what_if, name="rules_what_if"),
    path("hva-om/<int:trial_id>/alle.xlsx", what_if_views.workbook, name="rules_what_if_workbook"),
    re_path(
        r"^hva-om/(?P<trial_id>[0-9]+)/(?P<code>[-\w]+)\.(?P<kind>csv|xlsx)$",
        what_if_views.table,
        name="rules_what_if_table",
    ),
    path("kalender/ny/", new_calendar.new_calendar, name="rules_calendar_new"),
    path("kalender/<str:name>/", calendar_views.calendar, name="rules_calendar"),
    path("kalender/<str:name>/endre/", calendar_views.edit, name="rules_calendar_edit"),
    path("kalender/<str:name>/navn/", renaming.rename, name="rules_calendar_rename"),
    path("kalender/<str:name>/ut-av-bruk/", retiring.retire, name="rules_calendar_retire"),
    path("kalender/<str:name>/i-bruk/", retiring.restore, name="rules_calendar_restore"),
]
