"""Duplicating a step, and putting one back that was removed; what is typed and not stored is kept."""

import pytest

from tests.catalogue.factories import course, learner, module, ready_course, step, worker
from yanxiu.catalogue import actions
from yanxiu.catalogue.models import FormDraft, RemovedStep, Step
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted

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


def test_what_is_typed_is_kept_until_the_step_is_stored(at):
    draft = course()
    author = worker("designer", draft.owner)
    actions.save_form_draft(course=draft, step=None, kind="text", typed={"title": "半"}, by=author, at=at)
    actions.save_form_draft(course=draft, step=None, kind="text", typed={"title": "半句"}, by=author, at=at)
    assert FormDraft.objects.get().typed == {"title": "半句"}

    step(course=draft, by=author)

    assert not FormDraft.objects.exists()


def test_too_much_is_refused_and_discarding_forgets(at):
    draft = course()
    author = worker("designer", draft.owner)
    with pytest.raises(Invalid, match="最多 30 万字"):
        actions.save_form_draft(course=draft, step=None, kind="text", typed={"source": "字" * 300_001}, by=author, at=at)
    actions.save_form_draft(course=draft, step=None, kind="text", typed={"title": "半"}, by=author, at=at)

    actions.discard_form_draft(course=draft, step=None, kind="text", by=author, at=at)

    assert not FormDraft.objects.exists()


def test_who_may(at):
    draft = course()
    one = step(course=draft)
    for act in (
        lambda by: actions.duplicate_step(step=one, by=by, at=at),
        lambda by: actions.save_form_draft(course=draft, step=None, kind="text", typed={}, by=by, at=at),
        lambda by: actions.discard_form_draft(course=draft, step=None, kind="text", by=by, at=at),
    ):
        with pytest.raises(NotPermitted):
            act(worker("tutor", draft.owner))
        with pytest.raises(NotFound):
            act(learner())
