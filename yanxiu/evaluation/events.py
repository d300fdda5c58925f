"""What happens in evaluation."""

from yanxiu.records.events import EventType


class EvaluationEvent(EventType):
    """Findings and waivers; `graded assessment` carries the score as measure and the grade in data."""

    LAID_DOWN = ("laid_down", "requirements", "按方案建立要求")
    GRADED = ("graded", "assessment", "评定")
    WAIVED = ("waived", "requirement", "批准免做")
    UNWAIVED = ("unwaived", "requirement", "撤销免做")
    ROLE_GIVEN = ("given", "evaluated_role", "列入考核")
    ROLES_MOVED = ("moved", "evaluated_roles", "考核对象改按新版")
    COVERAGE_SET = ("set", "coverage", "设定覆盖范围")
    ROLE_ENDED = ("ended", "evaluated_role", "退出考核")
