"""The verbs of school-based work."""

from yanxiu.fieldwork.actions.articles import (
    accept_article,
    begin_article,
    return_article,
    save_article,
    submit_article,
    take_back_article,
)
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
    "accept_article",
    "add_item",
    "begin_article",
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
    "return_article",
    "return_research_lesson",
    "revise_plan",
    "save_article",
    "save_plan",
    "submit_article",
    "take_back_article",
    "tick_item",
]
