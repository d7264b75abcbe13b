"""What every test shares: the `--thorough` option and the settings of a test run."""

import gc
import os
from datetime import datetime, timedelta

import hypothesis
import pytest
from django.conf import settings as settings_of_the_site
from django.core.files.storage import storages
from django.utils import translation
from hypothesis.internal.conjecture import providers

from portal.limiting import counting
from tests import questions
from tests.browser import (  # noqa: F401  shared by browser tests
    chromium,
    file_database,
    live_server,
    running_chromium,
)
from tests.ready_database import start_from_migrated
from tests.restoring import restore_after_commits
from tests.together import keep_together


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our own option."""
    parser.addoption(
        "--thorough",
        action="store_true",
        default=False,
        help="run the long versions: many kills, many random cases",
    )
    parser.addoption(
        "--touching-database",
        action="store_true",
        default=False,
        help="leave out the tests that use no database, or a browser: for another database",
    )
    parser.addoption(
        "--take-down-questions",
        action="store_true",
        default=False,
        help="take down what each test asks the database, for --new-questions",
    )
    parser.addoption(
        "--new-questions",
        action="store_true",
        default=False,
        help="leave out the tests that ask only what others have asked (tests/questions.py)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Draw the same examples in every run, and never time them; others with --thorough.

    Hypothesis mixes in numbers and words of whatever modules are loaded: left out, so that the
    examples do not hang on what else is tested, or on code that has nothing to do with them.
    """
    thorough = config.getoption("--thorough")
    hypothesis.settings.register_profile(
        "ours",
        derandomize=not thorough,
        deadline=None,
        database=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("ours")
    if not thorough:
        providers._get_local_constants = lambda: providers._local_constants
    if config.getoption("--take-down-questions"):
        _take_down_questions(config)


def _take_down_questions(config: pytest.Config) -> None:
    """In the process that hands out the work drop the earlier ones; in those that do it, listen."""
    is_worker = hasattr(config, "workerinput")
    if not is_worker:
        questions.forget()
    if is_worker or not config.getoption("numprocesses"):
        process = config.workerinput["workerid"] if is_worker else "one"
        config.pluginmanager.register(questions.TakingDown(process))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to each database the tests that say something about it.

    Tests marked `postgres` need connections side by side, which SQLite's test database (in memory,
    one connection) does not have: they are left to the run on PostgreSQL when there is one.
    """
    on_sqlite = settings_of_the_site.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    kept = list(items)
    if config.getoption("--touching-database"):
        kept = [item for item in kept if _touches_database(item)]
    if not on_sqlite:
        kept = [item for item in kept if not item.get_closest_marker("sqlite")]
        kept = [item for item in kept if not _is_page_in_further_language(item)]
    elif os.environ.get("TEST_POSTGRES_URL"):
        kept = [item for item in kept if not item.get_closest_marker("postgres")]
    else:
        for item in kept:
            if item.get_closest_marker("postgres"):
                item.add_marker(pytest.mark.skip("needs PostgreSQL: set TEST_POSTGRES_URL"))
    if config.getoption("--new-questions"):
        named = [(questions.name_of(item), _commits(item)) for item in kept]
        chosen = questions.asking_anew(named, questions.taken_down())
        kept = [item for item in kept if questions.name_of(item) in chosen]
    if len(kept) < len(items):
        chosen = set(kept)
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = kept
    if hasattr(config, "workerinput"):
        keep_together(items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is there before the first test stays to the end: it need not be looked through for
    garbage again and again, which took a twentieth of the time of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _touches_database(item: pytest.Item) -> bool:
    wants = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("postgres")
    return bool(wants or marked) and not item.get_closest_marker("browser")


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    wants = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(wants or (marker and marker.kwargs.get("transaction")))


def _is_page_in_further_language(item: pytest.Item) -> bool:
    """Whether a page that is tested in the site's language is tested in another one too: its words
    are others, and what it reads from the database is the same."""
    languages = {code for code, _name in settings_of_the_site.LANGUAGES}
    language = getattr(item, "callspec", None) and item.callspec.params.get("language")
    of_a_page = item.nodeid.startswith("tests/portal/")
    return of_a_page and language in languages - {settings_of_the_site.LANGUAGE_CODE}


@pytest.fixture
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether the long versions were asked for."""
    return request.config.getoption("--thorough")


@pytest.fixture(autouse=True, scope="session")
def _folder_of_static_files():
    """The middleware that serves static files looks into it, though tests collect nothing."""
    settings_of_the_site.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """The database begins as the migrations leave it, without running them each time."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        start_from_migrated(monkeypatch)
        yield


@pytest.fixture(autouse=True, scope="session")
def _restored_database():
    """Tests that commit do not change what the tests after them find."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        restore_after_commits(monkeypatch)
        yield


@pytest.fixture(autouse=True, scope="module")
def _rules_read_anew_by_each_module():
    """Versions of rules are remembered by their numbers, and those of dropped rows come again."""
    from triage.sla.service_model import service_model  # models load after this file

    yield
    service_model.cache_clear()


@pytest.fixture(autouse=True)
def _site_language():
    """Every test begins in the site's language, whatever the page visited last was shown in."""
    with translation.override(settings_of_the_site.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _windows_of_limits(monkeypatch):
    """A window of a limit begins when the test first counts in it, and ends in no test by chance.

    On a site windows follow the clock, and one that ends between two tries lets the second through.
    """
    began: dict[tuple[str, int], datetime] = {}

    def window_end(name: str, seconds: int, now: datetime) -> datetime:
        start, length = began.setdefault((name, seconds), now), timedelta(seconds=seconds)
        return start + length * ((now - start) // length + 1)

    monkeypatch.setattr(counting, "window_end", window_end)


@pytest.fixture(autouse=True)
def _plain_settings(settings, tmp_path, monkeypatch):
    """Own folders, unhashed static files, quick passwords and an own cache for each test."""
    from triage.tickets.models import Attachment  # models load after this file

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
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": str(tmp_path),
        }
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # The field took its storage when the models were loaded: give it the test's folder.
    monkeypatch.setattr(Attachment._meta.get_field("file"), "storage", storages["attachments"])
