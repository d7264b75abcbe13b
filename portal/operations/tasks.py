"""What an administrator sets going and the worker does."""

from __future__ import annotations

import structlog
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from search import indexing

log = structlog.get_logger(__name__)


@task()
def rebuild_index() -> int:
    """Build the search index anew beside the old one; returns the number of documents."""
    count = indexing.rebuild()
    log.info("search index rebuilt", documents=count)
    return count


def rebuild_is_planned() -> bool:
    """Whether a rebuild waits or runs already."""
    return DBTaskResult.objects.filter(
        task_path=rebuild_index.module_path,
        status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING],
    ).exists()
