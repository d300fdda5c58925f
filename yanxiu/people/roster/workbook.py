"""Reads .xlsx: cell by cell in one pass, with types and merged ranges, in bounded memory; no DTD, no entities, no formulas."""

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from yanxiu.people.roster.archive import Archive
from yanxiu.people.roster.cells import MOST_COLUMNS, MOST_ROWS, Merge, Sheet, numeric
from yanxiu.people.roster.refusal import BadRoster
from yanxiu.people.roster.runs import ATTRIBUTE, CELL, ROW, ROWS, TEXT, TEXTS, Feed, Kind

MOST_SHEETS = 200
MOST_TEXT = 96 * 1024 * 1024
MOST_MERGES = 50_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
_RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?", re.ASCII)
Attributes = dict[str, str]
_NO_RUNS = Kind(element="-", depth=0, ending=b"-", take=lambda run: not run)


class _Enough(Exception):
    """The first rows are read; the rest is not wanted."""


class Workbook:
    """An .xlsx file. `names` are its sheets in order, with whether they are hidden."""

    def __init__(self, content: bytes) -> None:
        self._archive = Archive(content)
        self._parts = _parts(self._archive)
        self._strings: list[str] | None = None

    def sheets(self, *, first_rows: int) -> Iterator[Sheet]:
        """Yield the beginning of every sheet: its rows up to number `first_rows`."""
        for number in range(len(self._parts)):
            yield self.sheet(number, first_rows=first_rows)

    def sheet(self, number: int, *, first_rows: int = 0) -> Sheet:
        """Return one sheet, whole, or only its first rows."""
        if self._strings is None:
            self._strings = _shared_strings(self._archive)
        name, part, is_hidden = self._parts[number]
        reader = _SheetReader(Sheet(name=name, is_hidden=is_hidden), self._strings, first_rows)
        try:
            _parse(self._archive, part, reader.start, reader.end, reader.text, reader.runs)
        except _Enough:
            reader.sheet.is_whole = False
        return reader.sheet


class _SheetReader:
    """Gathers the cells of one sheet from the events of the parser."""

    def __init__(self, sheet: Sheet, strings: list[str], first_rows: int) -> None:
        self.sheet, self._strings, self._first_rows = sheet, strings, first_rows
        self._row: dict[int, str] = {}
        self._number = 0
        self._column = -1
        self._kind = "n"
        self._buffer: list[str] = []
        self._collects = self._has_formula = self._is_sound = False
        self._columns: dict[str, int] = {}
        self.runs = Kind(element="sheetData", depth=2, ending=b"</row>", take=self.take)

    def take(self, run: str) -> bool:
        """Read a run of plain rows; return False, nothing read, when it is not plain."""
        if not ROWS.fullmatch(run):
            return False
        rows = [(attributes, cells, ATTRIBUTE.findall(attributes)) for attributes, cells in ROW.findall(run)]
        if any(len(dict(pairs)) < len(pairs) for _, _, pairs in rows):
            return False  # an attribute twice, which the parser refuses
        for _, cells, pairs in rows:
            self._start_row(dict(pairs))
            for letters, self._kind, plain, inline in CELL.findall(cells):
                raw = plain or inline
                if raw:
                    self._kind, self._column = self._kind or "n", self._index(letters)
                    self._keep(self._value(raw))
            self._end_row()
        return True

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name in {"v", "t"}:
            self._collects = not self._is_sound
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "rPh":
            self._is_sound = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def text(self, data: str) -> None:
        if self._collects:
            self._buffer.append(data)

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._collects = False
        elif name == "c":
            self._end_cell()
        elif name == "rPh":
            self._is_sound = False
        elif name == "row":
            self._end_row()

    def _start_row(self, attributes: Attributes) -> None:
        raw = attributes.get("r", "")
        self._number = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 8 else self._number + 1
        self._row, self._column = {}, -1
        if attributes.get("hidden") in {"1", "true"}:
            self.sheet.hidden_rows += 1
        if self._first_rows and self._number > self._first_rows:
            raise _Enough

    def _end_row(self) -> None:
        if self._row:
            self.sheet.rows[self._number] = self._row
            if len(self.sheet.rows) > MOST_ROWS + 20:
                raise BadRoster(f"工作表「{self.sheet.name}」超过 {MOST_ROWS:,} 行。请分成几份再传。")

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r", "")
        found = _REFERENCE.match(reference)
        self._column = self._index(found.group(1)) if found else self._column + 1
        self._kind = attributes.get("t", "n")
        self._buffer, self._has_formula = [], False

    def _end_cell(self) -> None:
        self._keep(self._value("".join(self._buffer)))

    def _keep(self, value: str) -> None:
        if not value or value.isspace():
            return
        if self._column >= MOST_COLUMNS:
            raise BadRoster(f"工作表「{self.sheet.name}」第 {self._number} 行超过 {MOST_COLUMNS} 列。请只留名册要用的列再传。")
        self._row[self._column] = value

    def _value(self, raw: str) -> str:
        if not raw:
            return "=" if self._has_formula else ""
        if self._kind == "s":
            number = int(raw) if raw.isascii() and raw.isdecimal() else -1
            if not 0 <= number < len(self._strings):
                raise BadRoster(f"工作表「{self.sheet.name}」第 {self._number} 行的文字丢了。请在表格软件里重新另存一份再传。")
            return self._strings[number]
        if self._kind == "n":
            return numeric(raw.strip())
        if self._kind == "b":
            return "是" if raw.strip() == "1" else "否"
        return _unescaped(raw)

    def _merge(self, reference: str) -> None:
        found = _RANGE.fullmatch(reference)
        if found is None or len(self.sheet.merges) >= MOST_MERGES:
            raise BadRoster(f"工作表「{self.sheet.name}」的合并单元格读不懂或太多。请取消合并再传。")
        left, top, right, bottom = found.groups()
        self.sheet.merges.append(Merge(top=int(top), left=self._index(left), bottom=int(bottom or top), right=self._index(right or left)))

    def _index(self, text: str) -> int:
        index = self._columns.get(text)
        if index is None:
            index = 0
            for letter in text:
                index = index * 26 + ord(letter) - 64
            self._columns[text] = index = index - 1
        return index


def _parts(archive: Archive) -> list[tuple[str, str, bool]]:
    """Return name, part and hiddenness of the sheets."""
    targets: dict[str, str] = {}
    found: list[tuple[str, str, bool]] = []

    def relation(name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")

    def sheet(name: str, attributes: Attributes) -> None:
        if name == "sheet":
            key = next((value for attribute, value in attributes.items() if attribute.endswith(":id")), "")
            part = targets.get(key, "")
            if part.startswith("xl/worksheets/") and part in archive:
                found.append((attributes.get("name", "")[:60], part, attributes.get("state", "visible") != "visible"))

    _parse(archive, "xl/_rels/workbook.xml.rels", relation)
    _parse(archive, "xl/workbook.xml", sheet)
    if not found or len(found) > MOST_SHEETS:
        raise BadRoster(f"文件里有 {len(found)} 张工作表，应在 1 到 {MOST_SHEETS} 张之间。请只留名册再传。")
    return found


def _shared_strings(archive: Archive) -> list[str]:
    if "xl/sharedStrings.xml" not in archive:
        return []
    reader = _StringReader()
    _parse(archive, "xl/sharedStrings.xml", reader.start, reader.end, reader.text, reader.runs)
    return reader.strings


class _StringReader:
    """Gathers the shared texts; how a text sounds (rPh) is no part of it."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._buffer: list[str] = []
        self._collects = self._is_sound = False
        self._size = 0
        self.runs = Kind(element="sst", depth=1, ending=b"</si>", take=self.take)

    def take(self, run: str) -> bool:
        """Read a run of plain texts; return False, nothing read, when it is not plain."""
        if not TEXTS.fullmatch(run):
            return False
        texts = TEXT.findall(run)
        self._grow(sum(map(len, texts)))
        self.strings += [_unescaped(text) for text in texts] if "_x" in run else texts
        return True

    def start(self, name: str, attributes: Attributes) -> None:  # noqa: ARG002 - the parser's signature
        if name == "si":
            self._buffer = []
        elif name == "rPh":
            self._is_sound = True
        elif name == "t":
            self._collects = not self._is_sound

    def end(self, name: str) -> None:
        if name == "t":
            self._collects = False
        elif name == "rPh":
            self._is_sound = False
        elif name == "si":
            self.strings.append(_unescaped("".join(self._buffer)))

    def text(self, data: str) -> None:
        if self._collects:
            self._grow(len(data))
            self._buffer.append(data)

    def _grow(self, count: int) -> None:
        self._size += count
        if self._size > MOST_TEXT:
            raise BadRoster("表格里的文字多得不像名册，没有读。请把名册复制到一张新表再传。")


def _parse(
    archive: Archive,
    part: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    runs: Kind | None = None,
) -> None:
    """Feed a part to the parser; element names come without prefix. Raises BadRoster for a DTD or broken XML."""
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    feed = Feed(parser, runs or _NO_RUNS)

    def started(name: str, attributes: Attributes) -> None:
        name = name.rpartition(":")[2]
        feed.started(name)
        start(name, attributes)

    def ended(name: str) -> None:
        feed.ended()
        if end is not None:
            end(name.rpartition(":")[2])

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = started, ended, text
    try:
        for chunk in archive.chunks(part):
            feed.put(chunk)
        feed.close()
    except ExpatError as error:
        raise BadRoster("这个 .xlsx 文件里有一部分损坏了，读不出来。请在表格软件里重新另存一份再传。") from error


def _refuse_doctype(*_details: Any) -> None:
    raise BadRoster("这个 .xlsx 文件带着外部声明（DTD），不安全，没有读。请把名册复制到一张新表再传。")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    number = int(found.group(1), 16)
    return "\ufffd" if 0xD800 <= number <= 0xDFFF else chr(number)
