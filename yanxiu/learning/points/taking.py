"""Taking up study that happened elsewhere, by union: stretches become leases, bits are joined, done steps are finished.

Of a stretch only the time counts in which the person had nothing open here, and that lies between the making of the package and
now. What was seen is granted up to the seconds of the stretches that are new. So nothing counts twice, however often a bundle
comes, and credited seconds stay within server seconds over both machines.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.kit.clock import local
from yanxiu.learning import finishing, rules, statements
from yanxiu.learning.carrying import write
from yanxiu.learning.models import CaseDraw, How, Item, StepDone
from yanxiu.learning.points import packages
from yanxiu.learning.points.facts import Case, Facts, Finished, Stretch, Watched, mask_of, moment, people_of

Place = tuple[int, int, int, int]  # person, enrolment, kind, item

# A lease that was left open here ends when the person opened something at the point; but not before what it was credited for.
_END_OPEN = """
UPDATE learning_lease l
SET ended_at = GREATEST(c.started_at, l.started_at + make_interval(secs => ceil(l.credited * 100.0 / l.rate)))
FROM (SELECT o.person_id, o.number, min(b.started_at) AS started_at
      FROM learning_lease o
      JOIN unnest(%(person)s::bigint[], %(started_at)s::timestamptz[]) AS b(person_id, started_at)
        ON b.person_id = o.person_id AND b.started_at > o.started_at
      WHERE o.ended_at IS NULL GROUP BY o.person_id, o.number) c
WHERE l.person_id = c.person_id AND l.number = c.number
"""

_STORE = """
WITH come AS MATERIALIZED (
    SELECT * FROM unnest(%(person)s::bigint[], %(nonce)s::bigint[], %(enrolment)s::bigint[], %(kind)s::int[], %(item)s::bigint[],
                         %(rate)s::int[], %(credited)s::int[], %(started_at)s::timestamptz[], %(ended_at)s::timestamptz[])
        AS c(person_id, nonce, enrolment_id, kind, item_id, rate, credited, started_at, ended_at)
), fresh AS MATERIALIZED (
    SELECT c.*, tstzrange(c.started_at, c.ended_at) AS span FROM come c
    WHERE NOT EXISTS (SELECT 1 FROM learning_lease l WHERE l.person_id = c.person_id AND l.nonce = c.nonce)
), cut AS MATERIALIZED (
    SELECT f.*, p.piece FROM fresh f CROSS JOIN LATERAL (
        SELECT piece FROM unnest(
            tstzmultirange(f.span * tstzrange(%(since)s, %(until)s))
            - COALESCE((SELECT range_agg(tstzrange(l.started_at, COALESCE(l.ended_at, 'infinity'))) FROM learning_lease l
                        WHERE l.person_id = f.person_id AND (l.ended_at IS NULL OR l.ended_at > l.started_at)), '{}')
            - COALESCE((SELECT range_agg(o.span) FROM fresh o
                        WHERE o.person_id = f.person_id AND (o.started_at, o.nonce) < (f.started_at, f.nonce)), '{}')) AS u(piece)
        WHERE NOT isempty(piece) ORDER BY upper(piece) - lower(piece) DESC, piece LIMIT 1) p
)
INSERT INTO learning_lease (person_id, number, nonce, enrolment_id, kind, item_id, rate, credited, started_at, ended_at)
SELECT person_id,
       COALESCE((SELECT max(number) FROM learning_lease l WHERE l.person_id = cut.person_id), 0)
           + row_number() OVER (PARTITION BY person_id ORDER BY lower(piece), nonce),
       nonce, enrolment_id, kind, item_id, rate,
       LEAST(credited, floor(extract(epoch FROM upper(piece) - lower(piece)) * rate / 100)::int), lower(piece), upper(piece)
FROM cut
RETURNING person_id, enrolment_id, kind, item_id, credited, ended_at
"""

_PREPARE = """
INSERT INTO learning_progress (person_id, enrolment_id, kind, item_id, watched, seconds, position, updated_at)
SELECT b.person_id, b.enrolment_id, b.kind, b.item_id, repeat('0', b.length)::bit varying, 0, 0, %(at)s
FROM unnest(%(person)s::bigint[], %(enrolment)s::bigint[], %(kind)s::int[], %(item)s::bigint[], %(length)s::int[])
    AS b(person_id, enrolment_id, kind, item_id, length)
WHERE b.length = CASE b.kind WHEN 1 THEN (SELECT seconds FROM catalogue_step WHERE id = b.item_id)
                             ELSE (SELECT seconds FROM catalogue_lessoncase WHERE id = b.item_id) END
ON CONFLICT (person_id, enrolment_id, kind, item_id) DO NOTHING
"""

_UNION = """
WITH come AS MATERIALIZED (
    SELECT b.*, p.watched, CASE WHEN length(p.watched) = length(b.mask) THEN b.mask & ~p.watched END AS fresh
    FROM unnest(%(person)s::bigint[], %(enrolment)s::bigint[], %(kind)s::int[], %(item)s::bigint[], %(mask)s::varbit[],
                %(position)s::int[], %(granted)s::int[]) AS b(person_id, enrolment_id, kind, item_id, mask, position, granted)
    JOIN learning_progress p USING (person_id, enrolment_id, kind, item_id)
), kept AS (
    SELECT *, CASE WHEN bit_count(fresh) <= granted THEN fresh ELSE learning_first_bits(fresh, granted) END AS bits
    FROM come WHERE fresh IS NOT NULL
), stored AS (
    UPDATE learning_progress p
    SET watched = p.watched | k.bits, seconds = bit_count(p.watched | k.bits)::int, position = GREATEST(p.position, k.position),
        updated_at = %(at)s
    FROM kept k
    WHERE p.person_id = k.person_id AND p.enrolment_id = k.enrolment_id AND p.kind = k.kind AND p.item_id = k.item_id
      AND bit_count(k.fresh) > 0
    RETURNING 1
)
SELECT person_id, enrolment_id, kind, item_id, length(watched) AS length, bit_count(watched | bits)::int AS seconds,
       bit_count(bits)::int AS grown, (bit_count(fresh) - bit_count(bits))::int AS cut
FROM kept
"""


@dataclass(kw_only=True)
class Taken:
    """What came of it: new seconds, new done steps, and how much was not granted and why, in sentences."""

    people: int = 0
    seconds: int = 0
    done: int = 0
    remarks: list[str] = field(default_factory=list)


def take(facts: Facts, *, since: datetime | None, by: Actor, at: datetime) -> Taken:
    """Join facts into this database, in the running transaction; safe to repeat.

    `since`: the facts are a point's, nothing before this moment counts and all is bounded by stretches. None: the facts are the
    centre's own, whose bits are granted as they are. The caller has checked that all participants belong here.
    """
    people = people_of(facts)
    sql.rows(statements.LOCK, {"lock": statements.LOCK_CLASS, "people": [person % 2**31 for person in people]})
    taken = Taken(people=len(people))
    stored = _store(facts.stretches, since=since, until=at) if since is not None else []
    if since is not None and len(stored) < len(facts.stretches):
        taken.remarks.append(f"有 {len(facts.stretches) - len(stored)} 段学习已收过，或与中心的学习时间重叠，没有再计。")
    granted: dict[Place, int] = defaultdict(int)
    last: dict[Place, datetime] = {}
    for row in stored:
        place = (row["person_id"], row["enrolment_id"], row["kind"], row["item_id"])
        granted[place] += row["credited"]
        last[place] = max(row["ended_at"], last.get(place, row["ended_at"]))
    joined = _join(facts.watched, granted if since is not None else None, at=at)
    taken.seconds = sum(row["grown"] for row in joined)
    cut = sum(row["cut"] for row in joined)
    if cut:
        taken.remarks.append(f"有 {cut} 秒没有对应的学习时间，没有计入；正在学的那一段会随下一次同步补上。")
    reported, remarks = packages.take(facts.packages, since=since, at=at)
    taken.remarks += remarks
    taken.done = _finish(joined, (*facts.finished, *reported), last, by=by, at=at)
    if since is None:
        _carry_cases(facts.cases, by=by, at=at)
    return taken


def _store(stretches: Sequence[Stretch], *, since: datetime, until: datetime) -> list[dict[str, Any]]:
    usable = [one for one in stretches if one.started < one.ended and one.credited > 0 and 0 < one.rate <= 400]
    if not usable:
        return []
    columns: dict[str, object] = {
        name: [getattr(one, name) for one in usable] for name in ("person", "nonce", "enrolment", "kind", "item", "rate", "credited")
    }
    columns["started_at"] = [moment(one.started) for one in usable]
    columns["ended_at"] = [moment(one.ended) for one in usable]
    sql.run(_END_OPEN, columns)
    return sql.rows(_STORE, {**columns, "since": since, "until": until})


def _join(watched: Sequence[Watched], granted: dict[Place, int] | None, *, at: datetime) -> list[dict[str, Any]]:
    usable = [one for one in watched if one.length > 0 and len(one.mask) == (one.length + 7) // 8]
    if not usable:
        return []
    columns: dict[str, object] = {
        name: [getattr(one, name) for one in usable] for name in ("person", "enrolment", "kind", "item", "position", "length")
    }
    masks = (mask_of(one) for one in usable)
    columns["mask"] = [format(mask.bits, f"0{mask.length}b") for mask in masks]
    columns["granted"] = [
        one.length if granted is None else granted.get((one.person, one.enrolment, one.kind, one.item), 0) for one in usable
    ]
    sql.run(_PREPARE, {**columns, "at": at})
    return sql.rows(_UNION, {**columns, "at": at})


def _finish(joined: Iterable[dict[str, Any]], finished: Iterable[Finished], last: dict[Place, datetime], *, by: Actor, at: datetime) -> int:
    """Finish what is complete now, as of the day when it was done; return how many steps and cases are new."""
    days: dict[date, list[tuple[datetime, finishing.Done]]] = defaultdict(list)
    cases: list[tuple[int, int]] = []
    for row in joined:
        if not row["grown"] or row["seconds"] < rules.seconds_needed(row["length"]):
            continue
        when = min(last.get((row["person_id"], row["enrolment_id"], row["kind"], row["item_id"]), at), at)
        if row["kind"] == Item.CASE:
            cases.append((row["enrolment_id"], row["item_id"]))
        else:
            done = finishing.Done(enrolment_id=row["enrolment_id"], step_id=row["item_id"], how=How.WATCHED)
            days[local(when).date()].append((when, done))
    for one in finished:
        when = min(moment(one.at), at)
        days[local(when).date()].append((when, finishing.Done(enrolment_id=one.enrolment, step_id=one.step, how=one.how)))
    enrolments = {done.enrolment_id for then in days.values() for _, done in then} | {enrolment for enrolment, _ in cases}
    before = _count(enrolments)
    for _, then in sorted(days.items()):
        latest = max(when for when, _ in then)
        write(finishing.steps([done for _, done in then], at=latest), by=by, at=latest)
    if cases:
        write(finishing.cases(cases, "watched", at=at), by=by, at=at)
    return _count(enrolments) - before


def _carry_cases(cases: Iterable[Case], *, by: Actor, at: datetime) -> None:
    days: dict[tuple[date, str], list[tuple[datetime, tuple[int, int]]]] = defaultdict(list)
    for one in cases:
        for part, seconds in (("watched", one.watched), ("reported", one.reported)):
            if seconds:
                when = min(moment(seconds), at)
                days[local(when).date(), part].append((when, (one.enrolment, one.case)))
    for (_, part), then in sorted(days.items()):
        write(finishing.cases([pair for _, pair in then], part, at=max(when for when, _ in then)), by=by, at=max(when for when, _ in then))


def _count(enrolments: set[int]) -> int:
    steps = StepDone.objects.filter(enrolment__in=enrolments).count()
    return steps + CaseDraw.objects.filter(enrolment__in=enrolments, watched_at__isnull=False).count()
