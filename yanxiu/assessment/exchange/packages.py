"""QTI as people send it: a document, or a zip of documents and pictures, whoever packed it (security UP-02, UP-03, UP-05)."""

import io
import posixpath
import re
import zipfile
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from yanxiu.assessment.exchange import qti1, qti2
from yanxiu.assessment.exchange.markup import Finder
from yanxiu.assessment.exchange.shape import BadQuestionFile, Gathering
from yanxiu.assessment.exchange.xml import parsed, walk
from yanxiu.kit import archive as archives

MOST_UNPACKED = 200 * 1024 * 1024
MOST_XML = 20 * 1024 * 1024
MOST_PICTURE = 15 * 1024 * 1024
_ITEM, _ASSESSMENT = "assessmentitem", "questestinterop"
_BEGINS = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,30}:)?(qti-assessment-item|assessmentItem|questestinterop)[\s>]")
_QTI3 = re.compile(rb"imsqtiasi_v3p0|<(?:\w{1,20}:)?qti-")
_CANVAS = ("$IMS-CC-FILEBASE$", "%24IMS-CC-FILEBASE%24", "$CANVAS_COURSE_REFERENCE$")


def read_document(data: bytes) -> Gathering:
    """Read a bare document. Raises BadQuestionFile when it holds no questions of QTI."""
    root = parsed(data)
    found = Gathering(_format(data, root))
    _take(root, found, "", lambda _: None)
    return found


def read_package(data: bytes) -> Gathering:
    """Read a package. Raises BadQuestionFile for what is no archive, for hostile ones, and for one without questions of QTI."""
    try:
        with archives.opened(io.BytesIO(data)) as archive:
            archives.check_claims(archive.infolist(), most_bytes=MOST_UNPACKED)
            return _read(_Package(archive))
    except archives.BadArchive as error:
        raise BadQuestionFile(str(error)) from error


class _Package:
    """An opened archive: its members by name, each read through the same budget."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._budget = archives.Budget(MOST_UNPACKED)
        self.entries = {one.name: one.info for one in archives.entries(archive)}
        self._folded = {archives.folded(name): name for name in self.entries}

    def bytes_of(self, name: str, most: int) -> bytes | None:
        """Return a member's bytes; None when it is not there, or larger than `most`."""
        info = self.entries.get(name) or self.entries.get(self._folded.get(archives.folded(name), ""))
        if info is None or info.file_size > most:
            return None
        return b"".join(archives.unpacked(self._archive, info, name, budget=self._budget))

    def finder(self, document: str) -> Finder:
        """Return how addresses in a document lead to members."""

        def find(address: str) -> tuple[str, bytes] | None:
            path = unquote(address).partition("?")[0].partition("#")[0]
            if "://" in path or not path:
                return None
            for sign in _CANVAS:
                if path.startswith(unquote(sign)):
                    bare = path[len(unquote(sign)) :].lstrip("/")
                    return self._first([posixpath.join("web_resources", bare), bare])
            beside = posixpath.normpath(posixpath.join(posixpath.dirname(document), path))
            return self._first([beside, posixpath.normpath(path).lstrip("/")])

        return find

    def _first(self, names: list[str]) -> tuple[str, bytes] | None:
        for name in names:
            data = self.bytes_of(name, MOST_PICTURE)
            if data is not None:
                return posixpath.basename(name), data
        return None


def _read(package: _Package) -> Gathering:
    documents = []
    is_third = False
    for name in _in_order(package):
        data = package.bytes_of(name, MOST_XML)
        if data is None:
            raise BadQuestionFile(f"压缩包里的“{name[-80:]}”超过 {MOST_XML // 1024 // 1024} MB，没有读。请分成几份再导入。")
        if _BEGINS.search(data[:20_000]):
            documents.append((name, data))
            is_third = is_third or _QTI3.search(data[:4_000]) is not None
    if not documents:
        raise BadQuestionFile("压缩包里没有 QTI 题目（assessmentItem 或 questestinterop）。请确认是从题库导出的 QTI 包。")
    found: Gathering | None = None
    for name, data in documents:
        root = parsed(data, name)
        found = found or Gathering("qti1" if root.tag == _ASSESSMENT else "qti3" if is_third else "qti2")
        _take(root, found, name, package.finder(name))
    assert found is not None  # noqa: S101 - documents is not empty
    return found


def _in_order(package: _Package) -> list[str]:
    """Return the documents in the order of the manifest, then the others by name."""
    names = [name for name in sorted(package.entries) if name.lower().endswith((".xml", ".qti", ".dat")) and not _is_manifest(name)]
    manifest = next((name for name in package.entries if _is_manifest(name)), None)
    data = package.bytes_of(manifest, MOST_XML) if manifest else None
    if manifest is None or data is None:
        return names
    folder = posixpath.dirname(manifest)
    listed = [
        posixpath.normpath(posixpath.join(folder, unquote(one.attrib.get("href", "")))) for one in walk(parsed(data, manifest), "file")
    ]
    order = {name: place for place, name in reversed(list(enumerate(listed)))}
    return sorted(names, key=lambda name: (order.get(name, len(order)), name))


def _is_manifest(name: str) -> bool:
    return posixpath.basename(name).lower() == "imsmanifest.xml"


def _take(root: Element, found: Gathering, name: str, finder: Finder) -> None:
    shown = f"“{name[-60:]}”" if name else ""
    if root.tag == _ITEM:
        qti2.read(root, found, shown or "第 1 题", finder)
        return
    items = list(walk(root, _ITEM))
    if items:
        for number, item in enumerate(items, start=1):
            qti2.read(item, found, f"{shown}第 {number} 题", finder)
        return
    if root.tag != _ASSESSMENT and not any(True for _ in walk(root, "item")):
        raise BadQuestionFile("这份 XML 里没有题目。收 Moodle XML 和 QTI 1.2、2.1、3.0。")
    qti1.read(root, found, shown, finder)


def _format(data: bytes, root: Element) -> str:
    if root.tag != _ITEM and not any(True for _ in walk(root, _ITEM)):
        return "qti1"
    return "qti3" if _QTI3.search(data[:4_000]) else "qti2"
