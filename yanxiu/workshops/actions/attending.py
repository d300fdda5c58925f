"""Taking part in activities: signing up for exact places, giving a place back, waiting, checking in by code or by a host."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import half_width
from yanxiu.people.models import Person
from yanxiu.records.actions import Entry, record, record_all, void
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import counting
from yanxiu.workshops.events import ActivityEvent
from yanxiu.workshops.models import Activity, ActivityPurpose, ActivitySeat, PostState, SeatState, Space

EARLY = timedelta(minutes=30)
"""How long before the beginning people may check in."""
ACROSS = "跨校"
IN = (SeatState.SIGNED_UP, SeatState.CHECKED_IN, SeatState.ABSENT)
"""Who holds a place."""


class NoPlace(Conflict):
    """All places are taken and nobody waits here."""

    code: ClassVar[str] = "no_place"


@transaction.atomic
def sign_up(*, activity: Activity, by: Actor, at: datetime) -> ActivitySeat:
    """Sign up; without a free place one waits in the order of signing up. Signing up twice is once. Places are exact: the row is locked.

    Raises NotPermitted; Conflict when it is over, called off, or signing up has ended.
    """
    space = permissions.check_can_take_part(by, activity)
    activity = _locked(activity)
    _check_open(activity)
    if at > (activity.sign_up_until or activity.ends_at):
        raise Conflict(_("“%(title)s”的报名已经截止。想参加请和主持人说。") % {"title": activity.post.title})
    seat = _seat(activity, permissions.person_of(by))
    if seat is not None and seat.state != SeatState.LEFT:
        return seat
    state = SeatState.SIGNED_UP if _has_place(activity) else SeatState.WAITING
    seat = _placed(activity, seat, person_id=permissions.person_of(by), space=space, state=state, at=at)
    _note(ActivityEvent.SIGNED_UP, activity, seat, by=by, at=at, waiting=state == SeatState.WAITING)
    return seat


@transaction.atomic
def cancel_sign_up(*, activity: Activity, by: Actor, at: datetime) -> ActivitySeat:
    """Give the place back; who waits longest gets it. Raises Conflict for who is not signed up, checked in, or when it is over."""
    permissions.check_can_take_part(by, activity)
    activity = _locked(activity)
    _check_open(activity)
    seat = _seat(activity, permissions.person_of(by))
    if seat is None or seat.state == SeatState.LEFT:
        raise Conflict(_("您没有报名“%(title)s”，没有可取消的。") % {"title": activity.post.title})
    if seat.state == SeatState.CHECKED_IN:
        raise Conflict(_("您已签到，不能再取消报名。记错了请主持人改。"))
    held = seat.state in IN
    seat.state, seat.left_at = SeatState.LEFT, at
    seat.save(update_fields=["state", "left_at"])
    if held:
        _take(activity, -1)
        move_up(activity, by=by, at=at)
    _note(ActivityEvent.SIGN_UP_CANCELLED, activity, seat, by=by, at=at)
    return seat


@transaction.atomic
def check_in_activity(*, activity: Activity, code: str, by: Actor, at: datetime) -> ActivitySeat:
    """Check oneself in, from half an hour before the beginning to half an hour after the end; with the code where there is one.

    Who did not sign up takes a free place. Twice is once. Taking part counts from here (`activity.joined`). Raises NotPermitted, Conflict,
    Invalid at `code`, NoPlace.
    """
    space = permissions.check_can_take_part(by, activity)
    activity = _locked(activity)
    _check_open(activity)
    if not activity.starts_at - EARLY <= at <= activity.ends_at + EARLY:
        raise Conflict(_("签到从开始前 30 分钟到结束后 30 分钟。现在不在这段时间里，请和主持人说。"))
    if activity.code and half_width(code).replace(" ", "") != activity.code:
        raise Invalid(_("签到码不对。码是 6 位数字，由主持人在现场给出。"), field="code")
    seat = _seat(activity, permissions.person_of(by))
    if seat is not None and seat.state == SeatState.CHECKED_IN:
        return seat
    if (seat is None or seat.state not in IN) and not _has_place(activity):
        raise NoPlace(_("“%(title)s”的名额已满，您没有报上名。请和主持人说。") % {"title": activity.post.title})
    if seat is None or seat.state not in IN:
        seat = _placed(activity, seat, person_id=permissions.person_of(by), space=space, state=SeatState.SIGNED_UP, at=at)
    _come(activity, [seat], by=by, at=at)
    return seat


@transaction.atomic
def note_attendance(*, activity: Activity, seat_ids: Collection[int], came: bool | None, by: Actor, at: datetime) -> int:
    """Note for those who signed up that they came, did not come, or (None) take the note back; return how many were changed.

    Raises NotPermitted; Conflict before check-in begins or when it is over; Invalid when nobody was ticked. Cost: 7 queries for any number.
    """
    permissions.check_can_hold(by, activity.post)
    activity = _locked(activity)
    _check_open(activity)
    if at < activity.starts_at - EARLY:
        raise Conflict(_("“%(title)s”还没有开始，开始前 30 分钟起登记。") % {"title": activity.post.title})
    if not seat_ids:
        raise Invalid(_("还没有选人。请在名单里勾选要登记的人。"))
    wanted = SeatState.CHECKED_IN if came else SeatState.ABSENT if came is False else SeatState.SIGNED_UP
    rows = ActivitySeat.objects.select_for_update(of=("self",), no_key=True).filter(activity=activity, pk__in=list(seat_ids), state__in=IN)
    seats = list(rows.exclude(state=wanted).select_related("space").order_by("pk"))
    if wanted == SeatState.CHECKED_IN:
        _come(activity, seats, by=by, at=at)
    else:
        _go(seats, wanted, by=by, at=at)
    if seats:
        record(
            ActivityEvent.ATTENDANCE_NOTED, object_id=activity.post_id, object_label=activity.post.title, kind=wanted.value, by=by, at=at,
            data={"people": [seat.person_id for seat in seats]}, **counting.where(activity.post.space, by.person_id),
        )  # fmt: skip
    return len(seats)


@transaction.atomic
def name_to_team(*, activity: Activity, people: Collection[Person], by: Actor, at: datetime) -> int:
    """Name the people of a team of experts or of a research topic; who is in it already stays. Return how many are new.

    Raises NotPermitted, Conflict (no team, over, no places left).
    """
    permissions.check_can_hold(by, activity.post)
    activity = _locked(activity)
    _check_open(activity)
    if activity.purpose not in (ActivityPurpose.TEAM, ActivityPurpose.RESEARCH):
        raise Conflict(_("只有专家团队和课题由主持人列名单，其他活动由本人报名。"))
    known = {seat.person_id: seat for seat in ActivitySeat.objects.filter(activity=activity, person__in=people)}
    new = [one for one in people if one.pk not in known or known[one.pk].state not in IN]
    if activity.places is not None and activity.taken + len(new) > activity.places:
        raise NoPlace(_("名额还剩 %(n)s 个，列不下 %(m)s 人。") % {"n": activity.places - activity.taken, "m": len(new)})
    for person in new:
        seat = _placed(activity, known.get(person.pk), person_id=person.pk, space=activity.post.space, state=SeatState.SIGNED_UP, at=at)
        _note(ActivityEvent.SIGNED_UP, activity, seat, by=by, at=at, named=True)
    return len(new)


def move_up(activity: Activity, *, by: Actor, at: datetime) -> int:
    """Give free places to those who wait, the longest first; the row is locked by the caller. Cost: one query when nobody waits."""
    waiting = ActivitySeat.objects.filter(activity=activity, state=SeatState.WAITING).select_related("space").order_by("signed_up_at", "pk")
    free = None if activity.places is None else max(0, activity.places - activity.taken)
    seats = list(waiting if free is None else waiting[:free])
    if not seats:
        return 0
    ActivitySeat.objects.filter(pk__in=[seat.pk for seat in seats]).update(state=SeatState.SIGNED_UP)
    _take(activity, len(seats))
    record_all([_entry(ActivityEvent.MOVED_UP, activity, seat) for seat in seats], by=by, at=at)
    return len(seats)


def _come(activity: Activity, seats: list[ActivitySeat], *, by: Actor, at: datetime) -> None:
    counted = record_all([_entry(ActivityEvent.JOINED, activity, seat) for seat in seats], by=by, at=at)
    for seat, written in zip(seats, counted, strict=True):
        seat.state, seat.checked_in_at, seat.checked_in_by, seat.record_id = SeatState.CHECKED_IN, at, permissions.person_of(by), written
    ActivitySeat.objects.bulk_update(seats, ["state", "checked_in_at", "checked_in_by", "record_id"])


def _go(seats: list[ActivitySeat], state: SeatState, *, by: Actor, at: datetime) -> None:
    for seat in seats:
        if seat.record_id is not None:
            void(record_id=seat.record_id, reason=_("主持人更正签到"), by=by, at=at)
        seat.state, seat.checked_in_at, seat.checked_in_by, seat.record_id = state, None, None, None
    ActivitySeat.objects.bulk_update(seats, ["state", "checked_in_at", "checked_in_by", "record_id"])


def _placed(activity: Activity, seat: ActivitySeat | None, *, person_id: int, space: Space, state: SeatState, at: datetime) -> ActivitySeat:
    path = Person.objects.filter(pk=person_id).values_list("unit_path", flat=True).first() or space.org.path
    is_new = seat is None
    seat = seat or ActivitySeat(activity=activity, person_id=person_id)
    seat.space, seat.unit_path, seat.state, seat.signed_up_at, seat.left_at = space, path, state, at, None
    if is_new:
        seat.save(force_insert=True)
    else:
        seat.save(update_fields=["space", "unit_path", "state", "signed_up_at", "left_at"])
    if state == SeatState.SIGNED_UP:
        _take(activity, 1)
    return seat


def _take(activity: Activity, number: int) -> None:
    activity.taken += number
    sql.run("UPDATE workshops_activity SET taken = taken + %(n)s WHERE id = %(id)s", {"n": number, "id": activity.pk})


def _has_place(activity: Activity) -> bool:
    return activity.places is None or activity.taken < activity.places


def _seat(activity: Activity, person_id: int) -> ActivitySeat | None:
    return ActivitySeat.objects.filter(activity=activity, person_id=person_id).select_related("space__org").first()


def _locked(activity: Activity) -> Activity:
    rows = Activity.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("post__space__org", "post__space__parent").get(pk=activity.pk)


def _check_open(activity: Activity) -> None:
    if activity.called_off_at is not None:
        raise Conflict(_("“%(title)s”已取消：%(why)s") % {"title": activity.post.title, "why": activity.called_off_for})
    if activity.closed_at is not None or activity.post.state != PostState.PUBLISHED:
        raise Conflict(_("“%(title)s”已经结束。") % {"title": activity.post.title})


def _entry(event: ActivityEvent, activity: Activity, seat: ActivitySeat, **data: object) -> Entry:
    return Entry(
        event=event, object_id=activity.post_id, object_label=activity.post.title, person_id=seat.person_id,
        programme_id=seat.space.programme_id, space_id=seat.space.counted_id, unit_path=seat.unit_path,
        kind=ACROSS if activity.is_across else "", data={"post": activity.post_id, "seat": seat.space_id, **data},
    )  # fmt: skip


def _note(event: ActivityEvent, activity: Activity, seat: ActivitySeat, *, by: Actor, at: datetime, **data: object) -> None:
    record_all([_entry(event, activity, seat, **data)], by=by, at=at)
