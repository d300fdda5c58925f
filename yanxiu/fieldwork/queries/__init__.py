"""Reads of school-based work."""

from yanxiu.fieldwork.queries.lessons import lessons_to_confirm, own_lessons

__all__ = ["lessons_to_confirm", "own_lessons"]
