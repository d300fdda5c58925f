"""What stands in a plan: kept while it is typed, added, removed, moved; ticked when it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.fieldwork import permissions, planning
from yanxiu.fieldwork.events import PlanEvent
from yanxiu.fieldwork.models import ItemKind, PlanItem, PlanState, StudyPlan
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotFound
from yanxiu.kit.lists import moved
from yanxiu.kit.text import plain
from yanxiu.records.actions import record


@dataclass(frozen=True, kw_only=True)
class TypedPlan:
    """What stands in the editor, right or wrong; `items` by key."""

    title: str
    goals: str
    starts_on: str = ""
    ends_on: str = ""
    items: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@transaction.atomic
def save_plan(*, plan: StudyPlan, typed: TypedPlan, by: Actor, at: datetime) -> StudyPlan:
    """Keep what is typed, whole or not. Not a record: a draft saves itself many times.

    Raises NotFound, NotPermitted, Conflict when it is no draft, Invalid for days that are none. Cost: 4 queries.
    """
    plan = _open(plan, by=by)
    plan.title, plan.goals = plain(typed.title)[:120], plain(typed.goals)[: planning.MOST_GOALS]
    plan.typed = [planning.kept(one, typed.items.get(one["key"], {})) for one in plan.typed]
    starts_on, ends_on = _day(typed.starts_on, "starts_on"), _day(typed.ends_on, "ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        raise Invalid(_("结束的日子早于开始的日子，请改一个。"), field="ends_on")
    plan.starts_on, plan.ends_on = starts_on, ends_on
    return _saved(plan, by=by, at=at)


@transaction.atomic
def add_item(*, plan: StudyPlan, by: Actor, at: datetime) -> StudyPlan:
    """Append an item to a draft. Raises NotFound, NotPermitted, Conflict (also when there are too many). Cost: 4 queries."""
    plan = _open(plan, by=by)
    if len(plan.typed) >= planning.MOST_ITEMS:
        raise Conflict(_("一份计划最多 %(most)s 项，请把小事合起来写。") % {"most": planning.MOST_ITEMS})
    last = PlanItem.objects.filter(plan_id=plan.follows_id).order_by("-pk").values_list("key", flat=True).first() or ""
    plan.typed = [*plan.typed, planning.EMPTY | {"key": planning.next_key(plan.typed, last)}]
    return _saved(plan, by=by, at=at)


@transaction.atomic
def remove_item(*, plan: StudyPlan, key: str, by: Actor, at: datetime) -> StudyPlan:
    """Take an item out of a draft. Raises NotFound, NotPermitted, Conflict. Cost: 4 queries."""
    plan = _open(plan, by=by)
    _place(plan.typed, key)
    plan.typed = [one for one in plan.typed if one["key"] != key]
    return _saved(plan, by=by, at=at)


@transaction.atomic
def move_item(*, plan: StudyPlan, key: str, up: bool, by: Actor, at: datetime) -> StudyPlan:
    """Let an item of a draft change places with its neighbour. Raises NotFound, NotPermitted, Conflict. Cost: 4 queries."""
    plan = _open(plan, by=by)
    plan.typed = moved(plan.typed, _place(plan.typed, key), up=up)
    return _saved(plan, by=by, at=at)


@transaction.atomic
def tick_item(*, item: PlanItem, done: bool, by: Actor, at: datetime) -> PlanItem:
    """Say that an item which no record counts is done, or is not. Saying it twice changes nothing.

    Raises NotFound, NotPermitted, Conflict when records count it or the plan is not in force. Cost: 4 queries.
    """
    permissions.check_can_write_plan(by, item.plan)
    item = PlanItem.objects.select_for_update(of=("self",), no_key=True).select_related("plan").get(pk=item.pk)
    if item.kind != ItemKind.OTHER:
        raise Conflict(_("“%(label)s”按记录自动计算，不用手动标记。") % {"label": item.label})
    if item.plan.state != PlanState.PUBLISHED:
        raise Conflict(_("计划不在执行中，不能标记。"))
    if (item.done_at is not None) == done:
        return item
    item.done_at, item.done_by = (at, by.person_id) if done else (None, None)
    item.save(update_fields=["done_at", "done_by"])
    record(
        PlanEvent.TICKED if done else PlanEvent.UNTICKED, object_id=item.pk, object_label=item.label, person_id=item.plan.person_id,
        programme_id=item.plan.programme_id, unit_path=item.plan.unit_path, by=by, at=at,
    )  # fmt: skip
    return item


def _open(plan: StudyPlan, *, by: Actor) -> StudyPlan:
    permissions.check_can_write_plan(by, plan)
    found = StudyPlan.objects.select_for_update(of=("self",), no_key=True).filter(pk=plan.pk).first()
    if found is None or found.state != PlanState.DRAFT:
        raise Conflict(_("这份计划已经发布或丢弃，草稿不能再改。要改，请修订出新的一版。"))
    return found


def _saved(plan: StudyPlan, *, by: Actor, at: datetime) -> StudyPlan:
    plan.saved_at, plan.saved_by = at, by.person_id
    plan.save(update_fields=["title", "goals", "starts_on", "ends_on", "typed", "saved_at", "saved_by"])
    return plan


def _place(items: Sequence[Mapping[str, Any]], key: str) -> int:
    found = next((place for place, one in enumerate(items) if one["key"] == key), None)
    if found is None:
        raise NotFound(_("计划里没有这一项，可能已经移除了。"))
    return found


def _day(raw: str, name: str) -> date | None:
    try:
        return planning.day(raw)
    except ValueError:
        raise Invalid(_("日期写成 2026-12-31 这样，没有定就空着。"), field=name) from None
