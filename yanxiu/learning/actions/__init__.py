"""The verbs of choosing and studying."""

from yanxiu.learning.actions.asking import answer_cue, ask_cue, note_presence
from yanxiu.learning.actions.assigning import assign_courses, undo_assignment
from yanxiu.learning.actions.choosing import choose_course, choose_topics, drop_course, wish_topics
from yanxiu.learning.actions.discussing import add_post, change_post, remove_post
from yanxiu.learning.actions.drawing import draw_cases
from yanxiu.learning.actions.following import follow_version
from yanxiu.learning.actions.noting import change_note, remove_note, write_note
from yanxiu.learning.actions.opening import open_case, open_step
from yanxiu.learning.actions.packages import open_package, restart_package, save_run
from yanxiu.learning.actions.pushing import push_compulsory
from yanxiu.learning.actions.reporting import add_photo, confirm_report, remove_photo, return_report, save_report, submit_report
from yanxiu.learning.actions.restarting import study_again, study_case_again
from yanxiu.learning.actions.restoring import Stretch, restore_study
from yanxiu.learning.actions.studying import answer_questions, mark_read, sweep_leases, take_up

__all__ = [
    "Stretch",
    "add_photo",
    "add_post",
    "answer_cue",
    "answer_questions",
    "ask_cue",
    "assign_courses",
    "change_note",
    "change_post",
    "choose_course",
    "choose_topics",
    "confirm_report",
    "draw_cases",
    "drop_course",
    "follow_version",
    "mark_read",
    "note_presence",
    "open_case",
    "open_package",
    "open_step",
    "push_compulsory",
    "remove_note",
    "remove_photo",
    "remove_post",
    "restart_package",
    "restore_study",
    "return_report",
    "save_report",
    "save_run",
    "study_again",
    "study_case_again",
    "submit_report",
    "sweep_leases",
    "take_up",
    "undo_assignment",
    "wish_topics",
    "write_note",
]
