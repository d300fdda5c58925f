"""The inside of copying: a draft with the facts, modules and steps of another course; files are shared."""

from datetime import datetime

from yanxiu.catalogue.models import Course, CourseState, Module, Step
from yanxiu.kit.actor import Actor
from yanxiu.orgs.models import Org

FACTS = ("title", "summary", "topic", "hours", "stages", "subjects", "provider", "lecturer")


def copied(course: Course, *, owner: Org, facts: dict[str, object], by: Actor, at: datetime) -> Course:
    """Return a new draft like `course`, with `facts` in place of its own. Cost: 4 to 5 queries."""
    values = {name: getattr(course, name) for name in FACTS} | facts
    copy = Course(owner=owner, author_id=by.person_id, copied_from=course.pk, state=CourseState.DRAFT, created_at=at, **values)
    copy.save(force_insert=True)
    modules = list(Module.objects.filter(course_id=course.pk).order_by("number", "pk"))
    steps = list(Step.objects.filter(course_id=course.pk).order_by("number", "pk"))
    old_ids = [module.pk for module in modules]
    for module in modules:
        module.pk, module.course = None, copy
    Module.objects.bulk_create(modules)
    new_ids = dict(zip(old_ids, (module.pk for module in modules), strict=True))
    for step in steps:
        step.pk, step.course = None, copy
        step.module_id = new_ids[step.module_id] if step.module_id else None
    Step.objects.bulk_create(steps)
    return copy
