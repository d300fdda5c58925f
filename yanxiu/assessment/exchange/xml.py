"""XML from strangers: no DTD, no entities, bounded in depth and number of elements; names without namespaces."""

import io
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from yanxiu.assessment.exchange.shape import BadQuestionFile

MOST_DEPTH = 120
MOST_ELEMENTS = 1_500_000
_NAMED_DTD = re.compile(
    rb"<!DOCTYPE\s{1,9}[\w:.-]{1,60}(?:\s{1,9}(?:SYSTEM|PUBLIC)(?:\s{1,9}(?:\"[^\"<>\[]{0,300}\"|'[^'<>\[]{0,300}')){1,2})?\s{0,9}>"
)
"""A declaration that only names a DTD elsewhere, as old programs write it: it is taken out, nothing is ever fetched."""


def parsed(data: bytes, name: str = "") -> Element:
    """Return the root; tags are lower-case without namespace, `-` and the prefix `qti-`, attributes likewise. Raises BadQuestionFile."""
    where = f"“{name[-80:]}”" if name else "这份 XML "
    depth = count = 0
    root: Element | None = None
    data = _NAMED_DTD.sub(b"", data[:4_000], count=1) + data[4_000:]
    try:
        for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
            if event == "end":
                depth -= 1
                continue
            depth, count = depth + 1, count + 1
            if depth > MOST_DEPTH or count > MOST_ELEMENTS:
                raise BadQuestionFile(f"{where}嵌套超过 {MOST_DEPTH} 层或内容太多，没有读。请重新导出一份再传。")
            _simplify(element)
            root = element if root is None else root
    except DefusedXmlException as error:
        raise BadQuestionFile(f"{where}带着 DTD 或实体声明，不安全，没有读。请重新导出一份不带声明的再传。") from error
    except ParseError as error:
        line, column = error.position
        raise BadQuestionFile(f"{where}第 {line} 行第 {column + 1} 个字符处不合 XML 的写法。请重新导出一份再传。") from error
    except (ValueError, LookupError, OSError) as error:  # OSError: a rare codec, whose file the confined child cannot open
        raise BadQuestionFile(f"{where}的编码读不出来。请另存为 UTF-8 再传。") from error
    if root is None:
        raise BadQuestionFile(f"{where}是空的。请重新导出一份再传。")
    return root


def local(name: str) -> str:
    """Return a name of an element or attribute in the form in which readers compare it."""
    return name.rpartition("}")[2].rpartition(":")[2].removeprefix("qti-").replace("-", "").lower()


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first descendant along the path, None when there is none."""
    for tag in path:
        if element is None:
            return None
        element = next((one for one in element if one.tag == tag), None)
    return element


def children(element: Element | None, tag: str) -> list[Element]:
    """Return the children of a name."""
    return [one for one in element if one.tag == tag] if element is not None else []


def text_of(element: Element | None, *path: str) -> str:
    """Return all text under the element at the path, trimmed; "" when there is none."""
    found = child(element, *path)
    return "".join(found.itertext()).strip() if found is not None else ""


def walk(element: Element, *tags: str) -> Iterator[Element]:
    """Yield the element and its descendants of these names, in the order of the file."""
    return (one for one in element.iter() if one.tag in tags)


def _simplify(element: Element) -> None:
    if not isinstance(element.tag, str):
        return
    element.tag = local(element.tag)
    named = {local(name): value for name, value in element.attrib.items()}
    element.attrib.clear()
    element.attrib.update(named)
