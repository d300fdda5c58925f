"""Transfers: both ends in the scope, history kept, rights of the old unit gone at once (AU-13)."""

from datetime import timedelta

import pytest

from tests.orgs import factories as orgs
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.people import actions
from yanxiu.people.models import Affiliation


@pytest.fixture
def second(cast):
    """A second school of the county."""
    return orgs.org(parent=cast.county, name="演示县第二中学")


def transfer(cast, to, at, *, who="李雷", by="教务", days=0):
    actor = SYSTEM if by is None else cast.actor(by)
    return actions.affiliate(person=cast.person(who), to=to, on=at.date() + timedelta(days=days), by=actor, at=at)


def test_the_person_works_at_the_new_unit_and_the_history_says_since_when(cast, second, at):
    transfer(cast, second, at)

    person = cast.person("李雷")
    person.refresh_from_db()
    assert person.unit_path == second.path
    rows = list(Affiliation.objects.filter(person=person).order_by("pk").values_list("org", "until_on"))
    assert rows == [(cast.school.pk, at.date()), (second.pk, None)]


@pytest.mark.parametrize(
    ("by", "place", "error"),
    [
        ("韩梅梅", "second", NotPermitted),
        ("教务", "other_school", NotPermitted),
        ("外人", "second", NotFound),
        ("李雷", "second", NotPermitted),
        ("审计", "second", NotFound),
    ],
)
def test_only_who_holds_both_ends(cast, second, at, by, place, error):
    with pytest.raises(error):
        transfer(cast, second if place == "second" else cast.other_school, at, by=by)


def test_the_province_moves_across_counties_and_the_old_school_sees_the_person_no_more(cast, at):
    office = cast.client_of("韩梅梅")
    pk = cast.person("李雷").pk
    assert office.get(f"/teachers/{pk}/").status_code == 200

    transfer(cast, cast.other_school, at, by="省办")

    assert office.get(f"/teachers/{pk}/").status_code == 404


def test_an_administrator_who_is_transferred_loses_the_office_at_the_next_request(cast, second, at):
    client = cast.client_of("韩梅梅")
    assert client.get("/teachers/").status_code == 200

    transfer(cast, second, at, who="韩梅梅")

    assert client.get("/teachers/").status_code == 403


@pytest.mark.parametrize(("days", "error"), [(1, Invalid), (-1, Invalid)])
def test_a_day_in_the_future_or_before_the_present_unit_is_refused(cast, second, at, days, error):
    with pytest.raises(error):
        transfer(cast, second, at, days=days)


def test_the_same_unit_or_a_closed_one_is_refused(cast, second, at):
    with pytest.raises(Conflict, match="没有改动"):
        transfer(cast, cast.school, at)
    second.closed_on = at.date()
    with pytest.raises(Conflict, match="已经撤销"):
        transfer(cast, second, at)


def test_in_the_browser(cast, second):
    client, url = cast.client_of("教务"), f"/teachers/{cast.person('李雷').pk}/transfer/"
    Affiliation.objects.filter(person=cast.person("李雷")).update(from_on="2020-09-01")
    assert "演示县第二中学" in client.get(url, {"unit": cast.county.pk}).content.decode()
    assert "李雷调入演示县第二中学" in client.get(url, {"unit": second.pk}).content.decode()

    assert client.post(url, {"unit": cast.other_school.pk, "on": "2026-11-01"}).status_code == 404
    assert client.post(url, {"unit": second.pk, "on": "2026-13-01"}).status_code == 422
    assert client.post(url, {"unit": second.pk, "on": "2026-11-01"}).status_code == 302
    assert cast.client_of("韩梅梅").get(url).status_code == 403
