"""A whole installation for the browser: own data folder, own database, real processes, as `./run` would start them."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FRESH = ("postgres", "static")  # what set-up leaves in a data folder; the secrets are each installation's own
COPY = shutil.which("cp") or "cp"
START_SECONDS = 90
STOP_SECONDS = 15
OURS_ALONE = (
    "YANXIU_TESTING",
    "DATABASE_URL",
    "DATABASE_AS_OWNER",
    "YANXIU_TEST_DATABASE_URL",
    "BASE_URL",
    "FILES_URL",
    "DJANGO_SETTINGS_MODULE",
)


@dataclass(frozen=True, kw_only=True)
class Site:
    """A running site: `url` without a slash at the end, `data` its folder."""

    url: str
    data: Path
    environment: dict[str, str]

    def yanxiu(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `yanxiu …` against the site and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "config.cli", *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if check and done.returncode:
            raise AssertionError(f"yanxiu {' '.join(words)}: {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done

    def run(self, module: str, *words: str) -> str:
        """Run a program of the tests against the site and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", module, *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses now; held open together, so that they differ."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


def prepare(data: Path, *, fresh: Path) -> Site:
    """Make the tables and the static files of a fresh installation; the next ones of a run get copies, which lie in `fresh`."""
    port, files_port = free_ports(2)
    environment = {name: value for name, value in os.environ.items() if name not in OURS_ALONE}
    environment |= {"DATA": str(data), "PORT": str(port), "FILES_PORT": str(files_port)}
    site = Site(url=f"http://127.0.0.1:{port}", data=data, environment=environment)
    is_first = not any(fresh.iterdir())
    if is_first:
        site.yanxiu("setup", "--verbosity", "0")
        site.yanxiu("collectstatic", "--noinput", "--verbosity", "0")
    data.mkdir(exist_ok=True)
    source, target = (data, fresh) if is_first else (fresh, data)
    for name in FRESH:
        subprocess.run([COPY, "-a", source / name, target / name], check=True)  # the database belongs to whom its server runs as
    return site


def start(site: Site) -> subprocess.Popen[bytes]:
    """Start `yanxiu serve` and wait until `/readyz` says yes."""
    with (site.data / "serve.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "config.cli", "serve"], cwd=ROOT, env=site.environment, stdout=log, stderr=log)
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if _is_ready(site):
            return process
        if process.poll() is not None:
            break
        time.sleep(0.2)
    stop(process)
    raise AssertionError("the site did not start:\n" + (site.data / "serve.log").read_text(errors="replace")[-4000:])


def _is_ready(site: Site) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", int(site.environment["PORT"]), timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def stop(process: subprocess.Popen[bytes]) -> float:
    """Ask the site to stop and return the seconds it took."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise
    return time.monotonic() - began
