"""A person reads what was sent to her."""

from datetime import datetime

from django.db import transaction

from yanxiu.kit.actor import Actor
from yanxiu.notices import permissions
from yanxiu.notices.events import NoticeEvent
from yanxiu.notices.models import Delivery
from yanxiu.notices.queries import TABS
from yanxiu.records.actions import record


@transaction.atomic
def mark_read(*, delivery: Delivery, by: Actor, at: datetime) -> bool:
    """Note that the person has read her copy; return False when she had before. Raises NotFound for somebody else's."""
    permissions.check_can_read(by, delivery)
    if not Delivery.objects.filter(pk=delivery.pk, read_at__isnull=True).update(read_at=at):
        return False
    record(NoticeEvent.READ, object_id=delivery.notice_id, programme_id=delivery.notice.programme_id, by=by, at=at)
    return True


@transaction.atomic
def mark_all_read(*, tab: str, by: Actor, at: datetime) -> int:
    """Note that the person has seen everything in one tab of her inbox; return how many were unread."""
    unread = permissions.visible_deliveries(by).filter(read_at__isnull=True, notice__kind__in=TABS[tab])
    count = unread.update(read_at=at)
    if count:
        record(NoticeEvent.READ, object_id=tab, measure=count, by=by, at=at)
    return count
