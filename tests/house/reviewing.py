"""Homework reviewed by peers and marked by rubric, for the world of the house tests."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.assessment import factories as assessment
from tests.learning import factories as learning
from yanxiu.assessment.models import Rubric, Submission
from yanxiu.catalogue.content.steps import Peers
from yanxiu.catalogue.models import Step

DONE = {"opened_at": assessment.AT, "submitted_at": assessment.AT, "score": Decimal(40), "comment": assessment.PRAISE}
TYPED = [{"key": "d1", "label": "目标", "looks_at": "", "levels": "优 20\n良 12", "evidence": []}]


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """What more is added to."""

    step: Step
    rubric: Rubric
    own: Submission


def lay(world: Any) -> Reviewed:
    """李雷 has handed in, has a piece open and a sample to judge; one colleague has judged his."""
    county = world.cast.county
    course = learning.course(county)
    learning.offering(world.programme, course)
    rubric = assessment.homework_rubric(county)
    step = assessment.shared_step(course, rubric=rubric, peers=Peers(reviews=30, calibration=1), points=50)
    own = assessment.submission(world.enrolment, step)
    laid = Reviewed(step=step, rubric=rubric, own=own)
    given, piece, draft = more(world, laid)
    world.ids |= {
        "assessment:peers:step_id": step.pk, "assessment:peer_overview:step_id": step.pk, "piece_id": piece.pk, "review_id": given.pk,
        "rubric_id": rubric.pk, "assessment:rubric_draft:draft_id": draft.pk, "assessment:preview_rubric:draft_id": draft.pk,
    }  # fmt: skip
    return laid


def more(world: Any, laid: Reviewed) -> tuple[Any, Any, Any]:
    """One more of each: a colleague's piece open before 李雷, a review of his, a sample, a rubric, a draft."""
    colleague = learning.participant(world.programme, world.cast.school, stage="初中", subject="数学")
    given = assessment.peer_review(assessment.submission(colleague, laid.step), world.enrolment, opened_at=assessment.AT)
    assessment.peer_review(laid.own, colleague, **DONE)
    piece = assessment.calibration_piece(world.programme, laid.step, rubric=laid.rubric, levels={"goals": 0, "proof": 0})
    assessment.homework_rubric(world.cast.county)
    draft = assessment.rubric_draft(world.cast.county, dimensions=TYPED)
    return given, piece, draft
