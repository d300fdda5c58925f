"""Reads of signals and inquiries."""

from yanxiu.integrity.queries.inbox import KindCount, Suspect, kind_counts, signals_of, suspects
from yanxiu.integrity.queries.inquiries import (
    Countable,
    Outcomes,
    appeal_office,
    countable_records,
    history,
    office_at,
    outcomes,
    overdue_appeals,
    whole,
)

__all__ = [
    "Countable",
    "KindCount",
    "Outcomes",
    "Suspect",
    "appeal_office",
    "countable_records",
    "history",
    "kind_counts",
    "office_at",
    "outcomes",
    "overdue_appeals",
    "signals_of",
    "suspects",
    "whole",
]
