"""Child processes for bytes that came from people: little memory, little time, no secrets of ours (security UP-02, P-13)."""

import ctypes
import json
import os
import resource
import select
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any, Self

ROOT = Path(__file__).resolve().parents[2]
OPEN_FILES = 64
WRITTEN_BYTES = 3 * 1024 * 1024 * 1024
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


class ChildTooSlow(Exception):
    """The child did not end in time."""


class ChildBroken(Exception):
    """The child ended before it could answer: out of memory, out of time, or a parser that broke on the bytes."""


def limit(*, memory_bytes: int, cpu_seconds: int, open_files: int = OPEN_FILES, written_bytes: int = WRITTEN_BYTES) -> None:
    """Bound the process this runs in and all that it starts; no core dump. The child calls it first.

    `memory_bytes` is memory of its own (what shared libraries map comes on top, within thrice as many addresses); `cpu_seconds` of
    processor time; `written_bytes` of any one file; `open_files` 0 = no file or connection besides those that are open already.
    """
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_AS, (3 * memory_bytes, 3 * memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written_bytes, written_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def cut_off() -> bool:
    """Leave the network, where the kernel lets us: a namespace of our own with nothing in it. Tell whether it worked (security UP-08).

    Called before anything starts a thread.
    """
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "unshare"):
        return False
    if library.unshare(CLONE_NEWNET) == 0:
        return True
    user, group = os.geteuid(), os.getegid()
    if library.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        return False
    # Without these, files that we make would belong to nobody.
    for name, words in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        Path("/proc/self", name).write_text(words, encoding="ascii")
    return True


def ask(module: str, *words: str, seconds: int) -> dict[str, Any]:
    """Run `python -m module words…` and return the JSON it prints.

    Nothing of our environment reaches it: no database, no keys. Raises ChildTooSlow, ChildBroken. Cost: 0.1 s and what it does.
    """
    try:
        done = subprocess.run(  # noqa: S603 - a list of our own words, no shell
            _command(module, *words), env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ChildTooSlow from error
    return _read(done.stdout)


def hand(module: str, *words: str, given: IO[bytes], seconds: int) -> bytes:
    """Run `python -m module words…` with an open file as its input, and return the bytes that it prints.

    For children that open nothing: what they read is handed in, what they say lies on a disk until it is whole, bounded by their own
    `limit`. Raises ChildTooSlow; ChildBroken, also for one that ended with a complaint. Cost: 0.1 s and what it does.
    """
    with tempfile.TemporaryFile() as printed:
        try:
            done = subprocess.run(  # noqa: S603 - a list of our own words, no shell
                _command(module, *words), env=_environment(), stdin=given, stdout=printed, stderr=subprocess.DEVNULL, timeout=seconds,
                check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise ChildTooSlow from error
        if done.returncode:
            raise ChildBroken
        printed.seek(0)
        return printed.read()


class Child:
    """A child that answers many questions, each a line of words in JSON, for bytes of our own that need no child each.

    Use as a context manager. `ask` raises ChildTooSlow, ChildBroken; after that the child is gone.
    """

    def __init__(self, module: str, *words: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - a list of our own words, no shell
            _command(module, *words), env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, *words: str, seconds: int) -> dict[str, Any]:
        """Hand in the words of one question and return the answer."""
        put, got = self._process.stdin, self._process.stdout
        if put is None or got is None:
            raise ChildBroken
        try:
            put.write(json.dumps(words).encode() + b"\n")
            put.flush()
        except BrokenPipeError as error:
            raise ChildBroken from error
        if not select.select([got], [], [], seconds)[0]:
            raise ChildTooSlow
        return _read(got.readline())


def _command(module: str, *words: str) -> list[str]:
    return [sys.executable, "-m", module, *words]


def _environment() -> dict[str, str]:
    return {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}


def _read(printed: bytes) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(printed)
    except ValueError as error:
        raise ChildBroken from error
    return answer
