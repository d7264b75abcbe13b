"""Addresses of the bridges, beside those of the community."""

from django.urls import path

from portal import case_numbers  # noqa: F401  registers the converter used below
from portal.bridges import case_views, linking_views, official_views, proposal_views

_CASE = "<case_number:ticket_id>"

urlpatterns = [
    path("sporsmal/<int:pk>/til-sak/", case_views.to_case, name="bridge_to_case"),
    path("sporsmal/<int:pk>/artikkel/", linking_views.article_of_question, name="bridge_article"),
    path("sporsmal/<int:pk>/utkast/", proposal_views.propose_from_question, name="bridge_draft"),
    path(
        "artikkel/<int:page_id>/sporsmal/",
        linking_views.questions_of_article,
        name="bridge_questions",
    ),
    path(f"oppgaver/{_CASE}/svar/", case_views.publish, name="bridge_publish"),
    path(f"fra-sak/{_CASE}/<slug:kind>/", proposal_views.propose_from_case, name="bridge_propose"),
    path("forslag/", proposal_views.proposals, name="bridge_proposals"),
    path("forslag/<int:pk>/", proposal_views.proposal, name="bridge_proposal"),
    path("forslag/<int:pk>/avvis/", proposal_views.decline, name="bridge_decline"),
    path("offisielle-svar/", official_views.to_confirm, name="bridge_official"),
    path("offisielle-svar/<int:pk>/stemmer/", official_views.confirm, name="bridge_confirm"),
    path(
        "offisielle-svar/<int:pk>/ikke-offisielt/",
        official_views.withdraw_mark,
        name="bridge_withdraw_mark",
    ),
]
