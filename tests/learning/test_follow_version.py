"""A new version of a course: who has begun stays, all others get the new one, set-based and once."""

import pytest

from tests.learning import factories as make
from yanxiu.catalogue import actions as catalogue
from yanxiu.catalogue.content import Text
from yanxiu.catalogue.queries import effects
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted
from yanxiu.learning import actions
from yanxiu.learning.models import Selection
from yanxiu.programmes.models import Offering
from yanxiu.records.models import Record


@pytest.fixture
def family(place, at):
    """Version 1 in the lists of one who has begun and of two who have not; version 2 ready to be published."""
    first = make.course(place.county, title="有效观课")
    read = make.text(first)
    read.content = {"source": "旧的一篇。"}
    read.save(update_fields=["content"])
    first.summary, first.stages = "怎样看课", ["高中"]
    first.save(update_fields=["summary", "stages"])
    offered = make.offering(place.programme, first)
    begun, fresh, watching = (make.participant(place.programme, place.school, name=name) for name in ("甲", "乙", "丙"))
    for one in (begun, fresh, watching):
        make.selection(one, offered)
    make.step_done(begun, read)
    second = catalogue.revise_course(course=first, by=SYSTEM, at=at)
    catalogue.add_step(course=second, title="新读", content=Text(source="新的一篇。"), by=SYSTEM, at=at)
    return first, second, begun, fresh, watching


def versions_of(*enrolments) -> list[int]:
    found = Selection.objects.filter(enrolment__in=enrolments, dropped_at__isnull=True).order_by("enrolment__person__name", "pk")
    return [one.offering.course.version for one in found.select_related("offering__course")]


def test_who_has_begun_stays_and_the_others_move(family, place, at):
    _first, second, begun, fresh, watching = family
    foreseen = {effect.label: effect.then for effect in effects.of_publishing(second)}
    assert foreseen == {"1 人已经开始学": "前一版，不变", "2 人选了还没开始": "第 2 版", "以后选课的人": "第 2 版"}
    published = catalogue.publish(course=second, by=SYSTEM, at=at)

    followed = actions.follow_version(course=published, by=SYSTEM, at=at)

    assert (followed.moved, followed.stayed) == (2, 1)
    assert sorted(versions_of(begun)) == [1]
    assert versions_of(fresh, watching) == [2, 2]
    assert Offering.objects.filter(programme=place.programme, course=second, block="law").count() == 1
    assert Record.objects.get(verb="followed").data == {"version": 2, "moved": 2, "stayed": 1}


def test_twice_changes_nothing_more(family, at):
    second = catalogue.publish(course=family[1], by=SYSTEM, at=at)
    actions.follow_version(course=second, by=SYSTEM, at=at)

    assert actions.follow_version(course=second, by=SYSTEM, at=at).moved == 0
    assert Record.objects.filter(verb="followed").count() == 1


def test_whoever_stays_is_not_pushed_the_new_one_too(family, place, at):
    _first, second, begun, _fresh, _watching = family
    published = catalogue.publish(course=second, by=SYSTEM, at=at)
    actions.follow_version(course=published, by=SYSTEM, at=at)

    actions.push_compulsory(programme=place.programme, by=SYSTEM, at=at)

    assert versions_of(begun) == [1]


def test_a_first_version_moves_nobody(place, at):
    first = make.course(place.county)
    assert actions.follow_version(course=first, by=SYSTEM, at=at).moved == 0
    assert effects.of_publishing(first) == []


def test_nobody_does_it_by_hand(place, at):
    with pytest.raises(NotPermitted):
        actions.follow_version(course=make.course(place.county), by=place.office, at=at)


def test_the_cost_does_not_grow_with_people(family, place, at, django_assert_max_num_queries):
    second = catalogue.publish(course=family[1], by=SYSTEM, at=at)
    offered = Offering.objects.get(programme=place.programme)
    for number in range(20):
        make.selection(make.participant(place.programme, place.school, name=f"多{number}"), offered)

    with django_assert_max_num_queries(14):
        assert actions.follow_version(course=second, by=SYSTEM, at=at).moved == 22
