"""Addresses for asking for help and following one's cases."""

from django.urls import path

from portal import case_numbers  # noqa: F401  registers the converter used below
from portal.cases import asking, case_views, sending

_CASE = "saker/<case_number:ticket_id>/"

urlpatterns = [
    path("hjelp/", asking.ask, name="ask"),
    path("hjelp/forslag/", asking.ask_lookup, name="ask_lookup"),
    path("hjelp/forslag/apne/", asking.ask_open, name="ask_open"),
    path("hjelp/lost/", asking.ask_solved, name="ask_solved"),
    path("hjelp/takk/", asking.ask_thanks, name="ask_thanks"),
    path("hjelp/<uuid:key>/", asking.ask_draft, name="ask_draft"),
    path("hjelp/<uuid:key>/forslag/", asking.ask_suggestions, name="ask_suggestions"),
    path("hjelp/<uuid:key>/opplysninger/", sending.ask_details, name="ask_details"),
    path("hjelp/<uuid:key>/sjekk/", sending.ask_check, name="ask_check"),
    path("hjelp/<uuid:key>/kast/", asking.ask_discard, name="ask_discard"),
    path("saker/", case_views.my_cases, name="my_cases"),
    path("saker/vedlegg/<int:attachment_id>/", case_views.attachment, name="my_case_file"),
    path(_CASE, case_views.my_case, name="my_case"),
    path(f"{_CASE}kvittering/", case_views.my_case_receipt, name="my_case_receipt"),
    path(f"{_CASE}svar/", case_views.reply, name="my_case_reply"),
    path(f"{_CASE}svar/kast/", case_views.discard_reply, name="my_case_discard_reply"),
    path(f"{_CASE}lost/", case_views.close, name="my_case_close"),
    path(f"{_CASE}apne-igjen/", case_views.reopen, name="my_case_reopen"),
    path(f"{_CASE}kollega/", case_views.add_colleague, name="my_case_colleague"),
]
