"""HTML of other programs as our light markup, and back: paragraphs, strong words, links, pictures, formulas; nothing else is kept."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import unquote

import nh3

from yanxiu.assessment.exchange.shape import Gathering, Unfit
from yanxiu.kit import rich_text
from yanxiu.kit.text import plain

Finder = Callable[[str], tuple[str, bytes] | None]
"""From the address of a picture or sound to its name and bytes; None when the file does not hold it."""

LONGEST_HTML = 400_000
LONGEST_FORMULA = 1_000
MOST_PICTURE_BYTES = 15 * 1024 * 1024
_TAGS = {"p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "em", "i", "u", "sub", "sup", "code", "pre",
         "span", "a", "table", "tr", "td", "th", "tbody", "thead", "blockquote", "img", "audio", "source", "math", "semantics",
         "annotation", "mrow", "mi", "mo", "mn", "msup", "msub", "mfrac", "msqrt", "mtext", "hr"}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "title", "data-equation-content"}, "audio": {"src"}, "source": {"src"},
               "annotation": {"encoding"}}  # fmt: skip
_BLOCKS = {"p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "table", "tr", "blockquote", "hr"}
_IS_MARKED = re.compile(r"<(?:[a-zA-Z][a-zA-Z0-9]{0,11})(?:\s[^<>]{0,2000})?/?>|</[a-zA-Z][a-zA-Z0-9]{0,11}>|&(?:[a-z]{2,8}|#\d{1,6});")
_DATA = re.compile(r"data:(image/(?:png|jpeg|jpg|webp|gif)|audio/(?:mpeg|mp3|wav|ogg|mp4));base64,", re.IGNORECASE)
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_FILE = re.compile(r"\]\((?=(?:file|audio):)")
_GAP = re.compile(r"\[\[(\d{1,3})\]\]")
_BLANKS = re.compile(r"[ \t\f\v\u3000]*\n[ \t\f\v\u3000]*")
_MANY_LINES = re.compile(r"\n{3,}")
_INLINE_PATTERN = re.compile(
    r"!\[(?P<alt>[^\]\n]{0,300})\]\((?:file|audio):(?P<file>\d{1,12})\)|\$\$(?P<display>[^$]{1,2000})\$\$|\$(?P<formula>[^$\n]{1,2000})\$"
    r"|\*\*(?P<strong>[^*\n]{1,2000})\*\*|\[(?P<sound>[^\]\n]{0,300})\]\(audio:(?P<audio>\d{1,12})\)"
)


def literal(text: str) -> str:
    """Return a text of a file as markup: it can name no stored file, no gap, and is not taken for HTML."""
    text = _FILE.sub("] (", plain(text))
    text = _GAP.sub(r"［\1］", text)
    return text.replace("<", "＜").replace(">", "＞") if rich_text.is_html(text) else text


def is_marked(text: str) -> bool:
    """Tell whether a text holds HTML tags or entities."""
    return _IS_MARKED.search(text) is not None


def from_html(html: str, found: Gathering, place: str, finder: Finder = lambda _: None) -> str:
    """Return HTML as markup; its pictures go to `found`. What was left out is noted. Raises Unfit when it is too long."""
    if len(html) > LONGEST_HTML and "base64," not in html:
        raise Unfit(f"正文有 {len(html):,} 个字符，太长了。请缩短后再导入。")
    reader = _Reader(found, place, finder)
    reader.feed(_cleaned(html))
    reader.close()
    return reader.text()


def from_inline(text: str) -> str:
    """Return formulas written in LaTeX's brackets in ours."""
    for opened, closed, sign in (("\\(", "\\)", "$"), ("\\[", "\\]", "$$")):
        if opened in text:
            text = _bracketed(text, opened, closed, sign)
    return text


def _bracketed(text: str, opened: str, closed: str, sign: str) -> str:
    """Return the text with `sign` for each pair of brackets; one look at each character."""
    first, *pieces = text.split(opened)
    made = [first]
    for piece in pieces:
        formula, found, rest = piece.partition(closed)
        is_formula = bool(found and formula.strip()) and len(formula) <= LONGEST_FORMULA and "$" not in formula
        made.append(f"{sign}{formula.strip()}{sign}{rest}" if is_formula else opened + piece)
    return "".join(made)


def to_html(markup: str, address: Callable[[int], str], gap: Callable[[int], str] | None = None) -> str:
    """Return markup as HTML (well-formed as XML): `address` gives a file's address, `gap` the HTML of a gap."""
    paragraphs = re.split(r"\n{2,}", markup.strip())
    made = "</p><p>".join(_inline_html(one, address, gap).replace("\n", "<br/>") for one in paragraphs)
    return f"<p>{made}</p>" if len(paragraphs) > 1 else made


def as_text(markup: str, gap: str = "____") -> str:
    """Return markup as plain words: pictures by what they show, gaps as a line."""
    text = re.sub(r"!?\[([^\]\n]{0,300})\]\((?:file|audio):\d{1,12}\)", r"[图：\1]", markup)
    return _GAP.sub(gap, text).replace("**", "")


def _inline_html(text: str, address: Callable[[int], str], gap: Callable[[int], str] | None) -> str:
    made: list[str] = []
    at = 0
    for match in _INLINE_PATTERN.finditer(text):
        made.append(_gapped(text[at : match.start()], gap))
        made.append(_marked(match, address, gap))
        at = match.end()
    made.append(_gapped(text[at:], gap))
    return "".join(made)


def _marked(match: re.Match[str], address: Callable[[int], str], gap: Callable[[int], str] | None) -> str:
    named = {name: value for name, value in match.groupdict().items() if value is not None}
    if "file" in named:
        source = address(int(named["file"]))
        return f'<img src="{escape(source)}" alt="{escape(named["alt"])}"/>' if source else escape(f"[图：{named['alt']}]")
    if "audio" in named:
        source = address(int(named["audio"]))
        words = escape(named["sound"])
        return f'<audio src="{escape(source)}">{words}</audio>' if source else f"[声音：{words}]"
    if "display" in named:
        return f"\\[{escape(named['display'])}\\]"
    if "formula" in named:
        return f"\\({escape(named['formula'])}\\)"
    return f"<strong>{_gapped(named['strong'], gap)}</strong>"


def _gapped(text: str, gap: Callable[[int], str] | None) -> str:
    if gap is None:
        return escape(text, quote=False)
    made, at = [], 0
    for match in _GAP.finditer(text):
        made += [escape(text[at : match.start()], quote=False), gap(int(match[1]))]
        at = match.end()
    return "".join([*made, escape(text[at:], quote=False)])


def _cleaned(html: str) -> str:
    return str(nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "data"}, link_rel=None))


class _Reader(HTMLParser):
    """Writes cleaned HTML down as markup."""

    def __init__(self, found: Gathering, place: str, finder: Finder) -> None:
        super().__init__(convert_charrefs=True)
        self._found, self._place, self._finder = found, place, finder
        self._made: list[str] = []
        self._stack: list[tuple[str, list[str]]] = []
        self._is_tex = self._is_other = False

    def text(self) -> str:
        """Return the markup."""
        while self._stack:
            self.handle_endtag("math")
        text = from_inline("".join(self._made).replace("\u00a0", " "))
        return _MANY_LINES.sub("\n\n", _BLANKS.sub("\n", text)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._made.append("\n")
        elif tag in _BLOCKS:
            self._break(2 if tag == "p" else 1)
            self._made.append({"li": "- ", "blockquote": "> "}.get(tag, ""))
        elif tag in {"td", "th"}:
            self._cell()
        elif tag in {"strong", "b", "sub", "sup", "math", "a"}:
            self._stack.append((tag + "\x00" + named.get("href", ""), self._made))
            self._made = []
        elif tag == "annotation":
            self._is_tex, self._is_other = "tex" in named.get("encoding", ""), "tex" not in named.get("encoding", "")
        elif tag in {"img", "audio", "source"}:
            self._picture(tag, named)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._break(2 if tag == "p" else 1)
        elif tag == "annotation":
            self._is_tex = self._is_other = False
        elif self._stack and (tag == "math" or self._stack[-1][0].startswith(tag + "\x00")):
            opened, before = self._stack.pop()
            before.append(self._wrapped(opened, "".join(self._made)))
            self._made = before

    def handle_data(self, data: str) -> None:
        if self._is_other:
            return
        if self._is_tex:
            self._made[:] = [f"${data.strip()}$"]
            return
        text = re.sub(r"\s+", " ", data)
        if not text.strip() and (not self._made or self._made[-1].endswith("\n")):
            return
        self._made.append(literal_inside(text))

    def _wrapped(self, opened: str, inner: str) -> str:
        tag, _, address = opened.partition("\x00")
        if not inner.strip():
            return inner
        if tag in {"strong", "b"}:
            return f"**{inner.strip()}**" if "\n" not in inner.strip() and "*" not in inner else inner
        if tag in {"sub", "sup"}:
            return _shifted(inner, raised=tag == "sup")
        if tag == "math" and not inner.startswith("$"):
            self._found.note("MathML 公式按文字导入，请核对", self._place)
        if tag == "a" and address.startswith("http") and "]" not in inner and ")" not in address:
            return f"[{inner}]({address})"
        return inner

    def _break(self, lines: int) -> None:
        if self._made and "".join(self._made[-3:]).strip():
            self._made.append("\n" * lines)

    def _cell(self) -> None:
        if self._made and not self._made[-1].endswith("\n"):
            self._made.append(" | ")

    def _picture(self, tag: str, named: Mapping[str, str]) -> None:
        formula = named.get("data-equation-content", "")
        if formula:
            self._made.append(f"${unescape(formula).strip()}$")
            return
        source, words = named.get("src", ""), named.get("alt", "") or named.get("title", "")
        words = re.sub(r"[\[\]\n()]", " ", words)[:200].strip()
        if not source:
            return
        came = _data_of(source) or self._finder(unquote(source))
        if came is None:
            self._found.note("图片或声音不在文件里，用文字代替", self._place)
            self._made.append(f"[图：{words or unquote(source)[-60:]}]")
            return
        number = self._found.attach(*came)
        self._made.append(f"[{words or '声音'}](audio:{number})" if tag != "img" else f"![{words or '图'}](file:{number})")


def literal_inside(text: str) -> str:
    """Return a piece of text as markup, its spaces at the ends kept."""
    inner = literal(text)
    if not inner:
        return " " if text else ""
    return (" " if text[:1].isspace() else "") + inner + (" " if text[-1:].isspace() else "")


def _shifted(inner: str, *, raised: bool) -> str:
    table = _RAISED if raised else _LOWERED
    moved = inner.strip().translate(table)
    if all(ord(character) in table.values() for character in moved) and "[" not in inner:
        return moved
    return f"^({inner.strip()})" if raised else f"_({inner.strip()})"


def _data_of(source: str) -> tuple[str, bytes] | None:
    begins = _DATA.match(source)
    if begins is None:
        return None
    return from_base64(
        f"图.{ {'jpeg': 'jpg', 'mpeg': 'mp3'}.get(begins[1].rpartition('/')[2].lower(), begins[1].rpartition('/')[2].lower()) }",
        source[begins.end() :],
    )


def from_base64(name: str, text: str) -> tuple[str, bytes] | None:
    """Return a picture that stands in the file as base64; None when it cannot be read."""
    if len(text) > MOST_PICTURE_BYTES * 4 // 3 + 1_000:
        return None
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return (name, data) if data else None
