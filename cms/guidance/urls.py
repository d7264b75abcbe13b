"""Addresses of feedback on articles; the site that includes them hands over `too_many`."""

from django.urls import re_path

from cms.guidance import views

# No article has a longer number; databases refuse to compare far longer ones.
_ARTICLE = r"^(?P<article_id>[0-9]{1,12})/"

urlpatterns = [
    re_path(rf"{_ARTICLE}$", views.page_feedback, name="page_feedback"),
    re_path(
        rf"{_ARTICLE}takk/(?P<useful>ja|nei)/$",
        views.page_feedback_thanks,
        name="page_feedback_thanks",
    ),
    re_path(rf"{_ARTICLE}liste/$", views.page_feedback_list, name="page_feedback_list"),
]
