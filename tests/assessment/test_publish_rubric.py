"""Publishing a rubric: works, who may, refuses, edge."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.assessment import factories as make
from tests.programmes import factories as programmes
from yanxiu.assessment import actions, sheets
from yanxiu.assessment.models import Rubric
from yanxiu.kit.errors import Invalid, NotPermitted
from yanxiu.records.models import Record

GOALS = make.DIMENSIONS[0]


def publish(owner, *, by=None, **changes):
    facts = actions.RubricFacts(**({"title": "观课评价表", "dimensions": make.DIMENSIONS} | changes))
    return actions.publish_rubric(owner=owner, facts=facts, by=by or programmes.holder("designer", owner), at=make.AT)


@pytest.fixture
def county(db):
    return programmes.org(parent=programmes.org(), name="青河县")


def test_versions_count_up_and_are_read_back_as_written(county):
    first, second = publish(county), publish(county, title="第二版")

    second.refresh_from_db()
    assert (first.number, second.number, second.min_characters) == (1, 2, 200)
    assert sheets.read(second.dimensions) == make.DIMENSIONS
    assert sheets.full(make.DIMENSIONS) == Decimal(50)
    assert Record.objects.filter(verb="published", object_type="rubric").count() == 2


@pytest.mark.parametrize("role", ["tutor", "county_admin", "host"])
def test_only_designers_may(county, role):
    with pytest.raises(NotPermitted, match="方案设计"):
        publish(county, by=programmes.holder(role, county))


def test_a_designer_elsewhere_may_not(county):
    with pytest.raises(NotPermitted):
        publish(county, by=programmes.holder("designer", programmes.org(parent=county.parent)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " "}, "要有名称"),
        ({"min_characters": -1}, "现在是 -1"),
        ({"dimensions": ()}, "至少写一个"),
        ({"dimensions": (GOALS, GOALS)}, "代号一样"),
        ({"dimensions": (replace(GOALS, key="a b"),)}, "第 1 个维度“教学目标”：代号要用英文字母"),
        ({"dimensions": (replace(GOALS, levels=GOALS.levels[:1]),)}, "至少两个等级"),
        ({"dimensions": (replace(GOALS, levels=(sheets.Level(label="优", points=Decimal(-1)), GOALS.levels[1])),)}, "0 到 1000"),
        ({"dimensions": (replace(GOALS, levels=(sheets.Level(label="优", points=Decimal("NaN")), GOALS.levels[1])),)}, "0 到 1000"),
    ],
)
def test_a_rubric_that_cannot_be_used_is_refused_with_the_place(county, changes, words):
    with pytest.raises(Invalid, match=words):
        publish(county, **changes)

    assert not Rubric.objects.exists()


@given(st.lists(st.lists(st.decimals(min_value=0, max_value=1000, places=1), min_size=2, max_size=4), min_size=1, max_size=6), st.data())
def test_totals_are_exact_sums_and_never_beyond_the_full_score(points, data):
    dimensions = tuple(
        sheets.Dimension(key=f"d{n}", label="项", levels=tuple(sheets.Level(label="级", points=one) for one in levels))
        for n, levels in enumerate(points)
    )
    chosen = {one.key: data.draw(st.integers(0, len(one.levels) - 1)) for one in dimensions}

    total = sheets.total(dimensions, chosen)

    assert total == sum(points[n][chosen[f"d{n}"]] for n in range(len(points)))
    assert total <= sheets.full(dimensions)
