"""The ground of all parts of a plan: strict, immutable, and the small value types they share."""

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta


def _key(name: str) -> str | None:
    return name.removesuffix("_")


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, rename=_key):
    """A part of a plan. Unknown keys are refused; a trailing underscore of a field is not part of its key."""


Slug = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="编号：小写字母开头，字母、数字、下划线，最多 40 个")]
PlanSlug = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,59}$", description="方案编号：小写字母开头，字母、数字、短横，最多 60 个")]
Text = Annotated[str, Meta(min_length=1, max_length=200)]
LongText = Annotated[str, Meta(min_length=1, max_length=2000)]

DATE_PATTERN = (
    r"^(\d{4}-\d{2}-\d{2}|\d{4}-\d{2}|M([0-9]|E)-\d{2}|(\$\{[A-Za-z][A-Za-z0-9]*\}|\d{4})-(\$\{[A-Za-z][A-Za-z0-9]*\}|\d{2})-\d{2})$"
)
DateText = Annotated[
    str,
    Meta(
        pattern=DATE_PATTERN,
        description="2020-11-06、2021-03（原文只到月）、M1-26（选专题开始那月起第 1 个月的 26 日）或 ${Y}-${m}-10（启动时填）",
    ),
]
MonthDay = Annotated[str, Meta(pattern=r"^\d{2}-\d{2}$", description="每年的一天，如 12-31")]
TimeText = Annotated[
    str, Meta(pattern=r"^(end_of_work|end_of_day|([01]\d|2[0-3]):[0-5]\d)$", description="end_of_work、end_of_day 或 17:30")
]
ClockText = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="17:30")]
Moment = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\.(from|to)$", description="某个窗口的开始或结束，如 compulsory.from")]
YearText = Annotated[str, Meta(pattern=r"^\$\{[A-Za-z][A-Za-z0-9]*\}$", description="启动时填的年份，如 ${Y}")]
Year = Annotated[int, Meta(ge=1980, le=2100)]

Count = Annotated[int, Meta(ge=1, le=1_000_000)]
Few = Annotated[int, Meta(ge=1, le=999)]


def _between(low: int, high: int) -> Meta:
    """Bounds of a decimal number: msgspec keeps them for the schema, `convert` enforces them."""
    return Meta(extra={"low": low, "high": high}, extra_json_schema={"minimum": low, "maximum": high})


Hours = Annotated[Decimal, _between(0, 2000)]
Amount = Annotated[Decimal, _between(0, 1_000_000)]
Ratio = Annotated[Decimal, _between(0, 1)]
Speed = Annotated[Decimal, _between(1, 2)]
Minutes = Annotated[int, Meta(ge=0, le=120)]
Factor = Annotated[Decimal, _between(0, 10)]
Multiple = Annotated[Decimal, _between(0, 100)]
Score = Annotated[Decimal, _between(0, 100)]
Bound = Annotated[Decimal, _between(0, 100_000)]
