"""The inside of deciding: what an incident bars from, and how a bar ends."""

from datetime import date, datetime

from yanxiu.integrity.models import Bar, BarKind, Decision, Inquiry
from yanxiu.kit import clock

SCHOOL_YEAR_BEGINS = 9
"""The month in which a school year begins (1 September)."""


def school_year(on: date) -> tuple[date, date]:
    """Return the first day of the school year of a day, and the first day of the next."""
    first = on.year if on.month >= SCHOOL_YEAR_BEGINS else on.year - 1
    return date(first, SCHOOL_YEAR_BEGINS, 1), date(first + 1, SCHOOL_YEAR_BEGINS, 1)


def bar(decision: Decision, inquiry: Inquiry, *, at: datetime) -> None:
    """Bar the person for the school year of the decision (C-111): no excellent grade in ethics."""
    starts, ends = school_year(clock.day(at))
    Bar.objects.create(decision=decision, person_id=inquiry.person_id, kind=BarKind.ETHICS_NOT_EXCELLENT, from_day=starts, to_day=ends)


def lift(decision: Decision, *, at: datetime) -> int:
    """End the bars of a decision that an appeal eased or lifted; return how many."""
    return Bar.objects.filter(decision=decision, lifted_at__isnull=True).update(lifted_at=at)
