"""Putting an archived course on the shelf again."""

import pytest

from tests.catalogue.factories import AT, learner, published_course, worker
from yanxiu.catalogue import actions
from yanxiu.catalogue.models import CourseState
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def test_it_stands_there_as_it_was(at):
    course = published_course()
    designer = worker("designer", course.owner)
    actions.archive(course=course, by=designer, at=at)

    restored = actions.restore(course=course, by=designer, at=at.replace(hour=14))

    restored.refresh_from_db()
    assert (restored.state, restored.published_at) == (CourseState.PUBLISHED, AT)
    assert Record.objects.filter(verb="restored", object_id=str(course.pk)).count() == 1


def test_a_course_on_the_shelf_has_nothing_to_restore(at):
    course = published_course()

    with pytest.raises(actions.WrongState):
        actions.restore(course=course, by=worker("designer", course.owner), at=at)


def test_who_may(at):
    course = published_course()
    actions.archive(course=course, by=worker("designer", course.owner), at=at)
    course.refresh_from_db()

    with pytest.raises(NotPermitted):
        actions.restore(course=course, by=worker("expert", course.owner), at=at)
    with pytest.raises(NotFound):
        actions.restore(course=course, by=learner(), at=at)
