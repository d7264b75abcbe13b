from django.urls import path, re_path

from portal.insight import closed, explaining, views

urlpatterns = [
    path("", views.overview, name="reports"),
    path("saker/<slug:figure>/", views.cases, name="report_cases"),
    path("lukkede-maneder/", closed.months, name="report_months"),
    path("lukkede-maneder/<str:text>/", closed.month, name="report_month"),
    path("brudd/<int:ticket>/<slug:kind>/<int:number>/", explaining.breach, name="report_breach"),
    path("<slug:purpose>/", views.report, name="report"),
    path("<slug:purpose>.xlsx", views.workbook, name="report_workbook"),
    re_path(
        r"^(?P<purpose>[-\w]+)/(?P<part>[-\w]+)/(?P<code>[-\w]+)\.(?P<kind>csv|xlsx)$",
        views.table,
        name="report_table",
    ),
]
