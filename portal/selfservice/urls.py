"""Addresses of the pages for readers."""

from django.urls import path

from portal.selfservice import opening, search_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("sok/", search_views.search_page, name="search"),
    path("sok/forslag/", search_views.suggestions, name="search_suggestions"),
    path("sok/til/<str:sealed>/", opening.open_hit, name="search_open"),
    path("betjening/", views.service, name="service"),
    path("tilgjengelighet/", views.accessibility, name="accessibility"),
    path("personvern/", views.privacy, name="privacy"),
]
