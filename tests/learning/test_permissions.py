"""Each check agrees with its set, on random trees of units (style 3.9)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.learning import factories as make
from tests.learning.conftest import build
from tests.programmes import factories as programmes
from yanxiu.access.permissions import Permission
from yanxiu.kit.actor import SYSTEM, Actor, Grant
from yanxiu.kit.errors import DomainError
from yanxiu.learning import permissions
from yanxiu.orgs.models import Kind, Org
from yanxiu.programmes.models import Enrolment


@pytest.fixture
def region(db):
    """Three counties, two schools in each, a participant in every school."""
    place = build()
    nation = Org.objects.get(kind=Kind.NATION)
    for _ in range(2):
        county = programmes.org(parent=nation, kind=Kind.COUNTY)
        for _ in range(2):
            make.participant(place.programme, programmes.org(parent=county))
    make.participant(place.programme, place.second_school)
    return list(Org.objects.order_by("pk")), list(Enrolment.objects.order_by("pk"))


GRANTS = some.lists(
    some.tuples(
        some.sampled_from(
            [Permission.LEARNING_VIEW, Permission.LEARNING_CHOOSE_TOPICS, Permission.LEARNING_PUSH, Permission.CATALOGUE_VIEW]
        ),
        some.integers(0, 50),
    ),
    max_size=4,
)


def passes(check, *args) -> bool:
    try:
        check(*args)
    except DomainError:
        return False
    return True


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grants=GRANTS, who=some.integers(0, 50), is_system=some.booleans())
def test_checks_and_sets_agree(region, grants, who, is_system):
    units, enrolments = region
    actor = Actor(
        person_id=enrolments[who % len(enrolments)].person_id,
        label="某人",
        grants=tuple(Grant(role="test", permissions=frozenset({name}), path=units[at % len(units)].path) for name, at in grants),
    )
    actor = SYSTEM if is_system else actor

    visible = set(permissions.visible_enrolments(actor).values_list("pk", flat=True))
    schools = set(permissions.visible_schools(actor).values_list("pk", flat=True))

    assert visible == {one.pk for one in enrolments if passes(permissions.check_can_view_enrolment, actor, one)}
    assert schools == {one.pk for one in units if one.kind == Kind.SCHOOL and passes(permissions.check_can_choose_topics, actor, one)}
