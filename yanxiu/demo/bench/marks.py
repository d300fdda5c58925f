"""Marks of everybody in one view: 500 people × 10 assessments, × 10 pieces of homework, and one exam × its questions."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Final

from django.conf import settings
from django.test import Client
from django.urls import reverse

from yanxiu.access import actions as access
from yanxiu.assessment import papers
from yanxiu.assessment.models import Exam, Paper
from yanxiu.catalogue import content
from yanxiu.catalogue.models import Course, Step, StepKind
from yanxiu.demo.bench import ground, pages, teachers
from yanxiu.demo.bench.cast import signed_in
from yanxiu.demo.bench.exam import hall
from yanxiu.demo.bench.figures import Figure
from yanxiu.demo.bench.pages import Page
from yanxiu.kit import sql
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.people.models import Person

PEOPLE: Final = 500
EXAMS, ENTERED, QUESTIONS = 6, 3, 40  # and one regular assessment: ten in all
PROMISED_MS, PROMISED_KILOBYTES = 60, 150
_POINTS = Decimal("2.5")
Costs = dict[str, dict[str, float]]


def measure(*, people: int, times: int, say: Callable[[str], None]) -> Figure:
    """Measure the pages in a throw-away installation with `people` in each of them. Raises NotReady."""
    with ground.installation() as environment:
        say(f"空的安装已就绪，{people} 名教师，{EXAMS + ENTERED + 1} 项考核，{QUESTIONS} 题")
        ground.python(environment, "config.cli", "collectstatic", "--noinput", "--verbosity", "0")
        seen = ground.inside(environment, "marks", people, times, as_owner=True)
    return figure(seen, people=people, times=times)


def figure(seen: Costs, *, people: int, times: int) -> Figure:
    """Return the slowest page beside what is promised; each page stands in the detail."""
    slow = sorted(one["median_ms"] for one in seen.values())
    heaviest = max(one["kilobytes_per_100_rows"] for one in seen.values())
    return Figure(
        name="marks", value=slow[-1], unit="ms of the server for the slowest of the tables", p50_ms=slow[len(slow) // 2], p95_ms=slow[-1],
        p99_ms=slow[-1], limit=PROMISED_MS, ratio=round(slow[-1] / PROMISED_MS, 3), rows=people, rounds=times,
        load=f"each page {times} times in one process, one at a time; {people} rows of {EXAMS + ENTERED + 1} columns, or {QUESTIONS}",
        detail={
            "limit_is": "what is promised", "is_kept": slow[-1] <= PROMISED_MS and heaviest <= PROMISED_KILOBYTES,
            "promised_kilobytes_per_100_rows": PROMISED_KILOBYTES, "pages": seen,
        },
    )  # fmt: skip


def shown(people: int, times: int) -> Costs:
    """Make the people with their scores, and measure each table as the office of the county sees it."""
    place = teachers.prepare()
    teachers.enrol(place, people)
    exam = _scores(place)
    _homework(place)
    office = Person.objects.filter(unit_path__startswith=place.county.path).order_by("pk")[0]
    hat = access.appoint(person=office, role="county_admin", org=place.county, by=SYSTEM, at=now())
    who, many = (office.pk, hat.pk), "size=500"
    table = reverse("assessment:score_table")
    last = f"教师{people - 1}<"
    found = [
        Page(name="people × assessments", address=f"{table}?{many}&sort=name", marker=last, who=who),
        Page(name="the same, by a column", address=f"{table}?{many}&sort=c3", marker=last, who=who),
        Page(name="people × homework", address=f"{table}?{many}&sort=name&what=homework", marker=last, who=who),
        Page(name="an exam × its questions", address=f"{reverse('assessment:exam_results', args=[exam.pk])}?{many}", marker=last, who=who),
    ]  # fmt: skip
    with signed_in([who], each=1, at=now()) as sessions:
        return {page.name: cost(page, sessions[who][0], people=people, times=times) for page in found}


def cost(page: Page, session: str, *, people: int, times: int) -> dict[str, float]:
    """Return what a page costs; `cpu_ms` is this process alone, without PostgreSQL: what a busy machine does not disturb."""
    facts = pages.in_process(page, {page.who: [session]}, times=times) if page.who else {}
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    used = []
    for _ in range(times):
        began = time.process_time()
        client.get(page.address)
        used.append(time.process_time() - began)
    size = float(str(facts["kilobytes"]))
    return {
        "queries": float(str(facts["queries"])), "median_ms": float(str(facts["median_ms"])), "cpu_ms": round(median(used) * 1000, 1),
        "kilobytes": size, "kilobytes_per_100_rows": round(size * 100 / people, 1),
    }  # fmt: skip


def _scores(place: teachers.Ground) -> Exam:
    """Results of all exams, scores of paper and regular ones for everybody; return an exam whose results are shown by question."""
    at = now() - timedelta(days=2)
    versions = [hall.version(place.programme, number, at) for number in range(1, QUESTIONS + 1)]
    sections = (papers.Section(title="一、全卷", fixed=tuple(papers.Fixed(version=one, points=_POINTS) for one in versions)),)
    paper = Paper.objects.create(
        owner=place.county, title="测量卷", sections=papers.write(sections), points=papers.points_of(sections), created_at=at,
        published_at=at,
    )  # fmt: skip
    exams = [_exam(place, paper, number, at) for number in range(EXAMS)]
    facts = {"exams": [one.pk for one in exams], "programme": place.programme.pk, "at": at, "version": versions[0], "count": QUESTIONS}
    for statement in (_EDITIONS, _SITTINGS, _RESULTS):
        sql.run(statement, facts)
    for number in range(ENTERED):
        sql.run(_ENTERED, {**facts, "assessment": f"paper-{number + 1}"})
    sql.run(_RULE, facts)
    sql.run(_REGULAR, facts)
    sql.run("ANALYZE")
    return exams[0]


def _exam(place: teachers.Ground, paper: Paper, number: int, at: datetime) -> Exam:
    return Exam.objects.create(
        programme=place.programme, paper=paper, title=f"第 {number + 1} 次考试", opens_at=at - timedelta(days=9 - number),
        closes_at=at - timedelta(days=8 - number), minutes=60, created_at=at, announced_at=at, released_at=at, edition=1,
    )  # fmt: skip


def _homework(place: teachers.Ground) -> None:
    courses = Course.objects.filter(owner=place.county).order_by("pk")[:10]
    asked = content.write(content.Homework(task="写一份观课记录。", min_characters=10))
    steps = Step.objects.bulk_create(
        [Step(course=course, number=9, kind=StepKind.HOMEWORK, title="观课记录", content=asked) for course in courses]
    )
    sql.run(_WORK, {"steps": [one.pk for one in steps], "programme": place.programme.pk, "at": now()})
    sql.run("ANALYZE assessment_submission")


_EDITIONS = """
INSERT INTO assessment_resultedition (exam_id, number, reason, needs_second, computed_at, released_at)
SELECT e.id, 1, '第一次出分', FALSE, %(at)s, %(at)s FROM unnest(%(exams)s::bigint[]) e(id)
"""
# The first question stands for all: the table reads points, not questions.
_SITTINGS = """
INSERT INTO assessment_sitting
  (exam_id, enrolment_id, number, sheet, started_at, ends_at, handed_in_at, lease, away_times, away_seconds, late_refused)
SELECT e.id, n.id, 1, (SELECT jsonb_agg(jsonb_build_array(%(version)s::bigint, '2.5', 0)) FROM generate_series(1, %(count)s)),
       %(at)s::timestamptz - interval '1 day', t.ended, t.ended, 1, 0, 0, 0
FROM unnest(%(exams)s::bigint[]) e(id) CROSS JOIN programmes_enrolment n
CROSS JOIN (SELECT %(at)s::timestamptz - interval '23 hours' AS ended) t
WHERE n.programme_id = %(programme)s
"""
_RESULTS = """
INSERT INTO assessment_sittingresult (sitting_id, edition, points_each, points, score, passed, computed_at)
SELECT s.id, 1, (SELECT jsonb_agg(CASE WHEN (s.id + q) %% 4 = 0 THEN '0' ELSE '2.5' END) FROM generate_series(1, %(count)s) q),
       40 + s.id %% 60, 40 + s.id %% 60, s.id %% 60 >= 20, %(at)s
FROM assessment_sitting s WHERE s.exam_id = ANY(%(exams)s)
"""
_ENTERED = """
INSERT INTO assessment_enteredscore (programme_id, enrolment_id, assessment, first, first_absent, first_at, first_by, second,
  second_absent, second_at, second_by, score, settled_at, released_at)
SELECT n.programme_id, n.id, %(assessment)s, 50 + n.id %% 50, FALSE, %(at)s, 1, 50 + n.id %% 50, FALSE, %(at)s, 2, 50 + n.id %% 50,
       %(at)s, %(at)s
FROM programmes_enrolment n WHERE n.programme_id = %(programme)s
"""
_RULE = """
INSERT INTO assessment_processrule (programme_id, assessment, parts, set_at, computed_at)
VALUES (%(programme)s, 'regular', '[]', %(at)s, %(at)s)
"""
_REGULAR = """
INSERT INTO assessment_processscore (rule_id, enrolment_id, "each", score, released_at)
SELECT q.id, n.id, '[]', 60 + n.id %% 40, %(at)s
FROM assessment_processrule q JOIN programmes_enrolment n ON n.programme_id = q.programme_id WHERE q.programme_id = %(programme)s
"""
_WORK = """
INSERT INTO assessment_submission (enrolment_id, step_id, state, text, texts, saved_at, submitted_at, accepted_at, counted_at, score)
SELECT n.id, t.id, 'accepted', '第三分钟教师问为什么。', '{}', %(at)s, %(at)s, %(at)s, %(at)s, 60 + (n.id + t.id) %% 40
FROM unnest(%(steps)s::bigint[]) t(id) CROSS JOIN programmes_enrolment n WHERE n.programme_id = %(programme)s
"""
