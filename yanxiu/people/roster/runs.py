"""Long parts of a workbook at speed: runs of plain rows or texts are read whole, and the XML parser gets what is not plain.

A run is plain when one pattern covers every character of it, so that the parser could say nothing else of it. The parser reads what
comes before, between and after, refuses what it refuses, and a comment or anything else odd hands it all that follows.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_TEXT = "[^<>&\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*+"
_WRITTEN = f'<t(?: xml:space="preserve")?+>({_TEXT})</t>'
_ATTRIBUTE = ' [A-Za-z0-9:]++="[^"<&\r\n\t]*+"'
_VALUE = f"(?:<v>({_TEXT})</v>|<is>{_WRITTEN}</is>)?+"
_CELL = rf'<c r="([A-Z]{{1,3}})[0-9]{{1,7}}"(?: s="[0-9]{{1,9}}")?+(?: t="([A-Za-z]{{1,9}})")?+(?:/>|>{_VALUE}</c>)'
_ROW = rf"<row((?:{_ATTRIBUTE})*+)>((?:{_CELL})*+)</row>"
_BLANK = "[ \n\t]*+"


def _bare(pattern: str) -> str:
    """Return a pattern without its capturing groups."""
    return re.sub(r"\((?!\?)", "(?:", pattern)


ROWS = re.compile(rf"(?:{_BLANK}{_bare(_ROW)})++")
ROW = re.compile(r"<row([^>]*+)>(.*?)</row>", re.DOTALL)
CELL = re.compile(_CELL)
ATTRIBUTE = re.compile(r' ([A-Za-z0-9:]++)="([^"]*+)"')
TEXTS = re.compile(rf"(?:{_BLANK}<si>{_bare(_WRITTEN)}</si>)++")
TEXT = re.compile(_WRITTEN)
_PATIENCE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What runs there are: in which element (`depth` 1 is the root), how each ends, and who takes a run, or returns False."""

    element: str
    depth: int
    ending: bytes
    take: Callable[[str], bool]


class Feed:
    """Hands the bytes of a part on: plain runs to `kind.take`, all else to the parser. `started` is told of every element."""

    def __init__(self, parser: Any, kind: Kind) -> None:
        self._parser, self._kind = parser, kind
        self._opening = re.compile(rb"<" + kind.element.encode() + rb"(?: [^<>]*+)?+(?<!/)>")
        self._held = b""
        self._is_inside = self._is_over = False
        self._depth = 0
        self._last = ""
        parser.XmlDeclHandler = self._declared

    def started(self, name: str) -> None:
        """Note that the parser saw an element begin."""
        self._depth += 1
        self._last = name

    def ended(self) -> None:
        """Note that the parser saw an element end."""
        self._depth -= 1

    def put(self, chunk: bytes) -> None:
        """Take the next bytes."""
        if self._is_over:
            self._parser.Parse(chunk, False)
            return
        self._held += chunk
        if not self._is_inside:
            self._enter()
        if self._is_inside and not self._is_over:
            self._run()
        if len(self._held) > _PATIENCE:
            self._give_up()

    def close(self) -> None:
        """Say that nothing more comes."""
        self._parser.Parse(self._held, True)

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() != "utf-8":
            self._is_over = True

    def _enter(self) -> None:
        found = self._opening.search(self._held)
        if found is None:
            return
        self._parser.Parse(self._held[: found.end()], False)
        self._held = self._held[found.end() :]
        if self._is_over or (self._last, self._depth) != (self._kind.element, self._kind.depth):
            self._give_up()
        else:
            self._is_inside = True

    def _run(self) -> None:
        end = self._held.rfind(self._kind.ending)
        if end < 0:
            return
        end += len(self._kind.ending)
        run, self._held = self._held[:end], self._held[end:]
        if self._is_taken(run):
            return
        self._parser.Parse(run, False)
        if b"<!" in run or b"<?" in run or self._depth != self._kind.depth:
            self._give_up()

    def _is_taken(self, run: bytes) -> bool:
        try:
            return self._kind.take(run.decode())
        except UnicodeDecodeError:
            return False

    def _give_up(self) -> None:
        self._is_over = True
        held, self._held = self._held, b""
        self._parser.Parse(held, False)
