"""What happens offline and in schools: lessons, materials, activities, hours confirmed for them."""

from yanxiu.records.events import EventType


class LessonEvent(EventType):
    """Research lessons (研究课) and the creation of excellent lessons (优课)."""

    REGISTERED = ("registered", "research_lesson", "登记研究课")
    RETURNED = ("returned", "research_lesson", "退回研究课")
    GIVEN = ("given", "research_lesson", "上研究课")
    FOLLOWED = ("followed", "lesson_creation", "跟进优课创建")


class FieldEvent(EventType):
    """Materials carry their slot as kind."""

    MATERIAL_ACCEPTED = ("accepted", "material", "材料合格")
    PRACTICED = ("joined", "practice", "参加线下实践")
    TAUGHT = ("taught", "visit", "送教")
