"""Reads of school-based work."""

from yanxiu.fieldwork.queries.articles import Slot, SlotLine, articles_to_confirm, own_articles, own_slots, slot_of
from yanxiu.fieldwork.queries.lessons import lessons_to_confirm, own_lessons
from yanxiu.fieldwork.queries.plans import ItemLine, PlanPage, earlier_plan, own_plans, plan_page, shared_plans, to_take_up, versions_of
from yanxiu.fieldwork.queries.prefill import blocks_of, plan_above, topics_of
from yanxiu.fieldwork.queries.progress import Everybody, Line, everybody, lines_of, values_of

__all__ = [
    "Everybody",
    "ItemLine",
    "Line",
    "PlanPage",
    "Slot",
    "SlotLine",
    "articles_to_confirm",
    "blocks_of",
    "earlier_plan",
    "everybody",
    "lessons_to_confirm",
    "lines_of",
    "own_articles",
    "own_lessons",
    "own_plans",
    "own_slots",
    "plan_above",
    "plan_page",
    "shared_plans",
    "slot_of",
    "to_take_up",
    "topics_of",
    "values_of",
    "versions_of",
]
