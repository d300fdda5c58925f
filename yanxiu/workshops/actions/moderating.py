"""Measures about posts (W-37): held, hidden, returned, deleted, warned about.

All but a warning void the record of the post, so that counts fall; undone, it counts again as of the day it was published.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.integrity import actions as integrity
from yanxiu.integrity import reported
from yanxiu.integrity.models import CaseState, Measure, MeasureKind, ReportCase, ReportReason, WordHit
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotFound
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import addressing, counting, silencing, texts
from yanxiu.workshops.events import PostEvent
from yanxiu.workshops.likeness import POST
from yanxiu.workshops.models import Post, PostState

FROM: dict[str, tuple[PostState, ...]] = {
    MeasureKind.HOLD: (PostState.PUBLISHED,),
    MeasureKind.HIDE: (PostState.PUBLISHED,),
    MeasureKind.RETURN: (PostState.PUBLISHED, PostState.HELD),
    MeasureKind.DELETE: (PostState.PUBLISHED, PostState.HELD),
    MeasureKind.WARN: (PostState.PUBLISHED, PostState.HELD, PostState.HIDDEN),
}
_EVENTS = {
    MeasureKind.HOLD: PostEvent.HELD,
    MeasureKind.HIDE: PostEvent.HIDDEN,
    MeasureKind.RETURN: PostEvent.RETURNED,
    MeasureKind.DELETE: PostEvent.DELETED,
    MeasureKind.WARN: PostEvent.REVIEWED,
}
_FIELDS = [
    "state", "published_at", "active_at", "hidden_at", "hidden_by", "hidden_reason", "held_for", "returned_for", "accepted_at",
    "accepted_by",
]  # fmt: skip


@transaction.atomic
def take_measure(*, post: Post, kind: MeasureKind, rule: ReportReason, reason: str, by: Actor, at: datetime) -> Measure:
    """Take a measure about a post, by a rule and with a reason that its author reads. What was reported or hit about it is settled.

    Raises NotFound, NotPermitted (own words, no keeper), Invalid (reason, a kind that is not about posts), Conflict (its state).
    """
    if kind not in FROM:
        raise Invalid(_("禁言和移出是对人的处理，请到成员名单里办。"), field="kind")
    permissions.check_can_act_on(by, post)
    post = locked_post(post)
    if post.state not in FROM[kind]:
        words = {"state": PostState(post.state).label, "kind": kind.label}
        raise Conflict(_("这条现在是“%(state)s”，不能再%(kind)s。请刷新后再看。") % words)
    before = {
        "state": post.state, "published_at": _iso(post.published_at), "held_for": post.held_for, "accepted_at": _iso(post.accepted_at),
        "accepted_by": post.accepted_by,
    }  # fmt: skip
    made = integrity.take_measure(
        kind=kind,
        thing=addressing.thing_of(post),
        rule=rule,
        reason=reason,
        before=before,
        appeal_seat=addressing.appeal_seat(post.space, by),
        by=by,
        at=at,
    )
    if kind != MeasureKind.WARN:
        counting.uncount(post, reason=made.reason, by=by, at=at)
        _move(post, kind, made.reason, by=by, at=at)
    settled(post, answer=made.reason, by=by, at=at)
    _note(_EVENTS[kind], post, by=by, at=at, reason=made.reason, measure=made.pk)
    return made


@transaction.atomic
def undo_measure(*, measure: Measure, reason: str, by: Actor, at: datetime) -> Measure:
    """Undo a measure and restore what was: the post counts again as of the day it was published, the member has her seat again.

    Raises NotFound, NotPermitted, Invalid, Conflict when it was undone.
    """
    permissions.check_can_undo(by, measure)
    done = integrity.undo_measure(measure=measure, reason=reason, by=by, at=at)
    put_back(done, by=by, at=at)
    return done


@transaction.atomic
def release_post(*, post: Post, by: Actor, at: datetime) -> Post:
    """Let a held post be public; one that was public before counts as of then, a new one from now. Raises NotPermitted, Conflict."""
    permissions.check_can_act_on(by, post)
    post = locked_post(post)
    if post.state != PostState.HELD:
        raise Conflict(_("这条不在待审之列，可能已由别人办了。请刷新后再看。"))
    measure = live_measure(post)
    if measure is not None:
        integrity.undo_measure(measure=measure, reason=_("审核通过"), by=by, at=at)
    if measure is not None and measure.kind == MeasureKind.HOLD:
        _restore(post, measure, by=by, at=at)
    else:
        post.state, post.published_at, post.active_at, post.held_for, post.returned_for = PostState.PUBLISHED, at, at, "", ""
        post.save(update_fields=_FIELDS)
        _count(post, by=by)
        if post.parent_id is not None:
            Post.objects.filter(pk=post.parent_id, active_at__lt=at).update(active_at=at)
    settled(post, answer=_("看过，可以公开"), by=by, at=at, state=CaseState.DISMISSED)
    _note(PostEvent.REVIEWED, post, by=by, at=at)
    return post


@transaction.atomic
def revise_post(*, post: Post, title: str, source: str, by: Actor, at: datetime) -> Post:
    """Write a returned post anew, oneself; it waits for those who keep order. Raises NotFound, NotPermitted, Invalid, Conflict."""
    permissions.check_can_see_post(by, post)
    permissions.check_is_author(by, post)
    post = locked_post(post)
    if post.state != PostState.DRAFT or not post.returned_for:
        raise Conflict(_("这条不在退回修改之列。请刷新后再看。"))
    if post.parent_id is None:
        post.title = texts.titled(title)
    post.source, post.body = texts.written(source, most=texts.MOST_TEXT if post.parent_id is None else texts.MOST_REPLY)
    post.state, post.held_for, post.saved_at = PostState.HELD, _("退回后改好，等再看一次"), at
    post.save(update_fields=["title", "source", "body", "state", "held_for", "saved_at"])
    _note(PostEvent.HELD, post, by=by, at=at, reason=post.held_for)
    return post


def put_back(measure: Measure, *, by: Actor, at: datetime) -> None:
    """Restore what an undone measure did. The caller has asked who may."""
    if measure.kind in permissions.SILENCING:
        silencing.give_back(measure, by=by, at=at)
    elif measure.kind != MeasureKind.WARN and (thing := reported.kind_of(measure.object_type)) is not None:
        thing.restore(object_id=measure.object_id or 0, before=measure.before, by=by, at=at)
    elif measure.kind != MeasureKind.WARN:
        found = Post.objects.select_related("parent").filter(pk=measure.object_id or 0).first()
        if found is None or measure.object_type != POST:
            raise NotFound(_("这项处理的内容已经不在了。"))
        post = locked_post(found)
        if post.state != PostState.PUBLISHED:
            _restore(post, measure, by=by, at=at)
            _note(PostEvent.RESTORED, post, by=by, at=at, measure=measure.pk)


def live_measure(post: Post) -> Measure | None:
    """Return the measure that holds on a post now, a warning left aside. Cost: one query."""
    return Measure.objects.filter(
        object_type=POST, object_id=post.pk, undone_at__isnull=True, kind__in=[one for one in FROM if one != MeasureKind.WARN]
    ).first()


def settled(post: Post, *, answer: str, by: Actor, at: datetime, state: CaseState = CaseState.UPHELD) -> None:
    """Settle what waits about a post: its reports, and the words that were hit. Cost: 2 queries, more when it was reported."""
    WordHit.objects.filter(object_type=POST, object_id=post.pk, seen_at__isnull=True).update(seen_at=at, seen_by=by.person_id)
    for case in ReportCase.objects.filter(object_type=POST, object_id=post.pk, state=CaseState.OPEN):
        integrity.settle_case(case=case, state=state, answer=answer, by=by, at=at)


def locked_post(post: Post) -> Post:
    """Return a post as it is now, the thread it belongs to locked."""
    texts.locked(post.parent if post.parent is not None else post)
    return Post.objects.select_related("space__org", "space__parent", "parent").get(pk=post.pk)


def _move(post: Post, kind: MeasureKind, reason: str, *, by: Actor, at: datetime) -> None:
    post.accepted_at = post.accepted_by = None
    if kind == MeasureKind.HOLD:
        post.state, post.published_at, post.held_for = PostState.HELD, None, reason[:200]
    elif kind == MeasureKind.RETURN:
        post.state, post.published_at, post.returned_for, post.held_for = PostState.DRAFT, None, reason[:200], ""
    else:
        post.state = PostState.HIDDEN if kind == MeasureKind.HIDE else PostState.DELETED
        post.hidden_at, post.hidden_by, post.hidden_reason = at, by.person_id, reason[:200]
    post.save(update_fields=_FIELDS)


def _restore(post: Post, measure: Measure, *, by: Actor, at: datetime) -> None:
    before: dict[str, Any] = measure.before
    was_held = before.get("state") == PostState.HELD and post.state != PostState.HELD
    post.state = PostState.HELD if was_held else PostState.PUBLISHED
    post.published_at = None if was_held else _moment(before.get("published_at")) or at
    post.held_for, post.returned_for = (before.get("held_for", "") if was_held else ""), ""
    post.hidden_at = post.hidden_by = None
    post.hidden_reason = ""
    if before.get("accepted_at") and not Post.objects.filter(parent=post.parent_id, accepted_at__isnull=False).exists():
        post.accepted_at, post.accepted_by = _moment(before["accepted_at"]), before.get("accepted_by")
    post.save(update_fields=_FIELDS)
    if not was_held:
        _count(post, by=by)


def _count(post: Post, *, by: Actor) -> None:
    if not post.why_not and post.record_id is None:
        counting.recount(post, by=by)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _note(event: PostEvent, post: Post, *, by: Actor, at: datetime, **data: object) -> None:
    record(
        event, object_id=post.pk, object_label=post.title or (post.parent.title if post.parent else ""), person_id=post.author_id,
        data=data, by=by, at=at, **counting.where(post.space, post.author_id),
    )  # fmt: skip
