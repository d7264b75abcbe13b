"""Addresses of the community."""

from django.urls import path

from portal.community import asking, moderating, question_views, reactions, views, writing

urlpatterns = [
    path("", views.questions, name="community"),
    path("nye.atom", views.feed, name="community_feed"),
    path("spor/", asking.ask, name="community_ask"),
    path("spor/forslag/", asking.similar, name="community_similar"),
    path("forhandsvis/", writing.preview, name="community_preview"),
    path("sporsmal/<int:pk>/lurer-ogsa/", reactions.me_too, name="community_me_too"),
    path("sporsmal/<int:pk>/skjul/", moderating.hide_question, name="community_hide_question"),
    path("sporsmal/<int:pk>/vis/", moderating.restore_question, name="community_restore_question"),
    path("svar/<int:pk>/nyttig/", reactions.vote, name="community_vote"),
    path("svar/<int:pk>/losning/", reactions.accept, name="community_accept"),
    path("svar/<int:pk>/stemmer-fortsatt/", reactions.confirm, name="community_confirm"),
    path("svar/<int:pk>/skjul/", moderating.hide_answer, name="community_hide_answer"),
    path("svar/<int:pk>/vis/", moderating.restore_answer, name="community_restore_answer"),
    path("<int:pk>/<slug:slug>/", question_views.question, name="community_question"),
]
