"""The inside of an .xlsx file: a zip whose claims are checked before unpacking, whose bytes are counted while unpacking (UP-02)."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from yanxiu.kit import archive as archives
from yanxiu.people.roster.refusal import BadRoster

MOST_BYTES = 300 * 1024 * 1024
MOST_TYPES_BYTES = 4 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TYPES = "[Content_Types].xml"


class Archive:
    """An .xlsx file in memory. Raises BadRoster when it is another kind of file, encrypted, carries macros, or is a bomb."""

    def __init__(self, content: bytes) -> None:
        if content.startswith(_OLE):
            raise BadRoster(_ole_words(content))
        with _in_our_words():
            self._zip = archives.opened(io.BytesIO(content))
            self._infos = {info.filename.lstrip("/"): info for info in self._zip.infolist()}
            archives.check_claims(self._zip.infolist(), most_bytes=MOST_BYTES)
        self._budget = archives.Budget(MOST_TYPES_BYTES)
        self._check_kind()
        self._budget = archives.Budget(MOST_BYTES)

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def read(self, name: str) -> bytes:
        """Return one part whole."""
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of one part, counting what comes out."""
        info = self._infos.get(name)
        if info is None:
            raise BadRoster("这个 .xlsx 文件缺少工作表的内容。请在表格软件里重新另存一份再传。")
        with _in_our_words():
            yield from archives.unpacked(self._zip, info, name, budget=self._budget)

    def _check_kind(self) -> None:
        if _TYPES not in self._infos:
            raise BadRoster("这不是 .xlsx 表格（可能只是改了后缀）。请在表格软件里另存为“.xlsx”再传。")
        types = self.read(_TYPES)
        if b"macroEnabled" in types or any("vbaproject" in name.lower() for name in self._infos):
            raise BadRoster("表格里带着宏（程序），不能收。请另存为不带宏的 .xlsx 再传。")
        if b"spreadsheetml.sheet.main+xml" not in types:
            raise BadRoster("这不是 .xlsx 表格（可能是 Word、PPT 或二进制表格）。请另存为“.xlsx”再传。")


_WORDS = {
    "broken": "这个 .xlsx 文件打不开，可能没有传完整。请在表格软件里重新另存一份再传。",
    "locked": "文件加了口令，打不开。请去掉口令再传。",
    "entries": f"这个 .xlsx 文件里没有部件，或超过 {archives.MOST_ENTRIES} 个部件。请把名册复制到一张新表再传。",
    "size": "这个 .xlsx 文件展开后大得不像名册，没有读。请把名册复制到一张新表再传。",
    "ratio": "这个 .xlsx 文件展开后大得不像名册，没有读。请把名册复制到一张新表再传。",
    "swollen": "这个 .xlsx 文件展开后比它说的大得多，没有读。请把名册复制到一张新表再传。",
    "damaged": "这个 .xlsx 文件里有一部分损坏了，读不出来。请在表格软件里重新另存一份再传。",
}


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Say of a roster what the archive says of itself."""
    try:
        yield
    except archives.BadArchive as error:
        raise BadRoster(_WORDS[error.reason]) from error


def _ole_words(content: bytes) -> str:
    if _ENCRYPTED in content:
        return "文件加了口令，打不开。请在表格软件里去掉口令，另存为 .xlsx 再传。"
    return "这是旧格式（.xls）的表格。请在表格软件里另存为 .xlsx 再传。"
