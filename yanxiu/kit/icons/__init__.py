"""Icons of our own: outlines of 1.75 px on a 24 × 24 grid, one SVG file each, put into the page where they are used."""

import re
from functools import cache
from pathlib import Path

from django.template import TemplateSyntaxError
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).parent
SIZES = {"": "", "small": " yx-icon-small", "large": " yx-icon-large"}


def names() -> list[str]:
    """Return the names of all icons, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.svg"))


@cache
def _drawing(name: str) -> SafeString:
    path = FOLDER / f"{name}.svg"
    if not name.replace("-", "").isalnum() or not path.is_file():
        raise TemplateSyntaxError(f"no icon {name!r}; there are {', '.join(names())}")
    found = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(encoding="utf-8"), re.DOTALL)
    return mark_safe(found[1].strip() if found else "")  # noqa: S308 - a file of ours


@cache
def svg(name: str, *, size: str = "") -> SafeString:
    """Return the icon as inline SVG, hidden from screen readers. Raises TemplateSyntaxError for an unknown name or size."""
    if size not in SIZES:
        raise TemplateSyntaxError(f"icon size {size!r} is none of {', '.join(SIZES)}")
    return format_html(
        '<svg class="yx-icon{}" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">{}</svg>',
        SIZES[size],
        _drawing(name),
    )
