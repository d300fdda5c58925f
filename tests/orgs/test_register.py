"""Registering units: where each kind may hang, who may, what is refused."""

import pytest

from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.orgs import actions
from yanxiu.orgs.models import Kind, Org, Stage
from yanxiu.records.models import Record


def register(parent, at, *, by=SYSTEM, name="演示县第三中学", kind=Kind.SCHOOL, **facts):
    return actions.register(name=name, kind=kind, parent=parent, by=by, at=at, **facts)


def test_a_school_stands_under_its_county_with_path_initials_and_record(cast, at):
    school = register(cast.county, at, code="2137000001", stages=[Stage.SENIOR, Stage.JUNIOR], is_private=True)

    school.refresh_from_db()
    assert school.path == f"{cast.county.path}{school.pk}/"
    assert (school.initials, school.stages, school.is_private) == ("ysxdszx", ["初中", "高中"], True)
    assert Record.objects.get(verb="registered", object_type="unit", object_id=str(school.pk)).unit_path == school.path


@pytest.mark.parametrize(
    ("place", "kind"),
    [("city", Kind.SCHOOL), ("province", Kind.INSTITUTION), ("school", Kind.POINT), ("city", Kind.ZONE), ("county", Kind.POINT)],
)
def test_directly_affiliated_schools_zones_and_points_have_their_place(cast, at, place, kind):
    assert register(getattr(cast, place), at, kind=kind).parent == getattr(cast, place)


@pytest.mark.parametrize(
    ("place", "kind"),
    [("school", Kind.SCHOOL), ("county", Kind.CITY), ("school", Kind.ZONE), ("nation", Kind.SCHOOL), ("county", Kind.NATION)],
)
def test_a_kind_out_of_place_is_refused_with_the_reason(cast, at, place, kind):
    with pytest.raises(Invalid, match="不能放在"):
        register(getattr(cast, place), at, kind=kind)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("省办", None),
        ("教务", None),
        ("韩梅梅", NotPermitted),
        ("李雷", NotFound),
        ("外人", NotFound),
        ("方案", NotPermitted),
        ("审计", NotPermitted),
    ],
)
def test_who_may_register(cast, at, name, error):
    if error is None:
        assert register(cast.county, at, by=cast.actor(name))
        return
    with pytest.raises((error, NotFound)):
        register(cast.county, at, by=cast.actor(name))


def test_the_neighbour_county_is_out_of_reach(cast, at):
    with pytest.raises(NotFound):
        register(cast.other_county, at, by=cast.actor("教务"))


def test_same_name_same_code_short_name_and_closed_parent_are_refused(cast, at):
    register(cast.county, at, code="2137000001")

    with pytest.raises(Conflict, match="已有"):
        register(cast.county, at)
    with pytest.raises(actions.CodeTaken, match="2137000001"):
        register(cast.county, at, name="另一所中学", code=" 2137000001 ")
    with pytest.raises(Invalid, match="2—100"):
        register(cast.county, at, name="校")
    Org.objects.filter(pk=cast.county.pk).update(closed_on=at.date())
    cast.county.refresh_from_db()
    with pytest.raises(Conflict, match="已经撤销"):
        register(cast.county, at, name="新学校")


def test_in_the_browser(cast):
    client = cast.client_of("教务")
    url = f"/units/new/?unit={cast.county.pk}"
    facts = {"unit": cast.county.pk, "name": "演示县第三中学", "kind": "school", "code": "", "stages": ["初中"]}
    assert client.get(url).status_code == 200
    assert client.post(url, {**facts, "kind": "province"}).status_code == 422
    assert client.post(url, {**facts, "unit": cast.other_county.pk}).status_code == 404

    done = client.post(url, facts)

    unit = Org.objects.get(name="演示县第三中学")
    assert done.headers["Location"] == f"/units/?unit={unit.pk}"
    assert cast.client_of("韩梅梅").get(url).status_code == 403


def test_without_a_named_unit_the_own_one_is_the_parent(cast):
    page = cast.client_of("教务").get("/units/new/")

    assert page.status_code == 200
    assert f"在{cast.county.name}下面登记单位" in page.content.decode()


def test_a_unit_outside_the_scope_is_not_a_parent(cast):
    assert cast.client_of("教务").get(f"/units/new/?unit={cast.other_county.pk}").status_code == 404
