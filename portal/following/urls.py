"""Addresses of what people are told, and of how they choose it."""

from django.urls import path

from portal.following import digest, notices, stopping, threads

urlpatterns = [
    path("", notices.own_notices, name="notices"),
    path("lest/", notices.mark_all, name="notices_read_all"),
    path("<int:pk>/lest/", notices.mark_one, name="notice_read"),
    path("folg/<int:pk>/", threads.follow, name="follow_question"),
    path("sammendrag/", digest.choose, name="digest"),
    path("sammendrag/stopp/", digest.stop, name="digest_stop"),
    path("stopp/<str:token>/", stopping.stop, name="stop_mail"),
]
