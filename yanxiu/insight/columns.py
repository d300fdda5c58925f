"""What a board measures in a programme: choosing, hours by kind of block, practice, the result. Pure, from the plans' requirements.

Participants are pinned to a version of the plan. Each version has measures of its own; `together` lays them side by side, so that
everybody is judged by her own version and a column is what the versions call by one name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
TOTAL = "total"
BEHIND = 0.25  # an open window that trails its schedule by this share is red


@dataclass(frozen=True, kw_only=True)
class Column:
    """One measured thing: the mean share of the requirements that people have (hours), or the share of people who have all (practice).

    `name` is one across versions: the kind of block, or the requirement's key. `requirements` are ids of rows.
    `expected` is where a straight line through the windows stands at the moment asked; None when nothing is dated or practice.
    `own` holds the column of each version that has it; the figures beside it are those of the newest of them.
    """

    name: str
    label: str
    requirements: tuple[int, ...]
    is_hours: bool
    target: Decimal
    unit: str
    starts_at: datetime | None
    ends_at: datetime | None
    expected: float | None
    own: Mapping[int, "Column"] = field(default_factory=dict)

    def of(self, version_id: int) -> "Column":
        """Return the column as a version of the plan has it."""
        return self.own.get(version_id, self)

    def is_open(self, at: datetime) -> bool:
        """Tell whether its windows stand open at the moment."""
        return (self.starts_at is None or at >= self.starts_at) and (self.ends_at is None or at < self.ends_at)

    def is_behind(self, share: float | None, at: datetime, *, expected: float | None = None) -> bool:
        """Tell whether a share trails the schedule far while the window is open; `expected`: of people of several versions."""
        schedule = self.expected if expected is None else expected
        return share is not None and schedule is not None and self.is_open(at) and share < schedule - BEHIND


@dataclass(frozen=True, kw_only=True)
class Measures:
    """All that is measured: `least` hours to choose (0: nothing is chosen), columns, and the rule that decides.

    `own` are the measures of each version that people are pinned to.
    """

    columns: tuple[Column, ...]
    least: Decimal
    rule: PassRule | None
    total: Column | None
    own: Mapping[int, "Measures"] = field(default_factory=dict)

    def of(self, version_id: int) -> "Measures":
        """Return what a version of the plan measures."""
        return self.own.get(version_id, self)

    @property
    def chooses(self) -> bool:
        """Tell whether anybody has to choose."""
        return any(one.least for one in (self, *self.own.values()))

    @property
    def names(self) -> list[str]:
        """Return what the columns are called across versions, in order."""
        return [column.name for column in self.columns]

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
            columns.append(_hours(kind, BLOCK_KINDS.get(kind, kind), own, at=at))
    practice = [row for row in mine if row.kind == "count" and row.assessed]
    columns += [
        Column(
            name=row.key, label=row.label, requirements=(row.pk,), is_hours=False, target=row.target, unit=row.unit,
            starts_at=row.starts_at, ends_at=row.ends_at, expected=None,
        )
        for row in practice
    ]  # fmt: skip
    single = [row for row in counted if len(row.kinds) == 1]
    return Measures(
        columns=tuple(columns[:MOST]),
        least=curriculum.least_hours(plan),
        rule=_rule(plan),
        total=_hours(TOTAL, _("学时"), single, at=at) if single else None,
    )


def together(own: Mapping[int, Measures], *, current: int) -> Measures:
    """Lay the measures of versions side by side; words, windows and order are the current version's where it has the column."""
    newest = own[current]
    order = [current, *sorted((version for version in own if version != current), reverse=True)]
    found = [column for version in order for column in own[version].columns]
    names = list(dict.fromkeys(column.name for column in sorted(found, key=lambda column: not column.is_hours)))
    merged = [_merged({version: _named(own[version], name) for version in order}) for name in names[:MOST]]
    total = _merged({version: own[version].total for version in order}) if any(one.total for one in own.values()) else None
    return replace(newest, columns=tuple(merged), total=total, own=dict(own))


def _named(measured: Measures, name: str) -> Column | None:
    return next((column for column in measured.columns if column.name == name), None)


def _merged(given: Mapping[int, Column | None]) -> Column:
    own = {version: column for version, column in given.items() if column is not None}
    first = next(iter(own.values()))
    return replace(first, requirements=tuple(one for column in own.values() for one in column.requirements), own=own)


def _hours(name: str, label: str, own: Sequence[Requirement], *, at: datetime) -> Column:
    target = sum((row.target for row in own), Decimal(0))
    dated = [row for row in own if row.starts_at and row.ends_at]
    return Column(
        name=name,
        label=label,
        requirements=tuple(row.pk for row in own),
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
