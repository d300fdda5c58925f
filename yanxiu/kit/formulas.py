"""Formulas: LaTeX as people write it, MathML as browsers draw it without script.

What the library makes is read as XML and written anew by an allow-list of elements and attributes, so nothing that stands in a formula
can become a tag, an address or a style. Lengths and nesting are bounded; macros, which can grow without end, are refused.
"""

import re
from functools import lru_cache
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

LONGEST = 1_000
MOST_ELEMENTS = 2_000
DEEPEST = 40
_SPACE = "{http://www.w3.org/1998/Math/MathML}"
_ELEMENTS = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "ms", "mfrac", "msqrt", "mroot", "msup", "msub", "msubsup", "mover", "munder",
    "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose", "mmultiscripts", "mprescripts", "none", "merror",
}  # fmt: skip
_ATTRIBUTES = {
    "display", "mathvariant", "stretchy", "fence", "separator", "accent", "accentunder", "movablelimits", "linethickness", "width",
    "height", "depth", "minsize", "maxsize", "lspace", "rspace", "columnalign", "rowspacing", "columnspacing", "columnlines", "rowlines",
    "notation", "displaystyle", "scriptlevel", "form", "largeop", "symmetric",
}  # fmt: skip
_VALUE = re.compile(r"[A-Za-z0-9.,+\-% ]{0,60}").fullmatch
_REFUSED = re.compile(
    r"\\(?:(?:re|provide)?newcommand|renewcommand|def|gdef|let|require|input|include|newenvironment|href|url|class|style)\b"
)


@lru_cache(maxsize=4_096)
def mathml(latex: str, *, is_block: bool = False) -> str:
    """Return clean MathML of a formula, "" when it cannot be read: then the reader is shown its source."""
    if not latex.strip() or len(latex) > LONGEST or _REFUSED.search(latex) or _depth(latex) > DEEPEST:
        return ""
    from latex2mathml import exceptions  # 0.1 s of tables: only for the process that draws formulas
    from latex2mathml.converter import convert  # as above

    unreadable = tuple(one for one in vars(exceptions).values() if isinstance(one, type) and issubclass(one, Exception))
    try:
        made = fromstring(convert(latex, display="block" if is_block else "inline"))
    except (*unreadable, DefusedXmlException, ParseError, RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return ""
    return tostring(made, encoding="unicode") if _cleaned(made) else ""


def _cleaned(root: Element) -> bool:
    """Take away what is not allowed among attributes; tell whether all elements are allowed."""
    for count, element in enumerate(root.iter()):
        name = str(element.tag).removeprefix(_SPACE)
        if name not in _ELEMENTS or count > MOST_ELEMENTS:
            return False
        element.tag = name
        kept = {key: value for key, value in element.attrib.items() if key in _ATTRIBUTES and _VALUE(value)}
        element.attrib.clear()
        element.attrib.update(kept)
    return True


def _depth(latex: str) -> int:
    deepest = depth = 0
    for sign in latex:
        depth += (sign == "{") - (sign == "}")
        deepest = max(deepest, depth)
    return deepest
