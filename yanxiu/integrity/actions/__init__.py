"""The verbs of signals, inquiries and compared texts."""

from yanxiu.integrity.actions.answering import answer, comment
from yanxiu.integrity.actions.appealing import appeal, close_overdue, hear
from yanxiu.integrity.actions.deciding import decide
from yanxiu.integrity.actions.indexing import forget_text, index_text, index_texts, read_file
from yanxiu.integrity.actions.inquiring import ask, open_inquiry
from yanxiu.integrity.actions.noticing import Noticed, dismiss, raise_signals

__all__ = [
    "Noticed",
    "answer",
    "appeal",
    "ask",
    "close_overdue",
    "comment",
    "decide",
    "dismiss",
    "forget_text",
    "hear",
    "index_text",
    "index_texts",
    "open_inquiry",
    "raise_signals",
    "read_file",
]
