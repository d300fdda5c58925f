"""Chains for tests: a matter of ours that remembers what it was told, and chains started through the action."""

from datetime import UTC, datetime
from itertools import count

from yanxiu.approvals.models import Chain, ChainStep

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_numbers = count(1)


def chain(**facts) -> Chain:
    """An open chain without steps."""
    number = next(_numbers)
    values = {"kind": "paper", "object_type": "paper", "object_id": number, "title": f"材料 {number}", "unit_path": "/1/", "asked_by": 7,
              "asked_label": "周敏", "asked_at": AT}  # fmt: skip
    return Chain.objects.create(**(values | facts))


def chain_step(*, of: Chain | None = None, **facts) -> ChainStep:
    """A step that waits."""
    of = of or chain()
    values = {"position": 1, "unit_path": "/1/", "unit_label": "演示县", "level": "区县", "permission": "approvals.decide",
              "state": "waiting", "asked_by": of.asked_by, "came_at": AT}  # fmt: skip
    return ChainStep.objects.create(chain=of, **(values | facts))
