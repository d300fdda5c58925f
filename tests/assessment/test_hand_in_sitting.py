"""Hand in, take over, and close what ran out: by server time, the same for all (security EM-01, EM-02, EM-05, P-14)."""

from datetime import timedelta

import pytest

from tests.assessment import exam_factories as exams
from tests.assessment import factories as make
from yanxiu.assessment.actions import sittings
from yanxiu.assessment.actions.sittings import AlreadyOver, Device, TakenOver
from yanxiu.assessment.models import Sitting, SittingAnswer, SittingDevice, SittingResult
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record

PHONE, PAD = Device(name="phone", agent="手机"), Device(name="pad", agent="平板")
SOON = make.AT + timedelta(minutes=10)


@pytest.fixture
def sitting(db):
    row = exams.sitting()
    exams.sitting_device(sitting=row, device=PHONE.name)
    return row


def hand_in(sitting, given=None, *, at=SOON, lease=1, allow_blank=True, by=None) -> Sitting:
    by = by or make.learner(sitting.enrolment)
    return sittings.hand_in(sitting=sitting, given=given or {}, lease=lease, allow_blank=allow_blank, by=by, at=at)


def take_over(sitting, device=PAD, *, at=SOON, by=None) -> Sitting:
    return sittings.take_over(sitting=sitting, device=device, by=by or make.learner(sitting.enrolment), at=at)


def held(sitting) -> dict[int, object]:
    return dict(SittingAnswer.objects.filter(sitting=sitting).values_list("number", "given"))


def test_hands_in_with_what_the_form_holds(sitting):
    done = hand_in(sitting, {1: [1], 2: [0, 2], 3: [1]})

    assert (done.handed_in_at, done.is_over(SOON)) == (SOON, True)
    assert held(sitting) == {1: [1], 2: [0, 2], 3: [1]}
    record = Record.objects.get(verb="handed_in", object_type="sitting")
    assert (record.person_id, record.data["enrolment"]) == (sitting.enrolment.person_id, sitting.enrolment_id)


def test_asks_about_blanks_and_keeps_what_came(sitting):
    open_still = hand_in(sitting, {1: [1], 2: None}, allow_blank=False)

    assert open_still.handed_in_at is None
    assert sittings.blanks(open_still) == [2, 3]
    assert held(sitting) == {1: [1], 2: None} or held(sitting) == {1: [1]}
    assert not Record.objects.filter(verb="handed_in", object_type="sitting").exists()


@pytest.mark.parametrize(("seconds", "is_kept"), [(-5, True), (-1, True), (0, False), (1, False), (5, False)])
def test_what_comes_with_handing_in_counts_only_before_the_end(sitting, seconds, is_kept):
    done = hand_in(sitting, {1: [1]}, at=sitting.ends_at + timedelta(seconds=seconds))

    assert held(sitting) == ({1: [1]} if is_kept else {})
    assert done.handed_in_at == min(done.ends_at, done.ends_at + timedelta(seconds=seconds))
    assert Record.objects.filter(verb="handed_in" if is_kept else "ran_out", object_type="sitting").count() == 1


def test_twice_is_once(sitting):
    hand_in(sitting, {1: [1]})

    again = hand_in(sitting, {1: [2]}, at=SOON + timedelta(minutes=1))

    assert (again.handed_in_at, held(sitting)) == (SOON, {1: [1]})
    assert Record.objects.filter(verb="handed_in", object_type="sitting").count() == 1


def test_another_device_takes_over_and_the_old_one_cannot_hand_in(sitting):
    moved = take_over(sitting)

    assert moved.lease == 2
    assert list(SittingDevice.objects.order_by("lease").values_list("lease", "device", "agent")) == [
        (1, "phone", "手机"),
        (2, "pad", "平板"),
    ]
    assert Record.objects.get(verb="took_over", object_type="sitting").data["device"] == "平板"
    with pytest.raises(TakenOver, match="另一台设备"):
        hand_in(sitting, {1: [1]})
    assert (held(sitting), Sitting.objects.get().handed_in_at) == ({}, None)
    assert hand_in(sitting, {1: [1]}, lease=2).handed_in_at == SOON


def test_taking_over_on_the_same_device_changes_nothing(sitting):
    assert take_over(sitting, PHONE).lease == 1
    assert SittingDevice.objects.count() == 1
    assert not Record.objects.filter(verb="took_over", object_type="sitting").exists()


def test_what_is_over_cannot_be_taken_or_saved(sitting):
    end = sitting.ends_at

    with pytest.raises(AlreadyOver):
        take_over(sitting, at=end)
    with pytest.raises(AlreadyOver):
        sittings.save_sheet(sitting=sitting, given={1: [1]}, lease=1, by=make.learner(sitting.enrolment), at=end)
    assert (held(sitting), SittingDevice.objects.count()) == ({}, 1)


def test_saves_a_form_without_scripts(sitting):
    sittings.save_sheet(sitting=sitting, given={1: [1]}, lease=1, by=make.learner(sitting.enrolment), at=SOON)
    first = SittingAnswer.objects.get()
    sittings.save_sheet(
        sitting=sitting, given={1: [1], 2: [0]}, lease=1, by=make.learner(sitting.enrolment), at=SOON + timedelta(minutes=1)
    )

    assert held(sitting) == {1: [1], 2: [0]}
    assert SittingAnswer.objects.get(number=1).written_at == first.written_at  # what did not change was not written anew


def test_a_question_that_is_not_on_the_sheet_refuses_all(sitting):
    with pytest.raises(Invalid, match="没有第 9 题，这份试卷有 3 题"):
        hand_in(sitting, {1: [1], 9: [1]})
    assert (held(sitting), Sitting.objects.get().handed_in_at) == ({}, None)


def test_nobody_writes_anothers_sitting(sitting):
    other = make.learner(exams.candidate(sitting.exam))

    for verb in (lambda: hand_in(sitting, {1: [1]}, by=other), lambda: take_over(sitting, by=other), lambda: hand_in(sitting, by=SYSTEM)):
        with pytest.raises(NotFound, match="没有找到这份答卷"):
            verb()
    assert Sitting.objects.get().handed_in_at is None


def test_what_ran_out_is_closed_as_of_its_own_end(sitting, django_assert_num_queries):
    more = [exams.sitting(exam=sitting.exam, ends_at=make.AT + timedelta(minutes=n)) for n in range(1, 6)]
    long_after = sitting.ends_at + timedelta(days=1)
    running = exams.sitting(exam=sitting.exam, ends_at=long_after + timedelta(minutes=1))

    with django_assert_num_queries(3 + 2):  # and the savepoint
        assert sittings.close_overdue(by=SYSTEM, at=long_after) == 6

    for row in Sitting.objects.exclude(pk=running.pk):
        assert row.handed_in_at == row.ends_at
    assert Sitting.objects.get(pk=running.pk).handed_in_at is None
    assert Record.objects.filter(verb="ran_out", object_type="sitting").count() == 1 + len(more)
    assert sittings.close_overdue(by=SYSTEM, at=long_after) == 0


def test_only_the_program_closes(sitting):
    with pytest.raises(NotPermitted):
        sittings.close_overdue(by=make.learner(sitting.enrolment), at=sitting.ends_at)


def test_results_at_once_come_with_handing_in_but_for_what_ran_out_only_when_nothing_can_come_any_more(db):
    exam = exams.exam(release="at_once", offline_minutes=20)
    explicit, ran_out = (exams.sitting(exam=exam) for _ in range(2))

    hand_in(explicit, {1: [1], 2: [0, 2], 3: [1]})
    assert SittingResult.objects.get().score == 100

    end = ran_out.ends_at
    sittings.close_overdue(by=SYSTEM, at=end)
    assert sittings.score_run_out(by=SYSTEM, at=end + timedelta(minutes=20)) == 0  # a minute for what is on its way
    assert sittings.score_run_out(by=SYSTEM, at=end + timedelta(minutes=21)) == 1
    assert SittingResult.objects.get(sitting=ran_out).score == 0
    assert sittings.score_run_out(by=SYSTEM, at=end + timedelta(minutes=22)) == 0
