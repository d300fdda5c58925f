"""Writing rubrics: the draft keeps itself, dimensions come, go, come back and change places, and publishing makes an edition of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import permissions, sheets
from yanxiu.assessment.actions.rubrics import MOST_GUIDE, RubricFacts, check_facts, publish_rubric
from yanxiu.assessment.events import RubricEvent
from yanxiu.assessment.models import Rubric, RubricDraft, RubricUse
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid, NotFound
from yanxiu.kit.lists import moved
from yanxiu.kit.sql import save_or_raise
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Org
from yanxiu.records.actions import record

MOST_LEVELS_CHARACTERS = 2_000
_EMPTY = {"label": "", "looks_at": "", "levels": "", "evidence": []}


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What stands in the editor: `dimensions` as typed, each `{key, label, looks_at, levels (text), evidence}`."""

    title: str
    use: str
    guide: str
    min_characters: int
    dimensions: Sequence[Mapping[str, Any]]


@transaction.atomic
def draft_rubric(
    *, owner: Org, follows: Rubric | None = None, like: Rubric | None = None, use: str = RubricUse.HOMEWORK, by: Actor, at: datetime
) -> RubricDraft:
    """Begin a rubric, one `like` another, or the next edition of one; of an edition that is being written already that draft is returned.

    Raises NotPermitted, Conflict when a newer edition is out. Cost: 4 queries.
    """
    permissions.check_can_publish_rubric(by, owner)
    if follows is not None:
        begun = RubricDraft.objects.filter(follows=follows).first()
        if begun is not None:
            return _put_back(begun, by=by, at=at) if begun.discarded_at is not None else begun
        if Rubric.objects.filter(follows=follows).exists():
            raise Conflict(_("“%(title)s”已经有更新的一版，请在那一版上改。") % {"title": follows.title})
    draft = RubricDraft(owner=owner, use=use, follows=follows, dimensions=[_EMPTY | {"key": "d1"}], created_at=at, saved_at=at)
    draft.saved_by = by.person_id
    source = follows or like
    if source is not None:
        draft.use, draft.title, draft.guide, draft.min_characters = source.use, source.title, source.guide, source.min_characters
        draft.dimensions = [_as_typed(one) for one in sheets.read(source.dimensions)]
    if like is not None and follows is None:
        draft.title = _("%(title)s（另一份）") % {"title": like.title[:110]}
    another = Conflict(_("这份标准的下一版刚有人开始写，请刷新后接着写那一份。"))
    save_or_raise(draft, {"assessment_rubricdraft_follows_id_key": another})
    record(RubricEvent.DRAFTED, object_id=draft.pk, object_label=draft.title, unit_path=owner.path, by=by, at=at)
    return draft


@transaction.atomic
def save_rubric_draft(*, draft: RubricDraft, typed: Typed, by: Actor, at: datetime) -> RubricDraft:
    """Keep what is typed, whole or not. Not a record: a draft saves itself many times. Raises NotFound, NotPermitted, Invalid. Cost: 3."""
    draft = _locked(draft, by=by)
    draft.title, draft.guide = plain(typed.title)[:120], plain(typed.guide)[:MOST_GUIDE]
    draft.min_characters = max(0, min(typed.min_characters, 20_000))
    if draft.follows_id is None and typed.use in RubricUse.values:
        draft.use = typed.use
    known = {one["key"]: one for one in draft.dimensions}
    given = {str(one.get("key", "")): one for one in typed.dimensions}
    draft.dimensions = [_kept(known[key], given[key]) if key in given else known[key] for key in known]
    return _saved(draft, by=by, at=at)


@transaction.atomic
def add_dimension(*, draft: RubricDraft, by: Actor, at: datetime) -> RubricDraft:
    """Append an empty dimension, with the levels of the last one to begin with. Raises NotFound, NotPermitted, Conflict. Cost: 3."""
    draft = _locked(draft, by=by)
    if len(draft.dimensions) >= sheets.MOST_DIMENSIONS:
        raise Conflict(_("维度最多 %(most)s 个。请合并几个再加。") % {"most": sheets.MOST_DIMENSIONS})
    levels = draft.dimensions[-1]["levels"] if draft.dimensions else ""
    draft.dimensions = [*draft.dimensions, _EMPTY | {"key": _fresh_key(draft), "levels": levels}]
    return _saved(draft, by=by, at=at)


@transaction.atomic
def remove_dimension(*, draft: RubricDraft, key: str, by: Actor, at: datetime) -> RubricDraft:
    """Take a dimension out; `restore_dimension` puts it back where it was. Raises NotFound, NotPermitted. Cost: 3 queries."""
    draft = _locked(draft, by=by)
    place = _place(draft.dimensions, key)
    gone = draft.dimensions[place]
    draft.dimensions = [one for one in draft.dimensions if one["key"] != key]
    draft.removed = [gone | {"place": place}, *draft.removed][:50]
    return _saved(draft, by=by, at=at)


@transaction.atomic
def restore_dimension(*, draft: RubricDraft, key: str, by: Actor, at: datetime) -> RubricDraft:
    """Put a removed dimension back. Raises NotFound, NotPermitted, Conflict when there is no room. Cost: 3 queries."""
    draft = _locked(draft, by=by)
    if len(draft.dimensions) >= sheets.MOST_DIMENSIONS:
        raise Conflict(_("维度已有 %(most)s 个，放不回来。请先移除一个。") % {"most": sheets.MOST_DIMENSIONS})
    back = dict(draft.removed[_place(draft.removed, key)])
    dimensions = list(draft.dimensions)
    dimensions.insert(int(back.pop("place", len(dimensions))), back)
    draft.dimensions, draft.removed = dimensions, [one for one in draft.removed if one["key"] != key]
    return _saved(draft, by=by, at=at)


@transaction.atomic
def move_dimension(*, draft: RubricDraft, key: str, up: bool, by: Actor, at: datetime) -> RubricDraft:
    """Move a dimension by one place; at the end it stays. Raises NotFound, NotPermitted. Cost: 3 queries."""
    draft = _locked(draft, by=by)
    draft.dimensions = moved(draft.dimensions, _place(draft.dimensions, key), up=up)
    return _saved(draft, by=by, at=at)


@transaction.atomic
def publish_rubric_draft(*, draft: RubricDraft, by: Actor, at: datetime) -> Rubric:
    """Publish what the draft says, and forget the draft. Raises NotFound, NotPermitted, Conflict; Invalid with the place.

    Cost: 9 queries.
    """
    draft = _locked(draft, by=by)
    rubric = publish_rubric(owner=draft.owner, facts=_facts(draft), follows=draft.follows, by=by, at=at)
    draft.delete()
    return rubric


@transaction.atomic
def discard_rubric_draft(*, draft: RubricDraft, by: Actor, at: datetime) -> None:
    """Set a draft aside; `put_back_rubric_draft` undoes it, and what is published stays. Raises NotFound, NotPermitted. Cost: 4 queries."""
    draft = _locked(draft, by=by)
    draft.discarded_at = at
    draft.save(update_fields=["discarded_at"])
    record(RubricEvent.DISCARDED, object_id=draft.pk, object_label=draft.title, unit_path=draft.owner.path, by=by, at=at)


@transaction.atomic
def put_back_rubric_draft(*, draft: RubricDraft, by: Actor, at: datetime) -> RubricDraft:
    """Go on with a draft that was discarded. Raises NotFound, NotPermitted, Conflict when it was not. Cost: 4 queries."""
    draft = _locked(draft, by=by, is_discarded=True)
    if draft.follows is not None and Rubric.objects.filter(follows=draft.follows).exists():
        raise Conflict(_("“%(title)s”已经有更新的一版，请在那一版上改。") % {"title": draft.follows.title})
    return _put_back(draft, by=by, at=at)


def dimensions_of(draft: RubricDraft) -> sheets.Dimensions:
    """Return the dimensions as they would be published. Raises Invalid with the place."""
    return tuple(_dimension(one, number) for number, one in enumerate(draft.dimensions, start=1))


def faults_of(draft: RubricDraft) -> list[str]:
    """Return why a draft cannot be published yet, each with its place; [] = it can. Cost: none."""
    faults = [] if draft.title.strip() else [_("评价标准还没有名称。")]
    faults += [] if draft.dimensions else [_("评价标准还没有维度，至少写一个。")]
    for number, one in enumerate(draft.dimensions, start=1):
        try:
            sheets.check_dimension(_dimension(one, number), number=number)
        except Invalid as error:
            faults.append(error.message)
    if faults:
        return faults
    try:
        check_facts(_facts(draft))
    except Invalid as error:
        return [error.message]
    return []


def _facts(draft: RubricDraft) -> RubricFacts:
    return RubricFacts(
        title=draft.title, guide=draft.guide, min_characters=draft.min_characters, dimensions=dimensions_of(draft), use=draft.use
    )


def _dimension(one: Mapping[str, Any], number: int) -> sheets.Dimension:
    place = _("第 %(number)s 个维度") % {"number": number}
    levels = sheets.parse_levels(one["levels"], place=place, field=f"levels_{one['key']}")
    label, looks_at, evidence = one["label"].strip(), one["looks_at"].strip(), tuple(one.get("evidence", ()))
    return sheets.Dimension(key=one["key"], label=label, looks_at=looks_at, levels=levels, evidence=evidence)


def _as_typed(dimension: sheets.Dimension) -> dict[str, Any]:
    return {
        "key": dimension.key, "label": dimension.label, "looks_at": dimension.looks_at,
        "levels": sheets.levels_as_written(dimension.levels), "evidence": list(dimension.evidence),
    }  # fmt: skip


def _kept(known: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": known["key"],
        "label": plain(str(given.get("label", "")))[:60],
        "looks_at": plain(str(given.get("looks_at", "")))[:300],
        "levels": plain(str(given.get("levels", "")))[:MOST_LEVELS_CHARACTERS],
        "evidence": [code for code in given.get("evidence", ()) if code in sheets.EVIDENCE],
    }


def _fresh_key(draft: RubricDraft) -> str:
    used = {one["key"] for one in [*draft.dimensions, *draft.removed]}
    return next(key for key in (f"d{number}" for number in range(1, 1000)) if key not in used)


def _place(rows: Sequence[Mapping[str, Any]], key: str) -> int:
    for place, one in enumerate(rows):
        if one["key"] == key:
            return place
    raise NotFound(_("没有找到这个维度，可能刚移走了。请刷新后再看。"))


def _put_back(draft: RubricDraft, *, by: Actor, at: datetime) -> RubricDraft:
    draft.discarded_at = None
    draft.save(update_fields=["discarded_at"])
    record(RubricEvent.PUT_BACK, object_id=draft.pk, object_label=draft.title, unit_path=draft.owner.path, by=by, at=at)
    return draft


def _locked(draft: RubricDraft, *, by: Actor, is_discarded: bool = False) -> RubricDraft:
    rows = RubricDraft.objects.select_for_update(of=("self",), no_key=True).select_related("owner", "follows")
    found = rows.filter(pk=draft.pk, discarded_at__isnull=not is_discarded).first()
    if found is None:
        raise NotFound(_("这份草稿已经发布或丢弃了。请到评价标准里看。"))
    permissions.check_can_publish_rubric(by, found.owner)
    return found


def _saved(draft: RubricDraft, *, by: Actor, at: datetime) -> RubricDraft:
    draft.saved_at, draft.saved_by = at, by.person_id
    draft.save(update_fields=["title", "use", "guide", "min_characters", "dimensions", "removed", "saved_at", "saved_by"])
    return draft
