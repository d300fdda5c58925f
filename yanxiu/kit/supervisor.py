"""One process that keeps the others running: starts them, starts them again when they fall over, stops them all.

It knows nothing of Django, so that it stays small and outlives whatever the parts do. `yanxiu serve` looks whether everything
is in order and then turns into `python -m yanxiu.kit.supervisor ORDER`, where ORDER is an `Order` as JSON.
"""

import contextlib
import ctypes
import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from yanxiu.kit import postgres

STOP_SECONDS = 8.0
STEADY_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 30.0
ACCOUNTS = "demo-accounts.txt"
ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound
_PR_SET_PDEATHSIG = 1


class Busy(RuntimeError):
    """Another supervisor holds the data folder, or the port is taken; the message says which and what to do."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A process to keep running. `zh` names it to people; `environment` is added to ours; it is first started `after_seconds`."""

    name: str
    zh: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    after_seconds: float = 0.0


@dataclass(kw_only=True)
class _Child:
    part: Part
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    falls: int = 0
    not_before: float = 0.0


@contextlib.contextmanager
def alone(data: Path, *, words: str) -> Iterator[None]:
    """Hold the data folder for this process; `words` tell the next one who is here. Raises Busy when it is held."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / ".serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Busy(f"这个数据文件夹已经有一个 yanxiu 在用（{lock.read().strip()}）。请先停掉它，或用 DATA 指定另一个文件夹") from None
        lock.truncate(0)
        lock.write(words)
        lock.flush()
        yield


def check_free(host: str, port: int, *, variable: str) -> None:
    """Raise Busy when something listens on the port; `variable` is what the owner can set to choose another."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Busy(f"{host}:{port} 不能用（{error.strerror}）。请用 {variable} 换一个端口，例如 {variable}={port + 10} ./run") from None


def _die_with_parent() -> None:
    """Ask Linux to end the child when the supervisor is killed outright, so that nothing is left behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs parts until SIGTERM or SIGINT. `say` receives one Chinese sentence per event."""

    def __init__(self, parts: Sequence[Part], *, say: Callable[[str], None]) -> None:
        self._children = [_Child(part=part, not_before=time.monotonic() + part.after_seconds) for part in parts]
        self._say = say
        self._stopping = False

    def run(self, *, each_turn: Callable[[], None] = lambda: None, turn_seconds: float = 0.2) -> None:
        """Keep the parts running; returns after all of them ended. `each_turn` is called between looks."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            while not self._stopping:
                for child in self._children:
                    self._look_after(child)
                each_turn()
                time.sleep(turn_seconds)
        finally:
            self._stop()

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._stopping = True

    def _look_after(self, child: _Child) -> None:
        now = time.monotonic()
        if child.process is not None:
            code = child.process.poll()
            if code is None:
                return
            child.process = None
            child.falls = 1 if now - child.started > STEADY_SECONDS else child.falls + 1
            pause = min(2.0 ** (child.falls - 1), LONGEST_PAUSE_SECONDS)
            child.not_before = now + pause
            self._say(f"{child.part.zh}退出了（代码 {code}），{pause:.0f} 秒后重新启动")
        if now >= child.not_before and not self._stopping:
            child.started = now
            child.process = subprocess.Popen(  # noqa: S603 - our own commands
                list(child.part.command),
                env={**os.environ, **child.part.environment},
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - no threads here
            )

    def _stop(self) -> None:
        running = [child.process for child in self._children if child.process is not None]
        for process in running:
            _signal_group(process, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, end - time.monotonic()))
        for process in running:
            _signal_group(process, signal.SIGKILL)  # the whole group: a part may have left processes of its own
            process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


@dataclass(frozen=True, kw_only=True)
class Order:
    """What `yanxiu serve` asks for: the folder to hold, the ports to take, the parts, and what to say when the site answers."""

    data: str
    is_embedded: bool
    host: str
    port: int
    files_port: int
    url: str
    parts: Sequence[Part]

    def written(self) -> str:
        """Return the order as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> "Order":
        """Read what written() wrote."""
        facts = json.loads(text)
        return cls(**{**facts, "parts": [Part(**part) for part in facts["parts"]]})


def serve(order: Order) -> None:
    """Hold the data folder and the database, keep the parts running until told to stop. Raises Busy."""
    data = Path(order.data)
    with contextlib.ExitStack() as held:
        held.enter_context(alone(data, words=f"进程 {os.getpid()}，端口 {order.port}"))
        if order.is_embedded:
            held.enter_context(postgres.running(data, keep=False))
        check_free(order.host, order.port, variable="PORT")
        check_free(order.host, order.files_port, variable="FILES_PORT")
        announce, watch = _announcement(order), _database_watch(data, say=say) if order.is_embedded else None

        def each_turn() -> None:
            announce()
            if watch is not None:
                watch()

        Supervisor(order.parts, say=say).run(each_turn=each_turn)
    say("已停止")


def say(sentence: str) -> None:
    """Tell the owner one thing."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def _announcement(order: Order) -> Callable[[], None]:
    began = time.monotonic()
    state = {"said": False}

    def look() -> None:
        if state["said"] or not answers(order.host, order.port):
            return
        state["said"] = True
        accounts = Path(order.data) / ACCOUNTS
        if accounts.exists():
            say(accounts.read_text(encoding="utf-8").rstrip())
        say(f"网页已就绪（{time.monotonic() - began:.1f} 秒）：{order.url}    按 Ctrl+C 停止")

    return look


def answers(host: str, port: int, *, path: str = "/readyz") -> bool:
    """Tell whether what serves on this port says that it is ready, or with another path that it lives."""
    connection = http.client.HTTPConnection("127.0.0.1" if host in ANY_ADDRESS else host, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _database_watch(data: Path, *, say: Callable[[str], None]) -> Callable[[], None]:
    """Return what starts the embedded database again when it was killed; looks once a second, tries again after ten."""
    state = {"next": 0.0}

    def look() -> None:
        now = time.monotonic()
        if now < state["next"]:
            return
        state["next"] = now + 1
        if not postgres.has_fallen(data):
            return
        say("内置数据库退出了，现在重新启动")
        try:
            postgres.ensure(data)
        except postgres.NoPostgres as error:
            state["next"] = now + 10
            say(str(error))

    return look


if __name__ == "__main__":
    try:
        serve(Order.read(sys.argv[1]))
    except Busy as busy:
        sys.exit(f"没有启动：{busy}")
