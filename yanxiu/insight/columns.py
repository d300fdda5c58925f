"""What a board measures in a programme: choosing, hours by kind of block, practice, the result. Pure, from the plan's requirements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from yanxiu.evaluation.models import Requirement
from yanxiu.learning.queries import curriculum
from yanxiu.programmes.plan import outcomes
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.specs import PassRule
from yanxiu.programmes.plan.vocabulary import BLOCK_KINDS

MOST = 5
BEHIND = 0.25  # an open window that trails its schedule by this share is red


@dataclass(frozen=True, kw_only=True)
class Column:
    """One measured thing: the mean share of `keys` that people have (hours), or the share of people who have all (practice).

    `expected` is where a straight line through the windows stands at the moment asked; None when nothing is dated or practice.
    """

    label: str
    keys: tuple[str, ...]
    is_hours: bool
    target: Decimal
    unit: str
    starts_at: datetime | None
    ends_at: datetime | None
    expected: float | None

    def is_open(self, at: datetime) -> bool:
        """Tell whether its windows stand open at the moment."""
        return (self.starts_at is None or at >= self.starts_at) and (self.ends_at is None or at < self.ends_at)

    def is_behind(self, share: float | None, at: datetime) -> bool:
        """Tell whether a share trails the schedule far while the window is open."""
        return share is not None and self.expected is not None and self.is_open(at) and share < self.expected - BEHIND


@dataclass(frozen=True, kw_only=True)
class Measures:
    """All that is measured: `least` hours to choose (0: nothing is chosen) from `blocks`, columns, and the rule that decides."""

    columns: tuple[Column, ...]
    least: Decimal
    blocks: tuple[str, ...]
    rule: PassRule | None
    total: Column | None

    @property
    def hours(self) -> list[Column]:
        return [column for column in self.columns if column.is_hours]

    def main(self, at: datetime) -> Column | None:
        """Return the column that a headline is about: hours of the open window that ends first, else the first ones."""
        is_open = [column for column in self.hours if column.is_open(at)]
        return min(is_open, key=lambda column: str(column.ends_at or "9"), default=None) or next(iter(self.hours), None)


def measures(plan: Plan, rows: Sequence[Requirement], *, at: datetime) -> Measures:
    """Return what a board shows of a plan with these requirement rows (of one version)."""
    mine = sorted((row for row in rows if row.subject_role == "learner" and row.per == "person"), key=lambda row: row.number)
    counted = [row for row in mine if row.kind in {"hours", "items"}]
    kinds = {block.id: block.kind for block in plan.learn}
    columns = []
    for kind in dict.fromkeys(block.kind for block in plan.learn):
        own = [row for row in counted if len(row.kinds) == 1 and kinds.get(row.kinds[0]) == kind]
        if own:
            columns.append(_hours(BLOCK_KINDS.get(kind, kind), own, at=at))
    practice = [row for row in mine if row.kind == "count" and row.assessed]
    columns += [
        Column(
            label=row.label, keys=(row.key,), is_hours=False, target=row.target, unit=row.unit, starts_at=row.starts_at,
            ends_at=row.ends_at, expected=None,
        )
        for row in practice
    ]  # fmt: skip
    single = [row for row in counted if len(row.kinds) == 1]
    return Measures(
        columns=tuple(columns[:MOST]),
        least=curriculum.least_hours(plan),
        blocks=tuple(block.id for block in curriculum.chosen_blocks(plan)),
        rule=_rule(plan),
        total=_hours(_("学时"), single, at=at) if single else None,
    )


def _hours(label: str, own: Sequence[Requirement], *, at: datetime) -> Column:
    target = sum((row.target for row in own), Decimal(0))
    dated = [row for row in own if row.starts_at and row.ends_at]
    return Column(
        label=label,
        keys=tuple(row.key for row in own),
        is_hours=True,
        target=target,
        unit=own[0].unit,
        starts_at=min((row.starts_at for row in dated if row.starts_at), default=None),
        ends_at=max((row.ends_at for row in dated if row.ends_at), default=None),
        expected=float(expected_hours(dated, at=at) / target) if dated and target else None,
    )


def expected_hours(rows: Sequence[Requirement], *, at: datetime) -> Decimal:
    """Return the hours that a straight line through the requirements' windows stands at."""
    return sum((row.target * _elapsed(row.starts_at, row.ends_at, at=at) for row in rows), Decimal(0))


def _elapsed(starts_at: datetime | None, ends_at: datetime | None, *, at: datetime) -> Decimal:
    if starts_at is None or ends_at is None:
        return Decimal(0)
    share = Decimal((at - starts_at).total_seconds()) / Decimal((ends_at - starts_at).total_seconds())
    return min(max(share, Decimal(0)), Decimal(1))


def _rule(plan: Plan) -> PassRule | None:
    """The rule on which awards wait, else the first that judges learners."""
    rules = [rule for rule in outcomes.pass_rules(plan) if rule.subject_role == "learner"]
    gates = [award.register_only_if for award in outcomes.awards(plan)]
    return next((rule for rule in rules if rule.id in gates), None) or next(iter(rules), None)
