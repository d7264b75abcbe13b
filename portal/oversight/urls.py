"""Addresses for looking into the work afterwards."""

from django.urls import path

from portal import case_numbers  # noqa: F401  registers the converter used below
from portal.oversight import assessing, rating, reviewing

_CASE = "saker/<case_number:ticket_id>/"

urlpatterns = [
    path(f"{_CASE}tilfredshet/", rating.rate_case, name="rate_case"),
    path(f"{_CASE}vurdering/", assessing.assess_case, name="assess_case"),
    path("gjennomgang/", reviewing.samples, name="reviews"),
    path("gjennomgang/trekk/", reviewing.draw, name="review_draw"),
    path("gjennomgang/<int:sample_id>/", reviewing.sample, name="review_sample"),
    path("gjennomgang/svar/<int:answer_id>/", reviewing.answer, name="review_answer"),
]
