"""What an award rests on: the records behind the requirements that were met, as CTEs to stand after `standings.WITH`.

A requirement rests on the earliest records that reach its target; a block, whose hours all count, on all of them up to its cap; a rule
on the requirements that were met when it was first passed. `since` is that moment: it gives the year, so that settling later gives the
same one.
"""

# Records that count for a requirement now: the metric's verbs, its kinds, inside its window, not voided.
_COUNTS = """
     AND r.verb = m.verb AND r.object_type = m.object_type
     AND (cardinality(w.kinds) = 0 OR r.kind = ANY(w.kinds))
     AND (w.starts_at IS NULL OR r.at >= w.starts_at) AND (w.ends_at IS NULL OR r.at < w.ends_at)
     AND r.id NOT IN (SELECT v.voids FROM records_record v WHERE v.programme_id = %(programme_id)s AND v.voids IS NOT NULL)
"""

# `WANTED` narrows standing to what the award asks for. Of slots of several kinds, and of the members of a set, the first of each counts.
_BEHIND = f"""
wanted AS MATERIALIZED (
    SELECT s.*, q.cap, q.over,
           CASE s.kind WHEN 'items' THEN CEIL(s.target / COALESCE(s.each, 1)) WHEN 'coverage' THEN CEIL(s.target * s.cover_total)
                       ELSE s.target END AS need,
           s.kind = 'slots' AND s.kinds[1] LIKE '%%.%%' OR s.kind = 'coverage' AND s.per <> 'person' AS by_kind
    FROM standing s JOIN evaluation_requirement q ON q.id = s.requirement_id
    WHERE s.role = ANY(%(roles)s) AND s.met AND s.metric <> '' AND (WANTED)
),
behind AS MATERIALIZED (
    SELECT w.person_id, w.role, w.space_id, w.key, w.kind, w.need, w.cap, w.by_kind, r.id, r.at, r.measure, r.kind AS of_kind
    FROM wanted w JOIN records_metricsource m ON m.metric = w.metric AND NOT m.for_actor
    JOIN records_record r ON r.programme_id = w.programme_id AND r.person_id = w.person_id {_COUNTS}
    WHERE w.per = 'person'
    UNION ALL
    SELECT w.person_id, w.role, w.space_id, w.key, w.kind, w.need, w.cap, w.by_kind, r.id, r.at, r.measure, r.kind AS of_kind
    FROM wanted w JOIN records_metricsource m ON m.metric = w.metric AND m.for_actor
    JOIN records_record r ON r.programme_id = w.programme_id AND r.actor_id = w.person_id {_COUNTS}
    WHERE w.per = 'person'
    UNION ALL
    SELECT w.person_id, w.role, w.space_id, w.key, w.kind, w.need, w.cap, w.by_kind, r.id, r.at, r.measure, r.kind AS of_kind
    FROM wanted w JOIN records_metricsource m ON m.metric = w.metric
    JOIN records_record r ON r.programme_id = w.programme_id AND r.space_id = w.space_id {_COUNTS}
    WHERE w.per <> 'person' AND (w.kind <> 'coverage' OR EXISTS (
        SELECT 1 FROM evaluation_coveragemember c
        WHERE c.programme_id = w.programme_id AND c.over = w.over AND c.space_id = w.space_id AND c.member = r.kind))
),
counted AS (
    SELECT x.*, CASE WHEN x.kind = 'hours' THEN COALESCE(x.measure, 0) ELSE 1 END AS step
    FROM (
        SELECT b.*, row_number() OVER (PARTITION BY b.person_id, b.role, b.space_id, b.key, b.of_kind ORDER BY b.at, b.id) AS of_its_kind
        FROM behind b
    ) x WHERE NOT x.by_kind OR x.of_its_kind = 1
),
ordered AS (
    SELECT c.*, row_number() OVER one AS nth, SUM(c.step) OVER (one ROWS UNBOUNDED PRECEDING) - c.step < c.need AS is_needed
    FROM counted c WINDOW one AS (PARTITION BY c.person_id, c.role, c.space_id, c.key ORDER BY c.at, c.id)
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
        SELECT o.person_id, o.role, o.space_id, o.key, NULL, NULL, NULL, NULL, o.id, o.at, o.is_needed
        FROM ordered o WHERE o.cap IS NULL OR o.nth <= o.cap
    ) x GROUP BY 1, 2, 3, 4
)
"""

# A finding of a person (score, decision) has no record of its own: its first moment counts for the year. `leaf` says since when each
# requirement of the rule is met (infinity: not yet; null: without any record), `moment` since when the rule is.
_OF_RESULT = """,
founded AS (
    SELECT s.person_id, s.role, s.space_id, s.key, MIN(j.judged_at) AS since
    FROM standing s JOIN evaluation_judgement j ON j.programme_id = s.programme_id AND j.key = s.key AND j.passed
     AND CASE WHEN s.per = 'person' THEN j.person_id = s.person_id ELSE j.space_id = s.space_id AND s.space_id > 0 END
    WHERE s.role = ANY(%(roles)s) AND s.key = ANY(%(keys)s) AND s.kind IN ('score', 'decision') AND s.met
    GROUP BY s.person_id, s.role, s.space_id, s.key
),
needed AS MATERIALIZED (
    SELECT o.person_id, o.role, o.space_id, o.key, o.id, MAX(o.at) OVER (PARTITION BY o.person_id, o.role, o.space_id, o.key) AS since
    FROM ordered o WHERE o.is_needed
),
leaf AS (
    SELECT x.person_id, x.role, x.space_id, x.key, CASE WHEN bool_and(x.met) THEN MAX(x.since) ELSE 'infinity' END AS since
    FROM (
        SELECT s.person_id, s.role, s.space_id, s.key, s.met OR s.status = 'waived' AS met, NULL::timestamptz AS since
        FROM standing s WHERE s.role = ANY(%(roles)s) AND s.key = ANY(%(keys)s)
        UNION ALL SELECT n.person_id, n.role, n.space_id, n.key, TRUE, n.since FROM needed n
        UNION ALL SELECT f.person_id, f.role, f.space_id, f.key, TRUE, f.since FROM founded f
    ) x GROUP BY 1, 2, 3, 4
),
moment AS (MOMENT_BODY),
passing AS (
    SELECT DISTINCT ON (z.person_id, z.role) z.person_id, z.role, z.since,
           COALESCE(jsonb_agg(DISTINCT z.id) FILTER (WHERE z.id IS NOT NULL AND (z.since IS NULL OR z.of_key <= z.since)), '[]') AS evidence
    FROM (
        SELECT y.person_id, y.role, y.space_id, y.id, y.of_key, bool_or(y.passed) OVER one AS holds, MAX(y.since) OVER one AS since
        FROM (
            SELECT q.person_id, q.role, q.space_id, NULL::bigint AS id, NULL::timestamptz AS of_key, NULL::timestamptz AS since, q.passed
            FROM result q
            UNION ALL SELECT m.person_id, m.role, m.space_id, NULL, NULL, m.since, FALSE FROM moment m
            UNION ALL SELECT n.person_id, n.role, n.space_id, n.id, n.since, NULL, FALSE FROM needed n
        ) y WINDOW one AS (PARTITION BY y.person_id, y.role, y.space_id)
    ) z WHERE z.holds GROUP BY z.person_id, z.role, z.space_id, z.since ORDER BY z.person_id, z.role, z.since NULLS LAST, z.space_id
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
"""`passing`: (person_id, role, evidence, since) of those who pass; `keys` are the requirements of the rule. For RESULT_BODY and MOMENT_BODY
stand the rule's results and moments."""
