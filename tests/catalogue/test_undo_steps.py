"""Duplicating a step, and putting one back that was removed; what is typed is kept until the step is stored or removed."""

import pytest

from tests.catalogue.factories import course, learner, module, ready_course, step, worker
from tests.drafts import factories as drafts
from tests.programmes import factories as programmes
from yanxiu.catalogue import actions
from yanxiu.catalogue.drafting import step_key
from yanxiu.catalogue.models import RemovedStep, Step
from yanxiu.drafts.models import Draft
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted

pytestmark = pytest.mark.django_db


def titles(draft) -> list[str]:
    return list(Step.objects.filter(course=draft).order_by("number").values_list("title", flat=True))


def test_a_duplicate_stands_right_after_its_original(at):
    draft = ready_course()
    film = Step.objects.select_related("course__owner").get(course=draft, number=1)

    copy = actions.duplicate_step(step=film, by=SYSTEM, at=at)

    assert titles(draft)[:3] == ["第一讲", "第一讲（副本）", "阅读"]
    assert (copy.media_id, copy.seconds, copy.content) == (film.media_id, film.seconds, film.content)


def test_removing_is_undone_with_everything(at):
    draft = ready_course()
    question = Step.objects.select_related("course__owner").get(course=draft, number=3)
    before = titles(draft)

    removed = actions.remove_step(step=question, by=SYSTEM, at=at)
    assert titles(draft) == ["第一讲", "阅读", "课程测试", "作业"]
    back = actions.put_back(removed=removed, by=SYSTEM, at=at)

    assert titles(draft) == before
    assert back.content == question.content
    assert not RemovedStep.objects.exists()
    with pytest.raises(Conflict, match="已经放回"):
        actions.put_back(removed=removed, by=SYSTEM, at=at)


def test_the_first_step_goes_back_to_the_front_and_a_lost_module_does_no_harm(at):
    draft = course()
    held = module(course=draft)
    one = step(course=draft, title="一")
    step(course=draft, title="二")
    removed = actions.remove_step(step=one, by=SYSTEM, at=at)
    actions.remove_module(module=held, by=SYSTEM, at=at)
    removed.refresh_from_db()

    actions.put_back(removed=removed, by=SYSTEM, at=at)

    assert titles(draft) == ["一", "二"]


def test_publishing_ends_the_undoing(at):
    draft = ready_course()
    spare = step(course=draft, title="多余")
    actions.remove_step(step=spare, by=SYSTEM, at=at)

    actions.publish(course=draft, by=SYSTEM, at=at)

    assert not RemovedStep.objects.exists()


def test_storing_or_removing_a_step_clears_its_own_draft_only(at):
    draft, someone = course(), programmes.teacher(programmes.org())
    author = worker("designer", draft.owner, person_id=someone.pk)
    there = step(course=draft, by=author)
    typed = {name: drafts.draft(someone, key=step_key(draft.pk, kind, of)).pk for name, kind, of in (
        ("new", "text", None), ("other", "video", None), ("there", "text", there.pk),
    )}  # fmt: skip
    theirs = drafts.draft(key=step_key(draft.pk, "text", None)).pk

    step(course=draft, by=author)
    assert set(Draft.objects.values_list("pk", flat=True)) == {typed["other"], typed["there"], theirs}
    actions.remove_step(step=there, by=author, at=at)
    assert set(Draft.objects.values_list("pk", flat=True)) == {typed["other"], theirs}


def test_who_may(at):
    draft = course()
    one = step(course=draft)
    for act in (
        lambda by: actions.duplicate_step(step=one, by=by, at=at),
        lambda by: actions.remove_step(step=one, by=by, at=at),
    ):
        with pytest.raises(NotPermitted):
            act(worker("tutor", draft.owner))
        with pytest.raises(NotFound):
            act(learner())
