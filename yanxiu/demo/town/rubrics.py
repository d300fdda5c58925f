"""What is judged by in the county: the sheet for observing lessons, and the one by which its designer has homework marked."""

from datetime import datetime
from decimal import Decimal

from yanxiu.assessment import actions as assessment
from yanxiu.assessment import sheets
from yanxiu.assessment.actions import RubricFacts
from yanxiu.assessment.models import Rubric, RubricUse
from yanxiu.demo import catalogue as texts
from yanxiu.demo.town.ground import Ground, hat
from yanxiu.kit.actor import SYSTEM


def for_observing(ground: Ground, *, at: datetime) -> Rubric:
    """Publish the observation sheet of the county."""
    return assessment.publish_rubric(owner=ground.county, facts=_facts(texts.rubric(), RubricUse.OBSERVATION), by=SYSTEM, at=at)


def for_homework(ground: Ground, *, at: datetime) -> Rubric:
    """Let the designer publish the sheet by which homework of the course of modules is marked."""
    designer = hat(ground.cast["方案设计"], at=at)
    return assessment.publish_rubric(owner=ground.county, facts=_facts(texts.homework_rubric(), RubricUse.HOMEWORK), by=designer, at=at)


def _facts(rubric: texts.Rubric, use: RubricUse) -> RubricFacts:
    dimensions = tuple(
        sheets.Dimension(
            key=one.key, label=one.label, looks_at=one.looks_at,
            levels=tuple(sheets.Level(label=level.label, points=Decimal(level.points), describes=level.describes) for level in one.levels),
        )
        for one in rubric.dimensions
    )  # fmt: skip
    return RubricFacts(title=rubric.title, guide=rubric.report, min_characters=rubric.min_characters, dimensions=dimensions, use=use)
