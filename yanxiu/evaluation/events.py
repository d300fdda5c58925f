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


class AppraisalEvent(EventType):
    """Sheets about people and units. `object_id` of a rule is the id of the assessment in the plan."""

    RULE_SET = ("set", "appraisal_rule", "定评定办法")
    RULE_DROPPED = ("dropped", "appraisal_rule", "停用评定办法")
    SUBMITTED = ("submitted", "appraisal", "交评定表")
    DISCARDED = ("discarded", "appraisal", "丢弃评定表草稿")
    EXPORTED = ("exported", "appraisals", "导出考评")
