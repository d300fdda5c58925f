"""What is new since a programme was last settled: people for whom nothing moved need not be judged again.

What settling reads is of two kinds. What holds for everybody of a version (its requirements, the rules as statements, the metrics, the
slices) is summed up in a digest; when that is another, everybody is judged. What concerns somebody (records, findings, waivers,
roles, enrolments) tells by its transaction whether it came after the last settlement began. Transactions, not times: one that
commits late is not passed over. They mean something within one cluster only, so the digest names the cluster.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

from yanxiu.credits import settlement, standings
from yanxiu.credits.awards import Batch
from yanxiu.credits.models import Settlement
from yanxiu.kit import sql
from yanxiu.programmes.models import PlanVersion, Programme

_FARTHEST: Final = 2**31 - 2**24
"""Ages of rows are counted in 32 bits: marks that are older than this say nothing about them."""

_OLDEST_OPEN = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xid"

# A recount of the tallies gives the first of them another id.
_COMMON = """
SELECT (SELECT system_identifier FROM pg_control_system()) AS cluster,
       (SELECT oid FROM pg_database WHERE datname = current_database()) AS database,
       (SELECT string_agg(r::text, chr(10) ORDER BY r.id) FROM evaluation_requirement r WHERE r.version_id = %(version)s) AS requirements,
       (SELECT string_agg(concat_ws(' ', m.metric, m.verb, m.object_type, m.for_actor), chr(10) ORDER BY m.metric, m.verb, m.object_type)
        FROM records_metricsource m) AS metrics,
       (SELECT string_agg(concat_ws(' ', s.number, s.starts_at, s.ends_at), chr(10) ORDER BY s.number)
        FROM records_slice s WHERE s.programme_id = %(programme)s) AS slices,
       (SELECT md5(string_agg(concat_ws(' ', c.over, c.space_id, c.member), chr(10) ORDER BY c.over, c.space_id, c.member))
        FROM evaluation_coveragemember c WHERE c.programme_id = %(programme)s) AS coverage,
       (SELECT t.id FROM records_tally t WHERE t.programme_id = %(programme)s
        ORDER BY t.programme_id, t.person_id, t.metric, t.kind, t.space_id, t.slice LIMIT 1) AS first_tally
"""

# `far` is how long ago the mark was, in transactions; a row whose own transaction is not older is new. A record is new too when it had
# not happened yet as of the last settlement. What was voided concerns its actor as well, and a space all who ever answered for it.
_CHANGED = """
WITH far AS MATERIALIZED (SELECT age((%(xid)s::bigint & 4294967295)::text::xid) AS far),
moved AS MATERIALIZED (
    SELECT r.person_id, r.actor_id, r.space_id, r.voids FROM records_record r
    WHERE r.xid::text::bigint >= %(xid)s AND r.programme_id = %(programme)s
    UNION ALL
    SELECT r.person_id, r.actor_id, r.space_id, r.voids FROM records_record r
    WHERE r.at >= %(as_of)s AND r.xid::text::bigint < %(xid)s AND r.programme_id = %(programme)s
),
spaces AS MATERIALIZED (
    SELECT m.space_id FROM moved m WHERE m.space_id IS NOT NULL
    UNION SELECT j.space_id FROM evaluation_judgement j, far WHERE j.programme_id = %(programme)s AND j.space_id > 0 AND age(j.xmin) <= far
),
concerned AS (
    SELECT m.person_id FROM moved m
    UNION SELECT m.actor_id FROM moved m
    UNION SELECT o.actor_id FROM moved m JOIN records_record o ON o.id = m.voids
    UNION SELECT e.person_id FROM programmes_enrolment e, far WHERE e.programme_id = %(programme)s AND age(e.xmin) <= far
    UNION SELECT h.person_id FROM evaluation_role h, far
          WHERE h.programme_id = %(programme)s AND (age(h.xmin) <= far OR h.space_id IN (SELECT s.space_id FROM spaces s))
    UNION SELECT j.person_id FROM evaluation_judgement j, far WHERE j.programme_id = %(programme)s AND age(j.xmin) <= far
    UNION SELECT w.person_id FROM evaluation_waiver w, far WHERE w.programme_id = %(programme)s AND age(w.xmin) <= far
)
SELECT p.person_id FROM (
    SELECT person_id FROM programmes_enrolment WHERE version_id = %(version)s AND state = 'active'
    UNION SELECT person_id FROM evaluation_role WHERE version_id = %(version)s AND until_at IS NULL
) p JOIN concerned c ON c.person_id = p.person_id ORDER BY p.person_id
"""


def oldest_open() -> int:
    """Return the oldest transaction that is open now: whatever is written from there on may be unseen. Cost: one query."""
    return int(sql.rows(_OLDEST_OPEN)[0]["xid"])


def grounds(versions: Iterable[PlanVersion]) -> dict[str, str]:
    """Return a digest of what holds for everybody of each version, by its id as text. Cost: one query a version."""
    return {str(version.pk): _digest(version) for version in versions}


def _digest(version: PlanVersion) -> str:
    facts = sql.rows(_COMMON, {"version": version.pk, "programme": version.programme_id})[0]
    rules = settlement.rules_of(version)
    batch = Batch(programme_id=version.programme_id, version_id=version.pk, persons=None, at=version.published_at)
    passes = settlement.passes(rules, batch, touched=True)
    asked = [standings.ASKED, [select for one in passes for select in one]]
    return hashlib.sha256(repr([facts, asked]).encode()).hexdigest()


def last_settled(programme: Programme) -> Settlement | None:
    """Return the last settlement of a programme that came to its end, if it kept a mark. Cost: one query."""
    return Settlement.objects.filter(programme=programme, finished_at__isnull=False).order_by("-pk").exclude(from_xid=None).first()


def concerned(run: Settlement, version: PlanVersion, *, since: Settlement | None) -> list[int] | None:
    """Return the participants of a version for whom anything moved between two settlements; None when all are to be judged.

    Cost: at most 2 queries; the second reads the enrolments of the programme and what was recorded since.
    """
    if since is None or since.from_xid is None or since.grounds.get(str(version.pk)) != run.grounds.get(str(version.pk)):
        return None
    if oldest_open() - since.from_xid > _FARTHEST:
        return None
    facts = {"programme": version.programme_id, "version": version.pk, "xid": since.from_xid, "as_of": since.as_of}
    return [row["person_id"] for row in sql.rows(_CHANGED, facts, plan="fresh")]
