"""Holding activities (W-32, W-42): starting, changing, asking other spaces, calling off, closing, telling the outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import choice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.records.actions import record
from yanxiu.records.events import EventType
from yanxiu.workshops import drafting, permissions
from yanxiu.workshops.actions import counting, ordering, posting, talking
from yanxiu.workshops.actions.attending import ACROSS, move_up
from yanxiu.workshops.events import ActivityEvent
from yanxiu.workshops.models import Activity, ActivityHost, ActivityMode, ActivityPurpose, ActivitySeat, Post, PostKind, SeatState, Space

_DIGITS = "0123456789"
_LONGEST = timedelta(days=400)
_COUNTED: dict[str, EventType] = {ActivityPurpose.RESEARCH: ActivityEvent.TOPIC_DESIGNED, ActivityPurpose.TEAM: ActivityEvent.TEAM_FORMED}


@dataclass(frozen=True, kw_only=True)
class ActivityFacts:
    """When, where and for how many. `sign_up_until` None: until it ends; `places` None: no limit; `has_code`: checked in by a code."""

    mode: str
    starts_at: datetime
    ends_at: datetime
    purpose: str = ActivityPurpose.GATHERING
    is_across: bool = False
    is_open_to_linked: bool = False
    place: str = ""
    sign_up_until: datetime | None = None
    places: int | None = None
    select_count: int | None = None
    has_code: bool = False


@counting.counted_as(PostKind.ACTIVITY)
def _counted(post: Post) -> counting.Counted:
    """A cross-school activity, a research topic and a team of experts count as such."""
    activity = Activity.objects.get(post=post)
    if activity.purpose in _COUNTED:
        return counting.Counted(event=_COUNTED[activity.purpose])
    if activity.is_across:
        return counting.Counted(event=ActivityEvent.STARTED_ACROSS, kind=ACROSS)
    return counting.Counted(event=ActivityEvent.STARTED)


@transaction.atomic
def start_activity(*, space: Space, title: str, source: str, facts: ActivityFacts, by: Actor, at: datetime) -> Activity:
    """Start an activity in a space that the actor hosts; sent twice it is one. Raises NotPermitted, Conflict, Invalid with the field."""
    permissions.check_can_host(by, space)
    given = _checked(facts, at=at)
    if facts.ends_at <= at:
        raise Invalid(_("结束时间已经过了。活动从现在往后排，办过的请写成简报。"), field="ends_at")
    found = ordering.screened([given["place"]], fields=["place"], space=space, by=by, at=at)
    given["place"] = found.texts[0]

    def beside(post: Post) -> None:
        Activity.objects.create(post=post, code=_code() if facts.has_code else "", **given)
        ordering.note_hits(post, found, at=at)

    post = posting.open_thread(
        space=space, kind=PostKind.ACTIVITY, title=title, source=source, by=by, at=at, hosts_only=True, beside=beside
    )
    return Activity.objects.select_related("post__space__org", "post__space__parent").get(post=post)


@transaction.atomic
def change_activity(*, activity: Activity, facts: ActivityFacts, by: Actor, at: datetime) -> Activity:
    """Change when, where and for how many; those who wait move up when places are added. The words are corrected as those of any post.

    Whether it is held across schools changes as what it counts. Raises NotPermitted, Conflict when it is over, Invalid with the field.
    """
    permissions.check_can_hold(by, activity.post)
    activity = locked(activity)
    if activity.closed_at is not None:
        raise Conflict(_("“%(title)s”已经结束，安排不再改。要改请先重新开放。") % {"title": activity.post.title})
    given = _checked(facts, at=at)
    if facts.places is not None and facts.places < activity.taken:
        raise Invalid(_("已有 %(n)s 人报名，名额不能比这少。") % {"n": activity.taken}, field="places")
    was_across = activity.is_across
    if was_across != facts.is_across and ActivitySeat.objects.filter(activity=activity, record_id__isnull=False).exists():
        raise Invalid(_("已有人签到，跨校与否不能再改：参与次数是按这个记的。"), field="is_across")
    found = ordering.screened([given["place"]], fields=["place"], space=activity.post.space, by=by, at=at)
    given["place"] = found.texts[0]
    ordering.note_hits(activity.post, found, at=at)
    for name, value in given.items():
        setattr(activity, name, value)
    activity.code = (activity.code or _code()) if facts.has_code else ""
    activity.save(update_fields=[*given, "code"])
    if was_across != activity.is_across:
        counting.count_anew(activity.post, reason=_("改了是否跨校"), by=by, at=activity.post.published_at or at)
    move_up(activity, by=by, at=at)
    _note(ActivityEvent.CHANGED, activity, by=by, at=at)
    return activity


@transaction.atomic
def call_off_activity(*, activity: Activity, reason: str, by: Actor, at: datetime) -> Activity:
    """Call an activity off with a reason that all who signed up read; it stays on the list. Raises NotPermitted, Conflict, Invalid."""
    permissions.check_can_hold(by, activity.post)
    reason = plain(reason)
    if not 2 <= len(reason) <= 200:
        raise Invalid(_("请写明为什么取消，2—200 个字，报了名的人会看到。"), field="reason")
    activity = locked(activity)
    if activity.closed_at is not None:
        raise Conflict(_("“%(title)s”已经结束，不用取消。") % {"title": activity.post.title})
    post = activity.post
    found = ordering.screened([reason], fields=["reason"], space=post.space, by=by, at=at)
    ordering.flag(found, space=post.space, object_type="called_off", object_id=post.pk, title=post.title, by=by, at=at)
    reason = found.texts[0]
    activity.called_off_at = activity.closed_at = at
    activity.called_off_for = reason
    activity.save(update_fields=["called_off_at", "closed_at", "called_off_for"])
    _note(ActivityEvent.CALLED_OFF, activity, by=by, at=at, reason=reason)
    return activity


@transaction.atomic
def close_activity(*, activity: Activity, by: Actor, at: datetime) -> Activity:
    """End an activity: nobody signs up or checks in any more. Raises NotPermitted; Conflict before it began or when it is over."""
    permissions.check_can_hold(by, activity.post)
    activity = locked(activity)
    if activity.closed_at is not None:
        raise Conflict(_("“%(title)s”已经结束。") % {"title": activity.post.title})
    if at < activity.starts_at:
        raise Conflict(_("“%(title)s”还没有开始。不办了请用“取消活动”。") % {"title": activity.post.title})
    activity.closed_at = at
    activity.save(update_fields=["closed_at"])
    _note(ActivityEvent.CLOSED, activity, by=by, at=at)
    return activity


@transaction.atomic
def reopen_activity(*, activity: Activity, by: Actor, at: datetime) -> Activity:
    """Take back closing or calling off. Raises NotPermitted, Conflict when it is open."""
    permissions.check_can_hold(by, activity.post)
    activity = locked(activity)
    if activity.closed_at is None:
        raise Conflict(_("“%(title)s”没有结束，不用重新开放。") % {"title": activity.post.title})
    activity.closed_at = activity.called_off_at = None
    activity.called_off_for = ""
    activity.save(update_fields=["closed_at", "called_off_at", "called_off_for"])
    _note(ActivityEvent.REOPENED, activity, by=by, at=at)
    return activity


@transaction.atomic
def tell_result(*, activity: Activity, source: str, by: Actor, at: datetime) -> Post:
    """Tell the outcome: a reply of a host that stands on top; told again, the newer one. Raises NotPermitted, Conflict, Invalid."""
    permissions.check_can_hold(by, activity.post)
    activity = locked(activity)
    if at < activity.starts_at or activity.called_off_at is not None:
        raise Conflict(_("“%(title)s”办过以后再写成果。") % {"title": activity.post.title})
    told = talking.reply(thread=activity.post, source=source, draft=drafting.result_key(activity.pk), by=by, at=at)
    activity.result = told
    activity.save(update_fields=["result"])
    _note(ActivityEvent.RESULT_TOLD, activity, by=by, at=at, reply=told.pk)
    return told


@transaction.atomic
def ask_space(*, activity: Activity, space: Space, by: Actor, at: datetime) -> ActivityHost:
    """Ask another space to hold the activity together. Raises NotPermitted; Conflict when it is over or asked; Invalid out of reach."""
    permissions.check_can_hold(by, activity.post)
    activity = locked(activity)
    if activity.closed_at is not None:
        raise Conflict(_("“%(title)s”已经结束，不再邀请。") % {"title": activity.post.title})
    if not permissions.invitable_spaces(by, activity).filter(pk=space.pk).exists():
        raise Invalid(_("%(space)s不能邀请：只请同一项目或本地区里公开的坊，每个请一次。") % {"space": space.title}, field="space")
    asked = ActivityHost(activity=activity, space=space, asked_at=at, asked_by=permissions.person_of(by))
    sql.save_or_raise(asked, {"workshops_activity_host_once": Conflict(_("%(space)s已经请过。") % {"space": space.title})})
    _note(ActivityEvent.SPACE_ASKED, activity, by=by, at=at, space=space.pk, space_title=space.title, asked=asked.pk)
    return asked


@transaction.atomic
def agree_to_hold(*, asked: ActivityHost, by: Actor, at: datetime) -> ActivityHost:
    """Agree, for the space that was asked: its members see the activity and take part. Twice is once. Raises NotFound, NotPermitted."""
    permissions.check_can_agree(by, asked)
    locked(asked.activity)
    asked = _asked(asked)
    if asked.agreed_at is None:
        asked.agreed_at, asked.agreed_by = at, permissions.person_of(by)
        asked.save(update_fields=["agreed_at", "agreed_by"])
        facts = {"space": asked.space_id, "space_title": asked.space.title, "asked": asked.pk}
        _note(ActivityEvent.SPACE_AGREED, asked.activity, by=by, at=at, **facts)
    return asked


@transaction.atomic
def leave_holding(*, asked: ActivityHost, by: Actor, at: datetime) -> None:
    """Decline or end holding together, by either side; nobody of that space may have signed up. Raises NotPermitted, Conflict."""
    if not permissions.holds_at(by, permissions.HOST, asked.activity.post.space):
        permissions.check_can_agree(by, asked)
    activity = locked(asked.activity)
    asked = _asked(asked)
    came = ActivitySeat.objects.filter(activity=activity, space__in=[asked.space_id]).exclude(state=SeatState.LEFT).exists()
    if came:
        raise Conflict(_("%(space)s已有人报名，不能撤出。") % {"space": asked.space.title})
    number = asked.pk
    ActivityHost.objects.filter(pk=number).delete()
    facts = {"space": asked.space_id, "space_title": asked.space.title, "asked": number}
    _note(ActivityEvent.SPACE_DECLINED, activity, by=by, at=at, **facts)


def locked(activity: Activity) -> Activity:
    """Return the activity with its row locked: places are given one after the other."""
    rows = Activity.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("post__space__org", "post__space__parent", "post__space__programme").get(pk=activity.pk)


def _asked(asked: ActivityHost) -> ActivityHost:
    rows = ActivityHost.objects.select_related("space__org", "space__parent", "activity__post__space__org", "activity__post__space__parent")
    return rows.get(pk=asked.pk)


def _checked(facts: ActivityFacts, *, at: datetime) -> dict[str, Any]:
    given: dict[str, Any] = {name: getattr(facts, name) for name in facts.__dataclass_fields__ if name != "has_code"}
    given["place"] = plain(facts.place)[:200]
    _check_choices(facts)
    if facts.ends_at <= facts.starts_at:
        raise Invalid(_("结束要在开始之后，现在结束早于开始。"), field="ends_at")
    if facts.ends_at - facts.starts_at > _LONGEST or facts.starts_at > at + _LONGEST:
        raise Invalid(_("时间隔得太远：开始在 400 天以内，前后最长 400 天。请看看年份。"), field="starts_at")
    if facts.sign_up_until is not None and facts.sign_up_until > facts.ends_at:
        raise Invalid(_("报名截止不能晚于活动结束。"), field="sign_up_until")
    if facts.mode != ActivityMode.ONLINE and len(given["place"]) < 2:
        raise Invalid(_("线下活动请写地点，2—200 个字，如“第二中学录播教室”。"), field="place")
    if facts.places is not None and not 1 <= facts.places <= 100_000:
        raise Invalid(_("名额填 1—100000，不限就不填。"), field="places")
    if facts.purpose != ActivityPurpose.CALL:
        given["select_count"] = None
    elif facts.select_count is not None and not 1 <= facts.select_count <= 50:
        raise Invalid(_("遴选数填 1—50。"), field="select_count")
    return given


def _check_choices(facts: ActivityFacts) -> None:
    if facts.mode not in ActivityMode.values:
        raise Invalid(_("请选线上、线下或线上线下。"), field="mode")
    if facts.purpose not in ActivityPurpose.values:
        raise Invalid(_("请选活动的用途。"), field="purpose")


def _code() -> str:
    return "".join(choice(_DIGITS) for _place in range(6))


def _note(event: ActivityEvent, activity: Activity, *, by: Actor, at: datetime, **data: object) -> None:
    facts: Mapping[str, object] = {"post": activity.post_id, **data}
    record(
        event, object_id=activity.post_id, object_label=activity.post.title, by=by, at=at, data=facts,
        **counting.where(activity.post.space, by.person_id),
    )  # fmt: skip
