"""The verbs of signals, inquiries and compared texts."""

from yanxiu.integrity.actions.answering import answer, comment
from yanxiu.integrity.actions.appealing import appeal, close_overdue, hear
from yanxiu.integrity.actions.deciding import decide
from yanxiu.integrity.actions.indexing import forget_text, index_text, index_texts, read_file
from yanxiu.integrity.actions.inquiring import ask, open_inquiry
from yanxiu.integrity.actions.noticing import Noticed, dismiss, raise_signals
from yanxiu.integrity.actions.publishing import (
    add_public_text,
    put_back_public_text,
    remove_public_text,
    set_thresholds,
)
from yanxiu.integrity.actions.rechecking import recheck_texts

__all__ = [
    "Noticed",
    "add_public_text",
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
    "put_back_public_text",
    "raise_signals",
    "read_file",
    "recheck_texts",
    "remove_public_text",
    "set_thresholds",
]
