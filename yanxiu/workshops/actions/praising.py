"""Praise (表扬, W-38): given by a host with a reason, counted for both, taken back when it was a mistake."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.people.models import Person
from yanxiu.records.actions import record, void
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import counting, ordering
from yanxiu.workshops.events import DeskEvent, PostEvent
from yanxiu.workshops.models import Membership, MembershipState, Praise, Space

MOST_REASON = 200


@transaction.atomic
def praise(*, workshop: Space, person: Person, reason: str, by: Actor, at: datetime) -> Praise:
    """Commend a member of the workshop with the reason; it is shown to all inside and counts for both.

    Raises NotPermitted; Invalid at `reason`; Conflict when she is no member, or this host praised her today already. Cost: 6 queries.
    """
    permissions.check_can_praise(by, workshop)
    reason = plain(reason)
    if not 4 <= len(reason) <= MOST_REASON:
        words = {"most": MOST_REASON, "n": len(reason)}
        raise Invalid(_("请写明表扬什么，4—%(most)s 个字，现在 %(n)s 个。成员都能看到。") % words, field="reason")
    space_id = workshop.counted_id
    if not Membership.objects.filter(workshop=space_id, person=person, state=MembershipState.MEMBER).exists():
        raise Conflict(_("%(name)s不是%(title)s的成员，表扬给坊内成员。") % {"name": person.name, "title": workshop.title})
    found = ordering.screened([reason], fields=["reason"], space=workshop, by=by, at=at)
    reason = found.texts[0]
    given = Praise(
        space_id=space_id, person=person, author_id=permissions.person_of(by), author_label=by.label[:120], reason=reason,
        on=clock.day(at), given_at=at,
    )  # fmt: skip
    sql.save_or_raise(given, {
        "workshops_praise_once_a_day": Conflict(_("您今天已经表扬过%(name)s，可以先收回再改写。") % {"name": person.name}),
        "workshops_praise_of_others": Conflict(_("不能表扬自己。")),
    })  # fmt: skip
    given.record_id = record(
        PostEvent.PRAISED, object_id=given.pk, object_label=reason, person_id=person.pk, data={"praise": given.pk}, by=by, at=at,
        **counting.where(workshop, person.pk),
    )  # fmt: skip
    given.save(update_fields=["record_id"])
    ordering.flag(found, space=workshop, object_type="praise", object_id=given.pk, title=_("表扬"), by=by, at=at)
    return given


@transaction.atomic
def withdraw_praise(*, praise: Praise, by: Actor, at: datetime) -> Praise:
    """Take praise back; it is shown no more and its counts fall. Raises NotPermitted, Conflict when it is taken back already."""
    permissions.check_can_withdraw_praise(by, praise)
    praise = Praise.objects.select_for_update(of=("self",), no_key=True).select_related("space__org").get(pk=praise.pk)
    if praise.withdrawn_at is not None or praise.record_id is None:
        raise Conflict(_("这条表扬已经收回。"))
    void(record_id=praise.record_id, reason=_("收回表扬"), by=by, at=at)
    praise.record_id, praise.withdrawn_at, praise.withdrawn_by = None, at, by.person_id
    praise.save(update_fields=["record_id", "withdrawn_at", "withdrawn_by"])
    record(
        DeskEvent.PRAISE_WITHDRAWN, object_id=praise.pk, object_label=praise.reason, person_id=praise.person_id, by=by, at=at,
        **counting.where(praise.space, praise.person_id),
    )  # fmt: skip
    return praise
