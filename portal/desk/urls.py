from django.urls import path, register_converter

from portal.desk import case_views, new_case, views


class CaseNumber:
    """A case number such as V-00012 in an address; the id in the code."""

    regex = r"V-\d{5,12}"

    def to_python(self, value: str) -> int:
        """The id behind the number."""
        return int(value.removeprefix("V-"))

    def to_url(self, value: int) -> str:
        """The number of an id."""
        return f"V-{value:05d}"


register_converter(CaseNumber, "desk_case_number")

urlpatterns = [
    path("", views.queue, name="desk"),
    path("nye/", views.news, name="desk_news"),
    path("neste/", views.take_next, name="desk_next"),
    path("taster/", views.keys, name="desk_keys"),
    path("ny/", new_case.new_case, name="desk_new"),
    path("vedlegg/<int:attachment_id>/", case_views.attachment, name="desk_attachment"),
    path("saker/<desk_case_number:ticket_id>/", case_views.case, name="desk_case"),
    path("saker/<desk_case_number:ticket_id>/svar/", case_views.answer, name="desk_answer"),
    path("saker/<desk_case_number:ticket_id>/notat/", case_views.note, name="desk_note"),
    path("saker/<desk_case_number:ticket_id>/<slug:step>/", case_views.do_step, name="desk_step"),
]
