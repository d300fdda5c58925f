"""The verbs of signals and inquiries, of reports and measures, of packs of words and of compared texts."""

from yanxiu.integrity.actions.answering import answer, comment
from yanxiu.integrity.actions.appealing import appeal, close_overdue, hear
from yanxiu.integrity.actions.deciding import decide
from yanxiu.integrity.actions.indexing import forget_text, index_text, index_texts, read_file
from yanxiu.integrity.actions.inquiring import ask, open_inquiry
from yanxiu.integrity.actions.measuring import appeal_measure, rule_on_appeal, take_measure, undo_measure
from yanxiu.integrity.actions.noticing import Noticed, dismiss, raise_signals
from yanxiu.integrity.actions.packing import save_pack
from yanxiu.integrity.actions.publishing import (
    add_public_text,
    put_back_public_text,
    remove_public_text,
    set_thresholds,
)
from yanxiu.integrity.actions.rechecking import recheck_texts
from yanxiu.integrity.actions.referring import Exhibit, refer
from yanxiu.integrity.actions.reporting import Thing, report, settle_case
from yanxiu.integrity.actions.screening import Screened, flag, note_hits, screen

__all__ = [
    "Exhibit",
    "Noticed",
    "Screened",
    "Thing",
    "add_public_text",
    "answer",
    "appeal",
    "appeal_measure",
    "ask",
    "close_overdue",
    "comment",
    "decide",
    "dismiss",
    "flag",
    "forget_text",
    "hear",
    "index_text",
    "index_texts",
    "note_hits",
    "open_inquiry",
    "put_back_public_text",
    "raise_signals",
    "read_file",
    "recheck_texts",
    "refer",
    "remove_public_text",
    "report",
    "rule_on_appeal",
    "save_pack",
    "screen",
    "set_thresholds",
    "settle_case",
    "take_measure",
    "undo_measure",
]
