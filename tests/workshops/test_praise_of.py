"""All praise of a person: who sees which of it, where it leads; and the rules of points for a whole programme."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from yanxiu.access.models import Appointment
from yanxiu.workshops import actions
from yanxiu.workshops.actions import Worth
from yanxiu.workshops.models import PointRule


@pytest.fixture
def one(cast):
    """The workshop that 王老师 hosts, 李雷 in it and praised there; praised besides in a hidden one, and once taken back."""
    running = make.programme(cast.county)
    space = make.space(cast.county, programme=running, topic="班级管理", title="班级管理专题工作坊")
    Appointment.objects.filter(person=cast.person("王老师")).update(space_id=space.pk)
    make.membership(space, cast.person("李雷"))
    hidden = make.space(cast.county, title="不列出的坊", visibility="hidden")
    make.membership(hidden, cast.person("李雷"))
    author = cast.person("王老师")
    make.praise(space, cast.person("李雷"), author, reason="三秒等待写得细")
    make.praise(hidden, cast.person("李雷"), author, reason="在不列出的坊里")
    taken = make.praise(space, cast.person("李雷"), programmes.teacher(cast.school), reason="这一条收回了")
    type(taken).objects.filter(pk=taken.pk).update(withdrawn_at=make.AT, withdrawn_by=author.pk)
    return space


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize(
    ("who", "count", "sees_hidden"), [("李雷", "我受到 2 次", True), ("王老师", "李雷受到 1 次", False), ("韩梅梅", "李雷受到 1 次", False)]
)
def test_the_praise_of_a_person_as_others_may_know_it(cast, one, who, count, sees_hidden):
    page = text(cast.client_of(who).get(reverse("workshops:praise_of", args=[cast.person("李雷").pk])))

    assert count in page
    assert "三秒等待写得细" in page
    assert f'href="/workshops/{one.pk}/praise/"' in page
    assert ("在不列出的坊里" in page) == sees_hidden
    assert "这一条收回了" not in page


def test_strangers_learn_of_nobodys_praise(cast, one):
    for person in (cast.person("李雷").pk, 999_999_999):
        assert cast.client_of("外人").get(reverse("workshops:praise_of", args=[person])).status_code == 404
    own = cast.client_of("外人").get(reverse("workshops:praise_of", args=[cast.person("外人").pk]))
    assert "我还没有受到表扬" in text(own)


def test_the_wall_leads_to_all_praise_of_each(cast, one):
    page = text(cast.client_of("李雷").get(reverse("workshops:praises", args=[one.pk])))
    assert f'href="/workshops/people/{cast.person("李雷").pk}/praise/"' in page


def test_pages_cost_the_same_for_one_and_for_ten(cast, one, assert_same_queries):
    person, author = cast.person("李雷"), cast.person("王老师")

    def more() -> None:
        for number in range(9):
            shop = make.space(cast.county, programme=one.programme, title=f"第{number}坊")
            make.praise(shop, person, author)
            make.point_rule(shop)
            actions.set_points(
                of=one.programme, worths=[Worth(metric="checkin", points=Decimal(number + 1))], by=cast.actor("教务"), at=make.days(number)
            )

    for who, address in (
        (cast.client_of("李雷"), reverse("workshops:praise_of", args=[person.pk])),
        (cast.client_of("教务"), reverse("workshops:programme_points", args=[one.programme_id])),
    ):
        assert_same_queries(lambda who=who, address=address: who.get(address), more)


def test_an_office_sets_the_rules_of_a_programme_and_reads_what_changed(cast, one):
    office, address = cast.client_of("教务"), reverse("workshops:programme_points", args=[one.programme_id])

    assert "项目还没有定积分规则" in text(office.get(address))
    refused = office.post(address, {"discussion.points": "5000"})
    assert refused.status_code == 422
    assert "0 到 1000" in text(refused)
    assert not PointRule.objects.exists()
    office.post(address, {"discussion.points": "2", "discussion.a_day": "6", "checkin.points": "1"})
    office.post(address, {"discussion.points": "3"})
    make.point_rule(one, "qa.asked")
    page = text(office.get(address))

    assert "全项目 1 种参与计分" in page
    assert "研讨 2 分，每天最多 6 → 3 分" in page
    assert "签到 不再计分，原来 1 分" in page
    assert "签到 新定 1 分" in page
    assert "另定 1 种" in page
    assert f'href="/workshops/{one.pk}/points/rules/"' in page
    assert PointRule.objects.get(programme=one.programme_id).points == 3


@pytest.mark.parametrize(("who", "status"), [("教务", 200), ("李雷", 403), ("王老师", 403), ("外人", 403)])
def test_who_opens_the_rules_of_a_programme(cast, one, who, status):
    assert cast.client_of(who).get(reverse("workshops:programme_points", args=[one.programme_id])).status_code == status
