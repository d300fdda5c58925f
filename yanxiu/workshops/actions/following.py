"""Following the creation of an excellent lesson (优课创建, W-40): plan, stages, and a summary that is shared and counts (C-35)."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.people.models import Person
from yanxiu.records.actions import record, void
from yanxiu.workshops import drafting, permissions
from yanxiu.workshops.actions import counting, ordering, writing
from yanxiu.workshops.events import FollowEvent
from yanxiu.workshops.models import (
    FollowStage,
    FollowState,
    FollowStep,
    LessonFollow,
    Membership,
    MembershipState,
    Post,
    PostKind,
    PostState,
    Space,
)

KIND = "优课创建"
"""The kind of its record, by the word of the plans."""
FEWEST_STAGES = 3
MOST_WORDS = 1_000


@transaction.atomic
def start_follow(*, space: Space, teacher: Person, lesson: str, plan: str, by: Actor, at: datetime) -> LessonFollow:
    """Begin to follow a lesson of a member of the workshop, with the plan for it. Raises NotPermitted, Conflict, Invalid with the field."""
    permissions.check_can_follow(by, space)
    lesson, plan = " ".join(plain(lesson).split()), plain(plan)
    if not 2 <= len(lesson) <= 120:
        raise Invalid(_("课题 2—120 个字，现在 %(n)s 个。") % {"n": len(lesson)}, field="lesson")
    _check_words(plan, field="plan")
    found = ordering.screened([lesson, plan], fields=["lesson", "plan"], space=space, by=by, at=at)
    lesson, plan = found.texts
    inside = Membership.objects.filter(workshop__path__startswith=space.path, person=teacher, state=MembershipState.MEMBER)
    if not inside.exists():
        raise Invalid(_("%(name)s不是本坊和下级坊的成员，优课从成员的课里选。") % {"name": teacher.name}, field="teacher")
    follow = LessonFollow(
        space_id=space.counted_id, host_id=permissions.person_of(by), host_label=by.label[:120], teacher=teacher, lesson=lesson, plan=plan,
        started_at=at,
    )  # fmt: skip
    taken = Conflict(_("%(name)s的“%(lesson)s”已经有人在跟进。") % {"name": teacher.name, "lesson": lesson})
    sql.save_or_raise(follow, {"workshops_follow_once": taken})
    ordering.flag(found, space=space, object_type="lesson_follow", object_id=follow.pk, title=lesson, by=by, at=at)
    _record(FollowEvent.STARTED, follow, space, by=by, at=at)
    return follow


@transaction.atomic
def note_step(*, follow: LessonFollow, stage: str, on: date, words: str, by: Actor, at: datetime, post: Post | None = None) -> FollowStep:
    """Note what happened at a stage, with the thread in which it was talked about, if any. Raises NotPermitted, Conflict, Invalid."""
    follow = _going_on(follow, by)
    if stage not in FollowStage.values:
        raise Invalid(_("请选走到哪一步。"), field="stage")
    if on > clock.day(at):
        raise Invalid(_("日期写已经做过的那一天，不写今后的。"), field="on")
    words = plain(words)
    _check_words(words, field="words")
    found = ordering.screened([words], fields=["words"], space=follow.space, by=by, at=at)
    if post is not None:
        permissions.check_can_see_post(by, post)
    step = FollowStep.objects.create(
        follow=follow, stage=stage, on=on, words=found.texts[0], post=post, noted_at=at, noted_by=permissions.person_of(by)
    )
    ordering.flag(found, space=follow.space, object_type="follow_step", object_id=step.pk, title=follow.lesson, by=by, at=at)
    _record(FollowEvent.STEPPED, follow, follow.space, by=by, at=at, stage=stage, step=step.pk)
    return step


@transaction.atomic
def share_summary(*, follow: LessonFollow, title: str, source: str, by: Actor, at: datetime) -> LessonFollow:
    """Sum the lesson up in an article for the workshop; with it the follow-up is complete and counts.

    Raises NotPermitted; Conflict when it is over, or fewer than three stages were noted; Invalid with the field.
    """
    follow = _going_on(follow, by)
    missing = stages_missing(FollowStep.objects.filter(follow=follow).values_list("stage", flat=True))
    if missing:
        raise Conflict(
            _("总结之前至少记下 %(fewest)s 步，还差：%(missing)s中的 %(n)s 步。")
            % {"fewest": FEWEST_STAGES, "missing": "、".join(str(one.label) for one in missing[0]), "n": missing[1]}
        )
    draft = writing.save_draft(
        space=follow.space, kind=PostKind.ARTICLE, title=title, source=source, draft=drafting.follow_key(follow.pk), by=by, at=at
    )
    follow.summary = writing.publish(post=draft, by=by, at=at)
    follow.state, follow.ended_at = FollowState.SHARED, at
    follow.record_id = _record(FollowEvent.FOLLOWED, follow, follow.space, by=by, at=at, post=draft.pk)
    follow.save(update_fields=["summary", "state", "ended_at", "record_id"])
    return follow


@transaction.atomic
def drop_follow(*, follow: LessonFollow, reason: str, by: Actor, at: datetime) -> LessonFollow:
    """End a follow-up without a summary, with the reason. It does not count. Raises NotPermitted, Conflict, Invalid."""
    follow = _going_on(follow, by)
    reason = plain(reason)
    if not 2 <= len(reason) <= 200:
        raise Invalid(_("请写明为什么中止，2—200 个字。"), field="reason")
    follow.state, follow.ended_at = FollowState.DROPPED, at
    follow.save(update_fields=["state", "ended_at"])
    _record(FollowEvent.DROPPED, follow, follow.space, by=by, at=at, reason=reason)
    return follow


@transaction.atomic
def keep_follow_count(*, summary: Post, by: Actor, at: datetime) -> LessonFollow | None:
    """Let a shared follow-up count while its summary is public; None for another post. System only. Twice is once."""
    permissions.check_is_system(by)
    rows = LessonFollow.objects.select_for_update(of=("self",), no_key=True).select_related("space__org", "space__parent")
    follow = rows.filter(summary=summary).first()
    if follow is None:
        return None
    if summary.state != PostState.PUBLISHED and follow.record_id is not None:
        void(record_id=follow.record_id, reason=_("总结已撤下"), by=by, at=at)
        follow.record_id = None
    elif summary.state == PostState.PUBLISHED and follow.record_id is None and follow.ended_at is not None:
        host = Actor(person_id=follow.host_id, label=follow.host_label)
        follow.record_id = _record(FollowEvent.FOLLOWED, follow, follow.space, by=host, at=follow.ended_at, post=summary.pk)
    follow.save(update_fields=["record_id"])
    return follow


def stages_missing(noted: Collection[str]) -> tuple[list[FollowStage], int] | None:
    """Return the stages not noted yet and how many of them are still wanted; None when there are enough."""
    left = [stage for stage in FollowStage if stage not in set(noted)]
    wanted = FEWEST_STAGES - (len(FollowStage) - len(left))
    return (left, wanted) if wanted > 0 else None


def _going_on(follow: LessonFollow, by: Actor) -> LessonFollow:
    permissions.check_can_carry_on(by, follow)
    rows = LessonFollow.objects.select_for_update(of=("self",), no_key=True).select_related(
        "space__org", "space__parent", "space__programme"
    )
    follow = rows.get(pk=follow.pk)
    if follow.state != FollowState.FOLLOWING:
        raise Conflict(_("“%(lesson)s”的跟进已经结束，不能再写。") % {"lesson": follow.lesson})
    return follow


def _check_words(words: str, *, field: str) -> None:
    if not 6 <= len(words) <= MOST_WORDS:
        raise Invalid(_("写 6—%(most)s 个字，现在 %(n)s 个。") % {"most": MOST_WORDS, "n": len(words)}, field=field)


def _record(event: FollowEvent, follow: LessonFollow, space: Space, *, by: Actor, at: datetime, **data: object) -> int:
    return record(
        event, object_id=follow.pk, object_label=follow.lesson, person_id=by.person_id, kind=KIND,
        data={"teacher": follow.teacher_id, **data}, by=by, at=at, **counting.where(space, by.person_id),
    )  # fmt: skip
