"""The set-based SQL of study: one text serves the beat gateway and the actions."""

LOCK_CLASS = 0x57AD
"""First key of the advisory locks that put everything about one person's study in a row (the second is the person)."""

LOCK = "SELECT pg_advisory_xact_lock(%(lock)s, p) FROM unnest(%(people)s::int[]) AS t(p)"

# A beat is credited up to its budget: the server seconds of its lease times the rate, less what the lease was credited. The
# budget of a lease stops growing when another opens, so late beats keep what was earned and parallel ones earn nothing.
# Of a claim beyond the budget the earliest seconds are granted. The text runs after LOCK, as a statement of its own, so that it
# sees what the transactions before it wrote.
CREDIT = """
WITH beat AS MATERIALIZED (
    SELECT * FROM unnest(%(person)s::bigint[], %(number)s::int[], %(nonce)s::bigint[], %(mask)s::varbit[], %(position)s::int[],
                         %(stamp)s::text[], %(session)s::text[])
        AS b(person_id, number, nonce, mask, position, stamp, session_key)
), judged AS MATERIALIZED (
    SELECT b.person_id, b.number, b.position, l.enrolment_id, l.kind, l.item_id, l.ended_at IS NULL AS is_open, p.seconds AS before,
           length(p.watched) AS length,
           CASE WHEN length(p.watched) = length(b.mask) THEN b.mask & ~p.watched END AS fresh,
           GREATEST(0, floor(extract(epoch FROM LEAST(clock_timestamp(), COALESCE(l.ended_at, 'infinity')) - l.started_at)
                             * l.rate / 100)::int - l.credited) AS budget,
           CASE WHEN s.session_key IS NULL OR a.state IS DISTINCT FROM 'active' OR a.security_stamp IS DISTINCT FROM b.stamp
                    THEN 'signed_out'
                WHEN l.person_id IS NULL OR length(p.watched) IS DISTINCT FROM length(b.mask) THEN 'gone'
                WHEN e.state <> 'active' OR g.state <> 'running' THEN 'left'
                ELSE 'held' END AS verdict
    FROM beat b
    LEFT JOIN learning_lease l ON l.person_id = b.person_id AND l.number = b.number AND l.nonce = b.nonce
    LEFT JOIN learning_progress p ON p.person_id = l.person_id AND p.enrolment_id = l.enrolment_id AND p.kind = l.kind
         AND p.item_id = l.item_id
    LEFT JOIN people_account a ON a.person_id = b.person_id
    LEFT JOIN django_session s ON s.session_key = b.session_key AND s.expire_date > clock_timestamp()
    LEFT JOIN programmes_enrolment e ON e.id = l.enrolment_id
    LEFT JOIN programmes_programme g ON g.id = e.programme_id
), granted AS MATERIALIZED (
    SELECT *, CASE WHEN bit_count(fresh) <= budget THEN fresh ELSE learning_first_bits(fresh, budget) END AS kept
    FROM judged WHERE verdict = 'held'
), stored AS (
    UPDATE learning_progress p
    SET watched = p.watched | g.kept, seconds = p.seconds + bit_count(g.kept), updated_at = clock_timestamp(),
        position = CASE WHEN g.is_open THEN g.position ELSE p.position END
    FROM granted g
    WHERE p.person_id = g.person_id AND p.enrolment_id = g.enrolment_id AND p.kind = g.kind AND p.item_id = g.item_id
), charged AS (
    UPDATE learning_lease l SET credited = l.credited + bit_count(g.kept)
    FROM granted g
    WHERE l.person_id = g.person_id AND l.number = g.number AND bit_count(g.kept) > 0
)
SELECT j.person_id, j.number, j.verdict, j.is_open, j.enrolment_id, j.kind, j.item_id, j.length,
       COALESCE(j.before + bit_count(g.kept), j.before, 0)::int AS seconds,
       COALESCE(bit_count(g.fresh) - bit_count(g.kept), 0)::int AS trimmed,
       clock_timestamp() AS at
FROM judged j LEFT JOIN granted g ON g.person_id = j.person_id AND g.number = j.number
"""

OPEN_LEASE = """
WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS at),
ended AS (
    UPDATE learning_lease SET ended_at = GREATEST(started_at, (SELECT at FROM moment))
    WHERE person_id = %(person_id)s AND ended_at IS NULL RETURNING ended_at
)
SELECT COALESCE((SELECT max(number) FROM learning_lease WHERE person_id = %(person_id)s), 0) + 1 AS number,
       GREATEST((SELECT max(ended_at) FROM ended), (SELECT at FROM moment)) AS at
"""

# The bit string is made once per film and participant; a film that was replaced by one of another length begins anew.
PREPARE_PROGRESS = """
INSERT INTO learning_progress AS p (person_id, enrolment_id, kind, item_id, watched, seconds, position, updated_at)
VALUES (%(person_id)s, %(enrolment_id)s, %(kind)s, %(item_id)s, repeat('0', %(length)s)::bit varying, 0, 0, %(at)s)
ON CONFLICT (person_id, enrolment_id, kind, item_id) DO UPDATE
SET watched = CASE WHEN length(p.watched) = length(excluded.watched) THEN p.watched ELSE excluded.watched END,
    seconds = CASE WHEN length(p.watched) = length(excluded.watched) THEN p.seconds ELSE 0 END,
    position = CASE WHEN length(p.watched) = length(excluded.watched) THEN p.position ELSE 0 END
RETURNING p.seconds, p.position
"""

FINISH_STEPS = """
INSERT INTO learning_stepdone (enrolment_id, step_id, how, done_at)
SELECT DISTINCT d.enrolment_id, d.step_id, d.how, %(at)s::timestamptz
FROM unnest(%(enrolments)s::bigint[], %(steps)s::bigint[], %(hows)s::text[]) AS d(enrolment_id, step_id, how)
JOIN programmes_enrolment e ON e.id = d.enrolment_id AND e.state = 'active'
JOIN catalogue_step t ON t.id = d.step_id
JOIN programmes_offering o ON o.course_id = t.course_id AND o.programme_id = e.programme_id
JOIN learning_selection s ON s.offering_id = o.id AND s.enrolment_id = e.id AND s.dropped_at IS NULL
ON CONFLICT (enrolment_id, step_id) DO NOTHING
RETURNING enrolment_id, step_id, how
"""

FINISH_COURSES = """
INSERT INTO learning_coursedone (enrolment_id, course_id, block, hours, done_at)
SELECT DISTINCT s.enrolment_id, o.course_id, s.block, o.hours, %(at)s::timestamptz
FROM unnest(%(enrolments)s::bigint[], %(steps)s::bigint[]) AS d(enrolment_id, step_id)
JOIN catalogue_step t ON t.id = d.step_id
JOIN programmes_enrolment e ON e.id = d.enrolment_id AND e.state = 'active'
JOIN programmes_offering o ON o.course_id = t.course_id AND o.programme_id = e.programme_id
JOIN learning_selection s ON s.offering_id = o.id AND s.enrolment_id = e.id AND s.dropped_at IS NULL
WHERE NOT EXISTS (
    SELECT 1 FROM catalogue_step u
    WHERE u.course_id = o.course_id AND u.kind = ANY(s.needs)
      AND NOT EXISTS (SELECT 1 FROM learning_stepdone x WHERE x.enrolment_id = s.enrolment_id AND x.step_id = u.id)
)
ON CONFLICT (enrolment_id, course_id) DO NOTHING
RETURNING id, enrolment_id, course_id, block, hours
"""

STEP_FACTS = """
SELECT e.id AS enrolment_id, t.id AS step_id, t.title, c.id AS course_id, c.title AS course_title, s.block,
       e.person_id, p.name, e.programme_id, e.unit_path
FROM unnest(%(enrolments)s::bigint[], %(steps)s::bigint[]) AS d(enrolment_id, step_id)
JOIN catalogue_step t ON t.id = d.step_id
JOIN catalogue_course c ON c.id = t.course_id
JOIN programmes_enrolment e ON e.id = d.enrolment_id
JOIN people_person p ON p.id = e.person_id
JOIN programmes_offering o ON o.course_id = c.id AND o.programme_id = e.programme_id
JOIN learning_selection s ON s.offering_id = o.id AND s.enrolment_id = e.id AND s.dropped_at IS NULL
ORDER BY e.person_id, t.id
"""

KEEP_PROOF = """
UPDATE learning_coursedone c SET record_id = d.record_id
FROM unnest(%(ids)s::bigint[], %(records)s::bigint[]) AS d(id, record_id) WHERE c.id = d.id
RETURNING c.id
"""

# `part` is what has just been done: watched or reported. The other part is looked at to see whether the case is complete.
FINISH_CASES = """
UPDATE learning_casedraw d
SET watched_at = CASE WHEN %(part)s = 'watched' THEN %(at)s::timestamptz ELSE d.watched_at END,
    reported_at = CASE WHEN %(part)s = 'reported' THEN %(at)s::timestamptz ELSE d.reported_at END,
    done_at = CASE WHEN %(part)s = 'watched' AND (NOT d.needs_report OR d.reported_at IS NOT NULL)
                     OR %(part)s = 'reported' AND d.watched_at IS NOT NULL THEN %(at)s::timestamptz END
FROM unnest(%(enrolments)s::bigint[], %(cases)s::bigint[]) AS n(enrolment_id, case_id),
     programmes_enrolment e, people_person p, catalogue_lessoncase c
WHERE d.enrolment_id = n.enrolment_id AND d.case_id = n.case_id AND d.voided_at IS NULL
  AND CASE WHEN %(part)s = 'watched' THEN d.watched_at ELSE d.reported_at END IS NULL
  AND e.id = d.enrolment_id AND e.state = 'active' AND p.id = e.person_id AND c.id = d.case_id
RETURNING d.enrolment_id, d.case_id, d.block, d.hours, d.done_at IS NOT NULL AS is_done, c.title, e.person_id, p.name,
          e.programme_id, e.unit_path
"""
