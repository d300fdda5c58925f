"""What insight writes: that somebody took a list out, and the figures that it keeps for boards."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from yanxiu.insight import keeping, permissions
from yanxiu.insight.events import InsightEvent
from yanxiu.insight.models import KeptBoard, KeptFigure, KeptGrowth
from yanxiu.insight.queries.place import judged_by
from yanxiu.kit import sql
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


@transaction.atomic
def keep_board(*, programme: Programme, by: Actor, at: datetime) -> KeptBoard | None:
    """Lay down the figures of all boards of a programme as of now; None while it measures nothing.

    For the system, and for who may look at its boards. Two at once wait for each other. Raises NotPermitted. Cost: 9 statements,
    set-based over the participants.
    """
    permissions.check_can_keep(by, programme)
    versions, _, measured = judged_by(programme, at=at)
    if measured is None:
        return None
    xid = sql.rows("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xid")[0]["xid"]
    facts = {"as_of": at, "xid": xid, "versions": versions, "columns": measured.names, "people": 0}
    kept, _ = KeptBoard.objects.get_or_create(programme=programme, defaults=facts)
    kept = KeptBoard.objects.select_for_update(no_key=True).get(pk=kept.pk)
    KeptFigure.objects.filter(programme=programme).delete()
    KeptGrowth.objects.filter(programme=programme).delete()
    with sql.in_bulk():
        sql.run(*keeping.figures(measured, versions=versions, at=at, programme_id=programme.pk))
        sql.run(keeping.GROWTH, {"programme": programme.pk})
    for name, value in facts.items():
        setattr(kept, name, value)
    top = KeptFigure.objects.filter(programme=programme, stage="").values("parent").annotate(all=Sum("people")).order_by("-all").first()
    kept.people = top["all"] if top else 0
    kept.save(update_fields=list(facts))
    return kept
