"""A score that comes out at once tells nothing of the answers while others still sit the exam."""

from datetime import timedelta

import pytest

from tests.assessment import exam_factories as make
from tests.assessment import factories
from tests.assessment.scored import RIGHT
from yanxiu.assessment.models import Sitting
from yanxiu.assessment.queries import sitting_results
from yanxiu.assessment.result_permissions import appeal_until

pytestmark = pytest.mark.django_db
AT = factories.AT
HOUR = timedelta(hours=1)


@pytest.fixture
def sitting() -> Sitting:
    """Handed in and scored at once, an hour and a half before the end of the exam; devices may deliver for twenty minutes more."""
    exam = make.exam(release="at_once", reveal="answers", released_at=AT, edition=1, offline_minutes=20, attempts=2)
    row = make.sitting(exam=exam, handed_in_at=AT + HOUR / 2)
    for number, given in RIGHT.items():
        make.sitting_answer(sitting=row, number=number, given=given)
    make.sitting_result(sitting=row)
    return Sitting.objects.select_related("exam__paper", "enrolment").get(pk=row.pk)


def _page(sitting, at, **more):
    result = make.SittingResult.objects.get(sitting=sitting)
    last_end = sitting_results.with_last_end(Sitting.objects.filter(pk=sitting.pk)).values_list("last_end", flat=True).get()
    return sitting_results.result_page(
        sitting, result, person_id=sitting.enrolment.person_id, at=at, **{"last_end": None if more else last_end, **more}
    )


def test_only_the_score_is_shown_before_the_end_for_all(sitting):
    during, waiting = _page(sitting, AT + HOUR), _page(sitting, sitting.exam.closes_at + HOUR / 6)
    after = _page(sitting, sitting.exam.closes_at + HOUR)

    assert [(page.is_held, list(page.questions)) for page in (during, waiting)] == [(True, []), (True, [])]
    assert after.is_held is False
    assert all(one.view.right for one in after.questions)


def test_whoever_is_given_longer_holds_it_back(sitting):
    late = sitting.exam.closes_at + 5 * HOUR
    make.exam_allowance(exam=sitting.exam, closes_at=late)

    assert _page(sitting, late - HOUR).is_held
    assert not _page(sitting, late + HOUR).is_held


def test_reviewers_see_it_and_a_score_alone_is_not_held(sitting):
    assert _page(sitting, AT + HOUR, reveals="answers").questions
    sitting.exam.reveal = "score"
    assert not _page(sitting, AT + HOUR).is_held


def test_the_days_for_appeals_begin_with_the_end_of_the_exam(sitting):
    result = make.SittingResult.objects.get(sitting=sitting)

    assert appeal_until(sitting.exam, result) == sitting.exam.closes_at + timedelta(days=sitting.exam.appeal_days)
