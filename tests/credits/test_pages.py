"""The pages of the ledger: who sees what, with how many queries."""

import pytest
from django.test import Client

from tests.credits import factories
from tests.programmes import factories as programmes
from yanxiu.credits import actions
from yanxiu.credits.models import Entry, Settlement
from yanxiu.kit.actor import SYSTEM
from yanxiu.programmes import actions as programme_actions

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each settles a whole programme


@pytest.fixture
def programme(cast):
    programme = factories.running_programme(cast.county)
    programmes.Teaching.objects.filter(person=cast.person("李雷")).update(stage="高中", subject="物理")
    programme_actions.enrol_units(programme=programme, units=[cast.school], by=SYSTEM, at=programmes.AT)
    return programme


def studied(cast, programme, items=factories.FULL):
    factories.study(programme, cast.person("李雷"), items, at=programmes.AT)
    actions.settle(programme=programme, by=SYSTEM, at=factories.SETTLED)


def test_my_ledger_explains_each_entry(cast, programme):
    studied(cast, programme)

    page = cast.client_of("李雷", hat="learner").get("/ledger/").content.decode()

    assert "已登记" in page
    assert "36" in page
    assert "课程学完，整门计" in page
    assert "按方案第 1 版的规则" in page
    assert "冲销这一笔" not in page


def test_an_empty_ledger_says_when_it_fills(cast):
    assert "台账还没有入账" in cast.client_of("李雷", hat="learner").get("/ledger/").content.decode()


def test_the_county_sees_its_teachers_ledger_and_another_county_does_not(cast, programme):
    studied(cast, programme)
    address = f"/ledger/{cast.person('李雷').pk}/"

    assert cast.client_of("教务").get(address).status_code == 200
    assert cast.client_of("外人").get(address).status_code == 403
    assert Client().get(address).status_code == 302
    elsewhere = f"/ledger/{cast.person('外人').pk}/"
    assert cast.client_of("教务").get(elsewhere).status_code == 404


def test_the_office_reverses_with_a_reason(cast, programme):
    studied(cast, programme, factories.FULL[:1])
    entry = Entry.objects.get()
    client = cast.client_of("教务")

    refused = client.post(f"/ledger/entries/{entry.pk}/reverse/", {"reason": ""})
    done = client.post(f"/ledger/entries/{entry.pk}/reverse/", {"reason": "重复登记"}, follow=True)

    assert refused.status_code == 422
    assert "已冲销" in done.content.decode()
    assert Entry.objects.filter(reverses=entry.pk, amount=-entry.amount).count() == 1
    assert "合计为 0" in done.content.decode()


def test_settling_from_the_page_opens_a_run_once_and_the_worker_carries_it_through(cast, programme):
    factories.study(programme, cast.person("李雷"), at=programmes.AT)
    client = cast.client_of("教务")

    client.post(f"/settlements/{programme.pk}/settle/")
    client.post(f"/settlements/{programme.pk}/settle/")

    assert Settlement.objects.count() == 1
    assert "正在结算" in client.get(f"/settlements/{programme.pk}/").content.decode()
    actions.settle(programme=programme, by=SYSTEM, at=factories.SETTLED)
    page = client.get(f"/settlements/{programme.pk}/").content.decode()
    assert "1 人合格" in page
    assert "上次结算" in page


def test_results_are_searched_filtered_and_exported(cast, programme):
    studied(cast, programme, factories.FULL[:-1])
    client = cast.client_of("教务")

    assert "李雷" in client.get(f"/settlements/{programme.pk}/", {"result": "failed", "q": "李"}).content.decode()
    assert "没有符合条件" in client.get(f"/settlements/{programme.pk}/", {"result": "passed"}).content.decode()
    assert "没有符合条件" in client.get(f"/settlements/{programme.pk}/", {"q": "%"}).content.decode()
    export = client.get(f"/settlements/{programme.pk}/export/")
    assert b"".join(export.streaming_content).startswith(b"PK")


def test_a_teacher_neither_sees_nor_starts_settlements(cast, programme):
    client = cast.client_of("李雷", hat="learner")

    assert client.get("/settlements/").status_code == 403
    assert client.post(f"/settlements/{programme.pk}/settle/").status_code == 403
    assert not Settlement.objects.exists()


@pytest.mark.parametrize("address", ["/settlements/", "/settlements/{programme}/", "/ledger/{person}/"])
def test_pages_cost_the_same_queries_for_one_and_for_many(cast, programme, address, assert_same_queries):
    studied(cast, programme, factories.FULL[:2])
    client = cast.client_of("教务")
    url = address.format(programme=programme.pk, person=cast.person("李雷").pk)

    def more() -> None:
        for name in ("甲", "乙", "丙", "丁"):
            factories.study(programme, factories.learner(programme, cast.school, name), factories.FULL[:4], at=programmes.AT)
        factories.study(programme, cast.person("李雷"), factories.FULL[2:6], at=programmes.AT)
        actions.settle(programme=programme, by=SYSTEM, at=factories.SETTLED)

    assert_same_queries(lambda: client.get(url), more)
