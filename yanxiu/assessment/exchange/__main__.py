"""The child process: leaves the network, limits itself, reads the question file that it is handed, and answers."""

import codecs
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

import msgspec

from yanxiu.assessment.exchange import reading
from yanxiu.assessment.exchange.door import Answer, Asked
from yanxiu.assessment.exchange.shape import BadQuestionFile, Loose
from yanxiu.kit import confined

MEMORY_BYTES = 448 * 1024 * 1024
CPU_SECONDS = 70
WRITTEN_BYTES = 256 * 1024 * 1024
_ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "gb2312", "big5", "latin-1", "cp1252", "cp437", "ascii")
"""Loaded before the door closes: a codec is a file of its own."""


def main(words: str) -> None:
    """Print what was understood, or why the file is refused. From here on no file can be opened."""
    confined.cut_off()
    for encoding in _ENCODINGS:
        codecs.lookup(encoding)
    asked = msgspec.json.decode(words, type=Asked)
    confined.limit(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS, open_files=0, written_bytes=WRITTEN_BYTES)
    answer, files = answered(sys.stdin.buffer, asked)
    for part in (msgspec.json.encode(answer), b"\n", *(one.data for one in files)):
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


def answered(given: IO[bytes], asked: Asked) -> tuple[Answer, Sequence[Loose]]:
    """Return the answer, and the pictures and sounds that follow it."""
    found = None
    with suppress(MemoryError, RecursionError):  # what fills the memory is let go here, before anything is said
        try:
            found, files = reading.read(given.read(reading.MOST_PACKED_BYTES + 1), asked.name, known=asked.known)
        except BadQuestionFile as refusal:
            return Answer(refused=refusal.message), ()
    if found is None:
        return Answer(refused="文件展开后太大，或一层套一层太深，没有读。请分成几份再导入。"), ()
    if len(files) > asked.most_files:
        return Answer(is_more=True), ()
    return Answer(reading=found, files=tuple((one.name, len(one.data)) for one in files)), files


if __name__ == "__main__":
    main(*sys.argv[1:])
