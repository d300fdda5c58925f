"""The set-based SQL of tallies: one fold serves a single record, a batch, a rebuild and a rehearsal.

`{record}`, `{tally}`, `{slice}`, `{source}` are table names, so that a rehearsal can run the same text on temporary tables.
"""

# A record counts +1 in its own slice; a voiding record counts −1 in the slice of what it voids.
_CONTRIBUTIONS = """
SELECT COALESCE(o.programme_id, 0) AS programme_id,
       COALESCE(CASE WHEN m.for_actor THEN o.actor_id ELSE o.person_id END, 0) AS person_id,
       COALESCE(o.space_id, 0) AS space_id,
       m.metric, o.kind,
       COALESCE(s.number, 0) AS slice,
       SUM(CASE WHEN r.voids IS NULL THEN 1 ELSE -1 END)::bigint AS count,
       SUM(CASE WHEN r.voids IS NULL THEN 1 ELSE -1 END * COALESCE(o.measure, 0)) AS amount
FROM {record} r
JOIN {record} o ON o.id = COALESCE(r.voids, r.id)
JOIN {source} m ON m.verb = o.verb AND m.object_type = o.object_type
LEFT JOIN {slice} s ON s.programme_id = o.programme_id
     AND (s.starts_at IS NULL OR o.at >= s.starts_at) AND (s.ends_at IS NULL OR o.at < s.ends_at)
WHERE {where}
GROUP BY 1, 2, 3, 4, 5, 6
"""

_UPSERT = """
INSERT INTO {tally} (programme_id, person_id, space_id, metric, kind, slice, count, amount)
SELECT programme_id, person_id, space_id, metric, kind, slice, count, amount FROM ({contributions}) c
ORDER BY programme_id, person_id, metric, kind, space_id, slice
ON CONFLICT (programme_id, person_id, metric, kind, space_id, slice)
DO UPDATE SET count = {tally}.count + excluded.count, amount = {tally}.amount + excluded.amount
"""

# What was written a moment ago, in the statement that writes it: nothing is read again, from however many months.
_FRESH = """
SELECT COALESCE(r.programme_id, 0) AS programme_id, COALESCE(CASE WHEN m.for_actor THEN r.actor_id ELSE r.person_id END, 0) AS person_id,
       COALESCE(r.space_id, 0) AS space_id, m.metric, r.kind, COALESCE(s.number, 0) AS slice,
       COUNT(*) AS count, SUM(COALESCE(r.measure, 0)) AS amount
FROM written r
JOIN {source} m ON m.verb = r.verb AND m.object_type = r.object_type
LEFT JOIN {slice} s ON s.programme_id = r.programme_id
     AND (s.starts_at IS NULL OR r.at >= s.starts_at) AND (s.ends_at IS NULL OR r.at < s.ends_at)
GROUP BY 1, 2, 3, 4, 5, 6
"""

_TABLES = {"record": "records_record", "tally": "records_tally", "slice": "records_slice", "source": "records_metricsource"}

# ORDER BY in the upsert takes row locks in one order, so batches do not deadlock.
FOLD_IDS = _UPSERT.replace("{contributions}", _CONTRIBUTIONS.replace("{where}", "r.id = ANY(%(ids)s)")).format(**_TABLES)
# Follows `INSERT INTO records_record …`; gives the ids.
AND_FOLD = (
    " RETURNING id, at, actor_id, person_id, verb, object_type, programme_id, space_id, kind, measure), folded AS ("
    + _UPSERT.replace("{contributions}", _FRESH).format(**_TABLES)
    + ") SELECT id FROM written"
)
FOLD_PROGRAMME = _UPSERT.replace("{contributions}", _CONTRIBUTIONS.replace("{where}", "o.programme_id = %(programme_id)s")).format(
    **_TABLES
)
FOLD_ALL = _UPSERT.replace("{contributions}", _CONTRIBUTIONS.replace("{where}", "TRUE")).format(**_TABLES)

# What the stored tallies say and the records do not, and the other way round; rows with nothing counted are no difference.
DIFFERENCES = (
    """
WITH recount AS ("""
    + _CONTRIBUTIONS.replace("{where}", "TRUE").format(**_TABLES)
    + """), stored AS (
    SELECT programme_id, person_id, space_id, metric, kind, slice, count, amount FROM records_tally
)
SELECT COALESCE(s.programme_id, n.programme_id) AS programme_id, COALESCE(s.person_id, n.person_id) AS person_id,
       COALESCE(s.space_id, n.space_id) AS space_id, COALESCE(s.metric, n.metric) AS metric,
       COALESCE(s.kind, n.kind) AS kind, COALESCE(s.slice, n.slice) AS slice,
       COALESCE(s.count, 0) AS stored_count, COALESCE(n.count, 0) AS record_count,
       COALESCE(s.amount, 0) AS stored_amount, COALESCE(n.amount, 0) AS record_amount
FROM stored s
FULL JOIN recount n USING (programme_id, person_id, space_id, metric, kind, slice)
WHERE COALESCE(s.count, 0) <> COALESCE(n.count, 0) OR COALESCE(s.amount, 0) <> COALESCE(n.amount, 0)
ORDER BY 1, 2, 3, 4, 5, 6
LIMIT %(limit)s
"""
)
