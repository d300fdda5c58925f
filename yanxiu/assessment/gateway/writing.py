"""The write of a group of deliveries: lock the sittings, judge every answer, and one upsert that keeps of two the later."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec
from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import dict_row

from yanxiu.assessment import papers, taking
from yanxiu.assessment.exam_tickets import VERSION, ExamTicket
from yanxiu.assessment.gateway.deliveries import Answer, Delivery, Taken
from yanxiu.assessment.giving import given_from_form
from yanxiu.catalogue import content
from yanxiu.kit.errors import Invalid

REMEMBERED = 3_000
"""Sheets that a process remembers, about 10 KB each; a sheet never changes, and neither does the version of a question."""

_LOCK = b"""
SELECT t.id, t.lease, floor(extract(epoch FROM t.ends_at) * 1000)::bigint AS ends,
       floor(extract(epoch FROM t.handed_in_at) * 1000)::bigint AS handed_in, x.offline_minutes, n.person_id,
       a.security_stamp, a.state, CASE WHEN t.id = ANY(%(unknown)s) THEN t.sheet::text END AS sheet
FROM assessment_sitting t
JOIN assessment_exam x ON x.id = t.exam_id
JOIN programmes_enrolment n ON n.id = t.enrolment_id
LEFT JOIN people_account a ON a.person_id = n.person_id
WHERE t.id = ANY(%(sittings)s) ORDER BY t.id FOR NO KEY UPDATE OF t
"""
# After the lock: the moment, and the devices of sittings that another one has taken since.
_SINCE = b"""
SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now, d.sitting_id, d.lease, d.agent,
       floor(extract(epoch FROM d.since) * 1000)::bigint AS since
FROM (SELECT 1) one LEFT JOIN assessment_sittingdevice d ON d.sitting_id = ANY(%(moved)s)
"""
_STORE = b"""
INSERT INTO assessment_sittinganswer AS held (sitting_id, number, given, written_at, saved_at, lease)
SELECT s.sitting, s.number, s.given::jsonb, to_timestamp(s.written / 1000.0), to_timestamp(s.saved / 1000.0), s.lease
FROM unnest(%(sitting)s::bigint[], %(number)s::int[], %(given)s::text[], %(written)s::bigint[], %(saved)s::bigint[], %(lease)s::int[])
     AS s(sitting, number, given, written, saved, lease)
ON CONFLICT (sitting_id, number) DO UPDATE
SET given = excluded.given, written_at = excluded.written_at, saved_at = excluded.saved_at, lease = excluded.lease
WHERE (held.written_at, held.lease, COALESCE(held.given, 'null'::jsonb)::text COLLATE "C")
    < (excluded.written_at, excluded.lease, COALESCE(excluded.given, 'null'::jsonb)::text COLLATE "C")
"""
_COUNT = b"""
UPDATE assessment_sitting t
SET late_refused = LEAST(t.late_refused + s.late, 1000000), away_times = LEAST(t.away_times + s.times, 1000000),
    away_seconds = LEAST(t.away_seconds + s.seconds, 1000000)
FROM unnest(%(sitting)s::bigint[], %(late)s::int[], %(times)s::int[], %(seconds)s::int[]) AS s(sitting, late, times, seconds)
WHERE t.id = s.sitting
"""
_ASKED = b"SELECT id, content FROM assessment_questionversion WHERE id = ANY(%(versions)s)"
_sheets: dict[int, papers.Sheet] = {}
_questions: dict[int, content.AnyQuestion] = {}  # a bureau's bank: some thousands
_Row = tuple[int, int, str, int, int, int]


async def write(connection: AsyncConnection[Any], batch: Sequence[Delivery]) -> list[Taken]:
    """Store a batch (at most one delivery per sitting, ascending); return what became of each. On return everything is on disk."""
    async with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        found = await _locked(cursor, batch)
        moved = [one.ticket.sitting for one in batch if one.ticket.sitting in found and _is_moved(one, found[one.ticket.sitting]["lease"])]
        await cursor.execute(_SINCE, {"moved": moved}, prepare=True)
        devices = await cursor.fetchall()
        now = devices[0]["now"]
        since = {(row["sitting_id"], row["lease"]): (row["since"], row["agent"]) for row in devices if row["sitting_id"] is not None}
        results, rows = [], []
        for delivery in batch:
            taken, mine = _judged(delivery, found.get(delivery.ticket.sitting), since, now=now)
            results.append(taken)
            rows += mine
        if rows:
            columns = zip(("sitting", "number", "given", "written", "saved", "lease"), map(list, zip(*rows, strict=True)), strict=True)
            await cursor.execute(_STORE, dict(columns), prepare=True)
        await _count(cursor, batch, results)
    return results


async def _locked(cursor: AsyncCursor[dict[str, Any]], batch: Sequence[Delivery]) -> dict[int, dict[str, Any]]:
    """Lock the sittings; return what stands in them, by id, and know their sheets."""
    sittings = [delivery.ticket.sitting for delivery in batch]
    if len(_sheets) > REMEMBERED:
        _sheets.clear()
    await cursor.execute(_LOCK, {"sittings": sittings, "unknown": [one for one in sittings if one not in _sheets]}, prepare=True)
    found = {row["id"]: row for row in await cursor.fetchall()}
    for row in found.values():
        if row["sheet"] is not None:
            _sheets[row["id"]] = msgspec.json.decode(row["sheet"], type=papers.Sheet, strict=False)
    asked = {asked.version for one in found for asked in _sheets[one]} - _questions.keys()
    if asked:
        await cursor.execute(_ASKED, {"versions": list(asked)}, prepare=True)
        _questions.update({row["id"]: content.read_question(row["content"]) for row in await cursor.fetchall()})
    return found


def _is_moved(delivery: Delivery, lease: int) -> bool:
    return delivery.ticket.lease < lease or any(answer.lease < lease for answer in delivery.answers)


def _judged(
    delivery: Delivery, row: dict[str, Any] | None, since: dict[tuple[int, int], tuple[int, str]], *, now: int
) -> tuple[Taken, list[_Row]]:
    ticket = delivery.ticket
    if row is None or row["person_id"] != ticket.person:
        return Taken(verdict="gone"), []
    if row["state"] != "active" or row["security_stamp"] != ticket.stamp:
        return Taken(verdict="signed_out"), []
    standing = taking.Standing(ends=row["ends"], handed_in=row["handed_in"], lease=row["lease"], offline=row["offline_minutes"] * 60_000)
    sheet, unread = _sheets[ticket.sitting], ""
    judged: dict[int, taking.Judgement] = {}
    rows: dict[int, _Row] = {}
    for answer in delivery.answers:
        if answer.number > len(sheet):
            continue
        received = taking.received_at(answer.arrived, now=now)
        taken = since.get((ticket.sitting, answer.lease + 1), (None, ""))[0]
        verdict = taking.judge(standing, issued=answer.issued, elapsed=answer.elapsed, received=received, lease=answer.lease, taken=taken)
        judged[answer.number] = verdict
        if verdict == "kept":
            try:
                fresh = _row(ticket.sitting, answer, sheet[answer.number - 1], received)
            except Invalid as error:
                judged[answer.number], unread = "unread", error.message
                continue
            rows[answer.number] = max(rows.get(answer.number, fresh), fresh, key=_rank)
    moved_at, agent = since.get((ticket.sitting, standing.lease), (0, ""))
    return Taken(
        verdict="held" if ticket.lease == standing.lease else "lost",
        ticket=ExamTicket(
            version=VERSION, person=ticket.person, sitting=ticket.sitting, lease=ticket.lease, issued=now, stamp=ticket.stamp
        ),
        now=now, ends=standing.ends, is_over=standing.handed_in is not None or now >= standing.ends, holder=agent, since=moved_at,
        judged=judged, unread=unread,
    ), list(rows.values())  # fmt: skip


def _row(sitting: int, answer: Answer, asked: papers.Asked, received: int) -> _Row:
    given = json.dumps(given_from_form(_questions[asked.version], asked, answer.fields, number=answer.number), ensure_ascii=False)
    return sitting, answer.number, given, taking.written_at(answer.issued, answer.elapsed, received=received), received, answer.lease


def _rank(row: _Row) -> tuple[int, int, bytes]:
    """What is later: when it was written, then the lease, then (so that it is the same in any order) the text, as the upsert has it."""
    return row[3], row[5], row[2].encode()


async def _count(cursor: AsyncCursor[dict[str, Any]], batch: Sequence[Delivery], results: Sequence[Taken]) -> None:
    counted = []
    for delivery, taken in zip(batch, results, strict=True):
        late = sum(verdict == "late" for verdict in taken.judged.values())
        times, seconds = (delivery.away_times, delivery.away_seconds) if taken.ticket is not None and not taken.is_over else (0, 0)
        if late or times or seconds:
            counted.append((delivery.ticket.sitting, late, times, seconds))
    if counted:
        columns = zip(("sitting", "late", "times", "seconds"), map(list, zip(*counted, strict=True)), strict=True)
        await cursor.execute(_COUNT, dict(columns), prepare=True)
