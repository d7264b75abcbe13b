"""Addresses of the pages for readers."""

from django.urls import path

from portal.selfservice import views

urlpatterns = [
    path("", views.home, name="home"),
    path("sok/", views.home, name="search"),
    path("betjening/", views.home, name="service"),
    path("tilgjengelighet/", views.home, name="accessibility"),
    path("personvern/", views.home, name="privacy"),
]
