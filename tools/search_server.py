#!/usr/bin/env python3
"""A real Elasticsearch for trials and tests, without containers, with the standard library alone.

    tools/search_server.py fetch    bring the server here (Maven), once for this machine
    tools/search_server.py run      start it on loopback with password and TLS until Ctrl-C

It is the bare server that Elasticsearch's own builders test with: no analysers of any language,
and nothing else that needs a module. It needs a JVM of at least 21, and never runs as root.
"""

from __future__ import annotations

import base64
import fcntl
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

STANDING = "TZX"  # states of threads that are stopped or have ended
VERSION = "9.5.0"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
OLDEST_JAVA = 21
NO_JAVA = f"No JVM of at least {OLDEST_JAVA} was found: install one, or name it in ES_JAVA_HOME"
NO_MAVEN = "Maven (mvn) was not found, and it fetches Elasticsearch: install the package maven"
NO_OPENSSL = "openssl was not found, and it makes the server's certificate"
HEAP = "512m"
# The simplest collector and compiler: quickest to start, and the tests ask little.
QUICK_START = "-XX:-UseG1GC -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
SECONDS_TO_START = 240  # ten, on a machine that does nothing else
USER = "elastic"  # the server's own name of its administrator
UNPRIVILEGED = "nobody"  # who runs it when we are root
LOCK = "lock"
MEMORY, ENOUGH_MEMORY = Path("/dev/shm"), 2_000_000_000  # noqa: S108


# Reads until whoever started the server is gone, however it ended, and then ends the server.
GUARD = "import os, sys; sys.stdin.read(); os.killpg(int(sys.argv[1]), 9)"


class Unavailable(Exception):
    """There can be no server on this machine; the message says what is missing."""


def java_home() -> Path:
    """Return the home of the newest JVM that will do. Raises `Unavailable`."""
    named = [os.environ.get(name) for name in ("ES_JAVA_HOME", "JAVA_HOME")]
    on_path = shutil.which("java")
    homes = [Path(each) for each in named if each]
    homes += [Path(on_path).resolve().parent.parent] if on_path else []
    homes += sorted(Path("/usr/lib/jvm").glob("*")) + sorted(Path("/opt").glob("*j*"))
    fitting = {home.resolve() for home in homes if _java_version(home) >= OLDEST_JAVA}
    if not fitting:
        raise Unavailable(NO_JAVA)
    return max(fitting, key=_java_version)


def _java_version(home: Path) -> int:
    """The major version of the JVM in `home`; 0 when there is none."""
    program = home / "bin" / "java"
    if not program.is_file():
        return 0
    told = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', told.stderr)
    return int(found[1]) if found else 0


def cache() -> Path:
    """Return the folder outside the checkout that keeps the server."""
    root = Path("/var/cache") if os.getuid() == 0 else Path.home() / ".cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or root) / "veiviser"


def fetch() -> Path:
    """Return the server's folder, fetched and unpacked where that was not done before."""
    folder = cache() / f"elasticsearch-{VERSION}"
    cache().mkdir(parents=True, exist_ok=True)
    with open(cache() / LOCK, "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _fetch_into(folder)
    return folder


def _fetch_into(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise Unavailable(NO_MAVEN)
    with tempfile.TemporaryDirectory(dir=folder.parent) as aside:
        os.chmod(aside, 0o755)  # noqa: S103  who runs the server must read it
        command = [maven, "-q", "-B", COPY, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={aside}"]
        told = subprocess.run(command, capture_output=True, text=True, check=False, cwd=aside)
        packed = Path(aside) / f"elasticsearch-{VERSION}.zip"
        if told.returncode or not packed.exists():
            raise Unavailable(f"Maven could not fetch {ARTIFACT}: {told.stdout[-500:]}")
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(aside)
        unpacked = Path(aside) / f"elasticsearch-{VERSION}"
        for program in (unpacked / "bin").iterdir():
            program.chmod(0o755)
        unpacked.rename(folder)


def states_of_threads(group: int) -> Iterator[str]:
    """The state of every thread of a group of processes, as Linux tells it; elsewhere of none."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            if os.getpgid(int(process.name)) != group:
                continue
            for thread in process.glob("task/*/stat"):
                yield thread.read_text().rpartition(")")[2].split()[0]


class Server:
    """A server on loopback with a password and TLS; its data lies in `folder`."""

    def __init__(self, folder: Path):
        """Prepare; nothing runs before `start`. Raises `Unavailable`."""
        self.java = java_home()
        self.home = fetch()
        self.folder = folder
        self.password = secrets.token_urlsafe(16)
        self.port = free_port()
        self.url = f"https://{USER}:{self.password}@127.0.0.1:{self.port}"
        self.ca_file = folder / "config" / "ca.pem"
        self._process: subprocess.Popen | None = None
        self._guard: subprocess.Popen | None = None
        self._prepare()

    def start(self) -> None:
        """Start, also anew after a kill, and wait until it answers."""
        with open(self.folder / "output", "ab") as output:
            self._process = subprocess.Popen(
                [self.home / "bin" / "elasticsearch"],
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._user(),
            )
        guard = [sys.executable, "-c", GUARD, str(self._process.pid)]
        self._guard = subprocess.Popen(guard, stdin=subprocess.PIPE, start_new_session=True)
        deadline = time.monotonic() + SECONDS_TO_START
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"Elasticsearch did not start:\n{self._last_words()}")
            time.sleep(0.2)

    def kill(self) -> None:
        """End it at once (SIGKILL), as a power cut would; `start` brings it back."""
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
            self._guard = None
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let it stand still: connections are taken, and nothing is answered."""
        os.killpg(self._process.pid, signal.SIGSTOP)
        try:
            # On a busy machine its other threads go on until one of them takes up the signal.
            while any(state not in STANDING for state in states_of_threads(self._process.pid)):
                time.sleep(0.005)
            yield
        finally:
            os.killpg(self._process.pid, signal.SIGCONT)

    def answers(self) -> bool:
        """Whether it takes the password and has its cluster together."""
        request = urllib.request.Request(
            f"https://127.0.0.1:{self.port}/_cluster/health?wait_for_status=yellow&timeout=5s"
        )
        credentials = base64.b64encode(f"{USER}:{self.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {credentials}")
        context = ssl.create_default_context(cafile=str(self.ca_file))
        try:
            with urllib.request.urlopen(request, context=context, timeout=10) as answer:  # noqa: S310
                return answer.status == 200
        except OSError:
            return False

    def _prepare(self) -> None:
        config = self.folder / "config"
        shutil.copytree(self.home / "config", config)
        for name in ("data", "logs", "tmp"):
            (self.folder / name).mkdir()
        (config / "elasticsearch.yml").write_text(self._settings(), encoding="utf-8")
        _make_certificate(config)
        if os.getuid() == 0:
            for each in (self.folder, *self.folder.rglob("*")):
                shutil.chown(each, UNPRIVILEGED)
        add = [self.home / "bin" / "elasticsearch-keystore", "add", "-x", "bootstrap.password"]
        told = subprocess.run(
            add, input=f"y\n{self.password}", env=self._environment(), cwd=self.folder,
            capture_output=True, text=True, check=False, **self._user(),
        )  # fmt: skip
        if told.returncode:
            raise RuntimeError(f"The password was not set: {told.stdout}{told.stderr}")

    def _settings(self) -> str:
        lines = {
            "cluster.name": "veiviser-tests",
            "discovery.type": "single-node",
            "http.host": "127.0.0.1",
            "http.port": self.port,
            "transport.host": "127.0.0.1",
            "transport.port": free_port(),
            "path.data": self.folder / "data",
            "path.logs": self.folder / "logs",
            "xpack.security.enabled": "true",
            "xpack.security.autoconfiguration.enabled": "false",
            "xpack.security.http.ssl.enabled": "true",
            "xpack.security.http.ssl.key": "key.pem",
            "xpack.security.http.ssl.certificate": "ca.pem",
            # A nearly full disk of a machine that runs tests says nothing about the product.
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        }
        return "".join(f"{name}: {value}\n" for name, value in lines.items())

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", ""),
            "ES_JAVA_HOME": str(self.java),
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_TMPDIR": str(self.folder / "tmp"),
            "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP} {QUICK_START}",
            "CLI_JAVA_OPTS": QUICK_START,
        }

    def _user(self) -> dict:
        if os.getuid() != 0:
            return {}
        account = pwd.getpwnam(UNPRIVILEGED)
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def _last_words(self) -> str:
        return (self.folder / "output").read_text(encoding="utf-8", errors="replace")[-3000:]


def _make_certificate(folder: Path) -> None:
    """Make a key, and a certificate for loopback that is its own authority."""
    openssl = shutil.which("openssl")
    if openssl is None:
        raise Unavailable(NO_OPENSSL)
    command = [
        openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-days", "2", "-subj", "/CN=veiviser-tests",
        "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
        "-keyout", str(folder / "key.pem"), "-out", str(folder / "ca.pem"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)


def free_port() -> int:
    """Return a port of loopback that nothing listens to now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def running() -> Iterator[Server]:
    """A started server in a folder of its own, ended and removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="veiviser-search-", dir=_quick_folder()) as folder:
        os.chmod(folder, 0o755)  # noqa: S103  who runs the server must enter it
        server = Server(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.kill()


def _quick_folder() -> Path | None:
    """Memory to keep the data in where there is plenty: each new index waits for the disk."""
    enough = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    return MEMORY if enough and shutil.disk_usage(MEMORY).free > ENOUGH_MEMORY else None


def main() -> int:
    """Do what the first argument says."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if sys.argv[1:] == ["fetch"]:
            java = java_home()
            print(f"Elasticsearch {VERSION} is in {fetch()}, for the JVM in {java}.")
            return 0
        if sys.argv[1:] == ["run"]:
            with running() as server:
                print(f"ELASTICSEARCH_URL={server.url}")
                print(f"ELASTICSEARCH_CA_FILE={server.ca_file}", flush=True)
                signal.pause()
    except Unavailable as missing:
        print(f"{missing}.")
        return 1
    except KeyboardInterrupt:
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main())
