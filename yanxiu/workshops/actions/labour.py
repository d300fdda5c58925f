"""Division of labour in a host team (工作分工, R-13): which host answers for which duty of the plan, or for which group."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.people.models import Person
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import counting, ordering
from yanxiu.workshops.events import DeskEvent
from yanxiu.workshops.models import HostShare, Space
from yanxiu.workshops.queries.people import hosts_of

MOST_WORDS = 200


@transaction.atomic
def share_labour(
    *, workshop: Space, person: Person, by: Actor, at: datetime, duty: str = "", group: str = "", words: str = ""
) -> HostShare:
    """Give a host of the team a share of the work: a duty of the plan by its id, a group of members, or words.

    Raises NotPermitted; Invalid when nothing is named; Conflict when the person hosts no more, or has this share already.
    """
    permissions.check_can_share_labour(by, workshop)
    if workshop.is_sub:
        raise Conflict(_("子坊和工作坊是同一组主持人，请到工作坊里分工。"))
    duty, group, words = duty.strip()[:80], plain(group)[:40], " ".join(plain(words).split())
    if len(words) > MOST_WORDS:
        raise Invalid(_("分工最多写 %(most)s 个字，请删短。") % {"most": MOST_WORDS}, field="words")
    if not (duty or group or words):
        raise Invalid(_("请选一项任务、一个小组，或写一句分工。"), field="words")
    found = ordering.screened([group, words], fields=["group", "words"], space=workshop, by=by, at=at)
    group, words = found.texts
    if person.pk not in {one.person_id for one in hosts_of(workshop, on=clock.day(at))}:
        raise Conflict(_("%(name)s现在不是%(title)s的主持人。") % {"name": person.name, "title": workshop.title})
    share = HostShare(space=workshop, person=person, duty=duty, group=group, words=words, set_by=by.person_id, set_at=at)
    sql.save_or_raise(share, {"workshops_share_once": Conflict(_("%(name)s已经有这项分工。") % {"name": person.name})})
    ordering.flag(found, space=workshop, object_type="host_share", object_id=share.pk, title=_("分工"), by=by, at=at)
    _note(DeskEvent.LABOUR_SHARED, share, by=by, at=at)
    return share


@transaction.atomic
def end_share(*, share: HostShare, by: Actor, at: datetime) -> HostShare:
    """End a share; it stays on record with its time. Raises NotPermitted, Conflict when it has ended."""
    permissions.check_can_share_labour(by, share.space)
    share = HostShare.objects.select_for_update(of=("self",), no_key=True).select_related("space__org").get(pk=share.pk)
    if share.until_at is not None:
        raise Conflict(_("这项分工已经结束。"))
    share.until_at = at
    share.save(update_fields=["until_at"])
    _note(DeskEvent.LABOUR_ENDED, share, by=by, at=at)
    return share


def _note(event: DeskEvent, share: HostShare, *, by: Actor, at: datetime) -> None:
    data = {"duty": share.duty, "group": share.group, "words": share.words}
    record(
        event, object_id=share.pk, object_label=share.space.title, person_id=share.person_id, data=data, by=by, at=at,
        **counting.where(share.space, share.person_id),
    )  # fmt: skip
