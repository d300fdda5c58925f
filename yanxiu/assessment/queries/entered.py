"""Pages of scores that come from paper or from what was recorded: the assessments, the list to fill in, the preview of a rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from yanxiu.assessment import process
from yanxiu.assessment.models import ProcessRule
from yanxiu.assessment.queries.scores import PASS_SCORE, assessment_in, score_assessments
from yanxiu.kit import sql
from yanxiu.kit.paging import Page, page_with
from yanxiu.programmes.models import PlanVersion, Programme
from yanxiu.programmes.plan.schema.judgement import ScoreAssessment

SIZE = 50
SHOWS = {
    "all": "TRUE", "mine": "NOT is_mine", "differs": "state = 'differs'", "agreed": "state IN ('agreed', 'released')",
    "half": "state = 'half'",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ScoreLine:
    """A score assessment of a programme with how far its scores are. `people` take part."""

    programme: Programme
    assessment: ScoreAssessment
    people: int
    half: int
    differs: int
    agreed: int
    released: int
    has_rule: bool


_LINES = """
SELECT n.programme_id, count(*) AS people FROM programmes_enrolment n
WHERE n.programme_id = ANY(%(programmes)s) AND n.state = 'active' GROUP BY 1
"""
_STATE = """CASE WHEN x.id IS NULL OR x.first_at IS NULL AND x.second_at IS NULL THEN 'empty'
WHEN x.first_at IS NULL OR x.second_at IS NULL THEN CASE WHEN x.released_at IS NULL THEN 'half' ELSE 'released' END
WHEN x.first IS DISTINCT FROM x.second OR x.first_absent <> x.second_absent THEN 'differs'
WHEN x.released_at IS NOT NULL AND x.score IS NOT DISTINCT FROM x.first THEN 'released' ELSE 'agreed' END"""
_COUNTS = f"""
SELECT x.programme_id, x.assessment,
  count(*) FILTER (WHERE {_STATE} = 'half') AS half, count(*) FILTER (WHERE {_STATE} = 'differs') AS differs,
  count(*) FILTER (WHERE {_STATE} = 'agreed') AS agreed, count(*) FILTER (WHERE x.released_at IS NOT NULL) AS released
FROM assessment_enteredscore x WHERE x.programme_id = ANY(%(programmes)s) GROUP BY 1, 2
UNION ALL
SELECT q.programme_id, q.assessment, -1, 0, 0, (SELECT count(*) FROM assessment_processscore p WHERE p.rule_id = q.id)
FROM assessment_processrule q WHERE q.programme_id = ANY(%(programmes)s)
"""


def score_lines(programmes: QuerySet[Programme]) -> list[ScoreLine]:
    """Return the score assessments of the running programmes of a scope. Cost: 3 queries once the plans are read."""
    found = [one for one in programmes.order_by("-pk")[:50] if one.current_id is not None]
    ids = [one.pk for one in found]
    people = {row["programme_id"]: row["people"] for row in sql.rows(_LINES, {"programmes": ids})}
    counts: dict[tuple[int, str], dict[str, int]] = {}
    for row in sql.rows(_COUNTS, {"programmes": ids}):
        mine = counts.setdefault((row["programme_id"], row["assessment"]), {"half": 0, "differs": 0, "agreed": 0, "released": 0, "rule": 0})
        if row["half"] < 0:
            mine["rule"], mine["released"] = 1, mine["released"] + row["released"]
        else:
            mine |= {name: row[name] for name in ("half", "differs", "agreed")} | {"released": mine["released"] + row["released"]}
    nothing = {"half": 0, "differs": 0, "agreed": 0, "released": 0, "rule": 0}
    return [
        ScoreLine(
            programme=one, assessment=asked, people=people.get(one.pk, 0), half=facts["half"], differs=facts["differs"],
            agreed=facts["agreed"], released=facts["released"], has_rule=bool(facts["rule"]),
        )
        for one in found
        for asked in score_assessments(one.current_id or 0)
        for facts in [counts.get((one.pk, asked.id), nothing)]
    ]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class EntryRow:
    """A participant in the list: what the person who looks has entered herself, and where the two entries stand.

    `state`: `empty`, `half` (one entry), `differs`, `agreed`, `released`. `is_closed`: two others have entered already.
    """

    enrolment_id: int
    name: str
    unit: str
    mine: Decimal | None
    mine_absent: bool
    is_mine: bool
    is_closed: bool
    state: str
    score: Decimal | None
    is_released: bool

    @property
    def typed(self) -> str:
        """What stands in the cell."""
        return "缺考" if self.mine_absent else f"{self.mine.normalize():f}" if self.mine is not None else ""


_ROWS = f"""
SELECT * FROM (
    SELECT n.id AS enrolment_id, p.name, o.name AS unit, p.sort_key, p.initials,
      CASE WHEN x.first_by = %(me)s THEN x.first WHEN x.second_by = %(me)s THEN x.second END AS mine,
      COALESCE(CASE WHEN x.first_by = %(me)s THEN x.first_absent WHEN x.second_by = %(me)s THEN x.second_absent END, FALSE) AS mine_absent,
      COALESCE(x.first_by = %(me)s OR x.second_by = %(me)s, FALSE) AS is_mine,
      COALESCE(x.first_by <> %(me)s AND x.second_by <> %(me)s, FALSE) AS is_closed,
      {_STATE} AS state, x.score, COALESCE(x.released_at IS NOT NULL, FALSE) AS is_released
    FROM programmes_enrolment n JOIN people_person p ON p.id = n.person_id JOIN orgs_org o ON o.id = n.unit_id
    LEFT JOIN assessment_enteredscore x ON x.enrolment_id = n.id AND x.assessment = %(assessment)s
    WHERE n.programme_id = %(programme)s AND n.state = 'active' AND (%(only)s::bigint[] IS NULL OR n.id = ANY(%(only)s::bigint[]))
) y WHERE (SHOW) AND (%(words)s = '' OR name ILIKE %(like)s OR unit ILIKE %(like)s OR initials ILIKE %(like)s)
ORDER BY unit, sort_key, enrolment_id LIMIT %(limit)s OFFSET %(offset)s
"""
_FIELDS = tuple(EntryRow.__dataclass_fields__)


def entry_rows(
    programme: Programme, assessment: str, *, person_id: int, show: str = "all", words: str = "", number: int = 1, size: int = SIZE,
    only: Sequence[int] | None = None,
) -> Page[EntryRow]:  # fmt: skip
    """Return participants (`only`: these) with the entries of the person who looks, by unit and name. Cost: one query."""
    facts = {
        "programme": programme.pk, "assessment": assessment, "me": person_id, "words": words, "like": f"%{words}%", "limit": size + 1,
        "offset": (number - 1) * size, "only": None if only is None else list(only),
    }  # fmt: skip
    found = sql.rows(_ROWS.replace("SHOW", SHOWS.get(show, "TRUE")), facts)
    return page_with([EntryRow(**{name: row[name] for name in _FIELDS}) for row in found], number=number, size=size)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a rule comes to: people by tens of points (0–9, 10–19 … 90–100), those who pass, the mean."""

    people: int
    passed: int
    mean: Decimal | None
    tens: Sequence[int]
    changed: int


# What lies in the window that the assessment names, of the version to which each participant is pinned; without dates: always.
# Windows are cut at their own boundaries, so a slice lies wholly inside or wholly outside.
_VALUES = """
WITH span AS (
    SELECT v.id AS version_id, w.starts_at IS NULL AND w.ends_at IS NULL AS is_always, ARRAY(
        SELECT s.number FROM records_slice s WHERE s.programme_id = %(programme)s
        AND (w.starts_at IS NULL OR s.starts_at >= w.starts_at) AND (w.ends_at IS NULL OR s.ends_at <= w.ends_at)) AS slices
    FROM unnest(%(versions)s::bigint[], %(windows)s::text[]) v(id, key)
    LEFT JOIN programmes_window w ON w.version_id = v.id AND w.key = v.key AND w.unit_id IS NULL
)
SELECT n.id AS enrolment_id, array_agg(COALESCE(v.value, 0) ORDER BY x.place) AS values
FROM programmes_enrolment n
JOIN span ON span.version_id = n.version_id
CROSS JOIN unnest(%(metrics)s::text[], %(kinds)s::text[], %(ways)s::text[]) WITH ORDINALITY x(metric, kind, way, place)
LEFT JOIN LATERAL (
    SELECT SUM(CASE WHEN x.way = 'amount' THEN t.amount ELSE t.count END) AS value FROM records_tally t
    WHERE t.programme_id = n.programme_id AND t.person_id = n.person_id AND t.metric = x.metric AND (x.kind = '' OR t.kind = x.kind)
      AND (span.is_always OR t.slice = ANY(span.slices))
) v ON TRUE
WHERE n.programme_id = %(programme)s AND n.state = 'active' GROUP BY n.id ORDER BY n.id
"""


def process_values(programme: Programme, parts: process.Parts, assessment: str) -> dict[int, Sequence[Decimal]]:
    """Return what each participant has done of each part within the window of the assessment, by enrolment.

    The plan's window counts, not a unit's own dates inside it: outside them the acts are refused anyway. Cost: 2 queries once the plans
    are read, whatever the number of people.
    """
    versions = list(PlanVersion.objects.filter(programme=programme).order_by("pk").values_list("pk", flat=True))
    asked = [assessment_in(version, assessment) for version in versions]
    facts = {
        "programme": programme.pk, "versions": versions, "windows": [(one.window or "") if one else "" for one in asked],
        "metrics": [part.metric for part in parts], "kinds": [part.kind for part in parts], "ways": [part.by for part in parts],
    }  # fmt: skip
    return {row["enrolment_id"]: [Decimal(one) for one in row["values"]] for row in sql.rows(_VALUES, facts)}


def preview_of(programme: Programme, parts: process.Parts, asked: ScoreAssessment, *, shown: dict[int, Decimal]) -> Preview:
    """Return what the parts would come to now; `shown` are the scores released before. Cost: 2 queries."""
    scores = {key: process.score_of(parts, values)[1] for key, values in process_values(programme, parts, asked.id).items()}
    line = asked.pass_score if asked.pass_score is not None else PASS_SCORE
    tens = [0] * 10
    for score in scores.values():
        tens[min(int(score) // 10, 9)] += 1
    mean = (sum(scores.values(), Decimal(0)) / len(scores)).quantize(Decimal("0.1")) if scores else None
    changed = sum(key in shown and shown[key] != score for key, score in scores.items())
    return Preview(people=len(scores), passed=sum(score >= line for score in scores.values()), mean=mean, tens=tens, changed=changed)


def process_rule_of(programme: Programme, assessment: str) -> ProcessRule | None:
    """Return the rule of an assessment, None before one is set. Cost: one query."""
    return ProcessRule.objects.filter(programme=programme, assessment=assessment).first()
