"""Writing a step anew."""

import pytest

from tests.catalogue.factories import SINGLE, course, film, learner, published_course, step, worker
from yanxiu.catalogue import actions
from yanxiu.catalogue.content import Test, Text
from yanxiu.catalogue.models import Step
from yanxiu.kit.errors import Conflict, Invalid, NotFound
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def test_a_step_changes_its_content_and_kind_and_keeps_its_place(at):
    draft = course()
    step(course=draft)
    second = step(course=draft, content=film())

    actions.replace_step(step=second, title="测试", content=Test(questions=(SINGLE,)), by=worker("designer", draft.owner), at=at)

    second.refresh_from_db()
    assert (second.number, second.kind, second.title, second.media_id, second.seconds) == (2, "test", "测试", None, 0)
    assert Record.objects.filter(verb="replaced", object_id=str(second.pk)).count() == 1


def test_refusals_change_nothing(at):
    draft = course()
    one = step(course=draft, title="阅读")
    designer = worker("designer", draft.owner)

    with pytest.raises(Invalid, match="名称还空着"):
        actions.replace_step(step=one, title=" ", content=Text(source="y"), by=designer, at=at)
    with pytest.raises(NotFound):
        actions.replace_step(step=one, title="x", content=Text(source="y"), by=learner(), at=at)

    one.refresh_from_db()
    assert (one.title, one.content) == ("阅读", {"source": "观课前先定一个问题。"})


def test_a_step_that_was_removed_meanwhile_is_a_conflict(at):
    draft = course()
    one = step(course=draft)
    Step.objects.filter(pk=one.pk).delete()

    with pytest.raises(Conflict, match="已经被移除"):
        actions.replace_step(step=one, title="x", content=Text(source="y"), by=worker("designer", draft.owner), at=at)


def test_a_published_course_is_locked(at):
    done = published_course()

    with pytest.raises(actions.Locked):
        actions.replace_step(
            step=Step.objects.get(course=done, number=2), title="x", content=Text(source="y"), by=worker("designer", done.owner), at=at
        )
