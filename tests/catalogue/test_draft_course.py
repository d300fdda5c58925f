"""Drafting a course."""

from decimal import Decimal

import pytest

from tests.catalogue.factories import county, facts, learner, worker
from yanxiu.catalogue import actions
from yanxiu.catalogue.models import Course, CourseState
from yanxiu.kit.errors import Invalid, NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def test_a_designer_drafts_for_the_own_unit(at):
    owner = county()

    course = actions.draft_course(facts=facts(title="  有效  观课 "), owner=owner, by=worker("designer", owner), at=at)

    course.refresh_from_db()
    assert (course.title, course.state, course.author_id, course.hours) == ("有效 观课", CourseState.DRAFT, 100, Decimal(2))
    assert (course.stages, course.subjects) == (["初中"], ["数学"])
    assert Record.objects.get(object_type="course").verb == "drafted"


def test_others_do_not(at):
    owner = county()

    for actor in (learner(), worker("school_admin", owner), worker("designer", county())):
        with pytest.raises(NotPermitted, match="方案设计人员"):
            actions.draft_course(facts=facts(), owner=owner, by=actor, at=at)
    assert not Course.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"title": "  "}, "title", "名称还空着"),
        ({"title": "长" * 121}, "title", "121 字，最多 120"),
        ({"hours": Decimal(0)}, "hours", "大于 0"),
        ({"hours": Decimal("100.5")}, "hours", "不超过 100"),
        ({"stages": ("大学",)}, "stages", "没有“大学”这个学段"),
        ({"subjects": ("占星",)}, "subjects", "没有“占星”这个学科"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(changes, field, reason, at):
    owner = county()

    with pytest.raises(Invalid, match=reason) as refusal:
        actions.draft_course(facts=facts(**changes), owner=owner, by=worker("designer", owner), at=at)

    assert refusal.value.field == field
    assert not Course.objects.exists()
    assert not Record.objects.exists()
