"""Loading the regions of China: complete, idempotent, kept by hand."""

import pytest

from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted
from yanxiu.orgs import actions, queries
from yanxiu.orgs.models import Kind, Org

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(at):
    return actions.load_regions(by=SYSTEM, at=at)


@pytest.mark.slow  # 3,700 regions
def test_all_regions_stand_in_one_tree(loaded, django_assert_max_num_queries, at):
    assert loaded > 3_300
    root = Org.objects.get(kind=Kind.NATION)
    assert Org.objects.filter(path__startswith=root.path).count() == loaded + 1
    linxi = Org.objects.get(code="330113")
    assert (linxi.name, queries.full_name(linxi)) == ("临平区", "浙江省 杭州市 临平区")
    assert linxi.path == f"{linxi.parent.path}{linxi.pk}/"
    with django_assert_max_num_queries(12):
        assert actions.load_regions(by=SYSTEM, at=at) == 0


@pytest.mark.slow  # 3,700 regions
def test_retired_codes_are_there_and_closed_and_names_changed_by_hand_stay(loaded, at):
    assert Org.objects.get(code="330103").closed_on is not None
    assert not Org.objects.filter(closed_on__isnull=True, name="下城区").exists()
    Org.objects.filter(code="330113").update(name="临平新区")

    actions.load_regions(by=SYSTEM, at=at)

    assert Org.objects.get(code="330113").name == "临平新区"


@pytest.mark.slow  # 3,700 regions
def test_search_finds_by_name_initials_and_code(loaded):
    everything = Org.objects.all()

    assert "历下区" in [unit.name for unit in queries.search("lxq", within=everything)]
    assert [unit.name for unit in queries.search("370102", within=everything)] == ["历下区"]
    assert [unit.name for unit in queries.search("３７０１０２", within=everything)] == ["历下区"]
    assert queries.search("朝阳区", within=everything).count() >= 2
    assert queries.search("", within=everything).count() == 0
    assert queries.search("下城区", within=everything).count() == 0


def test_nobody_loads_from_a_page(cast, at):
    with pytest.raises(NotPermitted):
        actions.load_regions(by=cast.actor("省办"), at=at)
