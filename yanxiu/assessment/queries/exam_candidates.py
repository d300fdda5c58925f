"""The candidates of an exam one by one: who has not begun, who sits, who handed in, and what their pages told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yanxiu.assessment.models import Exam
from yanxiu.assessment.resits import OF_ONE
from yanxiu.kit import sql
from yanxiu.kit.paging import Page, page_with

SIZES = (20, 100, 500)
Counts = Mapping[str, int]
"""How many candidates each key of SHOWS leaves."""
SHOWS = {
    "all": "TRUE",
    "none": "c.number IS NULL",
    "sitting": "NOT c.is_over",
    "over": "c.is_over",
    "signs": "c.changes > 0 OR c.away_times > 0 OR c.late_refused > 0",
    "allowed": "c.is_allowed",
}
SORTS = {
    "unit": "c.path, c.sort_key",
    "name": "c.sort_key",
    "began": "c.started_at DESC NULLS LAST, c.sort_key",
    "away": "c.away_seconds DESC NULLS LAST, c.sort_key",
}
# Those who may sit, and those who did, each with the latest sitting and what all of them told.
_ALL = f"""
WITH spared AS ({OF_ONE}), latest AS (
    SELECT DISTINCT ON (s.enrolment_id) s.enrolment_id, s.number, s.started_at, LEAST(s.handed_in_at, s.ends_at) AS ended_at,
           s.handed_in_at IS NOT NULL OR s.ends_at <= %(at)s AS is_over, s.ends_at,
           sum(s.lease - 1) OVER everything AS changes, sum(s.away_times) OVER everything AS away_times,
           sum(s.away_seconds) OVER everything AS away_seconds, sum(s.late_refused) OVER everything AS late_refused
      FROM assessment_sitting s WHERE s.exam_id = %(exam)s
    WINDOW everything AS (PARTITION BY s.enrolment_id)
     ORDER BY s.enrolment_id, s.number DESC
), c AS (
    SELECT n.id AS enrolment_id, p.name, p.sort_key, p.initials, o.id AS unit_id, o.name AS unit, o.path, latest.number, latest.started_at,
           CASE WHEN latest.is_over THEN COALESCE(latest.ended_at, latest.ends_at) END AS ended_at, latest.ends_at, latest.is_over,
           COALESCE(latest.changes, 0)::int AS changes, COALESCE(latest.away_times, 0)::int AS away_times,
           COALESCE(latest.away_seconds, 0)::int AS away_seconds, COALESCE(latest.late_refused, 0)::int AS late_refused,
           a.id IS NOT NULL AS is_allowed
      FROM programmes_enrolment n JOIN people_person p ON p.id = n.person_id JOIN orgs_org o ON o.id = n.unit_id
      LEFT JOIN latest ON latest.enrolment_id = n.id
      LEFT JOIN assessment_examallowance a ON a.exam_id = %(exam)s AND a.enrolment_id = n.id
     WHERE n.programme_id = %(programme)s AND n.unit_path LIKE ANY(%(paths)s)
       AND (latest.enrolment_id IS NOT NULL OR n.state = 'active' AND n.id NOT IN (SELECT enrolment_id FROM spared))
)
"""
_ROWS = """
SELECT c.enrolment_id, c.name, c.unit, c.number, c.started_at, c.ended_at, c.ends_at, c.is_over, c.changes, c.away_times, c.away_seconds,
       c.late_refused, c.is_allowed
  FROM c WHERE (SHOW) AND (%(unit)s = 0 OR c.unit_id = %(unit)s)
   AND (%(words)s = '' OR c.name ILIKE %(like)s OR c.unit ILIKE %(like)s OR c.initials ILIKE %(like)s)
 ORDER BY SORT, c.enrolment_id LIMIT %(limit)s OFFSET %(offset)s
"""
_COUNTS = "SELECT " + ", ".join(f'count(*) FILTER (WHERE {condition})::int AS "{name}"' for name, condition in SHOWS.items()) + " FROM c"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who may sit an exam: the latest sitting (`number` None = not begun), and what all of hers told."""

    enrolment_id: int
    name: str
    unit: str
    number: int | None
    started_at: datetime | None
    ended_at: datetime | None
    ends_at: datetime | None
    is_over: bool | None
    changes: int
    away_times: int
    away_seconds: int
    late_refused: int
    is_allowed: bool

    @property
    def state(self) -> str:
        """`none`, `sitting` or `over`."""
        return "none" if self.number is None else "over" if self.is_over else "sitting"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What of the list is asked for: a key of SHOWS and of SORTS, words, and a unit's id (0 = all)."""

    show: str = "all"
    sort: str = "unit"
    words: str = ""
    unit: int = 0
    number: int = 1
    size: int = 20


def counts(exam: Exam, *, paths: Sequence[str], at: datetime) -> Counts:
    """Count the candidates below `paths`. Cost: one query."""
    return sql.rows(_ALL + _COUNTS, _facts(exam, paths, at))[0]


def candidates_page(exam: Exam, wanted: Wanted, *, paths: Sequence[str], at: datetime) -> Page[Candidate]:
    """Return a page of the candidates. Cost: one query, whatever the size."""
    limits = {"limit": wanted.size + 1, "offset": (wanted.number - 1) * wanted.size}
    return page_with(list(_found(exam, wanted, paths, at, limits)), number=wanted.number, size=wanted.size)


def all_candidates(exam: Exam, wanted: Wanted, *, paths: Sequence[str], at: datetime) -> Iterator[Candidate]:
    """Yield all candidates as they are filtered and sorted, for a workbook. Cost: one query."""
    yield from _found(exam, wanted, paths, at, {"limit": 1_000_000, "offset": 0})


def _found(exam: Exam, wanted: Wanted, paths: Sequence[str], at: datetime, limits: Mapping[str, int]) -> Iterator[Candidate]:
    statement = _ALL + _ROWS.replace("SHOW", SHOWS[wanted.show]).replace("SORT", SORTS[wanted.sort])
    asked = {"words": wanted.words, "like": f"%{wanted.words}%", "unit": wanted.unit}
    return (Candidate(**row) for row in sql.rows(statement, {**_facts(exam, paths, at), **asked, **limits}))


def _facts(exam: Exam, paths: Sequence[str], at: datetime) -> dict[str, Any]:
    return {"exam": exam.pk, "programme": exam.programme_id, "paths": [f"{path}%" for path in paths], "at": at}
