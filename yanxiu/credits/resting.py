"""What an award rests on: the records behind the requirements that were met, as CTEs to stand after `standings.WITH`.

A requirement rests on the earliest records that reach its target; a block, whose hours all count, on all of them up to its cap.
`since` is the moment at which the last one needed was there: it gives the year, so that settling later gives the same one.
"""

# Records that count for a requirement now: the metric's verbs, its kinds, inside its window, not voided.
_COUNTS = """
     AND r.verb = m.verb AND r.object_type = m.object_type
     AND (cardinality(w.kinds) = 0 OR r.kind = ANY(w.kinds))
     AND (w.starts_at IS NULL OR r.at >= w.starts_at) AND (w.ends_at IS NULL OR r.at < w.ends_at)
     AND r.id NOT IN (SELECT v.voids FROM records_record v WHERE v.programme_id = %(programme_id)s AND v.voids IS NOT NULL)
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

# The planner takes these rows for few; joined they are compared each with each, and grouped by key they never are.
_OF_BLOCK = """,
block AS (
    SELECT x.person_id, x.role, x.space_id, x.key, MAX(x.programme_id) AS programme_id, MAX(x.version_id) AS version_id,
           MAX(x.value) AS value, MAX(x.label) AS label,
           COALESCE(jsonb_agg(x.id ORDER BY x.id) FILTER (WHERE x.id IS NOT NULL), '[]') AS evidence,
           COALESCE(MAX(x.at) FILTER (WHERE x.is_needed), MIN(x.at)) AS since
    FROM (
        SELECT w.person_id, w.role, w.space_id, w.key, w.programme_id, w.version_id, w.value, w.label, NULL::bigint AS id,
               NULL::timestamptz AS at, FALSE AS is_needed FROM wanted w
        UNION ALL
        SELECT o.person_id, o.role, o.space_id, o.key, NULL, NULL, NULL, NULL, o.id, o.at, o.need IS NULL OR o.before < o.need
        FROM ordered o WHERE o.cap IS NULL OR o.nth <= o.cap
    ) x GROUP BY 1, 2, 3, 4
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
passing AS (
    SELECT x.person_id, x.role, COALESCE(jsonb_agg(DISTINCT x.id) FILTER (WHERE x.id IS NOT NULL), '[]') AS evidence, MAX(x.at) AS since
    FROM (
        SELECT y.*, bool_or(y.passed) OVER (PARTITION BY y.person_id, y.role, y.space_id) AS holds
        FROM (
            SELECT q.person_id, q.role, q.space_id, NULL::bigint AS id, NULL::timestamptz AS at, q.passed FROM result q
            UNION ALL SELECT o.person_id, o.role, o.space_id, o.id, o.at, FALSE FROM ordered o WHERE o.need IS NULL OR o.before < o.need
            UNION ALL SELECT f.person_id, f.role, f.space_id, NULL, f.since, FALSE FROM founded f
        ) y
    ) x WHERE x.holds GROUP BY 1, 2
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
"""`block`: the blocks that count, with value, label, evidence and since."""

RESULT = _BEHIND.replace("WANTED", "s.key = ANY(%(keys)s)").strip() + _OF_RESULT
"""`passing`: (person_id, role, evidence, since) of those who pass; `keys` are the requirements of the rule, `result` its CTE."""
