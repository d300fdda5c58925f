"""Results are computed as whole editions and released by rule only (F-22)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.assessment import exam_factories as exams
from tests.assessment import scored
from tests.assessment.scored import OVER, RIGHT, WORDS
from tests.programmes import factories as programmes
from yanxiu.assessment import actions
from yanxiu.assessment.models import ResultEdition, RulingKind, SittingResult
from yanxiu.assessment.queries.scores import shown_result
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def _given(person_id: int) -> list[Record]:
    """The records of scores that stand."""
    rows = Record.objects.filter(verb="given", object_type="score", person_id=person_id)
    return [row for row in rows.order_by("id") if not Record.objects.filter(voids=row.pk).exists()]


def test_a_proposal_is_seen_by_nobody_until_it_is_released():
    exam = scored.plain_exam(assessment="final")
    good, half = scored.sat(exam, RIGHT), scored.sat(exam, {1: [1], 2: [0]})
    by = scored.office(exam)

    edition = actions.propose(exam=exam, reason="", by=by, at=OVER)
    exam.refresh_from_db()
    before = (exam.edition, exam.released_at, shown_result(good), Record.objects.filter(object_type="scores").count())
    actions.release_results(exam=exam, by=by, at=OVER)
    exam.refresh_from_db()

    assert before == (0, None, None, 0)
    assert (edition.number, edition.reason) == (1, "第一次出分")
    assert (exam.edition, exam.released_at) == (1, OVER)
    results = {row.sitting_id: (row.points, row.score, row.passed) for row in SittingResult.objects.all()}
    assert results == {good.pk: (Decimal(30), Decimal(100), True), half.pk: (Decimal(10), Decimal("33.33"), False)}
    one = _given(good.enrolment.person_id)[0]
    assert (one.measure, one.kind, one.data["passed"], one.data["sitting"]) == (100, "final", True, good.pk)
    assert Record.objects.get(object_type="scores").data["people"] == 2


def test_who_may():
    exam = scored.plain_exam()
    scored.sat(exam, RIGHT)
    for role in ("school_admin", "expert", "tutor", "designer"):
        with pytest.raises(NotPermitted, match="项目办或县级管理员"):
            actions.propose(exam=exam, reason="", by=programmes.holder(role, exam.programme.owner), at=OVER)
    assert not ResultEdition.objects.exists()


def test_no_results_while_the_exam_runs_or_a_device_may_still_deliver():
    exam = scored.plain_exam()
    scored.sat(exam, RIGHT)
    by = scored.office(exam)
    for moment in (exam.closes_at - timedelta(seconds=1), exam.closes_at + timedelta(minutes=59)):
        with pytest.raises(Conflict, match="60 分钟内还会送来答案"):
            actions.propose(exam=exam, reason="", by=by, at=moment)
    exams.exam_allowance(exam=exam, closes_at=OVER + timedelta(hours=1))
    with pytest.raises(Conflict, match="照顾到的人"):
        actions.propose(exam=exam, reason="", by=by, at=OVER)


def test_an_incomplete_set_is_no_set():
    exam = scored.written_exam()
    first, _second = scored.sat(exam, {**RIGHT, 4: WORDS}), scored.sat(exam, {**RIGHT, 4: WORDS})
    scored.marked(first)

    with pytest.raises(actions.StillUnmarked, match="1 份答卷"):
        actions.propose(exam=exam, reason="", by=scored.office(exam), at=OVER)

    assert (ResultEdition.objects.count(), SittingResult.objects.count()) == (0, 0)


def test_a_proposal_that_is_out_of_date_is_not_released():
    exam = scored.plain_exam()
    scored.sat(exam, RIGHT)
    by = scored.office(exam)
    actions.propose(exam=exam, reason="", by=by, at=OVER)
    scored.sat(exam, {})

    with pytest.raises(actions.Outdated, match="重新算分"):
        actions.release_results(exam=exam, by=by, at=OVER)


def test_a_second_person_releases_when_asked_for():
    exam = scored.plain_exam()
    scored.sat(exam, RIGHT)
    by = scored.office(exam)
    actions.propose(exam=exam, reason="", needs_second=True, by=by, at=OVER)

    with pytest.raises(NotPermitted, match="另一个人核对"):
        actions.release_results(exam=exam, by=by, at=OVER)
    actions.release_results(exam=exam, by=scored.office(exam), at=OVER)

    assert ResultEdition.objects.get().released_by != by.person_id


def test_a_regrade_keeps_the_old_score_until_it_is_released_and_then_voids_its_record():
    exam = scored.plain_exam(assessment="final", pass_score=Decimal(60))
    wrong = scored.sat(exam, {1: [0], 2: [0, 2]})
    same = scored.sat(exam, RIGHT)
    exam = scored.released(exam)
    by = scored.office(exam)
    version = exams.papers.read(exam.paper.sections)[0].fixed[0].version
    later = OVER + timedelta(days=1)
    actions.rule(
        exam=exam, kind=RulingKind.LEFT_OUT, version=exams.QuestionVersion.objects.get(pk=version), reason="题目超纲", by=by, at=later
    )

    with pytest.raises(Invalid, match="为什么重新算分"):
        actions.propose(exam=exam, reason=" ", by=by, at=later)
    actions.propose(exam=exam, reason="第 1 题不计", by=by, at=later)
    kept = shown_result(type(wrong).objects.select_related("exam").get(pk=wrong.pk))
    actions.release_results(exam=exam, by=by, at=later)
    shown = shown_result(type(wrong).objects.select_related("exam").get(pk=wrong.pk))

    assert kept is not None
    assert (kept.score, kept.edition) == (Decimal("33.33"), 1)
    assert shown is not None
    assert (shown.score, shown.edition, shown.points_each) == (Decimal(50), 2, ["", "10", "0"])
    assert [one.measure for one in _given(wrong.enrolment.person_id)] == [50]
    assert Record.objects.filter(verb="voided", object_type="score").count() == 1
    assert [one.data["edition"] for one in _given(same.enrolment.person_id)] == [1]
    kept_moment = SittingResult.objects.filter(sitting=same).order_by("edition").values_list("computed_at", flat=True)
    assert list(kept_moment) == [OVER, later]  # one question less: its points are others


def test_the_best_sitting_counts():
    exam = scored.plain_exam(attempts=2, assessment="final")
    enrolment = exams.candidate(exam)
    scored.sat(exam, RIGHT, enrolment=enrolment)
    scored.sat(exam, {}, enrolment=enrolment, number=2)
    scored.released(exam)

    assert [(one.measure, one.data["passed"]) for one in _given(enrolment.person_id)] == [(100, True)]


def test_at_once_means_when_it_is_handed_in():
    exam = scored.plain_exam(release="at_once", attempts=2)
    sitting = scored.sat(exam, {1: [1]})
    by = programmes.learner(sitting.enrolment.person)

    first = actions.after_hand_in(sitting=sitting, by=by, at=scored.SAT_AT)
    again = actions.after_hand_in(sitting=sitting, by=by, at=scored.SAT_AT)
    better = scored.sat(exam, RIGHT, enrolment=sitting.enrolment, number=2)
    actions.after_hand_in(sitting=better, by=by, at=scored.SAT_AT)

    assert first is not None
    assert (first.score, again) == (Decimal("33.33"), None)
    exam.refresh_from_db()
    assert (exam.edition, exam.released_at) == (1, scored.SAT_AT)
    assert [one.measure for one in _given(sitting.enrolment.person_id)] == [100]
    with pytest.raises(NotPermitted):
        actions.after_hand_in(sitting=sitting, by=scored.office(exam), at=OVER)


def test_at_once_waits_for_the_last_mark():
    exam = scored.written_exam(release="at_once")
    sitting = scored.sat(exam, {**RIGHT, 4: WORDS})

    waits = actions.after_hand_in(sitting=sitting, by=SYSTEM, at=scored.SAT_AT)
    scored.marked(sitting, points="6")

    assert waits is None
    assert SittingResult.objects.get().score == Decimal(90)


def test_after_the_close_results_come_by_themselves_once_all_is_marked():
    exam = scored.written_exam(release="after_close")
    sitting = scored.sat(exam, {**RIGHT, 4: WORDS})

    assert actions.release_after_close(exam=exam, by=SYSTEM, at=exam.closes_at) is False
    assert actions.release_after_close(exam=exam, by=SYSTEM, at=OVER) is False
    scored.marked(sitting)
    assert scored.scoring.due_exams(at=OVER) == [exam.pk]
    assert actions.release_after_close(exam=exam, by=SYSTEM, at=OVER) is True
    assert scored.scoring.due_exams(at=OVER) == []
    with pytest.raises(NotPermitted):
        actions.release_after_close(exam=exam, by=scored.office(exam), at=OVER)


def test_a_proposal_can_be_dropped():
    exam = scored.plain_exam()
    scored.sat(exam, RIGHT)
    by = scored.office(exam)
    actions.propose(exam=exam, reason="", by=by, at=OVER)
    actions.drop_proposal(exam=exam, by=by, at=OVER)

    assert (ResultEdition.objects.count(), SittingResult.objects.count()) == (0, 0)
    with pytest.raises(Conflict, match="没有待发布"):
        actions.drop_proposal(exam=exam, by=by, at=OVER)
    with pytest.raises(Conflict, match="先算分"):
        actions.release_results(exam=exam, by=by, at=OVER)


def test_the_cost_does_not_grow_with_the_candidates(django_assert_num_queries):
    exam = scored.plain_exam(assessment="final")
    for _number in range(12):
        scored.sat(exam, RIGHT)
    by = scored.office(exam)
    with django_assert_num_queries(16):
        actions.propose(exam=exam, reason="", by=by, at=OVER)
    with django_assert_num_queries(16):
        actions.release_results(exam=exam, by=by, at=OVER)
