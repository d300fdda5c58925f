"""The evaluator: fixed set-based statements, the same for one person's page, a school's list and a province's settlement.

Parameters: `versions` (plan version ids), `persons` (person ids, or null for everybody in `path`), `path` (unit-path prefix),
`at` (the moment judged). Participants are pinned to a version, so the rows of several versions live side by side.
"""

# The planner knows nothing of the columns of `participant`: joined by equality it expects one row of `due`, then compares everybody
# with everybody's tallies in nested loops (200 people: 2.6 s instead of 0.03 s). CASE is opaque to it: it expects half of all pairs.
# `valued` is materialized so that a filter on standing cannot make it expect one row again.
PARTICIPANTS = """
participant AS MATERIALIZED (
    SELECT e.programme_id, e.version_id, e.person_id, e.role, 0::bigint AS space_id, e.stage, '' AS level, e.unit_path
    FROM programmes_enrolment e
    WHERE e.version_id = ANY(%(versions)s) AND e.state = 'active'
      AND (%(persons)s::bigint[] IS NULL OR e.person_id = ANY(%(persons)s::bigint[]))
      AND e.unit_path LIKE %(path)s || '%%'
    UNION ALL
    SELECT h.programme_id, h.version_id, h.person_id, h.role, h.space_id, h.stage, h.level, h.unit_path
    FROM evaluation_role h
    WHERE h.version_id = ANY(%(versions)s) AND h.until_at IS NULL
      AND (%(persons)s::bigint[] IS NULL OR h.person_id = ANY(%(persons)s::bigint[]))
      AND h.unit_path LIKE %(path)s || '%%'
),
due AS MATERIALIZED (
    SELECT p.programme_id, p.person_id, p.role, p.space_id, r.id AS requirement_id
    FROM participant p
    JOIN evaluation_requirement r ON r.version_id = ANY(%(versions)s)
     AND CASE WHEN r.version_id = p.version_id AND r.subject_role = p.role
               AND (cardinality(r.stages) = 0 OR p.stage = ANY(r.stages)) AND p.stage <> ALL(r.except_stages)
               AND (r.level = '' OR p.level = '' OR r.level = p.level) THEN TRUE ELSE FALSE END
)
"""

# hours, items, count, slots of a person: sums of her tallies in the slices of the window.
_BY_PERSON = """
by_person AS MATERIALIZED (
    SELECT t.person_id, r.id AS requirement_id, SUM(t.count) AS count, SUM(t.amount) AS amount,
           COUNT(DISTINCT t.kind) FILTER (WHERE t.count > 0) AS kinds_reached
    FROM evaluation_requirement r
    JOIN programmes_planversion v ON v.id = r.version_id
    JOIN records_tally t ON t.programme_id = v.programme_id AND t.metric = r.metric
     AND (cardinality(r.kinds) = 0 OR t.kind = ANY(r.kinds))
     AND (cardinality(r.slices) = 0 OR t.slice = ANY(r.slices))
    WHERE r.version_id = ANY(%(versions)s) AND r.per = 'person' AND r.metric <> '' AND r.kind <> 'coverage' AND t.person_id > 0
      AND (%(persons)s::bigint[] IS NULL OR t.person_id = ANY(%(persons)s::bigint[]))
    GROUP BY 1, 2
)
"""

# The same of a workshop, a team or a school: whatever anybody did in its space.
_BY_SPACE = """
by_space AS MATERIALIZED (
    SELECT t.space_id, r.id AS requirement_id, SUM(t.count) AS count, SUM(t.amount) AS amount,
           COUNT(DISTINCT t.kind) FILTER (WHERE t.count > 0) AS kinds_reached
    FROM evaluation_requirement r
    JOIN programmes_planversion v ON v.id = r.version_id
    JOIN records_tally t ON t.programme_id = v.programme_id AND t.metric = r.metric
     AND (cardinality(r.kinds) = 0 OR t.kind = ANY(r.kinds))
     AND (cardinality(r.slices) = 0 OR t.slice = ANY(r.slices))
    WHERE r.version_id = ANY(%(versions)s) AND r.per <> 'person' AND r.metric <> '' AND r.kind <> 'coverage'
      AND t.space_id IN (SELECT p.space_id FROM participant p WHERE p.space_id > 0)
    GROUP BY 1, 2
)
"""

# Share of a set: how many of the lower workshops were reached at least once.
_COVERAGE = """
by_cover AS MATERIALIZED (
    SELECT d.space_id, d.requirement_id,
           COUNT(DISTINCT m.member) AS total,
           COUNT(DISTINCT m.member) FILTER (WHERE t.reached) AS count
    FROM (SELECT DISTINCT programme_id, space_id, requirement_id FROM due WHERE space_id > 0) d
    JOIN evaluation_requirement r ON r.id = d.requirement_id AND r.kind = 'coverage'
    LEFT JOIN evaluation_coveragemember m ON m.programme_id = d.programme_id AND m.over = r.over AND m.space_id = d.space_id
    LEFT JOIN LATERAL (
        SELECT SUM(t.count) > 0 AS reached FROM records_tally t
        WHERE t.programme_id = d.programme_id AND t.metric = r.metric AND t.space_id = d.space_id AND t.kind = m.member
          AND (cardinality(r.slices) = 0 OR t.slice = ANY(r.slices))
    ) t ON TRUE
    GROUP BY 1, 2
)
"""

# The same share of a person: records of one metric per record of another (sessions attended of those called to).
_SHARE = """
by_share AS MATERIALIZED (
    SELECT t.person_id, r.id AS requirement_id,
           COALESCE(SUM(t.count) FILTER (WHERE t.metric = r.over), 0) AS total,
           COALESCE(SUM(t.count) FILTER (WHERE t.metric = r.metric), 0) AS count
    FROM evaluation_requirement r
    JOIN programmes_planversion v ON v.id = r.version_id
    JOIN records_tally t ON t.programme_id = v.programme_id AND t.metric IN (r.metric, r.over)
     AND (cardinality(r.slices) = 0 OR t.slice = ANY(r.slices))
    WHERE r.version_id = ANY(%(versions)s) AND r.per = 'person' AND r.kind = 'coverage' AND t.person_id > 0
      AND (%(persons)s::bigint[] IS NULL OR t.person_id = ANY(%(persons)s::bigint[]))
    GROUP BY 1, 2
)
"""

_JUDGED = """
judged AS MATERIALIZED (
    SELECT j.programme_id, j.person_id, j.space_id, j.key, j.score, j.passed, j.grade
    FROM evaluation_judgement j
    JOIN programmes_planversion v ON v.programme_id = j.programme_id AND v.id = ANY(%(versions)s)
    WHERE j.superseded_at IS NULL AND (%(persons)s::bigint[] IS NULL OR j.person_id = 0 OR j.person_id = ANY(%(persons)s::bigint[]))
    GROUP BY 1, 2, 3, 4, 5, 6, 7
)
"""

_VALUE = """
valued AS MATERIALIZED (
    SELECT d.programme_id, d.person_id, d.role, d.space_id, d.requirement_id,
        CASE r.kind
            WHEN 'hours' THEN COALESCE(bp.amount, bs.amount, 0)
            WHEN 'items' THEN LEAST(COALESCE(bp.count, bs.count, 0), COALESCE(r.cap, 2147483647)) * COALESCE(r.each, 1)
            WHEN 'count' THEN COALESCE(bp.count, bs.count, 0)
            WHEN 'slots' THEN CASE WHEN r.kinds[1] LIKE '%%.%%' THEN COALESCE(bp.kinds_reached, bs.kinds_reached, 0)
                                   ELSE COALESCE(bp.count, bs.count, 0) END
            WHEN 'coverage' THEN COALESCE(COALESCE(c.count, sh.count)::numeric / NULLIF(COALESCE(c.total, sh.total), 0), 0)
            ELSE COALESCE(j.score, CASE WHEN j.passed THEN r.target ELSE 0 END, 0)
        END AS value,
        CASE WHEN r.kind IN ('score', 'decision') THEN COALESCE(j.passed, FALSE) END AS passed,
        j.grade, COALESCE(c.total, sh.total) AS cover_total, COALESCE(c.count, sh.count) AS cover_count, w.id AS waiver_id
    FROM due d
    JOIN evaluation_requirement r ON r.id = d.requirement_id
    LEFT JOIN by_person bp ON r.per = 'person' AND bp.person_id = d.person_id AND bp.requirement_id = d.requirement_id
    LEFT JOIN by_space bs ON r.per <> 'person' AND bs.space_id = d.space_id AND bs.requirement_id = d.requirement_id
    LEFT JOIN by_share sh ON r.per = 'person' AND sh.person_id = d.person_id AND sh.requirement_id = d.requirement_id
    LEFT JOIN by_cover c ON c.space_id = d.space_id AND c.requirement_id = d.requirement_id
    LEFT JOIN judged j ON j.programme_id = d.programme_id AND j.key = r.key
     AND ((r.per = 'person' AND j.person_id = d.person_id) OR (r.per <> 'person' AND j.space_id = d.space_id AND j.space_id > 0))
    LEFT JOIN evaluation_waiver w ON w.programme_id = d.programme_id AND w.person_id = d.person_id AND w.key = r.key
     AND w.revoked_at IS NULL
),
standing AS (
    SELECT v.*, r.key, r.number, r.kind, r.label, r.per, r.target, r.unit, r.each, r.soft, r.timely, r.assessed, r.clause, r.note, r.kinds,
           r.metric, r.starts_at, r.ends_at, r.window, r.version_id,
           COALESCE(v.passed, v.value >= r.target) AS met,
           CASE
               WHEN v.waiver_id IS NOT NULL THEN 'waived'
               WHEN COALESCE(v.passed, v.value >= r.target) THEN 'met'
               WHEN r.starts_at IS NOT NULL AND %(at)s::timestamptz < r.starts_at THEN 'not_due'
               WHEN r.ends_at IS NOT NULL AND %(at)s::timestamptz >= r.ends_at THEN 'late'
               ELSE 'short'
           END AS status
    FROM valued v JOIN evaluation_requirement r ON r.id = v.requirement_id
)
"""

WITH_STANDING = "WITH " + ",\n".join(part.strip() for part in (PARTICIPANTS, _BY_PERSON, _BY_SPACE, _COVERAGE, _SHARE, _JUDGED, _VALUE))

STANDING = WITH_STANDING + " SELECT * FROM standing ORDER BY person_id, role, space_id, number"

# Of the persons given alone, without the way to everybody: one plan then fits all values, and is kept.
STANDING_OF = STANDING.replace("%(persons)s::bigint[] IS NULL OR ", "")
