"""The set-based SQL of `effects`: shadows of a programme's rows, and the comparison of two sides of standing."""

from yanxiu.evaluation import statements


def _copy(table: str, where: str = "programme_id = %(programme)s") -> list[str]:
    return [
        f"CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES) ON COMMIT DROP",
        f"INSERT INTO pg_temp.{table} OVERRIDING SYSTEM VALUE SELECT * FROM public.{table} WHERE {where}",
    ]


def _doubled(table: str, where: str) -> list[str]:
    """A copy without its keys, in which each row stands a second time under the version NEW."""
    return [
        f"CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS SELECT * FROM public.{table} WHERE programme_id = %(programme)s AND {where}",
        f"INSERT INTO pg_temp.{table} SELECT (jsonb_populate_record(t, jsonb_build_object('version_id', %(new)s))).* FROM {table} t",
        f"ANALYZE pg_temp.{table}",
    ]


_NEW_VERSION = """
INSERT INTO pg_temp.programmes_planversion
SELECT (jsonb_populate_record(t, jsonb_build_object('id', %(new)s, 'number', 0, 'source', ''))).*
FROM pg_temp.programmes_planversion t ORDER BY id LIMIT 1
"""

_NEXT_ID = """
SELECT setval(pg_get_serial_sequence('pg_temp.evaluation_requirement', 'id'), (SELECT COALESCE(MAX(id), 1) FROM evaluation_requirement))
"""

_SIDES_OF_STANDING = """
CREATE TEMPORARY TABLE effects_standing (
    person_id bigint, role text, space_id bigint, is_new boolean, key text, number int, label text, unit text, counts boolean,
    settled boolean, lacking numeric
) ON COMMIT DROP
"""

_SIDES_OF_RESULTS = """
CREATE TEMPORARY TABLE effects_result (
    person_id bigint, role text, space_id bigint, is_new boolean, rule text, label text, number int, passed boolean
) ON COMMIT DROP
"""

SHADOWS = (
    *_copy("programmes_planversion"),
    # The text is read from the source given; this row only ties the rows of NEW to the programme.
    _NEW_VERSION,
    *_doubled("programmes_enrolment", "state = 'active'"),
    *_doubled("evaluation_role", "until_at IS NULL"),
    *_copy("evaluation_requirement", "version_id IN (SELECT id FROM pg_temp.programmes_planversion)"),
    _NEXT_ID,
    *_copy("records_slice"),
    *_copy("records_tally"),
    _SIDES_OF_STANDING,
    _SIDES_OF_RESULTS,
)


STAND = (
    "INSERT INTO effects_standing "
    + statements.WITH_STANDING
    + """
SELECT s.person_id, s.role, s.space_id, s.version_id = %(new)s, s.key, s.number, s.label, s.unit, s.assessed AND NOT s.soft,
       s.met OR s.status = 'waived', CASE WHEN s.met OR s.status = 'waived' THEN 0 ELSE GREATEST(s.target - s.value, 0) END
FROM standing s"""
)

# The rule's statement reads `standing`: here the rows of one side, and of the versions whose rule it is.
DECIDE = """
INSERT INTO effects_result (person_id, role, space_id, is_new, rule, label, number, passed)
WITH standing AS (
    SELECT s.person_id, s.role, s.space_id, s.key, s.number, s.settled AS met, '' AS status FROM effects_standing s
    JOIN (SELECT person_id, role, 0 AS space_id, version_id FROM programmes_enrolment
          UNION SELECT person_id, role, space_id, version_id FROM evaluation_role) p USING (person_id, role, space_id)
    WHERE p.version_id = %(version)s AND s.is_new = (%(version)s = %(new)s)
)
SELECT b.person_id, b.role, b.space_id, %(version)s = %(new)s, %(rule)s, %(rule_label)s, %(rule_number)s, b.passed FROM ({body}) b"""

CHANGES = """
CREATE TEMPORARY VIEW effects_change AS
SELECT person_id, role, space_id, key, COALESCE(a.number, b.number) AS number, COALESCE(a.label, b.label) AS label,
       COALESCE(a.unit, b.unit) AS unit, b.key IS NOT NULL AS was_due, a.key IS NOT NULL AS is_due,
       COALESCE(b.settled, TRUE) AS was_settled, COALESCE(a.settled, TRUE) AS is_settled,
       COALESCE(b.lacking, 0) AS lacked, COALESCE(a.lacking, 0) AS lacks,
       COALESCE(a.counts, b.counts) AND (COALESCE(b.settled, TRUE) AND NOT COALESCE(a.settled, TRUE)
                                         OR COALESCE(a.lacking, 0) > COALESCE(b.lacking, 0)) AS losing,
       COALESCE(a.counts, b.counts) AND (COALESCE(a.settled, TRUE) AND NOT COALESCE(b.settled, TRUE)
                                         OR COALESCE(a.lacking, 0) < COALESCE(b.lacking, 0)) AS gaining
FROM (SELECT * FROM effects_standing WHERE NOT is_new) b
FULL JOIN (SELECT * FROM effects_standing WHERE is_new) a USING (person_id, role, space_id, key)
"""

# A rule that one side lacks turns nobody's result.
TURNS = """
CREATE TEMPORARY VIEW effects_turn AS
SELECT person_id, role, space_id, rule, COALESCE(a.number, b.number) AS number, COALESCE(a.label, b.label) AS label,
       b.passed AS was_passed, a.passed AS is_passed
FROM (SELECT * FROM effects_result WHERE NOT is_new) b
FULL JOIN (SELECT * FROM effects_result WHERE is_new) a USING (person_id, role, space_id, rule)
"""

BY_REQUIREMENT = """
SELECT key, MIN(label) AS label, role, COUNT(*) FILTER (WHERE was_due) AS due_before,
       COUNT(*) FILTER (WHERE was_due AND was_settled) AS met_before, COUNT(*) FILTER (WHERE is_due) AS due_after,
       COUNT(*) FILTER (WHERE is_due AND is_settled) AS met_after, COUNT(*) FILTER (WHERE losing) AS losing,
       COUNT(*) FILTER (WHERE gaining) AS gaining
FROM effects_change GROUP BY role, key ORDER BY role, MIN(number), key
"""

BY_RULE = """
SELECT rule, role, COUNT(*) FILTER (WHERE was_passed) AS passed_before, COUNT(*) FILTER (WHERE is_passed) AS passed_after,
       COUNT(*) FILTER (WHERE was_passed AND NOT is_passed) AS lost, COUNT(*) FILTER (WHERE is_passed AND NOT was_passed) AS gained
FROM effects_turn GROUP BY rule, role ORDER BY role, MIN(number), rule
"""

_PEOPLE = """
WITH touched AS (
    SELECT person_id, role, space_id FROM effects_change WHERE {change}
    UNION SELECT person_id, role, space_id FROM effects_turn WHERE {turn}
)
SELECT t.person_id, t.role, t.space_id, p.name, COALESCE(o.name, '') AS unit, COUNT(*) OVER () AS total
FROM touched t JOIN people_person p ON p.id = t.person_id LEFT JOIN orgs_org o ON o.id = p.unit_id
ORDER BY p.unit_path, p.sort_key, p.id, t.role, t.space_id LIMIT %(limit)s
"""
SIDES = {
    "losing": _PEOPLE.format(change="losing", turn="was_passed AND NOT is_passed"),
    "gaining": _PEOPLE.format(change="gaining", turn="is_passed AND NOT was_passed"),
}


PINNED = (
    "SELECT version_id FROM programmes_enrolment WHERE version_id <> %(new)s "
    "UNION SELECT version_id FROM evaluation_role WHERE version_id <> %(new)s"
)
COUNT = (
    "SELECT (SELECT COUNT(*) FROM programmes_enrolment WHERE version_id = %(new)s) "
    "+ (SELECT COUNT(*) FROM evaluation_role WHERE version_id = %(new)s) AS n"
)
