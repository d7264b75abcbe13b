from django.urls import path

from portal.operations import classifier_views, people_views, views

urlpatterns = [
    path("", views.overview, name="operations"),
    path("post/", views.mail_list, name="operations_mails"),
    path("post/<int:mail_id>/", views.mail, name="operations_mail"),
    path("personer/", people_views.people_list, name="operations_people"),
    path("personer/ny/", people_views.new_person, name="operations_person_new"),
    path("personer/<int:person_id>/", people_views.person, name="operations_person"),
    path(
        "personer/<int:person_id>/steng/", people_views.close_person, name="operations_person_close"
    ),
    path("personer/<int:person_id>/apne/", people_views.open_person, name="operations_person_open"),
    path("personer/<int:person_id>/lenke/", people_views.send_link, name="operations_person_link"),
    path("utgaende/<slug:topic>/igjen/", views.try_topic_again, name="operations_try_topic"),
    path("oppgaver/<uuid:task_id>/igjen/", views.try_task_again, name="operations_try_task"),
    path("klassifisering/", classifier_views.overview, name="operations_classifier"),
    path("klassifisering/bruk/", classifier_views.use, name="operations_classifier_use"),
    path("sokeindeks/bygg/", views.rebuild, name="operations_rebuild"),
]
