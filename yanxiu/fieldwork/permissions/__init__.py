"""Who may see and do what in school-based work, one module a matter."""

from yanxiu.fieldwork.permissions.articles import (
    check_can_confirm_article,
    check_can_see_article,
    check_can_write_article,
    visible_articles,
)
from yanxiu.fieldwork.permissions.lessons import (
    CONFIRM,
    VIEW,
    check_can_confirm,
    check_can_register,
    check_can_see_lesson,
    own_places,
    visible_lessons,
)
from yanxiu.fieldwork.permissions.plans import (
    PLAN,
    PLAN_GROUP,
    check_can_begin_for,
    check_can_begin_own,
    check_can_follow_up,
    check_can_see_plan,
    check_can_write_plan,
    visible_plans,
    writes_for,
)

__all__ = [
    "CONFIRM",
    "PLAN",
    "PLAN_GROUP",
    "VIEW",
    "check_can_begin_for",
    "check_can_begin_own",
    "check_can_confirm",
    "check_can_confirm_article",
    "check_can_follow_up",
    "check_can_register",
    "check_can_see_article",
    "check_can_see_lesson",
    "check_can_see_plan",
    "check_can_write_article",
    "check_can_write_plan",
    "own_places",
    "visible_articles",
    "visible_lessons",
    "visible_plans",
    "writes_for",
]
