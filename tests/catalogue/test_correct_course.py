"""Correcting the facts of a draft."""

import pytest

from tests.catalogue.factories import course, facts, learner, published_course, ready_course, worker
from yanxiu.catalogue import actions
from yanxiu.kit.errors import Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def test_the_record_says_what_changed(at):
    draft = course(title="旧题")
    new = facts(title="新题")

    corrected = actions.correct_course(course=draft, facts=new, by=worker("designer", draft.owner), at=at)

    corrected.refresh_from_db()
    assert corrected.title == "新题"
    assert Record.objects.get(verb="corrected").data == {"changed": ["title"]}


def test_the_same_facts_again_change_and_record_nothing(at):
    draft = course(title="旧题")

    actions.correct_course(course=draft, facts=facts(title="旧题"), by=worker("designer", draft.owner), at=at)

    assert not Record.objects.filter(verb="corrected").exists()


def test_who_may(at):
    draft = course()

    with pytest.raises(NotPermitted):
        actions.correct_course(course=draft, facts=facts(), by=worker("tutor", draft.owner), at=at)
    with pytest.raises(NotFound):
        actions.correct_course(course=draft, facts=facts(), by=learner(), at=at)


def test_a_published_or_submitted_course_is_locked(at):
    done = published_course()
    waiting = ready_course()
    actions.submit(course=waiting, by=worker("designer", waiting.owner), at=at)

    with pytest.raises(actions.Locked, match="复制成新草稿"):
        actions.correct_course(course=done, facts=facts(), by=worker("designer", done.owner), at=at)
    with pytest.raises(actions.Locked, match="正在审核"):
        actions.correct_course(course=waiting, facts=facts(), by=worker("designer", waiting.owner), at=at)


def test_nonsense_is_refused_and_nothing_changes(at):
    draft = course(title="旧题")

    with pytest.raises(Invalid):
        actions.correct_course(course=draft, facts=facts(title=""), by=worker("designer", draft.owner), at=at)

    draft.refresh_from_db()
    assert draft.title == "旧题"
