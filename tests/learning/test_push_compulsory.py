"""Compulsory courses go into everybody's list by stage and subject (W-17)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.catalogue.models import Course
from yanxiu.kit.errors import NotPermitted
from yanxiu.learning import actions, reactions
from yanxiu.learning.models import CaseDraw, Selection, Source
from yanxiu.records.models import Record


def push(place):
    return actions.push_compulsory(programme=place.programme, by=place.office, at=make.AT)


def titles(enrolment):
    return sorted(Selection.objects.filter(enrolment=enrolment).values_list("offering__course__title", flat=True))


def test_pushes_by_stage_and_subject(place):
    for title, stages, subjects in (
        ("人人", [], []),
        ("高中", ["高中"], []),
        ("初中", ["初中"], []),
        ("物理", ["高中"], ["物理"]),
        ("化学", [], ["化学"]),
    ):
        course = make.course(place.county, title=title)
        Course.objects.filter(pk=course.pk).update(stages=stages, subjects=subjects)
        make.offering(place.programme, course)
    make.offering(place.programme, make.course(place.county, title="选修"), block="electives", topic="班级管理")
    chemist = make.participant(place.programme, place.school, stage="初中", subject="化学")

    assert push(place) == 6

    assert titles(place.enrolment) == sorted(["人人", "高中", "物理"])
    assert titles(chemist) == sorted(["人人", "初中", "化学"])
    assert set(Selection.objects.values_list("source", flat=True)) == {Source.PUSHED}


def test_pushing_again_reaches_only_newcomers(place):
    make.offering(place.programme, make.course(place.county))
    push(place)
    newcomer = make.participant(place.programme, place.school)
    gone = make.participant(place.programme, place.school)
    programmes.left(gone)

    assert push(place) == 1
    assert push(place) == 0
    assert len(titles(newcomer)) == 1


def test_who_may(place):
    for stranger in (place.school_admin, place.learner):
        with pytest.raises(NotPermitted):
            actions.push_compulsory(programme=place.programme, by=stranger, at=make.AT)


def test_takes_the_same_queries_for_one_and_many(place, django_assert_num_queries):
    make.offering(place.programme, make.course(place.county))
    push(place)
    make.participant(place.programme, place.school)
    with CaptureQueriesContext(connection) as one:
        push(place)
    for _ in range(9):
        make.participant(place.programme, place.school)

    with django_assert_num_queries(len(one)):
        push(place)


def test_whoever_is_enrolled_finds_courses_and_cases(place):
    make.offering(place.programme, make.course(place.county, title="人人"))
    for _ in range(5):
        make.lesson_case(place.county)
    newcomer = programmes.enrolment(place.programme, programmes.teacher(place.school))
    enrolled = Record.objects.get(verb="enrolled", person_id=newcomer.person_id)

    for _ in range(2):
        reactions.prepare(enrolled)

    assert titles(newcomer) == ["人人"]
    assert CaseDraw.objects.filter(enrolment=newcomer).count() == 4
    assert titles(place.enrolment) == []
