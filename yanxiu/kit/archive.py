"""Zip archives from people: bounded by what they claim, and again by what comes out (security UP-02, UP-03, UP-11).

Whoever opens an archive checks its claims, then its names if they mean anything to him, then reads every part through `unpacked`.
Nothing here writes to a disk.
"""

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

MOST_ENTRIES = 5_000
MOST_RATIO = 100
SMALL_BYTES = 1024 * 1024  # under this a high ratio is no harm: a page of blanks
MOST_NAME_BYTES = 255
CHUNK = 64 * 1024
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, OverflowError)
"""What Python's zip reader raises for bytes that are no archive, or changed on their way."""
MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
UTF8_FLAG, LOCKED_FLAG = 0x800, 0x1
JUNK = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")
DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


class BadArchive(Exception):
    """The archive cannot be used. `reason` is a word for programs; the text says what, where, and how to mend it."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class Budget:
    """How many bytes may still come out of an archive, over all its parts."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = self.left = most_bytes

    def spend(self, count: int) -> None:
        """Take `count` bytes. Raises BadArchive when nothing is left."""
        self.left -= count
        if self.left < 0:
            raise BadArchive("swollen", f"压缩包展开后超过 {self.most_bytes // 1024 // 1024} MB。请分成几包再传。")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A file of an archive under its name in Unicode; `/` between folders, no `..`, unique whatever the case."""

    info: zipfile.ZipInfo
    name: str


def opened(source: Path | IO[bytes]) -> zipfile.ZipFile:
    """Open the archive. Raises BadArchive when it is none."""
    try:
        return zipfile.ZipFile(source)
    except BROKEN as error:
        raise BadArchive("broken", "压缩包打不开，可能没有传完整。请重新打包再传。") from error


def check_magic(source: Path) -> None:
    """Raise BadArchive unless the file begins like a zip."""
    with source.open("rb") as file:
        if not file.read(4).startswith(MAGIC):
            raise BadArchive("not_zip", "这不是 ZIP 压缩包（RAR、7z 也请先转成 ZIP）。请重新打包成 ZIP 再传。")


def check_claims(infos: Sequence[zipfile.ZipInfo], *, most_bytes: int) -> None:
    """Raise BadArchive for too many parts, too many bytes, locked parts, and parts that swell."""
    if not infos or len(infos) > MOST_ENTRIES:
        raise BadArchive("entries", f"压缩包里有 {len(infos)} 个文件，应在 1 到 {MOST_ENTRIES} 个之间。请分成几包再传。")
    if any(info.flag_bits & LOCKED_FLAG for info in infos):
        raise BadArchive("locked", "压缩包设了口令，打不开。请去掉口令重新打包。")
    if sum(info.file_size for info in infos) > most_bytes:
        raise BadArchive("size", f"压缩包展开后超过 {most_bytes // 1024 // 1024} MB。请分成几包再传。")
    for info in infos:
        if info.file_size > SMALL_BYTES and info.file_size > MOST_RATIO * max(info.compress_size, 1):
            times = info.file_size // max(info.compress_size, 1)
            raise BadArchive("ratio", f"压缩包里的“{info.filename}”展开后是压缩时的 {times} 倍，最多 {MOST_RATIO} 倍。")


def entries(archive: zipfile.ZipFile) -> list[Entry]:
    """Return the files, junk and folders left out, after checking every name and kind. Raises BadArchive."""
    infos = archive.infolist()
    encoding = encoding_of(infos)
    seen: set[str] = set()
    found: list[Entry] = []
    for info in infos:
        name = decoded(info, encoding)
        if JUNK.search(name):
            continue
        _check_name(info, name)
        key = folded(name.rstrip("/"))
        if key in seen:
            raise BadArchive("twins", f"压缩包里有两个“{name}”（只差大小写或写法）。请改名后重新打包。")
        seen.add(key)
        if not info.is_dir():
            found.append(Entry(info=info, name=unicodedata.normalize("NFC", name)))
    return found


def folded(name: str) -> str:
    """Return the form in which two spellings of a name are the same: whatever their case, width and composition."""
    return unicodedata.normalize("NFKC", name).casefold()


def encoding_of(infos: Sequence[zipfile.ZipInfo]) -> str:
    """Return how names without the UTF-8 flag are written: archives made on Chinese Windows are GBK without saying so."""
    raw = [_raw(info) for info in infos if not info.flag_bits & UTF8_FLAG]
    for encoding in ("ascii", "utf-8", "gb18030"):
        try:
            for name in raw:
                name.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "cp437"


def decoded(info: zipfile.ZipInfo, encoding: str) -> str:
    """Return the name in Unicode; one that says it is UTF-8 is taken at its word."""
    return info.filename if info.flag_bits & UTF8_FLAG else _raw(info).decode(encoding, errors="replace")


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, *, budget: Budget | None = None) -> Iterator[bytes]:
    """Yield the bytes of one file, counting: what comes out may not exceed what was claimed, nor the ratio, nor the budget."""
    count = 0
    try:
        with archive.open(info) as file:
            while chunk := file.read(CHUNK):
                count += len(chunk)
                if count > info.file_size or (count > SMALL_BYTES and count > MOST_RATIO * max(info.compress_size, 1)):
                    raise BadArchive("swollen", f"压缩包里的“{name}”展开后比它说的大得多，没有存。请重新打包再传。")
                if budget is not None:
                    budget.spend(len(chunk))
                yield chunk
    except BROKEN as error:
        raise BadArchive("damaged", f"压缩包里的“{name}”读不出来，可能已经损坏。请重新打包再传。") from error


def _raw(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("cp437", errors="replace")


def _check_name(info: zipfile.ZipInfo, name: str) -> None:
    parts = PurePosixPath(name).parts
    escapes = name.startswith("/") or "\\" in name or ".." in parts or re.match(r"[A-Za-z]:", name) is not None
    if escapes or any(ord(c) < 32 or ord(c) == 127 for c in info.orig_filename + name):
        raise BadArchive("escape", f"压缩包里的“{name!r}”想写到包外面去，没有存。请重新打包再传。")
    if any(DEVICES.fullmatch(part) or len(part.encode()) > MOST_NAME_BYTES for part in parts):
        raise BadArchive("name", f"压缩包里的“{name[:60]}”名字太长，或是 Windows 不能用的名字。请改名后重新打包。")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind and not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
        raise BadArchive("link", f"压缩包里的“{name}”是链接或设备，不是文件。请把它换成真正的文件再打包。")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise BadArchive("method", f"压缩包里的“{name}”用了少见的压缩方法。请用系统自带的压缩功能重新打包。")
