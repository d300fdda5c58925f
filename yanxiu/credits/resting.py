"""What an award rests on: the records behind the requirements that were met, as CTEs to stand after WITH_STANDING.

A requirement rests on the earliest records that reach its target; a block, whose hours all count, on all of them up to its cap.
`since` is the moment at which the last one needed was there: it gives the year, so that settling later gives the same one.
"""

# Records that count for a requirement now: the metric's verbs, its kinds, inside its window, not voided.
_COUNTS = """
     AND r.verb = m.verb AND r.object_type = m.object_type
     AND (cardinality(w.kinds) = 0 OR r.kind = ANY(w.kinds))
     AND (w.starts_at IS NULL OR r.at >= w.starts_at) AND (w.ends_at IS NULL OR r.at < w.ends_at)
     AND NOT EXISTS (SELECT 1 FROM records_record v WHERE v.voids = r.id)
"""

# `WANTED` narrows standing to what the award asks for. `need` is null where no prefix of the records is enough by itself.
_BEHIND = f"""
wanted AS MATERIALIZED (
    SELECT s.*, q.cap,
           CASE s.kind WHEN 'hours' THEN s.target WHEN 'items' THEN CEIL(s.target / COALESCE(s.each, 1)) WHEN 'count' THEN s.target
                       WHEN 'slots' THEN CASE WHEN s.kinds[1] LIKE '%%.%%' THEN NULL ELSE s.target END END AS need
    FROM standing s JOIN evaluation_requirement q ON q.id = s.requirement_id
    WHERE s.role = ANY(%(roles)s) AND s.met AND s.metric <> '' AND (WANTED)
),
behind AS MATERIALIZED (
    SELECT w.person_id, w.role, w.space_id, w.key, w.kind, w.need, w.cap, r.id, r.at, r.measure
    FROM wanted w JOIN records_metricsource m ON m.metric = w.metric AND NOT m.for_actor
    JOIN records_record r ON r.programme_id = w.programme_id AND r.person_id = w.person_id {_COUNTS}
    WHERE w.per = 'person'
    UNION ALL
    SELECT w.person_id, w.role, w.space_id, w.key, w.kind, w.need, w.cap, r.id, r.at, r.measure
    FROM wanted w JOIN records_metricsource m ON m.metric = w.metric AND m.for_actor
    JOIN records_record r ON r.programme_id = w.programme_id AND r.actor_id = w.person_id {_COUNTS}
    WHERE w.per = 'person'
    UNION ALL
    SELECT w.person_id, w.role, w.space_id, w.key, w.kind, w.need, w.cap, r.id, r.at, r.measure
    FROM wanted w JOIN records_metricsource m ON m.metric = w.metric
    JOIN records_record r ON r.programme_id = w.programme_id AND r.space_id = w.space_id {_COUNTS}
    WHERE w.per <> 'person'
),
ordered AS (
    SELECT b.*, row_number() OVER one AS nth,
           SUM(CASE WHEN b.kind = 'hours' THEN COALESCE(b.measure, 0) ELSE 1 END) OVER (one ROWS UNBOUNDED PRECEDING)
           - CASE WHEN b.kind = 'hours' THEN COALESCE(b.measure, 0) ELSE 1 END AS before
    FROM behind b WINDOW one AS (PARTITION BY b.person_id, b.role, b.space_id, b.key ORDER BY b.at, b.id)
)
"""

_OF_BLOCK = """,
rest AS (
    SELECT o.person_id, o.role, o.space_id, o.key, jsonb_agg(o.id ORDER BY o.id) AS evidence,
           COALESCE(MAX(o.at) FILTER (WHERE o.need IS NULL OR o.before < o.need), MIN(o.at)) AS since
    FROM ordered o WHERE o.cap IS NULL OR o.nth <= o.cap GROUP BY 1, 2, 3, 4
)
"""

# A finding of a person (score, decision) has no record of its own: its first moment counts for the year.
_OF_RESULT = """,
founded AS (
    SELECT s.person_id, s.role, s.space_id, MIN(j.judged_at) AS since
    FROM standing s JOIN evaluation_judgement j ON j.programme_id = s.programme_id AND j.key = s.key AND j.passed
     AND CASE WHEN s.per = 'person' THEN j.person_id = s.person_id ELSE j.space_id = s.space_id AND s.space_id > 0 END
    WHERE s.role = ANY(%(roles)s) AND s.key = ANY(%(keys)s) AND s.kind IN ('score', 'decision') AND s.met
    GROUP BY s.person_id, s.role, s.space_id, s.key
),
rest AS (
    SELECT x.person_id, x.role, COALESCE(jsonb_agg(DISTINCT x.id) FILTER (WHERE x.id IS NOT NULL), '[]') AS evidence, MAX(x.at) AS since
    FROM (
        SELECT o.person_id, o.role, o.space_id, o.id, o.at FROM ordered o WHERE o.need IS NULL OR o.before < o.need
        UNION ALL SELECT f.person_id, f.role, f.space_id, NULL, f.since FROM founded f
    ) x JOIN result q ON q.passed AND q.person_id = x.person_id AND q.role = x.role AND q.space_id = x.space_id
    GROUP BY 1, 2
)
"""

BLOCK = (
    _BEHIND.replace(
        "WANTED",
        "s.value > 0 AND s.kind IN ('hours', 'items') AND cardinality(s.kinds) = 1 "
        "AND (cardinality(%(blocks)s::text[]) = 0 OR s.kinds[1] = ANY(%(blocks)s))",
    ).strip()
    + _OF_BLOCK
)
"""`rest`: (person_id, role, space_id, key, evidence, since) of the blocks that count."""

RESULT = _BEHIND.replace("WANTED", "s.key = ANY(%(keys)s)").strip() + _OF_RESULT
"""`rest`: (person_id, role, evidence, since) of those who pass; `keys` are the requirements of the rule, `result` its CTE."""
