"""The discussion of a course: contributions by the participants of the programme, and which of them count (CH-10)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yanxiu.access.permissions import Permission
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Step, StepKind
from yanxiu.integrity.actions import Screened, Thing, flag, forget_text, index_text, screen
from yanxiu.kit import clock, sql
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.rules import check_may
from yanxiu.kit.text import plain
from yanxiu.learning import counting, likeness, rules
from yanxiu.learning.actions.opening import check_step
from yanxiu.learning.actions.studying import finish
from yanxiu.learning.carrying import lock
from yanxiu.learning.events import StudyEvent
from yanxiu.learning.models import CourseDone, CoursePost, How, StepDone
from yanxiu.programmes.models import Enrolment
from yanxiu.records.actions import record, void

MOST_CHARACTERS = 4_000
_STEP_RECORD = """
SELECT max(r.id) AS id FROM records_record r
WHERE r.person_id = %(person)s AND r.verb = 'completed' AND r.object_type = 'step' AND r.object_id = %(step)s
  AND r.programme_id = %(programme)s
  AND NOT EXISTS (SELECT 1 FROM records_recordkey k WHERE k.key = 'void:' || r.id)
"""


class AlreadyCounted(Conflict):
    """The post is part of what a completed course was counted by."""

    code = "already_counted"


@transaction.atomic
def add_post(*, enrolment: Enrolment, step: Step, text: str, by: Actor, at: datetime) -> CoursePost:
    """Contribute to the discussion of a step; the step is done with as many counting contributions as it asks for.

    A text that is too short, repeats itself or is there already is kept and shown with `why_not`, and counts nothing. Raises NotPermitted,
    NotChosen, WindowClosed, Invalid; Conflict beyond the day's cap. Cost: 24 queries.
    """
    check_step(enrolment, step, StepKind.DISCUSSION, by=by, at=at)
    found = _passed(text, enrolment, at=at)
    lock(enrolment)
    _check_day(enrolment, at=at)
    post = CoursePost(enrolment=enrolment, step=step, programme_id=enrolment.programme_id, posted_at=at)
    _judge(post, found.texts[0])
    post.save(force_insert=True)
    flag(found, thing=thing_of(post), at=at)
    _count(post, by=by, at=at)
    _index(post, by=by, at=at)
    _settle(enrolment, step, by=by, at=at)
    return post


@transaction.atomic
def change_post(*, post: CoursePost, text: str, by: Actor, at: datetime) -> CoursePost:
    """Change an own contribution; its record is voided and, if the new text counts, written anew.

    Raises NotPermitted, WindowClosed, Invalid; AlreadyCounted when a completed course would lose what it was counted by.
    """
    check_step(post.enrolment, post.step, StepKind.DISCUSSION, by=by, at=at)
    found = _passed(text, post.enrolment, at=at)
    kept, fresh = found.texts[0], _fresh(post)
    if kept == fresh.text:
        return fresh
    fresh.edited_at = at
    _uncount(fresh, "发言改过", by=by, at=at)
    _judge(fresh, kept)
    fresh.save(update_fields=["text", "fingerprint", "why_not", "edited_at", "record_id"])
    flag(found, thing=thing_of(fresh), at=at)
    _count(fresh, by=by, at=at)
    _index(fresh, by=by, at=at)
    _settle(fresh.enrolment, fresh.step, by=by, at=at)
    return fresh


@transaction.atomic
def remove_post(*, post: CoursePost, by: Actor, at: datetime) -> None:
    """Take an own contribution away; what it counted falls with it. Twice is once.

    Raises NotPermitted, WindowClosed; AlreadyCounted when a completed course would lose what it was counted by.
    """
    check_step(post.enrolment, post.step, StepKind.DISCUSSION, by=by, at=at)
    fresh = _fresh(post)
    if fresh.removed_at is not None:
        return
    _uncount(fresh, "发言删除", by=by, at=at)
    fresh.removed_at = at
    fresh.save(update_fields=["removed_at", "record_id"])
    _record(StudyEvent.POST_REMOVED, fresh, by=by, at=at)
    forget_text(object_type=likeness.POST, object_id=fresh.pk, by=by, at=at)
    _settle(fresh.enrolment, fresh.step, by=by, at=at)


def hide_post(*, object_id: int, reason: str, by: Actor, at: datetime) -> dict[str, object]:
    """Take somebody's contribution out of sight as a measure: it counts no more. Raises NotPermitted, Conflict.

    Hours that a completed course earned stay: they fall by a decided inquiry only.
    """
    fresh = _fresh(CoursePost.objects.select_related("enrolment").get(pk=object_id))
    check_may(by, Permission.INTEGRITY_MODERATE, "别人的发言由管理员按规则处理。", path=fresh.enrolment.unit_path)
    if fresh.removed_at is not None:
        raise Conflict("这条发言已经删除，不用隐藏。")
    before: dict[str, object] = {"counted": fresh.record_id is not None, "removed_at": at.isoformat()}
    _uncount(fresh, reason, by=by, at=at)
    fresh.removed_at = at
    fresh.save(update_fields=["removed_at", "record_id"])
    _record(StudyEvent.POST_REMOVED, fresh, by=by, at=at)
    forget_text(object_type=likeness.POST, object_id=fresh.pk, by=SYSTEM, at=at)
    _settle_unless_done(fresh, by=by, at=at)
    return before


def restore_post(*, object_id: int, before: Mapping[str, Any], by: Actor, at: datetime) -> None:  # noqa: ARG001 - the shape of all that restores
    """Bring a hidden contribution back; it counts as of the day it was made. The caller has asked who may."""
    fresh = _fresh(CoursePost.objects.select_related("enrolment").get(pk=object_id))
    if fresh.removed_at is None:
        return
    fresh.removed_at = None
    fresh.save(update_fields=["removed_at"])
    author = Actor(person_id=fresh.enrolment.person_id, label=fresh.enrolment.person.name)
    if before.get("counted"):
        _count(fresh, by=author, at=fresh.posted_at)
    _index(fresh, by=SYSTEM, at=at)
    _settle_unless_done(fresh, by=author, at=at)


def _settle_unless_done(post: CoursePost, *, by: Actor, at: datetime) -> None:
    if not CourseDone.objects.filter(enrolment=post.enrolment, course_id=post.step.course_id).exists():
        _settle(post.enrolment, post.step, by=by, at=at)


def thing_of(post: CoursePost) -> Thing:
    """Return a contribution as it is named in reports and measures. No query when enrolment and step are loaded."""
    enrolment = post.enrolment
    return Thing(
        object_type=likeness.POST, object_id=post.pk, title=f"“{post.step.title}”里的发言", snapshot=post.text,
        person_id=enrolment.person_id, unit_path=enrolment.unit_path, place=post.step.title, programme_id=enrolment.programme_id,
    )  # fmt: skip


def _passed(text: str, enrolment: Enrolment, *, at: datetime) -> Screened:
    return screen([_kept(text)], fields=["text"], path=enrolment.unit_path, at=at)


def _kept(text: str) -> str:
    kept = plain(text)
    if not kept:
        raise Invalid("发言还空着，写上您的做法或看法。", field="text")
    if len(kept) > MOST_CHARACTERS:
        raise Invalid(f"发言有 {len(kept)} 个字符，最多 {MOST_CHARACTERS} 个。请分成两条。", field="text")
    return kept


def _check_day(enrolment: Enrolment, *, at: datetime) -> None:
    today = CoursePost.objects.filter(enrolment__person_id=enrolment.person_id, posted_at__gte=clock.start_of(clock.day(at))).count()
    if today >= rules.POSTS_A_DAY:
        raise Conflict(f"今天在课程讨论里已发 {today} 条，最多 {rules.POSTS_A_DAY} 条。明天再接着说。")


def _fresh(post: CoursePost) -> CoursePost:
    lock(post.enrolment)
    rows = CoursePost.objects.select_for_update(of=("self",))
    return rows.select_related("enrolment__programme", "enrolment__person", "step__course").get(pk=post.pk)


def _judge(post: CoursePost, text: str) -> None:
    others = CoursePost.objects.filter(programme_id=post.programme_id, step=post.step, removed_at__isnull=True).exclude(pk=post.pk)
    own = others.filter(enrolment=post.enrolment).order_by("pk").values_list("text", flat=True)
    post.text, post.fingerprint = text, counting.fingerprint(text)
    asked = content.read(post.step.content, content.Discussion)
    is_copy = others.filter(fingerprint=post.fingerprint).exists()
    post.why_not = counting.why_not(text, least=asked.min_characters, own=own, is_copy=is_copy)


def _count(post: CoursePost, *, by: Actor, at: datetime) -> None:
    if not post.why_not:
        post.record_id = _record(StudyEvent.POSTED, post, by=by, at=at)
        post.save(update_fields=["record_id"])


def _uncount(post: CoursePost, reason: str, *, by: Actor, at: datetime) -> None:
    if post.record_id is not None:
        void(record_id=post.record_id, reason=reason, by=by, at=at)
        post.record_id = None


def _index(post: CoursePost, *, by: Actor, at: datetime) -> None:
    index_text(text=likeness.text_of_post(post.enrolment, post.step, post.text, post_id=post.pk, at=at), by=by, at=at)


def _settle(enrolment: Enrolment, step: Step, *, by: Actor, at: datetime) -> None:
    """Make the step done, or not done any more, by what counts now."""
    wanted = content.read(step.content, content.Discussion).posts
    counted = CoursePost.objects.filter(enrolment=enrolment, step=step, record_id__isnull=False).count()
    if counted >= wanted:
        finish(enrolment, step, How.DISCUSSED, by=by, at=at)
        return
    done = StepDone.objects.filter(enrolment=enrolment, step=step)
    if not done.exists():
        return
    if CourseDone.objects.filter(enrolment=enrolment, course_id=step.course_id).exists():
        raise AlreadyCounted(f"《{step.course.title}》已学完、学时已记，讨论要留下 {wanted} 条算数的发言。请先补一条再改这条。")
    done.delete()
    place = {"person": enrolment.person_id, "step": str(step.pk), "programme": enrolment.programme_id}
    proof = sql.rows(_STEP_RECORD, place)[0]["id"]
    if proof is not None:
        void(record_id=proof, reason="讨论的发言不够了", by=by, at=at)


def _record(event: StudyEvent, post: CoursePost, *, by: Actor, at: datetime) -> int:
    enrolment = post.enrolment
    return record(
        event, object_id=post.pk, object_label=post.step.title, person_id=enrolment.person_id, programme_id=enrolment.programme_id,
        unit_path=enrolment.unit_path, data={"enrolment": enrolment.pk, "step": post.step_id}, by=by, at=at,
    )  # fmt: skip
