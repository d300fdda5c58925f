"""Regular assessment (平时考核) as data: parts, each a count against a target for some of 100 points. Pure and exact."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, cast

import msgspec
from django.utils.translation import gettext as _

from yanxiu.kit.errors import Invalid
from yanxiu.records import metrics

MOST_PARTS = 12
FULL = Decimal(100)


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What counts: a metric of the records, of one `kind` ("" = any), by number of times or by amount (hours), up to `target`."""

    metric: str
    label: str
    target: Decimal
    points: Decimal
    kind: str = ""
    by: Literal["count", "amount"] = "count"


Parts = tuple[Part, ...]


def read(raw: object) -> Parts:
    """Read `ProcessRule.parts`. Raises Invalid when they are none."""
    try:
        return msgspec.convert(raw, Parts)
    except msgspec.ValidationError as error:
        raise Invalid(_("平时考核的规则读不出来：%(why)s。请重新设定。") % {"why": error}) from error


def write(parts: Parts) -> list[dict[str, object]]:
    """Return the JSON of `ProcessRule.parts`."""
    return cast("list[dict[str, object]]", msgspec.to_builtins(parts))


def check(parts: Parts) -> None:
    """Raise Invalid, with the place, unless the parts can be computed and come to 100 points."""
    if not parts or len(parts) > MOST_PARTS:
        raise Invalid(_("平时考核要有 1 到 %(most)d 项，现在 %(count)d 项。") % {"most": MOST_PARTS, "count": len(parts)}, field="parts")
    known = metrics.registry()
    for number, part in enumerate(parts, start=1):
        words = {"number": number}
        if part.metric not in known:
            raise Invalid(_("第 %(number)d 项：请选按什么算。") % words, field="parts")
        if not part.target.is_finite() or not 0 < part.target <= 100_000:
            raise Invalid(_("第 %(number)d 项：做满多少要大于 0。") % words, field="parts")
        if not part.points.is_finite() or not 0 < part.points <= FULL or round(part.points, 2) != part.points:
            raise Invalid(_("第 %(number)d 项：分值在 0 到 100 之间，最多两位小数。") % words, field="parts")
    total = sum((part.points for part in parts), Decimal(0))
    if total != FULL:
        raise Invalid(_("各项分值加起来要正好 100 分，现在 %(total)s 分。") % {"total": f"{total.normalize():f}"}, field="parts")


def score_of(parts: Parts, values: Sequence[Decimal]) -> tuple[list[str], Decimal]:
    """Return the points of each part, as text, and the score: exact, only what is shown is cut to two places."""
    shares = [
        Fraction(part.points) * min(Fraction(1), max(Fraction(0), Fraction(value)) / Fraction(part.target))
        for part, value in zip(parts, values, strict=True)
    ]
    return [f"{_cut(share):f}" for share in shares], _cut(sum(shares, Fraction(0)))


def _cut(value: Fraction) -> Decimal:
    return Decimal(int(value * 100)) / 100
