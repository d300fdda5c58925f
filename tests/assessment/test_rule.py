"""Rulings after an exam: another answer, everybody, left out, another pass line; in force with the next edition only."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.assessment import exam_factories as exams
from tests.assessment import scored
from tests.assessment.scored import OVER, RIGHT
from yanxiu.assessment import actions
from yanxiu.assessment.models import QuestionVersion, RulingKind, ScoreRuling, SittingResult
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted

pytestmark = pytest.mark.django_db
LATER = OVER + timedelta(days=1)


@pytest.fixture
def shown():
    exam = scored.plain_exam(assessment="final")
    scored.sat(exam, RIGHT)
    scored.sat(exam, {1: [0], 2: [0, 2]})
    return scored.released(exam)


def _version(exam, number=1) -> QuestionVersion:
    return QuestionVersion.objects.get(pk=exams.papers.read(exam.paper.sections)[0].fixed[number - 1].version)


def _scores(edition: int) -> list[Decimal]:
    return list(SittingResult.objects.filter(edition=edition).order_by("sitting").values_list("score", flat=True))


@pytest.mark.parametrize(
    ("kind", "given", "scores"),
    [
        (RulingKind.ACCEPT, [0], ["100", "66.66"]),
        (RulingKind.EVERYBODY, None, ["100", "66.66"]),
        (RulingKind.LEFT_OUT, None, ["100", "50"]),
    ],
)
def test_a_ruling_counts_from_the_next_edition(shown, kind, given, scores):
    by = scored.office(shown)
    ruling = actions.rule(exam=shown, kind=kind, version=_version(shown), given=given, reason="题干有歧义", by=by, at=LATER)
    before = _scores(1)
    scored.released(shown, at=LATER)

    assert before == [Decimal(100), Decimal("33.33")]
    assert _scores(2) == [Decimal(one) for one in scores]
    ruling.refresh_from_db()
    assert ruling.edition == 2
    with pytest.raises(Conflict, match="不能撤回"):
        actions.withdraw_ruling(ruling=ruling, by=by, at=LATER)


def test_another_pass_line(shown):
    by = scored.office(shown)
    actions.rule(exam=shown, kind=RulingKind.PASS_SCORE, pass_score=Decimal(30), reason="题偏难", by=by, at=LATER)
    shown.refresh_from_db()
    kept = shown.pass_score
    scored.released(shown, at=LATER)
    shown.refresh_from_db()

    assert (kept, shown.pass_score) == (60, 30)
    assert list(SittingResult.objects.filter(edition=2).values_list("passed", flat=True)) == [True, True]


def test_a_ruling_can_be_taken_back_before_it_counts(shown):
    by = scored.office(shown)
    ruling = actions.rule(exam=shown, kind=RulingKind.EVERYBODY, version=_version(shown), reason="题干有歧义", by=by, at=LATER)
    with pytest.raises(NotPermitted):
        actions.withdraw_ruling(ruling=ruling, by=scored.marker(shown.programme.owner), at=LATER)
    actions.withdraw_ruling(ruling=ruling, by=by, at=LATER)
    assert not ScoreRuling.objects.exists()


@pytest.mark.parametrize(
    ("facts", "match"),
    [
        ({"kind": RulingKind.EVERYBODY, "reason": " "}, "改判的理由"),
        ({"kind": RulingKind.EVERYBODY, "version": None}, "哪一道题"),
        ({"kind": RulingKind.ACCEPT, "given": []}, "另认的答案"),
        ({"kind": RulingKind.PASS_SCORE, "pass_score": Decimal("100.5")}, "0 到 100 之间"),
        ({"kind": RulingKind.PASS_SCORE, "pass_score": Decimal("NaN")}, "0 到 100 之间"),
        ({"kind": RulingKind.PASS_SCORE, "pass_score": None}, "0 到 100 之间"),
    ],
)
def test_bad_rulings_are_refused_and_nothing_is_stored(shown, facts, match):
    given = {"version": _version(shown), "reason": "题干有歧义", **facts}
    with pytest.raises(Invalid, match=match):
        actions.rule(exam=shown, **given, by=scored.office(shown), at=LATER)
    assert not ScoreRuling.objects.exists()


def test_a_question_that_was_not_asked_is_refused(shown):
    other = exams.question_version()
    with pytest.raises(Invalid, match="没有考这道题"):
        actions.rule(exam=shown, kind=RulingKind.EVERYBODY, version=other, reason="歧义", by=scored.office(shown), at=LATER)


def test_who_may(shown):
    by = scored.marker(shown.programme.owner)
    with pytest.raises(NotPermitted):
        actions.rule(exam=shown, kind=RulingKind.EVERYBODY, version=_version(shown), reason="歧义", by=by, at=LATER)
