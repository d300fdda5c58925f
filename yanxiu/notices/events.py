"""What happens to messages."""

from yanxiu.records.events import EventType


class NoticeEvent(EventType):
    """Issuing, reminding, reading."""

    ISSUED = ("issued", "notice", "发布通知")
    REMINDED = ("reminded", "teachers", "催办")
    WITHDRAWN = ("withdrew", "notice", "撤回消息")
    GIVEN_BACK = ("gave_back", "notice", "放回消息")
    READ = ("read", "notice", "阅读消息")
