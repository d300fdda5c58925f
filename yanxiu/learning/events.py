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
    COURSES_ASSIGNED = ("assigned", "courses", "指定课程")
    ASSIGNMENT_UNDONE = ("undid", "assignment", "撤回指定")
    VERSION_FOLLOWED = ("followed", "course_version", "换到课程新版")
    CASES_DRAWN = ("drew", "lesson_cases", "抽取课例")


class StudyEvent(EventType):
    """Studying. `completed course` and `completed lesson_case` carry the block as kind and the hours as measure."""

    COURSE_OPENED = ("opened", "course", "打开课程")
    COURSE_RESTARTED = ("restarted", "course", "重新学习课程")
    PACKAGE_RESTARTED = ("restarted", "package", "重学课件")
    STEP_COMPLETED = ("completed", "step", "完成环节")
    COURSE_COMPLETED = ("completed", "course", "学完课程")
    CASE_OPENED = ("opened", "lesson_case", "打开课例")
    CASE_WATCHED = ("watched", "lesson_case", "看完课例")
    CASE_COMPLETED = ("completed", "lesson_case", "完成课例")
    CUE_PASSED = ("answered", "film_question", "答对随堂题")
    POSTED = ("posted", "course_post", "参与课程讨论")
    POST_REMOVED = ("removed", "course_post", "删除讨论发言")


class ReportEvent(EventType):
    """The life of a report of an offline activity."""

    SUBMITTED = ("submitted", "activity_report", "交活动报告")
    CONFIRMED = ("confirmed", "activity_report", "确认活动报告")
    RETURNED = ("returned", "activity_report", "退回活动报告")


class AttendanceEvent(EventType):
    """Study days. `attended session` carries the plan's block as kind and the hours as measure; it is voided when the state changes."""

    SESSION_FIXED = ("fixed", "session", "安排集中学习")
    ROOMS_SET = ("arranged", "session_rooms", "安排分会场")
    SESSION_CALLED_OFF = ("called_off", "session", "取消集中学习")
    SIGNED_IN = ("signed_in", "session", "签到")
    MARKED = ("marked", "attendance", "现场点名")
    STRUCK = ("struck", "attendance", "划去签到")
    CORRECTED = ("corrected", "attendance", "更正考勤")
    CHECK_DRAWN = ("drew", "spot_check", "抽取抽查名单")
    CHECK_MARKED = ("marked", "spot_check", "抽查")
    LEAVE_ASKED = ("asked", "leave", "请假")
    LEAVE_WITHDRAWN = ("withdrew", "leave", "撤回请假")
    LEAVE_GRANTED = ("granted", "leave", "准假")
    LEAVE_REFUSED = ("refused", "leave", "不准假")
    GATE_PREVIEWED = ("previewed", "gate_import", "读入门禁文件")
    GATE_APPLIED = ("applied", "gate_import", "导入门禁文件")
    GATE_UNDONE = ("undid", "gate_import", "撤回门禁文件")
    EXPORTED = ("exported", "attendance", "导出考勤")
    ATTENDED = ("attended", "session", "出席集中学习")
    MISSED = ("missed", "session", "缺席集中学习")
    EXCUSED = ("excused", "session", "集中学习请假")


class PointEvent(EventType):
    """Teaching points: packages that go, study that comes back. The first four happen at the centre, the rest at the point."""

    PACKAGE_ASKED = ("asked", "point_package", "要求打课程包")
    PACKAGE_MADE = ("made", "point_package", "打成课程包")
    PACKAGE_SHOWN = ("showed", "point_codes", "查看开包码和激活条")
    SYNCED = ("synced", "point", "收下教学点的学习")
    LOADED = ("loaded", "point_package", "装入课程包")
    EXPORTED = ("exported", "point_study", "导出学习")
    ANSWERED = ("answered", "point_study", "装入中心回执")
