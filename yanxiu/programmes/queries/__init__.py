"""Reads of programmes: plans, windows, participants, pages."""

from yanxiu.programmes.queries.audience import asks_in_plan
from yanxiu.programmes.queries.people import UnitCount, active_enrolment, participants, programmes_of_person, unit_counts, withdrawals
from yanxiu.programmes.queries.plans import Reading, days_of, plan_of, reading_of, shipped_plans
from yanxiu.programmes.queries.windows import Span, moment_words, timeline, window_of, windows_of

__all__ = [
    "Reading",
    "Span",
    "UnitCount",
    "active_enrolment",
    "asks_in_plan",
    "days_of",
    "moment_words",
    "participants",
    "plan_of",
    "programmes_of_person",
    "reading_of",
    "shipped_plans",
    "timeline",
    "unit_counts",
    "window_of",
    "windows_of",
    "withdrawals",
]
