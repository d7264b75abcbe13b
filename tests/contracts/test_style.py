"""What the linter and the formatter say, and what the migrations leave out."""

import subprocess
import sys
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from tests.contracts.source import PACKAGES, ROOT

RUFF = Path(sys.executable).with_name("ruff")


@pytest.mark.parametrize("arguments", [("check",), ("format", "--check")])
def test_ruff_has_nothing_to_say(arguments):
    command = [str(RUFF), *arguments, "--no-cache", ".", "run", "test"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-4000:]


@pytest.mark.django_db
def test_migrations_say_everything_the_models_say():
    ours = [app.label for app in apps.get_app_configs() if app.name.split(".")[0] in PACKAGES]
    said = StringIO()
    try:
        call_command("makemigrations", *ours, check_changes=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail("Run manage.py makemigrations:\n" + said.getvalue())


def _dependencies() -> list[str]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    sections = text.partition("\ndependencies = [")[2].partition("\n]")[0]
    sections += text.partition("\ndev = [")[2].partition("\n]")[0]
    return [line.strip() for line in sections.splitlines() if line.strip().startswith('"')]


def test_every_dependency_says_why_it_is_there():
    lines = _dependencies()
    named = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert len(lines) == len(named["project"]["dependencies"] + named["dependency-groups"]["dev"])
    assert [line for line in lines if len(line.partition("#")[2].strip()) < 8] == []


@pytest.mark.parametrize("lock", ["runtime.txt", "dev.txt", "uv.txt", "node.txt"])
def test_lock_files_have_a_hash_for_every_package_and_no_address(lock):
    lines = (ROOT / "requirements" / lock).read_text(encoding="utf-8").splitlines()
    wanted = [number for number, line in enumerate(lines) if "==" in line]
    assert wanted
    assert all("--hash=sha256:" in lines[number + 1] for number in wanted)
    assert [line for line in lines if "://" in line or line.startswith(("-", "--index"))] == []


def test_front_end_lock_has_no_address_and_a_checksum_for_every_package():
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    packages = text.count('"node_modules/')
    assert packages and text.count('"integrity"') == packages
