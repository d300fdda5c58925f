"""Word documents as lines: paragraphs with the numbers and letters that Word counts itself, pictures, formulas; no macros, no DTD.

A reader of our own: mammoth gives lists without their kind of number, and a paper is nothing without its A, B, C.
"""

import io
import posixpath
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from yanxiu.assessment.exchange.layout import Line
from yanxiu.assessment.exchange.markup import from_inline, literal_inside
from yanxiu.assessment.exchange.shape import BadQuestionFile, Gathering
from yanxiu.assessment.exchange.xml import child, children, parsed, walk
from yanxiu.kit import archive as archives

MOST_UNPACKED = 120 * 1024 * 1024
MOST_PART = 40 * 1024 * 1024
_PICTURES = {"png", "jpg", "jpeg", "webp", "gif"}
_DOCUMENT = "word/document.xml"
_CHINESE = "一二三四五六七八九十"
Part = Callable[[str], bytes | None]
"""From a part's name to its bytes; None when it is not there."""


def lines(data: bytes, found: Gathering) -> Iterator[Line]:
    """Yield the paragraphs of a document; its pictures go to `found`. Raises BadQuestionFile."""
    try:
        with archives.opened(io.BytesIO(data)) as archive:
            archives.check_claims(archive.infolist(), most_bytes=MOST_UNPACKED)
            budget = archives.Budget(MOST_UNPACKED)
            infos = {one.name: one.info for one in archives.entries(archive)}
            if any("vbaproject" in name.lower() for name in infos):
                raise BadQuestionFile("文档里带着宏（程序），不能收。请另存为不带宏的 .docx 再传。")

            def part(name: str) -> bytes | None:
                info = infos.get(name)
                if info is None or info.file_size > MOST_PART:
                    return None
                return b"".join(archives.unpacked(archive, info, name, budget=budget))

            document = part(_DOCUMENT)
            if document is None:
                raise BadQuestionFile("这不是 Word 文档（可能只是改了后缀）。请在 Word 里另存为 .docx 再传。")
            yield from _Document(part, found).lines(parsed(document, "document.xml"))
    except archives.BadArchive as error:
        raise BadQuestionFile(str(error).replace("压缩包", "文档")) from error


class _Document:
    """What a paragraph needs besides itself: how its list counts, and where its pictures are."""

    def __init__(self, part: Part, found: Gathering) -> None:
        self._part, self._found = part, found
        self._targets = _targets(part)
        self._formats = _formats(part)
        self._counts: dict[tuple[str, int], int] = {}

    def lines(self, root: Element) -> Iterator[Line]:
        """Yield the lines in their order; a table's cells of one row stand on one line, parted by |."""
        body = child(root, "body")
        number = 0
        for block in body if body is not None else []:
            texts = [self._paragraph(block)] if block.tag == "p" else self._rows(block) if block.tag == "tbl" else []
            for text in texts:
                number += 1
                for piece in text.split("\n"):
                    yield Line(text=piece, place=f"第 {number} 段")

    def _rows(self, table: Element) -> list[str]:
        rows = []
        for row in children(table, "tr"):
            cells = ["\n".join(self._paragraph(one) for one in walk(cell, "p")) for cell in children(row, "tc")]
            rows.append(cells[0] if len(cells) == 1 else " | ".join(cell.replace("\n", " ") for cell in cells))
        return rows

    def _paragraph(self, paragraph: Element) -> str:
        pieces: list[str] = []
        self._write(paragraph, pieces)
        text = from_inline("".join(pieces))
        return self._counted(paragraph) + text if text.strip() else ""

    def _write(self, element: Element, pieces: list[str]) -> None:
        for one in element:
            if one.tag == "t":
                pieces.append(literal_inside(one.text or ""))
            elif one.tag in {"tab", "ptab"} and element.tag == "r":
                pieces.append("\t")
            elif one.tag in {"br", "cr"}:
                pieces.append("\n")
            elif one.tag in {"omath", "omathpara"}:
                pieces.append(f"${formula(one)}$")
            elif one.tag in {"blip", "imagedata"}:
                pieces.append(self._picture(one.attrib.get("embed") or one.attrib.get("id", "")))
            elif one.tag not in {"del", "instrtext", "deltext", "ppr", "fallback"}:
                self._write(one, pieces)

    def _picture(self, key: str) -> str:
        target = self._targets.get(key, "")
        data = self._part(target) if target else None
        if data is None or target.rpartition(".")[2].lower() not in _PICTURES:
            self._found.note("有图片读不出来（不是 PNG、JPG），用文字代替", "文档里")
            return "[图]"
        return f"![图](file:{self._found.attach(posixpath.basename(target), data)})"

    def _counted(self, paragraph: Element) -> str:
        """Return the number or letter that Word shows before the paragraph."""
        numbering = child(paragraph, "ppr", "numpr")
        level, list_id = child(numbering, "ilvl"), child(numbering, "numid")
        if list_id is None:
            return ""
        key = (list_id.attrib.get("val", ""), int(level.attrib.get("val", "0") or 0) if level is not None else 0)
        form = self._formats.get(key)
        if form is None:
            return ""
        self._counts[key] = self._counts.get(key, form[2] - 1) + 1
        for other in [one for one in self._counts if one[0] == key[0] and one[1] > key[1]]:
            del self._counts[other]
        return _shown(form[0], form[1], self._counts[key], key[1])


def formula(element: Element) -> str:
    """Return a formula of Word (OMML) as LaTeX, as far as schools write them."""
    made = []
    for one in element:
        if one.tag == "t":
            made.append(one.text or "")
        elif one.tag == "f":
            made.append(f"\\frac{{{_of(one, 'num')}}}{{{_of(one, 'den')}}}")
        elif one.tag in {"ssup", "ssub", "ssubsup"}:
            sub = f"_{{{_of(one, 'sub')}}}" if one.tag != "ssup" else ""
            sup = f"^{{{_of(one, 'sup')}}}" if one.tag != "ssub" else ""
            made.append(f"{{{_of(one, 'e')}}}{sub}{sup}")
        elif one.tag == "rad":
            degree = _of(one, "deg")
            made.append(f"\\sqrt{f'[{degree}]' if degree else ''}{{{_of(one, 'e')}}}")
        elif one.tag == "d":
            made.append("(" + ",".join(formula(inner) for inner in children(one, "e")) + ")")
        elif isinstance(one.tag, str) and not one.tag.endswith("pr"):
            made.append(formula(one))
    return "".join(made).replace("$", "")


def _of(element: Element, tag: str) -> str:
    found = child(element, tag)
    return formula(found) if found is not None else ""


def _targets(part: Part) -> dict[str, str]:
    data = part("word/_rels/document.xml.rels")
    if data is None:
        return {}
    rows = walk(parsed(data, "document.xml.rels"), "relationship")
    return {
        row.attrib.get("id", ""): posixpath.normpath(posixpath.join("/word", row.attrib.get("target", ""))).lstrip("/")
        for row in rows
        if row.attrib.get("targetmode") != "External"
    }


def _formats(part: Part) -> dict[tuple[str, int], tuple[str, str, int]]:
    """Return, for a list and a level, its kind of number, its pattern (`%1.`) and its first number."""
    data = part("word/numbering.xml")
    if data is None:
        return {}
    root = parsed(data, "numbering.xml")
    shapes: dict[str, dict[int, tuple[str, str, int]]] = {}
    for one in children(root, "abstractnum"):
        levels = shapes.setdefault(one.attrib.get("abstractnumid", ""), {})
        for level in children(one, "lvl"):
            kind, text, start = (child(level, tag) for tag in ("numfmt", "lvltext", "start"))
            first = start.attrib.get("val", "1") if start is not None else "1"
            levels[int(level.attrib.get("ilvl", "0") or 0)] = (
                kind.attrib.get("val", "") if kind is not None else "", text.attrib.get("val", "") if text is not None else "",
                int(first) if first.isdecimal() else 1,
            )  # fmt: skip
    found = {}
    for one in children(root, "num"):
        shape = child(one, "abstractnumid")
        for depth, form in shapes.get(shape.attrib.get("val", "") if shape is not None else "", {}).items():
            found[one.attrib.get("numid", ""), depth] = form
    return found


def _shown(kind: str, pattern: str, count: int, level: int) -> str:
    if kind in {"upperLetter", "lowerLetter"} and 1 <= count <= 26:
        word = chr(64 + count)
    elif kind.startswith(("chinese", "japaneseCounting", "ideograph", "taiwaneseCounting")) and 1 <= count <= 10:
        word = _CHINESE[count - 1]
    elif kind.startswith("decimal"):
        word = str(count)
    else:
        return ""
    shown = pattern.replace(f"%{level + 1}", word)
    return (shown if "%" not in shown else f"{word}.") + " "
