"""Addresses of the pages on how good the guesses are."""

from django.urls import path, re_path

from portal.evaluation import views

urlpatterns = [
    path("", views.overview, name="evaluation"),
    path("<slug:page>/", views.target, name="evaluation_target"),
    re_path(
        r"^(?P<page>[-\w]+)/(?P<code>[-\w]+)\.(?P<kind>csv|xlsx)$",
        views.table,
        name="evaluation_table",
    ),
]
