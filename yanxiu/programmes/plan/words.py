"""Chinese words for parts of a plan: people by the plan's own terms, windows by their labels."""

from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.vocabulary import ROLES, WINDOW_YEARS

SECTIONS = {
    "programme": "基本信息",
    "terms": "词语",
    "calendar": "时间规则",
    "orgs": "组织",
    "audience": "参加对象",
    "phases": "时间窗口",
    "enrol": "报名与报删",
    "choose": "选课",
    "learn": "课程块",
    "totals": "学时合计",
    "spaces": "空间",
    "guide": "指导",
    "attend": "考勤",
    "duties": "任务要求",
    "submit": "材料",
    "solicit": "征集推荐",
    "assess": "考核",
    "credit": "学分规则",
    "fees": "收费",
    "certs": "证书",
    "sanctions": "奖惩",
    "after": "结束以后",
    "docs": "指南与标准",
}


def role_word(plan: Plan, role: str) -> str:
    """The role in the plan's own words: 坊员, 学员, 参训教师 …"""
    own = {"learner": plan.terms.learner, "tutor": plan.terms.tutor, "county_trainer": None}
    return own.get(role) or ROLES.get(role, role)


def role_words(plan: Plan, roles: tuple[str, ...]) -> str:
    """Several roles; everybody when none is named."""
    return "、".join(role_word(plan, role) for role in roles) if roles else "所有人"


def window_word(plan: Plan, name: str | None) -> str:
    """A window's label, or the kind of year; empty for the whole programme."""
    if name is None:
        return ""
    return next((phase.label for phase in plan.phases if phase.id == name), WINDOW_YEARS.get(name, name))


def hour_word(plan: Plan) -> str:
    """学时 or what the plan calls it."""
    return plan.terms.hour or "学时"


def credit_word(unit: str, plan: Plan) -> str:
    """学时 or 学分, by the unit of the awards."""
    return hour_word(plan) if unit == "hour" else "学分"
