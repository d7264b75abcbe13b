"""Pages for what went wrong: what happened, what was kept, what to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def words_of(path: str) -> str:
    """The words in an address, to search for when the page is missing."""
    last = [part for part in path.split("/") if part][-1:] or [""]
    return " ".join(last[0].replace("_", "-").split("-"))[:100]


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A missing page, with a search for the words in its address."""
    return render(request, "errors/404.html", {"words": words_of(request.path)}, status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page this person may not see."""
    reason = str(exception or "")
    return render(request, "errors/403.html", {"reason": reason}, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request we could not make sense of."""
    return render(request, "errors/400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our own fault; drawn without the database, which may be what failed."""
    return render(None, "errors/500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent from an expired page: what was written is shown so that nothing is lost."""
    kept = [
        value
        for key, values in request.POST.lists()
        if key not in ("csrfmiddlewaretoken", "password", "password1", "password2", "login")
        for value in values
        if len(value) > 20
    ]
    return render(request, "errors/csrf.html", {"kept": kept}, status=403)
