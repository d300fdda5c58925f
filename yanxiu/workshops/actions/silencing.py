"""Measures about people in a space: mute for some days, send out. Both end by being undone, a mute also by itself."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.integrity.actions import take_measure
from yanxiu.integrity.models import Measure, MeasureKind, ReportReason
from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Invalid
from yanxiu.people.models import Person
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import addressing, seating
from yanxiu.workshops.models import Membership, MembershipState, Space

_FREE = """
UPDATE workshops_space SET member_count = member_count - 1 WHERE id = %(space)s
"""
_TAKE = """
UPDATE workshops_space SET member_count = member_count + 1 WHERE id = %(space)s AND (cap IS NULL OR member_count < cap) RETURNING id
"""


@transaction.atomic
def silence(
    *, space: Space, person: Person, kind: MeasureKind, rule: ReportReason, reason: str, days: int | None = None, by: Actor, at: datetime
) -> Measure:
    """Mute a person in a space until the end of a day, or send her out (`ban`): she gives up the seat and may not ask again meanwhile.

    Raises NotFound, NotPermitted (no keeper, oneself), Invalid (days, reason), Conflict when she is out already.
    """
    permissions.check_can_act_against(by, space, person.pk)
    if kind not in permissions.SILENCING:
        raise Invalid(_("这里办禁言和移出。"), field="kind")
    until = None
    if kind == MeasureKind.MUTE:
        if days is None or days < 1:
            raise Invalid(_("请填禁言几天，最少 1 天。"), field="days")
        until = clock.end_of(clock.day(at + timedelta(days=days)))
    workshop = seating.lock(space)
    before: dict[str, object] = {}
    if kind == MeasureKind.BAN:
        before = _sent_out(workshop, person, reason=reason, at=at)
    return take_measure(
        kind=kind,
        thing=addressing.thing_in(space, person),
        rule=rule,
        reason=reason,
        until=until,
        appeal_seat=addressing.appeal_seat(space, by),
        before=before,
        by=by,
        at=at,
    )


def give_back(measure: Measure, *, by: Actor, at: datetime) -> None:  # noqa: ARG001 - the shape of all that restores
    """Give the seat back that a ban took, if it is free; else she may ask again. A mute leaves nothing to restore."""
    seat = measure.before.get("space")
    if measure.kind != MeasureKind.BAN or not seat:
        return
    seating.lock(Space.objects.get(pk=measure.space_id or 0))
    found = Membership.objects.select_for_update(no_key=True).filter(pk=measure.before["membership"], state=MembershipState.LEFT).first()
    if found is not None and sql.rows(_TAKE, {"space": seat}):
        found.state, found.space_id, found.left_at, found.reason = MembershipState.MEMBER, seat, None, ""
        found.save(update_fields=["state", "space", "left_at", "reason"])


def _sent_out(workshop: Space, person: Person, *, reason: str, at: datetime) -> dict[str, object]:
    own = Membership.objects.select_for_update(no_key=True).filter(workshop=workshop, person=person).first()
    if own is None or own.state != MembershipState.MEMBER:
        return {}
    own.state, own.left_at, own.reason = MembershipState.LEFT, at, reason[:200]
    own.save(update_fields=["state", "left_at", "reason"])
    sql.run(_FREE, {"space": own.space_id})
    return {"membership": own.pk, "space": own.space_id}
