"""What a typed plan says about choosing and studying. Pure; the plan's own words stay with the plan."""

from decimal import Decimal

from yanxiu.catalogue.models import StepKind
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.judgement import CourseAssessment
from yanxiu.programmes.plan.schema.work import Block, Choice, Play
from yanxiu.programmes.plan.vocabulary import STAGE_PARTS

_STEPS = tuple(kind for kind in StepKind if kind not in (StepKind.TEST, StepKind.HOMEWORK))
EVERYTHING = (*_STEPS, StepKind.TEST, StepKind.HOMEWORK)
"""All kinds of steps: what a course needs where the plan names steps, test and homework."""

_PUSHED = frozenset({"auto_by_subject", "auto_by_stage_subject"})
_CHOSEN = frozenset({"self", "self_in_school_topics"})


def block_of(plan: Plan, block_id: str) -> Block | None:
    """Return a block by its id."""
    return next((block for block in plan.learn if block.id == block_id), None)


def needs_of(plan: Plan) -> list[str]:
    """Return the kinds of steps that a course needs to count: all, unless the plan names fewer (C-13)."""
    rule = next((one for one in plan.assess if isinstance(one, CourseAssessment)), None)
    named = rule.needs if rule else ("steps", "test", "homework")
    kinds: list[str] = [*_STEPS] if "steps" in named else []
    if "test" in named:
        kinds.append(StepKind.TEST)
    if "homework" in named:
        kinds.append(StepKind.HOMEWORK)
    return kinds


def play_of(plan: Plan, block_id: str) -> Play:
    """Return how the films of a block are played; as usual where the plan does not say."""
    block = block_of(plan, block_id)
    return block.play if block and block.play else Play()


def pushed_blocks(plan: Plan) -> list[Block]:
    """Return the blocks whose courses the platform puts into everybody's list (W-17)."""
    return [block for block in plan.learn if block.assign in _PUSHED and not is_of_cases(block)]


def case_blocks(plan: Plan) -> list[Block]:
    """Return the blocks made of lesson cases that the platform hands out (W-22)."""
    return [block for block in plan.learn if is_of_cases(block) and block.assign in {*_PUSHED, "random_per_learner"}]


def chosen_blocks(plan: Plan) -> list[Block]:
    """Return the blocks from which teachers choose."""
    return [block for block in plan.learn if is_of_choice(block)]


def is_of_choice(block: Block) -> bool:
    """Tell whether teachers choose the courses of a block, so that its hours count as chosen."""
    return block.assign in _CHOSEN


def is_of_cases(block: Block) -> bool:
    """Tell whether a block consists of lesson cases."""
    return block.items is not None and block.items.what == "lesson_cases"


def needs_report(block: Block) -> bool:
    """Tell whether a case of the block needs an observation report besides watching (C-04)."""
    return bool(block.produce) or (block.items is not None and block.items.mode == "review")


def case_hours(block: Block) -> Decimal:
    """Return what one case of the block counts: as stated, else its share of the block."""
    items = block.items
    if items is None:
        return Decimal(0)
    if items.hours_each is not None:
        return items.hours_each
    return (block.hours or Decimal(0)) / (items.count or 1)


def course_choice(plan: Plan) -> Choice | None:
    """Return what the plan says about teachers choosing courses."""
    return next((choice for choice in plan.choose if choice.what == "course" and choice.by in ("learner", "learner_with_help")), None)


def topic_choice(plan: Plan) -> Choice | None:
    """Return what the plan says about schools choosing topics."""
    return next((choice for choice in plan.choose if choice.what == "topic"), None)


def comes_after_needs(choice: Choice | None) -> bool:
    """Tell whether the plan puts the needs survey before a choice."""
    return choice is not None and "needs_survey" in choice.before


def topics(plan: Plan) -> list[str]:
    """Return the topics that schools choose from, in the plan's order."""
    choice = topic_choice(plan)
    blocks = [block_of(plan, choice.block)] if choice and choice.block else chosen_blocks(plan)
    return [topic for block in blocks if block for topic in block.topics]


def least_hours(plan: Plan) -> Decimal:
    """Return the hours a teacher must choose at least; 0 when the plan states none."""
    choice = course_choice(plan)
    if choice and choice.min_hours is not None:
        return choice.min_hours
    return sum((block.min_hours or Decimal(0) for block in chosen_blocks(plan)), Decimal(0))


def stages_of(block: Block) -> list[str]:
    """Return the school stages a block is for; empty = all."""
    return sorted({part for stage in block.stages for part in STAGE_PARTS[stage]})
