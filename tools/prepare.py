"""What `./run` does with Django: static files, database, sample content, classifier, index.

One process for all of it, since starting Django is most of the work when there is nothing to do.
Started by `./run` with the project's own Python; the argument is how many steps came before.
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django
from bootstrap import LOCKS, PEOPLE, ROOT, StepFailed, Steps, fingerprint, say, stamped
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

LOOK = "read the message above; `.venv/bin/python manage.py check` may say more."


def quietly(name: str, *arguments: str) -> None:
    """Run a command; its output is shown only when it fails."""
    heard = io.StringIO()
    try:
        call_command(name, *arguments, stdout=heard, stderr=heard)
    except CommandError as error:
        raise StepFailed(f"{heard.getvalue()[-3000:]}\n{error}".strip()) from error
    except Exception as error:  # whatever failed, say what to do about the step
        raise StepFailed(traceback.format_exc()[-3000:]) from error


def static_files() -> str:
    """A checksum that changes when a static file, or a package that brings some, does."""
    digest = hashlib.sha256(fingerprint(LOCKS / "runtime.txt").encode())
    for folder in sorted(ROOT.glob("[!.]*/**/static")):
        if "node_modules" in folder.parts or "var" in folder.relative_to(ROOT).parts:
            continue
        for path in sorted(folder.rglob("*")):
            facts = path.stat()
            digest.update(f"{path.relative_to(ROOT)} {facts.st_size} {facts.st_mtime_ns}".encode())
    return digest.hexdigest()


def collect_static_files() -> bool:
    """Copy, compress and name static files by content, when any changed."""
    stamp, value = settings.STATIC_ROOT / ".stamp", static_files()
    if stamped(stamp, value):
        return True
    stamp.unlink(missing_ok=True)
    quietly("collectstatic", "--noinput", "-v0")
    stamp.write_text(value)
    return False


def prepare_database() -> bool:
    """Tables as the code wants them."""
    quietly("migrate", "-v0")
    quietly("createcachetable")
    return False


def load_sample() -> bool:
    """The sample, once; a load that was cut short goes on where it was."""
    unfinished = settings.DATA_DIR / "sample-unfinished"
    arguments = () if unfinished.exists() else ("--if-empty",)
    unfinished.touch()
    quietly("load_demo", *arguments)
    unfinished.unlink()
    return False


def command(name: str, *arguments: str) -> Callable[[], bool]:
    """A step that runs one command."""

    def work() -> bool:
        quietly(name, *arguments)
        return False

    return work


def note_people() -> None:
    """Write down who can sign in, for `./run` to print without starting Django once more."""
    told = io.StringIO()
    call_command("demo_people", stdout=told)
    PEOPLE.parent.mkdir(mode=0o700, exist_ok=True)
    PEOPLE.write_text(told.getvalue(), encoding="utf-8")


def prepare(steps: Steps) -> None:
    """Every step; each does nothing when it was done before."""
    steps.run(
        "Collect static files", collect_static_files, remedy="see that you may write in DATA_DIR."
    )
    steps.run(
        "Prepare the database",
        prepare_database,
        remedy="see DATABASE_URL in .env; if var/veiviser.sqlite3 is damaged, move it away and "
        "run the command again.",
    )
    steps.run("Load sample content", load_sample, remedy=LOOK)
    steps.run("Train the classifier", command("train_classifier", "--if-missing"), remedy=LOOK)
    steps.run("Build the search index", command("search_rebuild", "--if-missing"), remedy=LOOK)
    note_people()


def main() -> int:
    """Prepare; 1 when a step failed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    try:
        django.setup()
        prepare(Steps(after=int(sys.argv[1]) if len(sys.argv) > 1 else 0))
    except (StepFailed, ImproperlyConfigured) as failure:
        say(f"\n{failure}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
