"""Who may see and do what in school-based work, one module a matter."""

from yanxiu.fieldwork.permissions.lessons import (
    CONFIRM,
    VIEW,
    check_can_confirm,
    check_can_register,
    check_can_see_lesson,
    own_places,
    visible_lessons,
)

__all__ = ["CONFIRM", "VIEW", "check_can_confirm", "check_can_register", "check_can_see_lesson", "own_places", "visible_lessons"]
