"""The order of steps: numbered through the course, module after module. Inside of the actions, under the lock of the course."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from yanxiu.catalogue.models import Course, Module, Step
from yanxiu.kit.errors import Invalid


def steps(course: Course) -> list[Step]:
    """Return the steps in order, as far as moving needs them. Cost: one query."""
    return list(Step.objects.filter(course_id=course.pk).only("number", "module_id", "course_id").order_by("number", "pk"))


def modules(course: Course) -> list[Module]:
    """Return the modules in order. Cost: one query."""
    return list(Module.objects.filter(course_id=course.pk).order_by("number", "pk"))


def module_for(course: Course, module: Module | None) -> Module | None:
    """Return the module a step goes to: the named one if it is of this course, else the last one. Raises Invalid. Cost: one query."""
    present = modules(course)
    if module is None:
        return present[-1] if present else None
    if module.pk not in {one.pk for one in present}:
        raise Invalid(_("这个模块不在这门课里，请刷新后再选。"), field="module")
    return module


def place(step: Step, course: Course, *, to: int, module: Module | None) -> None:
    """Put a step to place `to` of the course or of a module. Raises Invalid. Cost: 3 queries."""
    present = steps(course)
    others = [other for other in present if other.pk != step.pk]
    if module is not None:
        step.module = module_for(course, module)
        inside = [other for other in others if other.module_id == module.pk]
        _check_place(to, len(inside) + 1)
        arrange(step, others, to=to, inside=inside)
        return
    _check_place(to, len(present))
    step.module_id = present[to - 1].module_id
    inside = [other for other in others if other.module_id == step.module_id]
    before = sum(other.module_id == step.module_id for other in others[: to - 1])
    arrange(step, others, to=before + 1, inside=inside)


def arrange(step: Step, others: Sequence[Step], *, to: int, inside: Sequence[Step]) -> None:
    """Write numbers so that `step` is the `to`th of `inside`, the other steps of its module. Cost: 2 queries, one without modules."""
    order = list(inside)
    order.insert(to - 1, step)
    by_module: dict[int | None, list[Step]] = {}
    for other in others:
        by_module.setdefault(other.module_id, []).append(other)
    by_module[step.module_id] = order
    _write(_joined(step.course_id, by_module), only=step)


def close_up(course: Course) -> None:
    """Number the steps anew after something left or modules changed places. Cost: 2 to 3 queries."""
    by_module: dict[int | None, list[Step]] = {}
    for step in steps(course):
        by_module.setdefault(step.module_id, []).append(step)
    _write(_joined(course.pk, by_module))


def _joined(course_id: int, by_module: dict[int | None, list[Step]]) -> list[Step]:
    ids: list[int | None] = [None]
    if any(by_module):
        ids += Module.objects.filter(course_id=course_id).order_by("number", "pk").values_list("pk", flat=True)
    return [step for module_id in ids for step in by_module.get(module_id, [])]


def _write(order: Sequence[Step], *, only: Step | None = None) -> None:
    changed = []
    for number, step in enumerate(order, start=1):
        if step.number != number or step is only:
            step.number = number
            changed.append(step)
    Step.objects.bulk_update(changed, ["number", "module"])  # the unique number is checked at the end of the transaction


def _check_place(to: int, count: int) -> None:
    if not 1 <= to <= count:
        raise Invalid(_("这里有 %(count)s 个位置，没有第 %(to)s 个。") % {"count": count, "to": to}, field="to")
