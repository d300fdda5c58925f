"""Order before words are public: who may not speak now, the packs of words, the rules of the space. Called by all writing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from yanxiu.integrity import actions as integrity
from yanxiu.integrity import words
from yanxiu.integrity.actions import Screened, Thing
from yanxiu.integrity.models import WordAction, WordHit
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.records.actions import record
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import counting
from yanxiu.workshops.actions.addressing import thing_of
from yanxiu.workshops.events import PostEvent
from yanxiu.workshops.likeness import POST
from yanxiu.workshops.models import Post, PostState, Space, SpaceRules

_LINK = re.compile(r"https?://|www\.[a-z0-9]|<a\b|\b[a-z0-9-]+\.(?:com|cn|net|org|top|xyz|vip|cc)\b", re.IGNORECASE)
# What holds here for this person: the rules of the workshop, and the longest measure that silences her.
_HERE = """
SELECT r.hold_first, r.hold_links, r.hold_pictures, COALESCE(r.uses_packs, true) AS uses_packs, m.kind, m.until, m.reason
FROM (SELECT 1) AS one
LEFT JOIN workshops_spacerules r ON r.space_id = %(workshop)s
LEFT JOIN LATERAL (
    SELECT kind, until, reason FROM integrity_measure
    WHERE person_id = %(person)s AND space_id = ANY(%(spaces)s) AND kind IN ('mute', 'ban') AND undone_at IS NULL
      AND taken_at <= %(at)s AND (until IS NULL OR until > %(at)s)
    ORDER BY kind, until DESC NULLS FIRST LIMIT 1
) m ON true
"""


@dataclass(frozen=True, kw_only=True)
class Passed:
    """What may be kept of some words: with what is masked covered; `held_for` says why they wait ("" = public at once)."""

    title: str
    source: str
    held_for: str
    hits: tuple[words.Hit, ...]


def passed(*, space: Space, title: str, source: str, by: Actor, at: datetime, has_pictures: bool = False, may_wait: bool = True) -> Passed:
    """Judge words before they are kept. What those write who keep order here is never held, only marked to be looked at.

    What may not wait (a case judged without names: who looked at it first would see whose it is) is refused for words that hold, and the
    rules of the space do not hold it. Raises Conflict for somebody muted or sent out, Invalid at `source` (or `title`) for words that
    block. Cost: 2 queries, 3 where the first posts of new members are held.
    """
    person = permissions.person_of(by)
    here = sql.rows(_HERE, {"workshop": space.counted_id, "spaces": list(space.reading_ids), "person": person, "at": at})[0]
    if here["kind"]:
        raise Conflict(permissions.silence_words(here["kind"], here["until"], here["reason"]))
    if not here["uses_packs"]:
        hits: tuple[words.Hit, ...] = ()
        kept = (title, source)
    else:
        verdict = words.check(title, source, path=space.org.path, at=at)
        _refuse_blocked(verdict)
        hits, kept = verdict.hits, (verdict.masked[0], verdict.masked[1])
    if permissions.holds_at(by, permissions.MODERATE, space):
        return Passed(title=kept[0], source=kept[1], held_for="", hits=hits)
    found = tuple(dict.fromkeys(one.found for one in hits if one.action == "hold"))
    if not may_wait:
        if found:
            reason = _("“%(words)s”要主持人看过才能发，这里没有地方等。请换个说法再发。写的内容没有丢。")
            raise Invalid(reason % {"words": "、".join(found[:5])}, field="source")
        return Passed(title=kept[0], source=kept[1], held_for="", hits=hits)
    why = _("有需要看过再发的词：%(words)s") % {"words": "、".join(found[:5])} if found else ""
    why = why or _held_by_rules(here, space, person, source, has_pictures=has_pictures)
    return Passed(title=kept[0], source=kept[1], held_for=why[:200], hits=hits)


def check_correction(*, space: Space, title: str, source: str, by: Actor, at: datetime) -> Passed:
    """Judge the new words of a public post: what would have to wait is refused, the old words stay public. As `passed`."""
    found = passed(space=space, title=title, source=source, by=by, at=at)
    if found.held_for:
        raise Conflict(_("更正后的内容要先审核：%(why)s。请改写，或删去后另发一条。原来的内容没有动。") % {"why": found.held_for})
    return found


def screened(texts: Sequence[str], *, fields: Sequence[str], space: Space, by: Actor, at: datetime) -> Screened:
    """Judge short words that are no post of their own: options, places, answers, reasons; each has the field it was typed in.

    There is nothing that could wait, so what would be held is refused, but not to those who keep order here. Raises Invalid at the field.
    Cost: 2 queries, none without words.
    """
    rules = SpaceRules.objects.filter(space_id=space.counted_id).values_list("uses_packs", flat=True).first() if any(texts) else False
    if rules is False:
        return Screened(texts=tuple(texts))
    keeps = permissions.holds_at(by, permissions.MODERATE, space)
    return integrity.screen(texts, fields=fields, path=space.org.path, keeps_order=keeps, at=at)


def flag(found: Screened, *, space: Space, object_type: str, object_id: int, title: str, by: Actor, at: datetime) -> None:
    """Let those who keep order look at something of a space, other than a post, in which words were flagged. Cost: none without a hit."""
    thing = Thing(
        object_type=object_type, object_id=object_id, title=title[:200], snapshot="\n".join(one for one in found.texts if one),
        person_id=by.person_id, unit_path=space.org.path, space_id=space.pk, place=space.title, programme_id=space.programme_id,
    )  # fmt: skip
    integrity.flag(found, thing=thing, at=at)


def note_hits(post: Post, found: Passed | Screened, *, at: datetime) -> None:
    """Keep the hits of a post, or of what belongs to it, for those who keep order. Cost: one query when there are any."""
    integrity.note_hits(found.hits, thing=thing_of(post), at=at)


def note_alike(post: Post, why: str, *, share: float, at: datetime) -> None:
    """Let those who keep order see a post that is nearly an earlier one, once. Cost: one query."""
    WordHit.objects.bulk_create(
        [
            WordHit(
                object_type=POST, object_id=post.pk, space_id=post.space_id, unit_path=post.space.org.path, person_id=post.author_id,
                word=why[:40], found=_("%(why)s，相同 %(share)d%%") % {"why": why, "share": round(share * 100)}, pack_title=_("文字比对"),
                pack_version=0, action=WordAction.FLAG, found_at=at,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def note_held(post: Post, *, by: Actor, at: datetime) -> None:
    """Write the record that a post waits for those who keep order. Cost: 3 queries."""
    record(
        PostEvent.HELD, object_id=post.pk, object_label=post.title or (post.parent.title if post.parent else ""),
        person_id=post.author_id, data={"reason": post.held_for}, by=by, at=at, **counting.where(post.space, post.author_id),
    )  # fmt: skip


def _refuse_blocked(verdict: words.Verdict) -> None:
    blocked = [one for one in verdict.hits if one.action == "block"]
    if blocked:
        shown = "、".join(dict.fromkeys(one.found for one in blocked[:5]))
        reason = _("这里不能发布含“%(words)s”的内容，请改写后再发。写的内容没有丢。") % {"words": shown}
        raise Invalid(reason, field="title" if all(one.text == 0 for one in blocked) else "source")


def _held_by_rules(here: dict[str, Any], space: Space, person: int, source: str, *, has_pictures: bool) -> str:
    if here["hold_links"] and _LINK.search(source):
        return _("含有链接，坊内管理规则要求看过再发")
    if here["hold_pictures"] and has_pictures:
        return _("含有图片，坊内管理规则要求看过再发")
    if here["hold_first"]:
        seen = Post.objects.filter(Q(space=space.counted_id) | Q(space__parent=space.counted_id), author_id=person)
        if seen.filter(state__in=[PostState.PUBLISHED, PostState.HIDDEN]).count() < here["hold_first"]:
            return _("新成员的前 %(n)d 条发言看过再发") % {"n": here["hold_first"]}
    return ""
