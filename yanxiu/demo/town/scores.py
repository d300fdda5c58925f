"""Scores that do not come from an exam here: the written comprehensive exam, entered twice by two; the regular assessment, by rule."""

import random
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from yanxiu.assessment import actions, process
from yanxiu.assessment.actions.entering import Typed, enter_scores
from yanxiu.demo.town.calendar import Season
from yanxiu.demo.town.ground import Ground, hat
from yanxiu.programmes.models import Enrolment, Programme

REGULAR, COMPREHENSIVE = "regular", "comprehensive"
_OUT, _ONCE, _DIFFER, _ABSENT_EVERY = 60, 24, 3, 15
_PARTS = (
    process.Part(metric="hours.earned", label="已得学时", target=Decimal(22), points=Decimal(60), by="amount"),
    process.Part(metric="items.completed", label="学完的课程和课例", target=Decimal(9), points=Decimal(30)),
    process.Part(metric="sessions.attended", label="出席集中学习", target=Decimal(3), points=Decimal(10)),
)


def give(ground: Ground, programme: Programme, enrolments: Sequence[Enrolment], when: Season) -> None:
    """Enter and release scores of paper for some schools, enter others once, and compute the regular assessment."""
    chance = random.Random("scores")  # noqa: S311 - repeatable demo data
    first, second = hat(ground.cast["指导教师"], at=when.now), hat(ground.cast["评课专家"], at=when.now)
    office = hat(ground.cast["县级管理员"], at=when.now)
    typed = {one.pk: _score(number, chance) for number, one in enumerate(enrolments[: _OUT + _ONCE])}
    out = dict(list(typed.items())[:_OUT])
    at, facts = when.now - timedelta(days=3), {"programme": programme, "assessment": COMPREHENSIVE}
    for hours, by in ((0, first), (5, second)):
        enter_scores(**facts, typed=out, by=by, at=at + timedelta(hours=hours))  # type: ignore[arg-type]  # the two by name
    actions.release_scores(programme=programme, assessment=COMPREHENSIVE, by=office, at=at + timedelta(hours=8))
    later = {key: one for key, one in typed.items() if key not in out}
    enter_scores(programme=programme, assessment=COMPREHENSIVE, typed=later, by=first, at=when.now - timedelta(hours=6))
    again = {key: Typed(score=(one.score or Decimal(60)) - Decimal("0.5") * (number < _DIFFER)) for number, (key, one) in
             enumerate(list(later.items())[: _ONCE // 2])}  # fmt: skip
    enter_scores(programme=programme, assessment=COMPREHENSIVE, typed=again, by=second, at=when.now - timedelta(hours=3))
    rule = actions.set_process_rule(programme=programme, assessment=REGULAR, parts=_PARTS, by=office, at=when.now - timedelta(days=4))
    actions.release_process(rule=rule, by=office, at=when.now - timedelta(hours=5))


def _score(number: int, chance: random.Random) -> Typed:
    if number % _ABSENT_EVERY == _ABSENT_EVERY - 1:
        return Typed(absent=True)
    halves = round(max(35.0, min(99.0, chance.gauss(79, 9))) * 2)
    return Typed(score=Decimal(halves) / 2)
