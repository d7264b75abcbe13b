"""Addresses of the community."""

from django.urls import path

from portal.selfservice.views import home

urlpatterns = [
    path("", home, name="community"),
    path("spor/", home, name="community_ask"),
    path("<int:pk>/<slug:slug>/", home, name="community_question"),
]
