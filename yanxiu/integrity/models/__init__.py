"""Signals, inquiries and incidents; reports and measures; words to look at; texts that are compared, and what is left out of comparing."""

from yanxiu.integrity.models.incidents import Bar, BarKind, Evidence
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
from yanxiu.integrity.models.measures import Measure, MeasureAppeal, MeasureKind, Ruling
from yanxiu.integrity.models.packs import WordAction, WordHit, WordPack
from yanxiu.integrity.models.public_texts import PublicKind, PublicMark, PublicText, Threshold
from yanxiu.integrity.models.reports import CaseState, Report, ReportCase, ReportReason
from yanxiu.integrity.models.texts import IndexedText, Likeness, Mark, TextKind, WaitingFile

__all__ = [
    "TRANSITIONS",
    "Appeal",
    "Bar",
    "BarKind",
    "CaseState",
    "Consequence",
    "Decision",
    "Enclosure",
    "Evidence",
    "Finding",
    "Handling",
    "IndexedText",
    "Inquiry",
    "InquiryState",
    "Likeness",
    "Mark",
    "Measure",
    "MeasureAppeal",
    "MeasureKind",
    "Outcome",
    "PublicKind",
    "PublicMark",
    "PublicText",
    "Report",
    "ReportCase",
    "ReportReason",
    "Ruling",
    "Signal",
    "SignalKind",
    "Statement",
    "StatementKind",
    "Strength",
    "TextKind",
    "Threshold",
    "WaitingFile",
    "WordAction",
    "WordHit",
    "WordPack",
]
