"""Reminders seven, three and one day before a window ends."""

from datetime import UTC, datetime

import pytest

from tests.portal.conftest import NOW
from tests.portal.test_standing import finished
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import NotPermitted
from yanxiu.notices import actions
from yanxiu.notices.models import Delivery, Notice

pytestmark = pytest.mark.usefixtures("november")  # a title names the year when it is not this one


def _on(day: int, month: int = 11) -> int:
    return actions.remind_deadlines(by=SYSTEM, at=datetime(2026, month, day, 0, 30, tzinfo=UTC))


@pytest.mark.parametrize(("day", "days"), [(23, 7), (27, 3), (29, 1)])
def test_tells_who_is_short_what_is_missing(county, day, days):
    assert _on(day) == 4  # three teachers, and the one administrator whose school is concerned

    notice = Notice.objects.get()
    assert notice.title == "必修课学习 11 月 30 日 24:00 截止"
    assert notice.body == f"还有 {days} 天"
    assert Delivery.objects.get(person=county.study.person).words == "法律法规还差 4 学时，课例点评还差 6 学时"
    assert Delivery.objects.get(person__name="韩敏").words == "本校还有 1 人没有完成"


@pytest.mark.parametrize("day", [20, 22, 24, 25, 26, 30])
def test_is_silent_on_other_days(county, day):
    assert _on(day) == 0
    assert not Notice.objects.exists()


def test_says_it_once(county):
    _on(23)

    assert _on(23) == 0
    assert Notice.objects.count() == 1


def test_who_is_done_hears_nothing(county):
    finished(county.study, block="law", hours=4)
    finished(county.study, block="casework", hours=3, kind="case", object_id="c1")
    finished(county.study, block="casework", hours=3, kind="case", object_id="c2")

    _on(23)

    assert set(Delivery.objects.values_list("person__name", flat=True)) == {"赵一", "钱二"}


def test_choosing_is_reminded_by_hours(county):
    assert _on(4, month=12) == 4

    notice = Notice.objects.get()
    assert notice.title.startswith("教师选课程 12 月 5 日 24:00")
    assert Delivery.objects.get(person=county.study.person).words == "已选 0 学时，至少要选 4 学时"


def test_only_the_platform_sends_them(county):
    with pytest.raises(NotPermitted):
        actions.remind_deadlines(by=Actor(person_id=1, label="x"), at=NOW)
