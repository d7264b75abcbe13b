from django.urls import include, path

from portal.selfservice.views import home

urlpatterns = [
    path("meg/", home, name="account"),
    path("", include("allauth.account.urls")),
]
