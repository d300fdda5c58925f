"""Making renditions in a child process with little memory, bounded time, no network and no secrets.

`run` is the only door. The jobs (`poster`, `sound`, `rates`, `pages`) run in the child: a hostile film or document can at worst end its
own child (security UP-02, UP-08). What they leave in the given folder is what is kept.
"""

from dataclasses import dataclass, field
from pathlib import Path

from yanxiu.files.conversion.refusal import LACKING, UnneededError
from yanxiu.kit import confined

MIB = 1024 * 1024
JOBS = {"poster": "poster", "audio": "sound", "hls": "rates", "pages": "pages"}  # by kind of rendition; no model comes into the child
MEMORY_BYTES = 448 * MIB
WRITTEN_BYTES = 2048 * MIB
SHORTEST_SECONDS = 300
PER_FILM_SECOND = 4
GRACE_SECONDS = 20

__all__ = ["LACKING", "Failed", "Made", "UnneededError", "run"]


class Failed(Exception):
    """The conversion came to nothing; the message says why, for people."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """What was made: the facts that pages need to show it."""

    facts: dict[str, object] = field(default_factory=dict)


def run(kind: str, extension: str, source: Path, place: Path, *, film_seconds: int = 0) -> Made:
    """Make one rendition of `source` in the empty folder `place`. Raises Failed, or UnneededError, with the reason.

    Cost: a child process; seconds for pictures and sound, about half of a film's length for its rates.
    """
    seconds = SHORTEST_SECONDS + PER_FILM_SECOND * film_seconds
    limits = [str(MEMORY_BYTES), str(seconds), str(WRITTEN_BYTES)]
    words = (JOBS[kind], extension, str(source), str(place), *limits)
    try:
        answer = confined.ask("yanxiu.files.conversion", *words, seconds=seconds + GRACE_SECONDS)
    except confined.ChildTooSlow as error:
        raise Failed(f"转换了 {seconds // 60} 分钟还没有转完，已停下。请缩短或压缩后重传，或稍后再试一次。") from error
    except confined.ChildBroken as error:
        raise Failed("转换中断了，文件展开后可能过大，或已经损坏。请重新导出一份再传，或再试一次。") from error
    if "unneeded" in answer:
        raise UnneededError(str(answer["unneeded"]))
    if "failed" in answer:
        raise Failed(str(answer["failed"]))
    return Made(facts=answer)
