"""From requirements with their values to what the ring shows: hours by kind of block, the total, the practice. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from yanxiu.evaluation.standing import Standing
from yanxiu.kit.components import Arc
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.vocabulary import BLOCK_KINDS

COUNTED = {"hours", "items"}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One kind of block (必修, 选修) or one practice requirement: value of target, and what the schedule expects at the moment asked.

    `rows` are the requirements that make it up; `ends_at` the earliest end among those not met; `key` the plan's word for the kind.
    """

    key: str
    label: str
    value: Decimal
    target: Decimal
    unit: str
    expected: Decimal | None
    ends_at: datetime | None
    rows: tuple[Standing, ...]

    @property
    def missing(self) -> Decimal:
        return max(self.target - self.value, Decimal(0))

    @property
    def is_met(self) -> bool:
        return self.missing == 0

    @property
    def lag(self) -> Decimal:
        """What is missing against the schedule today; negative = ahead."""
        return (self.expected - self.value) if self.expected is not None else Decimal(0)

    @property
    def arc(self) -> Arc:
        return Arc(label=self.label, value=min(self.value, self.target), target=self.target)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """The hours of a participant in one programme. `value` of `target` is the plan's own total where it states one."""

    value: Decimal
    target: Decimal
    unit: str
    parts: tuple[Part, ...]
    practice: tuple[Part, ...]
    others: tuple[Standing, ...]

    @property
    def missing(self) -> Decimal:
        return max(self.target - self.value, Decimal(0))

    @property
    def arcs(self) -> list[Arc]:
        return [part.arc for part in self.parts][:3]

    @property
    def sentence(self) -> str:
        """What the ring shows, for who cannot see it."""
        return f"已得 {_plain(self.value)} {self.unit}，共需 {_plain(self.target)} {self.unit}"


def hours_of(plan: Plan, rows: Sequence[Standing], *, at: datetime) -> Hours:
    """Sort a participant's requirements by the kinds of blocks they are about."""
    mine = [row for row in rows if row.role == "learner" and row.per == "person"]
    kinds = {block.id: block.kind for block in plan.learn}
    counted = [row for row in mine if row.kind in COUNTED]
    single = [row for row in counted if _is_of_one_block(row)]
    wholes = [row for row in counted if not _is_of_one_block(row)]
    parts = []
    for kind in dict.fromkeys(block.kind for block in plan.learn):
        own = [row for row in single if kinds.get(row.kinds[0]) == kind]
        whole = next((row for row in wholes if {kinds.get(one) for one in row.kinds} == {kind}), None)
        if own or whole:
            parts.append(_part(kind, BLOCK_KINDS.get(kind, kind), own, whole, at=at))
    total = max(wholes, key=lambda row: (len(row.kinds), row.target), default=None)
    is_total = total is not None and len({kinds.get(one) for one in total.kinds}) > 1
    shown = {row.key for part in parts for row in part.rows} | {row.key for row in wholes}
    practice = [row for row in mine if row.kind == "count" and row.key not in shown and row.assessed]
    rest = [row for row in mine if row.key not in shown and row not in practice]
    return Hours(
        value=total.value if total and is_total else sum((part.value for part in parts), Decimal(0)),
        target=total.target if total and is_total else sum((part.target for part in parts), Decimal(0)),
        unit=(counted[0].unit if counted else "学时"),
        parts=tuple(parts),
        practice=tuple(_part(row.key, row.label, [row], None, at=at) for row in practice),
        others=tuple(rest),
    )


def _is_of_one_block(row: Standing) -> bool:
    """The requirement of a block has the block's id; a total over a single block has its own, and would count twice."""
    return len(row.kinds) == 1 and row.key.split(".", 1)[0] == row.kinds[0]


def _part(key: str, label: str, own: list[Standing], whole: Standing | None, *, at: datetime) -> Part:
    value = whole.value if whole else sum((row.value for row in own), Decimal(0))
    target = whole.target if whole else sum((row.target for row in own), Decimal(0))
    first = own[0] if own else whole
    open_ends = [row.ends_at for row in own if not row.is_settled and row.ends_at is not None]
    ends = open_ends or [row.ends_at for row in own if row.ends_at is not None]
    return Part(
        key=key, label=label, value=value, target=target, unit=first.unit if first else "", expected=_expected(own, target, at=at),
        ends_at=min(ends, default=None), rows=tuple(own) or ((whole,) if whole else ()),
    )  # fmt: skip


def _expected(own: Sequence[Standing], target: Decimal, *, at: datetime) -> Decimal | None:
    """A straight line over the windows of the requirements; None while nothing is dated or nothing has begun."""
    dated = [row for row in own if row.starts_at is not None and row.ends_at is not None and row.kind in COUNTED]
    if not dated or sum(row.target for row in dated) == 0:
        return None
    due = sum((row.target * elapsed(row.starts_at, row.ends_at, at=at) for row in dated), Decimal(0))
    return (target * due / sum(row.target for row in dated)).quantize(Decimal("0.1"))


def elapsed(starts_at: datetime | None, ends_at: datetime | None, *, at: datetime) -> Decimal:
    """Return the share of a window that has passed, 0 to 1; 0 for one without both ends."""
    if starts_at is None or ends_at is None:
        return Decimal(0)
    share = Decimal((at - starts_at).total_seconds()) / Decimal((ends_at - starts_at).total_seconds())
    return min(max(share, Decimal(0)), Decimal(1))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
