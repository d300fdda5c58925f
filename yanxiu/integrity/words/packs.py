"""Which packs are in force at a place, compiled once per process and version."""

from collections import OrderedDict
from datetime import datetime
from threading import Lock

from django.db.models import Q, QuerySet

from yanxiu.integrity.models import WordPack
from yanxiu.integrity.words.default import DEFAULT
from yanxiu.integrity.words.matching import Matcher, Pack, compiled

MOST_KEPT = 64
"""Automata kept in a process: one for each set of packs in use; a province has some dozens of units with packs of their own."""
Key = tuple[tuple[int, int, datetime | None], ...]
_kept: OrderedDict[Key, Matcher] = OrderedDict()
_lock = Lock()


def matcher_at(path: str) -> Matcher:
    """Return the automaton of the packs in force at a unit path: the platform's, and those of the unit and all above. Cost: one query."""
    rows = list(_in_force(path).values_list("pk", "version", "changed_at", "is_default", "is_active").order_by("pk"))
    key: Key = tuple((pk, version, changed) for pk, version, changed, _default, active in rows if active)
    if not any(default for *_rest, default, _active in rows):
        key = ((DEFAULT.id, DEFAULT.version, None), *key)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = compiled(_loaded(key))
    with _lock:
        _kept[key] = made
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def _in_force(path: str) -> QuerySet[WordPack]:
    above = [int(part) for part in path.split("/") if part]
    return WordPack.objects.filter(Q(is_default=True) | Q(is_active=True, org__in=above))


def _loaded(key: Key) -> list[Pack]:
    rows = WordPack.objects.in_bulk([pk for pk, _version, _changed in key if pk])
    packs = [DEFAULT] if key and key[0][0] == DEFAULT.id else []
    return packs + [pack_of(rows[pk]) for pk, _version, _changed in key if pk in rows]


def pack_of(row: WordPack) -> Pack:
    """Return a stored pack as it is compiled."""
    return Pack(
        id=row.pk, title=row.title, version=row.version, action=row.action, words=row.words, sounds=row.sounds, exceptions=row.exceptions
    )
