"""Setting what taking part is worth (积分规则, W-64). Changing a rule changes every balance: none is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Invalid
from yanxiu.programmes.models import Programme
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.events import DeskEvent
from yanxiu.workshops.models import PointRule, Space
from yanxiu.workshops.worth import METRICS

MOST = Decimal(1000)


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What one record of a metric is worth, with the most by the day and altogether (None = no bound)."""

    metric: str
    points: Decimal
    a_day: Decimal | None = None
    at_most: Decimal | None = None


@transaction.atomic
def set_points(*, of: Space | Programme, worths: Sequence[Worth], by: Actor, at: datetime) -> list[PointRule]:
    """Put these rules in the place of the ones that hold for a workshop or a programme; none = the workshop has none of its own.

    Raises NotPermitted; Invalid with the field `metric.part` for a figure that cannot be used. Cost: 5 queries.
    """
    if isinstance(of, Space) and of.parent is not None and of.is_sub:
        of = of.parent
    permissions.check_can_set_points(by, of)
    for worth in worths:
        _check(worth)
    place = {"space": of} if isinstance(of, Space) else {"programme": of}
    # Two hosts at once: the row above decides whose rules stand in the end, whole.
    type(of).objects.select_for_update(of=("self",), no_key=True).get(pk=of.pk)
    PointRule.objects.filter(**place).delete()
    rules = PointRule.objects.bulk_create(
        PointRule(**place, metric=one.metric, points=one.points, a_day=one.a_day, at_most=one.at_most, set_by=by.person_id, set_at=at)
        for one in worths
    )
    where: dict[str, Any] = (
        {"programme_id": of.programme_id, "space_id": of.pk, "unit_path": of.org.path, "kind": "space"}
        if isinstance(of, Space)
        else {"programme_id": of.pk, "unit_path": of.owner_path, "kind": "programme"}
    )
    told = {one.metric: [str(one.points), str(one.a_day or ""), str(one.at_most or "")] for one in worths}
    record(DeskEvent.POINTS_SET, object_id=of.pk, object_label=of.title, data={"rules": told}, by=by, at=at, **where)
    return rules


def _check(worth: Worth) -> None:
    if worth.metric not in METRICS:
        raise Invalid(_("没有“%(metric)s”这种计数，请从列出的里面选。") % {"metric": worth.metric}, field="metric")
    for part, value in (("points", worth.points), ("a_day", worth.a_day), ("at_most", worth.at_most)):
        if value is None:
            continue
        if not value.is_finite() or not 0 <= value <= MOST or value != round(value, 2) or (part != "points" and not value):
            least = "0" if part == "points" else "0.01"
            words = {"label": METRICS[worth.metric], "least": least, "most": MOST}
            raise Invalid(_("“%(label)s”填 %(least)s 到 %(most)s，最多两位小数。") % words, field=f"{worth.metric}.{part}")
