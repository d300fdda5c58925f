"""Words out of office files and PDF. Runs in the child process only."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
from defusedxml import ElementTree

from yanxiu.kit import archive as archives

MOST_BYTES = 200 * 1024 * 1024
MOST_PART_BYTES = 32 * 1024 * 1024
MOST_PAGES = 300
_SLIDE = re.compile(r"ppt/(slides/slide|notesSlides/notesSlide)(\d+)\.xml")


def word(source: Path, most: int) -> str:
    """Return the paragraphs of a Word document, foot and end notes after the text."""
    return _joined((text for name in ("document", "footnotes", "endnotes") for text in _parts(source, f"word/{name}.xml")), most)


def slides(source: Path, most: int) -> str:
    """Return the paragraphs of slides and their notes, in the order of the slides."""
    return _joined(_parts(source, ""), most)


def pdf(source: Path, most: int) -> str:
    """Return the text of the pages."""
    return _joined(_pages(source), most)


READERS: dict[str, Callable[[Path, int], str]] = {"docx": word, "pptx": slides, "pdf": pdf}


def _parts(source: Path, name: str) -> Iterator[str]:
    archives.check_magic(source)
    with archives.opened(source) as archive:
        archives.check_claims(archive.infolist(), most_bytes=MOST_BYTES)
        found = [entry for entry in archives.entries(archive) if (entry.name == name if name else _SLIDE.fullmatch(entry.name))]
        for entry in sorted(found, key=lambda one: (_number(one.name), "notes" in one.name)):
            content = b""
            for chunk in archives.unpacked(archive, entry.info, entry.name):
                content += chunk
                if len(content) > MOST_PART_BYTES:
                    return
            yield from _paragraphs(content)


def _number(name: str) -> int:
    digits = re.search(r"(\d+)\.xml$", name)
    return int(digits[1]) if digits else 0


def _paragraphs(content: bytes) -> Iterator[str]:
    """Yield the words of each paragraph, whatever the vocabulary: `p` holds runs whose `t` holds words."""
    for paragraph in ElementTree.fromstring(content).iter():
        if paragraph.tag.rpartition("}")[2] == "p":
            words = "".join(one.text or "" for one in paragraph.iter() if one.tag.rpartition("}")[2] == "t")
            if words.strip():
                yield words


def _pages(source: Path) -> Iterator[str]:
    with pypdfium2.PdfDocument(source) as document:
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            words = page.get_textpage()
            yield words.get_text_bounded().replace("\r\n", "\n").replace("\x00", "")
            words.close()
            page.close()


def _joined(paragraphs: Iterator[str], most: int) -> str:
    kept, count = [], 0
    for one in paragraphs:
        kept.append(one)
        count += len(one) + 1
        if count >= most:
            break
    return "\n".join(kept)[:most]
