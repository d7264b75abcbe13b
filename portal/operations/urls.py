from django.urls import path

from portal.selfservice.views import home

urlpatterns = [
    path("", home, name="operations"),
]
