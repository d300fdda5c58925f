"""Sending a submitted course back."""

import pytest

from tests.catalogue.factories import facts, learner, ready_course, worker
from yanxiu.catalogue import actions
from yanxiu.catalogue.models import CourseState
from yanxiu.kit.errors import Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(at):
    draft = ready_course()
    return actions.submit(course=draft, by=worker("expert", draft.owner), at=at)


def test_it_is_a_draft_again_and_the_reason_is_kept(waiting, at):
    actions.send_back(course=waiting, reason="第 2 题答案有争议", by=worker("designer", waiting.owner), at=at)

    waiting.refresh_from_db()
    assert waiting.state == CourseState.DRAFT
    assert Record.objects.get(verb="returned").data == {"reason": "第 2 题答案有争议"}
    actions.correct_course(course=waiting, facts=facts(), by=worker("expert", waiting.owner), at=at)


def test_without_a_reason_it_stays(waiting, at):
    with pytest.raises(Invalid, match="退回的原因"):
        actions.send_back(course=waiting, reason="  ", by=worker("designer", waiting.owner), at=at)

    waiting.refresh_from_db()
    assert waiting.state == CourseState.REVIEW


def test_who_may(waiting, at):
    with pytest.raises(NotPermitted):
        actions.send_back(course=waiting, reason="x", by=worker("tutor", waiting.owner), at=at)
    with pytest.raises(NotFound):
        actions.send_back(course=waiting, reason="x", by=learner(), at=at)


def test_a_draft_is_not_sent_back(at):
    draft = ready_course()

    with pytest.raises(actions.WrongState):
        actions.send_back(course=draft, reason="x", by=worker("designer", draft.owner), at=at)
