"""Attempts at tests, homework and its marks, rubrics and observations of lesson cases."""

from yanxiu.assessment.models.homework import TRANSITIONS, Attachment, HandedIn, Mark, Submission, SubmissionState, Verdict
from yanxiu.assessment.models.observing import Observation, Remark
from yanxiu.assessment.models.peers import CalibrationPiece, CalibrationReview, PeerReview
from yanxiu.assessment.models.rubrics import Rubric, RubricDraft, RubricUse
from yanxiu.assessment.models.testing import Answer, Attempt

__all__ = [
    "TRANSITIONS",
    "Answer",
    "Attachment",
    "Attempt",
    "CalibrationPiece",
    "CalibrationReview",
    "HandedIn",
    "Mark",
    "Observation",
    "PeerReview",
    "Remark",
    "Rubric",
    "RubricDraft",
    "RubricUse",
    "Submission",
    "SubmissionState",
    "Verdict",
]
