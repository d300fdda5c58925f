"""How pages address people and write numbers in sentences."""

import math
import re
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

MINUTES_PER_HOUR = 45  # one 学时 is a lesson of 45 minutes
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{2,4}")
# Surnames of two characters that are common enough to be got wrong.
_DOUBLE = frozenset(
    ["欧阳", "司马", "上官", "诸葛", "尉迟", "皇甫", "令狐", "慕容", "司徒", "夏侯", "东方", "公孙", "长孙", "宇文", "端木", "百里", "南宫",
     "申屠", "呼延", "轩辕", "钟离", "澹台", "濮阳", "闻人", "赫连", "独孤", "拓跋", "第五"]
)  # fmt: skip


def address(name: str) -> str:
    """Return how a headline speaks to a teacher: 周老师, 欧阳老师; the whole name where surname and given name cannot be told apart."""
    if get_language() == "en":
        return name
    surname = name[:2] if name[:2] in _DOUBLE and len(name) > 2 else name[:1]
    return _("%(name)s老师") % {"name": surname if _HAN.fullmatch(name) else name}


def quoted(title: str) -> str:
    """Return a title in its marks; one that has marks of its own stays as it is."""
    return title if "《" in title else f"《{title}》"


def daily_minutes(hours: Decimal, *, until: datetime, at: datetime) -> int | None:
    """Return the minutes a day that finish the hours in time, in steps of five; None when more than four hours a day."""
    days = max(1, math.ceil((until - at) / timedelta(days=1)))
    minutes = math.ceil(float(hours) * MINUTES_PER_HOUR / days / 5) * 5
    return minutes if minutes <= 240 else None
