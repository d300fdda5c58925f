"""What happens when teachers choose and study."""

from yanxiu.records.events import EventType


class ChoiceEvent(EventType):
    """Choosing topics and courses; what the office pushes and draws."""

    TOPIC_WISHED = ("wished", "topic", "填写需求")
    TOPICS_CHOSEN = ("chose", "topics", "学校选定专题")
    COURSE_CHOSEN = ("chose", "course", "选课")
    COURSE_DROPPED = ("dropped", "course", "退选")
    SELECTION_INVALIDATED = ("invalidated", "selection", "选课失效")
    COMPULSORY_PUSHED = ("pushed", "courses", "推送必修课")
    CASES_DRAWN = ("drew", "lesson_cases", "抽取课例")


class StudyEvent(EventType):
    """Studying. `completed course` and `completed lesson_case` carry the block as kind and the hours as measure."""

    COURSE_OPENED = ("opened", "course", "打开课程")
    STEP_COMPLETED = ("completed", "step", "完成环节")
    COURSE_COMPLETED = ("completed", "course", "学完课程")
    CASE_OPENED = ("opened", "lesson_case", "打开课例")
    CASE_WATCHED = ("watched", "lesson_case", "看完课例")
    CASE_COMPLETED = ("completed", "lesson_case", "完成课例")
