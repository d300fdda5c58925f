"""How cases climb (C-41, D-08, D-09): rounds close and fix their base, the office above adds places, hosts send up and take back.

Whoever closes, sends up or takes back locks the round first and the one above it second; so figures are exact whatever happens at once.
"""

from collections.abc import Collection
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.text import plain
from yanxiu.records.actions import Entry, record, record_all
from yanxiu.workshops import permissions
from yanxiu.workshops.actions import ordering
from yanxiu.workshops.events import CaseEvent
from yanxiu.workshops.models import CaseEntry, CaseException, CasePresence, CaseRound, CaseSelection, CaseState, PostState

AT_ONCE = 500
MOST_EXTRA = 20
_ROUNDING = {"floor": ROUND_FLOOR, "half_up": ROUND_HALF_UP, "ceiling": ROUND_CEILING}


def places_of(base: int, ratio: Decimal | None, rounding: str = "floor") -> int | None:
    """Return how many of `base` cases may go up; None = no cap. Of 57 cases at five of a hundred 2, of 19 none."""
    return None if ratio is None else int((ratio * base).to_integral_value(rounding=_ROUNDING[rounding]))


@transaction.atomic
def close_round(*, round: CaseRound, by: Actor, at: datetime) -> CaseRound:  # noqa: A002 - the word of the glossary
    """Close a round: its base is the cases present now, those that are public and count; its places the plan's share of them.

    Base and places stay as they are, whatever is hidden, deleted or brought back later (D-09). Twice is once. Raises NotPermitted;
    Conflict while a round below is open, or before the cases of its theme are all in.
    """
    permissions.check_can_close(by, round)
    one = _locked(round.pk)
    if one.is_closed:
        return one
    if CaseRound.objects.filter(upper=one, closed_at__isnull=True).exists():
        raise Conflict(_("下一级还没有截止，它们推荐上来的要计进本级件数。请等下一级截止。"))
    if at < one.theme.closes_at:
        raise Conflict(_("“%(theme)s”还在收案例，截止以后才能定件数。") % {"theme": one.theme.title})
    one.base = _present(one)
    one.places = places_of(one.base, one.ratio_max, one.rounding)
    one.closed_at = at
    one.save(update_fields=["base", "places", "closed_at"])
    record(
        CaseEvent.CLOSED, object_id=one.pk, object_label=one.theme.title, measure=one.base, data={"base": one.base, "places": one.places},
        by=by, at=at, **_where(one),
    )  # fmt: skip
    return one


def close_due_rounds(*, by: Actor, at: datetime) -> int:
    """Close the rounds whose day has come, the lowest first; return how many. Raises NotPermitted for people."""
    permissions.check_is_system(by)
    due = CaseRound.objects.filter(closed_at__isnull=True, closes_at__lte=at).order_by("closes_at", "is_final", "pk")
    rounds = list(due.select_related("space__org", "theme")[:AT_ONCE])
    for one in rounds:
        close_round(round=one, by=SYSTEM, at=at)
    return len(rounds)


@transaction.atomic
def grant_exception(*, round: CaseRound, extra: int, reason: str, by: Actor, at: datetime) -> CaseException:  # noqa: A002
    """Add places to a closed round, as the office above (D-08). Raises NotFound, NotPermitted, Conflict, Invalid with the field."""
    permissions.check_can_grant(by, round)
    reason = plain(reason)
    if not 1 <= extra <= MOST_EXTRA:
        raise Invalid(_("例外名额一次给 1—%(most)s 个。") % {"most": MOST_EXTRA}, field="extra")
    if not 4 <= len(reason) <= 200:
        raise Invalid(_("请写明给例外的理由，4—200 个字，各级都看得到。"), field="reason")
    found = ordering.screened([reason], fields=["reason"], space=round.space, by=by, at=at)
    reason = found.texts[0]
    one = _locked(round.pk)
    if not one.is_closed or one.places is None:
        raise Conflict(_("这一轮还没有截止，件数定了以后才给例外名额。"))
    _check_upper_open(one)
    one.granted += extra
    one.save(update_fields=["granted"])
    granted = CaseException.objects.create(
        round=one, extra=extra, reason=reason, granted_at=at, granted_by=by.person_id, granted_label=by.label[:120]
    )
    ordering.flag(found, space=round.space, object_type="case_exception", object_id=granted.pk, title=one.theme.title, by=by, at=at)
    record(
        CaseEvent.GRANTED, object_id=one.pk, object_label=one.theme.title, measure=extra, data={"reason": reason, "base": one.base},
        by=by, at=at, **_where(one),
    )  # fmt: skip
    return granted


@transaction.atomic
def recommend(*, round: CaseRound, entry_ids: Collection[int], by: Actor, at: datetime) -> list[CaseEntry]:  # noqa: A002
    """Send cases of a closed round up to the next, all of them or none; never more than its places (C-41).

    Raises NotFound, NotPermitted (not the own one); Conflict with the figures; Invalid when nothing was chosen. Cost: 9 queries.
    """
    permissions.check_can_recommend(by, round)
    one = _locked(round.pk)
    if one.upper is None:
        raise Conflict(_("这是最后一轮，在这里遴选。"))
    if not one.is_closed:
        raise Conflict(_("“%(theme)s”在本级还没有截止，件数定了以后再推荐。") % {"theme": one.theme.title})
    upper = _check_upper_open(one)
    present = list(_recommendable(one).filter(entry__in=set(entry_ids)).select_related("entry__post").order_by("pk"))
    if not present:
        raise Invalid(_("请勾选要推荐的案例。已推荐的和撤下的不能再推。"), field="chosen")
    if len(present) != len(set(entry_ids)):
        raise Conflict(_("选中的案例里有的已经推荐或撤下，请看过最新的列表再选。"))
    entries = [row.entry for row in present]
    if any(entry.author_id == by.person_id for entry in entries):
        raise Conflict(_("自己的案例由别的主持人推荐。"))
    _check_fits(one, len(entries))
    one.recommended += len(entries)
    one.save(update_fields=["recommended"])
    for row in present:
        row.recommended_at, row.recommended_by, row.recommended_label = at, by.person_id, by.label[:120]
    CasePresence.objects.bulk_update(present, ["recommended_at", "recommended_by", "recommended_label"])
    CasePresence.objects.bulk_create(CasePresence(round=upper, entry=entry, arrived_at=at) for entry in entries)
    CaseEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(round=upper, state=CaseState.RECOMMENDED)
    record_all([_told(CaseEvent.RECOMMENDED, one, entry, upper=upper.pk) for entry in entries], by=by, at=at)
    return entries


@transaction.atomic
def take_back(*, round: CaseRound, entry: CaseEntry, by: Actor, at: datetime) -> CaseEntry:  # noqa: A002
    """Take a recommendation back, as long as the round above is not closed. Raises NotFound, NotPermitted, Conflict."""
    permissions.check_can_recommend(by, round)
    one = _locked(round.pk)
    row = CasePresence.objects.filter(round=one, entry=entry, recommended_at__isnull=False).select_related("entry__post").first()
    if row is None:
        raise Conflict(_("这件案例没有从本级推荐上去，不用收回。"))
    upper = _check_upper_open(one)
    CasePresence.objects.filter(round=upper, entry=entry).delete()
    row.recommended_at, row.recommended_by, row.recommended_label = None, None, ""
    row.save(update_fields=["recommended_at", "recommended_by", "recommended_label"])
    one.recommended -= 1
    one.save(update_fields=["recommended"])
    found = row.entry
    found.round, found.state = one, CaseState.SUBMITTED if found.entered_id == one.pk else CaseState.RECOMMENDED
    found.save(update_fields=["round", "state"])
    record_all([_told(CaseEvent.TAKEN_BACK, one, found, upper=upper.pk)], by=by, at=at)
    return found


@transaction.atomic
def select(*, round: CaseRound, entry: CaseEntry, words: str, by: Actor, at: datetime) -> CaseSelection:  # noqa: A002
    """Select a case at the last round, with the words it will be shown with. Again changes the words.

    Raises NotFound, NotPermitted (not the own one), Conflict, Invalid.
    """
    permissions.check_can_select(by, round)
    words = plain(words)
    if len(words) > 300:
        raise Invalid(_("推荐语最多 300 个字，现在 %(n)s 个。") % {"n": len(words)}, field="words")
    found = ordering.screened([words], fields=["words"], space=round.space, by=by, at=at)
    words = found.texts[0]
    one = _selecting(round)
    row = _present_rows(one).filter(entry=entry).select_related("entry__post").first()
    if row is None:
        raise Conflict(_("这件案例不在最后一轮，或已经撤下。"))
    if row.entry.author_id == by.person_id:
        raise Conflict(_("自己的案例由别的遴选人选。"))
    selected, _created = CaseSelection.objects.update_or_create(
        entry=row.entry,
        defaults={"round": one, "words": words, "selected_at": at, "selected_by": by.person_id, "selected_label": by.label[:120]},
    )
    ordering.flag(found, space=round.space, object_type="case_selection", object_id=selected.pk, title=one.theme.title, by=by, at=at)
    CaseEntry.objects.filter(pk=entry.pk).update(state=CaseState.SELECTED)
    record_all([_told(CaseEvent.SELECTED, one, row.entry, words=words)], by=by, at=at)
    return selected


@transaction.atomic
def deselect(*, round: CaseRound, entry: CaseEntry, by: Actor, at: datetime) -> CaseEntry:  # noqa: A002
    """Take a selection back before its theme is published. Raises NotFound, NotPermitted, Conflict."""
    permissions.check_can_select(by, round)
    one = _selecting(round)
    gone, _rows = CaseSelection.objects.filter(entry=entry, round=one).delete()
    if not gone:
        raise Conflict(_("这件案例没有入选，不用取消。"))
    found = CaseEntry.objects.select_related("post").get(pk=entry.pk)
    found.state = CaseState.SUBMITTED if found.entered_id == one.pk else CaseState.RECOMMENDED
    found.save(update_fields=["state"])
    record_all([_told(CaseEvent.DESELECTED, one, found)], by=by, at=at)
    return found


@transaction.atomic
def publish_theme(*, round: CaseRound, by: Actor, at: datetime) -> int:  # noqa: A002
    """Publish what was selected for a theme: the shelf shows it, all its cases are unsealed, and nothing changes any more.

    Return how many were selected. Raises NotFound, NotPermitted; Conflict before the last round is closed, or when nothing is selected.
    """
    permissions.check_can_select(by, round)
    one = _selecting(round)
    count = CaseSelection.objects.filter(round=one, entry__in=_present_rows(one).values("entry")).count()  # hidden ones are not shown
    if not count:
        raise Conflict(_("还没有选出案例。选好以后再公布。"))
    theme = one.theme
    theme.published_at, theme.published_by = at, by.person_id
    theme.save(update_fields=["published_at", "published_by"])
    record(CaseEvent.PUBLISHED, object_id=theme.pk, object_label=theme.title, measure=count, by=by, at=at, **_where(one))
    return count


def _locked(number: int) -> CaseRound:
    rows = CaseRound.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("theme", "space__org", "space__parent", "upper__space__org").get(pk=number)


def _selecting(given: CaseRound) -> CaseRound:
    one = _locked(given.pk)
    if one.theme.published_at is not None:
        raise Conflict(_("“%(theme)s”的入选案例已经公布，不能再改。") % {"theme": one.theme.title})
    if not one.is_closed:
        raise Conflict(_("最后一轮还没有截止，各级推荐齐了再遴选。"))
    return one


def _check_upper_open(one: CaseRound) -> CaseRound:
    if one.upper_id is None:
        raise Conflict(_("这是最后一轮，上面没有了。"))
    upper = _locked(one.upper_id)
    if upper.is_closed:
        raise Conflict(_("%(space)s已经截止，件数已定。本级的推荐不能再动。") % {"space": upper.space.title})
    return upper


def _check_fits(one: CaseRound, wanted: int) -> None:
    if one.left is not None and wanted > one.left:
        words = {"base": one.base, "places": (one.places or 0) + one.granted, "done": one.recommended, "left": one.left, "wanted": wanted}
        raise Conflict(
            _(
                "本级 %(base)s 件，最多推荐 %(places)s 件，已推荐 %(done)s 件，还能推荐 %(left)s 件，这次选了 %(wanted)s 件。"
                "请减少，或请上一级给例外名额。"
            )
            % words
        )


def _present_rows(one: CaseRound) -> QuerySet[CasePresence]:
    rows = CasePresence.objects.filter(round=one, entry__post__state=PostState.PUBLISHED, entry__post__why_not="")
    return rows.exclude(entry__state=CaseState.WITHDRAWN)


def _present(one: CaseRound) -> int:
    return _present_rows(one).count()


def _recommendable(one: CaseRound) -> QuerySet[CasePresence]:
    return _present_rows(one).filter(recommended_at__isnull=True)


def _where(one: CaseRound) -> dict[str, Any]:
    return {"programme_id": one.theme.programme_id, "space_id": one.space_id, "unit_path": one.space.org.path, "kind": one.level}


def _told(event: CaseEvent, one: CaseRound, entry: CaseEntry, **data: object) -> Entry:
    return Entry(
        event=event, object_id=entry.pk, object_label=entry.post.title, person_id=entry.author_id, programme_id=one.theme.programme_id,
        space_id=one.space_id, unit_path=one.space.org.path, kind=one.level, data={"round": one.pk, **data},
    )  # fmt: skip
