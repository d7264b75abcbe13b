from django.urls import path, re_path

from portal.insight import views

urlpatterns = [
    path("", views.overview, name="reports"),
    path("saker/<slug:figure>/", views.cases, name="report_cases"),
    path("<slug:purpose>/", views.report, name="report"),
    path("<slug:purpose>.xlsx", views.workbook, name="report_workbook"),
    re_path(
        r"^(?P<purpose>[-\w]+)/(?P<part>[-\w]+)/(?P<code>[-\w]+)\.(?P<kind>csv|xlsx)$",
        views.table,
        name="report_table",
    ),
]
