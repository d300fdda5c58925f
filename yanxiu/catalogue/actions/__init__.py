"""The verbs of the catalogue: drafting courses, their steps, the way to the shelf and off it, lesson cases."""

from yanxiu.catalogue.actions.cases import CaseFacts, NotOnShelf, correct_case, publish_case, register_case, withdraw_case
from yanxiu.catalogue.actions.courses import CourseFacts, copy_course, correct_course, draft_course
from yanxiu.catalogue.actions.films import Upload, store_film
from yanxiu.catalogue.actions.publishing import NotReady, WrongState, archive, publish, restore, send_back, submit
from yanxiu.catalogue.actions.steps import Film, StepContent, add_step, move_step, remove_step, replace_step
from yanxiu.catalogue.actions.writing import Locked

__all__ = [
    "CaseFacts",
    "CourseFacts",
    "Film",
    "Locked",
    "NotOnShelf",
    "NotReady",
    "StepContent",
    "Upload",
    "WrongState",
    "add_step",
    "archive",
    "copy_course",
    "correct_case",
    "correct_course",
    "draft_course",
    "move_step",
    "publish",
    "publish_case",
    "register_case",
    "remove_step",
    "replace_step",
    "restore",
    "send_back",
    "store_film",
    "submit",
    "withdraw_case",
]
