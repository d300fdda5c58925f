"""Formatted text from people: a light markup for writing, an allow-list of HTML for keeping (security XS-03).

What a person wrote is cleaned when it is stored and once more when it is shown, so that an old allow-list cannot hurt.
"""

import re
from html import escape

import nh3
from django.utils.safestring import SafeString, mark_safe

TAGS = {"p", "br", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "u", "s", "sub", "sup", "code", "pre", "hr", "a",
        "table", "thead", "tbody", "tr", "th", "td", "caption"}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}, "ol": {"start"}}
SCHEMES = {"https", "http", "mailto"}

_IS_HTML = re.compile(r"<(?:p|h[1-6]|ul|ol|div|table|blockquote|span|br)\b[^>]*>", re.IGNORECASE)
_HEADING = re.compile(r"(#{1,3}) +(.+)")
_BULLET = re.compile(r"[-*•] +(.+)")
_NUMBERED = re.compile(r"\d{1,3}[.、．] *(.+)")
_QUOTE = re.compile(r"> ?(.*)")
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^\s)]+)\)")


def is_html(source: str) -> bool:
    """Tell whether a person's text is HTML rather than the light markup."""
    return _IS_HTML.search(source) is not None


def clean(html: str) -> str:
    """Return HTML with nothing but the allowed tags and attributes; links open without telling where they came from."""
    return str(nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow"))


def from_source(source: str) -> str:
    """Return clean HTML of what a person wrote: HTML (pasted from a word processor) or the light markup.

    Markup: blank lines part paragraphs; `## ` heading; `- ` and `1. ` lists; `> ` quotation; `**strong**`; `[words](https://…)`.
    """
    return clean(source if is_html(source) else _from_markup(source))


def shown(html: str) -> SafeString:
    """Return stored HTML for a template, cleaned again."""
    return mark_safe(clean(html))  # noqa: S308 - cleaned in this line


def _from_markup(source: str) -> str:
    blocks: list[tuple[str, list[str]]] = []
    for raw in source.replace("\r\n", "\n").split("\n"):
        line = raw.strip()
        tag, text = _block_of(line)
        if tag and blocks and blocks[-1][0] == tag and not tag.startswith("h"):
            blocks[-1][1].append(text)
        else:
            blocks.append((tag, [text]))
    return "\n".join(_written(tag, lines) for tag, lines in blocks if tag)


def _block_of(line: str) -> tuple[str, str]:
    if not line:
        return "", ""
    if found := _HEADING.fullmatch(line):
        return f"h{max(2, len(found[1]))}", found[2]
    for pattern, tag in ((_BULLET, "ul"), (_NUMBERED, "ol"), (_QUOTE, "blockquote")):
        if found := pattern.fullmatch(line):
            return tag, found[1]
    return "p", line


def _written(tag: str, lines: list[str]) -> str:
    texts = [_inline(line) for line in lines]
    if tag in {"ul", "ol"}:
        return f"<{tag}>" + "".join(f"<li>{text}</li>" for text in texts) + f"</{tag}>"
    if tag == "blockquote":
        return "<blockquote>" + "".join(f"<p>{text}</p>" for text in texts) + "</blockquote>"
    return f"<{tag}>" + "<br>".join(texts) + f"</{tag}>"


def _inline(text: str) -> str:
    text = _STRONG.sub(r"<strong>\1</strong>", escape(text))
    return _LINK.sub(lambda found: f'<a href="{found[2]}">{found[1]}</a>', text)
