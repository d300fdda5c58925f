"""Reads of messages: the inbox, what was issued, and who has read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yanxiu.notices.models import Delivery, Notice, NoticeKind
from yanxiu.programmes.models import Window

TABS: dict[str, tuple[str, ...]] = {
    "notices": (NoticeKind.ANNOUNCEMENT, NoticeKind.CIRCULAR),
    "reminders": (NoticeKind.REMINDER,),
    "replies": (NoticeKind.REPLY,),
}


@dataclass(frozen=True, kw_only=True)
class Receipts:
    """How many copies of a notice were delivered and read."""

    read: int
    unread: int


def inbox(own: QuerySet[Delivery], *, tab: str) -> QuerySet[Delivery]:
    """Return one tab of a person's messages with their notices, newest first. Cost: one query."""
    return own.filter(notice__kind__in=TABS[tab]).select_related("notice__org", "notice__programme").order_by("-pk")


def unread_by_tab(own: QuerySet[Delivery]) -> dict[str, int]:
    """Return how many messages of each tab are unread. Cost: one query."""
    counted = {name: Count("pk", filter=Q(notice__kind__in=kinds)) for name, kinds in TABS.items()}
    return own.filter(read_at__isnull=True).aggregate(**counted)


def unread_count(person_id: int) -> int:
    """Return how many messages a person has not read. Cost: one query."""
    return Delivery.objects.filter(person_id=person_id, read_at__isnull=True).count()


def issued(visible: QuerySet[Notice], *, kinds: Sequence[str]) -> QuerySet[Notice]:
    """Return notices of the kinds with `read` and `unread` copies, newest first. Cost: one query."""
    copies = Delivery.objects.filter(notice=OuterRef("pk")).order_by().values("notice")

    def counted(has_read: bool) -> Coalesce:
        return Coalesce(Subquery(copies.filter(read_at__isnull=not has_read).annotate(n=Count("pk")).values("n")), 0)

    found = visible.filter(kind__in=list(kinds)).select_related("org", "programme")
    return found.annotate(read=counted(True), unread=counted(False)).order_by("-issued_at", "-pk")


def receipts(notice: Notice) -> Receipts:
    """Count the copies of a notice. Cost: one query."""
    found = Delivery.objects.filter(notice=notice).aggregate(
        read=Count("pk", filter=Q(read_at__isnull=False)), unread=Count("pk", filter=Q(read_at__isnull=True))
    )
    return Receipts(**found)


def readers(notice: Notice, *, has_read: bool) -> QuerySet[Delivery]:
    """Return the copies that were read, or not, with the people and their units."""
    found = Delivery.objects.filter(notice=notice, read_at__isnull=not has_read)
    return found.select_related("person__unit").order_by("person__unit_path", "person__sort_key", "pk")


def reminded_on(person_ids: Sequence[int], *, topic: str, on: date) -> set[int]:
    """Return who was reminded of the topic on the day. Cost: one query."""
    found = Delivery.objects.filter(person_id__in=list(person_ids), topic=topic, on_day=on)
    return set(found.order_by("person_id").values_list("person_id", flat=True))


def last_reminder(*, programme_id: int, path: str) -> Notice | None:
    """Return the newest reminder that a unit at the path sent in a programme. Cost: one query."""
    found = Notice.objects.filter(kind=NoticeKind.REMINDER, programme_id=programme_id, org__path=path)
    return found.order_by("-issued_at", "-pk").first()


def ending_windows(*, after: datetime, before: datetime) -> list[Window]:
    """Return the official windows of running programmes' current versions that end in the time given. Cost: one query."""
    found = Window.objects.filter(
        unit__isnull=True, ends_at__gt=after, ends_at__lte=before, version__programme__state="running"
    ).select_related("version__programme")
    return [one for one in found.defer("version__source").order_by("ends_at", "pk") if one.version.programme.current_id == one.version_id]
