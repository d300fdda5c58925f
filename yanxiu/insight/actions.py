"""The one thing insight writes: that somebody took a list out."""

from datetime import datetime

from django.db import transaction

from yanxiu.insight import permissions
from yanxiu.insight.events import InsightEvent
from yanxiu.kit.actor import Actor
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Programme
from yanxiu.records.actions import record


@transaction.atomic
def export_progress(*, programme: Programme, unit: Org, rule: str, by: Actor, at: datetime) -> None:
    """Put on record that a list of people leaves the platform. Raises NotPermitted. Cost: 2 queries."""
    permissions.check_can_export(by, unit)
    record(
        InsightEvent.EXPORTED, object_id=unit.pk, object_label=unit.name, programme_id=programme.pk, unit_path=unit.path, kind=rule,
        by=by, at=at,
    )  # fmt: skip
