"""Child processes for bytes that came from people: little memory, little time, no secrets of ours (security UP-02, P-13)."""

import ctypes
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

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
    processor time; `written_bytes` of any one file.
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
    environment = {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", module, *words]
    try:
        done = subprocess.run(  # noqa: S603 - a list of our own words, no shell
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ChildTooSlow from error
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise ChildBroken from error
    return answer
