"""Addresses of the service model's own pages."""

from django.urls import path

from portal.rules import calendar_views, policy_views, terms_views, views

urlpatterns = [
    path("", views.rules, name="rules"),
    path("endringer/<int:change_id>/", views.change, name="rules_change"),
    path("lofter/", policy_views.promises, name="rules_promises"),
    path("varsling/", policy_views.escalations, name="rules_escalations"),
    path("vilkar/", terms_views.terms, name="rules_terms"),
    path("vilkar/ny/", terms_views.new_terms, name="rules_terms_new"),
    path("vilkar/<slug:key>/", terms_views.version, name="rules_terms_version"),
    path("kalender/<slug:name>/", calendar_views.calendar, name="rules_calendar"),
    path("kalender/<slug:name>/endre/", calendar_views.edit, name="rules_calendar_edit"),
]
