"""Addresses for asking for help and following one's cases."""

from django.urls import path

from portal import case_numbers  # noqa: F401  registers the converter used below
from portal.selfservice.views import home

urlpatterns = [
    path("hjelp/", home, name="ask"),
    path("saker/", home, name="my_cases"),
    path("saker/<case_number:ticket_id>/", home, name="my_case"),
]
