"""Messages for tests."""

from datetime import UTC, datetime

from yanxiu.kit import clock
from yanxiu.notices.models import Delivery, Notice, NoticeKind
from yanxiu.people.models import Person

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def notice(**facts) -> Notice:
    facts = {
        "kind": NoticeKind.ANNOUNCEMENT,
        "title": "关于集中学习的通知",
        "body": "周五下午两点。",
        "issued_label": "教务",
        "issued_at": AT,
    } | facts
    return Notice.objects.create(**facts)


def delivery(person: Person, *, of: Notice | None = None, **facts) -> Delivery:
    facts = {"on_day": clock.day(AT), "delivered_at": AT} | facts
    return Delivery.objects.create(notice=of or notice(), person=person, **facts)
