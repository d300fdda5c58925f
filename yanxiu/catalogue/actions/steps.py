"""The steps of a draft: add, replace, duplicate, remove and put back. Whoever changes one holds the lock of the course."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.catalogue import drafting, permissions
from yanxiu.catalogue.actions import materials, ordering, writing
from yanxiu.catalogue.actions.materials import StepContent
from yanxiu.catalogue.events import StepEvent
from yanxiu.catalogue.models import Course, Module, RemovedStep, Step
from yanxiu.drafts import actions as drafts
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict
from yanxiu.records.actions import record

MOST_STEPS = 100
CARRIED = ("kind", "title", "body", "seconds", "media_id", "captions_id", "poster_id", "content")


@transaction.atomic
def add_step(*, course: Course, title: str, content: StepContent, module: Module | None = None, by: Actor, at: datetime) -> Step:
    """Append a step to a draft, at the end of `module` (the last one when the course has modules and none is named).

    Its kind follows from the content. Raises NotPermitted, Locked; Invalid with the place. Cost: 6 queries.
    """
    permissions.check_can_correct(by, course)
    course = writing.open_for_change(course.pk)
    steps = _room(course)
    step = Step(course=course, title=writing.check_title(title), **materials.values(content))
    step.module = ordering.module_for(course, module)
    return _insert(step, steps, course, StepEvent.ADDED, by=by, at=at)


@transaction.atomic
def replace_step(*, step: Step, title: str, content: StepContent, by: Actor, at: datetime) -> Step:
    """Write a step of a draft anew; its place stays. Raises NotPermitted, Locked; Invalid with the place. Cost: 5 queries."""
    permissions.check_can_correct(by, step.course)
    course = writing.open_for_change(step.course_id)
    step = _present(step, course)
    values = {"title": writing.check_title(title), **materials.values(content)}
    for name, value in values.items():
        setattr(step, name, value)
    step.save(update_fields=list(values))
    drafts.clear(key=drafting.step_key(course.pk, step.kind, step.pk), by=by, at=at)
    _record(StepEvent.REPLACED, step, course, by=by, at=at)
    return step


@transaction.atomic
def duplicate_step(*, step: Step, by: Actor, at: datetime) -> Step:
    """Write the same step once more, right after it; files are shared. Raises NotPermitted, Locked, Conflict. Cost: 6 queries."""
    permissions.check_can_correct(by, step.course)
    course = writing.open_for_change(step.course_id)
    original = _present(step, course)
    steps = _room(course)
    title = _("%(title)s（副本）") % {"title": original.title[:110]}
    copy = Step(course=course, module_id=original.module_id, **{name: getattr(original, name) for name in CARRIED})
    copy.title = title
    return _insert(copy, steps, course, StepEvent.DUPLICATED, after=original, by=by, at=at)


@transaction.atomic
def move_step(*, step: Step, to: int, module: Module | None = None, by: Actor, at: datetime) -> Step:
    """Move a step of a draft to place `to` (from 1) of the course, or of `module` when one is named; the others close up.

    Raises NotPermitted, Locked; Invalid with how many places there are. Cost: 7 queries.
    """
    permissions.check_can_correct(by, step.course)
    course = writing.open_for_change(step.course_id)
    step = _present(step, course)
    came_from = (step.number, step.module_id)
    ordering.place(step, course, to=to, module=module)
    if (step.number, step.module_id) != came_from:
        _record(StepEvent.MOVED, step, course, by=by, at=at, data={"from": came_from[0], "to": step.number, "module": step.module_id})
    return step


@transaction.atomic
def remove_step(*, step: Step, by: Actor, at: datetime) -> RemovedStep:
    """Remove a step of a draft; the later ones close up, and `put_back` undoes it until publication. Its files stay.

    Raises NotPermitted, Locked. Cost: 7 queries.
    """
    permissions.check_can_correct(by, step.course)
    course = writing.open_for_change(step.course_id)
    step = _present(step, course)
    facts = {name: getattr(step, name) for name in CARRIED}
    removed = RemovedStep.objects.create(
        course=course, module_id=step.module_id, number=step.number, removed_at=at, removed_by=by.person_id, **facts
    )
    _record(StepEvent.REMOVED, step, course, by=by, at=at)
    drafts.clear(key=drafting.step_key(course.pk, step.kind, step.pk), by=by, at=at)
    Step.objects.filter(pk=step.pk).delete()
    ordering.close_up(course)
    return removed


@transaction.atomic
def put_back(*, removed: RemovedStep, by: Actor, at: datetime) -> Step:
    """Put a removed step back where it stood. Raises NotPermitted, Locked; Conflict when it is back already. Cost: 8 queries."""
    permissions.check_can_correct(by, removed.course)
    course = writing.open_for_change(removed.course_id)
    kept = RemovedStep.objects.filter(pk=removed.pk, course_id=course.pk).first()
    if kept is None:
        raise Conflict(_("“%(title)s”已经放回去了。请刷新后再看。") % {"title": removed.title})
    steps = _room(course)
    step = Step(course=course, **{name: getattr(kept, name) for name in CARRIED})
    module = Module.objects.filter(pk=kept.module_id, course_id=course.pk).first() if kept.module_id else None
    step.module = ordering.module_for(course, module)
    RemovedStep.objects.filter(pk=kept.pk).delete()
    before = next((other for other in reversed(steps) if other.number < kept.number and other.module_id == step.module_id), None)
    return _insert(step, steps, course, StepEvent.PUT_BACK, after=before, first=before is None, by=by, at=at)


def _room(course: Course) -> list[Step]:
    steps = ordering.steps(course)
    if len(steps) >= MOST_STEPS:
        raise Conflict(_("一门课最多 %(most)s 个环节。请分成两门课。") % {"most": MOST_STEPS})
    return steps


def _insert(
    step: Step,
    steps: list[Step],
    course: Course,
    event: StepEvent,
    *,
    after: Step | None = None,
    first: bool = False,
    by: Actor,
    at: datetime,
) -> Step:
    inside = [other for other in steps if other.module_id == step.module_id]
    to = 1 if first else (next(n for n, other in enumerate(inside, 1) if other.pk == after.pk) + 1 if after else len(inside) + 1)
    step.number = len(steps) + 1
    step.save(force_insert=True)
    ordering.arrange(step, steps, to=to, inside=inside)
    if event == StepEvent.ADDED:
        drafts.clear(key=drafting.step_key(course.pk, step.kind, None), by=by, at=at)
    _record(event, step, course, by=by, at=at)
    return step


def _present(step: Step, course: Course) -> Step:
    """Read the step again under the lock of its course. Raises Conflict when it has been removed meanwhile."""
    found = Step.objects.filter(pk=step.pk, course_id=course.pk).first()
    if found is None:
        raise Conflict(_("“%(title)s”这个环节已经被移除。请刷新后再看。") % {"title": step.title})
    return found


def _record(event: StepEvent, step: Step, course: Course, *, by: Actor, at: datetime, data: dict[str, object] | None = None) -> None:
    facts = {"course": course.pk, "number": step.number, "kind": str(step.kind), **(data or {})}
    record(event, object_id=step.pk, object_label=f"{course.title}：{step.title}", unit_path=course.owner.path, by=by, at=at, data=facts)
