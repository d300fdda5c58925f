"""The modules of a draft (W-62): what each is for, what is done online and offline, and for how many hours (C-25)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.catalogue import permissions
from yanxiu.catalogue.actions import ordering, writing
from yanxiu.catalogue.events import ModuleEvent
from yanxiu.catalogue.models import Course, Module, Step
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.records.actions import record

MOST_MODULES = 30
MOST_HOURS = Decimal(200)
TEXTS = ("goals", "topics", "cases", "online_activity", "offline_activity", "outcomes")


@dataclass(frozen=True, kw_only=True)
class ModuleFacts:
    """What a module says about itself; hours are 学时, online and offline stated apart."""

    title: str
    goals: str = ""
    topics: str = ""
    cases: str = ""
    online_activity: str = ""
    offline_activity: str = ""
    outcomes: str = ""
    is_compulsory: bool = True
    online_hours: Decimal = Decimal(0)
    offline_hours: Decimal = Decimal(0)


@transaction.atomic
def add_module(*, course: Course, facts: ModuleFacts, by: Actor, at: datetime) -> Module:
    """Append a module to a draft; the first one takes in all steps there are.

    Raises NotPermitted, Locked, Conflict; Invalid. Cost: 6 queries.
    """
    permissions.check_can_correct(by, course)
    course = writing.open_for_change(course.pk)
    present = ordering.modules(course)
    if len(present) >= MOST_MODULES:
        raise Conflict(_("一门课最多 %(most)s 个模块。请合并几个。") % {"most": MOST_MODULES})
    module = Module(course=course, number=len(present) + 1, **_checked(facts))
    module.save(force_insert=True)
    if not present:
        Step.objects.filter(course_id=course.pk).update(module=module)
    _record(ModuleEvent.ADDED, module, course, by=by, at=at)
    return module


@transaction.atomic
def correct_module(*, module: Module, facts: ModuleFacts, by: Actor, at: datetime) -> Module:
    """Change what a module of a draft says. Raises NotPermitted, Locked; Invalid. Cost: 5 queries."""
    course, module = _opened(module, by)
    values = _checked(facts)
    for name, value in values.items():
        setattr(module, name, value)
    module.save(update_fields=list(values))
    _record(ModuleEvent.CORRECTED, module, course, by=by, at=at)
    return module


@transaction.atomic
def move_module(*, module: Module, to: int, by: Actor, at: datetime) -> Module:
    """Move a module with its steps to place `to` (from 1). Raises NotPermitted, Locked; Invalid. Cost: 8 queries."""
    course, module = _opened(module, by)
    order = [one for one in ordering.modules(course) if one.pk != module.pk]
    if not 1 <= to <= len(order) + 1:
        raise Invalid(_("这门课有 %(count)s 个模块，没有第 %(to)s 个位置。") % {"count": len(order) + 1, "to": to}, field="to")
    came_from = module.number
    order.insert(to - 1, module)
    _number(order)
    ordering.close_up(course)
    if came_from != to:
        _record(ModuleEvent.MOVED, module, course, by=by, at=at, data={"from": came_from, "to": to})
    return module


@transaction.atomic
def remove_module(*, module: Module, by: Actor, at: datetime) -> None:
    """Dissolve a module: its steps go to the one before (or after); the last module leaves a course without modules.

    Raises NotPermitted, Locked. Cost: 9 queries.
    """
    course, module = _opened(module, by)
    present = ordering.modules(course)
    rest = [one for one in present if one.pk != module.pk]
    heir = rest[max(module.number - 2, 0)] if rest else None
    Step.objects.filter(module=module).update(module=heir)
    _record(ModuleEvent.REMOVED, module, course, by=by, at=at)
    Module.objects.filter(pk=module.pk).delete()
    _number(rest)
    ordering.close_up(course)


def _opened(module: Module, by: Actor) -> tuple[Course, Module]:
    permissions.check_can_correct(by, module.course)
    course = writing.open_for_change(module.course_id)
    found = Module.objects.filter(pk=module.pk, course_id=course.pk).first()
    if found is None:
        raise Conflict(_("“%(title)s”这个模块已经被移除。请刷新后再看。") % {"title": module.title})
    return course, found


def _number(order: list[Module]) -> None:
    for number, one in enumerate(order, start=1):
        one.number = number
    Module.objects.bulk_update(order, ["number"])  # the unique number is checked at the end of the transaction


def _checked(facts: ModuleFacts) -> dict[str, object]:
    for name, label in (("online_hours", _("线上学时")), ("offline_hours", _("线下学时"))):
        hours = getattr(facts, name)
        if not 0 <= hours <= MOST_HOURS:
            words = {"label": label, "most": MOST_HOURS, "hours": hours}
            raise Invalid(_("%(label)s应在 0 到 %(most)s 之间，现在是 %(hours)s。") % words, field=name)
    return {
        "title": writing.check_title(facts.title),
        "is_compulsory": facts.is_compulsory,
        "online_hours": facts.online_hours.quantize(Decimal("0.01")),
        "offline_hours": facts.offline_hours.quantize(Decimal("0.01")),
        **{name: getattr(facts, name).strip()[:5000] for name in TEXTS},
    }


def _record(event: ModuleEvent, module: Module, course: Course, *, by: Actor, at: datetime, data: dict[str, object] | None = None) -> None:
    facts = {"course": course.pk, "number": module.number, **(data or {})}
    record(
        event, object_id=module.pk, object_label=f"{course.title}：{module.title}", unit_path=course.owner.path, by=by, at=at, data=facts
    )
