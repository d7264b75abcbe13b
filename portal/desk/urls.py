from django.urls import path

from portal import case_numbers  # noqa: F401  registers the converter used below
from portal.desk import case_views, labelling, new_case, own_views, several, views

urlpatterns = [
    path("", views.queue, name="desk"),
    path("nye/", views.news, name="desk_news"),
    path("neste/", views.take_next, name="desk_next"),
    path("taster/", views.keys, name="desk_keys"),
    path("flere/", several.several, name="desk_several"),
    path("ny/", new_case.new_case, name="desk_new"),
    path("visninger/ny/", own_views.name_view, name="desk_view_new"),
    path("visninger/<int:pk>/", own_views.change_view, name="desk_view"),
    path("visninger/<int:pk>/slett/", own_views.delete_view, name="desk_view_delete"),
    path("merking/", labelling.labelling_list, name="desk_labelling"),
    path("merking/angre/", labelling.take_back, name="desk_label_back"),
    path("merking/<slug:page>/", labelling.labelling_list, name="desk_labelling_of"),
    path("merking/<slug:page>/<int:prediction_id>/", labelling.label, name="desk_label"),
    path("vedlegg/<int:attachment_id>/", case_views.attachment, name="desk_attachment"),
    path("saker/<case_number:ticket_id>/", case_views.case, name="desk_case"),
    path("saker/<case_number:ticket_id>/svar/", case_views.answer, name="desk_answer"),
    path("saker/<case_number:ticket_id>/notat/", case_views.note, name="desk_note"),
    path("saker/<case_number:ticket_id>/<slug:step>/", case_views.do_step, name="desk_step"),
]
