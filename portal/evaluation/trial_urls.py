"""Addresses of the trials with and without suggestions."""

from django.urls import path, re_path

from portal.evaluation import trial_views

urlpatterns = [
    path("", trial_views.trials, name="trials"),
    path("start/", trial_views.start, name="trial_start"),
    path("<int:trial_id>/", trial_views.trial, name="trial"),
    path("<int:trial_id>/stopp/", trial_views.stop, name="trial_stop"),
    re_path(
        r"^(?P<trial_id>[0-9]{1,9})/(?P<code>[-\w]+)\.(?P<kind>csv|xlsx)$",
        trial_views.table,
        name="trial_table",
    ),
]
