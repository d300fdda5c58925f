"""Where a test, a homework or an observation stands in a participant's programme."""

from dataclasses import dataclass

from django.db.models import QuerySet

from yanxiu.catalogue.models import LessonCase, Step
from yanxiu.kit.errors import NotFound
from yanxiu.programmes.models import Enrolment, Offering
from yanxiu.programmes.plan.schema.work import Block
from yanxiu.programmes.queries.plans import plan_of


@dataclass(frozen=True, kw_only=True)
class Place:
    """A step as a participant meets it."""

    enrolment: Enrolment
    step: Step


def enrolment_in(enrolments: QuerySet[Enrolment], enrolment_id: int) -> Enrolment:
    """Return one of the enrolments with programme and person. Raises NotFound. Cost: one query."""
    found = enrolments.filter(pk=enrolment_id).select_related("programme", "person").first()
    if found is None:
        raise NotFound("没有找到这份学习。请从“我的课程”里打开。")
    return found


def place_in(enrolments: QuerySet[Enrolment], *, enrolment_id: int, step_id: int, kind: str) -> Place:
    """Return a step of the kind in a course that the participant's programme offers. Raises NotFound. Cost: 2 queries."""
    enrolment = enrolment_in(enrolments, enrolment_id)
    offered = Offering.objects.filter(programme_id=enrolment.programme_id).values("course")
    step = Step.objects.filter(pk=step_id, kind=kind, course__in=offered).select_related("course").first()
    if step is None:
        raise NotFound("没有找到这个环节。请从“我的课程”里打开。")
    return Place(enrolment=enrolment, step=step)


def case_in(cases: QuerySet[LessonCase], case_id: int) -> LessonCase:
    """Return one of the cases with its film. Raises NotFound. Cost: one query."""
    found = cases.filter(pk=case_id).select_related("media", "captions", "poster", "owner").first()
    if found is None:
        raise NotFound("没有找到这节课例。它可能已经撤下，或不是您学段学科的课。")
    return found


def block_id_of(enrolment: Enrolment, step: Step) -> str:
    """Return the block in which the programme offers the step's course, "" when it does not any more. Cost: one query."""
    offered = Offering.objects.filter(programme_id=enrolment.programme_id, course_id=step.course_id)
    return offered.values_list("block", flat=True).first() or ""


def block_of_step(enrolment: Enrolment, step: Step) -> Block | None:
    """Return the block of the plan for the step's course; None when the plan no longer knows it.

    Raises NotFound when the course is not offered. Cost: one query.
    """
    block_id = block_id_of(enrolment, step)
    if not block_id:
        raise NotFound("这门课不在您的项目里，做了也不计。请从“我的课程”里打开。")
    return next((block for block in plan_of(enrolment.version_id).learn if block.id == block_id), None)


def blocks_of_case(enrolment: Enrolment, case: LessonCase) -> list[Block]:
    """Return the plan's blocks of lesson cases for this case's level, those that ask for a report first. Cost: none."""
    blocks = [
        block
        for block in plan_of(enrolment.version_id).learn
        if block.items is not None and block.items.what == "lesson_cases" and block.items.level in (None, case.level)
    ]
    return sorted(blocks, key=lambda block: not block.produce)
