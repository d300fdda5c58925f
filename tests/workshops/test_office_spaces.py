"""What offices see of workshops and communities: the list with its filters, and figures unit by unit (monitoring, 002 §四)."""

import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from tests.workshops import tools_factories as tools
from yanxiu.kit import clock
from yanxiu.orgs.models import Kind
from yanxiu.records.models import Record
from yanxiu.workshops import queries
from yanxiu.workshops.models import Post, PostKind, SeatState, Space, SpaceKind
from yanxiu.workshops.queries.figures import Figures


def url(name, **query):
    return reverse(f"workshops:{name}", query=query)


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def there(cast):
    """A workshop of the county, a community of 李雷's school, and a class of another county."""
    running = make.programme(cast.county)
    shop = make.space(
        cast.county, programme=running, title="班级管理专题工作坊", topic="班级管理", stage="初中", subject="数学",
    )  # fmt: skip
    home = make.space(cast.school, kind=SpaceKind.SCHOOL_COMMUNITY, title="育英社区", cap=None)
    far = make.space(programmes.org(parent=cast.city, kind=Kind.COUNTY, name="邻县"), title="邻县的坊")
    return shop, home, far


def figures_of(cast, unit, **asked):
    return queries.unit_figures(Space.objects.all(), unit, **{"days": 30, "at": clock.now()} | asked)


def test_figures_count_people_once_and_only_what_is_new(cast, there):
    shop, home, _far = there
    at = clock.now()
    both = make.member(shop, cast.school)
    person = programmes.teacher(cast.school)
    make.membership(shop, person)
    make.membership(home, person)
    sub = make.space(cast.county, kind=SpaceKind.SUB_WORKSHOP, parent=shop, programme=shop.programme, title="子坊")
    in_sub = make.member(sub, cast.school)
    make.post(sub, in_sub, at=at)
    make.post(shop, both, at=at - timedelta(days=60))
    make.post(home, programmes.learner(person), kind=PostKind.QUESTION, at=at - timedelta(days=60))
    party = tools.activity(shop, make.host(shop))
    Post.objects.filter(pk=party.post_id).update(published_at=at)
    tools.activity_seat(party, person, state=SeatState.CHECKED_IN, checked_in_at=at)

    found = figures_of(cast, cast.county)

    rows = {row.unit.name: row for row in found.rows}
    assert rows[cast.county.name].is_self
    assert rows[cast.county.name].figures == Figures(spaces=1, members=3, active=2, posts=2, activities=1, resources=0, waiting=0)
    assert rows[cast.school.name].figures == Figures(spaces=1, members=1, active=0, posts=0, activities=0, resources=0, waiting=1)
    assert (found.all.spaces, found.all.members, found.all.active, found.all.waiting) == (2, 3, 2, 1)
    assert found.all.share == 66


def test_figures_look_one_level_down_and_can_be_narrowed_and_sorted(cast, there):
    _shop, home, far = there
    make.membership(home, cast.person("李雷"))

    above = {row.unit.name: row.figures.spaces for row in figures_of(cast, cast.city).rows}
    communities = figures_of(cast, cast.city, only="communities")
    sorted_rows = figures_of(cast, cast.city, sort="members").rows

    assert above == {cast.county.name: 2, far.org.name: 1}
    assert [(row.unit.name, row.figures.members) for row in communities.rows] == [(cast.county.name, 1)]
    assert sorted_rows[0].unit.name == cast.county.name
    assert figures_of(cast, programmes.org(parent=cast.city, kind=Kind.COUNTY)).rows == []


@pytest.mark.parametrize(("who", "status"), [("教务", 200), ("省办", 200), ("韩梅梅", 200), ("李雷", 403), ("王老师", 403)])
def test_who_reads_figures(cast, there, who, status):
    assert cast.client_of(who).get(url("figures")).status_code == status
    file = cast.client_of(who).get(url("export_figures"))
    assert file.status_code == status
    assert not file.streaming or b"".join(file.streaming_content).startswith(b"PK")


def test_nobody_reads_figures_beyond_the_scope(cast, there):
    county = cast.client_of("教务")
    for number in (there[2].org_id, 999_999_999):
        assert county.get(url("figures", unit=number)).status_code == 404
        assert county.get(url("export_figures", unit=number)).status_code == 404
    assert county.get(url("figures", unit="²", days="x", only="y", sort="z")).status_code == 200


def test_figures_lead_down_to_the_list_of_a_school(cast, there):
    page = text(cast.client_of("教务").get(url("figures")))
    listed = text(cast.client_of("教务").get(url("spaces", unit=cast.school.pk)))

    assert f'href="/workshops/?unit={cast.school.pk}"' in page
    assert "邻县" not in page
    assert "育英社区" in listed
    assert "班级管理专题工作坊" not in listed
    assert "1 个工作坊" in listed


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, {"班级管理专题工作坊", "育英社区"}),
        ({"kind": "school_community"}, {"育英社区"}),
        ({"stage": "初中"}, {"班级管理专题工作坊"}),
        ({"subject": "数学"}, {"班级管理专题工作坊"}),
        ({"state": "closed"}, set()),
        ({"level": "县"}, set()),
        ({"q": "育英"}, {"育英社区"}),
        ({"kind": "nothing", "sort": "quiet", "programme": "²"}, {"班级管理专题工作坊", "育英社区"}),
    ],
)
def test_the_list_is_narrowed(cast, there, asked, shown):
    page = text(cast.client_of("教务").get(url("spaces", **asked)))
    assert {title for title in ("班级管理专题工作坊", "育英社区", "邻县的坊") if f">{title}</a>" in page} == shown


def test_the_list_is_ordered_and_leads_to_what_waits(cast, there):
    shop, home, _far = there
    asked = make.post(home, make.member(home, cast.school), kind=PostKind.QUESTION)
    page = text(cast.client_of("教务").get(url("spaces", sort="waiting")))
    assert page.index("育英社区") < page.index(shop.title)
    assert f'href="/workshops/{home.pk}/questions/?show=waiting"' in page
    assert asked.space_id == home.pk


def test_lists_leave_as_workbooks_and_that_is_on_record(cast, there):
    county = cast.client_of("教务")
    listed = county.get(url("export_spaces", q="育英"))
    counted = county.get(url("export_figures"))

    assert "育英社区" in str(_table(listed))
    assert "合计" in str(_table(counted))
    assert sorted(Record.objects.filter(verb="exported", object_type="spaces").values_list("kind", "measure")) == [
        ("figures", 2),
        ("spaces", 1),
    ]
    assert cast.client_of("李雷").get(url("export_spaces")).status_code == 403


def test_pages_cost_the_same_for_one_and_for_ten(cast, there, assert_same_queries):
    county = cast.client_of("教务")

    def more() -> None:
        for number in range(9):
            school = programmes.org(parent=cast.county, name=f"第{number}小学")
            space = make.space(school, kind=SpaceKind.SCHOOL_COMMUNITY)
            make.post(space, make.member(space, school), at=clock.now())

    for name in ("spaces", "figures"):
        assert_same_queries(lambda name=name: county.get(url(name)), more)


def _table(answer):
    book = ZipFile(BytesIO(b"".join(answer.streaming_content)))
    return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
