"""The interface's tags and filters: components and their slots, icons, numbers and dates as people read them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from html import escape

from django.template import Context, Library
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from yanxiu.kit import frame as frames
from yanxiu.kit import icons
from yanxiu.kit.components import rendering, wording

register = Library()


@register.simple_block_tag(takes_context=True)
def component(context: Context, content: str, component_name: str, **given: object) -> SafeString:
    """Render a component around the content: `{% component "card" title="…" %}…{% endcomponent %}`."""
    return rendering.render(context, component_name, content, given)


component.is_component = True  # type: ignore[attr-defined]  # read by kit.templating


@register.simple_block_tag
def slot(content: str, name: str) -> SafeString:
    """Give a named slot of the component around it: `{% slot "actions" %}…{% endslot %}`."""
    return rendering.mark(name, content)


@register.simple_tag(takes_context=True)
def frame_or_anonymous(context: Context) -> frames.Frame:
    """Return the frame of the page, or the one of a visitor where nothing provides it (tests, early errors)."""
    found = context.get("frame")
    made = found() if callable(found) else found
    return made if isinstance(made, frames.Frame) else frames.ANONYMOUS_FRAME


@register.simple_tag(takes_context=True)
def block_again(context: Context, name: str) -> str:
    """Render a block of the page a second time: the title stands in the head and in the top bar."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks is not None else None
    return str(block.render(context)) if block is not None else ""


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Return an outline icon as inline SVG; `size`: "" 20 px, "small" 17 px, "large" 24 px. Decoration: the word stands beside it."""
    return icons.svg(name, size=size)


icon.is_fixed = True  # type: ignore[attr-defined]  # the same arguments give the same drawing: kit.templating puts it into the template


@register.filter
def number(value: float | Decimal | str | None) -> str:
    """Write a number: 4,286; 2.5; 6 for 6.0; — for None. Text passes."""
    return wording.number(value)


@register.filter
def number_cells(values: Sequence[str]) -> SafeString:
    """Write numbers, given as text, as the cells of a wide table's row: one call, and one escaping, instead of thousands."""
    return _cells((wording.trimmed(value) or "—", True) for value in values)


@register.filter
def score_cells(cells: Sequence[tuple[str, bool]]) -> SafeString:
    """Write scores (figures as text, and whether each passes) as the cells of a wide table's row; what fails is said in words as well."""
    return _cells((text or "—", passes) for text, passes in cells)


def _cells(cells: Iterable[tuple[str, bool]]) -> SafeString:
    """Cells that pass begin with one sign that no text holds, those that fail with another, so that all are escaped at once.

    A cell is not closed: HTML closes it with the next one, and in a table of forty columns that is a sixth of the page.
    """
    row = escape("".join([("\0" if passes else "\1") + text for text, passes in cells]), quote=False)
    if "\1" in row:
        row = row.replace("\1", _failing(get_language() or ""))
    return SafeString(row.replace("\0", '<td class="yx-cell-number">'))


@cache
def _failing(language: str) -> str:  # noqa: ARG001 - the language is part of what is remembered
    return f'<td class="yx-cell-number yx-late"><span class="yx-sr">{escape(gettext("不及格"), quote=False)}</span>'


@register.filter
def percent(share: float | Decimal | None) -> str:
    """Write a share from 0 to 1 as whole per cent, rounded down so that 99.9% never reads 100%."""
    return wording.percent(share)


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a day in a sentence: 11 月 30 日, with the year when it is not this one. Moments in Shanghai time."""
    return wording.day(value)


@register.filter
def day_short(value: date | datetime | None) -> str:
    """Write a day in a table: 11-30, or 2027-08-31 when it is not this year's."""
    return wording.day_short(value)


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment in a sentence: 11 月 20 日 20:35, Shanghai time."""
    return wording.moment(value)


@register.filter
def moment_short(value: datetime | None) -> str:
    """Write a moment in a table: 11-20 20:35, Shanghai time."""
    return wording.moment_short(value)


@register.filter
def lately(value: datetime | None) -> str:
    """Write when something was said or done: 今天 12:42, 昨天 20:05, 11 月 18 日."""
    return wording.lately(value)


@register.filter
def lately_day(value: datetime | None) -> str:
    """Write the day of something past: 今天, 昨天, 11-18."""
    return wording.lately_day(value)


@register.filter
def clock(value: datetime | None) -> str:
    """Write the time of day: 20:35, Shanghai time."""
    return wording.clock(value)


@register.filter
def until(value: datetime | None) -> str:
    """Write the end of a window: 11 月 30 日 24:00 for the exclusive end at midnight."""
    return wording.until(value)


@register.filter
def waited(value: timedelta | None) -> str:
    """Write how long something waits: 40 分钟, 52 小时, 3 天."""
    return wording.waited(value)


@register.filter
def minutes(value: int | None) -> str:
    """Write whole seconds as a length: 45 秒, 12 分 40 秒, 1 小时 5 分."""
    return wording.length(value)


@register.filter
def file_size(value: int | None) -> str:
    """Write bytes as people read them: 1.2 MB."""
    return wording.file_size(value)


@register.filter
def clauses(text: str) -> SafeString:
    """Return a headline whose clauses break at punctuation only."""
    return wording.clauses(text)


@register.filter
def titled(title: str) -> str:
    """Write a title in book marks; marks inside it become single ones."""
    return wording.titled(title)


@register.filter
def initial(name: str) -> str:
    """Return the first character of a name, for its portrait."""
    return wording.initial(name)
