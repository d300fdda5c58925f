"""The set-based SQL of study: one text serves the beat gateway and the actions."""

LOCK_CLASS = 0x57AD
"""First key of the advisory locks that put everything about one person's study in a row (the second is the person)."""

LOCK = "SELECT pg_advisory_xact_lock(%(lock)s, p) FROM unnest(%(people)s::int[]) AS t(p)"

# The function stands in the migration `credit`: locks, then judges and stores in a statement of its own, which therefore sees what the
# transactions before it wrote. One call is one transaction and one round trip; see there for the rules of the bound.
CREDIT = """
SELECT verdict, is_open, seconds, length, trimmed, at, person_id, enrolment_id, kind, item_id
FROM learning_credit(%(person)s::bigint[], %(number)s::int[], %(nonce)s::bigint[], %(mask)s::varbit[], %(position)s::int[],
                     %(stamp)s::text[], %(session)s::text[], %(hidden)s::int[], %(device)s::bigint[], %(share)s, %(may_end)s)
"""

# The function stands in the migration `opening`: lock, end what was open, lease, progress of a film, in one round trip.
OPEN = """
SELECT number, at, seconds, resume, stamp, is_known
FROM learning_open(%(person)s::bigint, %(enrolment)s::bigint, %(kind)s::smallint, %(item)s::bigint, %(length)s::int, %(rate)s::smallint,
                   %(nonce)s::bigint, %(device)s::bigint, %(address)s::inet, %(once)s::text)
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

# A film is not done while a question that must be answered waits in it, nor a lesson case that asks for a report without one.
FINISH_STEPS = """
INSERT INTO learning_stepdone (enrolment_id, step_id, how, done_at)
SELECT DISTINCT d.enrolment_id, d.step_id, d.how, %(at)s::timestamptz
FROM unnest(%(enrolments)s::bigint[], %(steps)s::bigint[], %(hows)s::text[]) AS d(enrolment_id, step_id, how)
JOIN programmes_enrolment e ON e.id = d.enrolment_id AND e.state = 'active'
JOIN catalogue_step t ON t.id = d.step_id
JOIN programmes_offering o ON o.course_id = t.course_id AND o.programme_id = e.programme_id
JOIN learning_selection s ON s.offering_id = o.id AND s.enrolment_id = e.id AND s.dropped_at IS NULL
WHERE NOT (d.how = 'watched' AND EXISTS (
        SELECT 1 FROM jsonb_array_elements(COALESCE(t.content -> 'cues', '[]')) WITH ORDINALITY AS c(cue, number)
        WHERE COALESCE((c.cue ->> 'required')::boolean, true) AND NOT EXISTS (
            SELECT 1 FROM learning_cueanswer a
            WHERE a.enrolment_id = e.id AND a.step_id = t.id AND a.number = c.number AND a.passed_at IS NOT NULL)))
  AND NOT (t.kind = 'case' AND COALESCE((t.content ->> 'needs_report')::boolean, false) AND NOT EXISTS (
        SELECT 1 FROM records_recordkey k WHERE k.key = 'observation:' || e.id || ':' || (t.content ->> 'case_id')))
ON CONFLICT (enrolment_id, step_id) DO NOTHING
RETURNING enrolment_id, step_id, how
"""

# The inquiry by whose decision a record does not count; nothing once an appeal gave it back (its proof is another record then).
WITHHELD_BY = """
SELECT n.inquiry_id FROM integrity_consequence q
JOIN integrity_decision n ON n.id = q.decision_id
JOIN records_recordkey v ON v.key = 'void:' || q.record_id
WHERE q.record_id = {record} AND NOT EXISTS (SELECT FROM records_recordkey r WHERE r.key = 'restored:' || q.record_id)
"""

# `is_again`: it was completed before, and a decision took that away; the new record needs a key of its own.
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
RETURNING id, enrolment_id, course_id, block, hours,
          EXISTS (SELECT FROM records_recordkey k WHERE k.key = 'course:' || enrolment_id || ':' || course_id) AS is_again
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

# Steps that show a lesson case (in a chosen course) and were watched so far that only the report was missing.
CASE_STEPS = """
SELECT t.id, length(p.watched) AS length, p.seconds
FROM learning_selection s
JOIN programmes_offering o ON o.id = s.offering_id
JOIN catalogue_step t ON t.course_id = o.course_id AND t.kind = 'case' AND (t.content ->> 'case_id')::bigint = %(case)s
JOIN learning_progress p ON p.person_id = %(person)s AND p.enrolment_id = s.enrolment_id AND p.kind = 1 AND p.item_id = t.id
WHERE s.enrolment_id = %(enrolment)s AND s.dropped_at IS NULL
ORDER BY t.id
"""

KEEP_PROOF = """
UPDATE learning_coursedone c SET record_id = d.record_id
FROM unnest(%(ids)s::bigint[], %(records)s::bigint[]) AS d(id, record_id) WHERE c.id = d.id
RETURNING c.id
"""

# `part` is what has just been done: watched or reported. The other part is looked at to see whether the case is complete.
# The `key` of the record says which completion it is: a case done anew after a decision has a record of its own.
CASE_KEY = "'case:' || {draw}.enrolment_id || ':' || {draw}.case_id"
CASE_KEY_AGAIN = CASE_KEY + " || ':' || (extract(epoch FROM {draw}.done_at) * 1000000)::bigint"
FINISH_CASES = f"""
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
          e.programme_id, e.unit_path,
          CASE WHEN EXISTS (SELECT FROM records_recordkey k WHERE k.key = {CASE_KEY.format(draw="d")})
               THEN {CASE_KEY_AGAIN.format(draw="d")} ELSE {CASE_KEY.format(draw="d")} END AS key
"""

# The record by which a draw that is done counts or would count.
CASE_RECORD = f"""
SELECT k.record_id FROM records_recordkey k
WHERE {{draw}}.done_at IS NOT NULL AND k.key IN ({CASE_KEY}, {CASE_KEY_AGAIN}) ORDER BY length(k.key) DESC LIMIT 1
"""
