"""Pages of marking exams: what waits, the answer in hand without a name, how far everybody is, and who may be appointed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window

from yanxiu.access.models import Appointment
from yanxiu.assessment import papers, rendering, sheets
from yanxiu.assessment.answer_rubrics import rubric_of
from yanxiu.assessment.asking import AskedView, asked_view
from yanxiu.assessment.models import AnswerMark, Exam, ExamMarker, MarkingClaim, MarkingTask, QuestionVersion, Rubric, SittingAnswer
from yanxiu.catalogue.content import read_question
from yanxiu.kit import sql

MARKING_ROLES = ("tutor", "expert")


@dataclass(frozen=True, kw_only=True)
class ExamToMark:
    """An exam with answers that wait for somebody's marks."""

    exam: Exam
    waiting: int


def exams_to_mark(tasks: QuerySet[MarkingTask], *, person_id: int) -> list[ExamToMark]:
    """Return the exams in which something waits for the person, the first that ended first. Cost: 2 queries."""
    given = AnswerMark.objects.filter(sitting=OuterRef("sitting"), number=OuterRef("number"), marked_by=person_id)
    free = tasks.filter(round__isnull=False).filter(~Exists(given))
    counts = dict(free.order_by().values_list("exam").annotate(Count("pk"))[:100])
    exams = Exam.objects.filter(pk__in=counts).select_related("programme").order_by("closes_at", "pk")
    return [ExamToMark(exam=exam, waiting=counts[exam.pk]) for exam in exams]


@dataclass(frozen=True, kw_only=True)
class QuestionProgress:
    """How far a question is: answers settled of all, thirds that wait. `title` begins its stem."""

    version_id: int
    title: str
    total: int
    done: int
    thirds: int

    @property
    def waiting(self) -> int:
        return self.total - self.done


def progress_of(exam: Exam) -> list[QuestionProgress]:
    """Return the written questions of an exam with their progress. Cost: 2 queries."""
    rows = list(
        MarkingTask.objects.filter(exam=exam).order_by("version").values("version")
        .annotate(total=Count("pk"), done=Count("pk", filter=Q(round__isnull=True)), thirds=Count("pk", filter=Q(round=3)))
    )  # fmt: skip
    stems = dict(QuestionVersion.objects.filter(pk__in=[row["version"] for row in rows]).values_list("pk", "content__stem"))
    return [
        QuestionProgress(
            version_id=row["version"], title=rendering.plain(stems[row["version"]], most=40), total=row["total"], done=row["done"],
            thirds=row["thirds"],
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class InHand:
    """The answer that a marker reads: the question with reference and points to look for, what was written; of a third both marks.

    `rubric`: by which it is marked, None = by points.
    """

    task: MarkingTask
    question: AskedView
    earlier: Sequence[AnswerMark]
    until: datetime
    rubric: Rubric | None

    @property
    def quick(self) -> list[int]:
        """Whole points to be given with one press, for questions of few."""
        most = self.task.points
        return list(range(int(most) + 1)) if self.rubric is None and most == int(most) and most <= 12 else []

    @property
    def dimensions(self) -> sheets.Dimensions:
        """The dimensions of the rubric."""
        return sheets.read(self.rubric.dimensions) if self.rubric else ()


def held_by(exam: Exam, *, person_id: int, at: datetime) -> InHand | None:
    """Return what the person holds of an exam, None when nothing. Cost: 4 queries, 5 for a third or by a rubric."""
    claim = MarkingClaim.objects.filter(marker_id=person_id, until__gt=at, sitting__exam=exam).order_by("-until", "pk").first()
    if claim is None:
        return None
    rows = MarkingTask.objects.filter(sitting=claim.sitting_id, number=claim.number, round=claim.round)
    task = rows.select_related("sitting", "version").first()
    if task is None:
        return None
    given = SittingAnswer.objects.filter(sitting=task.sitting_id, number=task.number).values_list("given", flat=True).first()
    question = read_question(task.version.content)
    asked = papers.read_sheet(task.sitting.sheet)[task.number - 1]
    view = asked_view(
        question, asked, given, number=task.number, is_open=False, reveals="answers",
        links=rendering.links_of([question], person_id=person_id, at=at),
    )  # fmt: skip
    marks = (
        AnswerMark.objects.filter(sitting=task.sitting_id, number=task.number, round__lt=3)
        if task.round == 3
        else AnswerMark.objects.none()
    )
    return InHand(
        task=task, question=view, earlier=list(marks.order_by("round")), until=claim.until, rubric=rubric_of(question)
    )  # fmt: skip


def last_mark(exam: Exam, *, person_id: int) -> tuple[AnswerMark | None, int]:
    """Return the last mark that the person gave in an exam, and how many she gave. Cost: one query."""
    rows = AnswerMark.objects.filter(marked_by=person_id, sitting__exam=exam, round__lt=4)
    last = rows.annotate(total=Window(Count("pk"))).order_by("-marked_at", "-pk").first()
    return last, int(last.total) if last is not None else 0


@dataclass(frozen=True, kw_only=True)
class MarkerLine:
    """What somebody's marks look like: how many, their mean share of the points and its spread, the seconds between two of them."""

    person_id: int
    name: str
    count: int
    mean: Decimal | None
    spread: Decimal | None
    seconds: Decimal | None
    is_appointed: bool


_MARKERS = """
WITH mine AS (
    SELECT m.marked_by, m.points / NULLIF(t.points, 0) AS share,
           EXTRACT(epoch FROM m.marked_at - lag(m.marked_at) OVER (PARTITION BY m.marked_by ORDER BY m.marked_at)) AS gap
    FROM assessment_answermark m JOIN assessment_markingtask t ON t.sitting_id = m.sitting_id AND t.number = m.number
    WHERE t.exam_id = %(exam)s AND m.round < 4
), of_each AS (
    SELECT marked_by, count(*) AS count, avg(share) AS mean, stddev_samp(share) AS spread,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) FILTER (WHERE gap < 1200) AS seconds
    FROM mine GROUP BY 1
)
SELECT p.id AS person_id, p.name, COALESCE(e.count, 0) AS count, round(e.mean * 100, 1) AS mean, round(e.spread * 100, 1) AS spread,
       round(e.seconds::numeric) AS seconds, a.id IS NOT NULL AS is_appointed
FROM people_person p LEFT JOIN of_each e ON e.marked_by = p.id
LEFT JOIN assessment_exammarker a ON a.person_id = p.id AND a.exam_id = %(exam)s
WHERE e.marked_by IS NOT NULL OR a.id IS NOT NULL ORDER BY e.count DESC NULLS LAST, p.sort_key, p.id
"""


def marker_lines(exam: Exam) -> list[MarkerLine]:
    """Return who marks or has marked an exam. Cost: one query."""
    return [MarkerLine(**row) for row in sql.rows(_MARKERS, {"exam": exam.pk})]


@dataclass(frozen=True, kw_only=True)
class Eligible:
    """Somebody who could be appointed: a tutor or expert below the unit that holds the programme."""

    person_id: int
    name: str
    unit: str
    role: str


def eligible_markers(exam: Exam, *, words: str = "", most: int = 20) -> list[Eligible]:
    """Return tutors and experts of the programme's region who are not appointed yet, some of them. Cost: one query."""
    appointed = ExamMarker.objects.filter(exam=exam).values("person")
    rows = Appointment.objects.filter(role__in=MARKING_ROLES, revoked_at__isnull=True, org__path__startswith=exam.programme.owner_path)
    rows = rows.exclude(person__in=appointed)
    if words:
        rows = rows.filter(Q(person__name__icontains=words) | Q(person__initials__icontains=words) | Q(org__name__icontains=words))
    found = rows.select_related("person", "org").order_by("person__sort_key", "person_id", "pk")[: most * 2]
    seen: dict[int, Eligible] = {}
    for row in found:
        seen.setdefault(
            row.person_id, Eligible(person_id=row.person_id, name=row.person.name, unit=row.org.name, role=row.role)
        )  # fmt: skip
    return list(seen.values())[:most]
