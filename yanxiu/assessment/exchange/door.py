"""The doors to the readers of question files: a child is handed the file, and what it says is taken as data (security UP-02)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from yanxiu.assessment.exchange.shape import MOST_FILES, MOST_SECONDS, BadQuestionFile, Known, Loose, Reading
from yanxiu.kit import confined

SECONDS = MOST_SECONDS + 15
"""For a reading that nobody waits for; the readers themselves stop, with better words, before that."""
AT_ONCE_SECONDS = 8
AT_ONCE_FILES = 6
_BROKEN = "这份文件读到一半读不下去：可能已经损坏，或展开后过大，没有导入。请重新导出一份，或分成几份再导入。"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the child is told: the name of the file, our words, and how many pictures and sounds are wanted at most."""

    name: str
    known: Known
    most_files: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the child says in the first line that it prints; the bytes of `files` (name, size) follow it, one after the other.

    `refused` is why the file as a whole is; `is_more` tells that it holds more pictures than were wanted: then none follows.
    """

    refused: str = ""
    is_more: bool = False
    reading: Reading | None = None
    files: tuple[tuple[str, int], ...] = ()


def read(source: Path, name: str, *, known: Known) -> tuple[Reading, list[Loose]]:
    """Return what a question file on disk holds, and the pictures and sounds that came with it. Raises BadQuestionFile with the reason.

    Cost: a child process of 0.2 s and the reading, at most 75 s and 448 MB.
    """
    try:
        found = _read(source, Asked(name=name, known=known, most_files=MOST_FILES), seconds=SECONDS)
    except confined.ChildTooSlow as error:
        raise BadQuestionFile(f"这份文件读了 {SECONDS} 秒还没有读完，没有导入。请分成几份再导入。") from error
    if found is None:
        raise BadQuestionFile(f"文件里的图片和声音超过 {MOST_FILES} 个，没有导入。请分成几份再导入。")
    return found


def read_at_once(source: Path, name: str, *, known: Known) -> tuple[Reading, list[Loose]] | None:
    """Do what `read` does while somebody waits; None for what takes more than 8 s or holds more than six pictures and sounds."""
    try:
        return _read(source, Asked(name=name, known=known, most_files=AT_ONCE_FILES), seconds=AT_ONCE_SECONDS)
    except confined.ChildTooSlow:
        return None


def _read(source: Path, asked: Asked, *, seconds: int) -> tuple[Reading, list[Loose]] | None:
    try:
        with source.open("rb") as given:
            said = confined.hand("yanxiu.assessment.exchange", msgspec.json.encode(asked).decode(), given=given, seconds=seconds)
        line, _, rest = said.partition(b"\n")
        answer = msgspec.json.decode(line, type=Answer)
    except (confined.ChildBroken, msgspec.DecodeError) as error:
        raise BadQuestionFile(
            "这份文件读到一半读不下去：可能已经损坏，或展开后过大，没有导入。请重新导出一份，或分成几份再导入。"
        ) from error
    if answer.refused:
        raise BadQuestionFile(answer.refused)
    return None if answer.is_more or answer.reading is None else (answer.reading, list(_files(answer.files, rest)))


def _files(claims: Sequence[tuple[str, int]], rest: bytes) -> Iterator[Loose]:
    at = 0
    for name, size in claims:
        yield Loose(name=name, data=rest[at : at + size])
        at += size
