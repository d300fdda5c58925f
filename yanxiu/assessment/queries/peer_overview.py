"""互评 as who leads it sees it: how far it is, how far reviewers agree, who is harsh or mild, and the pieces of known marks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from yanxiu.assessment import agreement, sheets
from yanxiu.assessment.models import CalibrationPiece, Rubric
from yanxiu.assessment.queries.rubrics import homework_rubric
from yanxiu.catalogue import content
from yanxiu.catalogue.content.steps import Peers
from yanxiu.catalogue.models import Step
from yanxiu.kit import sql
from yanxiu.programmes.models import Programme

PAGE = 20
FAR = Decimal("0.10")
"""From a tenth of the points on, a mean deviation is worth a look: about one level of a usual rubric of four."""
_TENTH = Decimal("0.1")

# A line for each reviewer: done and owed, how far from the others on the same pieces, how long a piece was open, how far from the expert.
_REVIEWERS = """
WITH scored AS (
    SELECT r.reviewer_id, r.score, extract(epoch FROM r.submitted_at - r.opened_at) AS seconds,
           (sum(r.score) OVER piece - r.score) / nullif(count(*) OVER piece - 1, 0) AS others
    FROM assessment_peerreview r JOIN assessment_submission s ON s.id = r.submission_id
    WHERE s.step_id = %(step)s AND r.submitted_at IS NOT NULL AND r.author_id IN
          (SELECT id FROM programmes_enrolment WHERE programme_id = %(programme)s)
    WINDOW piece AS (PARTITION BY r.submission_id)
), lines AS (
    SELECT reviewer_id, count(*)::int AS done, avg(score - others) AS deviation,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS seconds
    FROM scored GROUP BY reviewer_id
), measured AS (
    SELECT c.reviewer_id, avg(c.score - p.score) AS deviation
    FROM assessment_calibrationreview c JOIN assessment_calibrationpiece p ON p.id = c.piece_id
    WHERE p.step_id = %(step)s AND p.programme_id = %(programme)s GROUP BY c.reviewer_id
)
SELECT e.id, n.name, o.name AS unit, coalesce(l.done, 0) AS done, l.deviation, l.seconds, m.deviation AS measured,
       EXISTS (SELECT 1 FROM assessment_peerreview w JOIN assessment_submission x ON x.id = w.submission_id
               WHERE w.reviewer_id = e.id AND x.step_id = %(step)s AND w.released_at IS NOT NULL) AS was_late
FROM assessment_submission s
JOIN programmes_enrolment e ON e.id = s.enrolment_id
JOIN people_person n ON n.id = e.person_id
JOIN orgs_org o ON o.id = e.unit_id
LEFT JOIN lines l ON l.reviewer_id = e.id
LEFT JOIN measured m ON m.reviewer_id = e.id
WHERE s.step_id = %(step)s AND e.id = ANY(%(led)s::bigint[]) AND s.state <> 'draft'
ORDER BY abs(l.deviation) DESC NULLS LAST, l.done NULLS FIRST, e.id
LIMIT %(limit)s OFFSET %(start)s
"""
_FAR_AHEAD = """
SELECT count(*)::int AS pieces,
       count(*) FILTER (WHERE cardinality(scores) >= %(most)s)::int AS whole,
       count(*) FILTER (WHERE cardinality(scores) = 0)::int AS none, coalesce(sum(cardinality(scores)), 0)::int AS reviews,
       coalesce(json_agg(scores) FILTER (WHERE cardinality(scores) > 1), '[]')::text AS rated
FROM (SELECT s.id, ARRAY(SELECT r.score::text FROM assessment_peerreview r
                         WHERE r.submission_id = s.id AND r.submitted_at IS NOT NULL) AS scores
      FROM assessment_submission s JOIN programmes_enrolment e ON e.id = s.enrolment_id
      WHERE s.step_id = %(step)s AND e.programme_id = %(programme)s AND s.state <> 'draft') p
"""


@dataclass(frozen=True, kw_only=True)
class ReviewerLine:
    """A reviewer: `deviation` in points from the other reviewers of the same pieces (below 0 = harsher), None with nobody beside her.

    `seconds` is the middle time a piece was open; `measured` the deviation from the expert on pieces of known marks.
    """

    name: str
    unit: str
    done: int
    most: int
    deviation: Decimal | None
    measured: Decimal | None
    seconds: int | None
    was_late: bool
    is_far: bool

    @property
    def words(self) -> str:
        """How she judges, in a word."""
        if self.deviation is None:
            return ""
        if not self.is_far:
            return _("相近")
        return _("偏宽") if self.deviation > 0 else _("偏严")

    @property
    def minutes(self) -> str:
        return _("%(minutes)s 分钟") % {"minutes": max(1, round(self.seconds / 60))} if self.seconds is not None else ""


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Reviews by peers of one homework in one programme. `agreement` from 1 down, None while there are too few to tell."""

    programme: Programme
    step: Step
    asked: content.Homework
    peers: Peers
    rubric: Rubric | None
    pieces: int
    whole: int
    none: int
    reviews: int
    agreement: Decimal | None
    reviewers: Sequence[ReviewerLine]
    number: int
    has_more: bool
    calibration: Sequence[CalibrationPiece]

    @property
    def following(self) -> int:
        return self.number + 1

    @property
    def dimensions(self) -> sheets.Dimensions:
        return sheets.read(self.rubric.dimensions) if self.rubric else ()

    @property
    def agreement_words(self) -> str:
        """What the agreement means."""
        if self.agreement is None:
            return _("还太少，看不出")
        return _("评得相近") if self.agreement >= Decimal("0.67") else _("大体相近") if self.agreement >= Decimal("0.4") else _("差别较大")


def overview(programme: Programme, step: Step, led: Sequence[int], *, number: int = 1) -> Overview:
    """Return how the reviews stand; of the reviewers those in `led` (ids of enrolments) only. The farthest from the others first.

    Cost: 4 queries.
    """
    asked = content.read(step.content, content.Homework)
    peers = asked.peers or Peers()
    place: dict[str, object] = {"step": step.pk, "programme": programme.pk}
    (far,) = sql.rows(_FAR_AHEAD, place | {"most": peers.reviews})
    rows = sql.rows(_REVIEWERS, place | {"led": list(led), "limit": PAGE + 1, "start": (number - 1) * PAGE})
    rated = enumerate(json.loads(far["rated"]))
    found = agreement.alpha((piece, Decimal(score)) for piece, scores in rated for score in scores)
    pieces = CalibrationPiece.objects.filter(programme=programme, step=step).select_related("rubric").order_by("removed_at", "number")
    return Overview(
        programme=programme, step=step, asked=asked, peers=peers, rubric=homework_rubric(asked), pieces=far["pieces"], whole=far["whole"],
        none=far["none"], reviews=far["reviews"], agreement=round(Decimal(found), 2) if found is not None else None,
        reviewers=[_line(row, asked, peers) for row in rows[:PAGE]], number=number, has_more=len(rows) > PAGE, calibration=list(pieces),
    )  # fmt: skip


def _line(row: dict[str, object], asked: content.Homework, peers: Peers) -> ReviewerLine:
    deviation = _tenths(row["deviation"])
    seconds = int(float(str(row["seconds"]))) if row["seconds"] is not None else None
    return ReviewerLine(
        name=str(row["name"]), unit=str(row["unit"]), done=int(str(row["done"])), most=peers.reviews, deviation=deviation,
        measured=_tenths(row["measured"]), seconds=seconds, was_late=bool(row["was_late"]),
        is_far=deviation is not None and abs(deviation) >= FAR * asked.points,
    )  # fmt: skip


def _tenths(value: object) -> Decimal | None:
    return Decimal(str(value)).quantize(_TENTH, ROUND_HALF_UP) if value is not None else None
