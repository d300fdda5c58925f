"""PowerPoint: printed to PDF by LibreOffice where it is installed; else the words and pictures of each slide, in order."""

import html
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree  # the check of the upload has refused every DTD

from yanxiu.files import documents
from yanxiu.files.conversion.refusal import FailedError
from yanxiu.files.conversion.word import Album

MOST_SLIDES = 300
MOST_PART_BYTES = 20 * 1024 * 1024
PRINTING_SECONDS = 240
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def printed(source: Path, place: Path) -> Path | None:
    """Return the PDF that LibreOffice makes of the slides, None where there is no LibreOffice or it does not come to its end."""
    program = shutil.which("soffice", path=os.defpath + os.pathsep + "/usr/local/bin")
    if program is None:
        return None
    named = place / "slides.pptx"
    shutil.copyfile(source, named)
    command = [program, f"-env:UserInstallation=file://{place}/profile", "--headless", "--norestore", "--convert-to", "pdf",
               "--outdir", str(place), str(named)]  # fmt: skip
    try:
        subprocess.run(command, cwd=place, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=PRINTING_SECONDS)  # noqa: S603
    except subprocess.TimeoutExpired:
        return None
    finally:
        named.unlink()
        shutil.rmtree(place / "profile", ignore_errors=True)
    made = place / "slides.pdf"
    return made if made.exists() else None


def make(source: Path, place: Path) -> dict[str, object]:
    """Write `body.html`: a section for each slide with its heading, its words and its pictures."""
    album = Album(place)
    try:
        with zipfile.ZipFile(source) as archive:
            names = _slides(archive)
            sections = [_section(archive, name, number, album) for number, name in enumerate(names[:MOST_SLIDES], start=1)]
    except (KeyError, ValueError, OSError, ElementTree.ParseError, zipfile.BadZipFile) as error:
        raise FailedError("PowerPoint 读不出内容，可能已损坏。请另存一份再传，现在可以下载原文件看。") from error
    if not sections:
        raise FailedError("PowerPoint 里没有一页。请检查后重新上传。")
    (place / "body.html").write_text(documents.clean("\n".join(sections)), encoding="utf-8")
    return {"html": True, "total": len(names)}


def _slides(archive: zipfile.ZipFile) -> list[str]:
    """Return the parts of the slides that are shown, in their order."""
    targets = _targets(archive, "ppt/presentation.xml")
    root = _part(archive, "ppt/presentation.xml")
    return [targets[one.attrib[f"{_R}id"]] for one in root.iter(f"{_P}sldId") if one.attrib.get(f"{_R}id") in targets]


def _section(archive: zipfile.ZipFile, name: str, number: int, album: Album) -> str:
    root = _part(archive, name)
    targets = _targets(archive, name)
    heading, lines, pictures = "", [], []
    for shape in root.iter(f"{_P}sp"):
        words = ["".join(piece.text or "" for piece in line.iter(f"{_A}t")).strip() for line in shape.iter(f"{_A}p")]
        words = [line for line in words if line]
        place = shape.find(f".//{_P}nvPr/{_P}ph")
        if place is not None and place.attrib.get("type", "") in {"title", "ctrTitle"} and words and not heading:
            heading = " ".join(words)
        else:
            lines += words
    for table in root.iter(f"{_A}tbl"):
        for row in table.iter(f"{_A}tr"):
            lines.append("　".join("".join(piece.text or "" for piece in cell.iter(f"{_A}t")) for cell in row.iter(f"{_A}tc")))
    for blip in root.iter(f"{_A}blip"):
        target = targets.get(blip.attrib.get(f"{_R}embed", ""))
        kept = album.keep(_read(archive, target)) if target is not None else None
        if kept:
            pictures.append(f'<p><img src="{kept}" alt=""></p>')
    title = html.escape(heading or f"第 {number} 页")
    return f"<section><h2>{number}. {title}</h2>{''.join(f'<p>{html.escape(line)}</p>' for line in lines)}{''.join(pictures)}</section>"


def _targets(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Return the parts that a part points to inside the file, by their ids."""
    path = PurePosixPath(name)
    found: dict[str, str] = {}
    for one in _part(archive, f"{path.parent}/_rels/{path.name}.rels"):
        if one.attrib.get("TargetMode") != "External":
            found[one.attrib["Id"]] = _joined(str(path.parent), one.attrib["Target"])
    return found


def _joined(folder: str, target: str) -> str:
    parts: list[str] = [] if target.startswith("/") else folder.split("/")
    for part in re.split(r"[/\\]", target.lstrip("/")):
        if part == "..":
            parts = parts[:-1]
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def _part(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(_read(archive, name))  # noqa: S314 - no DTD comes this far


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > MOST_PART_BYTES:
        raise FailedError("PowerPoint 里有一页太大，不适合在页面里看。请导出为 PDF 再传。")
    return archive.read(name)
