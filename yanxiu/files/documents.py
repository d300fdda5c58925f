"""Documents as HTML: the allow-list by which a converted Word or PowerPoint file is cleaned, when it is made and when it is shown."""

import re
from pathlib import Path

import nh3
from django.utils.safestring import SafeString

from yanxiu.kit import markup

TAGS = {"p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "strong", "em", "u", "s", "sub", "sup", "hr", "a",
        "table", "thead", "tbody", "tr", "th", "td", "caption", "img", "section"}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
    "img": {"src", "alt", "width", "height"},
}
_HEADING = re.compile(r"<(/?)h([1-5])\b")
SCHEMES = {"https", "http", "mailto"}
_PICTURE = re.compile(r"picture-\d{1,4}\.webp")


def clean(html: str) -> str:
    """Return HTML with nothing but the allowed tags; a picture is one of the rendition's own or it is none."""
    return str(
        nh3.clean(
            html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow", attribute_filter=_filter
        )
    )


def shown(path: Path, prefix: str) -> SafeString:
    """Return a converted document for a template, cleaned again, its pictures under `prefix`."""
    html = re.sub(r'<img ([^>]*?)src="(?=picture-)', rf'<img loading="lazy" \1src="{prefix}', clean(path.read_text(encoding="utf-8")))
    return markup.made(_HEADING.sub(lambda tag: f"<{tag[1]}h{int(tag[2]) + 1}", html))  # the page has its own first heading


def _filter(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src" and not _PICTURE.fullmatch(value):
        return None
    return value
