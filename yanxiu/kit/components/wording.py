"""Numbers, days and moments as they are written on the page, in the language of the reader and in Shanghai time."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from yanxiu.kit import clock as clocks

NOTHING = "—"
_CLAUSE = re.compile(r"[^，。；：、,;:！？]+[，。；：、,;:！？]*[”’》」）]*")


def number(value: float | Decimal | str | None) -> str:
    """Write a number: 4,286; 2.5; 6 for 6.0; — for None. Text passes."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return value
    text = f"{Decimal(str(value)):,.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=2_048)
def trimmed(text: str) -> str:
    """Return a number in figures without zeros that say nothing: 7.5 for 7.50, 10 for 10.00."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float | Decimal | None) -> str:
    """Write a share from 0 to 1 as whole per cent, rounded down so that 99.9% never reads 100%."""
    if share is None:
        return NOTHING
    return f"{int(Decimal(str(share)) * 100)}%"


def date_of(value: date | datetime) -> date:
    """Return the Shanghai day of a moment; a day is itself."""
    return clocks.day(value) if isinstance(value, datetime) else value


def _this_year(on: date) -> bool:
    return on.year == clocks.day(clocks.now()).year


def day(value: date | datetime | None) -> str:
    """Write a day in a sentence: 11 月 30 日, with the year when it is not this one."""
    if value is None:
        return NOTHING
    on = date_of(value)
    if get_language() == "en":
        return f"{on.day} {on:%B}" if _this_year(on) else f"{on.day} {on:%B %Y}"
    return f"{on.month} 月 {on.day} 日" if _this_year(on) else f"{on.year} 年 {on.month} 月 {on.day} 日"


def day_short(value: date | datetime | None) -> str:
    """Write a day in a table: 11-30, or 2027-08-31 when it is not this year's."""
    if value is None:
        return NOTHING
    on = date_of(value)
    return f"{on:%m-%d}" if _this_year(on) else f"{on:%Y-%m-%d}"


def clock(value: datetime | None) -> str:
    """Write the time of day, Shanghai: 20:35."""
    return f"{clocks.local(value):%H:%M}" if value else NOTHING


def moment(value: datetime | None) -> str:
    """Write a moment in a sentence: 11 月 20 日 20:35."""
    return f"{day(value)} {clock(value)}" if value else NOTHING


def moment_short(value: datetime | None) -> str:
    """Write a moment in a table: 11-20 20:35."""
    return f"{day_short(value)} {clock(value)}" if value else NOTHING


def lately(value: datetime | None) -> str:
    """Write when something was said or done, as people say it: 刚刚, 40 分钟前, 今天 12:42, 昨天 20:05, then the day."""
    if value is None:
        return NOTHING
    now = clocks.now()
    past, days = now - value, (clocks.day(now) - clocks.day(value)).days
    if past < timedelta():
        return moment(value)
    if days > 1:
        return day(value)
    if past < timedelta(minutes=1):
        return gettext("刚刚")
    if past < timedelta(hours=1):
        count = int(past.total_seconds() // 60)
        return ngettext("%(count)d 分钟前", "%(count)d 分钟前", count) % {"count": count}
    return (gettext("昨天 %(time)s") if days else gettext("今天 %(time)s")) % {"time": clock(value)}


def lately_day(value: datetime | None) -> str:
    """Write the day of it alone: 今天, 昨天, 11-18."""
    if value is None:
        return NOTHING
    days = (clocks.day(clocks.now()) - clocks.day(value)).days
    return {0: gettext("今天"), 1: gettext("昨天")}.get(days) or day_short(value)


def last_day(end: datetime) -> date:
    """Return the last Shanghai day that a window with the exclusive end still contains."""
    return clocks.day(end - timedelta(microseconds=1))


def until(value: datetime | None) -> str:
    """Write the end of a window: 11 月 30 日 24:00 for the exclusive end at midnight."""
    if value is None:
        return NOTHING
    if clocks.local(value).time() == datetime.min.time():
        return f"{day(last_day(value))} 24:00"
    return moment(value)


def waited(value: timedelta | None) -> str:
    """Write how long something waits: minutes below an hour, hours below three days, then days."""
    if value is None:
        return NOTHING
    hours = int(value.total_seconds() // 3600)
    if hours < 1:
        count = max(1, int(value.total_seconds() // 60))
        return ngettext("%(count)d 分钟", "%(count)d 分钟", count) % {"count": count}
    if hours < 72:
        return ngettext("%(count)d 小时", "%(count)d 小时", hours) % {"count": hours}
    return ngettext("%(count)d 天", "%(count)d 天", value.days) % {"count": value.days}


def length(seconds: int | None) -> str:
    """Write whole seconds as a length: 45 秒, 12 分 40 秒, 1 小时 5 分."""
    if seconds is None:
        return NOTHING
    hours, rest = divmod(int(seconds), 3600)
    whole, left = divmod(rest, 60)
    if hours:
        return gettext("%(hours)d 小时 %(minutes)d 分") % {"hours": hours, "minutes": whole}
    if whole and left:
        return gettext("%(minutes)d 分 %(seconds)d 秒") % {"minutes": whole, "seconds": left}
    return gettext("%(minutes)d 分钟") % {"minutes": whole} if whole else gettext("%(seconds)d 秒") % {"seconds": left}


def file_size(count: int | None) -> str:
    """Write bytes as people read them: 812 B, 64 KB, 1.2 MB."""
    if count is None:
        return NOTHING
    size = float(count)
    for unit in ("B", "KB", "MB"):
        if size < 1024:
            return f"{size:.1f}".rstrip("0").rstrip(".") + f" {unit}"
        size /= 1024
    return f"{size:.1f} GB"


def clauses(text: str) -> SafeString:
    """Return a headline whose clauses break at punctuation only."""
    parts = _CLAUSE.findall(str(text)) or [str(text)]
    return format_html_join("", '<span class="yx-clause">{}</span>', ((part,) for part in parts))


def titled(title: str) -> str:
    """Return a title in book marks; marks inside it become single ones (GB/T 15834): 《〈教育法〉要点》."""
    return f"《{title.replace('《', '〈').replace('》', '〉')}》"


def initial(name: str) -> str:
    """Return the first character of a name, for its portrait."""
    return name.strip()[:1].upper() or "？"
