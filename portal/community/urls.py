"""Addresses of the community."""

from django.urls import path

from portal.community import (
    asking,
    draft_views,
    editing_views,
    feeds,
    history,
    profile,
    question_views,
    reactions,
    uploading,
    views,
    writing,
)

urlpatterns = [
    path("", views.questions, name="community"),
    path("nye.atom", feeds.newest, name="community_feed"),
    path("ubesvarte.atom", feeds.unanswered, name="community_feed_unanswered"),
    path("produkt/<slug:slug>.atom", feeds.of_product, name="community_feed_product"),
    path("sporsmal/<int:pk>/svar.atom", feeds.of_question, name="community_feed_question"),
    path("sitemap.xml", feeds.sitemap, name="community_sitemap"),
    path("sitemap-<int:part>.xml", feeds.sitemap_part, name="community_sitemap_part"),
    path("spor/", asking.ask, name="community_ask"),
    path("spor/forslag/", asking.similar, name="community_similar"),
    path("spor/emner/", asking.tags, name="community_tags"),
    path("spor/<uuid:key>/", asking.ask, name="community_ask_draft"),
    path("forhandsvis/", writing.preview, name="community_preview"),
    path("utkast/", draft_views.own, name="community_drafts"),
    path("utkast/<uuid:key>/kast/", draft_views.discard, name="community_discard_draft"),
    path("fil/<uuid:key>/", uploading.file, name="community_file"),
    path("medlem/<slug:handle>/", profile.profile, name="community_member"),
    path("min-side/", profile.edit, name="community_edit_profile"),
    path("sporsmal/<int:pk>/lurer-ogsa/", reactions.me_too, name="community_me_too"),
    path("sporsmal/<int:pk>/endre/", editing_views.edit_question, name="community_edit_question"),
    path("sporsmal/<int:pk>/emner/", editing_views.retag, name="community_retag"),
    path(
        "sporsmal/<int:pk>/trekk/",
        editing_views.withdraw_question,
        name="community_withdraw_question",
    ),
    path("sporsmal/<int:pk>/historikk/", history.of_question, name="community_question_history"),
    path("svar/<int:pk>/nyttig/", reactions.vote, name="community_vote"),
    path("svar/<int:pk>/losning/", reactions.accept, name="community_accept"),
    path("svar/<int:pk>/stemmer-fortsatt/", reactions.confirm, name="community_confirm"),
    path("svar/<int:pk>/endre/", editing_views.edit_answer, name="community_edit_answer"),
    path("svar/<int:pk>/trekk/", editing_views.withdraw_answer, name="community_withdraw_answer"),
    path("svar/<int:pk>/historikk/", history.of_answer, name="community_answer_history"),
    path("<int:pk>/<slug:slug>/", question_views.question, name="community_question"),
]
