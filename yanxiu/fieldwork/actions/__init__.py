"""The verbs of school-based work."""

from yanxiu.fieldwork.actions.lessons import LessonFacts, confirm_research_lesson, register_research_lesson, return_research_lesson

__all__ = ["LessonFacts", "confirm_research_lesson", "register_research_lesson", "return_research_lesson"]
