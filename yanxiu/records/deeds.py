"""行为记录: what people did, read from the record a page at a time by key, newest first; words of events from their declarations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from yanxiu.kit import paging, sql
from yanxiu.records.events import EventType

MOST_EXPORTED = 100_000
_BATCH = 2_000
# Each arm reads along one index; who only acts (praises, hides) is looked for in the spaces named.
_ARM = """
(SELECT r.id, r.at, r.actor_id, r.actor_label, r.person_id, r.verb, r.object_type, r.object_id, r.object_label, r.kind, r.space_id, r.data
 FROM records_record r
 WHERE {where} AND r.voids IS NULL AND (r.verb, r.object_type) IN (SELECT * FROM unnest(%(verbs)s::text[], %(types)s::text[]))
   {without}
   AND r.at >= %(since)s AND r.at < %(until)s AND (r.at, r.id) < (%(before_at)s, %(before_id)s)
 ORDER BY r.at DESC, r.id DESC LIMIT %(limit)s)
"""
_OF_PERSON = """r.person_id = %(person)s AND (%(spaces)s::bigint[] IS NULL OR r.space_id = ANY(%(spaces)s::bigint[]))
   AND (r.space_id IS NULL OR r.space_id <> ALL(%(apart)s::bigint[]))"""
_BY_PERSON = "r.space_id = ANY(%(acting)s::bigint[]) AND r.actor_id = %(person)s AND r.person_id IS DISTINCT FROM r.actor_id"
_OF_SPACE = "r.space_id = %(space)s"
_WITHOUT = """AND (r.verb, r.object_type, r.object_id) NOT IN (
     SELECT * FROM unnest(%(no_verbs)s::text[], %(no_types)s::text[], %(no_ids)s::text[]))"""
_SHOWN = """
SELECT f.*, COALESCE(p.name, '') AS person, EXISTS (SELECT 1 FROM records_record v WHERE v.voids = f.id) AS is_voided
FROM ({arms}) f LEFT JOIN people_person p ON p.id = f.person_id ORDER BY f.at DESC, f.id DESC LIMIT %(limit)s
"""
_FAR_ID = 2**62


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One thing that happened. `person` is whom it concerns, `actor` who did it; `is_voided`: it counts no more."""

    id: int
    at: datetime
    actor: str
    person_id: int | None
    person: str
    is_own: bool
    what: str
    about: str
    kind: str
    is_voided: bool

    @property
    def key(self) -> str:
        """Where the next page goes on: the moment in microseconds, and the id."""
        return f"{int(self.at.timestamp() * 1_000_000)}-{self.id}"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is wanted: of a person or of a space, these events, in [since, until). `acting`: spaces in which also acts on others are hers.

    `spaces`: only what happened in these; None = anywhere but in `apart`. `without`: what is not for this reader, as (event, object id).
    `before`: (moment, id) of the last line seen.
    """

    events: Sequence[EventType]
    since: datetime
    until: datetime
    person_id: int | None = None
    space_id: int | None = None
    spaces: Sequence[int] | None = None
    apart: Sequence[int] = ()
    acting: Sequence[int] = ()
    without: Sequence[tuple[EventType, int]] = ()
    before: tuple[datetime, int] | None = None


def deeds(asked: Asked, *, limit: int = 50) -> list[Deed]:
    """Return what happened, newest first. Cost: one query along an index, whatever lies before."""
    arms = [_OF_PERSON, *([_BY_PERSON] if asked.acting else [])] if asked.person_id is not None and asked.space_id is None else [_OF_SPACE]
    if asked.person_id is not None and asked.space_id is not None:
        arms = [f"{_OF_SPACE} AND (r.person_id = %(person)s OR r.actor_id = %(person)s)"]
    before = asked.before or (asked.until, _FAR_ID)
    without = _WITHOUT if asked.without else ""
    statement = _SHOWN.format(arms=" UNION ALL ".join(_ARM.format(where=one, without=without) for one in arms))
    rows = sql.rows(statement, {
        "person": asked.person_id, "space": asked.space_id, "spaces": None if asked.spaces is None else list(asked.spaces),
        "apart": list(asked.apart), "acting": list(asked.acting),
        "verbs": [one.verb for one in asked.events], "types": [one.object_type for one in asked.events],
        "since": asked.since, "until": asked.until, "before_at": before[0], "before_id": before[1], "limit": limit,
        "no_verbs": [one.verb for one, _id in asked.without], "no_types": [one.object_type for one, _id in asked.without],
        "no_ids": [str(number) for _one, number in asked.without],
    }, plan="fresh")  # fmt: skip
    return [
        Deed(
            id=row["id"], at=row["at"], actor=row["actor_label"], person_id=row["person_id"], person=row["person"],
            is_own=row["actor_id"] == row["person_id"], what=word_of(row["verb"], row["object_type"]), about=row["object_label"],
            kind=row["kind"], is_voided=row["is_voided"],
        )
        for row in rows
    ]  # fmt: skip


def all_deeds(asked: Asked, *, most: int = MOST_EXPORTED) -> Iterator[Deed]:
    """Give all of it, batch by batch, as a file is written. Cost: one query for two thousand."""

    def behind(last: Deed | None, limit: int) -> Sequence[Deed]:
        return deeds(replace(asked, before=(last.at, last.id)) if last else asked, limit=limit)

    return paging.batches(behind, size=_BATCH, most=most)


@cache
def _words() -> dict[tuple[str, str], str]:
    return {(event.verb, event.object_type): event.zh for kind in EventType.__subclasses__() for event in kind}


def word_of(verb: str, object_type: str) -> str:
    """Return the Chinese word of an event; the verb itself for one that is declared no more."""
    return _words().get((verb, object_type), verb)
