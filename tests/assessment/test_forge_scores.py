"""Scores are the server's own: whatever a candidate sends besides answers is nothing (security EM-06)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.assessment import exam_factories as exams
from tests.assessment import factories as make
from yanxiu.assessment.models import AnswerMark, Exam, Sitting, SittingAnswer, SittingResult
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
FORGED = {
    "score": "100", "points": "30", "points_each": "[10,10,10]", "passed": "on", "given": "[1]", "share": "1", "edition": "9",
    "written_at": "2000-01-01", "ends_at": "2099-01-01", "handed_in_at": "", "number": "7", "exam": "1", "enrolment": "1", "round": "4",
}  # fmt: skip


@pytest.fixture
def sitting(cast) -> Sitting:
    """李雷 sits an exam of three choices whose results come at once."""
    now = datetime.now(UTC)
    exam = exams.exam(
        programme=make.programme(cast.county), release="at_once", opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=2)
    )
    enrolment = make.participant(exam.programme, cast.school)
    enrolment.person = cast.person("李雷")
    enrolment.save(update_fields=["person"])
    row = exams.sitting(exam=exam, enrolment=enrolment, started_at=now - timedelta(minutes=5), ends_at=now + timedelta(minutes=30))
    exams.sitting_device(sitting=row, since=row.started_at)
    return row


def test_what_is_sent_besides_answers_is_nothing(cast, sitting):
    before = Sitting.objects.values("ends_at", "number", "exam", "enrolment", "sheet", "started_at").get()
    sent = {**FORGED, "lease": "1", "asked": ["1", "2", "3"], "q1": "1", "q2": "0", "q3": "0", "confirm": "yes"}
    cast.client_of("李雷").post(reverse("assessment:hand_in_sitting", args=[sitting.pk]), sent)

    result = SittingResult.objects.get()
    assert (result.points_each, result.score, result.passed, result.edition) == (["10", "0", "0"], Decimal("33.33"), False, 1)
    assert Sitting.objects.values("ends_at", "number", "exam", "enrolment", "sheet", "started_at").get() == before
    assert dict(SittingAnswer.objects.values_list("number", "given")) == {1: [1], 2: [0], 3: [0]}
    assert (AnswerMark.objects.count(), Exam.objects.get().edition) == (0, 1)
    assert Record.objects.get(verb="given", object_type="score").measure == Decimal("33.33")


@pytest.mark.parametrize("door", ["mark_answer", "propose", "release_results", "rule", "appoint_marker", "claim_next", "drop_proposal"])
def test_a_candidate_reaches_no_door_of_scores(cast, sitting, door):
    answer = cast.client_of("李雷").post(reverse(f"assessment:{door}", args=[sitting.exam_id]), FORGED)

    assert answer.status_code in (403, 404)
    assert not SittingResult.objects.exists()
