"""Marking written answers: a queue shared under leases, one or two markers, never one's own, anonymous in the trail."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections

from tests.assessment import exam_factories as exams
from tests.assessment import factories, scored
from tests.assessment.scored import OVER, RIGHT, SAT_AT, WORDS
from tests.programmes import factories as programmes
from yanxiu.assessment import actions
from yanxiu.assessment.models import AnswerMark, MarkingClaim, MarkingTask
from yanxiu.catalogue import content
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.records import actions as records
from yanxiu.records.models import Record


@pytest.fixture
def exam(db):
    return scored.written_exam(markers=2, tolerance=Decimal(2))


def _lay_out() -> int:
    return actions.lay_out(since=SAT_AT - timedelta(days=1), by=SYSTEM, at=OVER)


def _claim(exam, by, at=OVER):
    return actions.claim_next(exam=exam, version_id=None, by=by, at=at)


def _mark(task, by, points="8", round_number=1, at=OVER, comment=""):
    return actions.mark_answer(task=task, round_number=round_number, points=Decimal(points), comment=comment, by=by, at=at)


def test_what_was_written_is_laid_out_once(exam):
    scored.sat(exam, {**RIGHT, 4: WORDS})
    scored.sat(exam, {**RIGHT, 4: " \n　"})
    scored.sat(exam, RIGHT)

    assert (_lay_out(), _lay_out()) == (1, 0)
    with pytest.raises(NotPermitted):
        actions.lay_out(since=SAT_AT, by=scored.office(exam), at=OVER)


@pytest.mark.django_db
def test_of_materials_only_those_with_written_words_are_laid_out():
    parts = (content.MaterialPart(question=factories.QUESTIONS[0]), content.MaterialPart(question=exams.ESSAY))
    one = scored.plain_exam(paper=exams.paper(content.Material(stem="一节课的记录", parts=parts)))
    scored.sat(one, {1: [[1], WORDS]})
    scored.sat(one, {1: [[1], ""]})

    assert _lay_out() == 1


def test_two_markers_do_not_see_the_same_answer_and_two_apart_are_settled_by_a_third(exam):
    sitting = scored.sat(exam, {**RIGHT, 4: WORDS})
    _lay_out()
    unit = exam.programme.owner
    first, second, third = scored.marker(unit), scored.marker(unit), scored.marker(unit)

    mine = _claim(exam, first)
    assert mine is not None
    assert _claim(exam, second) is None
    assert _claim(exam, first) == mine
    _mark(mine, first, "9")
    again = _claim(exam, first)
    other = _claim(exam, second)
    assert (again, other.pk, other.round) == (None, mine.pk, 2)
    _mark(other, second, "5", 2)
    last = _claim(exam, third)
    assert (_claim(exam, second), last.round) == (None, 3)
    _mark(last, third, "7", 3)

    assert MarkingTask.objects.get().round is None
    assert list(AnswerMark.objects.order_by("round").values_list("round", "points")) == [(1, 9), (2, 5), (3, 7)]
    assert not MarkingClaim.objects.exists()
    trail = Record.objects.filter(verb="marked", object_type="answer")
    assert sitting.enrolment.person_id not in trail.values_list("person_id", flat=True)


def test_a_lease_ends(exam):
    scored.sat(exam, {4: WORDS})
    _lay_out()
    slow, quick = scored.marker(exam.programme.owner), scored.marker(exam.programme.owner)
    task = _claim(exam, slow)
    later = OVER + timedelta(minutes=20)

    assert _claim(exam, quick, at=later) == task
    with pytest.raises(Conflict, match="正由别的老师"):
        _mark(task, slow, at=later)
    _mark(task, quick, at=later)
    with pytest.raises(Conflict, match="刚由别的老师阅过"):
        _mark(task, slow, at=later)


def test_who_may(exam):
    own = scored.marker(exam.programme.owner)
    enrolment = exams.candidate(exam)
    enrolment.person_id = own.person_id
    enrolment.save(update_fields=["person"])
    sitting = scored.sat(exam, {4: WORDS}, enrolment=enrolment)
    _lay_out()
    task = MarkingTask.objects.get(sitting=sitting)

    assert _claim(exam, own) is None
    with pytest.raises(NotPermitted, match="自己的答卷"):
        _mark(task, own)
    with pytest.raises(NotPermitted, match="指导教师、专家"):
        _mark(task, scored.office(exam))
    stranger = scored.marker(programmes.org(parent=programmes.org()))
    assert _claim(exam, stranger) is None
    with pytest.raises(NotPermitted):
        _mark(task, stranger)


def test_once_somebody_is_appointed_nobody_else_marks(exam):
    scored.sat(exam, {4: WORDS})
    _lay_out()
    chosen, other = scored.marker(exam.programme.owner), scored.marker(exam.programme.owner)
    person = programmes.Person.objects.get(pk=chosen.person_id)
    with pytest.raises(NotPermitted):
        actions.appoint_marker(exam=exam, person=person, by=other, at=OVER)

    marker = actions.appoint_marker(exam=exam, person=person, by=scored.office(exam), at=OVER)
    again = actions.appoint_marker(exam=exam, person=person, by=scored.office(exam), at=OVER)

    assert marker == again
    assert _claim(exam, other) is None
    task = _claim(exam, chosen)
    with pytest.raises(NotPermitted, match="安排了别的老师"):
        _mark(task, other)
    actions.dismiss_marker(marker=marker, by=scored.office(exam), at=OVER)
    assert _claim(exam, other) == task


@pytest.mark.parametrize("points", ["10.01", "-1", "1.001", "NaN", "Infinity"])
def test_points_lie_between_nothing_and_all(exam, points):
    scored.sat(exam, {4: WORDS})
    _lay_out()
    with pytest.raises(Invalid, match="0 到 10 之间"):
        _mark(MarkingTask.objects.get(), scored.marker(exam.programme.owner), points)
    assert not AnswerMark.objects.exists()


def test_a_comment_has_an_end(exam):
    scored.sat(exam, {4: WORDS})
    _lay_out()
    with pytest.raises(Invalid, match="最多 500 字"):
        _mark(MarkingTask.objects.get(), scored.marker(exam.programme.owner), comment="长" * 501)


def test_the_own_last_mark_can_be_taken_back(exam):
    scored.sat(exam, {4: WORDS})
    _lay_out()
    first, second = scored.marker(exam.programme.owner), scored.marker(exam.programme.owner)
    mark = _mark(MarkingTask.objects.get(), first)
    with pytest.raises(NotPermitted, match="自己阅的"):
        actions.unmark(mark=mark, by=second, at=OVER)
    task = actions.unmark(mark=mark, by=first, at=OVER)
    assert (task.round, AnswerMark.objects.count()) == (1, 0)

    mark = _mark(task, first)
    _mark(MarkingTask.objects.get(), second, round_number=2)
    with pytest.raises(Conflict, match="后面一轮"):
        actions.unmark(mark=mark, by=first, at=OVER)


@pytest.fixture
def metrics_again(django_db_setup, django_db_blocker):
    """The flush after such a test empties the table of metrics, which other modules expect."""
    yield
    with django_db_blocker.unblock():
        records.store_metrics(by=SYSTEM, at=factories.AT)


@pytest.mark.slow  # four threads with connections of their own
@pytest.mark.django_db(transaction=True)
def test_four_markers_at_once_never_hold_the_same_answer(metrics_again):
    exam = scored.written_exam()
    for _number in range(12):
        scored.sat(exam, {4: WORDS})
    _lay_out()
    markers = [scored.marker(exam.programme.owner) for _number in range(4)]
    problems = []

    def work(by):
        try:
            while task := _claim(exam, by):
                _mark(task, by)
        except Exception as error:  # noqa: BLE001 - told below
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(by,)) for by in markers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not problems
    assert AnswerMark.objects.count() == 12
    assert MarkingTask.objects.filter(round__isnull=False).count() == 0
