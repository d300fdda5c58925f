"""The inside of an .xlsx file: a zip whose claims are checked before unpacking, whose bytes are counted while unpacking (UP-02)."""

import io
import zipfile
import zlib
from collections.abc import Iterator

from yanxiu.people.roster.refusal import BadRoster

MOST_ENTRIES = 5_000
MOST_BYTES = 300 * 1024 * 1024
MOST_RATIO = 100
SMALL_BYTES = 1024 * 1024
_CHUNK = 256 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TYPES = "[Content_Types].xml"


class Archive:
    """An .xlsx file in memory. Raises BadRoster when it is another kind of file, encrypted, carries macros, or is a bomb."""

    def __init__(self, content: bytes) -> None:
        if content.startswith(_OLE):
            raise BadRoster(_ole_words(content))
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            self._infos = {info.filename.lstrip("/"): info for info in self._zip.infolist()}
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise BadRoster("这个 .xlsx 文件打不开，可能没有传完整。请在表格软件里重新另存一份再传。") from error
        self._check_claims()
        self._check_kind()
        self._left = MOST_BYTES

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
        count = 0
        try:
            with self._zip.open(info) as file:
                while chunk := file.read(_CHUNK):
                    count += len(chunk)
                    self._left -= len(chunk)
                    if (
                        count > info.file_size
                        or self._left < 0
                        or (count > SMALL_BYTES and count > MOST_RATIO * max(info.compress_size, 1))
                    ):
                        raise BadRoster("这个 .xlsx 文件展开后比它说的大得多，没有读。请把名册复制到一张新表再传。")
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise BadRoster("这个 .xlsx 文件里有一部分损坏了，读不出来。请在表格软件里重新另存一份再传。") from error

    def _check_claims(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > MOST_ENTRIES:
            raise BadRoster(f"这个 .xlsx 文件里有 {len(infos)} 个部件，最多 {MOST_ENTRIES} 个。请把名册复制到一张新表再传。")
        if any(info.flag_bits & 0x1 for info in infos):
            raise BadRoster("文件加了口令，打不开。请去掉口令再传。")
        swollen = [info for info in infos if info.file_size > SMALL_BYTES and info.file_size > MOST_RATIO * max(info.compress_size, 1)]
        if swollen or sum(info.file_size for info in infos) > MOST_BYTES:
            raise BadRoster("这个 .xlsx 文件展开后大得不像名册，没有读。请把名册复制到一张新表再传。")

    def _check_kind(self) -> None:
        if _TYPES not in self._infos:
            raise BadRoster("这不是 .xlsx 表格（可能只是改了后缀）。请在表格软件里另存为“.xlsx”再传。")
        self._left = SMALL_BYTES * 4
        types = self.read(_TYPES)
        if b"macroEnabled" in types or any("vbaproject" in name.lower() for name in self._infos):
            raise BadRoster("表格里带着宏（程序），不能收。请另存为不带宏的 .xlsx 再传。")
        if b"spreadsheetml.sheet.main+xml" not in types:
            raise BadRoster("这不是 .xlsx 表格（可能是 Word、PPT 或二进制表格）。请另存为“.xlsx”再传。")


def _ole_words(content: bytes) -> str:
    if _ENCRYPTED in content:
        return "文件加了口令，打不开。请在表格软件里去掉口令，另存为 .xlsx 再传。"
    return "这是旧格式（.xls）的表格。请在表格软件里另存为 .xlsx 再传。"
