"""The set-based reads of a day, [from, to): one a kind of signal, people who stay within the limits of a remark are not returned.

A lease was studied until its last beat, `started_at + gap_sum`: that it stayed open until the next thing was opened says nothing.
"""

_LEASES = """
lease AS MATERIALIZED (
    SELECT l.person_id, l.number, l.enrolment_id, l.device, l.address, l.credited * 100.0 / GREATEST(l.rate, 1) AS played, l.gap_sum,
           l.gap_squares, l.beats, l.hidden_seconds, l.started_at, l.started_at + make_interval(secs => l.gap_sum) AS last_at
    FROM learning_lease l
    WHERE l.started_at >= %(from)s AND l.started_at < %(to)s AND l.beats > 0
)
"""

SHARED_DEVICE = f"""
WITH {_LEASES}, crowded AS (
    SELECT device, count(DISTINCT person_id)::int AS people FROM lease WHERE device IS NOT NULL
    GROUP BY 1 HAVING count(DISTINCT person_id) >= %(people)s
), turn AS (
    SELECT l.*, c.people, lag(l.person_id) OVER w AS before, extract(epoch FROM l.started_at - lag(l.last_at) OVER w) AS pause
    FROM lease l JOIN crowded c USING (device)
    WINDOW w AS (PARTITION BY l.device ORDER BY l.started_at, l.person_id, l.number)
), whole AS (
    SELECT device, people, count(*) FILTER (WHERE before <> person_id)::int AS switches,
           count(*) FILTER (WHERE before <> person_id AND pause < %(quick_seconds)s)::int AS quick
    FROM turn GROUP BY 1, 2
), own AS (
    SELECT device, person_id, count(*) FILTER (WHERE before IS DISTINCT FROM person_id)::int AS runs FROM turn GROUP BY 1, 2
), together AS (
    SELECT a.device, a.person_id,
           sum(extract(epoch FROM LEAST(a.last_at, b.last_at) - GREATEST(a.started_at, b.started_at)))::int AS seconds
    FROM turn a
    JOIN turn b ON b.device = a.device AND b.person_id <> a.person_id AND b.address IS NOT DISTINCT FROM a.address
     AND b.started_at < a.last_at AND a.started_at < b.last_at
    WHERE a.played >= a.gap_sum * %(dense_share)s AND b.played >= b.gap_sum * %(dense_share)s
    GROUP BY 1, 2
)
SELECT DISTINCT ON (o.person_id) o.person_id, o.device, w.people, o.runs, w.switches + 1 - w.people AS returns, w.switches, w.quick,
       COALESCE(t.seconds, 0) AS overlap
FROM own o
JOIN whole w USING (device)
LEFT JOIN together t USING (device, person_id)
WHERE (o.runs >= %(remark_runs)s AND w.switches + 1 - w.people >= %(remark_returns)s)
   OR COALESCE(t.seconds, 0) >= %(strong_overlap_seconds)s
ORDER BY o.person_id, COALESCE(t.seconds, 0) DESC, o.runs DESC
"""

STEADY_RHYTHM = f"""
WITH {_LEASES}, beaten AS (
    SELECT person_id, sum(beats)::int AS beats, sum(LEAST(gap_sum, played * 1.5))::float8 / 3600 AS hours,
           sum(gap_sum::float8) / sum(beats) AS mean, sum(gap_squares::float8) / sum(beats) AS square
    FROM lease WHERE beats >= 10 GROUP BY 1
), prompted AS (
    SELECT e.person_id, count(*)::int AS answers, min(c.waited_seconds)::int AS least, max(c.waited_seconds)::int AS most
    FROM learning_presencecheck c JOIN programmes_enrolment e ON e.id = c.enrolment_id
    WHERE c.at >= %(from)s AND c.at < %(to)s AND c.is_answered GROUP BY 1
), judged AS (
    SELECT COALESCE(b.person_id, p.person_id) AS person_id, COALESCE(b.hours, 0) AS hours, COALESCE(b.beats, 0) AS beats,
           COALESCE(sqrt(GREATEST(b.square - b.mean * b.mean, 0)) / NULLIF(b.mean, 0), 1) AS variation,
           COALESCE(p.answers, 0) AS answers, COALESCE(p.least, 0) AS waited,
           COALESCE(p.least = p.most AND p.least NOT BETWEEN %(human_from)s AND %(human_to)s, false) AS is_same
    FROM beaten b FULL JOIN prompted p USING (person_id)
)
SELECT *, is_same AND answers >= %(same_answers)s AS answers_alike FROM judged
WHERE (hours >= %(remark_hours)s AND variation <= %(remark_variation)s) OR (is_same AND answers >= %(same_answers)s)
ORDER BY person_id
"""

FAR_NETWORKS = f"""
WITH {_LEASES}, placed AS (
    SELECT l.*, network(set_masklen(l.address, CASE family(l.address) WHEN 4 THEN 16 ELSE 32 END)) AS net
    FROM lease l WHERE l.address IS NOT NULL AND l.device IS NOT NULL
), turn AS (
    SELECT p.*, lag(net) OVER w AS before, lag(device) OVER w AS other, extract(epoch FROM started_at - lag(last_at) OVER w) AS pause
    FROM placed p WINDOW w AS (PARTITION BY person_id ORDER BY number)
)
SELECT person_id, count(DISTINCT net)::int AS networks,
       count(*) FILTER (WHERE before <> net AND other <> device AND pause < %(quick_seconds)s)::int AS switches
FROM turn GROUP BY 1
HAVING count(*) FILTER (WHERE before <> net AND other <> device AND pause < %(quick_seconds)s) >= %(remark_switches)s
ORDER BY person_id
"""

_PROMPTS = """
prompted AS (
    SELECT e.person_id, count(*)::int AS asked, count(*) FILTER (WHERE NOT c.is_answered)::int AS missed
    FROM learning_presencecheck c JOIN programmes_enrolment e ON e.id = c.enrolment_id
    WHERE c.at >= %(from)s AND c.at < %(to)s GROUP BY 1
)
"""

HIDDEN_PAGE = f"""
WITH {_LEASES}, {_PROMPTS}, hidden AS (
    SELECT person_id, sum(hidden_seconds)::int AS seconds, sum(gap_sum)::float8 AS total FROM lease GROUP BY 1
)
SELECT h.person_id, h.seconds, LEAST(h.seconds / GREATEST(h.total, 1), 1) AS share, COALESCE(p.asked, 0) AS asked,
       COALESCE(p.missed, 0) AS missed
FROM hidden h LEFT JOIN prompted p USING (person_id)
WHERE h.seconds >= %(remark_hours)s * 3600 AND h.seconds >= h.total * %(remark_share)s
ORDER BY h.person_id
"""

MISSED_PROMPTS = f"""
WITH {_PROMPTS}
SELECT * FROM prompted WHERE missed >= %(remark_missed)s AND missed >= asked * %(remark_share)s ORDER BY person_id
"""

LEAST_TIME = """
WITH film AS (
    SELECT e.person_id, p.seconds - ceil(s.seconds * %(needed)s / 100.0) <= %(within_seconds)s AS is_least
    FROM learning_stepdone d
    JOIN programmes_enrolment e ON e.id = d.enrolment_id
    JOIN catalogue_step s ON s.id = d.step_id
    JOIN learning_progress p ON p.person_id = e.person_id AND p.enrolment_id = e.id AND p.kind = 1 AND p.item_id = s.id
    WHERE d.done_at >= %(from)s AND d.done_at < %(to)s AND d.how = 'watched'
      AND s.seconds * (100 - %(needed)s) / 100.0 >= %(spare_seconds)s
)
SELECT person_id, count(*)::int AS films, count(*) FILTER (WHERE is_least)::int AS least FROM film GROUP BY 1
HAVING count(*) FILTER (WHERE is_least) >= %(remark_films)s AND count(*) FILTER (WHERE is_least) >= count(*) * %(remark_share)s
ORDER BY person_id
"""

# The stretches of people (and of whoever was on a device) that show what was noticed; a signal outlives the leases.
STRETCHES = """
SELECT l.person_id, l.device, l.started_at, l.started_at + make_interval(secs => l.gap_sum) AS last_at,
       text(network(set_masklen(l.address, CASE family(l.address) WHEN 4 THEN 16 ELSE 32 END))) AS net,
       g.id AS programme_id, g.title
FROM learning_lease l
JOIN programmes_enrolment e ON e.id = l.enrolment_id
JOIN programmes_programme g ON g.id = e.programme_id
WHERE l.started_at >= %(from)s AND l.started_at < %(to)s AND l.beats > 0
  AND (l.person_id = ANY(%(people)s) OR l.device = ANY(%(devices)s))
ORDER BY l.started_at, l.person_id
"""
