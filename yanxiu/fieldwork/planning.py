"""What stands in the editor of a plan of study, and what it must be before it is in force. Pure functions over typed items.

A typed item is a dict of texts: key, kind, label, target, hours, due, block, course, serves (the key of an item of the plan above).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from yanxiu.fieldwork.models import ItemKind
from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import half_width, plain

MOST_ITEMS = 40
MOST_GOALS = 4_000
FIELDS = ("kind", "label", "target", "hours", "due", "block", "course", "serves")
EMPTY = dict.fromkeys(FIELDS, "") | {"kind": ItemKind.OTHER.value, "target": "1"}
_MOST = Decimal("9999.99")
_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Fact:
    """An item as read; `course_id` is still to be looked up, `serves` a key."""

    key: str
    kind: ItemKind
    label: str
    target: Decimal
    hours: Decimal | None
    due: date | None
    block: str
    course_id: int | None
    serves: str


def kept(known: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, str]:
    """Return an item with what was typed, cut to what the database holds; nothing is judged."""
    found = {name: plain(str(given.get(name, known.get(name, ""))))[:120] for name in FIELDS}
    if found["kind"] not in ItemKind.values:
        found["kind"] = str(known.get("kind") or ItemKind.OTHER)
    return found | {"key": str(known["key"])}


def next_key(items: Sequence[Mapping[str, Any]], gone: str = "") -> str:
    """Return a key that no item of this plan or of the version before bears."""
    used = [int(str(one["key"])[1:]) for one in items if str(one["key"])[1:].isdecimal()]
    return f"i{max([*used, int(gone[1:]) if gone[1:].isdecimal() else 0], default=0) + 1}"


def read(items: Sequence[Mapping[str, Any]]) -> list[Fact]:
    """Return the items as facts. Raises Invalid with the place of the first that cannot be used."""
    if not items:
        raise Invalid(_("计划里还没有事项，至少写一项。"), field="items")
    return [_read(number, item) for number, item in enumerate(items, start=1)]


def faults(items: Sequence[Mapping[str, Any]], *, title: str, goals: str) -> list[Invalid]:
    """Return all that keeps a plan from being published, in the order of the page."""
    found = []
    for check in (lambda: check_title(title), lambda: check_goals(goals), *_checks(items)):
        try:
            check()
        except Invalid as error:
            found.append(error)
    return found


def check_title(value: str) -> str:
    """Return a usable title. Raises Invalid at `title`."""
    title = " ".join(plain(value).split())
    if not 2 <= len(title) <= 120:
        raise Invalid(_("计划名称 2—120 个字，现在 %(n)s 个。") % {"n": len(title)}, field="title")
    return title


def check_goals(value: str) -> str:
    """Return usable goals. Raises Invalid at `goals`."""
    goals = plain(value).strip()
    if not 5 <= len(goals) <= MOST_GOALS:
        raise Invalid(_("目标写 5—%(most)s 个字，现在 %(n)s 个。") % {"most": MOST_GOALS, "n": len(goals)}, field="goals")
    return goals


def day(raw: str) -> date | None:
    """Read a day of a form, None when empty. Raises ValueError."""
    text = half_width(raw).strip().replace("/", "-").replace(".", "-")
    return date.fromisoformat(text) if text else None


def _checks(items: Sequence[Mapping[str, Any]]) -> list[Any]:
    if not items:
        return [lambda: read(items)]
    return [lambda one=one, number=number: _read(number, one) for number, one in enumerate(items, start=1)]


def _read(number: int, item: Mapping[str, Any]) -> Fact:
    kind = ItemKind(item.get("kind") or ItemKind.OTHER)
    label = " ".join(plain(str(item.get("label", ""))).split())
    course = str(item.get("course", ""))
    if not 2 <= len(label) <= 120:
        raise _wrong(number, "label", _("写清要做什么，2—120 个字"))
    if kind == ItemKind.COURSE and not course.isdecimal():
        raise _wrong(number, "kind", _("没有指明是哪一门课，请改成“课程学时”或“其他”"))
    if kind == ItemKind.BLOCK and not item.get("block"):
        raise _wrong(number, "block", _("请选这些学时算在哪一块课程里"))
    target = _number(number, "target", str(item.get("target", "")) or "1")
    if target is None or target <= 0:
        raise _wrong(number, "target", _("要做多少写大于 0 的数，例如 1 或 2.5"))
    try:
        due = day(str(item.get("due", "")))
    except ValueError:
        raise _wrong(number, "due", _("完成日期写成 2026-12-31 这样，没有定就空着")) from None
    return Fact(
        key=str(item["key"]), kind=kind, label=label, target=target, hours=_number(number, "hours", str(item.get("hours", ""))), due=due,
        block=str(item.get("block", ""))[:60] if kind == ItemKind.BLOCK else "",
        course_id=int(course) if kind == ItemKind.COURSE else None, serves=str(item.get("serves", "")),
    )  # fmt: skip


def _number(number: int, name: str, raw: str) -> Decimal | None:
    text = half_width(raw).strip()
    if not text:
        return None
    words = _("要做多少写大于 0 的数，例如 1 或 2.5") if name == "target" else _("预计学时写 0 到 9999 的数，例如 2 或 0.5，没有就空着")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise _wrong(number, name, words) from None
    if not value.is_finite() or not 0 <= value <= _MOST or value != value.quantize(_CENT):
        raise _wrong(number, name, words)
    return value


def _wrong(number: int, name: str, words: str) -> Invalid:
    return Invalid(_("第 %(number)s 项：%(words)s。") % {"number": number, "words": words}, field=f"{name}_{number}")
