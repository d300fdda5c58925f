"""What happens in tests, homework and rubrics; results that others count are `catalogue.events.StudyEvent`."""

from yanxiu.records.events import EventType


class AttemptEvent(EventType):
    """The life of an attempt at a test."""

    STARTED = ("started", "attempt", "开始测试")
    HANDED_IN = ("handed_in", "attempt", "交卷")


class HomeworkEvent(EventType):
    """The way of a homework before it is accepted. `object_id` is the id of the step."""

    SUBMITTED = ("submitted", "homework", "交作业")
    RETURNED = ("returned", "homework", "退回作业")
    ATTACHED = ("attached", "homework", "上传作业附件")
    DETACHED = ("detached", "homework", "撤下作业附件")


class ObservationEvent(EventType):
    """The way of an observation besides its handing in. `object_id` is the id of the case."""

    REOPENED = ("reopened", "observation", "重开观课报告")


class RubricEvent(EventType):
    """The life of a rubric."""

    PUBLISHED = ("published", "rubric", "发布评价标准")


class SittingEvent(EventType):
    """The way of a candidate through an exam. `data.exam` is the id of the exam."""

    BEGAN = ("began", "sitting", "开始考试")
    TOOK_OVER = ("took_over", "sitting", "换设备接着考")
    HANDED_IN = ("handed_in", "sitting", "考试交卷")
    RAN_OUT = ("ran_out", "sitting", "考试到点收卷")
