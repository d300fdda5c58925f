"""Which format a file is, by what is in it; its name only decides where two are possible. Runs in the confined child."""

import re

from yanxiu.assessment.exchange import aiken, gift, layout, moodle, packages, sheet, word
from yanxiu.assessment.exchange.decoding import decoded
from yanxiu.assessment.exchange.layout import Line
from yanxiu.assessment.exchange.markup import from_inline, literal
from yanxiu.assessment.exchange.shape import BadQuestionFile, Gathering, Known, Loose, Reading
from yanxiu.kit import archive as archives

MOST_BYTES = 20 * 1024 * 1024
MOST_PACKED_BYTES = 100 * 1024 * 1024
LONGEST_LINE = 200_000
EXTENSIONS = ("xlsx", "docx", "txt", "gift", "xml", "qti", "zip", "imscc")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = {b"%PDF": "这是 PDF，读不出题目。请用 Word 打开，另存为 .docx 再传。", b"Rar!": "这是 RAR 压缩包。请换成 ZIP 再传。",
           b"7z\xbc\xaf": "这是 7z 压缩包。请换成 ZIP 再传。",
           b"\x1f\x8b": "这是 GZIP 压缩包（可能是 Moodle 课程备份）。请在题库里导出 Moodle XML 再传。",
           b"{\\rtf": "这是 RTF 文档。请在 Word 里另存为 .docx 再传。"}  # fmt: skip
_XML = re.compile(r"\s*(?:<\?xml|<!--|<!DOCTYPE|<[A-Za-z_][\w.:-]{0,60}[\s>])")
_MOODLE = re.compile(r"<quiz[\s>]")
_PAGE = re.compile(r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!DOCTYPE\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL)


def read(data: bytes, name: str, *, known: Known) -> tuple[Reading, list[Loose]]:
    """Return what a file holds, and the pictures and sounds that came with it. Raises BadQuestionFile for the file as a whole.

    For the confined child. Cost: at most 60 s, some MB for each MB of the file.
    """
    found = _gathered(data, name, known)
    if not found.understood and not found.refused:
        raise BadQuestionFile("文件里没有读到题目。请对照模板或格式说明，核对题号、选项和答案的写法。")
    return found.reading(), found.files


def _gathered(data: bytes, name: str, known: Known) -> Gathering:
    if not data:
        raise BadQuestionFile("文件是空的，0 字节。请核对后重新选择。")
    is_packed = data[:4].startswith(archives.MAGIC)
    most = MOST_PACKED_BYTES if is_packed else MOST_BYTES
    if len(data) > most:
        raise BadQuestionFile(f"文件 {len(data) / 1024 / 1024:.0f} MB，最多 {most // 1024 // 1024} MB。请分成几份再导入。")
    if data.startswith(_OLE):
        raise BadQuestionFile("这是旧格式（.doc、.xls）或加了口令的文件。请去掉口令，另存为 .docx 或 .xlsx 再传。")
    for magic, words in _OTHERS.items():
        if data.startswith(magic):
            raise BadQuestionFile(words)
    return _packed(data, name, known) if is_packed else _texts(data, name)


def _packed(data: bytes, name: str, known: Known) -> Gathering:
    if b"word/document.xml" in data or name.lower().endswith(".docx"):
        found = Gathering("word")
        layout.read(word.lines(data, found), found)
        return found
    if b"xl/workbook" in data or name.lower().endswith(".xlsx"):
        return sheet.read(data, known)
    if b"ppt/presentation.xml" in data:
        raise BadQuestionFile("这是演示文稿，读不出题目。请把题目存成 .docx 或 .xlsx 再传。")
    return packages.read_package(data)


def _texts(data: bytes, name: str) -> Gathering:
    text = decoded(data)
    if _PAGE.match(text[:4_000]):
        raise BadQuestionFile("这是网页，读不出题目。请把题目复制到 Word 或 Excel 里，对照模板存好再导入。")
    if _XML.match(text):
        source = _as_utf8(text)
        return moodle.read(source) if _MOODLE.search(text[:20_000]) else packages.read_document(source)
    longest = max((len(line) for line in text.split("\n")), default=0)
    if longest > LONGEST_LINE:
        raise BadQuestionFile(f"有一行长 {longest:,} 个字符，不像题目，没有读。请核对文件，一题一段再导入。")
    if aiken.looks(text) and not gift.looks(text):
        return aiken.read(text)
    if gift.looks(text) or name.lower().endswith(".gift"):
        return gift.read(text)
    if not layout.looks(text):
        raise BadQuestionFile("看不出是哪种题目格式。纯文本收：题号加“答案：”的排版、GIFT、Aiken。请对照格式说明核对。")
    found = Gathering("text")
    rows = enumerate(text.split("\n"), start=1)
    layout.read((Line(text=from_inline(literal(row)), place=f"第 {number} 行") for number, row in rows), found)
    return found


def _as_utf8(text: str) -> bytes:
    """Return XML as UTF-8, whatever encoding it declared: it was read already."""
    return re.sub(r"(<\?xml[^>]{0,200}?)\s+encoding\s*=\s*[\"'][^\"']{0,40}[\"']", r"\1", text.lstrip("\ufeff \n\t"), count=1).encode()
