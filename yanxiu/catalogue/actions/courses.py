"""Writing the facts of a course: draft, correct, copy."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.catalogue import permissions
from yanxiu.catalogue.actions import copying, writing
from yanxiu.catalogue.events import CourseEvent
from yanxiu.catalogue.models import Course
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Invalid
from yanxiu.orgs.models import Org
from yanxiu.records.actions import record

MOST_HOURS = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class CourseFacts:
    """What a course says about itself. `hours` are 学时; no `subjects` = all; `topic` is the shelf, "" = none."""

    title: str
    hours: Decimal
    stages: tuple[str, ...]
    subjects: tuple[str, ...] = ()
    topic: str = ""
    summary: str = ""
    provider: str = ""
    lecturer: str = ""


@transaction.atomic
def draft_course(*, facts: CourseFacts, owner: Org, by: Actor, at: datetime) -> Course:
    """Begin a course of a unit as a draft. Raises NotPermitted; Invalid with the field. Cost: 3 queries."""
    permissions.check_can_draft(by, owner)
    course = Course(owner=owner, author_id=by.person_id, created_at=at, **_checked(facts))
    course.save(force_insert=True)
    _record(CourseEvent.DRAFTED, course, by=by, at=at)
    return course


@transaction.atomic
def correct_course(*, course: Course, facts: CourseFacts, by: Actor, at: datetime) -> Course:
    """Change the facts of a draft; the record says which. Raises NotPermitted, Locked; Invalid. Cost: 4 queries."""
    permissions.check_can_correct(by, course)
    course = writing.open_for_change(course.pk)
    values = _checked(facts)
    changed = [name for name, value in values.items() if getattr(course, name) != value]
    if not changed:
        return course
    for name in changed:
        setattr(course, name, values[name])
    course.save(update_fields=changed)
    _record(CourseEvent.CORRECTED, course, by=by, at=at, data={"changed": changed})
    return course


@transaction.atomic
def copy_course(*, course: Course, owner: Org, by: Actor, at: datetime) -> Course:
    """Copy a course with all steps into a new draft of `owner`; the files are shared. Raises NotPermitted. Cost: 7 queries."""
    permissions.check_can_see_course(by, course)
    permissions.check_can_draft(by, course.owner)  # a copy holds the answers of the original
    permissions.check_can_draft(by, owner)
    copy = copying.copied(course, owner=owner, facts={"title": _("%(title)s（副本）") % {"title": course.title[:110]}}, by=by, at=at)
    _record(CourseEvent.COPIED, copy, by=by, at=at, data={"from": course.pk})
    return copy


def _checked(facts: CourseFacts) -> dict[str, object]:
    if not 0 < facts.hours <= MOST_HOURS:
        raise Invalid(_("学时应大于 0、不超过 %(most)s，现在是 %(hours)s。") % {"most": MOST_HOURS, "hours": facts.hours}, field="hours")
    return {
        "title": writing.check_title(facts.title),
        "summary": facts.summary.strip(),
        "topic": facts.topic.strip()[:60],
        "hours": facts.hours.quantize(Decimal("0.01")),
        "stages": [writing.check_stage(stage) for stage in facts.stages],
        "subjects": [writing.check_subject(subject) for subject in facts.subjects],
        "provider": facts.provider.strip()[:100],
        "lecturer": facts.lecturer.strip()[:60],
    }


def _record(event: CourseEvent, course: Course, *, by: Actor, at: datetime, data: dict[str, object] | None = None) -> None:
    record(event, object_id=course.pk, object_label=course.title, unit_path=course.owner.path, by=by, at=at, data=data)
