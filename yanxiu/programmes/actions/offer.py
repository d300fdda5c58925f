"""Which courses stand in which block and topic, and for how many hours."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.db import models, transaction

from yanxiu.catalogue.models import Course, CourseState
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.sql import save_or_raise
from yanxiu.programmes import permissions
from yanxiu.programmes.events import ProgrammeEvent
from yanxiu.programmes.models import Offering, Programme, ProgrammeState
from yanxiu.programmes.plan.schema.work import Block
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.actions import record


class AlreadyOffered(Conflict):
    """The course stands in the programme, maybe in another block."""

    code: ClassVar[str] = "already_offered"


@transaction.atomic
def offer_course(
    *, programme: Programme, block: str, topic: str, course: Course, hours: Decimal | None = None, by: Actor, at: datetime
) -> Offering:
    """Put a published course into a block (and one of its topics); `hours` None takes the course's own.

    Raises NotPermitted, Conflict (not running, course not published, block not made of courses), Invalid (block, topic, hours),
    AlreadyOffered.
    """
    permissions.check_can_offer(by, programme)
    programme = _running(programme)
    part = _block(programme, block)
    _check_topic(part, topic)
    if course.state != CourseState.PUBLISHED:
        raise Conflict(f"《{course.title}》还没有发布，发布后才能列入。")
    hours = course.hours if hours is None else hours
    if not Decimal(0) < hours <= Decimal(200):
        raise Invalid(f"学时填的是 {hours}，要大于 0，不超过 200。", field="hours")
    offering = Offering(programme=programme, block=block, topic=topic, course=course, hours=hours)
    save_or_raise(offering, {"programmes_offering_once": AlreadyOffered(f"《{course.title}》已经在这个方案的选课目录里。")})
    record(
        ProgrammeEvent.OFFERED, object_id=offering.pk, object_label=course.title, by=by, at=at, programme_id=programme.pk,
        unit_path=programme.owner_path, kind=block, measure=hours, data={"course": course.pk, "topic": topic},
    )  # fmt: skip
    return offering


@transaction.atomic
def withdraw_course(*, offering: Offering, by: Actor, at: datetime) -> None:
    """Take a course out of the list again, as long as nobody has chosen it. Raises NotPermitted, Conflict."""
    permissions.check_can_offer(by, offering.programme)
    programme = _running(offering.programme)
    label, key = offering.course.title, offering.pk
    try:
        with transaction.atomic():
            offering.delete()
    except models.ProtectedError as error:
        raise Conflict(f"《{label}》已经有人选了，不能移出。可以在课程里下架，已选的人照常学完。") from error
    record(
        ProgrammeEvent.WITHDRAWN, object_id=key, object_label=label, by=by, at=at, programme_id=programme.pk,
        unit_path=programme.owner_path, kind=offering.block,
    )  # fmt: skip


def _running(programme: Programme) -> Programme:
    found = Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    if found.state != ProgrammeState.RUNNING or found.current_id is None:
        raise Conflict("方案不在进行中，不能改选课目录。先发布方案。")
    return found


def _block(programme: Programme, block: str) -> Block:
    plan = plan_of(programme.current_id or 0)
    found = next((part for part in plan.learn if part.id == block), None)
    if found is None:
        known = "、".join(part.label for part in plan.learn)
        raise Invalid(f"现行方案里没有课程块「{block}」。可选：{known}。", field="block")
    if found.items is not None and found.items.what != "courses":
        raise Conflict(f"{found.label}由课例组成，不列课程。")
    return found


def _check_topic(part: Block, topic: str) -> None:
    if part.topics and topic not in part.topics:
        raise Invalid(f"{part.label}没有专题「{topic or '（空）'}」。可选：{'、'.join(part.topics)}。", field="topic")
    if topic and not part.topics:
        raise Invalid(f"{part.label}不分专题，专题请留空。", field="topic")
