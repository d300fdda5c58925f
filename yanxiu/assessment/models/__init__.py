"""Attempts at tests, homework and its marks, rubrics and observations of lesson cases."""

from yanxiu.assessment.models.homework import TRANSITIONS, Attachment, Mark, Submission, SubmissionState, Verdict
from yanxiu.assessment.models.observing import Observation, Remark
from yanxiu.assessment.models.rubrics import Rubric
from yanxiu.assessment.models.testing import Answer, Attempt

__all__ = [
    "TRANSITIONS",
    "Answer",
    "Attachment",
    "Attempt",
    "Mark",
    "Observation",
    "Remark",
    "Rubric",
    "Submission",
    "SubmissionState",
    "Verdict",
]
