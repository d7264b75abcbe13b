"""Addresses of the bridges, beside those of the community."""

from django.urls import path

urlpatterns = []
