"""Teaching points (教学点, W-08): who studies where."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q

from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.orgs.models import Kind, Org
from yanxiu.programmes import permissions
from yanxiu.programmes.events import ProgrammeEvent
from yanxiu.programmes.models import Enrolment, EnrolmentState, Programme, ProgrammeState
from yanxiu.records.actions import record


@transaction.atomic
def assign_point(*, programme: Programme, units: Sequence[Org], point: Org | None, by: Actor, at: datetime) -> int:
    """Let the participants of the units study at a point, None: on their own line again; return how many changed. Idempotent.

    Raises NotPermitted for a unit out of reach, Invalid (no unit, no teaching point), Conflict (not running). Cost: 4 queries.
    """
    if not units:
        raise Invalid("还没有选学校。请先勾选要分到这个教学点的学校。", field="units")
    for unit in units:
        permissions.check_can_enrol(by, programme, unit.path)
    if point is not None and point.kind != Kind.POINT:
        raise Invalid(f"{point.name}不是教学点。请在单位里先设教学点。", field="point")
    programme = Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    if programme.state != ProgrammeState.RUNNING:
        raise Conflict(f"{programme.title}不在进行中，不能改分教学点。")
    places = reduce(or_, (Q(unit_path__startswith=unit.path) for unit in units))
    theirs = Enrolment.objects.filter(places, programme=programme, state=EnrolmentState.ACTIVE)
    changed = theirs.exclude(point=point).update(point=point) if point is not None else theirs.exclude(point=None).update(point=None)
    if changed:
        record(
            ProgrammeEvent.POINT_ASSIGNED, object_id=point.pk if point else 0, object_label=point.name if point else "不设教学点",
            programme_id=programme.pk, unit_path=programme.owner_path, by=by, at=at,
            data={"units": [unit.pk for unit in units], "people": changed},
        )  # fmt: skip
    return changed
