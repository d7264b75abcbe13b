"""What a command of the search says when it cannot go on."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError

from search.contract import SearchError


@contextmanager
def faults_told() -> Iterator[None]:
    """Say in a sentence what is wrong with the engine or the disk; a broken pipe is neither."""
    try:
        yield
    except SearchError as error:
        raise CommandError(f"{error}.") from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(f"The search index cannot be read or written: {error}.") from error
