"""Appointing: strictly lower, inside the scope, never oneself, audit apart (AZ-10)."""

from datetime import timedelta

import pytest

from tests.people import factories as people
from yanxiu.access import actions
from yanxiu.access.models import Appointment
from yanxiu.access.roles import ROLES
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.people.models import Account
from yanxiu.records.models import Record


def appoint(cast, at, *, who="李雷", role="group_leader", org=None, by="韩梅梅", **facts):
    return actions.appoint(
        person=cast.person(who), role=role, org=org or cast.school, by=SYSTEM if by is None else cast.actor(by), at=at, **facts
    )


def test_the_person_wears_the_role_at_the_next_request(cast, at):
    client = cast.client_of("李雷")
    assert client.get("/appointments/").status_code == 403

    appoint(cast, at, role="school_admin", by="教务")

    assert cast.client_of("李雷").get("/appointments/").status_code == 200
    assert Record.objects.get(verb="appointed", person_id=cast.person("李雷").pk).kind == "school_admin"


@pytest.mark.parametrize(
    ("by", "role", "place", "allowed"),
    [
        ("韩梅梅", "group_leader", "school", True),
        ("韩梅梅", "school_admin", "school", False),
        ("韩梅梅", "tutor", "school", False),
        ("教务", "school_admin", "school", True),
        ("教务", "county_admin", "county", False),
        ("教务", "city_admin", "city", False),
        ("教务", "tutor", "school", True),
        ("教务", "tutor", "other_school", False),
        ("省办", "county_admin", "county", True),
        ("省办", "province_admin", "province", False),
        ("省办", "auditor", "province", False),
        ("省办", "operator", "province", False),
        ("审计", "group_leader", "school", False),
        ("运维", "school_admin", "school", False),
        ("方案", "designer", "county", False),
        ("李雷", "group_leader", "school", False),
        ("王老师", "group_leader", "school", False),
    ],
)
def test_only_strictly_lower_roles_inside_the_scope(cast, at, by, role, place, allowed):
    who = "外人" if place == "other_school" else "李雷" if by != "李雷" else "王老师"
    if allowed:
        assert appoint(cast, at, who=who, role=role, org=getattr(cast, place), by=by)
        return
    with pytest.raises(NotPermitted):
        appoint(cast, at, who=who, role=role, org=getattr(cast, place), by=by)


def test_no_role_appoints_its_equal_or_better():
    for role in ROLES.values():
        assert all(ROLES[code].rank < role.rank for code in role.appoints)
        assert role.code not in role.appoints
    assert not [role for role in ROLES.values() if {"auditor", "operator"} & role.appoints]


def test_nobody_appoints_himself_or_a_stranger(cast, at):
    with pytest.raises(NotPermitted, match="不能任命自己"):
        appoint(cast, at, who="教务", role="tutor", org=cast.county, by="教务")
    with pytest.raises(NotFound):
        appoint(cast, at, who="外人", role="tutor", org=cast.county, by="教务")


def test_audit_and_administration_are_never_in_one_hand(cast, at):
    with pytest.raises(Conflict, match="审计与管理"):
        appoint(cast, at, who="审计", role="operator", org=cast.province, by=None)
    with pytest.raises(Conflict, match="审计与管理"):
        appoint(cast, at, who="省办", role="auditor", org=cast.province, by=None)
    assert appoint(cast, at, who="审计", role="expert", org=cast.province, by=None)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"role": "king"}, Invalid),
        ({"role": "county_admin"}, Invalid),
        ({"role": "school_admin", "who": "外人"}, Invalid),
        ({"role": "host"}, Invalid),
        ({"role": "tutor", "until_on": "yesterday"}, Invalid),
    ],
)
def test_what_does_not_fit_is_refused(cast, at, facts, error):
    if facts.get("until_on"):
        facts = {**facts, "until_on": at.date() - timedelta(days=1)}

    with pytest.raises(error):
        appoint(cast, at, by=None, **facts)


def test_the_same_role_twice_is_a_conflict_and_may_come_back_after_revocation(cast, at):
    first = appoint(cast, at)
    with pytest.raises(Conflict, match="已经是"):
        appoint(cast, at)

    actions.revoke(appointment=first, reason="轮换", by=cast.actor("韩梅梅"), at=at)

    assert appoint(cast, at).pk != first.pk
    assert Appointment.objects.filter(person=cast.person("李雷")).count() == 2


def test_a_term_begins_and_ends_with_its_days(cast, at):
    from yanxiu.access.queries import bearer

    account = cast.account("李雷")
    appoint(cast, at, from_on=at.date(), until_on=at.date() + timedelta(days=1))

    held = [len(bearer(account.pk, on=at.date() + timedelta(days=days)).held) for days in (-1, 0, 1, 2)]

    assert held == [0, 1, 1, 0]


def test_an_office_guards_the_account_and_revoking_lifts_it(cast, at):
    made = appoint(cast, at, role="school_admin", by="教务")
    assert Account.objects.get(person=cast.person("李雷")).guard_path == cast.county.path

    actions.revoke(appointment=made, reason="轮换", by=cast.actor("教务"), at=at)

    assert Account.objects.get(person=cast.person("李雷")).guard_path == ""


def test_a_school_role_rests_while_the_person_works_elsewhere(cast, at):
    from yanxiu.people.actions import affiliate

    assert cast.actor("韩梅梅").grants
    affiliate(person=cast.person("韩梅梅"), to=cast.other_school, on=at.date(), by=SYSTEM, at=at)

    assert cast.actor("韩梅梅").grants == ()


def test_in_the_browser(cast):
    client = cast.client_of("教务")
    assert client.get("/appointments/new/", {"unit": cast.school.pk, "q": "ll"}).status_code == 200
    facts = {
        "unit": cast.school.pk,
        "q": "ll",
        "person": cast.person("李雷").pk,
        "role": "school_admin",
        "title": "教科处主任",
        "until_on": "",
    }

    assert client.post("/appointments/new/", {**facts, "role": "county_admin"}).status_code == 422
    assert client.post("/appointments/new/", {**facts, "person": cast.person("外人").pk}).status_code == 422
    assert client.post("/appointments/new/", {**facts, "unit": cast.other_school.pk}).status_code == 404
    assert client.post("/appointments/new/", facts).status_code == 302
    page = client.get("/appointments/", {"unit": cast.school.pk}).content.decode()
    assert "教科处主任" in page


def test_the_list_costs_the_same_for_many(cast, at, django_assert_max_num_queries):
    client = cast.client_of("教务")
    with django_assert_max_num_queries(10) as few:
        client.get("/appointments/")
    for number in range(10):
        person = people.person(cast.school, name=f"组长{number}")
        actions.appoint(person=person, role="group_leader", org=cast.school, by=SYSTEM, at=at)

    with django_assert_max_num_queries(10) as many:
        client.get("/appointments/")

    assert len(few) == len(many)
