from django.urls import path

from portal.insight import views

urlpatterns = [
    path("", views.overview, name="reports"),
    path("saker/<slug:figure>/", views.cases, name="report_cases"),
    path("<slug:purpose>/", views.report, name="report"),
    path("<slug:purpose>/<slug:code>.csv", views.table, name="report_table"),
]
