"""The arrows between packages, as pyproject.toml draws them."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.contracts.source import PACKAGES, ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
PURE = [
    "search.text",
    "search.parser",
    "search.ranking",
    "triage.sla.calendar",
    "triage.sla.clock",
    "triage.tickets.states",
    "triage.tickets.priority",
    "triage.classifier.learner.pipeline",
]


def test_no_import_goes_against_an_arrow():
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(
        [str(linter), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr


def test_every_package_of_ours_is_under_the_contracts():
    assert sorted(CONTRACTS["root_packages"]) == sorted(PACKAGES)
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages == set(PACKAGES)


@pytest.mark.parametrize("module", PURE)
def test_modules_that_are_pure_by_design_are_kept_from_the_framework(module):
    [contract] = [
        one for one in CONTRACTS["contracts"] if "django" in one.get("forbidden_modules", ())
    ]
    named = contract["source_modules"]
    assert any(f"{module}.".startswith(f"{name}.") for name in named)


def test_pure_modules_start_without_the_framework():
    code = f"""
import sys
for name in {PURE!r}:
    __import__(name)
assert not [name for name in sys.modules if name.split(".")[0] in ("django", "wagtail")]
"""
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": ""},
    )
    assert result.returncode == 0, result.stderr
