"""What happens to programmes and to those who take part."""

from yanxiu.records.events import EventType


class ProgrammeEvent(EventType):
    """Events of programmes; the object of `ENROLLED` and `LEFT` is the enrolment's programme, the person is the participant."""

    CREATED = ("created", "programme", "新建方案")
    DRAFTED = ("drafted", "programme", "存方案草稿")
    PUBLISHED = ("published", "plan_version", "发布方案")
    MOVED = ("moved", "plan_version", "改按新版执行")
    CLOSED = ("closed", "programme", "结束方案")
    DATED = ("dated", "window", "自定研修起止")
    OFFERED = ("offered", "offering", "列入选课目录")
    WITHDRAWN = ("withdrawn", "offering", "移出选课目录")
    ENROLLED = ("enrolled", "programme", "参训")
    LEFT = ("left", "programme", "报删")
    POINT_ASSIGNED = ("assigned", "point", "分到教学点")
    LEAVE_APPLIED = ("applied", "withdrawal", "申请报删")
    LEAVE_APPROVED = ("approved", "withdrawal", "同意报删")
    LEAVE_RETURNED = ("returned", "withdrawal", "退回报删")
