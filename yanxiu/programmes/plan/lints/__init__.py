"""Findings on a plan that reads well but does not hold together."""

from yanxiu.programmes.plan.complaints import Complaint, Lines
from yanxiu.programmes.plan.lints import hours, references, rules, time
from yanxiu.programmes.plan.lints.review import Review
from yanxiu.programmes.plan.schema import Plan


def lint(plan: Plan, lines: Lines, broken: frozenset[str] = frozenset()) -> list[Complaint]:
    """All findings on a plan; lints that read a broken section are left out, so that one mistake is said once."""
    review = Review(plan=plan, lines=lines, broken=broken)
    for sections, run in (*references.LINTS, *hours.LINTS, *time.LINTS, *rules.LINTS):
        if not sections & broken:
            run(review)
    return review.complaints
