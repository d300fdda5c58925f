"""What reviews by peers show of gaming (security EM-11): signals for people; no mark is touched by them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yanxiu.assessment import permissions, rings
from yanxiu.integrity.actions import Noticed, raise_signals
from yanxiu.integrity.models import SignalKind, Strength
from yanxiu.kit import clock, sql
from yanxiu.kit.actor import Actor

LEAST_SAME = 4
"""So many reviews of different pieces with exactly the same levels: three alike happen among good work."""
GENEROUS_SHARE = 0.1
"""So much of the points above what others gave the same piece is generous: about one level of a usual rubric of four."""

# Reviews of steps where something was reviewed on the day: how far each lies above what others said of the piece.
_REVIEWS = """
WITH steps AS (
    SELECT DISTINCT s.step_id, e.programme_id FROM assessment_peerreview r JOIN assessment_submission s ON s.id = r.submission_id
    JOIN programmes_enrolment e ON e.id = r.reviewer_id
    WHERE r.submitted_at >= %(start)s AND r.submitted_at < %(end)s
)
SELECT s.step_id AS step, e.programme_id AS programme, g.title, e.person_id AS reviewer, a.person_id AS author, r.score,
       r.levels::text AS levels, (t.content ->> 'points')::numeric AS points,
       (r.submitted_at >= %(start)s AND r.submitted_at < %(end)s) AS is_fresh,
       r.score - coalesce((sum(r.score) OVER piece - r.score) / nullif(count(*) OVER piece - 1, 0), k.own_score) AS above
FROM assessment_peerreview r
JOIN assessment_submission s ON s.id = r.submission_id
JOIN programmes_enrolment e ON e.id = r.reviewer_id
JOIN programmes_enrolment a ON a.id = r.author_id
JOIN programmes_programme g ON g.id = e.programme_id
JOIN catalogue_step t ON t.id = s.step_id
JOIN steps ON steps.step_id = s.step_id AND steps.programme_id = e.programme_id
LEFT JOIN assessment_mark k ON k.submission_id = s.id AND k.verdict = 'accepted'
WHERE r.submitted_at IS NOT NULL AND r.submitted_at < %(end)s
WINDOW piece AS (PARTITION BY r.submission_id)
ORDER BY s.step_id, e.programme_id, r.id
"""


@transaction.atomic
def collect_peer_signals(*, by: Actor, at: datetime) -> int:
    """Raise signals for what the reviews up to the day before `at` show; return how many are new. For the system.

    Two or three who each give the other more than everybody else does, and reviewers who always give the same. Cost: 6 queries.
    """
    permissions.check_is_system(by)
    day = clock.day(at) - timedelta(days=1)
    start, end = clock.start_of(day), clock.end_of(day)
    groups: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for row in sql.rows(_REVIEWS, {"start": start, "end": end}):
        groups[row["step"], row["programme"]].append(row)
    noticed = [one for rows in groups.values() for one in [*_mutual(rows, day), *_same(rows, day)]]
    return raise_signals(noticed=noticed, by=by, at=at) if noticed else 0


def _mutual(rows: Sequence[Mapping[str, Any]], day: date) -> list[Noticed]:
    generous = {
        (row["reviewer"], row["author"]): row
        for row in rows
        if row["above"] is not None and float(row["above"]) >= GENEROUS_SHARE * float(row["points"])
    }
    found = []
    for ring in rings.rings(generous):
        mine = [row for pair, row in generous.items() if set(pair) <= ring]
        if not any(row["is_fresh"] for row in mine):
            continue
        mean = sum(float(row["above"]) for row in mine) / len(mine)
        line = _("%(people)s 位老师互相评阅，给对方的分平均比别人给的高 %(above)s 分。") % {"people": len(ring), "above": f"{mean:.1f}"}
        for person in ring:
            strength = Strength.STRONG if mean >= 2 * GENEROUS_SHARE * float(mine[0]["points"]) else Strength.NOTABLE
            found.append(_noticed(mine[0], person, SignalKind.MUTUAL_MARKS, strength, line, {"above": mean, "people": len(ring)}, day))
    return found


def _same(rows: Sequence[Mapping[str, Any]], day: date) -> list[Noticed]:
    by_reviewer: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_reviewer[row["reviewer"]].append(row)
    found = []
    for person, mine in by_reviewer.items():
        if len(mine) < LEAST_SAME or len({(row["score"], row["levels"]) for row in mine}) > 1 or not any(row["is_fresh"] for row in mine):
            continue
        facts = {"count": len(mine), "score": f"{mine[0]['score'].normalize():f}"}
        line = _("评了 %(count)s 份作业，每份给的等级和分数都一样（%(score)s 分）。") % facts
        found.append(_noticed(mine[0], person, SignalKind.SAME_MARKS, Strength.NOTABLE, line, {"count": len(mine)}, day))
    return found


def _noticed(
    row: Mapping[str, Any], person: int, kind: SignalKind, strength: Strength, line: str, figures: Mapping[str, float], day: date
) -> Noticed:
    return Noticed(
        person_id=person, kind=kind, strength=strength, on_day=day, lines=(line,), figures=figures, programme_id=row["programme"],
        programme_title=row["title"], about=str(row["step"]),
    )  # fmt: skip
