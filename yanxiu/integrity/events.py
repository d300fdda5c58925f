"""What happens to signals and inquiries."""

from yanxiu.records.events import EventType


class SignalEvent(EventType):
    """Noticing, and setting aside."""

    RAISED = ("raised", "signals", "汇集线索")
    DISMISSED = ("dismissed", "signals", "线索不构成")
    REFERRED = ("referred", "signals", "移送核查")


class PublicTextEvent(EventType):
    """What is left out of comparing, and from which share on somebody looks."""

    ADDED = ("added", "public_text", "加入公共文本")
    REMOVED = ("removed", "public_text", "移出公共文本")
    RECHECKED = ("rechecked", "public_text", "按公共文本重新比对")
    THRESHOLD_SET = ("set", "text_threshold", "设定提示线")


class InquiryEvent(EventType):
    """The way of an inquiry."""

    OPENED = ("opened", "inquiry", "立案核查")
    ASKED = ("asked", "inquiry", "请教师说明")
    ANSWERED = ("answered", "inquiry", "教师说明")
    SCHOOL_ANSWERED = ("commented", "inquiry", "学校说明")
    DECIDED = ("decided", "inquiry", "核查决定")
    APPEALED = ("appealed", "inquiry", "申诉")
    HEARD = ("heard", "inquiry", "申诉决定")
    CLOSED = ("closed", "inquiry", "结案")


class ReportEvent(EventType):
    """What people report."""

    REPORTED = ("reported", "report_case", "举报")
    SETTLED = ("settled", "report_case", "办结举报")


class MeasureEvent(EventType):
    """What is done to keep order; the kind is that of the measure."""

    TAKEN = ("took", "measure", "作出处理")
    UNDONE = ("undid", "measure", "撤销处理")
    APPEALED = ("appealed", "measure", "对处理申诉")
    RULED = ("ruled", "measure", "决定对处理的申诉")


class PackEvent(EventType):
    """Words to look at."""

    SAVED = ("saved", "word_pack", "改敏感词库")
