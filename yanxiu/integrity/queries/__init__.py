"""Reads of signals, inquiries and compared texts."""

from yanxiu.integrity.queries.alike import check_text, side_by_side
from yanxiu.integrity.queries.documents import is_readable, words_of
from yanxiu.integrity.queries.inbox import KindCount, Suspect, kind_counts, open_inquiry_of, people_in, signals_of, suspects
from yanxiu.integrity.queries.inquiries import (
    Countable,
    Outcomes,
    Whole,
    appeal_office,
    countable_records,
    history,
    listed,
    office_at,
    outcomes,
    overdue_appeals,
    table,
    whole,
)
from yanxiu.integrity.queries.pictures import Picture, Shown, shown

__all__ = [
    "Countable",
    "KindCount",
    "Outcomes",
    "Picture",
    "Shown",
    "Suspect",
    "Whole",
    "appeal_office",
    "check_text",
    "countable_records",
    "history",
    "is_readable",
    "kind_counts",
    "listed",
    "office_at",
    "open_inquiry_of",
    "outcomes",
    "overdue_appeals",
    "people_in",
    "shown",
    "side_by_side",
    "signals_of",
    "suspects",
    "table",
    "whole",
    "words_of",
]
