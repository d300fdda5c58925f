"""Signals and inquiries; texts that are compared, and what is left out of comparing."""

from yanxiu.integrity.models.inquiries import (
    TRANSITIONS,
    Appeal,
    Consequence,
    Decision,
    Enclosure,
    Finding,
    Handling,
    Inquiry,
    InquiryState,
    Outcome,
    Signal,
    SignalKind,
    Statement,
    StatementKind,
    Strength,
)
from yanxiu.integrity.models.public_texts import PublicKind, PublicMark, PublicText, Threshold
from yanxiu.integrity.models.texts import IndexedText, Likeness, Mark, TextKind, WaitingFile

__all__ = [
    "TRANSITIONS",
    "Appeal",
    "Consequence",
    "Decision",
    "Enclosure",
    "Finding",
    "Handling",
    "IndexedText",
    "Inquiry",
    "InquiryState",
    "Likeness",
    "Mark",
    "Outcome",
    "PublicKind",
    "PublicMark",
    "PublicText",
    "Signal",
    "SignalKind",
    "Statement",
    "StatementKind",
    "Strength",
    "TextKind",
    "Threshold",
    "WaitingFile",
]
