"""成绩总表: participants by assessments in one view, whatever the scores come from; or by homework, or by tests of courses."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from yanxiu.assessment.models import EnteredScore, Exam
from yanxiu.assessment.queries.scores import PASS_SCORE, score_assessments
from yanxiu.kit import sql
from yanxiu.kit.paging import Page, page_with
from yanxiu.programmes.models import Programme, ProgrammeState
from yanxiu.programmes.plan.schema.judgement import ScoreAssessment
from yanxiu.programmes.queries import windows

SIZES = (50, 100, 500)
MOST_COLUMNS = 30
WHATS = ("assessments", "homework", "tests")
SORTS = {"name": "p.sort_key", "unit": "o.name, p.sort_key", "lacking": "t.held NULLS FIRST, o.name, p.sort_key"}
SHOWS = {"all": "TRUE", "failed": "t.failed > 0", "lacking": "COALESCE(t.held, 0) < %(columns)s"}
WHOLE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Column:
    """An assessment over the table: `source` is `exam`, `entered`, `process`, `homework` or `test`, `key` its id there.

    Of those of the table's units `held` have a score, `passed` pass, `mean` is of 100 (of its points for homework). While a regular
    assessment still counts (`is_running`) nobody fails it: its line is 0.
    """

    source: str
    key: str
    label: str
    note: str = ""
    line: Decimal = PASS_SCORE
    held: int = 0
    passed: int = 0
    mean: Decimal | None = None
    is_running: bool = False


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How many take part, of how many something is failed, and who lacks a score of a column."""

    people: int
    failed: int
    lacking: int


@dataclass(frozen=True, kw_only=True)
class Row:
    """A participant: of each column the score in figures ("" = none, `缺考` stands for absent) and whether it passes."""

    enrolment_id: int
    name: str
    unit: str
    cells: Sequence[tuple[str, bool]]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for: sorted by a key of SORTS or by column `column` (from 1), a key of SHOWS, words, a page."""

    sort: str = "unit"
    column: int = 0
    show: str = "all"
    words: str = ""
    number: int = 1
    size: int = SIZES[0]


_COLUMNS = {
    "assessments": """
SELECT * FROM (
    SELECT 'exam' AS source, e.id::text AS key, e.title AS label, '' AS note, e.pass_score AS line, e.closes_at AS moment, e.id AS place
    FROM assessment_exam e
    WHERE e.programme_id = %(programme)s AND e.released_at IS NOT NULL AND e.cancelled_at IS NULL
    UNION ALL
    SELECT 'entered', x.assessment, '', '', NULL, min(x.released_at), 0 FROM assessment_enteredscore x
    WHERE x.programme_id = %(programme)s AND x.released_at IS NOT NULL GROUP BY x.assessment
    UNION ALL
    SELECT 'process', q.assessment, '', '', NULL, q.computed_at, 0 FROM assessment_processrule q
    WHERE q.programme_id = %(programme)s AND q.computed_at IS NOT NULL
) found ORDER BY moment DESC, place DESC, key LIMIT %(most)s
""",
    "homework": """
SELECT 'homework' AS source, t.id::text AS key, c.title AS label, t.title AS note, (t.content ->> 'pass_points')::numeric AS line
FROM (SELECT s.step_id, count(*) AS held FROM assessment_submission s JOIN programmes_enrolment n ON n.id = s.enrolment_id
      WHERE n.programme_id = %(programme)s AND s.state = 'accepted' GROUP BY 1) f
JOIN catalogue_step t ON t.id = f.step_id JOIN catalogue_course c ON c.id = t.course_id
ORDER BY f.held DESC, t.id LIMIT %(most)s
""",
    "tests": """
SELECT 'test' AS source, t.id::text AS key, c.title AS label, t.title AS note, (t.content ->> 'pass_score')::numeric AS line
FROM (SELECT a.step_id, count(*) AS held FROM assessment_attempt a JOIN programmes_enrolment n ON n.id = a.enrolment_id
      WHERE n.programme_id = %(programme)s AND a.submitted_at IS NOT NULL GROUP BY 1) f
JOIN catalogue_step t ON t.id = f.step_id JOIN catalogue_course c ON c.id = t.course_id
ORDER BY f.held DESC, t.id LIMIT %(most)s
""",
}

# Read whole tables: a plan kept for any values costs several times what planning does, so that each is planned anew.
# What people have, one row for each and column, the best of several; by origin. `ONLY` narrows to some enrolments.
_CELLS = {
    "exam": """
SELECT s.enrolment_id, c.place, max(r.score) AS score, bool_or(r.passed) AS passed
FROM unnest(%(exam)s::bigint[], %(exam_at)s::int[]) c(id, place)
JOIN assessment_exam e ON e.id = c.id
JOIN assessment_sitting s ON s.exam_id = e.id
JOIN assessment_sittingresult r ON r.sitting_id = s.id AND r.edition = e.edition
WHERE s.enrolment_id ONLY GROUP BY 1, 2
""",
    "entered": """
SELECT x.enrolment_id, c.place, x.score, COALESCE(x.score >= c.line, FALSE) AS passed
FROM unnest(%(entered)s::text[], %(entered_at)s::int[], %(entered_lines)s::numeric[]) c(key, place, line)
JOIN assessment_enteredscore x ON x.programme_id = %(programme)s AND x.assessment = c.key AND x.released_at IS NOT NULL
WHERE x.enrolment_id ONLY
""",
    "process": """
SELECT v.enrolment_id, c.place, v.score, v.score >= c.line AS passed
FROM unnest(%(process)s::text[], %(process_at)s::int[], %(process_lines)s::numeric[]) c(key, place, line)
JOIN assessment_processrule q ON q.programme_id = %(programme)s AND q.assessment = c.key
JOIN assessment_processscore v ON v.rule_id = q.id
WHERE v.enrolment_id ONLY
""",
    "homework": """
SELECT w.enrolment_id, c.place, w.score, TRUE AS passed
FROM unnest(%(homework)s::bigint[], %(homework_at)s::int[]) c(id, place)
JOIN assessment_submission w ON w.step_id = c.id AND w.state = 'accepted'
WHERE w.enrolment_id ONLY
""",
    "test": """
SELECT a.enrolment_id, c.place, max(a.score) AS score, bool_or(a.passed) AS passed
FROM unnest(%(test)s::bigint[], %(test_at)s::int[]) c(id, place)
JOIN assessment_attempt a ON a.step_id = c.id AND a.submitted_at IS NOT NULL
WHERE a.enrolment_id ONLY GROUP BY 1, 2
""",
}
_THESE = "= ANY(%(enrolments)s::bigint[])"
_SCOPE = """IN (SELECT m.id FROM programmes_enrolment m
    WHERE m.programme_id = %(programme)s AND m.state = 'active' AND m.unit_path LIKE ANY(%(paths)s))"""

_PEOPLE = """
SELECT n.id AS enrolment_id, p.name, o.name AS unit
FROM programmes_enrolment n JOIN people_person p ON p.id = n.person_id JOIN orgs_org o ON o.id = n.unit_id
MORE
WHERE n.programme_id = %(programme)s AND n.state = 'active' AND n.unit_path LIKE ANY(%(paths)s) AND (SHOW)
  AND (%(words)s = '' OR p.name ILIKE %(like)s OR o.name ILIKE %(like)s OR p.initials ILIKE %(like)s)
ORDER BY SORT, n.id LIMIT %(limit)s OFFSET %(offset)s
"""
_HELD = """LEFT JOIN (
    SELECT k.enrolment_id, count(*) AS held, count(*) FILTER (WHERE NOT k.passed) AS failed,
           max(k.score) FILTER (WHERE k.place = %(by)s) AS score
    FROM (CELLS) k GROUP BY 1
) t ON t.enrolment_id = n.id"""
_ROWS = """
SELECT k.enrolment_id, array_agg(k.place) AS places, array_agg(COALESCE(trim_scale(k.score)::text, '缺考')) AS scores,
       array_agg(k.passed) AS passes
FROM (CELLS) k GROUP BY 1
"""
_SUMMARY = """
WITH cells AS MATERIALIZED (CELLS),
people AS (SELECT enrolment_id, count(*) AS held, bool_and(passed) AS passed FROM cells GROUP BY 1)
SELECT place, count(*) AS held, count(*) FILTER (WHERE passed) AS passed, round(avg(score), 1) AS mean FROM cells GROUP BY place
UNION ALL
SELECT 0, count(*) FILTER (WHERE held = %(columns)s), count(*) FILTER (WHERE NOT passed),
       (SELECT count(*) FROM programmes_enrolment m
        WHERE m.programme_id = %(programme)s AND m.state = 'active' AND m.unit_path LIKE ANY(%(paths)s))
FROM people
"""


def with_scores_first(programmes: QuerySet[Programme]) -> QuerySet[Programme]:
    """Return programmes in their order: those of which scores of exams or of paper are released, then the others; the latest first."""
    of_it = {"programme": OuterRef("pk"), "released_at__isnull": False}
    has_scores = Exists(Exam.objects.filter(**of_it)) | Exists(EnteredScore.objects.filter(**of_it))
    return programmes.annotate(has_scores=has_scores).order_by("-has_scores", "-pk")


def columns_of(programme: Programme, *, what: str, at: datetime) -> list[Column]:
    """Return what has scores to show, assessments the latest first, homework and tests the most used first. Cost: at most 2 queries."""
    found = sql.rows(_COLUMNS[what], {"programme": programme.pk, "most": MOST_COLUMNS})
    asked = {one.id: one for one in score_assessments(programme.current_id or 0)} if programme.current_id else {}
    counts = _still_counts(programme, [asked.get(row["key"]) for row in found if row["source"] == "process"], at=at)
    columns = []
    for row in found:
        mine = asked.get(row["key"]) if row["source"] in ("entered", "process") else None
        line = row["line"] if row["line"] is not None else mine.pass_score if mine else None
        is_running = row["source"] == "process" and row["key"] in counts
        columns.append(
            Column(
                source=row["source"], key=row["key"], label=row["label"] or (mine.label if mine else row["key"]), note=row["note"],
                line=Decimal(0) if is_running else line if line is not None else PASS_SCORE, is_running=is_running,
            )
        )  # fmt: skip
    return columns


def _still_counts(programme: Programme, asked: Sequence[ScoreAssessment | None], *, at: datetime) -> set[str]:
    """Which regular assessments still count: before the end of their window, without one before the programme's last."""
    regular = [one for one in asked if one is not None]
    if not regular or programme.state != ProgrammeState.RUNNING:
        return set()
    ends = {span.key: span.ends_at for span in windows.timeline(programme.current_id or 0)}
    last = max((end for end in ends.values() if end is not None), default=None)
    until = {one.id: ends.get(one.window) if one.window else last for one in regular}
    return {key for key, end in until.items() if end is None or at < end}


def summed(programme: Programme, columns: Sequence[Column], *, paths: Sequence[str]) -> tuple[list[Column], Summary]:
    """Return the columns (at least one) with what they come to in the units below `paths`, and the whole. Cost: one query."""
    statement = _SUMMARY.replace("CELLS", _cells(columns, _SCOPE))
    found = {row["place"]: row for row in sql.rows(statement, _facts(programme, _numbered(columns), paths), plan="fresh")}
    whole = found.get(0, {"held": 0, "passed": 0, "mean": 0})
    people = int(whole["mean"] or 0)
    told = [
        replace(one, held=row["held"], passed=row["passed"], mean=row["mean"])
        for place, one in enumerate(columns, start=1)
        for row in [found.get(place, {"held": 0, "passed": 0, "mean": None})]
    ]
    return told, Summary(people=people, failed=whole["passed"], lacking=people - whole["held"])


def table(programme: Programme, columns: Sequence[Column], *, paths: Sequence[str], wanted: Wanted) -> Page[Row]:
    """Return a page of participants with their scores. Cost: 2 queries, whatever the size."""
    people = _people(programme, columns, paths=paths, wanted=wanted, limit=wanted.size + 1, offset=(wanted.number - 1) * wanted.size)
    page = page_with(people, number=wanted.number, size=wanted.size)
    return Page(rows=_with_cells(programme, columns, page.rows), number=page.number, has_more=page.has_more)


def whole_table(
    programme: Programme, columns: Sequence[Column], *, paths: Sequence[str], wanted: Wanted, batch: int = 5_000
) -> Iterator[Row]:
    """Yield the whole table as it is filtered and sorted, for a workbook. Cost: one query, and one for each `batch` people."""
    people = _people(programme, columns, paths=paths, wanted=wanted, limit=WHOLE, offset=0)
    for start in range(0, len(people), batch):
        yield from _with_cells(programme, columns, people[start : start + batch])


def _people(
    programme: Programme, columns: Sequence[Column], *, paths: Sequence[str], wanted: Wanted, limit: int, offset: int
) -> list[dict[str, Any]]:  # fmt: skip
    by_column = 0 < wanted.column <= len(columns)
    sort = "t.score DESC NULLS LAST, p.sort_key" if by_column else SORTS.get(wanted.sort, SORTS["unit"])
    show = SHOWS.get(wanted.show, SHOWS["all"])
    reads_cells = by_column or "t." in sort + show
    read = {wanted.column: columns[wanted.column - 1]} if by_column and show == SHOWS["all"] else _numbered(columns)
    facts = _facts(programme, read, paths) if reads_cells else {"programme": programme.pk, "paths": _like(paths)}
    statement = (
        _PEOPLE.replace("MORE", _HELD.replace("CELLS", _cells(read.values(), _SCOPE)) if reads_cells else "")
        .replace("SHOW", show)
        .replace("SORT", sort)
    )
    more = {
        "columns": len(columns),
        "words": wanted.words,
        "like": f"%{wanted.words}%",
        "limit": limit,
        "offset": offset,
        "by": wanted.column,
    }
    return sql.rows(statement, facts | more, plan="fresh" if reads_cells else "auto")


def _with_cells(programme: Programme, columns: Sequence[Column], people: Sequence[dict[str, Any]]) -> list[Row]:
    facts = _facts(programme, _numbered(columns), ()) | {"enrolments": [one["enrolment_id"] for one in people]}
    held: dict[int, dict[str, Any]] = {}
    if columns and people:
        statement = _ROWS.replace("CELLS", _cells(columns, _THESE))
        held = {row["enrolment_id"]: row for row in sql.rows(statement, facts, plan="fresh")}
    rows = []
    for one in people:
        cells = [("", True)] * len(columns)
        if (mine := held.get(one["enrolment_id"])) is not None:
            for place, score, passes in zip(mine["places"], mine["scores"], mine["passes"], strict=True):
                cells[place - 1] = (score, passes)
        rows.append(Row(**one, cells=cells))
    return rows


def _cells(columns: Iterable[Column], only: str) -> str:
    """The statement of what people have, from where there are columns."""
    sources = dict.fromkeys(one.source for one in columns)
    return "UNION ALL".join(_CELLS[source].replace("ONLY", only) for source in sources)


def _facts(programme: Programme, columns: Mapping[int, Column], paths: Sequence[str]) -> dict[str, Any]:
    facts: dict[str, Any] = {"programme": programme.pk, "paths": _like(paths), "columns": len(columns)}
    for source in _CELLS:
        mine = [(place, one) for place, one in columns.items() if one.source == source]
        is_text = source in ("entered", "process")
        facts[source] = [one.key if is_text else int(one.key) for _place, one in mine]
        facts[f"{source}_at"] = [place for place, _one in mine]
        if is_text:
            facts[f"{source}_lines"] = [one.line for _place, one in mine]
    return facts


def _numbered(columns: Sequence[Column]) -> dict[int, Column]:
    return dict(enumerate(columns, start=1))


def _like(paths: Sequence[str]) -> list[str]:
    return [f"{path}%" for path in paths]
