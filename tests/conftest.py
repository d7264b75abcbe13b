"""What every test shares: the `--thorough` option and the settings of a test run."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our own option."""
    parser.addoption(
        "--thorough",
        action="store_true",
        default=False,
        help="run the long versions: many kills, many random cases",
    )


@pytest.fixture
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether the long versions were asked for."""
    return request.config.getoption("--thorough")


@pytest.fixture(autouse=True)
def _plain_settings(settings, tmp_path):
    """Own folders, unhashed static files, quick passwords and an own cache for each test."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SEARCH_INDEX_DIR = tmp_path / "search-index"
    settings.CLASSIFIER_DIR = tmp_path / "classifier"
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media"},
        },
        "attachments": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "attachments"},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
