"""Moving, renaming and closing units; paths follow."""

import pytest

from tests.orgs import factories
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.orgs import actions, queries
from yanxiu.orgs.models import Kind, Org
from yanxiu.people import reactions
from yanxiu.records.models import Record


def test_a_school_moves_with_its_points_and_its_people_follow(cast, at):
    point = factories.org(parent=cast.school, kind=Kind.POINT, name="教学点")

    moved = actions.move(unit=cast.school, to=cast.other_county, by=cast.actor("省办"), at=at)

    point.refresh_from_db()
    assert moved.path == f"{cast.other_county.path}{cast.school.pk}/"
    assert point.path == f"{moved.path}{point.pk}/"
    assert [unit.name for unit in queries.ancestors(point)][-3:] == ["邻县", "演示县实验中学", "教学点"]
    record = Record.objects.get(verb="moved", object_type="unit")
    for _twice in range(2):
        reactions.follow_unit(record)
        cast.person("李雷").refresh_from_db()
        assert cast.person("李雷").unit_path == moved.path


def test_only_the_parent_of_both_ends_moves(cast, at):
    with pytest.raises(NotPermitted, match="共同的上级"):
        actions.move(unit=cast.school, to=cast.other_county, by=cast.actor("教务"), at=at)
    with pytest.raises(NotFound):
        actions.move(unit=cast.other_school, to=cast.county, by=cast.actor("教务"), at=at)
    with pytest.raises(NotPermitted):
        actions.move(unit=cast.county, to=cast.city, by=cast.actor("教务"), at=at)


def test_a_unit_never_hangs_under_itself_or_out_of_place(cast, at):
    with pytest.raises((Conflict, Invalid)):
        actions.move(unit=cast.county, to=cast.school, by=SYSTEM, at=at)
    with pytest.raises(Conflict, match="没有改动"):
        actions.move(unit=cast.school, to=cast.county, by=SYSTEM, at=at)
    with pytest.raises(Invalid):
        actions.move(unit=cast.school, to=cast.other_school, by=SYSTEM, at=at)


def test_renaming_keeps_the_old_name_in_the_record(cast, at):
    actions.rename(unit=cast.school, name="演示县第一实验中学", by=cast.actor("教务"), at=at)

    assert Record.objects.get(verb="renamed").data == {"before": "演示县实验中学", "after": "演示县第一实验中学"}
    with pytest.raises(Conflict):
        actions.rename(unit=cast.school, name="演示县第一实验中学", by=cast.actor("教务"), at=at)
    with pytest.raises(NotPermitted):
        actions.rename(unit=cast.school, name="自己改的名", by=cast.actor("韩梅梅"), at=at)


def test_a_unit_closes_when_nothing_open_hangs_under_it(cast, at):
    with pytest.raises(Conflict, match="还有单位"):
        actions.close(unit=cast.county, by=SYSTEM, at=at)

    actions.close(unit=cast.other_school, by=SYSTEM, at=at)

    assert Org.objects.get(pk=cast.other_school.pk).closed_on == at.date()
    assert not queries.children(cast.other_county, within=Org.objects.all()).exists()
    with pytest.raises(Conflict, match="已经撤销"):
        actions.close(unit=cast.other_school, by=SYSTEM, at=at)


@pytest.mark.parametrize("url", ["/units/{}/rename/", "/units/{}/close/", "/units/{}/move/"])
@pytest.mark.parametrize(("name", "status"), [("李雷", 403), ("韩梅梅", 403), ("审计", 403)])
def test_strangers_to_it_are_refused_at_the_door(cast, url, name, status):
    assert cast.client_of(name).post(url.format(cast.other_school.pk), {"name": "新名字", "to": cast.county.pk}).status_code == status


def test_another_county_sees_nothing(cast):
    client = cast.client_of("教务")

    for url in ("/units/{}/rename/", "/units/{}/close/", "/units/{}/move/"):
        assert client.post(url.format(cast.other_school.pk), {"name": "新名字", "to": cast.county.pk}).status_code == 404
    assert Org.objects.get(pk=cast.other_school.pk).name == "邻县第一中学"


def test_in_the_browser(cast):
    client = cast.client_of("省办")
    page = client.get(f"/units/{cast.school.pk}/move/?to={cast.other_county.pk}").content.decode()
    assert "演示县实验中学改隶邻县" in page

    assert client.post(f"/units/{cast.school.pk}/move/", {"to": cast.other_county.pk}).status_code == 302
    assert client.post(f"/units/{cast.school.pk}/rename/", {"name": "校"}).status_code == 422
    assert client.post(f"/units/{cast.school.pk}/rename/", {"name": "邻县实验中学"}).status_code == 302
    assert client.post(f"/units/{cast.school.pk}/close/").status_code == 302
    assert "撤销" in client.get(f"/units/?unit={cast.school.pk}").content.decode()
