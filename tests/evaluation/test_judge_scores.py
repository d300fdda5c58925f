"""Scores that come out become findings: of exams, of paper, of regular assessments; changed ones void the record before (F-22)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.assessment import exam_factories as exams
from tests.assessment import scored
from tests.assessment.factories import AT
from tests.programmes import factories as programmes
from yanxiu.assessment.models import Exam, Sitting
from yanxiu.evaluation import actions
from yanxiu.evaluation.models import Judgement
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted
from yanxiu.orgs.models import Kind
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
PLAN = (programmes.PLANS / "004.yaml").read_text(encoding="utf-8")


@pytest.fixture
def programme(db):
    county = programmes.org(parent=programmes.org(), kind=Kind.COUNTY)
    return programmes.running(county, source=PLAN, parameters={"Y": 2026})


def _judge(programme, assessment) -> int:
    return actions.judge_scores(programme=programme, assessment=assessment, by=SYSTEM, at=AT)


def _sitting(programme, score, passed) -> Sitting:
    exam = exams.exam(programme=programme, assessment="final", edition=1, released_at=AT)
    sitting = exams.sitting(exam=exam, handed_in_at=AT + timedelta(minutes=5))
    exams.sitting_result(sitting=sitting, score=Decimal(score), passed=passed)
    return sitting


def test_the_finding_follows_the_scores_that_are_shown(programme):
    sitting = _sitting(programme, "88.5", True)

    assert (_judge(programme, "final"), _judge(programme, "final")) == (1, 0)

    finding = Judgement.objects.get()
    assert (finding.person_id, finding.key, finding.score, finding.passed) == (sitting.enrolment.person_id, "final", Decimal("88.5"), True)
    record = Record.objects.get(verb="graded", object_type="assessment")
    assert (record.measure, record.kind, record.data["passed"]) == (Decimal("88.5"), "final", True)


def test_another_edition_replaces_the_finding_and_voids_its_record(programme):
    sitting = _sitting(programme, "88", True)
    _judge(programme, "final")
    exams.sitting_result(sitting=sitting, edition=2, score=Decimal(50), passed=False)
    before = _judge(programme, "final")
    Exam.objects.update(edition=2)

    assert (before, _judge(programme, "final")) == (0, 1)

    assert [(one.score, one.superseded_at is None) for one in Judgement.objects.order_by("pk")] == [(88, False), (50, True)]
    first = Record.objects.filter(verb="graded").order_by("id")[0]
    assert Record.objects.get(voids=first.pk).person_id == sitting.enrolment.person_id


def test_a_resit_in_another_exam_counts_when_it_is_better(programme):
    first = _sitting(programme, "40", False)
    resit = exams.exam(programme=programme, assessment="final", edition=1, released_at=AT)
    other = exams.sitting(exam=resit, enrolment=first.enrolment, handed_in_at=AT + timedelta(minutes=5))
    exams.sitting_result(sitting=other, score=Decimal(75), passed=True)

    _judge(programme, "final")

    assert [(one.score, one.passed) for one in Judgement.objects.all()] == [(75, True)]


def test_scores_of_paper_pass_by_the_plans_line_and_the_absent_do_not(programme):
    facts = {"first_at": AT, "first_by": 1, "second_at": AT, "second_by": 2, "settled_at": AT, "released_at": AT}
    for score in (Decimal(60), Decimal("59.99"), None):
        enrolment = exams.candidate(exams.exam(programme=programme))
        exams.entered_score(
            enrolment=enrolment, first=score, second=score, score=score, first_absent=score is None, second_absent=score is None, **facts
        )

    _judge(programme, "comprehensive")

    assert [(one.score, one.passed) for one in Judgement.objects.order_by("pk")] == [(60, True), (Decimal("59.99"), False), (None, False)]


def test_regular_scores_count_as_well(programme):
    exams.process_score(rule=exams.process_rule(programme=programme), score=Decimal("61.5"))

    _judge(programme, "regular")

    assert [(one.key, one.score, one.passed) for one in Judgement.objects.all()] == [("regular", Decimal("61.5"), True)]


def test_what_is_not_shown_is_not_judged(programme):
    sitting = _sitting(programme, "88", True)
    Exam.objects.filter(pk=sitting.exam_id).update(released_at=None)

    assert _judge(programme, "final") == 0


def test_only_the_program_itself(programme):
    with pytest.raises(NotPermitted):
        actions.judge_scores(programme=programme, assessment="final", by=scored.office(exams.exam(programme=programme)), at=AT)


def test_the_cost_does_not_grow_with_the_people(programme, django_assert_num_queries):
    for _number in range(8):
        _sitting(programme, "88", True)
    _judge(programme, "final")
    exams.SittingResult.objects.update(score=Decimal(70))
    with django_assert_num_queries(15):
        assert _judge(programme, "final") == 8
