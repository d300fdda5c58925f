"""The child process: leaves the network, limits itself, looks into one file, and answers one line of JSON."""

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

from yanxiu.files.inspection.refusal import RefusedError
from yanxiu.kit import confined
from yanxiu.kit.archive import BadArchive

CPU_SECONDS = 45
INSPECTORS = frozenset({"archive", "bundle", "captions", "film", "image", "office", "package", "pdf", "sound"})


def _inspector(name: str) -> Callable[[str, Path, Path], dict[str, object]]:
    """Import only the parser that is needed; each has `inspect(extension, source, target)`."""
    if name not in INSPECTORS:
        raise ValueError(name)
    inspect: Callable[[str, Path, Path], dict[str, object]] = importlib.import_module(f"yanxiu.files.inspection.{name}").inspect
    return inspect


def main(name: str, extension: str, source: str, target: str, memory_bytes: str) -> None:
    """Print what was found, or why the file is refused."""
    confined.cut_off()
    inspect = _inspector(name)
    confined.limit(memory_bytes=int(memory_bytes), cpu_seconds=CPU_SECONDS)
    try:
        answer = inspect(extension, Path(source), Path(target))
    except (RefusedError, BadArchive) as refusal:
        answer = {"refused": str(refusal)}
    except MemoryError:
        answer = {"refused": "这个文件展开后太大，没有存。请缩小后再传。"}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
