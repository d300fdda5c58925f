"""Observation reports are compared when they are handed in; the author is shown her own words first."""

import pytest

from tests.assessment import factories as make
from tests.assessment.test_pages import lilei, stage  # noqa: F401 - fixtures
from tests.integrity.texts import ESSAY, OTHER
from tests.programmes import factories as programmes
from yanxiu.assessment import actions
from yanxiu.assessment.models import Observation
from yanxiu.integrity.models import IndexedText, Signal, SignalKind
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM

BOTH = {"goals": 1, "outcome": 0}
MINE, NEARLY = ESSAY + OTHER, OTHER + ESSAY.replace("小组", "每组").replace("孩子", "学生")


@pytest.fixture
def fellow(place):
    return make.participant(place.programme, place.school)


def submit(place, report=MINE, *, enrolment=None):
    enrolment = enrolment or place.enrolment
    by = programmes.learner(enrolment.person)
    return actions.submit_observation(enrolment=enrolment, case=place.case, levels=BOTH, report=report, by=by, at=make.AT)


def test_a_report_is_indexed_when_handed_in_and_gone_when_opened_again(place):
    actions.save_observation(enrolment=place.enrolment, case=place.case, levels=BOTH, report=MINE, by=place.learner, at=make.AT)
    assert not IndexedText.objects.exists()

    submit(place)
    assert IndexedText.objects.get().body == MINE
    actions.reopen_observation(enrolment=place.enrolment, case=place.case, by=SYSTEM, at=make.AT)
    assert not IndexedText.objects.exists()


def test_a_report_much_like_another_is_noticed_and_counts_as_before(place, fellow):
    submit(place)
    done = submit(place, NEARLY, enrolment=fellow)

    assert done.submitted_at is not None
    assert Signal.objects.get(kind=SignalKind.ALIKE_TEXT).person == fellow.person
    assert IndexedText.objects.get(person=fellow.person).share > 0.6


def test_the_author_is_shown_her_own_words_first(stage, lilei):  # noqa: F811
    other = make.participant(stage.programme, stage.cast.school, name="观课人一", stage="初中", subject="数学")
    actions.submit_observation(
        enrolment=other, case=stage.case, levels=BOTH, report=MINE, by=programmes.learner(other.person), at=clock.now()
    )  # fmt: skip
    sheet = {"level_goals": "0", "level_outcome": "1", "report": NEARLY}

    asked = lilei.post(stage.of_case("submit_observation"), sheet)

    words = asked.content.decode()
    assert asked.status_code == 409
    assert "同一方案里别人写的" in words
    assert "观课人一" not in words
    assert NEARLY[:60] in words
    assert not Observation.objects.filter(enrolment=stage.enrolment, submitted_at__isnull=False).exists()
    assert lilei.post(stage.of_case("submit_observation"), sheet | {"alike": "seen"}).status_code == 302
