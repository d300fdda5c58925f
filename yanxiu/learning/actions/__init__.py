"""The verbs of choosing and studying."""

from yanxiu.learning.actions.choosing import choose_course, choose_topics, drop_course, wish_topics
from yanxiu.learning.actions.drawing import draw_cases
from yanxiu.learning.actions.pushing import push_compulsory
from yanxiu.learning.actions.restoring import restore_study
from yanxiu.learning.actions.studying import answer_questions, mark_read, open_case, open_step, sweep_leases, take_up

__all__ = [
    "answer_questions",
    "choose_course",
    "choose_topics",
    "draw_cases",
    "drop_course",
    "mark_read",
    "open_case",
    "open_step",
    "push_compulsory",
    "restore_study",
    "sweep_leases",
    "take_up",
    "wish_topics",
]
