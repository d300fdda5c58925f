"""Tell a person about one thing that happened, and take it back when it is without object."""

from datetime import datetime

from django.db import transaction

from yanxiu.kit import clock
from yanxiu.kit.actor import Actor
from yanxiu.notices import permissions
from yanxiu.notices.events import NoticeEvent
from yanxiu.notices.models import Delivery, Notice, NoticeKind
from yanxiu.people.models import Person
from yanxiu.records.actions import record


@transaction.atomic
def tell(*, person: Person, title: str, words: str, link: str, key: str, by: Actor, at: datetime) -> bool:
    """Put a message about one thing that happened into a person's inbox; return False when it is there (`key`). Cost: 5 queries."""
    permissions.check_is_system(by)
    if Notice.objects.filter(key=key).exists():
        return False
    notice = Notice.objects.create(kind=NoticeKind.REPLY, title=title[:120], link=link, issued_label=by.label[:120], issued_at=at, key=key)
    Delivery.objects.create(notice=notice, person=person, words=words[:300], on_day=clock.day(at), delivered_at=at)
    record(NoticeEvent.ISSUED, object_id=notice.pk, object_label=notice.title, person_id=person.pk, kind=notice.kind, by=by, at=at)
    return True


@transaction.atomic
def withdraw(*, key: str, by: Actor, at: datetime) -> int:
    """Take a message about one thing out of inboxes, for it is without object; return how many copies. The notice itself stays."""
    permissions.check_is_system(by)
    notice = Notice.objects.filter(key=key).first()
    taken = Delivery.objects.filter(notice=notice).delete()[0] if notice is not None else 0
    if notice is not None and taken:
        record(NoticeEvent.WITHDRAWN, object_id=notice.pk, object_label=notice.title, kind=notice.kind, measure=taken, by=by, at=at)
    return taken
