"""What ran out is scored and marked when it is complete: nothing written without a line can come to it any more (P-14, F-22)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.assessment import exam_factories as exams
from tests.assessment import scored
from tests.assessment.scored import RIGHT, SAT_AT, WORDS
from tests.programmes import factories as programmes
from yanxiu.assessment import actions
from yanxiu.assessment.actions import sittings
from yanxiu.assessment.models import Exam, MarkingTask, ResultEdition, Sitting, SittingResult
from yanxiu.assessment.queries import scoring
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def ran_out(exam: Exam, given: dict[int, object]) -> Sitting:
    """A sitting that ended by its clock at `SAT_AT`, and is closed."""
    row = exams.sitting(exam=exam, enrolment=exams.candidate(exam), started_at=SAT_AT - 60 * MINUTE, ends_at=SAT_AT, handed_in_at=SAT_AT)
    for number, one in given.items():
        exams.sitting_answer(sitting=row, number=number, given=one, saved_at=SAT_AT - 5 * MINUTE)
    return row


def late(sitting: Sitting, number: int, given: object) -> None:
    """An answer written without a line before the end comes half an hour after it."""
    exams.sitting_answer(sitting=sitting, number=number, given=given, written_at=SAT_AT - MINUTE, saved_at=SAT_AT + 30 * MINUTE)


def score_all(at) -> int:
    return sittings.score_run_out(by=SYSTEM, at=at)


@pytest.mark.parametrize(("offline", "waits"), [(60, 61), (20, 21), (0, 1)])
def test_it_waits_for_the_devices_and_a_minute_for_what_is_on_its_way(offline, waits):
    exam = scored.plain_exam(release="at_once", offline_minutes=offline)
    sitting = ran_out(exam, {1: [1]})
    late(sitting, 2, [0, 2])

    assert score_all(SAT_AT + waits * MINUTE - timedelta(seconds=1)) == 0
    assert score_all(SAT_AT + waits * MINUTE) == 1
    assert SittingResult.objects.get().score == Decimal("66.66")
    assert score_all(SAT_AT + (waits + 1) * MINUTE) == 0


def test_a_regrade_meanwhile_does_not_show_half_of_it():
    exam = scored.plain_exam(release="at_once", assessment="final")
    done, sitting = scored.sat(exam, RIGHT), ran_out(exam, {1: [1]})
    actions.after_hand_in(sitting=done, by=programmes.learner(done.enrolment.person), at=SAT_AT)
    by = scored.office(exam)
    actions.propose(exam=exam, reason="核对一遍", by=by, at=SAT_AT + 10 * MINUTE)
    actions.release_results(exam=exam, by=by, at=SAT_AT + 11 * MINUTE)
    shown = set(SittingResult.objects.filter(edition=2).values_list("sitting", flat=True))
    late(sitting, 2, [0, 2])
    late(sitting, 3, [1])
    score_all(SAT_AT + 61 * MINUTE)

    assert shown == {done.pk}
    assert list(SittingResult.objects.filter(sitting=sitting).values_list("edition", "score")) == [(2, Decimal(100))]
    assert [row.measure for row in Record.objects.filter(verb="given", person_id=sitting.enrolment.person_id)] == [100]
    assert ResultEdition.objects.filter(released_at__isnull=True).count() == 0


def test_nobody_marks_half_an_answer():
    exam = scored.written_exam()
    sitting, done = ran_out(exam, {4: "先记"}), scored.sat(exam, {4: WORDS})

    def lay_out(at) -> int:
        return actions.lay_out(since=at - timedelta(hours=3), by=SYSTEM, at=at)

    assert lay_out(SAT_AT + 30 * MINUTE) == 1
    assert MarkingTask.objects.get().sitting_id == done.pk
    exams.SittingAnswer.objects.filter(sitting=sitting).update(given=WORDS, saved_at=SAT_AT + 59 * MINUTE)
    assert lay_out(SAT_AT + 60 * MINUTE) == 0
    assert lay_out(SAT_AT + 61 * MINUTE) == 1


def test_what_is_complete_is_told_the_same_for_one_and_for_all():
    exam = scored.plain_exam(offline_minutes=20)
    rows = [
        exams.sitting(exam=exam, enrolment=exams.candidate(exam), started_at=SAT_AT - 90 * MINUTE, ends_at=ends, handed_in_at=handed)
        for ends in (SAT_AT - 22 * MINUTE, SAT_AT - 21 * MINUTE, SAT_AT - 20 * MINUTE, SAT_AT + 5 * MINUTE)
        for handed in (None, ends - MINUTE, *([ends] if ends <= SAT_AT else []))
    ]
    found = set(Sitting.objects.filter(scoring.complete(at=SAT_AT)).values_list("pk", flat=True))

    assert found == {row.pk for row in rows if scoring.is_complete(exam, row, at=SAT_AT)}
    assert found == set(scoring.complete_sittings(exam, at=SAT_AT).values_list("pk", flat=True))
    assert len(found) == 8


def test_a_cancelled_exam_counts_for_nothing():
    exam = scored.plain_exam(release="at_once", cancelled_at=SAT_AT)
    ran_out(exam, RIGHT)
    handed_in = scored.sat(exam, RIGHT)

    assert score_all(SAT_AT + 120 * MINUTE) == 0
    assert actions.after_hand_in(sitting=handed_in, by=SYSTEM, at=SAT_AT + 120 * MINUTE) is None
    assert (SittingResult.objects.count(), Exam.objects.get().released_at) == (0, None)


def test_what_waits_for_a_mark_keeps_nothing_else_waiting():
    written = scored.written_exam(release="at_once")
    for _nth in range(3):
        ran_out(written, {4: WORDS})
    plain = ran_out(scored.plain_exam(release="at_once"), RIGHT)
    at = SAT_AT + 61 * MINUTE
    actions.lay_out(since=SAT_AT, by=SYSTEM, at=at)

    assert sittings.score_run_out(by=SYSTEM, at=at, most=2) == 1
    assert SittingResult.objects.get().sitting_id == plain.pk


def test_only_the_program_scores():
    with pytest.raises(NotPermitted):
        sittings.score_run_out(by=scored.office(scored.plain_exam()), at=SAT_AT)
