"""Looking into bytes that came from people, in a child process with little memory, little time and no secrets.

`run` is the only door. The parsers (`image`, `film`, `captions`, `pdf`, `office`, `archive`) run in the child and never in the
server: a hostile file can at worst end its own child (security P-13, UP-02).
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from yanxiu.kit.errors import Invalid

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 60
MEMORY_BYTES = {"film": 1536 * 1024 * 1024}
USUAL_MEMORY_BYTES = 768 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the parser found: length of a film in `seconds`; `rewritten` tells that `target` holds a new, clean version."""

    seconds: int = 0
    width: int = 0
    height: int = 0
    rewritten: bool = False


class Unusable(Invalid):
    """The bytes are not what the name says, or too much; nothing is stored."""

    code = "unusable_file"


def run(inspector: str, extension: str, source: Path, target: Path) -> Found:
    """Let the parser judge `source`; it may write a clean version to `target`. Raises Unusable with the reason.

    Cost: a process of 0.1 to 0.4 s, at most 60 s.
    """
    memory = MEMORY_BYTES.get(inspector, USUAL_MEMORY_BYTES)
    command = [sys.executable, "-m", "yanxiu.files.inspection", inspector, extension, str(source), str(target), str(memory)]
    # Nothing of our environment reaches the parser: no database, no keys.
    environment = {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603 - a list of our own words, no shell
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unusable(f"这个文件检查了 {SECONDS} 秒还没有查完，没有存。请另存一份小一些的再传。", field="file") from error
    return _read(done.stdout)


def _read(output: bytes) -> Found:
    try:
        answer = json.loads(output)
    except ValueError as error:
        # The child ended before it could answer: out of memory, out of time, or a parser that broke on the bytes.
        raise Unusable("这个文件打不开，可能已经损坏，或展开后过大，没有存。请重新导出一份再传。", field="file") from error
    if "refused" in answer:
        raise Unusable(str(answer["refused"]), field="file")
    return Found(**answer)
