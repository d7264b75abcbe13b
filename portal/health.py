"""Whether the site can serve: for load balancers and for `./run`."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache


def _database() -> str:
    """ "ok", "not migrated" or "away"."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "away"
    return "not migrated" if pending else "ok"


@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served, else 503; each part says how it is."""
    parts = {"database": _database()}
    healthy = parts["database"] == "ok"
    return JsonResponse({"healthy": healthy, **parts}, status=200 if healthy else 503)
