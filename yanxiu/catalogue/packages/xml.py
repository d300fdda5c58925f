"""Manifests as trees: bounded, without DTD, entities or anything fetched (security UP-05), in any encoding that Chinese tools write."""

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from yanxiu.files.inspection.refusal import RefusedError

MOST_BYTES = 8 * 1024 * 1024
MOST_ELEMENTS = 50_000
MOST_DEPTH = 60
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_CHINESE = {"gb2312", "gbk", "gb18030", "cp936", "big5"}


def parsed(raw: bytes, name: str) -> Element:
    """Return the root. Raises RefusedError for a DTD, entities, broken XML, or too much of it; no content of files is ever quoted."""
    if len(raw) > MOST_BYTES:
        raise RefusedError(f"“{name}”有 {len(raw) // 1024 // 1024} MB，大得不像课件清单，最多 8 MB。请重新导出课件再传。")
    try:
        root: Element = fromstring(_text(raw, name), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise RefusedError(f"“{name}”带有 DTD 或外部引用声明，不能收。请用制作工具重新导出课件再传。") from error
    except ParseError as error:
        line, column = error.position
        raise RefusedError(f"“{name}”第 {line} 行第 {column + 1} 列起不是完整的 XML，读不出来。请重新导出课件再传。") from error
    _check_size(root, name)
    return root


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element | None, name: str) -> list[Element]:
    """Return the direct children of that name, whatever their namespace."""
    return [child for child in element if local(child) == name] if element is not None else []


def child(element: Element | None, name: str) -> Element | None:
    """Return the first direct child of that name."""
    return next(iter(children(element, name)), None)


def text(element: Element | None) -> str:
    """Return the text of an element, "" when there is none."""
    return " ".join((element.text or "").split()) if element is not None else ""


def attribute(element: Element, name: str) -> str:
    """Return an attribute whatever its namespace and case, "" when there is none."""
    wanted = name.lower()
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2].lower() == wanted), "").strip()


def base(element: Element) -> str:
    """Return `xml:base`, "" when there is none."""
    return element.attrib.get("{http://www.w3.org/XML/1998/namespace}base", "").strip()


def _text(raw: bytes, name: str) -> str | bytes:
    """Expat reads UTF-8 and UTF-16 by itself; what Chinese Windows writes is decoded for it."""
    found = _ENCODING.match(raw[:200].removeprefix(b"\xef\xbb\xbf"))
    encoding = found[1].decode().lower() if found else ""
    if encoding not in _CHINESE:
        return raw
    for one in ("utf-8", "gb18030" if encoding != "big5" else "big5"):
        try:
            return _DECLARATION.sub("", raw.decode(one).removeprefix("\ufeff"))
        except UnicodeDecodeError:
            continue
    raise RefusedError(f"“{name}”说自己是 {encoding} 编码，却读不出来。请重新导出课件再传。")


def _check_size(root: Element, name: str) -> None:
    count, level = 0, [root]
    for depth in range(MOST_DEPTH + 1):
        count += len(level)
        level = [child for element in level for child in element]
        if count > MOST_ELEMENTS or (level and depth == MOST_DEPTH):
            raise RefusedError(f"“{name}”的层次或条目多得不像课件清单，最多 {MOST_ELEMENTS} 条、{MOST_DEPTH} 层。请分成几个课件再传。")
