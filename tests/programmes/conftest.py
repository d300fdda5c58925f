"""A county with two schools, as programmes need it."""

from dataclasses import dataclass

import pytest

from tests.programmes import factories as make
from yanxiu.orgs.models import Kind, Org


@dataclass(frozen=True)
class Region:
    nation: Org
    province: Org
    city: Org
    county: Org
    school: Org
    second_school: Org
    elsewhere: Org


@pytest.fixture
def region(db) -> Region:
    nation = make.org(name="中国")
    province = make.org(parent=nation, kind=Kind.PROVINCE, name="东岭省")
    city = make.org(parent=province, kind=Kind.CITY, name="东岭市")
    county = make.org(parent=city, kind=Kind.COUNTY, name="青河县")
    elsewhere = make.org(parent=city, kind=Kind.COUNTY, name="白石县")
    return Region(
        nation=nation,
        province=province,
        city=city,
        county=county,
        school=make.org(parent=county, name="青河一中"),
        second_school=make.org(parent=county, name="青河二中"),
        elsewhere=elsewhere,
    )
