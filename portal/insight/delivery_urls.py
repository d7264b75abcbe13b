from django.urls import path, re_path

from portal.insight import delivery_views as views

urlpatterns = [
    path("", views.organisations, name="delivery_reports"),
    path("<int:pk>/", views.latest, name="delivery_latest"),
    path("<int:pk>/<str:text>/", views.report, name="delivery_report"),
    path("<int:pk>/<str:text>.xlsx", views.workbook, name="delivery_workbook"),
    re_path(
        r"^(?P<pk>[0-9]+)/(?P<text>[-0-9]+)/(?P<code>[-\w]+)\.(?P<kind>csv|xlsx)$",
        views.table,
        name="delivery_table",
    ),
]
