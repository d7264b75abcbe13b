"""Addresses of the bridges that belong to the desk."""

from django.urls import path

from portal import case_numbers  # noqa: F401  registers the converter used below
from portal.bridges import case_views, official_views, writing_views

_CASE = "saker/<case_number:ticket_id>/"
_ANSWER = "offisielle-svar/<int:pk>/"

urlpatterns = [
    path(f"{_CASE}offentlig/", case_views.publish, name="bridge_publish"),
    path(f"{_CASE}foresla/<slug:kind>/", writing_views.propose_from_case, name="bridge_propose"),
    path("offisielle-svar/", official_views.to_confirm, name="bridge_official"),
    path(f"{_ANSWER}stemmer/", official_views.confirm, name="bridge_confirm"),
    path(f"{_ANSWER}ikke-offisielt/", official_views.withdraw_mark, name="bridge_withdraw_mark"),
]
