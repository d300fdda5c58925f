"""Words and marks from facts: deadlines, states, covers."""

import re
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from django.utils.translation import gettext, ngettext

from yanxiu.kit import clock
from yanxiu.kit.components import wording

SOON_DAYS = 7
STATUS = {
    "met": ("check", "ok"),
    "short": ("half", "soon"),
    "late": ("alert", "late"),
    "todo": ("", ""),
    "open": ("half", ""),
    "waiting": ("clock", "flat"),
    "refused": ("return", "late"),
    "waived": ("minus", "flat"),
    "kept": ("lock", "flat"),
}
NOTICE = {"info": "info", "ok": "check", "warn": "clock", "late": "alert"}
EVIDENCE = {"filled": "check", "missing": "upload", "checking": "clock", "refused": "return"}


def deadline(values: Mapping[str, object]) -> dict[str, object]:
    """Return tone, mark and words: a date beyond 7 days, 还有 n 天 within, 晚 n 天 after, ✓ when done. `at` is exclusive."""
    at = cast("datetime | None", values["at"])
    if at is None:
        return {"tone": "", "mark": "", "text": "", "full": "", "moment": ""}
    tone, mark, text = (
        ("ok", "check", gettext("已完成")) if values["done"] else _left(at, cast("datetime | None", values["now"]) or clock.now())
    )
    full = gettext("%(moment)s 截止，北京时间") % {"moment": wording.until(at)}
    return {"tone": tone, "mark": mark, "text": values["words"] or text, "full": full, "moment": clock.local(at).isoformat()}


def _left(at: datetime, now: datetime) -> tuple[str, str, str]:
    days = (wording.last_day(at) - clock.day(now)).days
    if now >= at:
        late = ngettext("晚 %(days)d 天", "晚 %(days)d 天", -days) % {"days": -days}
        return "late", "alert", late if days < 0 else gettext("今天已过")
    if days == 0:
        return "soon", "clock", gettext("今天 %(time)s 截止") % {"time": wording.until(at).rpartition(" ")[2]}
    if days <= SOON_DAYS:
        return "soon", "clock", ngettext("还有 %(days)d 天", "还有 %(days)d 天", days) % {"days": days}
    return "", "clock", wording.day_short(wording.last_day(at))


def status(values: Mapping[str, object]) -> dict[str, object]:
    """Return the mark and tone that belong to a state."""
    mark, tone = STATUS[str(values["kind"])]
    return {"mark": mark, "tone": tone}


def notice(values: Mapping[str, object]) -> dict[str, object]:
    """Return the icon that belongs to a tone."""
    return {"mark": values["icon"] or NOTICE[str(values["tone"])]}


def evidence(values: Mapping[str, object]) -> dict[str, object]:
    """Return the icon that belongs to the state of a slot."""
    return {"mark": values["icon"] or EVIDENCE[str(values["state"])]}


def job(values: Mapping[str, object]) -> dict[str, object]:
    """Return whether the job still runs, so that the page asks again."""
    return {"runs": values["state"] == "running"}


def receipt(values: Mapping[str, object]) -> dict[str, object]:
    """Return how many people there are."""
    return {"total": int(cast("int", values["read"])) + int(cast("int", values["unread"]))}


def cover(values: Mapping[str, object]) -> dict[str, object]:
    """Return the cloth (1 to 6, always the same for a title) and as many characters as the slip holds."""
    title = str(values["title"])
    inner = re.search(r"《([^》]+)》", title)
    slip = str(values["slip"]) or re.split(r"[：:，,（(]", inner[1] if inner else title)[0]
    slip = slip.removeprefix("中华人民共和国")
    room = 6 if values["size"] == "large" else 5
    return {"cloth": zlib.crc32(title.encode()) % 6 + 1, "text": re.sub(r"[\s《》“”「」]", "", slip)[:room]}
