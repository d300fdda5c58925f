"""The child process: limits itself, leaves the network, makes one rendition, and answers one line of JSON."""

import importlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from yanxiu.files.conversion.refusal import FailedError, UnneededError
from yanxiu.kit import confined

NICE = 10
OPEN_FILES = 128
JOBS = frozenset({"pages", "poster", "rates", "sound"})


def _job(name: str) -> Callable[[str, Path, Path], dict[str, object]]:
    """Import only what is needed; each job has `make(extension, source, place)`."""
    if name not in JOBS:
        raise ValueError(name)
    make: Callable[[str, Path, Path], dict[str, object]] = importlib.import_module(f"yanxiu.files.conversion.{name}").make
    return make


def main(name: str, extension: str, source: str, place: str, memory: str, cpu: str, written: str) -> None:
    """Print the facts of what was made, or why there is none."""
    os.nice(NICE)
    confined.cut_off()
    confined.limit(memory_bytes=int(memory), cpu_seconds=int(cpu), open_files=OPEN_FILES, written_bytes=int(written))
    try:
        answer = _job(name)(extension, Path(source), Path(place))
    except FailedError as failed:
        answer = {"failed": str(failed)}
    except UnneededError as unneeded:
        answer = {"unneeded": str(unneeded)}
    except MemoryError:
        answer = {"failed": "转换时占用的内存超过限度，已停下。请缩小画面或分成几份再传。"}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
