"""What one may see is what one is shown: checks and sets agree on random trees, roles and places."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.programmes import factories as make
from yanxiu.access.permissions import Permission
from yanxiu.access.roles import ROLES
from yanxiu.kit.actor import ANONYMOUS, SYSTEM, Actor, Grant
from yanxiu.kit.rules import holds
from yanxiu.programmes import actions, permissions
from yanxiu.programmes.models import Enrolment, Programme, Withdrawal

MINE = [Permission.PROGRAMMES_VIEW, Permission.PROGRAMMES_PUBLISH, Permission.PROGRAMMES_DEREGISTER, Permission.PROGRAMMES_ENROL]


@pytest.fixture
def places(region):
    """One programme of each office (a draft at the city), participants in both schools, one application."""
    units = [region.province, region.city, region.county, region.school, region.second_school, region.elsewhere]
    for owner in (region.province, region.county, region.elsewhere):
        make.running(owner)
    make.programme(region.city)
    one = Programme.objects.get(owner=region.county)
    for unit in (region.school, region.second_school):
        place = make.enrolment(one, make.teacher(unit))
        make.withdrawal(place)
    actions.close(programme=Programme.objects.get(owner=region.elsewhere), by=SYSTEM, at=make.AT)
    return units


def actors(units):
    people = [*Enrolment.objects.values_list("person_id", flat=True), 999_999, None]
    grants = st.builds(
        lambda unit, held: Grant(role="any", permissions=frozenset(held), path=unit.path),
        st.sampled_from(units),
        st.sets(st.sampled_from(MINE)),
    )
    held = st.builds(
        lambda person, given: Actor(person_id=person, label="某人", grants=tuple(given)),
        st.sampled_from(people),
        st.lists(grants, max_size=3),
    )
    by_role = st.builds(make.holder, st.sampled_from(sorted(ROLES)), st.sampled_from(units))
    return st.one_of(held, by_role, st.sampled_from([ANONYMOUS, SYSTEM]))


@pytest.mark.slow  # a hundred random actors over a whole region
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_checks_and_sets_agree(places, data):
    actor = data.draw(actors(places))

    shown = set(permissions.visible_programmes(actor).values_list("pk", flat=True))
    assert shown == {one.pk for one in Programme.objects.all() if holds(permissions.check_can_view_programme, actor, one)}
    for one in Programme.objects.all():
        found = set(permissions.visible_participants(actor, one).values_list("pk", flat=True))
        rows = Enrolment.objects.filter(programme=one)
        assert found == {row.pk for row in rows if holds(permissions.check_can_see_participant, actor, row)}
    waiting = set(permissions.visible_withdrawals(actor).values_list("pk", flat=True))
    rows = Withdrawal.objects.select_related("enrolment")
    assert waiting == {row.pk for row in rows if holds(permissions.check_can_see_withdrawal, actor, row)}


def test_a_school_sees_what_is_above_it_and_no_draft(region, places):
    school = make.holder("school_admin", region.school)

    owners = set(permissions.visible_programmes(school).values_list("owner__name", flat=True))

    assert owners == {"东岭省", "青河县"}


def test_a_participant_sees_the_own_programme_and_only_oneself(region, places):
    place = Enrolment.objects.get(unit=region.school)
    person = make.learner(place.person)

    assert list(permissions.visible_programmes(person)) == [place.programme]
    assert list(permissions.visible_participants(person, place.programme)) == [place]
