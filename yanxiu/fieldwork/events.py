"""What happens offline and in schools: lessons, materials, activities, hours confirmed for them."""

from yanxiu.records.events import EventType


class LessonEvent(EventType):
    """Research lessons (研究课)."""

    REGISTERED = ("registered", "research_lesson", "登记研究课")
    RETURNED = ("returned", "research_lesson", "退回研究课")
    GIVEN = ("given", "research_lesson", "上研究课")


class FieldEvent(EventType):
    """Materials carry their slot as kind."""

    MATERIAL_ACCEPTED = ("accepted", "material", "材料合格")
    PRACTICED = ("joined", "practice", "参加线下实践")
    TAUGHT = ("taught", "visit", "送教")


class PlanEvent(EventType):
    """Plans of study; the level is the kind, a personal plan's owner the person."""

    DRAFTED = ("drafted", "study_plan", "起草研修计划")
    PUBLISHED = ("published", "study_plan", "发布研修计划")
    CLOSED = ("closed", "study_plan", "结束研修计划")
    REOPENED = ("reopened", "study_plan", "恢复研修计划")
    DISCARDED = ("discarded", "study_plan", "丢弃计划草稿")
    EXPORTED = ("exported", "study_plan", "导出计划进度")
    TICKED = ("ticked", "plan_item", "标记计划事项")
    UNTICKED = ("unticked", "plan_item", "取消标记计划事项")


class ArticleEvent(EventType):
    """What teachers hand in; the slot is the kind. An accepted piece is recorded as `FieldEvent.MATERIAL_ACCEPTED`."""

    SUBMITTED = ("submitted", "article", "交文章")
    RETURNED = ("returned", "article", "退回文章")
    TAKEN_BACK = ("took_back", "article", "撤回文章")
