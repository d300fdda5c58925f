"""Who did what and when, as an auditor asks: in which days, of which kind, by or about whom; a page at a time by key, newest first."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from yanxiu.kit import paging, sql
from yanxiu.records.events import EventType

MOST_EXPORTED = 100_000
VOIDED = "voided"
# What offices call the parts of the house, and the packages whose events these are.
GROUPS: dict[str, tuple[str, frozenset[str]]] = {
    "people": ("账号与任命", frozenset({"people", "access", "orgs"})),
    "programmes": ("方案与参训", frozenset({"programmes"})),
    "learning": ("课程与学习", frozenset({"catalogue", "learning", "files", "drafts"})),
    "assessment": ("考试与作业", frozenset({"assessment"})),
    "workshops": ("工作坊", frozenset({"workshops"})),
    "fieldwork": ("校本研修", frozenset({"fieldwork"})),
    "approvals": ("审核与考评", frozenset({"approvals", "evaluation"})),
    "integrity": ("线索与处理", frozenset({"integrity"})),
    "credits": ("学时与证书", frozenset({"credits"})),
    "notices": ("通知与导出", frozenset({"notices", "insight", "portal"})),
}
_BATCH = 2_000
_FAR_ID = 2**62
_HAPPENED = """
SELECT r.id, r.at, r.actor_label, r.verb, r.object_type, r.object_label, r.object_id, r.data,
  CASE WHEN r.person_id IS DISTINCT FROM r.actor_id THEN COALESCE(p.name, '') ELSE '' END AS person, COALESCE(o.name, '') AS unit
FROM records_record r LEFT JOIN people_person p ON p.id = r.person_id LEFT JOIN orgs_org o ON o.path = NULLIF(r.unit_path, '')
WHERE r.at >= %(since)s AND r.at < %(until)s AND (r.at, r.id) < (%(before_at)s, %(before_id)s)
  AND (%(verbs)s::text[] IS NULL OR (r.verb, r.object_type) IN (SELECT * FROM unnest(%(verbs)s::text[], %(types)s::text[])))
  AND (%(words)s = '' OR strpos(r.actor_label, %(words)s) > 0 OR strpos(r.object_label, %(words)s) > 0 OR strpos(p.name, %(words)s) > 0)
ORDER BY r.at DESC, r.id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is wanted: [since, until), a key of GROUPS ("" = all), words in a name; `before`: (moment, id) of the last line seen."""

    since: datetime
    until: datetime
    group: str = ""
    words: str = ""
    before: tuple[datetime, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Happened:
    """A record as an auditor reads it. `person`: whom it concerns, where that is another than who did it."""

    id: int
    at: datetime
    actor_label: str
    verb: str
    object_type: str
    object_label: str
    object_id: str
    person: str
    unit: str
    data: dict[str, object]

    @property
    def zh(self) -> str:
        """The words of the event; verb and object where no domain declares it."""
        return _words().get((self.verb, self.object_type), f"{self.verb} {self.object_type}")

    @property
    def key(self) -> str:
        """Where the next page goes on: the moment in microseconds, and the id."""
        return f"{int(self.at.timestamp() * 1_000_000)}-{self.id}"

    @property
    def details(self) -> str:
        """What was kept with it (before and after, reasons), as it is stored."""
        return json.dumps(self.data, ensure_ascii=False) if self.data else ""


def happened(asked: Asked, *, limit: int) -> list[Happened]:
    """Return what happened, newest first. Cost: one query over the months asked for."""
    events = _events(asked.group) if asked.group else None
    before = asked.before or (asked.until, _FAR_ID)
    rows = sql.rows(_HAPPENED, {
        "since": asked.since, "until": asked.until, "before_at": before[0], "before_id": before[1], "words": asked.words, "limit": limit,
        "verbs": None if events is None else [verb for verb, _ in events], "types": [kind for _, kind in events or []],
    }, plan="fresh")  # fmt: skip
    return [Happened(**{**row, "data": _data(row["data"])}) for row in rows]


def all_happened(asked: Asked, *, most: int = MOST_EXPORTED) -> Iterator[Happened]:
    """Give all of it, batch by batch, as a file is written. Cost: one query for two thousand."""

    def behind(last: Happened | None, limit: int) -> Sequence[Happened]:
        return happened(replace(asked, before=(last.at, last.id)) if last else asked, limit=limit)

    return paging.batches(behind, size=_BATCH, most=most)


def _data(value: object) -> dict[str, object]:
    """JSON of a raw query comes as text."""
    read = json.loads(value) if isinstance(value, str) else value
    return read if isinstance(read, dict) else {}


@cache
def _events(group: str) -> Sequence[tuple[str, str]]:
    packages = GROUPS[group][1]
    named = [(event.verb, event.object_type) for kind in EventType.__subclasses__() if _package(kind) in packages for event in kind]
    return [*named, *sorted({(VOIDED, kind) for _, kind in named})]


def _package(kind: type[EventType]) -> str:
    return kind.__module__.split(".")[1] if "." in kind.__module__ else ""


@cache
def _words() -> dict[tuple[str, str], str]:
    known = {(event.verb, event.object_type): event.zh for kind in EventType.__subclasses__() for event in kind}
    return {**{(VOIDED, object_type): "撤销" for _, object_type in known}, **known}
