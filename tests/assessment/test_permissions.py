"""What one may see is what one is shown: checks and sets agree on random actors, scopes and states."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.assessment import factories as make
from tests.programmes import factories as programmes
from yanxiu.access.permissions import Permission
from yanxiu.access.roles import ROLES
from yanxiu.assessment import actions, permissions
from yanxiu.assessment.models import Attempt, Observation, Submission, SubmissionState
from yanxiu.catalogue.models import LessonCase
from yanxiu.kit.actor import ANONYMOUS, SYSTEM, Actor, Grant
from yanxiu.kit.rules import holds
from yanxiu.programmes.models import Enrolment, Programme

MINE = [Permission.ASSESSMENT_VIEW, Permission.ASSESSMENT_GRADE, Permission.ASSESSMENT_WRITE]


@pytest.fixture
def rows(place):
    """In each of three schools somebody with work begun and somebody with work handed in; cases of several owners and authors."""
    far = programmes.org(parent=place.elsewhere, name="白石一中")
    other = make.participant(make.programme(place.county), place.school)
    for unit in (place.school, place.second_school, far):
        begun = make.participant(place.programme, unit)
        make.attempt(begun, place.test)
        actions.save_homework(enrolment=begun, step=place.homework, text="草", by=make.learner(begun), at=make.AT)
        actions.save_observation(enrolment=begun, case=place.case, levels={}, report="", by=make.learner(begun), at=make.AT)
        done = make.participant(place.programme, unit)
        make.handed_in(done, place.test)
        make.submission(done, place.homework)
        make.observation(done, place.case)
        make.case(unit, author_id=done.person_id)
    make.mark(make.submission(place.enrolment, place.homework))
    LessonCase.objects.filter(pk=make.case(place.county).pk).update(withdrawn_at=make.AT)
    make.case(place.county, subject="化学")
    make.observation(other, place.case)
    return [place.county.parent, place.county, place.school, place.second_school, place.elsewhere, far]


def actors(units):
    people = [*Enrolment.objects.values_list("person_id", flat=True), 999_999, None]
    held = st.builds(
        lambda unit, given, programme: Grant(role="any", permissions=frozenset(given), path=unit.path, programme_id=programme),
        st.sampled_from(units),
        st.sets(st.sampled_from(MINE)),
        st.sampled_from([None, None, *Programme.objects.values_list("pk", flat=True)]),
    )
    somebody = st.builds(
        lambda person, grants: Actor(person_id=person, label="某人", grants=tuple(grants)),
        st.sampled_from(people),
        st.lists(held, max_size=3),
    )
    by_role = st.builds(programmes.holder, st.sampled_from(sorted(ROLES)), st.sampled_from(units))
    return st.one_of(somebody, by_role, st.sampled_from([ANONYMOUS, SYSTEM]))


def ids(queryset):
    return set(queryset.values_list("pk", flat=True))


@pytest.mark.slow  # a hundred random actors over a whole region
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_checks_and_sets_agree(rows, data):
    actor = data.draw(actors(rows))
    submissions = list(Submission.objects.select_related("enrolment"))

    assert ids(permissions.visible_attempts(actor)) == {
        one.pk for one in Attempt.objects.select_related("enrolment") if holds(permissions.check_can_see_attempt, actor, one)
    }
    assert ids(permissions.visible_submissions(actor)) == {
        one.pk for one in submissions if holds(permissions.check_can_see_submission, actor, one)
    }
    assert ids(permissions.markable_submissions(actor)) == {
        one.pk for one in submissions if one.state == SubmissionState.SUBMITTED and holds(permissions.check_can_mark, actor, one)
    }
    assert ids(permissions.visible_observations(actor)) == {
        one.pk for one in Observation.objects.select_related("enrolment") if holds(permissions.check_can_see_observation, actor, one)
    }
    assert ids(permissions.visible_scored_cases(actor)) == {
        one.pk for one in LessonCase.objects.select_related("owner") if holds(permissions.check_can_see_scores, actor, one)
    }


def test_the_cases_to_observe_are_those_that_may_be_observed(rows):
    for one in Enrolment.objects.select_related("programme", "person"):
        allowed = {case.pk for case in LessonCase.objects.all() if holds(permissions.check_can_observe, make.learner(one), one, case)}

        assert ids(permissions.observable_cases(one)) == allowed


def test_a_draft_is_seen_by_nobody_else(rows):
    province = programmes.holder("province_admin", rows[0])

    assert not permissions.visible_submissions(province).filter(state=SubmissionState.DRAFT).exists()
    assert not permissions.visible_attempts(province).filter(submitted_at__isnull=True).exists()
    assert not permissions.visible_observations(province).filter(submitted_at__isnull=True).exists()
