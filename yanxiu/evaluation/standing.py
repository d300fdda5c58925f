"""Standing: for a participant, every requirement with its value, target, status, and the sentence that explains it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yanxiu.evaluation import statements
from yanxiu.kit import sql
from yanxiu.kit.clock import local


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One requirement of one participant. `status`: met, waived, not_due, short or late; `short` is what is missing (≥ 0)."""

    programme_id: int
    version_id: int
    person_id: int
    role: str
    space_id: int
    requirement_id: int
    key: str
    number: int
    kind: str
    label: str
    per: str
    value: Decimal
    target: Decimal
    unit: str
    each: Decimal | None
    status: str
    met: bool
    soft: bool
    timely: bool
    assessed: bool
    clause: str
    note: str
    metric: str
    kinds: tuple[str, ...]
    window: str
    starts_at: datetime | None
    ends_at: datetime | None
    grade: str
    cover_total: int | None
    cover_count: int | None

    @property
    def short(self) -> Decimal:
        return max(self.target - self.value, Decimal(0)) if not self.met else Decimal(0)

    @property
    def is_settled(self) -> bool:
        return self.status in {"met", "waived"}

    @property
    def share(self) -> Decimal:
        """Value over target, at most 1."""
        return min(self.value / self.target, Decimal(1)) if self.target else Decimal(1)

    @property
    def why(self) -> str:
        """The sentence under the row: what counts, what is missing, until when."""
        return _sentence(self)


def plain(number: Decimal | int) -> str:
    """Return a number as people write it: no trailing zeros, no exponent."""
    text = f"{Decimal(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _until(moment: datetime | None) -> str:
    if moment is None:
        return ""
    last = local(moment)
    if (last.hour, last.minute) == (0, 0):  # an exclusive midnight is the 24:00 of the day before
        return f"{last - timedelta(days=1):%m-%d} 24:00"
    return f"{last:%m-%d %H:%M}"


def _sentence(one: Standing) -> str:
    value, target, missing = plain(one.value), plain(one.target), plain(one.short)
    if one.status == "waived":
        return _("已批准免做")
    if one.kind in {"score", "decision"}:
        return _judged(one)
    if one.kind == "coverage":
        return _covered(one)
    numbers = {"value": value, "target": target, "missing": missing, "unit": one.unit, "until": _until(one.ends_at)}
    if one.status == "met":
        return _("已满足：%(value)s / %(target)s %(unit)s") % numbers
    if one.status == "late":
        return _("差 %(missing)s %(unit)s，%(until)s 已截止") % numbers
    if one.status == "not_due":
        return _("还没开始，到时要 %(target)s %(unit)s") % numbers
    return (_("还差 %(missing)s %(unit)s，%(until)s 截止") if one.ends_at else _("还差 %(missing)s %(unit)s")) % numbers


def _judged(one: Standing) -> str:
    if one.met:
        return _("已认定：%(grade)s") % {"grade": one.grade or _("通过")}
    return _("还没有认定结果") if not one.grade else _("认定结果：%(grade)s") % {"grade": one.grade}


def _covered(one: Standing) -> str:
    if one.per != "person":
        return _("已覆盖 %(count)s / %(total)s") % {"count": one.cover_count or 0, "total": one.cover_total or 0}
    if not one.cover_total:
        return _("还没有点过名的场次")
    return _("应到 %(total)s 场，出席 %(count)s 场") % {"count": one.cover_count or 0, "total": one.cover_total}


_FIELDS = tuple(Standing.__dataclass_fields__)


def of(*, versions: Sequence[int], at: datetime, persons: Sequence[int] | None = None, path: str = "/") -> list[Standing]:
    """Evaluate participants of plan versions: the persons given, or everybody under the unit path.

    Rows are ordered by person, role, space, number. Cost: one query, whatever the number of people.
    """
    given: dict[str, object] = {"versions": list(versions), "path": path, "at": at}
    if persons is None:
        found = sql.rows(statements.STANDING, {**given, "persons": None}, plan="fresh")
    else:
        found = sql.rows(statements.STANDING_OF, {**given, "persons": list(persons)}, plan="kept")
    return [_standing(row) for row in found]


def _standing(row: dict[str, Any]) -> Standing:
    facts = {name: row[name] for name in _FIELDS}
    return Standing(**{**facts, "kinds": tuple(row["kinds"]), "grade": row["grade"] or ""})
