"""Appeals: ask, take back, decide; a changed score is a new edition for everybody at once, and the old record is voided."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.assessment import exam_factories as exams
from tests.assessment import scored
from tests.assessment.scored import OVER, RIGHT, WORDS
from tests.programmes import factories as programmes
from yanxiu.assessment import actions
from yanxiu.assessment import result_permissions as permissions
from yanxiu.assessment.models import AnswerMark, AppealState, ResultEdition, ScoreAppeal, Sitting, SittingResult
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
REASON = "第 4 题写了证据，没有给分"
ANSWER = "重新核对，漏看了第二段，补给分"


@pytest.fixture
def shown():
    """A sitting with 36 of 40 points that are shown, and its marker."""
    exam = scored.written_exam(assessment="final")
    sitting, _other = scored.sat(exam, {**RIGHT, 4: WORDS}), scored.sat(exam, {1: [1]})
    marker = scored.marker(exam.programme.owner)
    scored.marked(sitting, points="6", by=marker)
    scored.released(exam)
    return Sitting.objects.select_related("exam__programme__owner", "enrolment__person").get(pk=sitting.pk), marker


def _appeal(sitting, *, number=4, reason=REASON, by=None, at=OVER):
    return actions.appeal_score(sitting=sitting, number=number, reason=reason, by=by or programmes.learner(sitting.enrolment.person), at=at)


def _score(sitting) -> Decimal:
    edition = type(sitting.exam).objects.get(pk=sitting.exam_id).edition
    return SittingResult.objects.get(sitting=sitting, edition=edition).score


def test_a_changed_score_is_shown_at_once_and_its_old_record_voided(shown):
    sitting, _marker = shown
    appeal = _appeal(sitting)
    by = scored.marker(sitting.exam.programme.owner)

    decided = actions.decide_appeal(appeal=appeal, points={4: Decimal(9)}, answer=ANSWER, by=by, at=OVER)

    assert (decided.state, decided.decider, decided.answer) == (AppealState.CHANGED, by.label, ANSWER)
    assert _score(sitting) == Decimal("97.5")
    assert AnswerMark.objects.get(round=4).points == 9
    assert list(ResultEdition.objects.order_by("number").values_list("number", "reason")) == [(1, "重新算分"), (2, "成绩复核")]
    assert SittingResult.objects.filter(edition=2).count() == 2
    given = Record.objects.filter(verb="given", object_type="score", person_id=sitting.enrolment.person_id).order_by("id")
    assert [row.measure for row in given] == [90, Decimal("97.5")]
    assert Record.objects.get(voids=given[0].pk).verb == "voided"


def test_kept_is_an_answer_too(shown):
    sitting, _marker = shown
    appeal = _appeal(sitting)
    by = scored.marker(sitting.exam.programme.owner)

    decided = actions.decide_appeal(appeal=appeal, points={4: Decimal(6)}, answer="重新核对，给分无误", by=by, at=OVER)

    assert (decided.state, ResultEdition.objects.count(), _score(sitting)) == (AppealState.KEPT, 1, Decimal(90))
    with pytest.raises(Conflict, match="维持原分"):
        actions.decide_appeal(appeal=appeal, points={}, answer=ANSWER, by=by, at=OVER)


def test_an_objective_answer_can_be_changed_too(shown):
    sitting, _marker = shown
    appeal = _appeal(sitting, number=None)
    by = scored.office(sitting.exam)

    actions.decide_appeal(appeal=appeal, points={1: Decimal(0), 4: Decimal(10)}, answer=ANSWER, by=by, at=OVER)

    assert SittingResult.objects.get(sitting=sitting, edition=2).points_each == ["0.00", "10", "10", "10.00"]


def test_who_may_decide(shown):
    sitting, marker = shown
    appeal = _appeal(sitting)
    decide = {"points": {4: Decimal(9)}, "answer": ANSWER, "at": OVER}

    with pytest.raises(NotPermitted, match="是您阅的"):
        actions.decide_appeal(appeal=appeal, by=marker, **decide)
    with pytest.raises(NotFound):
        actions.decide_appeal(appeal=appeal, by=scored.marker(programmes.org(parent=programmes.org())), **decide)
    own = programmes.holder("expert", sitting.exam.programme.owner, person=sitting.enrolment.person)
    with pytest.raises(NotPermitted, match="自己的成绩"):
        actions.decide_appeal(appeal=appeal, by=own, **decide)
    assert ScoreAppeal.objects.get().state == AppealState.FILED
    other = scored.marker(sitting.exam.programme.owner)
    for actor, sees in ((marker, False), (own, False), (other, True), (scored.office(sitting.exam), True)):
        assert permissions.reviewable_appeals(actor).filter(pk=appeal.pk).exists() is sees


@pytest.mark.parametrize(
    ("points", "answer", "match"),
    [
        ({4: "10.01"}, ANSWER, "0 到 10 之间"),
        ({4: "NaN"}, ANSWER, "0 到 10 之间"),
        ({4: "1.234"}, ANSWER, "最多两位小数"),
        ({3: "5"}, ANSWER, "没有要求复核第 3 题"),
        ({9: "5"}, ANSWER, "没有要求复核第 9 题"),
        ({4: "9"}, " ", "给考生的答复"),
        ({4: "9"}, "长" * 1001, "最多 1000 字"),
    ],
)
def test_bad_decisions_are_refused_and_change_nothing(shown, points, answer, match):
    sitting, _marker = shown
    appeal = _appeal(sitting)
    by = scored.marker(sitting.exam.programme.owner)

    with pytest.raises(Invalid, match=match):
        actions.decide_appeal(appeal=appeal, points={number: Decimal(one) for number, one in points.items()}, answer=answer, by=by, at=OVER)

    assert (ScoreAppeal.objects.get().state, AnswerMark.objects.filter(round=4).exists()) == (AppealState.FILED, False)


def test_only_the_candidate_asks_within_the_days_and_once(shown):
    sitting, marker = shown
    with pytest.raises(NotFound):
        _appeal(sitting, by=marker)
    with pytest.raises(Conflict, match="已经过了"):
        _appeal(sitting, at=OVER + timedelta(days=5))
    with pytest.raises(Invalid, match="哪里不对"):
        _appeal(sitting, reason=" 好 ")
    with pytest.raises(Invalid, match="没有第 5 题"):
        _appeal(sitting, number=5)
    _appeal(sitting, at=OVER + timedelta(days=5, seconds=-1))
    with pytest.raises(Conflict, match="已经申请过"):
        _appeal(sitting)
    _appeal(sitting, number=None)
    assert ScoreAppeal.objects.count() == 2


def test_nobody_appeals_against_what_is_not_shown():
    exam = scored.plain_exam()
    sitting = scored.sat(exam, RIGHT)
    actions.propose(exam=exam, reason="", by=scored.office(exam), at=OVER)
    with pytest.raises(Conflict, match="还没有公布"):
        _appeal(sitting, number=1)


def test_an_appeal_can_be_taken_back(shown):
    sitting, marker = shown
    appeal = _appeal(sitting)
    with pytest.raises(NotPermitted):
        actions.withdraw_appeal(appeal=appeal, by=marker, at=OVER)
    me = programmes.learner(sitting.enrolment.person)
    assert actions.withdraw_appeal(appeal=appeal, by=me, at=OVER).state == AppealState.WITHDRAWN
    with pytest.raises(Conflict, match="已撤回"):
        actions.withdraw_appeal(appeal=appeal, by=me, at=OVER)
    _appeal(sitting)


def test_a_decision_throws_a_proposal_away_that_does_not_know_it(shown):
    sitting, _marker = shown
    exam = exams.Exam.objects.select_related("programme__owner").get(pk=sitting.exam_id)
    appeal = _appeal(sitting)
    actions.propose(exam=exam, reason="重新算分", by=scored.office(exam), at=OVER)
    actions.decide_appeal(appeal=appeal, points={4: Decimal(9)}, answer=ANSWER, by=scored.marker(exam.programme.owner), at=OVER)

    assert not ResultEdition.objects.filter(released_at__isnull=True).exists()
    assert _score(sitting) == Decimal("97.5")
