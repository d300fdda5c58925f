"""Knowledge points: a tree of at most three levels for each unit."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment.events import PointEvent
from yanxiu.assessment.models import BankQuestion, KnowledgePoint
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.sql import save_or_raise
from yanxiu.orgs.models import Org
from yanxiu.records.actions import record

DEEPEST = 3


@transaction.atomic
def add_point(
    *, owner: Org, name: str, parent: KnowledgePoint | None = None, stage: str = "", subject: str = "", by: Actor, at: datetime
) -> KnowledgePoint:
    """Add a point to the tree of a unit. Raises NotPermitted; Invalid; Conflict when it is there. Cost: 4 queries."""
    permissions.check_can_write_for(by, owner)
    if parent is not None:
        _check_fits(parent, owner, levels=1)
        stage, subject = parent.stage, parent.subject
    point = KnowledgePoint(owner=owner, parent=parent, stage=stage, subject=subject, name=_name(name))
    save_or_raise(point, {"assessment_point_name_once": _twice(point)})
    _record(PointEvent.ADDED, point, by=by, at=at)
    return point


@transaction.atomic
def rename_point(*, point: KnowledgePoint, name: str, by: Actor, at: datetime) -> KnowledgePoint:
    """Give a point another name. Raises NotFound, NotPermitted, Invalid, Conflict. Cost: 4 queries."""
    permissions.check_can_write_point(by, point)
    point = _locked(point)
    before, point.name = point.name, _name(name)
    save_or_raise(point, {"assessment_point_name_once": _twice(point)}, update_fields=["name"])
    _record(PointEvent.RENAMED, point, before=before, by=by, at=at)
    return point


@transaction.atomic
def move_point(*, point: KnowledgePoint, parent: KnowledgePoint | None, by: Actor, at: datetime) -> KnowledgePoint:
    """Put a point with all below it under another one of the same unit, or on top. Raises NotFound, NotPermitted, Invalid, Conflict.

    Cost: 8 queries.
    """
    permissions.check_can_write_point(by, point)
    point = _locked(point)
    if parent is not None:
        if parent.pk in _below(point):
            raise Invalid(_("“%(name)s”不能放到自己下面，请另选一个。") % {"name": point.name}, field="parent")
        _check_fits(parent, point.owner, levels=_height(point))
    point.parent = parent
    save_or_raise(point, {"assessment_point_name_once": _twice(point)}, update_fields=["parent"])
    _record(PointEvent.MOVED, point, parent=parent.name if parent else "", by=by, at=at)
    return point


@transaction.atomic
def merge_point(*, point: KnowledgePoint, into: KnowledgePoint, by: Actor, at: datetime) -> int:
    """Move all questions of a point, and the points below it, to another one and take it away; return how many questions moved.

    Raises NotFound, NotPermitted, Invalid, Conflict. Cost: 10 queries.
    """
    permissions.check_can_write_point(by, point)
    point = _locked(point)
    if into.owner_id != point.owner_id or into.pk in _below(point):
        raise Invalid(_("请选同一单位、不在“%(name)s”下面的知识点。") % {"name": point.name}, field="into")
    _check_fits(into, point.owner, levels=_height(point) - 1)
    twins = KnowledgePoint.objects.filter(parent=point, name__in=KnowledgePoint.objects.filter(parent=into).values("name"))
    if twin := twins.order_by("pk").first():
        raise Conflict(_("两边都有“%(name)s”，请先合并它们。") % {"name": twin.name})
    moved = BankQuestion.objects.filter(point=point).update(point=into)
    KnowledgePoint.objects.filter(parent=point).update(parent=into, stage=into.stage, subject=into.subject)
    _record(PointEvent.MERGED, point, into=into.name, questions=moved, by=by, at=at)
    point.delete()
    return moved


def _locked(point: KnowledgePoint) -> KnowledgePoint:
    """All moves in one unit's tree wait for each other: two at once could make a ring."""
    Org.objects.select_for_update(of=("self",), no_key=True).get(pk=point.owner_id)
    return KnowledgePoint.objects.select_related("owner").get(pk=point.pk)


def _below(point: KnowledgePoint) -> set[int]:
    """The point and all below it. Cost: at most 3 queries."""
    found, level = {point.pk}, [point.pk]
    for _level in range(DEEPEST):
        level = list(KnowledgePoint.objects.filter(parent__in=level).order_by("pk").values_list("pk", flat=True)) if level else []
        found |= set(level)
    return found


def _height(point: KnowledgePoint) -> int:
    """How many levels the point and what is below it have."""
    if not KnowledgePoint.objects.filter(parent=point).exists():
        return 1
    return 3 if KnowledgePoint.objects.filter(parent__parent=point).exists() else 2


def _depth(point: KnowledgePoint) -> int:
    depth, above = 1, point.parent
    while above is not None:
        depth, above = depth + 1, above.parent
    return depth


def _check_fits(parent: KnowledgePoint, owner: Org, *, levels: int) -> None:
    if parent.owner_id != owner.pk:
        raise Invalid(_("上级知识点不是这个单位的，请重新选。"), field="parent")
    if _depth(parent) + levels > DEEPEST:
        raise Invalid(_("知识点最多三级，“%(name)s”下面放不下了。") % {"name": parent.name}, field="parent")


def _name(raw: str) -> str:
    name = " ".join(raw.split())
    if not name or len(name) > 60:
        raise Invalid(_("知识点要有名称，最多 60 字，现在有 %(now)s 字。") % {"now": len(name)}, field="name")
    return name


def _twice(point: KnowledgePoint) -> Conflict:
    return Conflict(_("这一级已经有“%(name)s”，请换个名称或合并。") % {"name": point.name}, field="name")


def _record(event: PointEvent, point: KnowledgePoint, *, by: Actor, at: datetime, **data: object) -> None:
    record(event, object_id=point.pk, object_label=point.name, unit_path=point.owner.path, data=data, by=by, at=at)
