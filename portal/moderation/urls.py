"""Addresses of the moderators' pages."""

from django.urls import path

from portal.moderation import log_views, member_views, queue_views, step_views

urlpatterns = [
    path("", queue_views.queue, name="moderation"),
    path("logg/", log_views.log, name="moderation_log"),
    path("logg/<int:pk>/angre/", log_views.undo_event, name="moderation_undo"),
    path("medlem/<int:pk>/", member_views.member, name="moderation_member"),
    path("medlem/<int:pk>/<slug:step>/", member_views.step, name="moderation_member_step"),
    path("<slug:kind>/<int:pk>/", step_views.post, name="moderation_post"),
    path("<slug:kind>/<int:pk>/<slug:path>/", step_views.step, name="moderation_step"),
]
