"""Removing a step from a draft."""

import pytest

from tests.catalogue.factories import course, film, learner, published_course, step, worker
from yanxiu.catalogue import actions
from yanxiu.catalogue.models import Step
from yanxiu.files.models import StoredFile
from yanxiu.kit.errors import Conflict, NotFound
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def test_the_later_ones_close_up_and_the_files_stay(at):
    draft = course()
    steps = [step(course=draft, content=film() if title == "乙" else None, title=title) for title in "甲乙丙"]

    actions.remove_step(step=steps[1], by=worker("designer", draft.owner), at=at)

    assert list(Step.objects.order_by("number").values_list("number", "title")) == [(1, "甲"), (2, "丙")]
    assert StoredFile.objects.filter(deleted_at__isnull=True).count() == 2
    assert Record.objects.get(verb="removed").data["number"] == 2


def test_twice_is_a_conflict(at):
    draft = course()
    one = step(course=draft)
    designer = worker("designer", draft.owner)
    actions.remove_step(step=one, by=designer, at=at)

    with pytest.raises(Conflict, match="已经被移除"):
        actions.remove_step(step=one, by=designer, at=at)

    assert Record.objects.filter(verb="removed").count() == 1


def test_who_may_and_locked(at):
    draft, done = course(), published_course()
    one = step(course=draft)

    with pytest.raises(NotFound):
        actions.remove_step(step=one, by=learner(), at=at)
    with pytest.raises(actions.Locked):
        actions.remove_step(step=Step.objects.get(course=done, number=1), by=worker("designer", done.owner), at=at)
    assert Step.objects.count() == 6
