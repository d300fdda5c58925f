"""The steps of a draft: add, replace, move, remove. Whoever changes one holds the lock of the course."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from yanxiu.catalogue import content as contents
from yanxiu.catalogue import permissions
from yanxiu.catalogue.actions import writing
from yanxiu.catalogue.content import Homework, QuestionSet, Test, Text
from yanxiu.catalogue.events import StepEvent
from yanxiu.catalogue.models import Course, Step, StepKind
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.kit import rich_text
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.records.actions import record

MOST_STEPS = 100
_KINDS: dict[type, StepKind] = {Text: StepKind.TEXT, QuestionSet: StepKind.QUESTION, Test: StepKind.TEST, Homework: StepKind.HOMEWORK}


@dataclass(frozen=True, kw_only=True)
class Film:
    """The content of a video step: files that went through `files.actions.store`."""

    media: StoredFile
    captions: StoredFile | None = None
    poster: StoredFile | None = None


StepContent = Film | Text | QuestionSet | Test | Homework


@transaction.atomic
def add_step(*, course: Course, title: str, content: StepContent, by: Actor, at: datetime) -> Step:
    """Append a step to a draft; its kind follows from the content.

    Raises NotPermitted, Locked; Invalid with the place. Cost: 5 queries.
    """
    permissions.check_can_correct(by, course)
    course = writing.open_for_change(course.pk)
    last: int = Step.objects.filter(course_id=course.pk).aggregate(last=Max("number"))["last"] or 0
    if last >= MOST_STEPS:
        raise Conflict(_("一门课最多 %(most)s 个环节。请分成两门课。") % {"most": MOST_STEPS})
    step = Step(course=course, number=last + 1, title=writing.check_title(title), **_values(content))
    step.save(force_insert=True)
    _record(StepEvent.ADDED, step, course, by=by, at=at)
    return step


@transaction.atomic
def replace_step(*, step: Step, title: str, content: StepContent, by: Actor, at: datetime) -> Step:
    """Write a step of a draft anew; its place stays. Raises NotPermitted, Locked; Invalid with the place. Cost: 4 queries."""
    permissions.check_can_correct(by, step.course)
    course = writing.open_for_change(step.course_id)
    step = _present(step, course)
    values = {"title": writing.check_title(title), **_values(content)}
    for name, value in values.items():
        setattr(step, name, value)
    step.save(update_fields=list(values))
    _record(StepEvent.REPLACED, step, course, by=by, at=at)
    return step


@transaction.atomic
def move_step(*, step: Step, to: int, by: Actor, at: datetime) -> Step:
    """Move a step of a draft to place `to` (from 1); the others close up. Raises NotPermitted, Locked; Invalid. Cost: 6 queries."""
    permissions.check_can_correct(by, step.course)
    course = writing.open_for_change(step.course_id)
    step = _present(step, course)
    count = Step.objects.filter(course_id=course.pk).count()
    if not 1 <= to <= count:
        raise Invalid(_("这门课有 %(count)s 个环节，没有第 %(to)s 个位置。") % {"count": count, "to": to}, field="to")
    came_from = step.number
    if to == came_from:
        return step
    between = Step.objects.filter(course_id=course.pk, number__range=(min(to, came_from), max(to, came_from)))
    between.update(number=F("number") + (1 if to < came_from else -1))  # the unique number is checked at the end of the transaction
    step.number = to
    step.save(update_fields=["number"])
    _record(StepEvent.MOVED, step, course, by=by, at=at, data={"from": came_from, "to": to})
    return step


@transaction.atomic
def remove_step(*, step: Step, by: Actor, at: datetime) -> None:
    """Remove a step of a draft; the later ones close up. Its files stay, other courses may share them.

    Raises NotPermitted, Locked. Cost: 6 queries.
    """
    permissions.check_can_correct(by, step.course)
    course = writing.open_for_change(step.course_id)
    step = _present(step, course)
    _record(StepEvent.REMOVED, step, course, by=by, at=at)
    Step.objects.filter(pk=step.pk).delete()
    Step.objects.filter(course_id=course.pk, number__gt=step.number).update(number=F("number") - 1)


def check_film(film: Film) -> None:
    """Raise Invalid unless the files are what a film needs, checked as such."""
    wanted = ((film.media, Kind.VIDEO, "film"), (film.captions, Kind.CAPTIONS, "captions"), (film.poster, Kind.IMAGE, "poster"))
    for file, kind, field in wanted:
        if file is not None and (file.kind != kind.code or file.deleted_at is not None):
            raise Invalid(_("“%(name)s”不是能用的%(kind)s文件。请重新上传。") % {"name": file.name, "kind": kind.zh}, field=field)
    if not film.media.seconds:
        raise Invalid(_("“%(name)s”量不出长度。请重新导出再上传。") % {"name": film.media.name}, field="film")


def _values(content: StepContent) -> dict[str, object]:
    if isinstance(content, Film):
        check_film(content)
        return {
            "kind": StepKind.VIDEO, "body": "", "seconds": content.media.seconds, "media": content.media,
            "captions": content.captions, "poster": content.poster, "content": {},
        }  # fmt: skip
    contents.check(content)
    return {
        "kind": _KINDS[type(content)], "body": _body(content), "seconds": 0, "media": None,
        "captions": None, "poster": None, "content": contents.write(content),
    }  # fmt: skip


def _body(content: Text | QuestionSet | Test | Homework) -> str:
    """Texts and tasks are kept as clean HTML beside their source."""
    if isinstance(content, Text):
        return rich_text.from_source(content.source)
    return rich_text.from_source(content.task) if isinstance(content, Homework) else ""


def _present(step: Step, course: Course) -> Step:
    """Read the step again under the lock of its course. Raises Conflict when it has been removed meanwhile."""
    found = Step.objects.filter(pk=step.pk, course_id=course.pk).first()
    if found is None:
        raise Conflict(_("“%(title)s”这个环节已经被移除。请刷新后再看。") % {"title": step.title})
    return found


def _record(event: StepEvent, step: Step, course: Course, *, by: Actor, at: datetime, data: dict[str, object] | None = None) -> None:
    facts = {"course": course.pk, "number": step.number, "kind": str(step.kind), **(data or {})}
    record(event, object_id=step.pk, object_label=f"{course.title}：{step.title}", unit_path=course.owner.path, by=by, at=at, data=facts)
