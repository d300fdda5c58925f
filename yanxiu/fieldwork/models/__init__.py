"""Research lessons, plans of study, what teachers hand in."""

from yanxiu.fieldwork.models.articles import Article, ArticleState
from yanxiu.fieldwork.models.lessons import LessonKind, LessonState, ResearchLesson
from yanxiu.fieldwork.models.plans import COUNTED, ItemKind, PlanItem, PlanLevel, PlanState, StudyPlan

__all__ = [
    "COUNTED",
    "Article",
    "ArticleState",
    "ItemKind",
    "LessonKind",
    "LessonState",
    "PlanItem",
    "PlanLevel",
    "PlanState",
    "ResearchLesson",
    "StudyPlan",
]
