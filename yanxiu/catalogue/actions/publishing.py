"""The way of a course to the shelf and off it: submit, send back, publish, archive, restore."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.catalogue import lint, permissions
from yanxiu.catalogue.actions import reviewing, versions, writing
from yanxiu.catalogue.events import CourseEvent
from yanxiu.catalogue.models import TRANSITIONS, Course, CourseState, Decision, GrantedException, Module, RemovedStep, Review, Step
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.records.actions import record


class WrongState(Conflict):
    """The course is not in a state from which this step leads."""

    code = "course_state"


class NotReady(Conflict):
    """Something that a learner needs is missing; the message names the first thing and its place."""

    code = "course_not_ready"


@transaction.atomic
def publish(*, course: Course, by: Actor, at: datetime) -> Course:
    """Publish `course`: from now on it can be offered and chosen, and its steps are locked.

    A later version takes the place of the earlier ones, which leave the shelf; `learning` moves those who have not begun.
    Publishing twice is a conflict, not a second record. Raises NotFound, NotPermitted, WrongState, NotReady. Cost: 9 queries.
    """
    permissions.check_can_publish(by, course)
    course = writing.locked(course.pk)
    _check_transition(course, to=CourseState.PUBLISHED)
    _check_ready(course)
    course.state, course.published_at, course.published_by = CourseState.PUBLISHED, at, by.person_id
    course.save(update_fields=["state", "published_at", "published_by"])
    replaced = versions.retire_earlier(course, by=by, at=at)
    reviewed = _end_review(course, Decision.APPROVED, reason="", by=by, at=at)
    RemovedStep.objects.filter(course=course).delete()
    record(
        CourseEvent.PUBLISHED,
        object_id=course.pk,
        object_label=course.title,
        unit_path=course.owner.path,
        by=by,
        at=at,
        data={
            "hours": str(course.hours),
            "own": course.author_id is not None and course.author_id == by.person_id,
            "version": course.version,
            "replaces": replaced,
            "reviewed": reviewed,
        },
    )
    return course


@transaction.atomic
def submit(*, course: Course, by: Actor, at: datetime) -> Course:
    """Hand the draft to those who publish; it is locked meanwhile. Raises NotPermitted, WrongState, NotReady. Cost: 8 queries."""
    permissions.check_can_correct(by, course)
    course = writing.locked(course.pk)
    _check_transition(course, to=CourseState.REVIEW)
    _check_ready(course)
    Review.objects.create(course=course, submitted_at=at, submitted_by=by.person_id)
    return _move(course, CourseState.REVIEW, CourseEvent.SUBMITTED, by=by, at=at)


@transaction.atomic
def send_back(*, course: Course, reason: str, by: Actor, at: datetime) -> Course:
    """Give a submitted course back to its author, with the reason. Raises NotPermitted, WrongState; Invalid. Cost: 4 queries."""
    permissions.check_can_send_back(by, course)
    if not reason.strip():
        raise Invalid(_("请写明退回的原因，作者照着改。"), field="reason")
    course = writing.locked(course.pk)
    _check_transition(course, to=CourseState.DRAFT)
    _end_review(course, Decision.RETURNED, reason=reason, by=by, at=at)
    return _move(course, CourseState.DRAFT, CourseEvent.RETURNED, by=by, at=at, reason=reason.strip())


@transaction.atomic
def archive(*, course: Course, reason: str = "", by: Actor, at: datetime) -> Course:
    """Take a published course off the shelf: no new choices, whoever has begun goes on.

    Raises NotPermitted, WrongState. Cost: 4 queries.
    """
    permissions.check_can_archive(by, course)
    course = writing.locked(course.pk)
    _check_transition(course, to=CourseState.ARCHIVED)
    return _move(course, CourseState.ARCHIVED, CourseEvent.ARCHIVED, by=by, at=at, reason=reason.strip())


@transaction.atomic
def restore(*, course: Course, by: Actor, at: datetime) -> Course:
    """Put an archived course on the shelf again, as it was. Raises NotPermitted, WrongState. Cost: 4 queries."""
    permissions.check_can_archive(by, course)
    course = writing.locked(course.pk)
    if course.state != CourseState.ARCHIVED:
        raise WrongState(_wrong(course, CourseState.PUBLISHED))
    return _move(course, CourseState.PUBLISHED, CourseEvent.RESTORED, by=by, at=at)


def _check_transition(course: Course, *, to: CourseState) -> None:
    if to not in TRANSITIONS[CourseState(course.state)] or (course.state == CourseState.ARCHIVED and to == CourseState.PUBLISHED):
        raise WrongState(_wrong(course, to))


def _check_ready(course: Course) -> None:
    steps = list(Step.objects.filter(course_id=course.pk).select_related("media", "captions").order_by("number", "pk"))
    modules = list(Module.objects.filter(course_id=course.pk).order_by("number", "pk"))
    excepted = set(GrantedException.objects.filter(course_id=course.pk).values_list("rule", flat=True))
    blocking = [problem for problem in lint.problems(course, steps, modules=modules, excepted=excepted) if problem.blocks]
    if blocking:
        rest = _("另外还有 %(count)s 处。") % {"count": len(blocking) - 1} if len(blocking) > 1 else ""
        raise NotReady(blocking[0].sentence + rest)


def _end_review(course: Course, decision: Decision, *, reason: str, by: Actor, at: datetime) -> bool:
    """Close the open round, if there is one; return whether an expert had approved the last one before."""
    last = Review.objects.filter(course=course).order_by("-submitted_at", "-pk").first()
    if last is None:
        return False
    if last.decided_at is None:
        reviewing.close(last, decision, reason=reason, by=by, at=at)
        return False
    return last.decision == Decision.APPROVED


def _move(course: Course, to: CourseState, event: CourseEvent, *, by: Actor, at: datetime, reason: str = "") -> Course:
    course.state = to
    course.save(update_fields=["state"])
    data = {"reason": reason} if reason else None
    record(event, object_id=course.pk, object_label=course.title, unit_path=course.owner.path, by=by, at=at, data=data)
    return course


def _wrong(course: Course, to: CourseState) -> str:
    words = {"title": course.title, "state": CourseState(course.state).label, "to": to.label}
    return _("“%(title)s”现在是“%(state)s”，不能变成“%(to)s”。请刷新后再看。") % words
