"""How a score comes together: the levels of a sheet, the mean of the peers' reviews, and their weights. Pure, exact in decimals."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from yanxiu.assessment import sheets
from yanxiu.catalogue import content
from yanxiu.kit.errors import Invalid

CENT = Decimal("0.01")
HUNDRED = Decimal(100)


def mean(scores: Sequence[Decimal]) -> Decimal | None:
    """Return the mean to two places, halves up; None of nothing."""
    return (sum(scores, Decimal(0)) / len(scores)).quantize(CENT, ROUND_HALF_UP) if scores else None


def composed(own: Decimal, peers: Decimal | None, *, weight: int) -> Decimal:
    """Return the score that counts: `weight` percent from the peers' mean, the rest the marker's; the marker's alone without reviews."""
    if peers is None or not weight:
        return own
    return ((own * (HUNDRED - weight) + peers * weight) / HUNDRED).quantize(CENT, ROUND_HALF_UP)


def sheet_score(dimensions: sheets.Dimensions, levels: Mapping[str, int]) -> tuple[dict[str, int], Decimal]:
    """Return the levels as kept and their exact sum. Raises Invalid, with the field, when a dimension has none or an unknown one."""
    kept = sheets.kept(dimensions, levels)
    lacking = sheets.missing(dimensions, kept)
    if lacking:
        names = "、".join(one.label for one in lacking)
        raise Invalid(_("还没有评：%(names)s。每个维度选一个等级。") % {"names": names}, field=f"level_{lacking[0].key}")
    return kept, sheets.total(dimensions, kept)


def plain_score(asked: content.Homework, score: Decimal | None) -> Decimal:
    """Return a score that was typed. Raises Invalid when it is none, or beyond the points."""
    exponent = score.as_tuple().exponent if score is not None else None
    if score is None or not score.is_finite() or not isinstance(exponent, int) or exponent < -2 or not 0 <= score <= asked.points:
        raise Invalid(_("分数在 0 到 %(most)s 之间，最多两位小数。") % {"most": asked.points}, field="score")
    return score
