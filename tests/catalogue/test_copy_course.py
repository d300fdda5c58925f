"""Copying a course into a new draft."""

import pytest

from tests.catalogue.factories import county, learner, published_course, worker
from yanxiu.catalogue import actions
from yanxiu.catalogue.models import Course, CourseState, Step
from yanxiu.kit.errors import NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def test_a_copy_is_a_draft_with_all_steps_and_the_original_stays(at):
    original = published_course(title="有效观课")

    copy = actions.copy_course(course=original, owner=original.owner, by=worker("designer", original.owner), at=at)

    assert (copy.title, copy.state, copy.copied_from) == ("有效观课（副本）", CourseState.DRAFT, original.pk)
    rows = [
        list(Step.objects.filter(course=one).order_by("number").values_list("number", "kind", "title", "media_id", "content", "body"))
        for one in (original, copy)
    ]
    assert rows[0] == rows[1]
    assert len(rows[0]) == 5
    original.refresh_from_db()
    assert original.state == CourseState.PUBLISHED
    assert Record.objects.get(verb="copied").data == {"from": original.pk}


def test_a_changed_copy_leaves_the_original_alone(at):
    original = published_course()
    designer = worker("designer", original.owner)
    copy = actions.copy_course(course=original, owner=original.owner, by=designer, at=at)

    actions.remove_step(step=Step.objects.get(course=copy, number=1), by=designer, at=at)

    assert Step.objects.filter(course=original).count() == 5


def test_a_long_title_still_fits(at):
    original = published_course(title="长" * 120)

    copy = actions.copy_course(course=original, owner=original.owner, by=worker("designer", original.owner), at=at)

    assert len(copy.title) <= 120


def test_nobody_gets_at_the_answers_of_another_unit_by_copying(at):
    original = published_course()
    elsewhere = county()

    for actor in (worker("designer", elsewhere), learner()):
        with pytest.raises(NotPermitted):
            actions.copy_course(course=original, owner=elsewhere, by=actor, at=at)
    assert Course.objects.count() == 1
