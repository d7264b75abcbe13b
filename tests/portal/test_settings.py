"""Settings come from the environment; a wrong one stops the start and says what to do."""

import os
import stat
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from portal import settings as site
from portal.settings import BASE_DIR, _database
from tests.contracts.source import ROOT


def start(**environment: str) -> subprocess.CompletedProcess:
    """Load the settings in a process of its own and print some of them."""
    code = (
        "from portal import settings as s;"
        "print(s.DEBUG, s.SECURE_TRANSPORT, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0,"
        " s.MAIL_IS_SENT, s.EMAIL_HOST, s.EMAIL_PORT, s.CSRF_TRUSTED_ORIGINS)"
    )
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**kept, "DATA_DIR": "var/test", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_missing_secret_stops_the_start_with_the_remedy():
    result = start(SECRET_KEY="")
    assert result.returncode != 0
    assert "SECRET_KEY is missing" in result.stderr
    assert "./run --prepare" in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("ATTACHMENT_MAX_MB", "many", "whole number"),
        ("TASK_LEASE_SECONDS", "", "whole number"),
        ("DATABASE_URL", "veiviser.sqlite3", "sqlite:///FILE"),
        ("EMAIL_URL", "pigeon://roof", "smtp://HOST:25"),
    ],
)
def test_wrong_value_stops_the_start_with_its_name_and_the_remedy(name, value, remedy):
    result = start(SECRET_KEY="x", **{name: value})
    assert result.returncode != 0
    last = result.stderr.strip().splitlines()[-1]
    assert name in last
    assert remedy in last


def test_details_of_errors_are_shown_only_after_a_clear_yes():
    for value in ("perhaps", "", "0", "no"):
        assert start(SECRET_KEY="x", DEBUG=value).stdout.startswith("False ")
    assert start(SECRET_KEY="x", DEBUG="true").stdout.startswith("True ")


def test_https_address_asks_for_encrypted_cookies_everywhere():
    plain = start(SECRET_KEY="x", PUBLIC_URL="http://127.0.0.1:8000", EMAIL_URL="consolemail://")
    safe = start(SECRET_KEY="x", PUBLIC_URL="https://veiviser.example/", EMAIL_URL="consolemail://")
    assert plain.stdout.split()[1:5] == ["False", "False", "False", "False"]
    assert safe.stdout.split()[1:4] == ["True", "True", "True"]
    assert "['https://veiviser.example']" in safe.stdout


def test_mail_server_comes_from_its_address():
    result = start(SECRET_KEY="x", EMAIL_URL="smtp://post:hemmelig@mail.example:2525")
    assert result.stdout.split()[4:7] == ["True", "mail.example", "2525"]


def test_relative_database_lies_in_the_project_whatever_folder_one_stands_in():
    config = _database("sqlite:///var/x.sqlite3")
    assert config["NAME"] == str(BASE_DIR / "var" / "x.sqlite3")
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "foreign_keys=ON" in config["OPTIONS"]["init_command"]


def test_absolute_and_memory_databases_stay_as_they_are():
    assert _database("sqlite:////srv/x.sqlite3")["NAME"] == "/srv/x.sqlite3"
    assert _database("sqlite:///:memory:")["NAME"] == ":memory:"


def test_postgres_connections_are_kept_and_checked():
    config = _database("postgres://eier:hemmelig@db.example:5433/veiviser")
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("db.example", 5433, "veiviser")
    assert config["CONN_MAX_AGE"] == 60
    assert config["CONN_HEALTH_CHECKS"] is True
    assert "OPTIONS" not in config or "transaction_mode" not in config["OPTIONS"]


def test_policy_allows_no_inline_script_or_style():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    allowed = [str(value) for values in directives.values() for value in values]
    assert "'unsafe-inline'" not in allowed
    assert "'unsafe-eval'" not in allowed
    assert "*" not in allowed


def test_attachments_lie_outside_what_has_an_address():
    attachments = site.STORAGES["attachments"]["OPTIONS"]["location"]
    assert site.MEDIA_ROOT not in [attachments, *attachments.parents]


def test_the_folder_of_data_is_made_for_the_site_alone_and_one_that_is_there_is_left_as_it_is(
    tmp_path,
):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    theirs.chmod(0o750)
    for folder, mode in ((tmp_path / "new", 0o700), (theirs, 0o750)):
        told = start(DATA_DIR=str(folder), SECRET_KEY="x")
        assert told.returncode == 0, told.stderr
        assert stat.S_IMODE(folder.stat().st_mode) == mode


def test_attachments_are_read_by_the_site_alone_on_the_machine(tmp_path):
    options = {**site.STORAGES["attachments"]["OPTIONS"], "location": tmp_path}
    place = FileSystemStorage(**options)
    place.save("ab/abc", ContentFile(b"logs"))
    assert stat.S_IMODE((tmp_path / "ab").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "ab" / "abc").stat().st_mode) == 0o600
