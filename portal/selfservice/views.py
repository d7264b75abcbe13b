"""Pages for readers."""

from django.shortcuts import render


def home(request):
    """The front page."""
    return render(request, "selfservice/home.html")
