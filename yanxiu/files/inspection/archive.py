"""Zip archives: bounded by what they claim and again by what comes out (security UP-02, UP-03, UP-11)."""

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from yanxiu.files.inspection.refusal import RefusedError

MOST_ENTRIES = 5_000
MOST_RATIO = 100
MOST_BYTES = 1024 * 1024 * 1024
SMALL_BYTES = 1024 * 1024  # under this a high ratio is no harm: a page of blanks
MOST_NAME_BYTES = 255
CHUNK = 64 * 1024
MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
JUNK = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")
NESTED = {"zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "zst", "iso", "cab", "jar", "war"}
PROGRAMS = {"exe", "com", "bat", "cmd", "scr", "msi", "lnk", "pif", "vbs", "vbe", "js", "jse", "wsf", "hta", "ps1", "reg", "dll", "sh",
            "php", "phar", "jsp", "asp", "aspx", "py", "apk", "html", "htm", "xhtml", "svg", "swf", "mht"}  # fmt: skip
DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def inspect(extension: str, source: Path, target: Path) -> dict[str, object]:  # noqa: ARG001 - every parser is called alike
    """Check every name and every byte of the archive; nothing is written anywhere."""
    with opened(source) as archive:
        for info, name in checked(archive, most_bytes=MOST_BYTES):
            _check_type(name)
            for _ in unpacked(archive, info, name):
                pass
    return {}


def opened(source: Path) -> zipfile.ZipFile:
    """Open the archive. Raises RefusedError when it is none."""
    with source.open("rb") as file:
        if not file.read(4).startswith(MAGIC):
            raise RefusedError("这不是 ZIP 压缩包（RAR、7z 也请先转成 ZIP）。请重新打包成 ZIP 再传。")
    try:
        return zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise RefusedError("压缩包打不开，可能没有传完整。请重新打包再传。") from error


def checked(archive: zipfile.ZipFile, *, most_bytes: int) -> list[tuple[zipfile.ZipInfo, str]]:
    """Return the files with their names, junk left out, after checking all that the archive claims."""
    infos = archive.infolist()
    if not infos or len(infos) > MOST_ENTRIES:
        raise RefusedError(f"压缩包里有 {len(infos)} 个文件，应在 1 到 {MOST_ENTRIES} 个之间。请分成几包再传。")
    if sum(info.file_size for info in infos) > most_bytes:
        raise RefusedError(f"压缩包展开后超过 {most_bytes // 1024 // 1024} MB。请分成几包再传。")
    seen: set[str] = set()
    found: list[tuple[zipfile.ZipInfo, str]] = []
    for info in infos:
        name = decoded(info)
        if JUNK.search(name):
            continue
        _check_name(info, name)
        folded = unicodedata.normalize("NFC", name.rstrip("/")).casefold()
        if folded in seen:
            raise RefusedError(f"压缩包里有两个“{name}”（只差大小写或写法）。请改名后重新打包。")
        seen.add(folded)
        if not info.is_dir():
            found.append((info, name))
    return found


def decoded(info: zipfile.ZipInfo) -> str:
    """Return the name in Unicode: archives made on Chinese Windows are GBK without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.orig_filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gbk"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """Yield the bytes of one file, counting: what comes out may not exceed what was claimed, nor the ratio."""
    count = 0
    try:
        with archive.open(info) as file:
            while chunk := file.read(CHUNK):
                count += len(chunk)
                if count > info.file_size or (count > SMALL_BYTES and count > MOST_RATIO * max(info.compress_size, 1)):
                    raise RefusedError(f"压缩包里的“{name}”展开后比它说的大得多，没有存。请重新打包再传。")
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise RefusedError(f"压缩包里的“{name}”读不出来，可能已经损坏。请重新打包再传。") from error


def _check_name(info: zipfile.ZipInfo, name: str) -> None:
    parts = PurePosixPath(name).parts
    escapes = name.startswith("/") or "\\" in name or ".." in parts or re.match(r"[A-Za-z]:", name) is not None
    if escapes or any(ord(c) < 32 or ord(c) == 127 for c in info.orig_filename + name):
        raise RefusedError(f"压缩包里的“{name!r}”想写到包外面去，没有存。请重新打包再传。")
    if any(DEVICES.fullmatch(part) or len(part.encode()) > MOST_NAME_BYTES for part in parts):
        raise RefusedError(f"压缩包里的“{name[:60]}”名字太长，或是 Windows 不能用的名字。请改名后重新打包。")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind and not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
        raise RefusedError(f"压缩包里的“{name}”是链接，不是文件。请把它换成真正的文件再打包。")
    if info.flag_bits & 0x1:
        raise RefusedError("压缩包设了口令，打不开。请去掉口令重新打包。")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise RefusedError(f"压缩包里的“{name}”用了少见的压缩方法。请用系统自带的压缩功能重新打包。")
    if info.file_size > SMALL_BYTES and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise RefusedError(f"压缩包里的“{name}”展开后是压缩时的 {info.file_size // max(info.compress_size, 1)} 倍，最多 {MOST_RATIO} 倍。")


def _check_type(name: str) -> None:
    extension = name.rpartition(".")[2].lower()
    if extension in NESTED:
        raise RefusedError(f"压缩包里还有压缩包“{name}”。请全部解开，重新打成一个包。")
    if extension in PROGRAMS:
        raise RefusedError(f"压缩包里有网页或程序文件“{name}”，不能收。请删掉它重新打包。")
