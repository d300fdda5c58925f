"""Unpacking into a folder where every file lies under its number: no name from the package meets the file system."""

import hashlib
import os
import re
import unicodedata
import zipfile
from pathlib import Path

from yanxiu.catalogue.packages import manifest
from yanxiu.catalogue.packages.paths import Files, media_type
from yanxiu.catalogue.packages.shape import Listing, Manifest, Part
from yanxiu.files.inspection.package import MOST_BYTES, check_type
from yanxiu.files.inspection.refusal import RefusedError
from yanxiu.kit import archive as archives

_XAPI = {"cmi5.xml", "tincan.xml"}
_AICC = re.compile(r"\.(?:crs|au|des|cst)$", re.IGNORECASE)


def unpack(source: Path, folder: Path, *, title: str) -> tuple[Listing, Manifest]:
    """Unpack a package into the empty `folder` and understand it. Raises RefusedError or BadArchive."""
    archives.check_magic(source)
    with archives.opened(source) as archive:
        archives.check_claims(archive.infolist(), most_bytes=MOST_BYTES)
        found = archives.entries(archive)
        for entry in found:
            check_type(entry.name)
        understood = _understood(archive, found, title=title)
        budget = archives.Budget(MOST_BYTES)
        parts = tuple(_part(archive, entry, folder / str(number), budget) for number, entry in enumerate(found))
        return Listing(parts=parts, encoding=archives.encoding_of(archive.infolist())), understood


def _understood(archive: zipfile.ZipFile, found: list[archives.Entry], *, title: str) -> Manifest:
    """Read the manifest first: a package that cannot be played is refused before anything is unpacked."""
    files = Files(entry.name for entry in found)
    name = _manifest_name(files)
    if name is not None:
        entry = next(one for one in found if one.name == name)
        raw = b"".join(archives.unpacked(archive, entry.info, name))
        return manifest.understood(raw, files, base=name[: -len(manifest.NAME)])
    if "h5p.json" in files:
        raise RefusedError("这是 H5P 课件，本站放不了（它的播放程序许可不相容）。请在制作工具里导出为 SCORM 1.2 再传。")
    if any(path.rpartition("/")[2].lower() in _XAPI for path in files if path.count("/") <= 1):
        raise RefusedError("这是 cmi5 或 xAPI 课件，本站不收。请在制作工具里导出为 SCORM 1.2 或 SCORM 2004 再传。")
    pages = manifest.pages(files, title=title)
    if pages is not None:
        return pages
    if any(_AICC.search(path) for path in files):
        raise RefusedError("这是 AICC 课件，本站不收。请在制作工具里导出为 SCORM 1.2 或 SCORM 2004 再传。")
    raise RefusedError(f"包里没有“{manifest.NAME}”，也没有“index.html”，不知道先打开哪一页。请用制作工具以 SCORM 格式导出再传。")


def _manifest_name(files: Files) -> str | None:
    """Return the manifest at the root, or in the one folder that somebody packed instead of its content."""
    found = sorted((path for path in files if path.rpartition("/")[2].lower() == manifest.NAME), key=lambda path: path.count("/"))
    return found[0] if found and found[0].count("/") <= 1 else None


def _part(archive: zipfile.ZipFile, entry: archives.Entry, place: Path, budget: archives.Budget) -> Part:
    digest, size = hashlib.sha256(), 0
    with place.open("xb") as file:
        for chunk in archives.unpacked(archive, entry.info, entry.name, budget=budget):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    path = unicodedata.normalize("NFC", entry.name)
    return Part(path=path, size=size, sha256=digest.hexdigest(), media_type=media_type(path))
