"""Compiles a plan into requirement rows (design §8): the same few kinds for every programme."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from yanxiu.programmes.plan.deadlines import submission_times
from yanxiu.programmes.plan.metrics import METRICS
from yanxiu.programmes.plan.numbers import block_hours, item_count
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.judgement import DecisionAssessment, ScoreAssessment
from yanxiu.programmes.plan.schema.work import Attend, Block, Duty, Submission, Total
from yanxiu.programmes.plan.specs import Kind, PerSubject, RequirementSpec
from yanxiu.programmes.plan.vocabulary import STAGE_CODES, STAGE_PARTS, UNIT_ROLES

ONE = Decimal(1)


def requirements(plan: Plan, params: Mapping[str, int] | None = None) -> tuple[RequirementSpec, ...]:
    """Compile the requirements of a sound plan, in the order of the file: blocks, totals, duties, materials, assessments.

    `params` matters only for materials due every month of a masked window. What the document leaves open (hours not stated) gives no
    row. Raises Invalid when the months of a monthly material are not known.
    """
    return tuple(_all(plan, params))


def _all(plan: Plan, params: Mapping[str, int] | None) -> Iterator[RequirementSpec]:
    for block in plan.learn:
        yield from _of_block(plan, block)
    for total in plan.totals:
        yield from _of_total(plan, total)
    yield from (_of_duty(role, duty) for role, duties in plan.duties.items() for duty in duties)
    for item in plan.submit:
        yield from _of_submission(plan, item, params)
    yield from (_of_attendance(plan, rule) for rule in plan.attend)
    yield from _of_assessments(plan)


def expand_stages(stages: tuple[str, ...]) -> tuple[str, ...]:
    """Stages in single words: 中学 is 初中 and 高中."""
    return tuple(dict.fromkeys(part for stage in stages for part in STAGE_PARTS[stage]))


def requirement_key(name: str, role: str, roles: tuple[str, ...]) -> str:
    """Key of a plan id for a role: the id alone when it holds for one role only."""
    return f"{name}.{role}" if len(roles) > 1 else name


def _per(role: str, stated: PerSubject | None = None) -> PerSubject:
    if stated is not None:
        return stated
    if role in UNIT_ROLES:
        return "unit"
    return "team" if role == "group" else "person"


def _hour_word(plan: Plan) -> str:
    return plan.terms.hour or "学时"


def block_roles(block: Block | Total) -> tuple[str, ...]:
    """Roles a block or total is for: learners when none is named."""
    return block.for_ or ("learner",)


def _of_block(plan: Plan, block: Block) -> Iterator[RequirementSpec]:
    roles = block_roles(block)
    for role in roles:
        key = requirement_key(block.id, role, roles)
        if block.requires is not None:
            yield _practice(block, key, role)
        elif block_hours(block) is not None:
            yield _study(plan, block, key, role)


def _practice(block: Block, key: str, role: str) -> RequirementSpec:
    practice = block.requires
    assert practice is not None  # noqa: S101 - the caller has looked
    return RequirementSpec(
        key=key,
        kind="count",
        label=block.label,
        subject_role=role,
        per=practice.per,
        target=Decimal(practice.min),
        unit=METRICS[practice.metric].unit,
        metric=practice.metric,
        window=practice.in_ or block.window,
        stages=expand_stages(block.stages),
        soft=block.soft,
        clause=block.clause or "",
        note=block.note or "",
    )


def _study(plan: Plan, block: Block, key: str, role: str) -> RequirementSpec:
    items = block.items
    by_item = items is not None and items.hours_each is not None
    notes = [f"每份要交{piece.name}" for piece in block.produce] + [f"凭{proof}" for proof in block.proof] + [block.note or ""]
    givers = tuple(item.id for item in plan.assess if isinstance(item, DecisionAssessment) and item.gives and item.gives.block == block.id)
    return RequirementSpec(
        key=key,
        kind="items" if by_item else "hours",
        label=block.label,
        subject_role=role,
        per="person",
        target=block_hours(block) or Decimal(0),
        unit=_hour_word(plan),
        kinds=(block.id,),
        each=items.hours_each if items is not None and by_item else None,
        cap=item_count(items) if items is not None and by_item else None,
        window=block.window,
        stages=expand_stages(block.stages),
        soft=block.soft,
        clause=block.clause or "",
        depends=givers,
        note="；".join(note for note in notes if note),
    )


def _of_total(plan: Plan, total: Total) -> Iterator[RequirementSpec]:
    roles = block_roles(total)
    blocks = {block.id: block for block in plan.learn}
    for role in roles:
        parts = [blocks[name] for name in total.of if block_hours(blocks[name]) is not None]
        yield RequirementSpec(
            key=requirement_key(total.id, role, roles),
            kind="hours",
            label=total.label,
            subject_role=role,
            per="person",
            target=total.hours,
            unit=_hour_word(plan),
            kinds=total.of,
            window=total.window,
            soft=total.soft,
            clause=total.clause or "",
            depends=tuple(requirement_key(part.id, role, block_roles(part)) for part in parts),
        )


def _of_duty(role: str, duty: Duty) -> RequirementSpec:
    metric = METRICS[duty.metric]
    kind: Kind = "coverage" if duty.metric.endswith(".coverage") else "count"
    notes = [
        "" if duty.min is not None or duty.timely else "文件没有写次数，只记数",
        "用投票活动" if duty.tool == "vote" else "",
        "限本专题" if duty.scope == "topic" else "",
        "数量由上级下达" if duty.quota_by else "",
        "鼓励项" if duty.optional else "",
    ]
    return RequirementSpec(
        key=duty.id,
        kind=kind,
        label=duty.label or metric.label,
        subject_role=role,
        per=_per(role, duty.per),
        target=duty.min if duty.min is not None else Decimal(0),
        unit=metric.unit,
        metric=duty.metric,
        kinds=duty.kinds,
        window=duty.in_,
        except_stages=expand_stages(duty.except_stages),
        level=duty.for_level,
        over=duty.over,
        soft=duty.soft or duty.optional,
        timely=duty.timely,
        assessed=duty.assessed and (duty.min is not None or duty.timely),
        clause=duty.clause or "",
        note="；".join(note for note in notes if note),
    )


def _of_submission(plan: Plan, item: Submission, params: Mapping[str, int] | None) -> Iterator[RequirementSpec]:
    if item.repeat is not None:
        yield _slots(item, item.id, len(submission_times(plan, item, params)), sets=True)
    elif isinstance(item.count, dict):
        for stage, count in item.count.items():
            yield _slots(item, f"{item.id}.{STAGE_CODES[stage]}", count, sets=True, stages=expand_stages((stage,)))
    elif item.count is not None or not item.pieces:
        yield _slots(item, item.id, item.count or 1, sets=True)
    else:
        yield _slots(item, item.id, len(item.pieces), sets=False)


def _slots(item: Submission, key: str, count: int, *, sets: bool, stages: tuple[str, ...] = ()) -> RequirementSpec:
    return RequirementSpec(
        key=key,
        kind="slots",
        label=item.label,
        subject_role=item.by,
        per=_per(item.by),
        target=Decimal(count),
        unit="次" if item.repeat or item.count is not None else "份",
        kinds=(item.id,) if sets else tuple(f"{item.id}.{piece.id}" for piece in item.pieces),
        window=item.in_,
        stages=stages,
        soft=item.soft,
        clause=item.clause or "",
        note="、".join(piece.label for piece in item.pieces),
    )


def _of_attendance(plan: Plan, rule: Attend) -> RequirementSpec:
    blocks = {block.id: block.label for block in plan.learn}
    notes = [
        "" if rule.min_share is not None else "文件没有写出勤率，只记数",
        f"出席的学时计入{blocks.get(rule.block, rule.block)}" if rule.block else "",
        "迟到按缺勤计" if rule.late == "absent" else "",
        "请假按缺勤计" if rule.leave == "absent" else "",
    ]
    return RequirementSpec(
        key=rule.id,
        kind="coverage" if rule.min_share is not None else "count",
        label=rule.label,
        subject_role="learner",
        per="person",
        target=rule.min_share if rule.min_share is not None else Decimal(0),
        unit="比例" if rule.min_share is not None else "场",
        metric="sessions.attended",
        window=rule.window,
        over="sessions.called" if rule.min_share is not None else None,
        assessed=rule.min_share is not None,
        clause=rule.clause or "",
        note="；".join(note for note in notes if note),
    )


def passing_grades(item: DecisionAssessment) -> tuple[str, ...]:
    """Grades that pass: the pass grade and the better ones, which stand before it."""
    if item.pass_grade is None:
        return ()
    return item.grades[: item.grades.index(item.pass_grade) + 1]


def _of_assessments(plan: Plan) -> Iterator[RequirementSpec]:
    for assessment in plan.assess:
        if isinstance(assessment, DecisionAssessment):
            yield from _of_decision(assessment)
        elif isinstance(assessment, ScoreAssessment):
            yield from _of_score(assessment)


def _of_decision(item: DecisionAssessment) -> Iterator[RequirementSpec]:
    for role in item.of:
        yield RequirementSpec(
            key=requirement_key(item.id, role, item.of),
            kind="decision",
            label=item.label or "考核",
            subject_role=role,
            per=_per(role),
            target=ONE,
            unit="项",
            kinds=passing_grades(item),
            assessed=item.pass_grade is not None or item.gives is not None,
            clause=item.clause or "",
            note="、".join((*item.by, *item.by_level.values(), *((f"{item.confirm}认定",) if item.confirm else ()))),
        )


def _of_score(item: ScoreAssessment) -> Iterator[RequirementSpec]:
    for role in item.of:
        yield RequirementSpec(
            key=requirement_key(item.id, role, item.of),
            kind="score",
            label=item.label,
            subject_role=role,
            per=_per(role),
            target=item.pass_score if item.pass_score is not None else Decimal(0),
            unit="分",
            kinds=item.parts,
            window=item.window,
            assessed=item.pass_score is not None,
            clause=item.clause or "",
            depends=item.parts,
        )
