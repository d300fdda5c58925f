"""Who may be given which courses by an institution: blocks, stages, windows and hours of the plan, judged person by person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from yanxiu.catalogue.models import CourseState
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.learning.models import Selection
from yanxiu.learning.queries import curriculum
from yanxiu.programmes.models import Enrolment, Offering, Programme, ProgrammeState
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.work import Block
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.programmes.queries.windows import Span, moment_words, window_of


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Somebody who is given nothing, and why."""

    name: str
    unit: str
    reason: str


@dataclass(kw_only=True)
class Held:
    """What somebody has of the block: offerings in the list, and their hours."""

    offerings: set[int] = field(default_factory=set)
    hours: Decimal = Decimal(0)


def blocks(plan: Plan) -> list[Block]:
    """Return the blocks that institutions fill: of the kind 规范性培训, assigned by institution, or so said under 选课."""
    named = {choice.block for choice in plan.choose if choice.what == "course" and choice.by == "institution" and choice.block}
    found = [block for block in plan.learn if block.assign == "by_institution" or block.kind == "assigned" or block.id in named]
    return [block for block in found if not curriculum.is_of_cases(block)]


def block_for(programme: Programme, offerings: Sequence[Offering]) -> Block:
    """Return the one block of the offerings. Raises Invalid (none, several); Conflict (ended, not for institutions)."""
    if programme.state != ProgrammeState.RUNNING or programme.current_id is None:
        raise Conflict("方案不在进行中，不能指定课程。")
    if not offerings:
        raise Invalid("还没有选课程，至少选一门。", field="courses")
    ids = {offering.block for offering in offerings}
    if len(ids) > 1 or any(offering.programme_id != programme.pk for offering in offerings):
        raise Invalid("一次只指定同一部分里的课程，请分开办。", field="courses")
    for offering in offerings:
        if offering.course.state != CourseState.PUBLISHED:
            raise Conflict(f"《{offering.course.title}》已经下架，不能再指定。请去掉它。")
    block = next((one for one in blocks(plan_of(programme.current_id)) if one.id in ids), None)
    if block is None:
        raise Conflict("方案没有说这部分由机构指定，请从列出的部分里选。")
    return block


def held(people: Sequence[Enrolment], block: Block) -> dict[int, Held]:
    """Return what each has of the block now, by enrolment. Cost: one query."""
    found = {one.pk: Held() for one in people}
    rows = Selection.objects.filter(enrolment__in=list(found), block=block.id, dropped_at__isnull=True)
    for enrolment_id, offering_id, hours in rows.values_list("enrolment_id", "offering_id", "offering__hours"):
        found[enrolment_id].offerings.add(offering_id)
        found[enrolment_id].hours += hours
    return found


def sorted_out(
    people: Sequence[Enrolment], offerings: Sequence[Offering], block: Block, held: Mapping[int, Held], *, at: datetime
) -> tuple[list[Enrolment], list[Refusal]]:
    """Part those who can take all of the offerings from those who cannot. Cost: one query for each plan version and unit."""
    spans: dict[tuple[int, str], Span | None] = {}
    fit: list[Enrolment] = []
    refused: list[Refusal] = []
    for one in people:
        key = (one.version_id, one.unit_path)
        if block.window and key not in spans:
            spans[key] = window_of(one.version_id, block.window, one.unit_path)
        reason = _reason(one, offerings, block, held[one.pk], spans.get(key), at=at)
        if reason:
            refused.append(Refusal(name=one.person.name, unit=one.unit.name, reason=reason))
        else:
            fit.append(one)
    return fit, refused


def _reason(one: Enrolment, offerings: Sequence[Offering], block: Block, held: Held, span: Span | None, *, at: datetime) -> str:
    if span is not None and span.state(at) == "closed" and span.ends_at is not None:
        return f"{span.label} {moment_words(span.ends_at, at=at, is_end=True)} 已截止，学了也不计"
    if block.for_ and one.role not in block.for_:
        return f"{block.label}不面向他这个身份"
    for offering in offerings:
        course = offering.course
        if course.stages and one.stage not in course.stages:
            return f"《{course.title}》面向{'、'.join(course.stages)}，他是{one.stage}"
        if course.subjects and one.subject not in course.subjects:
            return f"《{course.title}》面向{'、'.join(course.subjects)}，他教{one.subject}"
    total = held.hours + sum((offering.hours for offering in offerings if offering.pk not in held.offerings), Decimal(0))
    least = block.min_hours or Decimal(0)
    if total < least:
        return f"指定后一共 {total.normalize():f} 学时，{block.label}至少要 {least.normalize():f} 学时"
    return ""
