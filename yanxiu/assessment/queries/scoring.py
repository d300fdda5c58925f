"""What scoring an exam needs, read set-based in batches; and what stands in its way."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value

from yanxiu.assessment import papers
from yanxiu.assessment.exam_scores import Rules
from yanxiu.assessment.models import AnswerMark, Exam, ExamAllowance, QuestionVersion, RulingKind, ScoreRuling, Sitting, SittingAnswer
from yanxiu.catalogue.content import AnyQuestion, Given, read_question
from yanxiu.kit import sql

BATCH = 500
INSIDE = timedelta(minutes=1)
"""How long after the last moment a delivery may still be on its way through the server (`taking.LONGEST_WAIT_MS`, and its commit)."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """A sitting with all that its score comes from, by number of the question."""

    sitting: Sitting
    sheet: papers.Sheet
    given: Mapping[int, Given]
    marks: Mapping[int, Mapping[int, Decimal]]


def complete_since(exam: Exam, *, at: datetime) -> datetime:
    """Return the end at or before which a sitting that ran out is complete at a moment: nothing written without a line can come to it."""
    return at - timedelta(minutes=exam.offline_minutes) - INSIDE


def complete(*, at: datetime) -> Q:
    """Return which sittings nothing can be added to any more: handed in before their end, or past it for as long as devices may deliver.

    Only these are scored and laid out for marking, so that no result and no mark rests on half of what a candidate wrote (P-14).
    """
    grace = ExpressionWrapper(F("exam__offline_minutes") * timedelta(minutes=1), output_field=DurationField())
    until = ExpressionWrapper(Value(at - INSIDE, output_field=DateTimeField()) - grace, output_field=DateTimeField())
    return Q(handed_in_at__lt=F("ends_at")) | Q(ends_at__lte=until)


def is_complete(exam: Exam, sitting: Sitting, *, at: datetime) -> bool:
    """Tell whether nothing can be added to a sitting any more. Cost: none."""
    ended_itself = sitting.handed_in_at is not None and sitting.handed_in_at < sitting.ends_at
    return ended_itself or sitting.ends_at <= complete_since(exam, at=at)


def complete_sittings(exam: Exam, *, at: datetime) -> QuerySet[Sitting]:
    """Return the sittings of an exam to which nothing can be added any more."""
    return Sitting.objects.filter(Q(handed_in_at__lt=F("ends_at")) | Q(ends_at__lte=complete_since(exam, at=at)), exam=exam)


def may_still_be_sat(exam: Exam, *, at: datetime) -> bool:
    """Tell whether answers may still come: the exam, an allowance or a sitting ends later, or a device without a line may yet deliver.

    Cost: 2 queries at most.
    """
    ended = complete_since(exam, at=at)
    if exam.closes_at > ended:
        return True
    if ExamAllowance.objects.filter(exam=exam, closes_at__gt=ended).exists():
        return True
    return Sitting.objects.filter(exam=exam, handed_in_at__isnull=True, ends_at__gt=ended).exists()


def works(sittings: QuerySet[Sitting] | Sequence[Sitting]) -> Iterator[Work]:
    """Yield sittings with answers and marks. Cost: 2 queries for each 500, and one for those in a queryset."""
    rows = list(sittings.order_by("pk")) if isinstance(sittings, QuerySet) else list(sittings)
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        ids = [row.pk for row in batch]
        given: dict[int, dict[int, Given]] = defaultdict(dict)
        for sitting_id, number, answer in SittingAnswer.objects.filter(sitting__in=ids).values_list("sitting", "number", "given"):
            given[sitting_id][number] = answer
        marks: dict[int, dict[int, dict[int, Decimal]]] = defaultdict(lambda: defaultdict(dict))
        found = AnswerMark.objects.filter(sitting__in=ids).values_list("sitting", "number", "round", "points")
        for sitting_id, number, round_number, points in found:
            marks[sitting_id][number][round_number] = points
        for row in batch:
            yield Work(sitting=row, sheet=papers.read_sheet(row.sheet), given=given[row.pk], marks=marks[row.pk])


class Questions(dict[int, AnyQuestion]):
    """Questions by version, read when they are asked for. Cost: one query for each sheet that brings new ones."""

    def know(self, sheet: papers.Sheet) -> None:
        """Read what a sheet asks and is not known yet."""
        missing = {asked.version for asked in sheet} - self.keys()
        if missing:
            for pk, raw in QuestionVersion.objects.filter(pk__in=missing).values_list("pk", "content"):
                self[pk] = read_question(raw)


def rules_of(exam: Exam) -> Rules:
    """Return by what an exam is scored now, rulings that are not published yet among it. Cost: one query."""
    rulings = list(ScoreRuling.objects.filter(exam=exam).order_by("made_at", "pk"))
    accepts: dict[int, tuple[Given, ...]] = {}
    pass_score = exam.pass_score
    for ruling in rulings:
        if ruling.kind == RulingKind.ACCEPT and ruling.version_id is not None:
            accepts[ruling.version_id] = (*accepts.get(ruling.version_id, ()), ruling.given)
        elif ruling.pass_score is not None:
            pass_score = ruling.pass_score
    return Rules(
        partial=exam.partial_rule,
        markers=exam.markers,
        tolerance=exam.tolerance,
        pass_score=pass_score,
        accepts=accepts,
        everybody=frozenset(one.version_id for one in rulings if one.kind == RulingKind.EVERYBODY and one.version_id),
        left_out=frozenset(one.version_id for one in rulings if one.kind == RulingKind.LEFT_OUT and one.version_id),
    )


_CHANGED_SINCE = """
SELECT EXISTS (SELECT 1 FROM assessment_answermark m JOIN assessment_sitting s ON s.id = m.sitting_id
               WHERE s.exam_id = %(exam)s AND m.marked_at > %(since)s) AS marked,
       EXISTS (SELECT 1 FROM assessment_scoreruling r WHERE r.exam_id = %(exam)s AND r.made_at > %(since)s) AS ruled,
       EXISTS (SELECT 1 FROM assessment_sitting s WHERE s.exam_id = %(exam)s
               AND (s.handed_in_at < s.ends_at OR s.ends_at <= %(complete)s) AND NOT EXISTS (
                   SELECT 1 FROM assessment_sittingresult r WHERE r.sitting_id = s.id AND r.edition = %(edition)s)) AS sat
"""


def changed_since(exam: Exam, *, edition: int, since: datetime, at: datetime) -> bool:
    """Tell whether marks, rulings or sittings came that an edition computed at `since` does not know. Cost: one query."""
    facts = {"exam": exam.pk, "edition": edition, "since": since, "complete": complete_since(exam, at=at)}
    return any(sql.rows(_CHANGED_SINCE, facts)[0].values())


_DUE = """
SELECT e.id FROM assessment_exam e
WHERE e.announced_at IS NOT NULL AND e.cancelled_at IS NULL AND e.release = 'after_close'
  AND e.closes_at + e.offline_minutes * INTERVAL '1 minute' <= %(inside)s
  AND EXISTS (SELECT 1 FROM assessment_sitting s WHERE s.exam_id = e.id
              AND (s.handed_in_at < s.ends_at OR s.ends_at + e.offline_minutes * INTERVAL '1 minute' <= %(inside)s)
              AND NOT EXISTS (SELECT 1 FROM assessment_sittingresult r
                              WHERE r.sitting_id = s.id AND r.edition = e.edition AND e.released_at IS NOT NULL))
  AND NOT EXISTS (SELECT 1 FROM assessment_markingtask t WHERE t.exam_id = e.id AND t.round IS NOT NULL)
ORDER BY e.id LIMIT 20
"""


def due_exams(*, at: datetime) -> list[int]:
    """Return exams whose results come out by themselves after the end, and have not for everybody. Cost: one query."""
    return [row["id"] for row in sql.rows(_DUE, {"inside": at - INSIDE})]
