"""Where benchmarks work: a folder and a database of their own, beside what is in use."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_folder() -> Iterator[Path]:
    """Set the site up with a folder of its own for what it keeps, and take that away at the end.

    Nothing of the site may have been imported before; import it within. Databases made within are
    beside the one in DATABASE_URL: on its server, or in the folder.
    """
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        os.environ["DATA_DIR"] = folder
        import django  # after the environment is as it is to be

        django.setup()
        from django.db import connection

        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "bench.sqlite3")
        yield Path(folder)


@contextmanager
def own_database() -> Iterator[None]:
    """Make an empty database with every table; it is gone at the end. Within `own_folder`."""
    from django.db import connection  # not before the site is set up

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(str(connection.settings_dict["NAME"]), verbosity=0)


@contextmanager
def as_in_use() -> Iterator[None]:
    """Let pages be asked for as on a site in use, but for hashed static files."""
    from django.conf import settings
    from django.test.utils import override_settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = {**settings.STORAGES, "staticfiles": plain}
    with override_settings(ALLOWED_HOSTS=["testserver"], STORAGES=storages, DEBUG=False):
        yield
