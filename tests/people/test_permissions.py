"""Checks and querysets of people agree on random trees; permission strings are those of access."""

import inspect

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.access.factories import appointment, holder
from tests.orgs import factories as orgs
from tests.people import factories
from yanxiu.access import permissions as access
from yanxiu.access.models import Appointment
from yanxiu.access.permissions import Permission
from yanxiu.access.roles import ROLES
from yanxiu.kit.actor import ANONYMOUS, SYSTEM, Actor, Grant
from yanxiu.kit.rules import holds
from yanxiu.orgs import permissions as org_permissions
from yanxiu.orgs.models import Kind, Org
from yanxiu.people import permissions
from yanxiu.people.models import Account, Person

KINDS = [Kind.PROVINCE, Kind.CITY, Kind.COUNTY, Kind.SCHOOL]


@pytest.mark.parametrize("module", [permissions, org_permissions])
def test_every_permission_named_below_access_is_declared_there(module):
    named = {value for name, value in vars(module).items() if name.isupper() and isinstance(value, str)}

    assert named
    assert named <= {str(one) for one in Permission}
    assert inspect.getdoc(module)


def _tree(parents):
    units = [orgs.org()]
    for number, parent in enumerate(parents):
        units.append(orgs.org(parent=units[parent % len(units)], kind=KINDS[number % len(KINDS)]))
    return units


def _actors(units, draws, people):
    actors = [SYSTEM, ANONYMOUS, Actor(person_id=people[0].pk, label="本人")]
    for role, place, person in draws:
        actors.append(holder(role, units[place % len(units)], person_id=people[person % len(people)].pk))
    everything = Grant(role="test", permissions=frozenset(Permission), path=units[-1].path)
    return [*actors, Actor(person_id=people[0].pk, label="全权", grants=(everything, *actors[-1].grants))]


def _agree(queryset, rows, check, actor, *more):
    assert set(queryset.values_list("pk", flat=True)) == {row.pk for row in rows if holds(check, actor, row, *more)}


def _check_can_issue(actor, account):
    permissions.check_can_issue_code(actor, account.person, account)


@pytest.mark.slow  # Hypothesis: 25 random trees
@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(st.integers(0, 20), min_size=1, max_size=7),
    homes=st.lists(st.integers(0, 20), min_size=2, max_size=5),
    draws=st.lists(st.tuples(st.sampled_from(sorted(ROLES)), st.integers(0, 20), st.integers(0, 4)), min_size=1, max_size=4),
    held=st.lists(st.tuples(st.sampled_from(sorted(ROLES)), st.integers(0, 20), st.integers(0, 4)), max_size=3),
)
def test_checks_and_querysets_agree_on_random_trees(parents, homes, draws, held):
    with transaction.atomic():
        units = _tree(parents)
        people = [factories.person(units[home % len(units)]) for home in homes]
        stray = Person.objects.create(name="无单位", sort_key="", initials="", created_at=factories.AT)
        Account.objects.create(person=stray, username="stray0001", created_at=factories.AT)
        for space, (role, place, person) in enumerate(held, start=1):
            appointment(people[person % len(people)], role, units[place % len(units)], space_id=space)
            Account.objects.filter(person=people[person % len(people)]).update(guard_path=units[place % len(units)].path)
        everyone = list(Person.objects.all())
        accounts = list(Account.objects.select_related("person"))

        for actor in _actors(units, draws, people):
            visible = permissions.visible_people(actor)
            reachable = permissions.accounts_in_reach(actor, permissions.ISSUE_CODES).filter(person__in=visible.values("pk"))
            _agree(visible, everyone, permissions.check_can_see_person, actor)
            _agree(reachable, accounts, _check_can_issue, actor)
            _agree(org_permissions.visible_units(actor), Org.objects.all(), org_permissions.check_can_see_unit, actor)
            for permission in (org_permissions.RENAME, org_permissions.CLOSE):
                manageable = org_permissions.manageable_units(actor, permission)
                _agree(manageable, Org.objects.all(), org_permissions.check_can_manage_unit, actor, permission)
            appointments = list(Appointment.objects.select_related("org"))
            _agree(access.visible_appointments(actor), appointments, access.check_can_see_appointment, actor)
            _agree(access.revocable_appointments(actor), appointments, access.check_can_revoke, actor)
        transaction.set_rollback(True)
