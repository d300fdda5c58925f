"""The verbs of school-based work."""

from yanxiu.fieldwork.actions.lessons import LessonFacts, confirm_research_lesson, register_research_lesson, return_research_lesson
from yanxiu.fieldwork.actions.plan_items import TypedPlan, add_item, move_item, remove_item, save_plan, tick_item
from yanxiu.fieldwork.actions.plans import (
    close_plan,
    copy_plan,
    discard_plan,
    draft_own_plan,
    draft_unit_plan,
    export_plan,
    publish_plan,
    reopen_plan,
    revise_plan,
)

__all__ = [
    "LessonFacts",
    "TypedPlan",
    "add_item",
    "close_plan",
    "confirm_research_lesson",
    "copy_plan",
    "discard_plan",
    "draft_own_plan",
    "draft_unit_plan",
    "export_plan",
    "move_item",
    "publish_plan",
    "register_research_lesson",
    "remove_item",
    "reopen_plan",
    "return_research_lesson",
    "revise_plan",
    "save_plan",
    "tick_item",
]
