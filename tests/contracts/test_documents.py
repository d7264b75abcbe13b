"""Documents say what the code says."""

import re
import subprocess
import sys

import pytest
import yaml
from django.conf import settings

from tests.contracts.source import PACKAGES, ROOT, python_files, short

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def settings_in_code() -> set[str]:
    text = (ROOT / "portal" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r"\b(?:env\.\w+|_whole_number)\(\s*\"([A-Z_]+)\"", text))


def settings_in_example() -> dict[str, str]:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", text, re.M))


def test_every_setting_is_in_the_example_and_nothing_else_is():
    assert settings_in_code() == set(settings_in_example())


def test_only_the_settings_module_reads_the_environment():
    readers = [
        short(path)
        for path in python_files()
        if path.relative_to(ROOT).parts[0] in PACKAGES
        and re.search(r"os\.environ\b(?!\.setdefault)|os\.getenv", path.read_text(encoding="utf-8"))
    ]
    assert readers == []


def test_every_command_is_in_the_list_of_commands():
    commands = {
        path.stem
        for package in PACKAGES
        for path in (ROOT / package).rglob("management/commands/*.py")
        if path.stem != "__init__"
    }
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.M)) == commands


def test_document_about_states_is_the_one_the_code_prints():
    printed = subprocess.run(
        [sys.executable, "-m", "triage.tickets.states"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert (ROOT / "docs" / "ticket-states.md").read_text(encoding="utf-8") == printed


def _documents():
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_links_between_documents_lead_somewhere():
    broken = []
    for document in _documents():
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
            if "://" not in target and not (document.parent / target).exists():
                broken.append(f"{short(document)}: {target}")
    assert broken == []


def test_files_documents_name_are_there():
    missing = []
    for document in _documents():
        for name in re.findall(r"`([a-z_]+/[\w/.-]+)`", document.read_text(encoding="utf-8")):
            if not (ROOT / name).exists() and "node_modules" not in name:
                missing.append(f"{short(document)}: {name}")
    assert missing == []


def test_every_decision_says_why_what_and_what_follows():
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert len(decisions) >= 8
    for decision in decisions:
        text = decision.read_text(encoding="utf-8")
        assert text.startswith("# "), decision.name
        parts = ["**Context.**", "**Decision.**", "**Consequences.**"]
        assert [part for part in parts if part not in text] == [], decision.name


def test_glossary_has_every_term_in_three_languages():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")][2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert len(cells) > 40
    assert [row for row in cells if len(row) != 4 or not all(row)] == []
    terms = [row[0] for row in cells]
    assert terms == sorted(terms)


# --- the larger shape ---------------------------------------------------------------------------


def test_larger_shape_has_its_services():
    services = COMPOSE["services"]
    assert {"web", "worker", "database", "mail", "search"} <= set(services)
    assert services["search"]["profiles"] == ["elasticsearch"]


def test_larger_shape_uses_the_same_settings():
    for name in ("prepare", "web", "worker"):
        assert set(COMPOSE["services"][name]["environment"]) <= settings_in_code()


def test_larger_shape_publishes_to_this_machine_only():
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", ())]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_larger_shape_waits_only_for_services_it_has():
    services = COMPOSE["services"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in COMPOSE["volumes"]


# --- what must not stand in the repository ------------------------------------------------------

TRACKED = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
).stdout.splitlines()


@pytest.mark.parametrize(
    "pattern",
    [r"/(?:home|root)/\w+", r"index-url", r"\w+://(?:\w+\.)*(?:pypi|npmjs|pythonhosted)\."],
)
def test_no_file_names_a_folder_of_a_machine_or_a_package_registry(pattern):
    here = short(ROOT / "tests" / "contracts" / "test_documents.py")
    found = []
    for path in (ROOT / name for name in TRACKED if name != here):
        small = path.is_file() and path.stat().st_size < 2_000_000
        if small and re.search(pattern, path.read_text(encoding="utf-8", errors="ignore")):
            found.append(short(path))
    assert found == []


def test_secrets_are_not_in_the_repository():
    assert ".env" not in TRACKED
    assert settings_in_example()["SECRET_KEY"] == ""
    assert settings.SECRET_KEY not in (ROOT / ".env.example").read_text(encoding="utf-8")
