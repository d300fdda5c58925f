"""Tell a person, or many, about one thing that happened, and take it back when it is without object."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor
from yanxiu.notices import permissions
from yanxiu.notices.events import NoticeEvent
from yanxiu.notices.models import Delivery, Notice, NoticeKind
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person
from yanxiu.records.actions import record
from yanxiu.records.models import Record

_TO_ALL = """
INSERT INTO notices_delivery (notice_id, person_id, words, topic, on_day, delivered_at)
SELECT %(notice)s, who, '', '', %(on)s, %(at)s FROM unnest(%(people)s::bigint[]) AS who ON CONFLICT DO NOTHING
"""


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
def tell_all(
    *, people: Sequence[int], org: Org, title: str, words: str, link: str, key: str, by: Actor, at: datetime,
    kind: NoticeKind = NoticeKind.ANNOUNCEMENT, label: str = "",
) -> int:  # fmt: skip
    """Put one message of a unit into the inboxes of many persons (ids); return how many, 0 when it is there (`key`). Cost: 4 queries.

    `label` is who is named as its sender, where it is not the platform.
    """
    permissions.check_is_system(by)
    if not people or Notice.objects.filter(key=key).exists():
        return 0
    notice = Notice.objects.create(
        kind=kind, title=title[:120], body=words, org=org, link=link, issued_label=(label or by.label)[:120], issued_at=at, key=key
    )
    sent = sql.run(_TO_ALL, {"notice": notice.pk, "on": clock.day(at), "at": at, "people": sorted(set(people))})
    record(
        NoticeEvent.ISSUED, object_id=notice.pk, object_label=notice.title, unit_path=org.path, kind=notice.kind, measure=sent, by=by, at=at
    )
    return sent


@transaction.atomic
def withdraw(*, key: str, by: Actor, at: datetime) -> int:
    """Take a message about one thing out of inboxes, for it is without object; return how many copies. The notice itself stays.

    Whose they were, since when and whether read is on record, for `give_back`; the words are not.
    """
    permissions.check_is_system(by)
    notice = Notice.objects.filter(key=key).first()
    if notice is None:
        return 0
    copies = [
        [person, since.isoformat(), read.isoformat() if read is not None else None]
        for person, since, read in Delivery.objects.filter(notice=notice).order_by("pk").values_list("person", "delivered_at", "read_at")
    ]
    if copies:
        Delivery.objects.filter(notice=notice).delete()
        record(
            NoticeEvent.WITHDRAWN, object_id=notice.pk, object_label=notice.title, kind=notice.kind, measure=len(copies),
            data={"copies": copies}, by=by, at=at,
        )  # fmt: skip
    return len(copies)


@transaction.atomic
def give_back(*, key: str, words: str, by: Actor, at: datetime) -> int:
    """Put a message that was taken out of inboxes back where it was, as old and as read as it was; return how many copies.

    0 when it is there, or was never taken out. Cost: 3 queries, 4 more for one that comes back.
    """
    permissions.check_is_system(by)
    notice = Notice.objects.select_for_update(of=("self",), no_key=True).filter(key=key).first()
    if notice is None or Delivery.objects.filter(notice=notice).exists():
        return 0
    event = NoticeEvent.WITHDRAWN
    taken = Record.objects.filter(verb=event.verb, object_type=event.object_type, object_id=str(notice.pk)).order_by("-pk").first()
    copies = taken.data.get("copies", []) if taken is not None else []
    made = [
        Delivery(
            notice=notice, person_id=person, words=words[:300], on_day=clock.day(datetime.fromisoformat(since)), delivered_at=since,
            read_at=read,
        )
        for person, since, read in copies
    ]  # fmt: skip
    Delivery.objects.bulk_create(made)
    if made:
        record(NoticeEvent.GIVEN_BACK, object_id=notice.pk, object_label=notice.title, kind=notice.kind, measure=len(made), by=by, at=at)
    return len(made)


@transaction.atomic
def withdraw_all(*, keys: Collection[str], by: Actor, at: datetime) -> int:
    """Take the messages with these keys out of inboxes, as `withdraw` does; return how many copies. Cost: 2 queries, 2 more a message."""
    permissions.check_is_system(by)
    there = set(Notice.objects.filter(key__in=list(keys)).values_list("key", flat=True))
    return sum([withdraw(key=key, by=by, at=at) for key in keys if key in there])
