"""The verbs of messages."""

from yanxiu.notices.actions.deadlines import remind_deadlines
from yanxiu.notices.actions.issuing import BODY, TITLE, Audience, issue
from yanxiu.notices.actions.reading import mark_all_read, mark_read
from yanxiu.notices.actions.reminding import Recipient, Reminded, remind
from yanxiu.notices.actions.replying import give_back, tell, tell_all, withdraw, withdraw_all

__all__ = [
    "BODY",
    "TITLE",
    "Audience",
    "Recipient",
    "Reminded",
    "give_back",
    "issue",
    "mark_all_read",
    "mark_read",
    "remind",
    "remind_deadlines",
    "tell",
    "tell_all",
    "withdraw",
    "withdraw_all",
]
