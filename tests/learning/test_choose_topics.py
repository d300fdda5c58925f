"""A school decides on its topics after its teachers said what they need (W-14, D-05, D-06)."""

from datetime import UTC, datetime

import pytest

from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.kit.errors import Invalid, NotPermitted
from yanxiu.learning import actions
from yanxiu.learning.models import SchoolTopic, Selection, Source, TopicWish
from yanxiu.learning.queries.choosing import not_chosen, school_topics
from yanxiu.programmes.permissions import WindowClosed
from yanxiu.records.models import Record

IN_WINDOW = datetime(2026, 9, 27, 4, 0, tzinfo=UTC)
AFTER = datetime(2026, 10, 10, 4, 0, tzinfo=UTC)
LOCKED = datetime(2026, 10, 26, 4, 0, tzinfo=UTC)


@pytest.fixture
def shelf(place):
    """Two topics of 4 hours each, one of 2."""
    return {
        topic: make.offering(place.programme, make.course(place.county, title=topic), block="electives", topic=topic, hours=hours)
        for topic, hours in (("班级管理", 4), ("信息技术", 4), ("艺术修养", 2))
    }


def choose(place, topics, *, by=None, programme=None, at=make.AT):
    return actions.choose_topics(
        programme=programme or place.programme, school=place.school, topics=topics, by=by or place.school_admin, at=at
    )


def topics_of(place, programme=None):
    return sorted(SchoolTopic.objects.filter(programme=programme or place.programme).values_list("topic", flat=True))


def test_chooses_and_may_change(place, shelf):
    choose(place, ["班级管理"])
    choose(place, ["信息技术", "班级管理"])
    choose(place, ["信息技术", "班级管理"])

    assert topics_of(place) == ["信息技术", "班级管理"]
    assert Record.objects.filter(verb="chose", object_type="topics").count() == 2


def test_dropping_a_topic_invalidates_the_choices_inside_and_names_them(place, shelf):
    choose(place, ["班级管理", "信息技术"])
    for topic in ("班级管理", "信息技术"):
        actions.choose_course(enrolment=place.enrolment, offering=shelf[topic], by=place.learner, at=make.AT)
    other_school = make.participant(place.programme, place.second_school)
    make.selection(other_school, shelf["班级管理"], source=Source.CHOSEN)

    fallen = choose(place, ["信息技术"])

    assert [(one.name, one.course_title) for one in fallen] == [("李雷", "班级管理")]
    assert Selection.objects.get(enrolment=place.enrolment, dropped_at__isnull=True).offering == shelf["信息技术"]
    assert Selection.objects.get(enrolment=place.enrolment, dropped_at__isnull=False).drop_reason == "学校换了专题"
    assert Selection.objects.get(enrolment=other_school).dropped_at is None
    assert Record.objects.get(verb="invalidated").person_id == place.enrolment.person_id


def test_refuses_topics_with_too_few_hours(place, shelf):
    with pytest.raises(Invalid, match="共 2 学时，教师至少要选 4 学时"):
        choose(place, ["艺术修养"])
    assert topics_of(place) == []


@pytest.mark.parametrize(("topics", "said"), [([], "至少选一个"), (["烹饪"], "没有“烹饪”这个专题")])
def test_refuses_nothing_and_the_unknown(place, shelf, topics, said):
    with pytest.raises(Invalid, match=said):
        choose(place, topics)


def test_only_the_own_administrator_or_an_office_above(place, shelf):
    for stranger in (place.learner, programmes.holder("school_admin", place.second_school), programmes.holder("tutor", place.school)):
        with pytest.raises(NotPermitted):
            choose(place, ["班级管理"], by=stranger)
    choose(place, ["班级管理"], by=place.office)
    assert topics_of(place) == ["班级管理"]


@pytest.fixture
def school_plan(place):
    running = make.programme(place.county, source=programmes.SCHOOL_PLAN, parameters=programmes.MASKED)
    for topic in ("班级管理", "教师艺术修养"):
        make.offering(running, make.course(place.county), block="electives", topic=topic, hours=14)
    return running


def test_000b_windows(place, school_plan):
    """Choose in the window, change until the lock, decide late only as an office."""
    with pytest.raises(WindowClosed):
        choose(place, ["班级管理"], programme=school_plan, at=AFTER)
    choose(place, ["班级管理"], programme=school_plan, by=place.office, at=AFTER)
    SchoolTopic.objects.all().delete()

    make.topic_wish(make.enrolment(school_plan, place.enrolment.person))
    choose(place, ["班级管理"], programme=school_plan, at=IN_WINDOW)
    choose(place, ["教师艺术修养"], programme=school_plan, at=AFTER)
    for who in (place.school_admin, place.office):
        with pytest.raises(WindowClosed, match="锁定"):
            choose(place, ["班级管理"], programme=school_plan, by=who, at=LOCKED)

    assert topics_of(place, school_plan) == ["教师艺术修养"]


def test_wishes_are_counted_beside_the_topics(place, shelf):
    colleague = make.participant(place.programme, place.school)
    actions.wish_topics(enrolment=place.enrolment, topics=["艺术修养", "班级管理"], by=place.learner, at=make.AT)
    actions.wish_topics(enrolment=place.enrolment, topics=["班级管理"], by=place.learner, at=make.AT)
    make.topic_wish(colleague)

    lines = {line.topic: line for line in school_topics(place.programme, place.school)}

    assert (lines["班级管理"].wishes, lines["艺术修养"].wishes) == (2, 0)
    assert (lines["班级管理"].courses, lines["班级管理"].hours) == (1, 4)
    assert TopicWish.objects.count() == 2


def test_wishes_are_refused_from_others_of_the_unknown_and_after_the_lock(place, school_plan):
    enrolment = make.enrolment(school_plan, place.enrolment.person)
    with pytest.raises(NotPermitted):
        actions.wish_topics(enrolment=enrolment, topics=["班级管理"], by=place.office, at=IN_WINDOW)
    with pytest.raises(Invalid):
        actions.wish_topics(enrolment=enrolment, topics=["烹饪"], by=place.learner, at=IN_WINDOW)
    with pytest.raises(WindowClosed):
        actions.wish_topics(enrolment=enrolment, topics=["班级管理"], by=place.learner, at=LOCKED)
    assert not TopicWish.objects.exists()


def test_lists_who_has_not_chosen_enough_inside_the_scope(place, shelf):
    enough = make.participant(place.programme, place.school, name="够了")
    make.selection(enough, shelf["班级管理"], source=Source.CHOSEN)
    make.selection(place.enrolment, shelf["艺术修养"], source=Source.CHOSEN)
    elsewhere = make.participant(place.programme, place.second_school, name="外校")
    left = make.participant(place.programme, place.school, name="报删")
    programmes.left(left)

    county, _ = not_chosen(place.programme, [place.county.path], number=1)
    school, _ = not_chosen(place.programme, [place.school.path], number=1)
    first, has_more = not_chosen(place.programme, [place.county.path], number=1, size=1)

    assert {(one.name, one.hours) for one in county} == {("李雷", 2), ("外校", 0)}
    assert [one.name for one in school] == ["李雷"]
    assert (len(first), has_more) == (1, True)
    assert elsewhere.pk in {one.enrolment_id for one in county}


def test_pages_of_who_has_not_chosen_are_the_same_whether_few_or_many_lack(place, shelf):
    """However many lack, page by page nobody is left out or told twice, in the order of units and names."""
    for school in (place.second_school, place.school):
        for _ in range(3):
            make.participant(place.programme, school)

    whole, _ = not_chosen(place.programme, [place.county.path], number=1, size=50)
    paged = [not_chosen(place.programme, [place.county.path], number=number, size=2) for number in (1, 2, 3, 4, 5)]

    assert [one for rows, _ in paged for one in rows] == whole
    assert [has_more for _, has_more in paged] == [True, True, True, False, False]
    assert [one.unit for one in whole] == ["青河一中"] * 4 + ["青河二中"] * 3
