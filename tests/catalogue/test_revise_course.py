"""A new version: a draft that knows its predecessor, and takes its place when published."""

import pytest

from tests.catalogue.factories import course, granted_exception, learner, module, published_course, ready_course, worker
from yanxiu.catalogue import actions
from yanxiu.catalogue.models import CourseState, GrantedException, Module, Step
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def test_the_next_version_is_a_draft_like_the_present_one(at):
    first = published_course()

    draft = actions.revise_course(course=first, by=worker("designer", first.owner), at=at)

    assert (draft.title, draft.version, draft.family, draft.copied_from) == (first.title, 2, first.pk, first.pk)
    assert draft.state == CourseState.DRAFT
    old, new = (list(Step.objects.filter(course=one).order_by("number").values_list("kind", "title", "content")) for one in (first, draft))
    assert old == new
    first.refresh_from_db()
    assert first.state == CourseState.PUBLISHED


def test_exceptions_on_record_hold_for_the_next_version(at):
    first = published_course()
    granted_exception(course=first, rule="mooc", reason="短片试用。")

    draft = actions.revise_course(course=first, by=SYSTEM, at=at)

    assert GrantedException.objects.get(course=draft).reason == "短片试用。"


def test_modules_come_along(at):
    draft = ready_course()
    module(course=draft)
    Step.objects.filter(course=draft).update(module=Module.objects.get())

    copy = actions.copy_course(course=draft, owner=draft.owner, by=SYSTEM, at=at)

    copied = Module.objects.get(course=copy)
    assert copied.goals == "学会带着问题观课。"
    assert set(Step.objects.filter(course=copy).values_list("module_id", flat=True)) == {copied.pk}


def test_publishing_it_takes_the_earlier_off_the_shelf(at):
    first = published_course()
    second = actions.revise_course(course=first, by=SYSTEM, at=at)
    actions.publish(course=second, by=SYSTEM, at=at)
    third = actions.revise_course(course=first, by=SYSTEM, at=at)

    actions.publish(course=third, by=SYSTEM, at=at)

    for one in (first, second, third):
        one.refresh_from_db()
    assert [one.state for one in (first, second, third)] == ["archived", "archived", "published"]
    assert [one.version for one in (first, second, third)] == [1, 2, 3]
    data = Record.objects.filter(verb="published", object_type="course").order_by("pk").last().data
    assert (data["version"], data["replaces"]) == (3, [second.pk])


def test_one_version_is_written_at_a_time(at):
    first = published_course()
    actions.revise_course(course=first, by=SYSTEM, at=at)

    with pytest.raises(Conflict, match="第 2 版已经在写"):
        actions.revise_course(course=first, by=SYSTEM, at=at)


def test_a_draft_is_simply_changed(at):
    with pytest.raises(Conflict, match="还没有发布"):
        actions.revise_course(course=course(), by=SYSTEM, at=at)


def test_who_may(at):
    first = published_course()
    for somebody in (learner(), worker("tutor", first.owner)):
        with pytest.raises(NotPermitted):
            actions.revise_course(course=first, by=somebody, at=at)
