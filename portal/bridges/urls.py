"""Addresses of the bridges, beside those of the community."""

from django.urls import path

from portal.bridges import case_views, linking_views, proposal_views, writing_views

_QUESTION = "sporsmal/<int:pk>/"

urlpatterns = [
    path(f"{_QUESTION}til-sak/", case_views.to_case, name="bridge_to_case"),
    path(f"{_QUESTION}artikkel/", linking_views.article_of_question, name="bridge_article"),
    path(f"{_QUESTION}utkast/", writing_views.propose_from_question, name="bridge_draft"),
    path(
        "artikkel/<int:page_id>/sporsmal/",
        linking_views.questions_of_article,
        name="bridge_questions",
    ),
    path("forslag/", proposal_views.proposals, name="bridge_proposals"),
    path("forslag/<int:pk>/", proposal_views.proposal, name="bridge_proposal"),
    path("forslag/<int:pk>/avvis/", proposal_views.decline, name="bridge_decline"),
]
