"""Chains for tests, with a kind of ours that remembers what it was told."""

from datetime import UTC, datetime
from itertools import count

from tests.orgs import factories as orgs
from yanxiu.access.roles import ROLES
from yanxiu.approvals import actions, matters
from yanxiu.approvals.models import Chain, ChainStep
from yanxiu.approvals.queries import station_of
from yanxiu.kit.actor import Actor, Grant
from yanxiu.kit.components import Effect
from yanxiu.orgs.models import Org

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
KIND = "paper"
TOLD: list[tuple[str, str]] = []
_numbers = count(1)
MATTER = matters.Matter(
    kind=KIND,
    zh="材料",
    approve="同意，往上报",
    phrases=("情况属实，同意上报", "材料不清，请重传"),
    detail=lambda _chain, _actor, _at: matters.Detail(
        reason="请审。", papers=[matters.Paper(title="证明.pdf", note="1.2 MB")], effects=[Effect(label="在册", now="8", then="7")]
    ),
    decided=lambda step, **_: TOLD.append((step.level, step.state)),
    ended=lambda chain, **_: TOLD.append(("end", chain.state)),
    reopened=lambda chain, **_: TOLD.append(("reopened", chain.state)),
)


def office(unit: Org, *, person_id: int, role: str = "county_admin") -> Actor:
    """Somebody who decides at a unit."""
    grant = Grant(role=role, permissions=frozenset(ROLES[role].permissions), path=unit.path)
    return Actor(person_id=person_id, label=f"{unit.name}管理员", grants=(grant,))


def teacher(person_id: int = 7) -> Actor:
    return Actor(person_id=person_id, label="周敏")


def started(*units: Org, by: Actor | None = None, **facts) -> Chain:
    """A chain of our kind, handed in by a teacher, for these units in turn."""
    number = next(_numbers)
    values = {"kind": KIND, "object_type": "paper", "object_id": number, "title": f"材料 {number}", "unit_path": units[0].path}
    return actions.start(stations=[station_of(unit) for unit in units], by=by or teacher(), **({"at": AT} | values | facts))


def places() -> tuple[Org, Org, Org]:
    """A school, its county and its city."""
    _nation, _province, city, county, school = orgs.county_tree()
    return school, county, city


def chain(**facts) -> Chain:
    """An open chain without steps."""
    number = next(_numbers)
    values = {"kind": KIND, "object_type": "paper", "object_id": number, "title": f"材料 {number}", "unit_path": "/1/", "asked_by": 7,
              "asked_label": "周敏", "asked_at": AT}  # fmt: skip
    return Chain.objects.create(**(values | facts))


def chain_step(*, of: Chain | None = None, **facts) -> ChainStep:
    """A step that waits."""
    of = of or chain()
    values = {"position": 1, "unit_path": "/1/", "unit_label": "演示县", "level": "区县", "permission": "approvals.decide",
              "state": "waiting", "asked_by": of.asked_by, "came_at": AT}  # fmt: skip
    return ChainStep.objects.create(chain=of, **(values | facts))
