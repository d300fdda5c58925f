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
    TAKEN_BACK = ("taken_back", "homework", "取回作业")
    PUT_BACK = ("put_back", "homework", "放回作业")
    PEER_REVIEWED = ("peer_reviewed", "homework", "互评作业")
    REPLIED = ("replied", "homework", "答复互评")
    CALIBRATED = ("calibrated", "homework", "试评定标样篇")


class PeerEvent(EventType):
    """What an office does about reviews by peers. `object_id` is the id of the step."""

    ALLOTTED = ("allotted", "peer_review", "分配互评")
    RELEASED = ("released", "peer_review", "换人互评")
    PIECE_ADDED = ("added", "calibration_piece", "放定标样篇")
    PIECE_REMOVED = ("removed", "calibration_piece", "撤下定标样篇")


class ObservationEvent(EventType):
    """The way of an observation besides its handing in. `object_id` is the id of the case."""

    REOPENED = ("reopened", "observation", "重开观课报告")


class RubricEvent(EventType):
    """The life of a rubric."""

    PUBLISHED = ("published", "rubric", "发布评价标准")
    WITHDRAWN = ("withdrawn", "rubric", "停用评价标准")
    REINSTATED = ("reinstated", "rubric", "恢复评价标准")
    DRAFTED = ("drafted", "rubric", "起草评价标准")
    DISCARDED = ("discarded", "rubric", "丢弃评价标准草稿")
    PUT_BACK = ("put_back", "rubric", "放回评价标准草稿")


class SittingEvent(EventType):
    """The way of a candidate through an exam. `data.exam` is the id of the exam."""

    BEGAN = ("began", "sitting", "开始考试")
    TOOK_OVER = ("took_over", "sitting", "换设备接着考")
    HANDED_IN = ("handed_in", "sitting", "考试交卷")
    RAN_OUT = ("ran_out", "sitting", "考试到点收卷")


class QuestionEvent(EventType):
    """The life of a question of a bank. Bulk verbs write one record for each question."""

    WRITTEN = ("written", "bank_question", "写题目")
    SUBMITTED = ("submitted", "bank_question", "题目送审")
    APPROVED = ("approved", "bank_question", "题目审过")
    RETURNED = ("returned", "bank_question", "题目退回")
    RETIRED = ("retired", "bank_question", "停用题目")
    REINSTATED = ("reinstated", "bank_question", "恢复题目")
    MOVED = ("moved", "bank_question", "题目移到知识点")
    REMOVED = ("removed", "bank_question", "删除题目")
    COUNTED = ("counted", "bank_question", "统计题目")


class QuestionFileEvent(EventType):
    """Questions that come and go as files. `object_id` is the import's id, of what leaves the unit's."""

    IMPORTED = ("imported", "question_file", "导入题目")
    UNDONE = ("undone", "question_file", "撤回导入的题目")
    EXPORTED = ("exported", "question_file", "导出题目")


class PointEvent(EventType):
    """The life of a knowledge point."""

    ADDED = ("added", "knowledge_point", "添加知识点")
    RENAMED = ("renamed", "knowledge_point", "改知识点名称")
    MOVED = ("moved", "knowledge_point", "移动知识点")
    MERGED = ("merged", "knowledge_point", "合并知识点")


class PaperEvent(EventType):
    """The life of a paper."""

    WRITTEN = ("written", "paper", "写试卷")
    PUBLISHED = ("published", "paper", "发布试卷")
    REMOVED = ("removed", "paper", "删除试卷")


class ExamEvent(EventType):
    """The way of an exam to its candidates. `object_id` is the id of the exam."""

    WRITTEN = ("written", "exam", "安排考试")
    ANNOUNCED = ("announced", "exam", "公布考试")
    EXTENDED = ("extended", "exam", "放宽考试")
    CANCELLED = ("cancelled", "exam", "取消考试")
    ALLOWED = ("allowed", "exam", "给予照顾")
    REMOVED = ("removed", "exam", "删除考试草稿")
    LISTED = ("listed", "exam", "导出考生名单")


class ScoreEvent(EventType):
    """Results of exams, of paper and of regular assessments. `kind` is the id of the plan's assessment that they feed.

    `RELEASED` is heard by whoever judges; `GIVEN` is written for each person, with the score as measure, and voided when it changes.
    """

    PROPOSED = ("computed", "exam", "算分")
    RELEASED = ("released", "scores", "发布成绩")
    GIVEN = ("given", "score", "出成绩")
    RULED = ("ruled", "exam", "改判")
    RULING_REMOVED = ("withdrawn", "ruling", "撤回改判")
    RULE_SET = ("set", "process_rule", "设定平时考核")
    ENTERED = ("entered", "score", "登记分数")
    EXPORTED = ("exported", "scores", "导出成绩")


class MarkingEvent(EventType):
    """Marking of exams, and appeals against scores. `object_id` is the id of the exam, of the sitting for an appeal."""

    APPOINTED = ("appointed", "exam_marker", "安排阅卷人")
    DISMISSED = ("dismissed", "exam_marker", "取消阅卷人")
    MARKED = ("marked", "answer", "阅卷")
    UNMARKED = ("unmarked", "answer", "撤回阅卷")
    APPEALED = ("appealed", "score", "申请成绩复核")
    APPEAL_WITHDRAWN = ("withdrew", "score_appeal", "撤回复核申请")
    APPEAL_DECIDED = ("decided", "score_appeal", "答复成绩复核")
