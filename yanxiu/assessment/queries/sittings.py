"""Pages of a candidate: my exams, one exam before it is sat, and what is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F

from yanxiu.assessment import papers, taking
from yanxiu.assessment.models import Exam, ExamAllowance, Sitting, SittingAnswer, SittingDevice, SittingResult
from yanxiu.assessment.resits import PASSED, passed_before
from yanxiu.catalogue.content import is_answered
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.programmes.models import Enrolment, EnrolmentState
from yanxiu.programmes.queries.windows import moment_words, span_words

_ORDER = {"sitting": 0, "open": 1, "upcoming": 2, "over": 3}


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One exam for one candidate. `score` and `passed` are those of the best sitting, None until released.

    `is_spared`: it is a resit, and she passed what it makes up for.
    """

    exam: Exam
    enrolment: Enrolment
    allowance: ExamAllowance | None
    sittings: Sequence[Sitting]
    at: datetime
    score: Decimal | None = None
    passed: bool | None = None
    is_spared: bool = False

    @property
    def running(self) -> Sitting | None:
        """The sitting that can be gone on with."""
        return next((one for one in self.sittings if not one.is_over(self.at)), None)

    @property
    def last(self) -> Sitting | None:
        """The latest sitting."""
        return self.sittings[-1] if self.sittings else None

    @property
    def closes_at(self) -> datetime:
        """Until when it may be begun."""
        return taking.closes_at(self.exam, self.allowance)

    @property
    def opens_words(self) -> str:
        """When it opens, as people say it."""
        return moment_words(self.exam.opens_at, at=self.at)

    @property
    def closes_words(self) -> str:
        """When it closes, as people say it."""
        return moment_words(self.closes_at, at=self.at, is_end=True)

    @property
    def times(self) -> str:
        """From when until when it may be begun; the day once when it is the same."""
        return span_words(self.exam.opens_at, self.closes_at, at=self.at)

    @property
    def minutes(self) -> int:
        """How long a sitting lasts."""
        return self.exam.minutes + (self.allowance.extra_minutes if self.allowance else 0)

    @property
    def left(self) -> int:
        """How many sittings can still be begun."""
        return max(0, taking.attempts(self.exam, self.allowance) - len(self.sittings))

    @property
    def state(self) -> str:
        """`sitting`, `open`, `upcoming` or `over`."""
        if self.running is not None:
            return "sitting"
        if self.exam.cancelled_at is not None or self.is_spared or self.at >= self.closes_at or not self.left:
            return "over"
        return "open" if self.at >= self.exam.opens_at else "upcoming"

    @property
    def ends_if_begun(self) -> datetime:
        """When a sitting begun now would end."""
        return taking.ends_at(self.exam, self.allowance, started_at=max(self.at, self.exam.opens_at))


@dataclass(frozen=True, kw_only=True)
class Cover:
    """An exam before it is sat."""

    seat: Seat
    sections: papers.Sections

    @property
    def count(self) -> int:
        """How many questions a sheet has."""
        return sum(section.count for section in self.sections)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A sitting that is over: what was stored, and on which devices."""

    sitting: Sitting
    seat: Seat
    count: int
    answered_count: int
    late_count: int
    devices: Sequence[SittingDevice]

    @property
    def is_by_clock(self) -> bool:
        """Tell whether its time ran out."""
        return self.sitting.handed_in_at is None or self.sitting.handed_in_at >= self.sitting.ends_at

    @property
    def over_at(self) -> datetime:
        """When it ended, whether or not the clock's job has been."""
        return self.sitting.handed_in_at or self.sitting.ends_at


def seats_of(actor: Actor, *, at: datetime) -> list[Seat]:
    """Return the exams of a person: running ones first, then open, coming, and what is over (latest first).

    Resits that she needs not are left out. Cost: 5 queries, 6 with a resit.
    """
    mine = list(Enrolment.objects.filter(person_id=actor.person_id or 0, state=EnrolmentState.ACTIVE).select_related("programme"))
    by_programme = {one.programme_id: one for one in mine}
    exams = Exam.objects.filter(programme__in=by_programme, announced_at__isnull=False).order_by("opens_at", "pk")
    seats = _seated([(exam, by_programme[exam.programme_id]) for exam in exams], at=at)
    found = [seat for seat in seats if seat.sittings or not seat.is_spared]
    ahead = [seat for seat in found if seat.state != "over"]
    over = [seat for seat in found if seat.state == "over"]
    return [*sorted(ahead, key=lambda seat: _ORDER[seat.state]), *reversed(over)]


def seat_of(exam: Exam, enrolment: Enrolment, *, at: datetime) -> Seat:
    """Return one exam of one candidate. Cost: 3 queries, 4 of a resit."""
    return _seated([(exam, enrolment)], at=at)[0]


def cover_of(exam: Exam, enrolment: Enrolment, *, at: datetime) -> Cover:
    """Return an exam before it is sat; `exam.paper` is loaded. Cost: 3 queries."""
    return Cover(seat=seat_of(exam, enrolment, at=at), sections=papers.read(exam.paper.sections))


def receipt_of(sitting: Sitting, *, at: datetime) -> Receipt:
    """Return what is known of a sitting that is over. Cost: 5 queries."""
    answers = [row for row in SittingAnswer.objects.filter(sitting=sitting) if is_answered(row.given)]
    return Receipt(
        sitting=sitting,
        seat=seat_of(sitting.exam, sitting.enrolment, at=at),
        count=len(sitting.sheet),
        answered_count=len(answers),
        late_count=sum(row.saved_at >= sitting.ends_at for row in answers),
        devices=list(SittingDevice.objects.filter(sitting=sitting).order_by("lease")),
    )


def _seated(pairs: Sequence[tuple[Exam, Enrolment]], *, at: datetime) -> list[Seat]:
    exams, enrolments = [exam for exam, _ in pairs], [enrolment for _, enrolment in pairs]
    allowances = {
        (given.exam_id, given.enrolment_id): given for given in ExamAllowance.objects.filter(exam__in=exams, enrolment__in=enrolments)
    }
    sittings: dict[tuple[int, int], list[Sitting]] = {}
    rows = Sitting.objects.filter(exam__in=exams, enrolment__in=enrolments).defer("sheet").order_by("number", "pk")
    for one in rows:
        sittings.setdefault((one.exam_id, one.enrolment_id), []).append(one)
    spared = passed_before(exams, [one.pk for one in enrolments])
    results: dict[tuple[int, int], SittingResult] = {}
    shown = SittingResult.objects.filter(sitting__in=rows.order_by(), edition=F("sitting__exam__edition"))
    for row in shown.filter(sitting__exam__released_at__isnull=False).select_related("sitting").order_by("score", "pk"):
        results[row.sitting.exam_id, row.sitting.enrolment_id] = row
    return [
        Seat(
            exam=exam, enrolment=enrolment, allowance=allowances.get((exam.pk, enrolment.pk)), at=at,
            sittings=sittings.get((exam.pk, enrolment.pk), []),
            score=result.score if (result := results.get((exam.pk, enrolment.pk))) else None, passed=result.passed if result else None,
            is_spared=(exam.pk, enrolment.pk) in spared,
        )
        for exam, enrolment in pairs
    ]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DueExam:
    """An exam that waits for a person: `sitting` is the one that is open; `until` is when that ends, or the last moment to begin."""

    enrolment_id: int
    exam_id: int
    title: str
    opens_at: datetime
    until: datetime
    minutes: int
    sitting: int | None


_DUE = f"""
SELECT n.id AS enrolment_id, x.id AS exam_id, x.title, x.opens_at, COALESCE(s.ends_at, GREATEST(x.closes_at, a.closes_at)) AS until,
       x.minutes + COALESCE(a.extra_minutes, 0) AS minutes, s.open AS sitting
FROM programmes_enrolment n
JOIN assessment_exam x ON x.programme_id = n.programme_id AND x.announced_at IS NOT NULL AND x.cancelled_at IS NULL
LEFT JOIN assessment_examallowance a ON a.exam_id = x.id AND a.enrolment_id = n.id
CROSS JOIN LATERAL (
    SELECT count(*) AS made, max(t.id) FILTER (WHERE t.handed_in_at IS NULL AND t.ends_at > %(at)s) AS open,
           max(t.ends_at) FILTER (WHERE t.handed_in_at IS NULL AND t.ends_at > %(at)s) AS ends_at
    FROM assessment_sitting t WHERE t.exam_id = x.id AND t.enrolment_id = n.id
) s
WHERE n.id = ANY(%(enrolments)s) AND GREATEST(x.closes_at, a.closes_at) > %(at)s AND x.opens_at < %(soon)s
  AND (s.open IS NOT NULL OR s.made < x.attempts + COALESCE(a.extra_attempts, 0)
       AND (x.resit_of_id IS NULL OR (x.id, n.id) NOT IN (
            {PASSED.replace("EXAMS", "TRUE")} WHERE sitting.enrolment_id = ANY(%(enrolments)s))))
ORDER BY until, x.id
"""
_SOON = timedelta(days=7)


def due_exams(enrolments: Sequence[int], *, at: datetime) -> list[DueExam]:
    """Return the exams that can be sat now or within a week. Cost: one query."""
    return [DueExam(**row) for row in sql.rows(_DUE, {"enrolments": list(enrolments), "at": at, "soon": at + _SOON})]
