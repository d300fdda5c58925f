"""The teacher answers herself; her school may say what it knows."""

import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.files import samples
from tests.integrity import steps
from tests.integrity.factories import AT
from tests.programmes import factories as programmes
from yanxiu.integrity import actions
from yanxiu.integrity.models import Enclosure, Finding, Statement
from yanxiu.kit.errors import Conflict, DomainError, Invalid, NotPermitted
from yanxiu.records.models import Record


def test_an_answer_waits_for_the_decision(place):
    inquiry = steps.answered(place)

    assert inquiry.state == "answered"
    assert [(one.kind, one.text) for one in Statement.objects.all()] == [("own", steps.ANSWER)]
    assert Record.objects.filter(verb="answered", object_type="inquiry").count() == 1


def test_an_answer_may_be_added_to_also_after_the_date(place):
    inquiry = steps.answered(place)

    actions.answer(inquiry=inquiry, text="补一张当天的签到表。", by=place.learner, at=AT + timedelta(days=20))

    assert Statement.objects.count() == 2


def test_files_go_with_an_answer(place):
    inquiry = steps.asked(place)

    said = actions.answer(
        inquiry=inquiry, text=steps.ANSWER, uploads=[(io.BytesIO(samples.picture()), "签到表.png")], by=place.learner, at=AT
    )

    assert [one.file.name for one in Enclosure.objects.filter(statement=said)] == ["签到表.png"]


def test_a_file_that_cannot_be_used_leaves_nothing_behind(place):
    inquiry = steps.asked(place)

    with pytest.raises(Invalid) as caught:
        actions.answer(inquiry=inquiry, text=steps.ANSWER, uploads=[(io.BytesIO(b"MZ"), "a.exe")], by=place.learner, at=AT)

    assert caught.value.field == "uploads"
    assert not Statement.objects.exists()


def test_too_many_files_are_refused(place):
    with pytest.raises(Invalid, match="5 个"):
        actions.answer(inquiry=steps.asked(place), text="说明在附件里", uploads=[(io.BytesIO(b""), "a.pdf")] * 6, by=place.learner, at=AT)


@pytest.mark.parametrize("who", ["school_admin", "office", "above", "stranger"])
def test_nobody_answers_for_another(place, who):
    inquiry = steps.asked(place)
    by = programmes.learner(programmes.teacher(place.school)) if who == "stranger" else getattr(place, who)

    with pytest.raises(DomainError):
        actions.answer(inquiry=inquiry, text=steps.ANSWER, by=by, at=AT)

    assert not Statement.objects.exists()


def test_after_the_decision_nothing_is_added(place):
    inquiry = steps.decided(place, Finding.WARNING)

    with pytest.raises(Conflict, match="申诉"):
        actions.answer(inquiry=inquiry, text=steps.ANSWER, by=place.learner, at=AT)


def test_a_statement_is_never_changed(place):
    steps.answered(place)

    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.update(text="改过的话")


def test_the_school_says_what_it_knows(place):
    inquiry = steps.opened(place)

    said = actions.comment(inquiry=inquiry, text="当天下午机房安排了集中研修。", by=place.school_admin, at=AT)

    inquiry.refresh_from_db()
    assert (said.kind, inquiry.state) == ("school", "open")
    assert Record.objects.filter(verb="commented").count() == 1


@pytest.mark.parametrize("who", ["office", "above"])
def test_an_office_does_not_speak_for_the_school(place, who):
    with pytest.raises(NotPermitted, match="学校管理员"):
        actions.comment(inquiry=steps.opened(place), text="集中研修。", by=getattr(place, who), at=AT)
