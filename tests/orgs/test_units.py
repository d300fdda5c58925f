"""The page of the tree: only the scope, the same number of queries however many units there are."""

import pytest

from tests.orgs import factories
from yanxiu.orgs.models import Kind


def test_a_school_sees_itself_a_county_its_schools_a_learner_nothing(cast):
    county = cast.client_of("教务").get("/units/").content.decode()
    assert "演示县实验中学" in county
    assert "邻县" not in county
    assert "演示县实验中学" in cast.client_of("韩梅梅").get("/units/").content.decode()
    assert cast.client_of("李雷").get("/units/").status_code == 403


@pytest.mark.parametrize("unit", ["other_school", "other_county", "city"])
def test_outside_the_scope_there_is_nothing(cast, unit):
    assert cast.client_of("教务").get(f"/units/?unit={getattr(cast, unit).pk}").status_code == 404


@pytest.mark.parametrize("raw", ["x", "-1", "9" * 30, "1e3", "１"])
def test_odd_numbers_are_no_units(cast, raw):
    assert cast.client_of("教务").get(f"/units/?unit={raw}").status_code == 404


@pytest.mark.parametrize(
    ("text", "found"), [("实验", True), ("yssx", False), ("ysxsyzx", True), ("邻县", False), ("\x00", False), ("%", False)]
)
def test_search_stays_inside_the_scope(cast, text, found):
    page = cast.client_of("教务").get("/units/", {"q": text, "unit": cast.school.pk}).content.decode()

    assert (f'href="?unit={cast.school.pk}"' in page.split("yx-org-find")[1]) is found


def test_the_page_costs_the_same_with_ten_schools_as_with_one(cast, django_assert_max_num_queries):
    client = cast.client_of("教务")
    with django_assert_max_num_queries(10) as one:
        client.get("/units/")
    for _number in range(10):
        factories.org(parent=cast.county, kind=Kind.SCHOOL)

    with django_assert_max_num_queries(10) as many:
        client.get("/units/")

    assert len(one) == len(many)
