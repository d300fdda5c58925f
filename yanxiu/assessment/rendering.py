"""Texts of questions as pages show them: the light markup, formulas, pictures and sound, and gaps.

`$…$` is a formula in a line, `$$…$$` one of its own; `![words](file:12)` a picture, `[words](audio:12)` sound, by the id of a stored file;
`[[1]]` a gap. What is written is cleaned as all formatted text is (`kit.rich_text`); what we put in afterwards stands between tags only.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yanxiu.catalogue.content import AnyQuestion, text_of
from yanxiu.files import queries as files
from yanxiu.files.models import StoredFile
from yanxiu.kit import formulas, markup, rich_text

LINK_SECONDS = 6 * 3_600
"""How long pictures and sound of a question open: longer than any sitting lasts."""
_PARTS = re.compile(
    r"\$\$(?P<block>[^$]{1,1000})\$\$|(?<!\\)\$(?P<line>[^$\n]{1,1000})(?<!\\)\$"
    r"|!\[(?P<alt>[^\]\n]{0,300})\]\(file:(?P<file>\d{1,12})\)|\[(?P<words>[^\]\n]{0,300})\]\(audio:(?P<audio>\d{1,12})\)"
    r"|\[\[(?P<gap>\d{1,2})\]\]"
)
_REFERENCE = re.compile(r"\]\((?:file|audio):(\d{1,12})\)")
_TAG = re.compile(r'<(?:[^>"]|"[^"]*")*>')
_HELD = re.compile("\ue000(\\d{1,4})\ue001")
_MARKS = dict.fromkeys((0xE000, 0xE001))
_OUTER = re.compile(r"<p>(.*)</p>", re.DOTALL)

Links = Mapping[int, str]


def files_in(questions: Iterable[AnyQuestion]) -> set[int]:
    """Return the ids of all pictures and sounds that questions name."""
    return {int(found) for question in questions for found in _REFERENCE.findall(text_of(question))}


def links_of(questions: Iterable[AnyQuestion], *, person_id: int | None, at: datetime) -> dict[int, str]:
    """Return signed links to the pictures and sounds of questions; the caller has checked that the person may see them.

    Cost: one query, none without files.
    """
    wanted = files_in(questions)
    found = StoredFile.objects.filter(pk__in=wanted, deleted_at__isnull=True, kind__in=("image", "audio")) if wanted else ()
    return {file.pk: files.link(file, person_id=person_id or 0, at=at, seconds=LINK_SECONDS) for file in found}


def block(source: str, *, links: Links, gaps: Sequence[SafeString] = ()) -> SafeString:
    """Return a text as paragraphs; `gaps` stand where `[[1]]` … are."""
    held: list[SafeString] = []

    def hold(found: re.Match[str]) -> str:
        held.append(_shown(found, links, gaps))
        return f"\ue000{len(held) - 1}\ue001"

    html = rich_text.from_source(_PARTS.sub(hold, source.translate(_MARKS)))
    return markup.made(_put_in(html, held))


def line(source: str, *, links: Links, gaps: Sequence[SafeString] = ()) -> SafeString:
    """Return a short text to stand in a line, without the paragraph around it when it is one."""
    html = block(source, links=links, gaps=gaps)
    inner = _OUTER.fullmatch(html)
    return markup.made(inner[1]) if inner and "<p>" not in inner[1] else html


def plain(source: str, *, most: int = 60) -> str:
    """Return the beginning of a text in words alone, for lists and titles."""
    words = _PARTS.sub(_in_words, source)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]{1,200}>|\*\*|^#+ |^> ", " ", words)).strip()
    return words[:most].rstrip() + "…" if len(words) > most else words


def _in_words(found: re.Match[str]) -> str:
    if found["gap"]:
        return "____"
    if found["file"]:
        return f"〔图：{found['alt']}〕"
    return f"〔声音：{found['words']}〕" if found["audio"] else str(found["block"] or found["line"])


def _put_in(html: str, held: Sequence[str]) -> str:
    """Put what was held out between the tags; inside a tag (an address somebody wrote) it is left out."""
    made, place = [], 0
    for tag in _TAG.finditer(html):
        made += [_HELD.sub(lambda found: held[int(found[1])], html[place : tag.start()]), _HELD.sub("", tag[0])]
        place = tag.end()
    made.append(_HELD.sub(lambda found: held[int(found[1])], html[place:]))
    return "".join(made)


def _shown(found: re.Match[str], links: Links, gaps: Sequence[SafeString]) -> SafeString:
    if found["gap"]:
        number = int(found["gap"])
        return gaps[number - 1] if 1 <= number <= len(gaps) else format_html('<span class="yx-gap">（{}）</span>', number)
    if found["file"]:
        return _picture(links.get(int(found["file"]), ""), found["alt"])
    if found["audio"]:
        return _sound(links.get(int(found["audio"]), ""), found["words"])
    return _formula(found["block"] or found["line"], is_block=bool(found["block"]))


def _formula(latex: str, *, is_block: bool) -> SafeString:
    made = formulas.mathml(latex.strip(), is_block=is_block)
    if made:
        return markup.made(f'<span class="yx-formula" data-latex="{escape(latex.strip())}">{made}</span>')
    return format_html('<code title="{}">${}$</code>', _("这个公式画不出来，照原样显示"), latex)


def _picture(url: str, words: str) -> SafeString:
    if not url:
        return format_html('<span class="yx-quiet">{}</span>', _("（图片“%(words)s”打不开）") % {"words": words})
    return format_html('<img class="yx-question-picture" src="{}" alt="{}" loading="lazy">', url, words)


def _sound(url: str, words: str) -> SafeString:
    if not url:
        return format_html('<span class="yx-quiet">{}</span>', _("（声音“%(words)s”打不开）") % {"words": words})
    return format_html('<audio class="yx-question-sound" controls preload="none" src="{}" aria-label="{}"></audio>', url, words)
