"""Candidates hear of an exam: announced, widened, called off, and what one of them is given; each once, nobody else."""

from datetime import timedelta

import pytest

from tests.assessment import exam_factories as make
from tests.assessment import factories
from yanxiu.assessment.actions import exam_setup
from yanxiu.assessment.actions.exam_setup import Allowance
from yanxiu.kit.actor import SYSTEM
from yanxiu.notices import reactions
from yanxiu.notices.models import Delivery
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
AT = factories.AT
HOUR = timedelta(hours=1)


def _deliver(verb, reaction):
    for record in Record.objects.filter(verb=verb, object_type="exam").order_by("id"):
        reaction(record)


def _told():
    return list(Delivery.objects.order_by("notice", "person").values_list("person_id", "notice__title", "notice__body"))


def test_candidates_hear_of_the_exam_and_of_its_changes_once():
    exam = make.exam(title="期末网上考核", announced_at=None, opens_at=AT + HOUR, closes_at=AT + 4 * HOUR)
    one, other = make.candidate(exam), make.candidate(exam)
    make.candidate(make.exam())
    exam_setup.announce_exam(exam=exam, by=SYSTEM, at=AT)
    for _twice in range(2):
        _deliver("announced", reactions.tell_candidates)
    exam_setup.extend_exam(exam=exam, closes_at=AT + 5 * HOUR, minutes=90, attempts=2, reason="全县停电", by=SYSTEM, at=AT)
    _deliver("extended", reactions.tell_candidates)
    exam_setup.cancel_exam(exam=exam, reason="台风", by=SYSTEM, at=AT)
    _deliver("cancelled", reactions.tell_candidates)

    first, second, third = (_told()[place : place + 2] for place in (0, 2, 4))
    assert len(_told()) == 6
    assert {person for person, _title, _body in first} == {one.person_id, other.person_id}
    assert "开考" in first[0][1]
    assert "每次 60 分钟，可考 1 次" in first[0][2]
    assert second[0][1] == "“期末网上考核”放宽了"
    assert "每次 90 分钟，可考 2 次。原因：全县停电" in second[0][2]
    assert third[0][1:] == ("“期末网上考核”取消了，不用再考", "原因：台风。答过的不计成绩")


def test_who_passed_hears_of_no_resit():
    first = make.exam(edition=1, released_at=AT)
    passed = make.sitting(exam=first, handed_in_at=AT)
    make.sitting_result(sitting=passed)
    failed = make.candidate(first)
    resit = make.exam(programme=first.programme, paper=first.paper, resit_of=first, announced_at=None)
    exam_setup.announce_exam(exam=resit, by=SYSTEM, at=AT)

    _deliver("announced", reactions.tell_candidates)

    assert [person for person, _title, _body in _told()] == [failed.person_id]


def test_an_exam_that_is_off_before_the_worker_came_is_told_of_once():
    exam = make.exam(announced_at=None)
    make.candidate(exam)
    exam_setup.announce_exam(exam=exam, by=SYSTEM, at=AT)
    exam_setup.cancel_exam(exam=exam, reason="台风", by=SYSTEM, at=AT)

    _deliver("announced", reactions.tell_candidates)
    _deliver("cancelled", reactions.tell_candidates)

    (told,) = _told()
    assert "取消了" in told[1]


def test_who_is_given_more_hears_why():
    exam = make.exam(title="期末网上考核")
    one, _other = make.candidate(exam), make.candidate(exam)
    exam_setup.allow(exam=exam, enrolment=one, allowance=Allowance(extra_minutes=30, reason="视力障碍"), by=SYSTEM, at=AT)

    _deliver("allowed", reactions.tell_who_is_allowed_more)

    found = Delivery.objects.select_related("notice").get()
    assert (found.person_id, found.notice.title) == (one.person_id, "“期末网上考核”给您安排了照顾")
    assert "原因：视力障碍" in found.words
    assert found.notice.link == f"/assessment/my-exams/{exam.pk}/"
