"""Addresses of feedback on articles; the site that includes them hands over `too_many`."""

from django.urls import path, re_path

from cms.guidance import views

urlpatterns = [
    path("<int:article_id>/", views.page_feedback, name="page_feedback"),
    re_path(
        r"^(?P<article_id>\d+)/takk/(?P<useful>ja|nei)/$",
        views.page_feedback_thanks,
        name="page_feedback_thanks",
    ),
    path("<int:article_id>/liste/", views.page_feedback_list, name="page_feedback_list"),
]
