"""What an Office file tells though its author may not think of it: names, comments, changes, hidden parts (security UP-12)."""

import html
import re
from collections.abc import Mapping

_PARTS = re.compile(
    r"docProps/core\.xml|word/(?:comments|document)\.xml|xl/workbook\.xml|xl/(?:threadedComments/|comments)[^/]*\.xml"
    r"|ppt/(?:comments|notesSlides|slides)/[^/]+\.xml"
)
_PERSON = re.compile(r"<(?:dc:creator|cp:lastModifiedBy)>([^<]{1,100})</")
_SHEET = re.compile(r"<sheet\b[^>]*>")
_TEXT = re.compile(r"<a:t>([^<]*)</a:t>")
_NOBODY = {"", "administrator", "admin", "user", "windows 用户", "microsoft office 用户", "python-docx", "openpyxl"}
MOST_NAMED = 5


def matters(name: str) -> bool:
    """Tell whether a part is looked into."""
    return _PARTS.fullmatch(name) is not None


def found(extension: str, parts: Mapping[str, bytes]) -> list[str]:
    """Return a sentence for everything that readers could find, with what to do about it."""
    texts = {name: raw.decode("utf-8", "replace") for name, raw in parts.items()}
    people = sorted({html.unescape(name).strip() for name in _PERSON.findall(texts.get("docProps/core.xml", ""))})
    people = [name for name in people if name.lower() not in _NOBODY]
    sentences = (
        [f"文件属性里有姓名：{'、'.join(people[:MOST_NAMED])}。不想公开的话，请在“文件 > 信息 > 检查文档”里删去再传。"] if people else []
    )
    looked = {"docx": _word, "xlsx": _excel, "pptx": _powerpoint}[extension](texts)
    return [*sentences, *looked]


def _word(texts: Mapping[str, str]) -> list[str]:
    comments = len(re.findall(r"<w:comment\b", texts.get("word/comments.xml", "")))
    changes = len(re.findall(r"<w:(?:ins|del)\b", texts.get("word/document.xml", "")))
    sentences = [f"文档里有 {comments} 条批注，下载的人看得到。请处理完批注再传。"] if comments else []
    return [*sentences, f"文档里有 {changes} 处没有接受的修订，删掉的字也看得到。请先接受或拒绝修订再传。"] if changes else sentences


def _excel(texts: Mapping[str, str]) -> list[str]:
    hidden = [sheet for sheet in _SHEET.findall(texts.get("xl/workbook.xml", "")) if re.search(r'state="(?:hidden|veryHidden)"', sheet)]
    names = [html.unescape(name[1]) for sheet in hidden if (name := re.search(r'name="([^"]*)"', sheet))]
    comments = sum(len(re.findall(r"<(?:comment|threadedComment)\b", text)) for name, text in texts.items() if "omments" in name)
    sentences = [f"有 {len(hidden)} 个隐藏的工作表：{'、'.join(names[:MOST_NAMED])}。下载的人看得到，请删去再传。"] if hidden else []
    return [*sentences, f"表格里有 {comments} 条批注，下载的人看得到。请处理完批注再传。"] if comments else sentences


def _powerpoint(texts: Mapping[str, str]) -> list[str]:
    slides = [text for name, text in texts.items() if name.startswith("ppt/slides/")]
    hidden = sum(bool(re.search(r'<p:sld\b[^>]*\bshow="(?:0|false)"', text)) for text in slides)
    notes = [text for name, text in texts.items() if name.startswith("ppt/notesSlides/")]
    spoken = sum(len("".join(_TEXT.findall(text)).strip()) > 3 for text in notes)  # a number of the page alone is no note
    comments = sum(len(re.findall(r"<(?:p:cm|p188:cm)\b", text)) for name, text in texts.items() if name.startswith("ppt/comments/"))
    sentences = [f"有 {hidden} 页隐藏的幻灯片，下载的人看得到。请删去再传。"] if hidden else []
    sentences += [f"有 {spoken} 页写了备注，下载的人看得到。不想公开的话请删去再传。"] if spoken else []
    return [*sentences, f"有 {comments} 条批注，下载的人看得到。请处理完批注再传。"] if comments else sentences
