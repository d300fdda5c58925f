"""Counting anew from the rows themselves: what people wrote, held, joined and gave, beside what the tallies say (001 L29).

`records rebuild --check` compares tallies with records; this compares them with posts, seats, check-ins, receipts, praise and visits, so
that a record which was never written, or not voided, is found as well. Slices are summed up: what a window holds is the records' matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from yanxiu.kit import sql

METRICS = (
    "activity.joined", "activity.posts", "activity.started", "article.guiding", "briefing.issued", "briefing.posts", "briefing.read",
    "checkin", "crowdsource.solved", "discussion", "expert_team", "guidance.coverage", "lesson.followed", "praise.given",
    "praise.received", "qa.asked", "qa.answered", "research.topic", "resource.uploaded", "workshop.logs",
)  # fmt: skip

# A post is counted in its workshop (a sub-workshop's in the one above), for its author, while it is public and counts.
_ROWS = """
WITH post AS (
    SELECT p.*, CASE WHEN s.kind = 'sub_workshop' THEN s.parent_id ELSE s.id END AS workshop, s.programme_id
    FROM workshops_post p JOIN workshops_space s ON s.id = p.space_id
    WHERE p.state = 'published' AND p.why_not = '' AND (%(spaces)s::bigint[] IS NULL OR p.space_id IN (
        SELECT id FROM workshops_space WHERE id = ANY(%(spaces)s::bigint[])
           OR (kind = 'sub_workshop' AND parent_id = ANY(%(spaces)s::bigint[]))))
), said AS (
    SELECT programme_id, author_id, workshop, series AS kind,
           CASE kind WHEN 'briefing' THEN 'briefing.issued' WHEN 'article' THEN 'article.guiding' WHEN 'discussion' THEN 'discussion'
                     WHEN 'question' THEN 'qa.asked' WHEN 'log' THEN 'workshop.logs' END AS metric
    FROM post WHERE kind IN ('briefing', 'article', 'discussion', 'question', 'log')
    UNION ALL
    SELECT r.programme_id, r.author_id, r.workshop, '',
           CASE t.kind WHEN 'briefing' THEN 'briefing.posts' WHEN 'activity' THEN 'activity.posts' ELSE 'discussion' END
    FROM post r JOIN workshops_post t ON t.id = r.parent_id WHERE r.kind = 'reply'
    UNION ALL
    SELECT programme_id, author_id, workshop, '', 'qa.answered' FROM (
        SELECT DISTINCT a.parent_id, a.programme_id, a.author_id, a.workshop
        FROM post a JOIN workshops_post q ON q.id = a.parent_id WHERE a.kind = 'answer' AND a.author_id <> q.author_id) once
    UNION ALL
    SELECT p.programme_id, p.author_id, p.workshop, CASE WHEN a.is_across AND a.purpose NOT IN ('research', 'team') THEN '跨校' ELSE '' END,
           CASE a.purpose WHEN 'research' THEN 'research.topic' WHEN 'team' THEN 'expert_team' ELSE 'activity.started' END
    FROM post p JOIN workshops_activity a ON a.post_id = p.id
    UNION ALL
    SELECT programme_id, author_id, workshop, '', 'crowdsource.solved' FROM (
        SELECT DISTINCT ON (s.problem_id) p.programme_id, p.author_id, p.workshop
        FROM post p JOIN workshops_solution s ON s.post_id = p.id ORDER BY s.problem_id, p.record_id NULLS LAST) once
    UNION ALL
    SELECT programme_id, author_id, workshop, resource, 'resource.uploaded' FROM (
        SELECT DISTINCT ON (h.resource_id, p.programme_id) p.programme_id, p.author_id, p.workshop, r.kind AS resource
        FROM post p JOIN workshops_share h ON h.post_id = p.id
        JOIN catalogue_resource r ON r.id = h.resource_id AND r.owner_id = p.author_id
        WHERE h.pushed_at IS DISTINCT FROM p.published_at ORDER BY h.resource_id, p.programme_id, p.published_at, p.id) once
), row AS (
    SELECT programme_id, author_id AS person_id, workshop AS space_id, kind, metric FROM said
    UNION ALL
    SELECT s.programme_id, c.person_id, s.id, '', 'checkin' FROM workshops_checkin c JOIN workshops_space s ON s.id = c.workshop_id
    UNION ALL
    SELECT s.programme_id, r.person_id, CASE WHEN s.kind = 'sub_workshop' THEN s.parent_id ELSE s.id END, p.series, 'briefing.read'
    FROM workshops_read r JOIN workshops_post p ON p.id = r.post_id AND p.kind = 'briefing' JOIN workshops_space s ON s.id = p.space_id
    UNION ALL
    SELECT s.programme_id, x.who, s.id, '', x.metric FROM workshops_praise g JOIN workshops_space s ON s.id = g.space_id
    CROSS JOIN LATERAL (VALUES (g.author_id, 'praise.given'), (g.person_id, 'praise.received')) AS x(who, metric)
    WHERE g.withdrawn_at IS NULL
    UNION ALL
    SELECT s.programme_id, a.person_id, CASE WHEN s.kind = 'sub_workshop' THEN s.parent_id ELSE s.id END,
           CASE WHEN v.is_across THEN '跨校' ELSE '' END, 'activity.joined'
    FROM workshops_activityseat a JOIN workshops_space s ON s.id = a.space_id JOIN workshops_activity v ON v.id = a.activity_id
    WHERE a.state = 'checked_in'
    UNION ALL
    SELECT s.programme_id, v.guide_id, v.upper_id, v.lower_id::text, 'guidance.coverage'
    FROM workshops_guidevisit v JOIN workshops_space s ON s.id = v.upper_id LEFT JOIN workshops_post p ON p.id = v.post_id
    WHERE p.id IS NULL OR p.state = 'published'
    UNION ALL
    SELECT s.programme_id, f.host_id, s.id, '优课创建', 'lesson.followed'
    FROM workshops_lessonfollow f JOIN workshops_space s ON s.id = f.space_id JOIN workshops_post p ON p.id = f.summary_id
    WHERE f.state = 'shared' AND p.state = 'published'
)
"""
_COMPARE = (
    _ROWS
    + """, counted AS (
    SELECT COALESCE(programme_id, 0) AS programme_id, person_id, space_id, metric, kind, count(*) AS n FROM row
    WHERE %(spaces)s::bigint[] IS NULL OR space_id = ANY(%(spaces)s::bigint[]) GROUP BY 1, 2, 3, 4, 5
), kept AS (
    SELECT programme_id, person_id, space_id, metric, kind, sum(count)::bigint AS n FROM records_tally
    WHERE metric = ANY(%(metrics)s) AND space_id > 0 AND (%(spaces)s::bigint[] IS NULL OR space_id = ANY(%(spaces)s::bigint[]))
    GROUP BY 1, 2, 3, 4, 5 HAVING sum(count) <> 0
)
"""
)
_DIFFERENCES = (
    _COMPARE
    + """
SELECT programme_id, person_id, space_id, metric, kind, COALESCE(k.n, 0) AS tally, COALESCE(c.n, 0) AS rows
FROM kept k FULL JOIN counted c USING (programme_id, person_id, space_id, metric, kind)
WHERE COALESCE(k.n, 0) <> COALESCE(c.n, 0) ORDER BY 4, 3, 2, 5 LIMIT %(limit)s
"""
)
_TOTALS = _COMPARE + "SELECT metric, sum(n)::bigint AS n FROM counted GROUP BY 1 ORDER BY 1"


@dataclass(frozen=True, kw_only=True)
class Recount:
    """A counter that is not what the rows give: `tally` is stored, `rows` counted anew."""

    programme_id: int
    person_id: int
    space_id: int
    metric: str
    kind: str
    tally: int
    rows: int


def recount(*, space_ids: Sequence[int] | None = None, limit: int = 100) -> list[Recount]:
    """Count everything in spaces (all, or some workshops) from its rows and return where the tallies say otherwise; empty = equal.

    Cost: one query over all posts.
    """
    return [Recount(**row) for row in sql.rows(_DIFFERENCES, {**_facts(space_ids), "limit": limit}, plan="fresh")]


def row_totals(*, space_ids: Sequence[int] | None = None) -> dict[str, int]:
    """Return what the rows give by metric. Cost: one query over all posts."""
    return {row["metric"]: row["n"] for row in sql.rows(_TOTALS, _facts(space_ids), plan="fresh")}


def _facts(space_ids: Sequence[int] | None) -> dict[str, object]:
    return {"spaces": None if space_ids is None else list(space_ids), "metrics": list(METRICS)}
