"""What waits for those who keep order: reports, words that were hit, what goes to the office; and the rules by which posts wait."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.integrity import actions as integrity
from yanxiu.integrity import reported
from yanxiu.integrity.actions import Exhibit
from yanxiu.integrity.models import CaseState, Measure, MeasureKind, Report, ReportCase, ReportReason, Signal, WordHit
from yanxiu.integrity.queries import Alike
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotFound
from yanxiu.kit.text import plain
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import addressing, counting
from yanxiu.workshops.events import PostEvent
from yanxiu.workshops.likeness import POST
from yanxiu.workshops.models import Post, PostState, Space, SpaceRules
from yanxiu.workshops.queries.likeness import alike_posts


@transaction.atomic
def report_post(*, post: Post, reason: ReportReason, words: str = "", by: Actor, at: datetime) -> Report:
    """Report a post that one may read; what a host wrote goes to the office above. Raises NotFound, NotPermitted, Invalid, TooMany."""
    permissions.check_can_see_post(by, post)
    return integrity.report(thing=addressing.thing_of(post), reason=reason, words=words, is_above=post.by_host, by=by, at=at)


@transaction.atomic
def settle_report(*, case: ReportCase, answer: str, by: Actor, at: datetime) -> ReportCase:
    """Let what was reported stay, with an answer for those who reported it. Raises NotFound, NotPermitted, Invalid, Conflict."""
    permissions.check_can_settle(by, case)
    return integrity.settle_case(case=case, state=CaseState.DISMISSED, answer=answer, by=by, at=at)


@transaction.atomic
def act_on_case(*, case: ReportCase, kind: MeasureKind, rule: ReportReason, reason: str, by: Actor, at: datetime) -> Measure:
    """Hide what was reported and is no post, or remind its maker, by a rule and with a reason that she reads; the case is settled with it.

    Raises NotFound, NotPermitted (not of her office, own things), Invalid, Conflict (settled, hidden before, only posts are returned).
    """
    permissions.check_can_settle(by, case)
    thing = reported.kind_of(case.object_type)
    if kind not in (MeasureKind.HIDE, MeasureKind.WARN):
        raise Conflict(_("“%(title)s”不是发言，可以隐藏、提醒本人，或照留办结。") % {"title": case.title})
    if kind == MeasureKind.HIDE and thing is None:
        raise Conflict(_("“%(title)s”不能隐藏，可以提醒本人改，或照留办结。") % {"title": case.title})
    hides = thing is not None and kind == MeasureKind.HIDE
    before = thing.hide(object_id=case.object_id, reason=plain(reason), by=by, at=at) if thing is not None and hides else {}
    space = Space.objects.filter(pk=case.space_id or 0).first()
    made = integrity.take_measure(
        kind=kind, thing=addressing.thing_of_case(case, space, by), rule=rule, reason=reason, before=before,
        appeal_seat=addressing.appeal_seat_at(case.unit_path, by), by=by, at=at,
    )  # fmt: skip
    integrity.settle_case(case=case, state=CaseState.UPHELD, answer=made.reason, by=by, at=at)
    return made


@transaction.atomic
def mark_seen(*, hits: Collection[int], by: Actor, at: datetime) -> int:
    """Note that posts whose words were hit, or that are like others, were looked at and may stay; return how many. Raises NotFound."""
    found = list(permissions.visible_hits(by).filter(pk__in=hits, seen_at__isnull=True).order_by("pk"))
    if not found:
        raise NotFound(_("这些提示已由别人看过，没有改动。请刷新后再看。"))
    objects = {one.object_id for one in found}
    seen = WordHit.objects.filter(object_type=POST, object_id__in=objects, seen_at__isnull=True).update(seen_at=at, seen_by=by.person_id)
    for post in Post.objects.select_related("space__org", "parent").filter(pk__in=objects).order_by("pk"):
        record(
            PostEvent.REVIEWED, object_id=post.pk, object_label=post.title or (post.parent.title if post.parent else ""),
            person_id=post.author_id, by=by, at=at, **counting.where(post.space, post.author_id),
        )  # fmt: skip
    return seen


@transaction.atomic
def refer_posts(*, posts: Sequence[Post], rule: ReportReason, reason: str, by: Actor, at: datetime) -> Signal:
    """Hand posts of one author to the office above her unit, which may find an incident: words and likeness as they stand now are kept.

    Raises NotFound, NotPermitted, Invalid, Conflict (several authors, handed over before).
    """
    if len({one.author_id for one in posts}) != 1:
        raise Conflict(_("一次移送同一位作者的内容。请分开选。"))
    for post in posts:
        permissions.check_can_act_on(by, post)
    alike = alike_posts(posts)
    exhibits = [
        Exhibit(
            object_type=POST, object_id=post.pk, title=addressing.thing_of(post).title, place=post.space.title, words=post.source,
            written_at=post.published_at or post.created_at, record_id=post.record_id, facts=_facts(post, alike),
        )
        for post in posts
    ]  # fmt: skip
    programme = posts[0].space.programme
    return integrity.refer(
        person=posts[0].author, exhibits=exhibits, rule=rule, reason=reason, programme_id=posts[0].space.programme_id,
        programme_title=programme.title if programme else "", by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def set_rules(
    *, space: Space, hold_first: int, hold_links: bool, hold_pictures: bool, uses_packs: bool, by: Actor, at: datetime
) -> SpaceRules:
    """Set what waits for a look in a workshop and its sub-workshops. Raises NotPermitted, Invalid, Conflict for a sub-workshop."""
    permissions.check_can_admit(by, space)
    if space.is_sub:
        raise Conflict(_("子坊照主坊的管理规则办，请到主坊设定。"))
    if not 0 <= hold_first <= 20:
        raise Invalid(_("新成员的前几条先审，填 0—20 的整数，0 是不审。"), field="hold_first")
    facts = {
        "hold_first": hold_first, "hold_links": hold_links, "hold_pictures": hold_pictures, "uses_packs": uses_packs,
        "set_by": by.person_id, "set_label": by.label[:120], "set_at": at,
    }  # fmt: skip
    made, _new = SpaceRules.objects.update_or_create(space=space, defaults=facts)
    record(
        PostEvent.RULES_SET, object_id=space.pk, object_label=space.title, by=by, at=at, **counting.where(space, by.person_id),
        data={"first": hold_first, "links": hold_links, "pictures": hold_pictures, "packs": uses_packs},
    )  # fmt: skip
    return made


def _facts(post: Post, alike: dict[int, Alike]) -> tuple[str, ...]:
    facts = [_("命中词：%(words)s") % {"words": word} for word in _words(post)]
    if post.pk in alike:
        facts.append(_("与已有的一份文字相近 %(share)d%%") % {"share": round(alike[post.pk].share * 100)})
    if post.why_not:
        facts.append(_("不计入：%(why)s") % {"why": post.why_not})
    if post.state != PostState.PUBLISHED:
        facts.append(_("移送时的状态：%(state)s") % {"state": PostState(post.state).label})
    return tuple(facts)


def _words(post: Post) -> list[str]:
    hits = WordHit.objects.filter(object_type=POST, object_id=post.pk).order_by("pk").values_list("found", flat=True)
    return list(dict.fromkeys(hits))
