"""Reads of drafts, and the tickets by which a page lets its form keep itself."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db.models import Q, QuerySet
from django.urls import reverse

from yanxiu.drafts.models import Draft
from yanxiu.kit.compiled import Compiled

LASTS = timedelta(days=180)
TOLD_BEFORE = timedelta(days=7)
PUT_BACK_WITHIN = timedelta(days=30)
_SALT = "drafts.ticket"
_KEPT = Compiled(
    lambda person, key, second, third: (
        Draft.objects.filter(Q(key=key) | Q(key=second) | Q(key=third), person=person, discarded_at__isnull=True).order_by("pk")
    ),
    person=int, key=str, second=str, third=str,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """Where a form belongs: its key, in words, and the page it stands on; `page` is that very page, and what it had `seen` kept."""

    key: str
    place: str
    address: str
    page: str = ""
    seen: str = ""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What a page needs for a form that keeps itself: where it is kept, and what was kept before (None = nothing).

    `beside` are the drafts of pages that had not seen what is `kept`.
    """

    url: str
    kept: Draft | None
    beside: Sequence[Draft] = ()

    def initial(self, given: Mapping[str, object] | None = None) -> dict[str, object]:
        """Return the fields of the form: `given`, what was typed laid over it. A box that was not kept is empty: browsers send no such."""
        if self.kept is None:
            return dict(given or {})
        return {name: False if value is True else value for name, value in (given or {}).items()} | self.kept.initial


def desk(*, person_id: int, key: str, place: str, address: str) -> Desk:
    """Return the desk at which a person writes for `key`; `place` says it in words, `address` is the page. Cost: one query."""
    _own, second, third = keys_of(key)
    there = {one.key: one for one in _KEPT(person=person_id, key=key, second=second, third=third)}
    kept = there.pop(key, None)
    sealed = signing.dumps([key, place[:200], address, secrets.token_urlsafe(6), mark_of(kept)], salt=_SALT, compress=True)
    return Desk(url=reverse("drafts:keep", args=[sealed]), kept=kept, beside=[there[name] for name in sorted(there)])


def keys_of(key: str) -> tuple[str, str, str]:
    """Return under which keys a place is written: its own, and those of drafts beside it."""
    return key, f"{key} #2", f"{key} #3"


def mark_of(draft: Draft | None) -> str:
    """Return by what a page remembers which state of a draft it showed, "" for none."""
    return draft.saved_at.isoformat() if draft is not None else ""


def opened(sealed: str) -> Ticket | None:
    """Return what a ticket says, None when it is not one of ours. No query."""
    try:
        key, place, address, *page = signing.loads(sealed, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Ticket(key=key, place=place, address=address, **dict(zip(("page", "seen"), page, strict=False)))


def found(drafts: QuerySet[Draft], text: str, *, at: datetime) -> QuerySet[Draft]:
    """Return what is kept and has the text, the newest first."""
    kept = drafts.filter(discarded_at__isnull=True, saved_at__gt=at - LASTS)
    text = " ".join(text.split())[:40]
    if text:
        kept = kept.filter(Q(title__icontains=text) | Q(source__icontains=text) | Q(fields__icontains=text) | Q(place__icontains=text))
    return kept.order_by("-saved_at", "-pk")


def discarded(drafts: QuerySet[Draft], *, at: datetime) -> QuerySet[Draft]:
    """Return what was thrown away and can be put back, the last first."""
    return drafts.filter(discarded_at__gt=at - PUT_BACK_WITHIN).order_by("-discarded_at", "-pk")
