"""Each check agrees with its set, on random grants (style 3.9)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.integrity import factories as make
from tests.integrity.factories import AT
from tests.programmes import factories as programmes
from yanxiu.access.permissions import Permission
from yanxiu.integrity import permissions
from yanxiu.integrity.models import Inquiry, Signal
from yanxiu.kit.actor import SYSTEM, Actor, Grant
from yanxiu.kit.errors import DomainError
from yanxiu.orgs.models import Kind, Org


@pytest.fixture
def region(place):
    """Two counties, schools in each, a teacher in every unit with a signal and an inquiry; every second one was asked."""
    other = programmes.org(parent=place.city, kind=Kind.COUNTY, name="邻县")
    units = [place.county, place.school, other, programmes.org(parent=other), programmes.org(parent=place.county), place.city]
    for number, unit in enumerate(units):
        one = programmes.teacher(unit)
        make.signal(one)
        asked = {"state": "asked", "asked_at": AT, "due_at": AT.replace(day=28), "question": "请说明当时的情况"} if number % 2 else {}
        make.inquiry(one, seat=place.county, **asked)
    return (
        list(Org.objects.order_by("pk")),
        list(Signal.objects.order_by("pk")),
        list(Inquiry.objects.select_related("person").order_by("pk")),
    )


def passes(check, *args) -> bool:
    try:
        check(*args)
    except DomainError:
        return False
    return True


GRANTS = some.lists(
    some.tuples(some.sampled_from([permissions.VIEW, permissions.INQUIRE, Permission.CATALOGUE_VIEW]), some.integers(0, 30)), max_size=4
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grants=GRANTS, who=some.integers(0, 30), is_system=some.booleans())
def test_checks_and_sets_agree(region, grants, who, is_system):
    units, signals, inquiries = region
    actor = SYSTEM if is_system else Actor(
        person_id=inquiries[who % len(inquiries)].person_id, label="某人",
        grants=tuple(Grant(role="test", permissions=frozenset({name}), path=units[at % len(units)].path) for name, at in grants),
    )  # fmt: skip

    seen = set(permissions.visible_signals(actor).values_list("pk", flat=True))
    known = set(permissions.visible_inquiries(actor).values_list("pk", flat=True))

    assert seen == {one.pk for one in signals if passes(permissions.check_can_see_signal, actor, one)}
    assert known == {one.pk for one in inquiries if passes(permissions.check_can_see_inquiry, actor, one)}
