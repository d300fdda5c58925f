"""The question bank, papers, exams and their results; tests of courses; homework; rubrics and observations of lesson cases."""

from yanxiu.assessment.models.bank import (
    BankQuestion,
    KnowledgePoint,
    QuestionReview,
    QuestionState,
    QuestionStatistic,
    QuestionVersion,
)
from yanxiu.assessment.models.entered import EnteredScore, ProcessRule, ProcessScore
from yanxiu.assessment.models.exams import Exam, ExamAllowance, PartialCredit, Release, Reveal
from yanxiu.assessment.models.exchange import QuestionImport, QuestionImportState
from yanxiu.assessment.models.homework import TRANSITIONS, Attachment, HandedIn, Mark, Submission, SubmissionState, Verdict
from yanxiu.assessment.models.marking import ExamMarker, MarkingTask, ResultEdition, RulingKind, ScoreRuling
from yanxiu.assessment.models.observing import Observation, Remark
from yanxiu.assessment.models.papers import Paper
from yanxiu.assessment.models.peers import CalibrationPiece, CalibrationReview, PeerReview
from yanxiu.assessment.models.results import AnswerMark, AppealState, MarkingClaim, ScoreAppeal, SittingResult
from yanxiu.assessment.models.rubrics import Rubric, RubricDraft, RubricUse
from yanxiu.assessment.models.sittings import Sitting, SittingAnswer, SittingDevice
from yanxiu.assessment.models.testing import Answer, Attempt

__all__ = [
    "TRANSITIONS",
    "Answer",
    "AnswerMark",
    "AppealState",
    "Attachment",
    "Attempt",
    "BankQuestion",
    "CalibrationPiece",
    "CalibrationReview",
    "EnteredScore",
    "Exam",
    "ExamAllowance",
    "ExamMarker",
    "HandedIn",
    "KnowledgePoint",
    "Mark",
    "MarkingClaim",
    "MarkingTask",
    "Observation",
    "Paper",
    "PartialCredit",
    "PeerReview",
    "ProcessRule",
    "ProcessScore",
    "QuestionImport",
    "QuestionImportState",
    "QuestionReview",
    "QuestionState",
    "QuestionStatistic",
    "QuestionVersion",
    "Release",
    "Remark",
    "ResultEdition",
    "Reveal",
    "Rubric",
    "RubricDraft",
    "RubricUse",
    "RulingKind",
    "ScoreAppeal",
    "ScoreRuling",
    "Sitting",
    "SittingAnswer",
    "SittingDevice",
    "SittingResult",
    "Submission",
    "SubmissionState",
    "Verdict",
]
