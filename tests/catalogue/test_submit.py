"""Submitting a draft for review."""

import pytest

from tests.catalogue.factories import course, learner, ready_course, worker
from yanxiu.catalogue import actions
from yanxiu.catalogue.models import CourseState
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def test_an_expert_writes_and_submits_though_she_may_not_publish(at):
    draft = ready_course()
    expert = worker("expert", draft.owner)

    submitted = actions.submit(course=draft, by=expert, at=at)

    submitted.refresh_from_db()
    assert submitted.state == CourseState.REVIEW
    assert Record.objects.filter(verb="submitted", object_type="course").count() == 1
    with pytest.raises(NotPermitted):
        actions.publish(course=draft, by=expert, at=at)


def test_twice_is_a_conflict(at):
    draft = ready_course()
    expert = worker("expert", draft.owner)
    actions.submit(course=draft, by=expert, at=at)

    with pytest.raises(actions.WrongState, match="现在是“待审”"):
        actions.submit(course=draft, by=expert, at=at)

    assert Record.objects.filter(verb="submitted").count() == 1


def test_an_unfinished_draft_stays_with_its_author(at):
    draft = course()

    with pytest.raises(actions.NotReady, match="还没有环节"):
        actions.submit(course=draft, by=worker("expert", draft.owner), at=at)

    draft.refresh_from_db()
    assert draft.state == CourseState.DRAFT


def test_who_may(at):
    draft = ready_course()

    with pytest.raises(NotFound):
        actions.submit(course=draft, by=learner(), at=at)
    with pytest.raises(NotPermitted):
        actions.submit(course=draft, by=worker("tutor", draft.owner), at=at)
