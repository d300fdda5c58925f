"""Child processes for bytes that came from people: little memory, little time, no secrets of ours (security UP-02, P-13)."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OPEN_FILES = 64


class ChildTooSlow(Exception):
    """The child did not end in time."""


class ChildBroken(Exception):
    """The child ended before it could answer: out of memory, out of time, or a parser that broke on the bytes."""


def limit(*, memory_bytes: int, cpu_seconds: int, open_files: int = OPEN_FILES) -> None:
    """Bound the process this runs in: address space, processor time, open files, no core dump. The child calls it first."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


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
