"""The windows of a programme as a picture and as a sentence."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from yanxiu.kit import clock
from yanxiu.kit.components import Window
from yanxiu.kit.components.wording import day_short, last_day
from yanxiu.programmes.queries.plans import YEARS
from yanxiu.programmes.queries.windows import Span

_MOST = 8


def windows(spans: Sequence[Span], *, at: datetime, role: str = "learner") -> list[Window]:
    """Return the windows that concern a role, in order of their start, as rows of the timeline; those open at one side are left out."""
    found = [
        Window(label=span.label, start=clock.day(span.starts_at), end=last_day(span.ends_at), text=_text(span, at=at))
        for span in spans
        if span.starts_at and span.ends_at and span.key not in YEARS and span.concerns(role)
    ]
    return sorted(found, key=lambda window: (window.start, window.end))[:_MOST]


def sentence(spans: Sequence[Span], *, at: datetime) -> str:
    """Return what the picture says, for who cannot see it."""
    return "；".join(f"{window.label} {window.text}" for window in windows(spans, at=at))


def _text(span: Span, *, at: datetime) -> str:
    if span.starts_at is None or span.ends_at is None:
        return ""
    words = {"start": day_short(span.starts_at), "end": day_short(last_day(span.ends_at))}
    if span.is_locked(at):
        return _("%(end)s 已锁定") % words
    if at >= span.ends_at:
        return _("%(end)s 已截止") % words
    if at < span.starts_at:
        return _("%(start)s — %(end)s") % words
    return _("%(end)s 截止") % words


def days_left(end: datetime, *, at: datetime) -> int:
    """Return how many Shanghai days are left until the last day of a window, 0 on the day itself."""
    last: date = last_day(end)
    return max(0, (last - clock.day(at)).days)
