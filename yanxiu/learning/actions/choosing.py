"""Choosing: the needs survey, the school's topics, the teacher's courses."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum

from yanxiu.catalogue.models import Course
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.learning import permissions, statements
from yanxiu.learning.events import ChoiceEvent
from yanxiu.learning.models import CourseDone, Item, Lease, SchoolTopic, Selection, Source, TopicWish
from yanxiu.learning.queries import curriculum
from yanxiu.learning.queries.needs import needs_of_school
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Enrolment, Offering, Programme
from yanxiu.programmes.permissions import WindowClosed, check_window_open
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.programmes.queries.windows import windows_of
from yanxiu.records.actions import Entry, record, record_all


@dataclass(frozen=True, kw_only=True)
class Invalidated:
    """A choice that lost its ground because the school dropped the topic; the teacher must choose again."""

    person_id: int
    name: str
    course_title: str


@transaction.atomic
def wish_topics(*, enrolment: Enrolment, topics: Collection[str], by: Actor, at: datetime) -> list[str]:
    """Keep what a teacher answers in the needs survey, replacing the former answer; return the topics kept, in the plan's order.

    Open before and while the school may change its topics; and while courses are chosen, where the plan wants the survey before that.
    Raises NotPermitted, WindowClosed, Invalid for an unknown topic.
    """
    permissions.check_can_choose_courses(by, enrolment)
    wished = _known(plan_topics := curriculum.topics(plan_of(enrolment.version_id)), topics)
    _check_survey_open(enrolment, at=at)
    present = list(TopicWish.objects.filter(enrolment=enrolment).values_list("topic", flat=True))
    if sorted(present) == sorted(wished):
        return wished
    TopicWish.objects.filter(enrolment=enrolment).exclude(topic__in=wished).delete()
    TopicWish.objects.bulk_create(
        [TopicWish(enrolment=enrolment, topic=topic, wished_at=at) for topic in plan_topics if topic in wished], ignore_conflicts=True
    )
    record(ChoiceEvent.TOPIC_WISHED, object_id=enrolment.pk, by=by, at=at, data={"topics": wished}, **_where(enrolment))
    return wished


@transaction.atomic
def choose_topics(*, programme: Programme, school: Org, topics: Collection[str], by: Actor, at: datetime) -> list[Invalidated]:
    """Decide on a school's topics; return the teachers' choices that fell with a dropped topic.

    May be changed until the lock; an office above may decide for a school that did not (D-06). Raises NotPermitted, WindowClosed,
    NeedsUnsaid when the plan wants the teachers' needs first and nobody of the school said any, Invalid when a topic
    is unknown or the topics hold fewer hours than a teacher must choose (W-14).
    """
    permissions.check_can_choose_topics(by, school)
    version_id = _version(programme)
    plan = plan_of(version_id)
    chosen = _known(curriculum.topics(plan), topics)
    sql.rows(statements.LOCK, {"lock": statements.LOCK_CLASS + 1, "people": [school.pk % 2**31]})
    present = set(SchoolTopic.objects.filter(programme=programme, school=school).values_list("topic", flat=True))
    adjusting = bool(present) or permissions.acts_for_school(by, school)
    _check_topics_open(version_id, school.path, at=at, adjusting=adjusting)
    if not adjusting:
        permissions.check_needs_are_said(school, needs_of_school(programme, school))
    _check_hours(programme, chosen, curriculum.least_hours(plan))
    if present == set(chosen):
        return []
    SchoolTopic.objects.filter(programme=programme, school=school).exclude(topic__in=chosen).delete()
    SchoolTopic.objects.bulk_create(
        SchoolTopic(programme=programme, school=school, topic=topic, chosen_at=at, chosen_by=by.person_id)
        for topic in chosen
        if topic not in present
    )
    record(
        ChoiceEvent.TOPICS_CHOSEN, object_id=school.pk, object_label=school.name, programme_id=programme.pk, unit_path=school.path,
        by=by, at=at, data={"topics": chosen, "dropped": sorted(present - set(chosen))},
    )  # fmt: skip
    return _invalidate(programme, school, sorted(present - set(chosen)), by=by, at=at)


@transaction.atomic
def choose_course(*, enrolment: Enrolment, offering: Offering, by: Actor, at: datetime) -> Selection:
    """Put a course into the own list; a course that is there already stays, and is returned.

    Raises NotPermitted, WindowClosed (409, with the lock's moment), NeedsUnsaid before the needs survey, Conflict when the course is
    not open to choice, its topic is not one of the school's, or another version of it is in the list or completed.
    """
    permissions.check_can_choose_courses(by, enrolment)
    _lock(enrolment)
    present = Selection.objects.filter(enrolment=enrolment, offering=offering, dropped_at__isnull=True).first()
    _check_courses_open(enrolment, at=at)
    if present is not None:
        return present
    permissions.check_has_said_needs(enrolment)
    plan = plan_of(enrolment.version_id)
    block = curriculum.block_of(plan, offering.block)
    if offering.programme_id != enrolment.programme_id or block is None or block not in curriculum.chosen_blocks(plan):
        raise Conflict(f"《{offering.course.title}》不在这次的自选课程里，请从选课页上选。")
    if block.assign == "self_in_school_topics":
        _check_in_school_topics(enrolment, offering)
    _check_no_other_version(enrolment, offering)
    selection = Selection.objects.create(
        enrolment=enrolment, offering=offering, block=offering.block, source=Source.CHOSEN, needs=curriculum.needs_of(plan), by_choice=True,
        chosen_at=at, chosen_by=by.person_id,
    )  # fmt: skip
    record(
        ChoiceEvent.COURSE_CHOSEN, object_id=offering.course_id, object_label=offering.course.title, kind=offering.block,
        measure=offering.hours, by=by, at=at, **_where(enrolment),
    )  # fmt: skip
    return selection


@transaction.atomic
def drop_course(*, enrolment: Enrolment, offering: Offering, by: Actor, at: datetime) -> None:
    """Take a chosen course out of the own list; one that is not in it stays out. What was watched is kept.

    Raises NotPermitted, WindowClosed, Conflict for a pushed course or one that is completed.
    """
    permissions.check_can_choose_courses(by, enrolment)
    _lock(enrolment)
    _check_courses_open(enrolment, at=at)
    selection = Selection.objects.filter(enrolment=enrolment, offering=offering, dropped_at__isnull=True).first()
    if selection is None:
        return
    if selection.source != Source.CHOSEN:
        raise Conflict(f"《{offering.course.title}》是必修课，不能退选。")
    if CourseDone.objects.filter(enrolment=enrolment, course_id=offering.course_id).exists():
        raise Conflict(f"《{offering.course.title}》已经学完，学时已记，不能退选。")
    selection.dropped_at = at
    selection.save(update_fields=["dropped_at"])
    # Tickets of the course's films lose their lease with it: what is watched from now on counts nothing (CH-08).
    Lease.objects.filter(
        person_id=enrolment.person_id, enrolment_id=enrolment.pk, kind=Item.STEP, item_id__in=_steps(offering.course_id)
    ).delete()
    record(
        ChoiceEvent.COURSE_DROPPED, object_id=offering.course_id, object_label=offering.course.title, kind=offering.block,
        by=by, at=at, **_where(enrolment),
    )  # fmt: skip


def _invalidate(programme: Programme, school: Org, topics: Sequence[str], *, by: Actor, at: datetime) -> list[Invalidated]:
    if not topics:
        return []
    fallen = list(
        Selection.objects.filter(
            enrolment__programme=programme,
            enrolment__unit=school,
            offering__topic__in=topics,
            dropped_at__isnull=True,
            source=Source.CHOSEN,
        )
        .select_related("enrolment__person", "offering__course")
        .order_by("pk")
    )
    Selection.objects.filter(pk__in=[one.pk for one in fallen]).update(dropped_at=at, drop_reason="学校换了专题")
    record_all(
        [
            Entry(
                event=ChoiceEvent.SELECTION_INVALIDATED, object_id=one.pk, object_label=one.offering.course.title, kind=one.block,
                person_id=one.enrolment.person_id, programme_id=programme.pk, unit_path=one.enrolment.unit_path,
                data={"topic": one.offering.topic},
            )
            for one in fallen
        ],
        by=by,
        at=at,
    )  # fmt: skip
    return [
        Invalidated(person_id=one.enrolment.person_id, name=one.enrolment.person.name, course_title=one.offering.course.title)
        for one in fallen
    ]


def _steps(course_id: int) -> list[int]:
    return [row["id"] for row in sql.rows("SELECT id FROM catalogue_step WHERE course_id = %(id)s", {"id": course_id})]


def _known(all_topics: Sequence[str], topics: Collection[str]) -> list[str]:
    unknown = sorted(set(topics) - set(all_topics))
    if unknown:
        raise Invalid(f"方案里没有“{unknown[0]}”这个专题，请从列出的 {len(all_topics)} 个里选。", field="topics")
    return [topic for topic in all_topics if topic in topics]


def _check_hours(programme: Programme, topics: Sequence[str], least: Decimal) -> None:
    if not topics:
        raise Invalid("还没有选专题，至少选一个。", field="topics")
    held = Offering.objects.filter(programme=programme, topic__in=topics).aggregate(total=Sum("hours"))["total"] or Decimal(0)
    if held < least:
        raise Invalid(
            f"所选 {len(topics)} 个专题的课程共 {held.normalize():f} 学时，教师至少要选 {least.normalize():f} 学时。请再加专题。",
            field="topics",
        )


def _check_topics_open(version_id: int, path: str, *, at: datetime, adjusting: bool) -> None:
    check_window_open(version_id, "choose_topics", at=at, role="school_admin", unit_path=path, adjusting=adjusting)


def _check_survey_open(enrolment: Enrolment, *, at: datetime) -> None:
    before_courses = curriculum.comes_after_needs(curriculum.course_choice(plan_of(enrolment.version_id)))
    until = {"choose_topics", "choose_courses"} if before_courses else {"choose_topics"}
    spans = [span for span in windows_of(enrolment.version_id, enrolment.unit_path) if until.intersection(span.opens)]
    if spans and all(span.is_locked(at) or (span.locks_at is None and span.state(at) == "closed") for span in spans):
        raise WindowClosed("学校的专题已经锁定，需求调查不再收。可以在选课页看调查结果。")


def _check_courses_open(enrolment: Enrolment, *, at: datetime) -> None:
    check_window_open(enrolment.version_id, "choose_courses", at=at, role=enrolment.role, unit_path=enrolment.unit_path, adjusting=True)


def _check_in_school_topics(enrolment: Enrolment, offering: Offering) -> None:
    topics = list(
        SchoolTopic.objects.filter(programme_id=enrolment.programme_id, school_id=enrolment.unit_id).values_list("topic", flat=True)
    )
    if not topics:
        raise Conflict("学校还没有选定专题，选定后才能选课。可以先填需求调查。")
    if offering.topic not in topics:
        raise Conflict(f"《{offering.course.title}》属于“{offering.topic}”，学校选定的专题是{'、'.join(sorted(topics))}。")


def _check_no_other_version(enrolment: Enrolment, offering: Offering) -> None:
    """Versions of a course teach the same: its hours count once."""
    family = offering.course.family or offering.course_id
    others = Course.objects.filter(Q(pk=family) | Q(family=family)).exclude(pk=offering.course_id)
    held = Selection.objects.filter(enrolment=enrolment, dropped_at__isnull=True, offering__course__in=others)
    if held.exists() or CourseDone.objects.filter(enrolment=enrolment, course__in=others).exists():
        raise Conflict(f"《{offering.course.title}》的另一版已在您的课程里或已经学完，学时只计一次，不用再选。")


def _version(programme: Programme) -> int:
    if programme.current_id is None:
        raise Conflict("方案还没有发布，发布后才能选专题。")
    return programme.current_id


def _lock(enrolment: Enrolment) -> None:
    sql.rows(statements.LOCK, {"lock": statements.LOCK_CLASS, "people": [enrolment.person_id % 2**31]})


def _where(enrolment: Enrolment) -> dict[str, Any]:
    return {"person_id": enrolment.person_id, "programme_id": enrolment.programme_id, "unit_path": enrolment.unit_path}
