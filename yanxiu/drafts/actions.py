"""Keeping what is typed, throwing it away, putting it back."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from yanxiu.drafts import permissions
from yanxiu.drafts.events import DraftEvent
from yanxiu.drafts.models import PAGE, Draft
from yanxiu.drafts.queries import LASTS, PUT_BACK_WITHIN, TOLD_BEFORE, keys_of, mark_of
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.people.models import Person
from yanxiu.records.actions import record

MOST_CHARACTERS = 300_000
MOST_DRAFTS = 300
AT_ONCE = 2_000
_CLEAR = """
WITH beside AS (
    UPDATE drafts_draft SET discarded_at = %(at)s
    WHERE person_id = %(person)s AND key = ANY(%(beside)s) AND discarded_at IS NULL RETURNING id
), kept AS (
    UPDATE drafts_draft SET discarded_at = %(at)s
    WHERE person_id = %(person)s AND key = %(key)s AND EXISTS (SELECT FROM beside) RETURNING id
)
DELETE FROM drafts_draft WHERE person_id = %(person)s AND key = %(key)s AND NOT EXISTS (SELECT FROM beside)
"""


@transaction.atomic
def keep(
    *, key: str, place: str, address: str, fields: Mapping[str, str], page: str = "", seen: str = "", by: Actor, at: datetime
) -> Draft | None:
    """Keep what is typed at a place, over what was kept there; return None and forget it when nothing is typed.

    `page` is the page it comes from, `seen` the state (`queries.mark_of`) that it showed: what another page has written since stays, and
    this is kept beside it, under another key. Raises NotPermitted; Invalid when too long; Conflict when somebody keeps too many.
    Cost: 5 queries.
    """
    person_id = permissions.check_can_keep(by)
    typed = {name: plain(value) for name, value in fields.items()}
    if sum(map(len, typed.values())) > MOST_CHARACTERS:
        raise Invalid(_("写得太长，存不下草稿：最多 30 万字。请分成几篇，或现在就发。"))
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)  # her pages one after the other
    found = Draft.objects.filter(person_id=person_id, key__in=keys_of(key))
    key = _slot(key, {one.key: one for one in found}, typed, page=page, seen=seen)
    if not any(value.strip() for value in typed.values()):
        Draft.objects.filter(person_id=person_id, key=key).delete()
        return None
    others = Draft.objects.filter(person_id=person_id, discarded_at__isnull=True).exclude(key=key)
    if others.count() >= MOST_DRAFTS:
        raise Conflict(_("草稿已有 %(most)s 份，存不下新的。请到“我的草稿”里删掉不要的。") % {"most": MOST_DRAFTS})
    title, source = typed.pop("title", "")[:200], typed.pop("source", "")
    facts = {
        "place": place[:200], "address": address, "title": title, "source": source, "fields": typed | ({PAGE: page} if page else {}),
        "saved_at": at, "told_at": None, "discarded_at": None,
    }  # fmt: skip
    draft, _is_new = Draft.objects.update_or_create(person_id=person_id, key=key, defaults=facts)
    return draft


def clear(*, key: str, by: Actor, at: datetime) -> None:
    """Forget the actor's draft of a place: it was sent. What the system sends has none. Cost: one query.

    Where several pages wrote, one of which was sent, all are discarded instead: nobody knows which words went.
    """
    if by.person_id is not None:
        sql.run(_CLEAR, {"person": by.person_id, "key": key, "beside": list(keys_of(key)[1:]), "at": at})


@transaction.atomic
def take_up(*, draft: Draft, by: Actor, at: datetime) -> Draft:
    """Let a draft that is kept beside another take its place, and the other be kept beside. Raises NotFound. Cost: 6 queries."""
    permissions.check_can_see_draft(by, draft)
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=draft.person_id)
    draft.refresh_from_db()
    key = next((name for name in [draft.key.rpartition(" #")[0]] if draft.key in keys_of(name)[1:]), draft.key)
    if key != draft.key:
        beside = draft.key
        Draft.objects.filter(pk=draft.pk).update(key=f"{key} #")
        Draft.objects.filter(person_id=draft.person_id, key=key).update(key=beside)
        Draft.objects.filter(pk=draft.pk).update(key=key, saved_at=at)
        draft.refresh_from_db()
    return draft


@transaction.atomic
def discard(*, draft: Draft, by: Actor, at: datetime) -> Draft:
    """Throw a draft away; it can be put back for 30 days. Raises NotFound."""
    permissions.check_can_see_draft(by, draft)
    Draft.objects.filter(pk=draft.pk, discarded_at__isnull=True).update(discarded_at=at)
    draft.refresh_from_db()
    return draft


@transaction.atomic
def put_back(*, draft: Draft, by: Actor, at: datetime) -> Draft:
    """Put a discarded draft back, as good as written now. Raises NotFound."""
    permissions.check_can_see_draft(by, draft)
    Draft.objects.filter(pk=draft.pk, discarded_at__isnull=False).update(discarded_at=None, saved_at=at, told_at=None)
    draft.refresh_from_db()
    return draft


@transaction.atomic
def sweep(*, by: Actor, at: datetime) -> int:
    """Tell the owners of drafts that will go within a week, remove what nobody touched for 180 days; return how many went. System only.

    Raises NotPermitted. Cost: 4 queries, and one record for each that is told or goes.
    """
    permissions.check_is_system(by)
    kept = Draft.objects.select_for_update(of=("self",), no_key=True).filter(discarded_at__isnull=True)
    ages = list(kept.filter(told_at__isnull=True, saved_at__lte=at - LASTS + TOLD_BEFORE).order_by("pk")[:AT_ONCE])
    for one in ages:
        record(DraftEvent.AGES, object_id=one.pk, object_label=one.place, person_id=one.person_id, by=by, at=at)
    Draft.objects.filter(pk__in=[one.pk for one in ages]).update(told_at=at)
    gone = list(kept.filter(told_at__lte=at - TOLD_BEFORE, saved_at__lte=at - LASTS).order_by("pk")[:AT_ONCE])
    for one in gone:
        record(DraftEvent.EXPIRED, object_id=one.pk, object_label=one.place, person_id=one.person_id, by=by, at=at)
    ended = Q(pk__in=[one.pk for one in gone]) | Q(discarded_at__lte=at - PUT_BACK_WITHIN)
    Draft.objects.filter(ended).delete()
    return len(gone)


def _slot(key: str, there: Mapping[str, Draft], typed: Mapping[str, str], *, page: str, seen: str) -> str:
    """Return under which key a page keeps what it has: its own since it began, the place's where it saw what is there, else one beside.

    Raises Conflict when three pages write one thing.
    """
    live = {name: one for name, one in there.items() if one.discarded_at is None}
    own = next((name for name in keys_of(key) if page and name in live and live[name].page == page), None)
    if own is not None:
        return own
    kept = live.get(key)
    if not page or kept is None or mark_of(kept) == seen or _words(kept.initial) == _words(typed):
        return key
    free = next((name for name in keys_of(key)[1:] if name not in live), None)
    if free is None:
        raise Conflict(_("这里已有三份不同的草稿，没有再存。请到“我的草稿”里留一份，这一页的字先复制下来。"))
    return free


def _words(fields: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value).strip() for name, value in fields.items() if str(value).strip()}
