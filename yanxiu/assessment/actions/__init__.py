"""The verbs of assessment, by subject."""

from yanxiu.assessment.actions.homework import (
    HomeworkState,
    TooShort,
    attach,
    detach,
    save_homework,
    submit_homework,
)
from yanxiu.assessment.actions.marking import accept_homework, return_homework
from yanxiu.assessment.actions.observing import (
    AlreadySubmitted,
    add_remark,
    remove_remark,
    reopen_observation,
    save_observation,
    submit_observation,
)
from yanxiu.assessment.actions.rubrics import RubricFacts, publish_rubric
from yanxiu.assessment.actions.testing import (
    AlreadyHandedIn,
    AlreadyPassed,
    NoAttemptLeft,
    TimeIsUp,
    close_overdue,
    hand_in,
    save_answers,
    start,
)

__all__ = [
    "AlreadyHandedIn",
    "AlreadyPassed",
    "AlreadySubmitted",
    "HomeworkState",
    "NoAttemptLeft",
    "RubricFacts",
    "TimeIsUp",
    "TooShort",
    "accept_homework",
    "add_remark",
    "attach",
    "close_overdue",
    "detach",
    "hand_in",
    "publish_rubric",
    "remove_remark",
    "reopen_observation",
    "return_homework",
    "save_answers",
    "save_homework",
    "save_observation",
    "start",
    "submit_homework",
    "submit_observation",
]
