"""Expert review: remarks on steps, the decision, and exceptions from rules that hold in principle."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.catalogue import lint, permissions
from yanxiu.catalogue.actions import writing
from yanxiu.catalogue.events import CourseEvent
from yanxiu.catalogue.models import Course, CourseState, Decision, GrantedException, Review, ReviewComment, Step
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.records.actions import record

LONGEST_COMMENT = 2000


class NotInReview(Conflict):
    """The course does not wait for an expert's word (any more)."""

    code = "course_not_in_review"


@transaction.atomic
def comment(*, course: Course, text: str, step: Step | None = None, by: Actor, at: datetime) -> ReviewComment:
    """Write a remark on a step, or on the course. Raises NotPermitted, NotInReview; Invalid. Cost: 5 queries."""
    permissions.check_can_review(by, course)
    kept = plain(text)
    if not kept:
        raise Invalid(_("意见还空着，请写上哪里要改、怎样改。"), field="text")
    if len(kept) > LONGEST_COMMENT:
        raise Invalid(
            _("意见有 %(count)s 字，最多 %(most)s 字。请分几条写。") % {"count": len(kept), "most": LONGEST_COMMENT}, field="text"
        )
    course, review = _open(course)
    if step is not None and step.course_id != course.pk:
        raise Invalid(_("这个环节不在这门课里，请刷新后再写。"), field="text")
    title = step.title if step else ""
    written = ReviewComment.objects.create(
        review=review, step=step, step_title=title, text=kept, written_at=at, written_by=by.person_id, written_label=by.label
    )
    data = {"step": step.pk if step else None, "text": kept[:300]}
    record(CourseEvent.COMMENTED, object_id=course.pk, object_label=course.title, unit_path=course.owner.path, by=by, at=at, data=data)
    return written


@transaction.atomic
def approve(*, course: Course, word: str = "", by: Actor, at: datetime) -> Review:
    """Say that the course may be published; it stays locked until somebody who may publishes it.

    Raises NotPermitted, NotInReview. Cost: 5 queries.
    """
    permissions.check_can_review(by, course)
    course, review = _open(course)
    close(review, Decision.APPROVED, reason=word, by=by, at=at)
    record(CourseEvent.APPROVED, object_id=course.pk, object_label=course.title, unit_path=course.owner.path, by=by, at=at)
    return review


@transaction.atomic
def grant_exception(*, course: Course, rule: str, reason: str, by: Actor, at: datetime) -> GrantedException:
    """Let a course depart from a rule that holds in principle, with the reason on record.

    Raises NotPermitted; Invalid; Conflict. Cost: 6 queries.
    """
    permissions.check_can_publish(by, course)
    if rule not in lint.IN_PRINCIPLE:
        raise Invalid(_("这一条不能例外，请照着改。"), field="rule")
    if not plain(reason):
        raise Invalid(_("请写明为什么可以例外，会记在课程上。"), field="reason")
    course = writing.locked(course.pk)
    if course.state not in (CourseState.DRAFT, CourseState.REVIEW):
        raise Conflict(_("“%(title)s”已经发布过，不用再记例外。") % {"title": course.title})
    granted, is_new = GrantedException.objects.get_or_create(
        course=course, rule=rule, defaults={"reason": plain(reason)[:300], "granted_at": at, "granted_by": by.person_id}
    )
    if is_new:
        data = {"rule": rule, "reason": granted.reason}
        record(CourseEvent.EXCEPTED, object_id=course.pk, object_label=course.title, unit_path=course.owner.path, by=by, at=at, data=data)
    return granted


def close(review: Review, decision: Decision, *, reason: str, by: Actor, at: datetime) -> None:
    """End a round; part of the actions that decide."""
    review.decision, review.reason, review.decided_at = decision, reason.strip(), at
    review.decided_by, review.decided_label = by.person_id, by.label
    review.save(update_fields=["decision", "reason", "decided_at", "decided_by", "decided_label"])


def _open(course: Course) -> tuple[Course, Review]:
    course = writing.locked(course.pk)
    review = Review.objects.filter(course=course, decided_at__isnull=True).first()
    if course.state != CourseState.REVIEW or review is None:
        raise NotInReview(_("“%(title)s”不在待审中：可能已审过或退回了。请刷新后再看。") % {"title": course.title})
    return course, review
