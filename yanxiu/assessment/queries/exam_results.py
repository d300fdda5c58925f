"""Pages of an exam's results: the list of exams, the table of candidates by questions, and what a proposal changes."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from yanxiu.assessment import papers
from yanxiu.assessment.models import Exam, ResultEdition, ScoreRuling
from yanxiu.assessment.queries.scoring import INSIDE, complete_since
from yanxiu.kit import sql
from yanxiu.kit.paging import Page, page_with

SIZES = (20, 100, 500)
SORTS = {"score": "r.score DESC", "-score": "r.score", "name": "p.sort_key", "unit": "o.name, p.sort_key", "change": "r.score - b.score"}
SHOWS = {
    "all": "TRUE",
    "passed": "r.passed",
    "failed": "NOT r.passed",
    "changed": "b.score IS DISTINCT FROM r.score AND b.score IS NOT NULL",
}


@dataclass(frozen=True, kw_only=True)
class ExamLine:
    """An exam in the list of those whose results somebody handles."""

    exam: Exam
    sat: int
    waiting: int
    scored: int
    proposed: bool
    appeals: int

    @property
    def state(self) -> str:
        """`running` handled by the view's clock; else `proposed`, `marking`, `ready` or `released`."""
        if self.proposed:
            return "proposed"
        if self.exam.released_at is not None and self.scored >= self.sat:
            return "released"
        return "marking" if self.waiting else "ready"


_LINES = """
SELECT e.id,
  (SELECT count(*) FROM assessment_sitting s WHERE s.exam_id = e.id
   AND (s.handed_in_at < s.ends_at OR s.ends_at + e.offline_minutes * INTERVAL '1 minute' <= %(inside)s)) AS sat,
  (SELECT count(*) FROM assessment_markingtask t WHERE t.exam_id = e.id AND t.round IS NOT NULL) AS waiting,
  (SELECT count(*) FROM assessment_sittingresult r JOIN assessment_sitting s ON s.id = r.sitting_id
   WHERE s.exam_id = e.id AND r.edition = e.edition) AS scored,
  EXISTS (SELECT 1 FROM assessment_resultedition x WHERE x.exam_id = e.id AND x.released_at IS NULL) AS proposed,
  (SELECT count(*) FROM assessment_scoreappeal a JOIN assessment_sitting s ON s.id = a.sitting_id
   WHERE s.exam_id = e.id AND a.state = 'filed') AS appeals
FROM assessment_exam e WHERE e.id = ANY(%(exams)s)
"""


def exam_lines(exams: QuerySet[Exam], *, at: datetime, number: int) -> Page[ExamLine]:
    """Return the exams of a scope with what is left to do, the last that ended first. Cost: 2 queries."""
    size = 20
    rows = list(exams.select_related("programme").order_by("-closes_at", "-pk")[(number - 1) * size : number * size + 1])
    facts = {row.pop("id"): row for row in sql.rows(_LINES, {"exams": [row.pk for row in rows], "inside": at - INSIDE})}
    return page_with([ExamLine(exam=row, **facts[row.pk]) for row in rows], number=number, size=size)


@dataclass(frozen=True, kw_only=True)
class Column:
    """A question over the table: `version` None for a place whose question is drawn for each candidate."""

    number: int
    points: Decimal
    version: int | None


@dataclass(frozen=True, kw_only=True)
class Row:
    """A candidate's sitting: the points of each column ("" = not asked or left out), and the score that is shown now."""

    sitting_id: int
    name: str
    unit: str
    number: int
    points: Decimal
    score: Decimal
    passed: bool
    shown: Decimal | None
    cells: Sequence[str]

    @property
    def change(self) -> Decimal | None:
        """What a proposal adds to the score that is shown."""
        return self.score - self.shown if self.shown is not None and self.shown != self.score else None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What an edition comes to: sittings, candidates who pass by their best one, the mean; and whom it moves."""

    sittings: int
    people: int
    passed: int
    mean: Decimal | None
    up: int
    down: int
    now_pass: int
    now_fail: int
    sat: int
    waiting: int

    @property
    def lacking(self) -> int:
        """Sittings that are complete and have no result in it."""
        return max(0, self.sat - self.sittings)


_SUMMARY = """
WITH fresh AS (
    SELECT s.enrolment_id, r.score, r.passed FROM assessment_sittingresult r JOIN assessment_sitting s ON s.id = r.sitting_id
    JOIN programmes_enrolment n ON n.id = s.enrolment_id
    WHERE s.exam_id = %(exam)s AND r.edition = %(edition)s AND n.unit_path LIKE ANY(%(paths)s)
), best AS (SELECT enrolment_id, max(score) AS score, bool_or(passed) AS passed FROM fresh GROUP BY 1
), old AS (
    SELECT s.enrolment_id, max(r.score) AS score, bool_or(r.passed) AS passed
    FROM assessment_sittingresult r JOIN assessment_sitting s ON s.id = r.sitting_id
    WHERE s.exam_id = %(exam)s AND r.edition = %(shown)s AND %(shown)s <> %(edition)s GROUP BY 1
)
SELECT (SELECT count(*) FROM fresh) AS sittings, count(*) AS people, count(*) FILTER (WHERE b.passed) AS passed, avg(b.score) AS mean,
  count(*) FILTER (WHERE b.score > o.score) AS up, count(*) FILTER (WHERE b.score < o.score) AS down,
  count(*) FILTER (WHERE b.passed AND NOT o.passed) AS now_pass, count(*) FILTER (WHERE NOT b.passed AND o.passed) AS now_fail,
  (SELECT count(*) FROM assessment_sitting s
   WHERE s.exam_id = %(exam)s AND (s.handed_in_at < s.ends_at OR s.ends_at <= %(complete)s)) AS sat,
  (SELECT count(*) FROM assessment_markingtask t WHERE t.exam_id = %(exam)s AND t.round IS NOT NULL) AS waiting
FROM best b LEFT JOIN old o USING (enrolment_id)
"""


def summary(exam: Exam, *, edition: int, paths: Sequence[str], at: datetime) -> Summary:
    """Return what an edition comes to in the units below `paths`. Cost: one query."""
    facts = {
        "exam": exam.pk, "edition": edition, "shown": exam.edition, "paths": [f"{path}%" for path in paths],
        "complete": complete_since(exam, at=at),
    }  # fmt: skip
    return Summary(**sql.rows(_SUMMARY, facts)[0])


_ROWS = """
SELECT r.sitting_id, p.name, o.name AS unit, s.number, r.points, r.score, r.passed, b.score AS shown, r.points_each,
       CASE WHEN %(same)s THEN NULL ELSE jsonb_path_query_array(s.sheet, '$[*][0]') END AS versions
FROM assessment_sittingresult r JOIN assessment_sitting s ON s.id = r.sitting_id
JOIN programmes_enrolment n ON n.id = s.enrolment_id JOIN people_person p ON p.id = n.person_id JOIN orgs_org o ON o.id = n.unit_id
LEFT JOIN assessment_sittingresult b ON b.sitting_id = r.sitting_id AND b.edition = %(shown)s AND %(shown)s <> %(edition)s
WHERE s.exam_id = %(exam)s AND r.edition = %(edition)s AND n.unit_path LIKE ANY(%(paths)s) AND (SHOW)
  AND (%(words)s = '' OR p.name ILIKE %(like)s OR o.name ILIKE %(like)s OR p.initials ILIKE %(like)s)
ORDER BY SORT, r.sitting_id LIMIT %(limit)s OFFSET %(offset)s
"""
_OF_QUESTION = """(SELECT NULLIF(r.points_each ->> (q.place - 1)::int, '')::numeric
FROM jsonb_array_elements(s.sheet) WITH ORDINALITY q(asked, place) WHERE (q.asked ->> 0)::bigint = %(version)s)"""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What of the table is asked for: sorted by a key of SORTS or by the points of a question (`version`), a key of SHOWS, and words."""

    sort: str = "score"
    version: int = 0
    show: str = "all"
    words: str = ""
    number: int = 1
    size: int = 20


def columns_of(exam: Exam) -> list[Column]:
    """Return the questions of the exam's paper in its order: the fixed ones, and a place for each that is drawn. Cost: none."""
    columns: list[Column] = []
    for section in papers.read(exam.paper.sections):
        columns += [Column(number=0, points=one.points, version=one.version) for one in section.fixed]
        columns += [Column(number=0, points=draw.points, version=None) for draw in section.draws for _nth in range(draw.count)]
    return [Column(number=place, points=one.points, version=one.version) for place, one in enumerate(columns, start=1)]


def table(exam: Exam, columns: Sequence[Column], *, edition: int, paths: Sequence[str], wanted: Wanted) -> Page[Row]:
    """Return a page of the table. Cost: one query, whatever the size."""
    found = sql.rows(*_asked(exam, columns, edition=edition, paths=paths, wanted=wanted))
    rows = [_row(row, columns) for row in found]
    return page_with(rows, number=wanted.number, size=wanted.size)


def whole_table(exam: Exam, columns: Sequence[Column], *, edition: int, paths: Sequence[str], wanted: Wanted) -> Iterator[Row]:
    """Yield the whole table as it is filtered and sorted, for a workbook. Cost: one query."""
    statement, facts = _asked(exam, columns, edition=edition, paths=paths, wanted=wanted)
    for row in sql.rows(statement, {**facts, "limit": 1_000_000, "offset": 0}):
        yield _row(row, columns)


def _asked(
    exam: Exam, columns: Sequence[Column], *, edition: int, paths: Sequence[str], wanted: Wanted
) -> tuple[str, dict[str, Any]]:  # fmt: skip
    sort = f"{_OF_QUESTION} DESC NULLS LAST" if wanted.version else SORTS.get(wanted.sort, SORTS["score"])
    facts = {
        "exam": exam.pk, "edition": edition, "shown": exam.edition, "paths": [f"{path}%" for path in paths], "words": wanted.words,
        "like": f"%{wanted.words}%", "limit": wanted.size + 1, "offset": (wanted.number - 1) * wanted.size, "version": wanted.version,
        "same": is_same_for_all(exam, columns),
    }  # fmt: skip
    return _ROWS.replace("SHOW", SHOWS.get(wanted.show, "TRUE")).replace("SORT", sort), facts


def is_same_for_all(exam: Exam, columns: Sequence[Column]) -> bool:
    """Tell whether every candidate has the same questions in the same order."""
    return not exam.paper.shuffles_questions and all(column.version is not None for column in columns)


def _row(row: dict[str, Any], columns: Sequence[Column]) -> Row:
    each, versions = json.loads(row.pop("points_each")), row.pop("versions")
    return Row(**row, cells=each if versions is None else _placed(each, json.loads(versions), columns))


def _placed(each: Sequence[str], versions: Sequence[int], columns: Sequence[Column]) -> list[str]:
    """Put the points under their columns: fixed questions under their own, drawn ones in their order."""
    fixed = {column.version for column in columns if column.version is not None}
    mine = dict(zip(versions, each, strict=False))
    drawn = iter([points for version, points in zip(versions, each, strict=False) if version not in fixed])
    return [mine.get(column.version, "") if column.version is not None else next(drawn, "") for column in columns]


@dataclass(frozen=True, kw_only=True)
class Editions:
    """The proposal, if there is one, and the edition that is shown, if any."""

    proposed: ResultEdition | None
    shown: ResultEdition | None
    rulings: Sequence[ScoreRuling]


def editions_of(exam: Exam) -> Editions:
    """Return where an exam's results stand. Cost: 2 queries."""
    rows = ResultEdition.objects.filter(exam=exam, number__in=[exam.edition, exam.edition + 1])
    proposed = next((row for row in rows if row.released_at is None), None)
    shown = next((row for row in rows if row.released_at is not None and row.number == exam.edition), None)
    waiting = ScoreRuling.objects.filter(exam=exam, edition__isnull=True).order_by("made_at", "pk")
    return Editions(proposed=proposed, shown=shown, rulings=list(waiting))
