"""The verbs of evaluation."""

from yanxiu.evaluation.actions.appraising import (
    Filled,
    discard_appraisal,
    drop_appraisal_rule,
    note_export,
    save_appraisal,
    set_appraisal_rule,
    submit_appraisal,
)
from yanxiu.evaluation.actions.judging import (
    end_role,
    give_role,
    judge,
    judge_scores,
    lay_down,
    move_roles,
    set_coverage,
    unwaive,
    waive,
)

__all__ = [
    "Filled",
    "discard_appraisal",
    "drop_appraisal_rule",
    "end_role",
    "give_role",
    "judge",
    "judge_scores",
    "lay_down",
    "move_roles",
    "note_export",
    "save_appraisal",
    "set_appraisal_rule",
    "set_coverage",
    "submit_appraisal",
    "unwaive",
    "waive",
]
