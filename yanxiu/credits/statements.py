"""The SQL of the ledger: appending a batch to the chains, checking them, rolling them up."""

_FACTS = (
    "person_id, number, programme_id, version_id, award, account, unit, credit_class, amount, year, source_key, label, reason, evidence, "
    "reverses, entered_by, entered_by_label, entered_at"
)

# What an entry says, as one canonical text; the same function writes and checks, so both mean the same bytes.
PAYLOAD = f"credits_payload({_FACTS})"

# `credits_candidate` is a temporary table of what a batch wants to enter (columns of CANDIDATE); known source keys are passed over.
CANDIDATE = """
CREATE TEMPORARY TABLE IF NOT EXISTS credits_candidate (
    person_id bigint, programme_id bigint, version_id bigint, award text, account text, unit text, credit_class text,
    amount numeric(10, 2), year int, source_key text, label text, reason text, evidence jsonb, reverses bigint
) ON COMMIT DROP
"""
HEADS = """
INSERT INTO credits_head (person_id, number, hash)
SELECT DISTINCT c.person_id, 0, ''::bytea FROM credits_candidate c
WHERE NOT EXISTS (SELECT 1 FROM credits_head h WHERE h.person_id = c.person_id)
ORDER BY 1 ON CONFLICT DO NOTHING
"""
LOCK = """
SELECT COUNT(*) AS locked FROM (
    SELECT h.person_id FROM credits_head h WHERE h.person_id IN (SELECT person_id FROM credits_candidate)
    ORDER BY h.person_id FOR NO KEY UPDATE
) l
"""
# A first entry of anybody has no key to be looked up. Later each key is looked up for itself, so a batch takes as long beside a large
# ledger as beside a small one; and with the head at hand (its number is never below 0), for the planner expects hardly any row to be left
# and would look the heads up one by one.
# A key that was taken back (`void:`) may be earned again: as its next generation, once all before it were taken back.
_CANDIDATES = """
wanted AS (
    SELECT c.*, h.hash AS head, h.number AS last FROM credits_candidate c JOIN credits_head h ON h.person_id = c.person_id
    WHERE (SELECT e.id FROM credits_entry e WHERE e.source_key = c.source_key AND h.number >= 0) IS NULL
    UNION ALL
    SELECT c.person_id, c.programme_id, c.version_id, c.award, c.account, c.unit, c.credit_class, c.amount, c.year,
           c.source_key || CASE WHEN c.source_key LIKE 'earn:%%' THEN '#' ELSE '@' END || g.made, c.label, c.reason, c.evidence, c.reverses,
           h.hash, h.number
    FROM credits_entry v
    JOIN credits_entry e ON e.id = v.reverses
    JOIN credits_candidate c ON c.source_key = e.source_key
    JOIN credits_head h ON h.person_id = c.person_id
    CROSS JOIN LATERAL (
        SELECT COUNT(*) AS made, COUNT(*) FILTER (WHERE EXISTS (SELECT 1 FROM credits_entry o WHERE o.source_key = 'void:' || x.source_key))
               AS taken
        FROM credits_entry x
        WHERE x.person_id = c.person_id
          AND (x.source_key = c.source_key
               OR x.source_key ~ '[#@][0-9]+$' AND regexp_replace(x.source_key, '[#@][0-9]+$', '') = c.source_key)
    ) g
    WHERE v.reverses IS NOT NULL AND v.source_key LIKE 'void:%%' AND g.made = g.taken
)
"""
_ALL_CANDIDATES = """
wanted AS (SELECT c.*, h.hash AS head, h.number AS last FROM credits_candidate c JOIN credits_head h ON h.person_id = c.person_id)
"""
# Numbers, links and rows in one order: sorted once. A bonus stands behind what it is for, whether it is entered with it or later.
_IN_ORDER = """WINDOW one AS (PARTITION BY f.person_id ORDER BY f.source_key LIKE 'bonus:%%', f.source_key COLLATE "C")"""
_APPEND = f"""
WITH moment AS MATERIALIZED (SELECT at AS entered_at, credits_moment(at) AS written FROM (SELECT %(at)s::timestamptz AS at) x),
WANTED,
fresh AS (
    SELECT f.*, f.last + (row_number() OVER one)::int AS number,
           %(by_id)s::bigint AS entered_by, %(by_label)s::text AS entered_by_label, m.entered_at, m.written
    FROM wanted f
    CROSS JOIN moment m
    {_IN_ORDER}
),
linked AS (SELECT f.*, credits_chain(f.head, {PAYLOAD.replace("entered_at", "written")}) OVER one AS hash FROM fresh f {_IN_ORDER})
INSERT INTO credits_entry ({_FACTS}, previous_hash, hash)
SELECT {_FACTS}, COALESCE(LAG(f.hash) OVER one, f.head), f.hash FROM linked f {_IN_ORDER}
"""
APPEND = _APPEND.replace("WANTED", _CANDIDATES.strip())
APPEND_FIRST = _APPEND.replace("WANTED", _ALL_CANDIDATES.strip())
ENDS = """
UPDATE credits_head h SET number = e.number, hash = e.hash
FROM (SELECT DISTINCT person_id FROM credits_candidate) c
CROSS JOIN LATERAL (SELECT x.number, x.hash FROM credits_entry x WHERE x.person_id = c.person_id ORDER BY x.number DESC LIMIT 1) e
WHERE h.person_id = c.person_id AND h.number < e.number
"""

# The first bad entry of each person: its own hash, its link, its number, or an end that the head does not know.
VERIFY = f"""
WITH chain AS (
    SELECT e.id, e.person_id, e.number, e.hash, e.previous_hash,
           (row_number() OVER w)::int AS place,
           credits_chain(''::bytea, {PAYLOAD.replace("(", "(e.", 1).replace(", ", ", e.")}) OVER w AS expected,
           LAG(e.hash) OVER w AS before
    FROM credits_entry e WINDOW w AS (PARTITION BY e.person_id ORDER BY e.number)
),
bad AS (
    SELECT person_id, number, id,
           CASE WHEN number <> place THEN 'gap' WHEN previous_hash <> COALESCE(before, ''::bytea) THEN 'link' ELSE 'content' END AS what
    FROM chain
    WHERE number <> place OR hash <> expected OR previous_hash <> COALESCE(before, ''::bytea)
),
ends AS (SELECT person_id, MAX(number) AS number FROM credits_entry GROUP BY 1),
tails AS (
    SELECT COALESCE(h.person_id, e.person_id) AS person_id, COALESCE(e.number, 0) + 1 AS number, NULL::bigint AS id,
           CASE WHEN h.person_id IS NULL THEN 'no_head' ELSE 'missing_end' END AS what
    FROM credits_head h FULL JOIN ends e USING (person_id)
    WHERE (h.person_id IS NULL) OR (h.number > COALESCE(e.number, 0))
    UNION ALL
    SELECT h.person_id, h.number, NULL, 'head' FROM credits_head h
    JOIN credits_entry e ON e.person_id = h.person_id AND e.number = h.number WHERE e.hash <> h.hash
)
SELECT DISTINCT ON (person_id) person_id, number, id, what FROM (SELECT * FROM bad UNION ALL SELECT * FROM tails) x
ORDER BY person_id, number, id NULLS LAST LIMIT %(limit)s
"""

ROLL = """
SELECT COUNT(*) AS people, COALESCE(SUM(number), 0)::bigint AS entries,
       sha256(COALESCE(string_agg(int8send(person_id) || int4send(number) || hash, ''::bytea ORDER BY person_id), ''::bytea)) AS hash
FROM credits_head WHERE number > 0
"""
