"""The child process: leaves the network, limits itself, looks into one file, and answers one line of JSON.

Called with \"\" and the words of a file; or with the names of parsers, for many files of our own.
"""

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

from yanxiu.files import inspection
from yanxiu.files.inspection.refusal import RefusedError
from yanxiu.kit import confined
from yanxiu.kit.archive import BadArchive

CPU_SECONDS = 45
INSPECTORS = frozenset({"archive", "bundle", "captions", "film", "image", "office", "package", "pdf", "questions", "sound"})


def _inspector(name: str) -> Callable[[str, Path, Path], dict[str, object]]:
    """Import only the parser that is needed; each has `inspect(extension, source, target)`."""
    if name not in INSPECTORS:
        raise ValueError(name)
    inspect: Callable[[str, Path, Path], dict[str, object]] = importlib.import_module(f"yanxiu.files.inspection.{name}").inspect
    return inspect


def judged(name: str, extension: str, source: str, target: str) -> dict[str, object]:
    """Return what was found, or why the file is refused."""
    try:
        return _inspector(name)(extension, Path(source), Path(target))
    except (RefusedError, BadArchive) as refusal:
        return {"refused": str(refusal)}
    except MemoryError:
        return {"refused": "这个文件展开后太大，没有存。请缩小后再传。"}


def main(name: str, extension: str, source: str, target: str, memory_bytes: str) -> None:
    """Print the judgement of one file."""
    confined.cut_off()
    _inspector(name)
    confined.limit(memory_bytes=int(memory_bytes), cpu_seconds=CPU_SECONDS)
    sys.stdout.write(json.dumps(judged(name, extension, source, target), ensure_ascii=False))


def serve(*names: str) -> None:
    """Print the judgement of each file that a line of the input names, by one of these parsers."""
    confined.cut_off()
    for name in names:
        _inspector(name)
    confined.limit(memory_bytes=inspection.USUAL_MEMORY_BYTES, cpu_seconds=CPU_SECONDS)
    for line in sys.stdin:
        name, extension, source, target, _ = json.loads(line)
        sys.stdout.write(json.dumps(judged(name, extension, source, target), ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1]:
        serve(*sys.argv[1:])
    else:
        main(*sys.argv[2:])
