"""Where measuring happens: a throw-away installation with its own database, and a site of its own on a free port."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg.sql import SQL, Identifier

from yanxiu.demo.bench.load import Order, Result
from yanxiu.kit import postgres

_PATIENCE_SECONDS = 60
_FOREIGN = ("DATABASE_URL", "DATABASE_URL_FILE", "DATABASE_APP_URL", "YANXIU_TESTING", "YANXIU_TEST_DATABASE_URL")


class NotReady(RuntimeError):
    """A part did not start; the message is the end of what it said."""


@contextlib.contextmanager
def installation(keep: Path | None = None) -> Iterator[dict[str, str]]:
    """Make an empty installation with all tables; yield the environment of its processes.

    Its database is durable as in production. It lies in a temporary folder that is deleted at the end, or in `keep`, which stays.
    """
    with contextlib.nullcontext(str(keep.resolve())) if keep else tempfile.TemporaryDirectory(prefix="yanxiu-bench-") as folder:
        data = Path(folder)
        environment = bare() | {"DATA": str(data), "DATABASE_AS_OWNER": "", "DEBUG": ""}
        with postgres.running(data, keep=False):
            python(environment, "config.cli", "setup", "--verbosity", "0")
            yield environment


def python(environment: Mapping[str, str], module: str, *words: str) -> str:
    """Run a module of ours in an installation; return what it printed. Raises NotReady."""
    done = subprocess.run(  # noqa: S603 - our own commands
        [sys.executable, "-m", module, *words], env=dict(environment), cwd=settings.ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotReady(f"{module} 没有做完：{done.stderr[-1500:]}")
    return done.stdout


def bare() -> dict[str, str]:
    """Return the environment of a process that needs no database."""
    return {key: value for key, value in os.environ.items() if key not in _FOREIGN}


def inside(environment: Mapping[str, str], name: str, *words: object, as_owner: bool = False) -> Any:
    """Run what `inner` knows by this name in a process of the installation; return what it found. Raises NotReady."""
    role = {"DATABASE_AS_OWNER": "1"} if as_owner else {}
    printed = python({**environment, **role}, "yanxiu.demo.bench.inner", name, *(str(word) for word in words))
    return json.loads(printed.splitlines()[-1])


def watched(environment: Mapping[str, str], name: str, *words: object, say: Callable[[str], None]) -> Any:
    """Do as `inside` does, as owner, and say meanwhile what the process says to its error output. Raises NotReady."""
    command = [sys.executable, "-m", "yanxiu.demo.bench.inner", name, *(str(word) for word in words)]
    said: deque[str] = deque(maxlen=40)
    with tempfile.TemporaryFile("w+") as found:
        with subprocess.Popen(  # noqa: S603 - our own commands
            command, env={**environment, "DATABASE_AS_OWNER": "1"}, cwd=settings.ROOT, stdout=found, stderr=subprocess.PIPE, text=True
        ) as process:
            for line in process.stderr or ():
                said.append(line)
                say(line.rstrip("\n"))
        if process.returncode:
            raise NotReady(f"{name} 没有做完：{''.join(said)[-1500:]}")
        found.seek(0)
        return json.loads(found.read().splitlines()[-1])


def site(environment: Mapping[str, str]) -> contextlib.AbstractContextManager["Site"]:
    """Serve an installation on a free port until the block ends. Raises NotReady."""
    return _serving(environment, [sys.executable, "-m", "yanxiu.demo.bench.serving"], "PORT", "/readyz")


def gateway(environment: Mapping[str, str]) -> contextlib.AbstractContextManager["Site"]:
    """Serve its beats by a process of their own until the block ends. Raises NotReady."""
    return _serving(environment, [sys.executable, "-m", "config.cli", "beats"], "BEATS_PORT", "/livez")


def copied(environment: Mapping[str, str], name: str) -> dict[str, str]:
    """Copy the embedded database of an installation that nobody uses now; return the environment of its processes on the copy."""
    url = f"postgresql://postgres@/{name}?host={postgres.socket_folder(Path(environment['DATA']))}"
    with psycopg.connect(url.replace(f"/{name}?", "/postgres?"), port=postgres.PORT, autocommit=True) as owner:
        owner.execute(SQL("CREATE DATABASE {} TEMPLATE yanxiu").format(Identifier(name)))
    return {**environment, "DATABASE_URL": url}


@contextlib.contextmanager
def _serving(environment: Mapping[str, str], command: list[str], variable: str, path: str) -> Iterator["Site"]:
    port = free_port()
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command, env={**environment, variable: str(port), "HOST": "127.0.0.1"}, cwd=settings.ROOT, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        try:
            await_ready(port, process, log, path=path)
            yield Site(port, process.pid)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Site:
    """A running site: its port, and loads against it."""

    def __init__(self, port: int, pid: int) -> None:
        self.port = port
        self.pid = pid

    def load(self, **facts: Any) -> Result:
        """Send an `Order` from a process of its own. Raises NotReady when an answer did not count."""
        with tempfile.TemporaryDirectory() as folder:
            order, answer = Path(folder) / "order.json", Path(folder) / "result.json"
            order.write_text(json.dumps(asdict(Order(port=self.port, **facts))), encoding="utf-8")
            python(os.environ, "yanxiu.demo.bench.load", str(order), str(answer))
            result = Result(**json.loads(answer.read_text(encoding="utf-8")))
        if result.failed:
            raise NotReady(f"{result.failed} 个回答不对，第一个：{result.first_failure}")
        return result

    def cpu_seconds(self) -> float:
        """Return the processor time of the server and its workers so far."""
        return cpu_seconds(self.pid)


def cpu_seconds(root: int) -> float:
    """Return the processor time of a process and all below it, from /proc; 0 where there is none."""
    _, used = _processes()
    return sum(used.get(pid, 0.0) for pid in [root, *below(root)]) if root else 0.0


def below(root: int) -> list[int]:
    """Return the processes below one, parents first."""
    children, _ = _processes()
    found = list(children.get(root, ()))
    for pid in found:
        found += children.get(pid, ())
    return found


def _processes() -> tuple[dict[int, list[int]], dict[int, float]]:
    """Return the children of each process, and its processor time in seconds."""
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = file.read_text().rpartition(")")[2].split()
            pid = int(file.parent.name)
            children.setdefault(int(fields[1]), []).append(pid)
            used[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return children, used


def postmaster(environment: Mapping[str, str]) -> int:
    """Return the process of the installation's database server; 0, which has no time, when it runs elsewhere."""
    file = Path(environment["DATA"]) / "postgres" / "postmaster.pid"
    return int(file.read_text().splitlines()[0]) if file.exists() else 0


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_ready(port: int, process: subprocess.Popen[bytes], log: Any, *, path: str = "/readyz") -> None:
    """Return when what serves on the port is ready. Raises NotReady with the end of the log when it does not start."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", path)
            with connection.getresponse() as answer:
                if answer.status == http.client.OK:
                    return
        if process.poll() is not None:
            break
        time.sleep(0.2)
    log.seek(0)
    raise NotReady(f"网页服务没有启动：{log.read()[-1500:]}")
