"""Which files are ours, for the tests that read the source."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("accounts", "cms", "dispatch", "markup", "portal", "search", "taxonomy", "triage")
SCRIPTS = ("run", "test", "manage.py")


def python_files() -> Iterator[Path]:
    """Every Python file of the product; migrations and tests aside."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path
    yield from sorted((ROOT / "tools").glob("*.py"))
    yield from (ROOT / name for name in SCRIPTS)


def templates(suffix: str = ".html") -> Iterator[Path]:
    """Every template of the product with this ending."""
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob(f"templates/**/*{suffix}"))


def short(path: Path) -> str:
    """The path within the project."""
    return str(path.relative_to(ROOT))
