"""Quotations: words between quotation marks with a named source beside them."""

import re

LEAST, MOST = 6, 400
_QUOTED = re.compile(rf"[“「『\"](?P<words>[^“”「」『』\"]{{{LEAST},{MOST}}})[”」』\"]")
_BEFORE = re.compile(
    r"(《[^《》]{2,40}》|[\u4e00-\u9fff·]{2,12}(教授|老师|先生|院士|博士|同志)?)"
    r"[^。！？!?\n“”]{0,16}(指出|提出|强调|认为|说过|说|写道|讲过|要求|规定|明确|倡导|曾言|云)[^。！？!?\n“”]{0,6}[：:，,]?\s*$"
)
_TITLE_BEFORE = re.compile(r"《[^《》]{2,40}》[^。！？!?\n“”]{0,20}$")
_AFTER = re.compile(r"^[。，,]?\s*([（(][^（）()]{0,60}(《|出自|摘自|引自|页|\d{4})[^（）()]{0,60}[）)]|——\s*《?[\u4e00-\u9fff·]{2,})")
_NOBODY = re.compile("我|咱|笔者|本人|大家|有人|学生|孩子|同学")  # who speaks so is no source that one can look up
_NEAR = 48


def quotations(text: str) -> list[tuple[int, int]]:
    """Return the quotations with a named source as stretches of the text (start, end exclusive, without the marks)."""
    return [match.span("words") for match in _QUOTED.finditer(text) if _is_sourced(text, match.start(), match.end())]


def _is_sourced(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - _NEAR) : start], text[end : end + 2 * _NEAR]
    told = _BEFORE.search(before)
    return bool((told and not _NOBODY.search(told[0])) or _TITLE_BEFORE.search(before) or _AFTER.search(after))
