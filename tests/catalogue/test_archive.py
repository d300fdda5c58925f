"""Taking a course off the shelf."""

import pytest

from tests.catalogue.factories import learner, published_course, ready_course, worker
from yanxiu.catalogue import actions
from yanxiu.catalogue.models import CourseState
from yanxiu.catalogue.permissions import visible_courses
from yanxiu.kit.errors import NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def test_it_leaves_the_shelf_with_its_reason(at):
    done = published_course()

    actions.archive(course=done, reason="法条已修订", by=worker("designer", done.owner), at=at)

    done.refresh_from_db()
    assert (done.state, done.published_at is None) == (CourseState.ARCHIVED, False)
    assert Record.objects.get(verb="archived").data == {"reason": "法条已修订"}
    assert not visible_courses(learner()).exists()


def test_a_draft_and_an_archived_course_have_nothing_to_leave(at):
    draft, done = ready_course(), published_course()
    actions.archive(course=done, by=worker("designer", done.owner), at=at)

    for course in (draft, done):
        with pytest.raises(actions.WrongState):
            actions.archive(course=course, by=worker("designer", course.owner), at=at)
    assert Record.objects.filter(verb="archived").count() == 1


def test_who_may(at):
    done = published_course()

    for actor in (learner(), worker("expert", done.owner)):
        with pytest.raises(NotPermitted):
            actions.archive(course=done, by=actor, at=at)
