"""Addresses within the community: its house rules, and telling moderators of a post."""

from django.urls import path

from portal.moderation import flag_views, rules_views

urlpatterns = [
    path("husregler/", rules_views.house_rules, name="house_rules"),
    path("meld/<slug:kind>/<int:pk>/", flag_views.report, name="community_report"),
]
