"""Looking into bytes that came from people, in a child process with little memory, little time and no secrets.

`run` is the only door. The parsers (`image`, `film`, `captions`, `pdf`, `office`, `archive`, `package`, `bundle`, `questions`, `sound`)
run in the child and never in the server: a hostile file can at worst end its own child (security P-13, UP-02).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from yanxiu.kit import confined
from yanxiu.kit.errors import Invalid

SECONDS = 60
USUAL_MEMORY_BYTES = 448 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the parser found: length of a film in `seconds`; `rewritten` tells that `target` holds a new, clean version.

    `codec` is the film's or sound's; `lines` are the transcript of captions (start, end, words); `warnings` what a document carries
    that its author may have forgotten.
    """

    seconds: int = 0
    width: int = 0
    height: int = 0
    codec: str = ""
    rewritten: bool = False
    lines: Sequence[tuple[float, float, str]] = ()
    warnings: Sequence[str] = ()

    def facts(self) -> dict[str, object]:
        """Return what is kept with the file, without what is empty."""
        known = {"width": self.width, "height": self.height, "codec": self.codec, "warnings": list(self.warnings)}
        return {name: value for name, value in known.items() if value}


class Unusable(Invalid):
    """The bytes are not what the name says, or too much; nothing is stored."""

    code = "unusable_file"


_child: ContextVar[confined.Child | None] = ContextVar("inspection_child", default=None)


@contextmanager
def one_child(*inspectors: str) -> Iterator[None]:
    """Let one child judge all that is stored inside, by these parsers: for files that we made ourselves, never for those of others."""
    with confined.Child("yanxiu.files.inspection", *inspectors) as child:
        token = _child.set(child)
        try:
            yield
        finally:
            _child.reset(token)


def run(inspector: str, extension: str, source: Path, target: Path) -> Found:
    """Let the parser judge `source`; it may write a clean version to `target`. Raises Unusable with the reason.

    Cost: a process of 0.1 to 0.4 s, at most 60 s.
    """
    words = (inspector, extension, str(source), str(target), str(USUAL_MEMORY_BYTES))
    child = _child.get()
    try:
        answer = child.ask(*words, seconds=SECONDS) if child else confined.ask("yanxiu.files.inspection", "", *words, seconds=SECONDS)
    except confined.ChildTooSlow as error:
        raise Unusable(f"这个文件检查了 {SECONDS} 秒还没有查完，没有存。请另存一份小一些的再传。", field="file") from error
    except confined.ChildBroken as error:
        raise Unusable("这个文件打不开，可能已经损坏，或展开后过大，没有存。请重新导出一份再传。", field="file") from error
    if "refused" in answer:
        raise Unusable(str(answer["refused"]), field="file")
    return Found(**answer)
