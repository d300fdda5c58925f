"""Exams that were sat, for the tests of scoring, marking and appeals."""

from datetime import datetime, timedelta
from decimal import Decimal

from tests.assessment import exam_factories as exams
from tests.assessment import factories
from tests.programmes import factories as programmes
from yanxiu.assessment import actions
from yanxiu.assessment.models import Exam, Sitting
from yanxiu.assessment.queries import scoring as scoring
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.orgs.models import Org
from yanxiu.programmes.models import Enrolment

SAT_AT = factories.AT
OVER = factories.AT + timedelta(hours=4)
"""Two hours after the end: no device without a line may deliver any more."""
RIGHT = {1: [1], 2: [0, 2], 3: [1]}
WORDS = "先记下第三分钟教师等了七秒，再说这说明什么。"


def written_exam(**fields) -> Exam:
    """Three questions of 10 points and an essay of 10."""
    paper = exams.paper(*factories.QUESTIONS, exams.ESSAY, owner=fields["programme"].owner) if "programme" in fields else None
    one = exams.exam(**{"paper": paper or exams.paper(*factories.QUESTIONS, exams.ESSAY), **fields})
    return Exam.objects.select_related("programme__owner", "paper").get(pk=one.pk)


def plain_exam(**fields) -> Exam:
    """Three questions of 10 points that nobody marks."""
    return Exam.objects.select_related("programme__owner", "paper").get(pk=exams.exam(**fields).pk)


def sat(exam: Exam, given: dict[int, object], *, enrolment: Enrolment | None = None, ended_at: datetime = SAT_AT, **fields) -> Sitting:
    """A sitting that was handed in with the answers given."""
    row = exams.sitting(
        exam=exam, enrolment=enrolment or exams.candidate(exam), started_at=ended_at - timedelta(minutes=30),
        ends_at=ended_at + timedelta(minutes=30), handed_in_at=ended_at, **fields,
    )  # fmt: skip
    for number, one in given.items():
        exams.sitting_answer(sitting=row, number=number, given=one)
    return Sitting.objects.select_related("exam__programme", "exam__paper", "enrolment__person").get(pk=row.pk)


def office(exam: Exam) -> Actor:
    """Who handles the exam's results."""
    return programmes.holder("county_admin", exam.programme.owner)


def marker(unit: Org) -> Actor:
    """An expert of the unit, with a person of her own."""
    return programmes.holder("expert", unit, person=programmes.teacher(unit))


def marked(sitting: Sitting, *, points: str = "8", number: int = 4, round_number: int = 1, by: Actor | None = None):
    """The essay of a sitting gets its mark."""
    actions.lay_out(since=SAT_AT - timedelta(days=1), by=SYSTEM, at=OVER)
    task = exams.MarkingTask.objects.select_related("exam__programme").get(sitting=sitting, number=number)
    return actions.mark_answer(
        task=task, round_number=round_number, points=Decimal(points), comment="", by=by or marker(sitting.exam.programme.owner), at=OVER
    )


def released(exam: Exam, *, reason: str = "重新算分", at: datetime = OVER) -> Exam:
    """Results are computed and shown."""
    by = office(exam)
    actions.propose(exam=exam, reason=reason, by=by, at=at)
    actions.release_results(exam=exam, by=by, at=at)
    return Exam.objects.select_related("programme__owner", "paper").get(pk=exam.pk)
