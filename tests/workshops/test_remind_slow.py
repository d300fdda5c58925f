"""Slow questions (F-37): whoever stands at the level is reminded after the plan's days, once a level, and it is counted."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.programmes import factories as programmes
from tests.workshops import factories as make
from tests.workshops.test_guidance import PLAN, appoint, browser, chain  # noqa: F401 - the fixture
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted
from yanxiu.notices.models import Delivery
from yanxiu.notices.reactions import tell_who_should_answer
from yanxiu.programmes.plan import reading
from yanxiu.programmes.plan.read_back import read_back
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.models import Record
from yanxiu.workshops.actions import guiding, reminding
from yanxiu.workshops.models import GuidanceQuestion
from yanxiu.workshops.queries import guidance as queries

pytestmark = pytest.mark.django_db
AT = make.AT


def days_later(days: float) -> int:
    """Remind, and let the worker deliver everything twice."""
    count = reminding.remind_slow(by=SYSTEM, at=AT + timedelta(days=days))
    for _ in range(2):
        for one in Record.objects.filter(verb="reminded", object_type="guidance_question").order_by("pk"):
            tell_who_should_answer(one)
    return count


def told() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("person__name", flat=True))


def test_after_two_days_the_nearest_level_is_told_once(chain):  # noqa: F811
    chain.ask()

    assert (days_later(1.9), told()) == (0, [])
    assert (days_later(2), told()) == (1, ["组长"])
    assert (days_later(9), told()) == (0, ["组长"])


def test_each_level_is_told_once_counted_from_its_own_day(chain):  # noqa: F811
    question = chain.ask()
    days_later(2)
    guiding.pass_up(question=question, remark="", by=chain.guide("group_leader"), at=AT + timedelta(days=3))

    assert (days_later(4.9), days_later(5), told()) == (0, 1, ["组长", "导师"])
    assert {one.level: one.reminded for one in queries.level_counts(["/"])} == {"研修组长": 1, "指导教师": 1}


def test_answered_or_passed_up_before_the_worker_came_nobody_is_told(chain):  # noqa: F811
    answered, passed = chain.ask(), chain.ask("第二问")
    reminding.remind_slow(by=SYSTEM, at=AT + timedelta(days=2))
    guiding.answer_guidance(question=answered, source="按三栏写", by=chain.guide("group_leader"), at=AT + timedelta(days=2))
    guiding.pass_up(question=passed, remark="", by=chain.guide("group_leader"), at=AT + timedelta(days=2))

    days_later(2)

    assert told() == []


def test_where_nobody_stands_it_stays_due_and_is_told_to_who_comes(chain):  # noqa: F811
    chain.ask()
    chain.guides["group_leader"].__class__.objects.filter(pk=chain.guides["group_leader"].pk).update(unit_path="/0/")

    assert (days_later(3), GuidanceQuestion.objects.get().reminded_at) == (0, None)
    appoint("group_leader", chain.school, name="新组长")
    assert (days_later(3), told()) == (1, ["新组长"])


def test_a_closed_programme_reminds_nobody(chain):  # noqa: F811
    chain.ask()
    chain.programme.__class__.objects.filter(pk=chain.programme.pk).update(state="closed", closed_at=AT)

    assert days_later(9) == 0


def test_people_do_not_remind_by_hand(chain):  # noqa: F811
    with pytest.raises(NotPermitted, match="后台"):
        reminding.remind_slow(by=chain.guide("tutor"), at=AT)


@pytest.mark.parametrize(("days", "expected"), [("", (2, 2, 2, 2)), ("[5]", (5, 5, 5, 5)), ("[7, 5, 3, 1]", (1, 3, 5, 7))])
def test_the_plan_says_after_how_many_days(db, days, expected):
    source = PLAN.replace("研修组长]}", f"研修组长], answer_days: {days}}}") if days else PLAN
    county = programmes.org(parent=programmes.org())

    plan = plan_of(make.programme(county, source=source).current_id)

    assert tuple(one.days for one in queries.rungs(plan, "casework")) == expected
    said = " ".join(one.text for one in read_back(plan) if one.section == "guide")
    assert ("提醒那一级" in said) == bool(days)


def test_days_that_fit_no_chain_are_refused_with_their_place():
    source = PLAN.replace("研修组长]}", "研修组长], answer_days: [3, 1]}")

    (complaint,) = [one for one in reading.read(source.encode(), frameworks={}).complaints if "答疑天数" in str(one)]

    assert "answer_days" in str(complaint)


def test_the_office_sees_how_often_a_level_was_reminded(chain):  # noqa: F811
    chain.ask()
    days_later(2)
    appointed = appoint("province_admin", chain.province, name="项目办")

    page = browser(appointed, hat=True).get(reverse("workshops:guidance_counts"))

    assert page.status_code == 200
    assert "被提醒" in page.content.decode()
