"""Addresses of the service model's own pages."""

from django.urls import path

from portal.rules import calendar_views, policy_views, views

urlpatterns = [
    path("", views.rules, name="rules"),
    path("endringer/<int:change_id>/", views.change, name="rules_change"),
    path("lofter/", policy_views.promises, name="rules_promises"),
    path("varsling/", policy_views.escalations, name="rules_escalations"),
    path("kalender/<slug:name>/", calendar_views.calendar, name="rules_calendar"),
    path("kalender/<slug:name>/endre/", calendar_views.edit, name="rules_calendar_edit"),
]
