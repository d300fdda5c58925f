"""Begin an exam: within its window, as often as allowed, once however often it is asked (security EM-01, EM-05)."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections

from tests.assessment import exam_factories as exams
from tests.assessment import factories as make
from yanxiu.assessment import papers
from yanxiu.assessment.actions import sittings
from yanxiu.assessment.actions.sittings import Device, NoSittingLeft
from yanxiu.assessment.models import Sitting, SittingDevice
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, NotFound, NotPermitted
from yanxiu.programmes.models import Enrolment, EnrolmentState
from yanxiu.programmes.permissions import WindowClosed
from yanxiu.records import actions as records
from yanxiu.records.models import Record

PHONE = Device(name="phone", agent="手机")


def begin(exam, enrolment, *, at=make.AT, device=PHONE, by=None) -> Sitting:
    return sittings.begin(exam=exam, enrolment=enrolment, device=device, by=by or make.learner(enrolment), at=at)


@pytest.fixture
def exam(db):
    return exams.exam()


def test_begins_with_a_sheet_a_device_and_a_record(exam):
    enrolment = exams.candidate(exam)

    sitting = begin(exam, enrolment)

    assert (sitting.number, sitting.started_at, sitting.ends_at) == (1, make.AT, make.AT + timedelta(minutes=60))
    sheet = papers.read_sheet(sitting.sheet)
    assert [asked.points for asked in sheet] == [Decimal(10)] * 3
    assert SittingDevice.objects.values_list("lease", "device", "agent", "since").get() == (1, "phone", "手机", make.AT)
    record = Record.objects.get(verb="began", object_type="sitting")
    assert (record.person_id, record.data["exam"], record.data["number"]) == (enrolment.person_id, exam.pk, 1)


def test_ends_with_the_exam_and_an_allowance_moves_both(exam):
    late = exam.closes_at - timedelta(minutes=10)
    given = exams.exam_allowance(exam=exam, extra_minutes=30, closes_at=exam.closes_at + timedelta(minutes=5))

    assert begin(exam, exams.candidate(exam), at=late).ends_at == exam.closes_at
    assert begin(exam, given.enrolment, at=late).ends_at == given.closes_at
    slow = exams.exam_allowance(exam=exam, extra_minutes=30)
    assert begin(exam, slow.enrolment).ends_at == make.AT + timedelta(minutes=90)


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_the_window_is_open_from_its_beginning_to_before_its_end(exam, offset):
    at_open, at_close = exam.opens_at + timedelta(seconds=offset), exam.closes_at + timedelta(seconds=offset)
    early, late = exams.candidate(exam), exams.candidate(exam)

    if offset < 0:
        with pytest.raises(WindowClosed, match="开始，到时再来"):
            begin(exam, early, at=at_open)
        assert begin(exam, late, at=at_close).ends_at == exam.closes_at
    else:
        assert begin(exam, early, at=at_open).started_at == at_open
        with pytest.raises(WindowClosed, match="不能再开始"):
            begin(exam, late, at=at_close)


def test_nobody_sits_for_another_and_nobody_from_outside(exam):
    enrolment = exams.candidate(exam)
    other = exams.candidate(exam)
    stranger = exams.candidate(exams.exam())

    with pytest.raises(NotPermitted):
        begin(exam, enrolment, by=make.learner(other))
    with pytest.raises(NotPermitted):
        begin(exam, enrolment, by=SYSTEM)
    with pytest.raises(NotFound):
        begin(exam, stranger)
    assert not Sitting.objects.exists()


def test_refuses_what_is_not_announced_cancelled_or_left(exam):
    draft, cancelled = exams.exam(announced_at=None), exams.exam(cancelled_at=make.AT)
    left = exams.candidate(exam)
    Enrolment.objects.filter(pk=left.pk).update(state=EnrolmentState.LEFT, left_at=make.AT)
    left.refresh_from_db()

    with pytest.raises(NotFound):
        begin(draft, exams.candidate(draft))
    with pytest.raises(Conflict, match="已经取消"):
        begin(cancelled, exams.candidate(cancelled))
    with pytest.raises(Conflict, match="报删"):
        begin(exam, left)


def test_again_gives_the_open_one_whatever_the_device(exam):
    enrolment = exams.candidate(exam)
    first = begin(exam, enrolment)

    again = begin(exam, enrolment, device=Device(name="pad"), at=make.AT + timedelta(minutes=5))

    assert (again.pk, again.lease, again.sheet) == (first.pk, 1, Sitting.objects.get().sheet)
    assert SittingDevice.objects.count() == 1
    assert Record.objects.filter(verb="began", object_type="sitting").count() == 1


def test_sittings_are_counted_and_a_resit_is_an_allowance(exam):
    enrolment = exams.candidate(exam)
    begin(exam, enrolment)
    after = make.AT + timedelta(minutes=61)

    with pytest.raises(NoSittingLeft, match="1 次"):
        begin(exam, enrolment, at=after)
    exams.exam_allowance(exam=exam, enrolment=enrolment, extra_attempts=1, extra_minutes=0)
    second = begin(exam, enrolment, at=after)

    first = Sitting.objects.get(number=1)
    assert (second.number, first.handed_in_at) == (2, first.ends_at)


def test_takes_the_same_queries_for_long_papers(exam, django_assert_max_num_queries):
    enrolment = exams.candidate(exam)
    with django_assert_max_num_queries(20):
        begin(exam, enrolment)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_fifty_begins_at_once_make_one_sitting():
    exam = exams.exam()
    enrolment = exams.candidate(exam)
    begun = []

    def work():
        try:
            begun.extend(begin(exam, enrolment, device=Device(name=str(n))).pk for n in range(5))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records.store_metrics(by=SYSTEM, at=make.AT)

    assert len(begun) == 50
    assert set(begun) == {Sitting.objects.get().pk}
    assert Sitting.objects.get().number == 1
    assert SittingDevice.objects.count() == 1
    assert Record.objects.filter(verb="began", object_type="sitting").count() == 1
