"""A site that stays for several tests, for what takes long to build and does not wear out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import override_settings

from tests.restoring import kept_until_the_end
from tests.shared_database import in_a_file


@contextmanager
def kept_site(folder: Path, blocker) -> Iterator[dict[str, object]]:
    """A database that stays, with the settings that go with it: for those who write within.

    Tests have to take over the settings, because each begins with a folder of its own.
    """
    settings = _settings(folder)
    with (
        blocker.unblock(),
        in_a_file(folder),
        override_settings(**settings),
        pytest.MonkeyPatch.context() as monkeypatch,
        kept_until_the_end(monkeypatch),
    ):
        yield settings


def take_over(settings, kept: dict[str, object]) -> None:
    """Let a test have the settings of the site."""
    for name, value in kept.items():
        setattr(settings, name, value)


def _settings(folder: Path) -> dict[str, object]:
    """Those that `tests.conftest` sets anew for each test."""

    def files(name: str) -> dict[str, object]:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder / name},
        }

    return {
        "DATA_DIR": folder,
        "SEARCH_INDEX_DIR": folder / "search-index",
        "CLASSIFIER_DIR": folder / "classifier",
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "STORAGES": {
            "default": files("media"),
            "attachments": files("attachments"),
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    }
