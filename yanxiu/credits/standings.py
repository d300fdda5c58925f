"""Who is settled and where everybody stands, reckoned once a batch: every pass reads it from temporary tables.

The planner knows what stands in a table and guesses what a statement reckons on the way: with standing inside each statement a batch
took anything between two seconds and four minutes.
"""

from collections.abc import Mapping

from yanxiu.evaluation.statements import PARTICIPANTS, WITH_STANDING
from yanxiu.kit import sql

_TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS credits_participant (
    programme_id bigint, version_id bigint, person_id bigint, role text, space_id bigint
) ON COMMIT DROP;
CREATE TEMPORARY TABLE IF NOT EXISTS credits_standing (
    programme_id bigint, person_id bigint, role text, space_id bigint, requirement_id bigint, value numeric, grade text, met boolean,
    status text, cover_total bigint
) ON COMMIT DROP;
TRUNCATE credits_participant, credits_standing
"""
_WHO = (
    f"INSERT INTO credits_participant WITH {PARTICIPANTS.strip()} "
    "SELECT programme_id, version_id, person_id, role, space_id FROM participant"
)
_HOW = (
    f"INSERT INTO credits_standing {WITH_STANDING} "
    "SELECT programme_id, person_id, role, space_id, requirement_id, value, grade, met, status, cover_total FROM standing"
)

WITH = """WITH participant AS (SELECT * FROM credits_participant),
standing AS (
    SELECT k.*, q.version_id, q.key, q.number, q.kind, q.label, q.per, q.target, q.each, q.kinds, q.metric, q.starts_at, q.ends_at
    FROM credits_standing k JOIN evaluation_requirement q ON q.id = k.requirement_id
)"""
"""What stands before the statements of a batch: `participant` and `standing` as evaluation has them."""

ASKED = (_WHO, _HOW)
"""The statements that reckon a batch, as they are."""


def lay_down(parameters: Mapping[str, object], *, with_standing: bool) -> None:
    """Reckon the people of a batch, and where they stand if any rule asks for it, in the running transaction. Cost: 3 or 5 queries."""
    sql.run(_TABLES)
    sql.run(_WHO, parameters)
    sql.run("ANALYZE credits_participant")
    if with_standing:
        with sql.in_bulk():
            sql.run(_HOW, parameters)
        sql.run("ANALYZE credits_standing")
