"""The pages: the whole way without JavaScript, refusals at their field, who may knock, equal queries for 1 and 10 rows."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.files import samples
from tests.integrity import factories as make
from tests.integrity import steps
from tests.learning import factories as learning
from tests.programmes import factories as programmes
from yanxiu.integrity.models import Appeal, Decision, Enclosure, Finding, Handling, Inquiry, InquiryState, Outcome, Statement
from yanxiu.kit import clock
from yanxiu.learning.reactions import withhold_hours
from yanxiu.records.models import Record

TEACHER, OFFICE, SCHOOL, ABOVE = "李雷", "教务", "韩梅梅", "省办"


@pytest.fixture
def teacher(cast):
    return cast.person(TEACHER)


@pytest.fixture
def signal(teacher):
    return make.signal(teacher)


def inquiry_of(cast, teacher, **facts) -> Inquiry:
    now = clock.now()
    facts = {"state": "asked", "asked_at": now, "due_at": now + timedelta(days=7), "question": steps.QUESTION} | facts
    facts = {"opened_by": cast.person(OFFICE).pk} | facts
    return make.inquiry(teacher, seat=cast.county, appeal_seat=cast.city, **facts)


def test_the_whole_way_from_signal_to_lifted_decision(cast, teacher, signal):
    office, own, above = cast.client_of(OFFICE), cast.client_of(TEACHER, hat="learner"), cast.client_of(ABOVE)
    records = steps.completed(teacher)
    listed = office.get("/integrity/signals/").content.decode()
    assert "1 位教师的学习情况等人看" in listed
    assert "不等于违规" in listed

    answer = office.post(f"/integrity/signals/{teacher.pk}/open/", {"signals": signal.pk})
    inquiry = Inquiry.objects.get()
    here = f"/integrity/inquiries/{inquiry.pk}/"
    assert answer["Location"] == here
    assert own.get(f"/integrity/explanations/{inquiry.pk}/").status_code == 404

    office.post(f"{here}ask/", {"question": steps.QUESTION, "days": "7"})
    page = own.get(f"/integrity/explanations/{inquiry.pk}/").content.decode()
    assert steps.QUESTION in page
    assert "另一位 1" in page

    file = SimpleUploadedFile("签到表.png", samples.picture())
    own.post(f"/integrity/explanations/{inquiry.pk}/answer/", {"text": steps.ANSWER, "uploads": [file]})
    kept = Enclosure.objects.get()
    assert office.get(f"/integrity/enclosures/{kept.pk}/").status_code == 302
    assert cast.client_of("外人").get(f"/integrity/enclosures/{kept.pk}/").status_code == 404

    preview = office.get(here, {"finding": "hours", "records": records[0], "reason": steps.REASON}).content.decode()
    assert "这样办以后会怎样" in preview
    assert not Decision.objects.exists()
    office.post(f"{here}decide/", {"finding": "hours", "records": records[0], "reason": steps.REASON})
    withhold_hours(Record.objects.get(verb="decided", object_type="inquiry"))
    assert "所列记录不计学时" in own.get(f"/integrity/explanations/{inquiry.pk}/").content.decode()

    own.post(f"/integrity/explanations/{inquiry.pk}/appeal/", {"reason": "签到表可以证明我在场。"})
    above.post(f"{here}hear/", {"outcome": "lifted", "opinion": "签到表属实。"})

    inquiry.refresh_from_db()
    assert (inquiry.state, Appeal.objects.get().outcome) == (InquiryState.CLOSED, Outcome.LIFTED)
    assert "撤销原决定" in own.get(f"/integrity/explanations/{inquiry.pk}/").content.decode()
    assert "签到表属实" in office.get(here).content.decode()
    table = office.get("/integrity/inquiries/export/").content.decode("utf-8-sig")
    assert "撤销原决定，学时恢复" in table


def test_signals_are_set_aside_with_a_reason_and_refused_without(cast, teacher, signal):
    office = cast.client_of(OFFICE)
    refused = office.post(f"/integrity/signals/{teacher.pk}/dismiss/", {"signals": signal.pk, "reason": ""})
    assert (refused.status_code, "理由至少写 4 个字" in refused.content.decode()) == (422, True)
    assert not Handling.objects.exists()

    office.post(f"/integrity/signals/{teacher.pk}/dismiss/", {"signals": signal.pk, "reason": "机房轮流使用，与课表相符"})

    page = office.get(f"/integrity/signals/{teacher.pk}/").content.decode()
    assert "处理过的 1 条" in page
    assert "没有等人看的线索" in office.get("/integrity/signals/").content.decode()


def test_the_school_sees_and_speaks_but_does_not_open(cast, teacher, signal):
    school = cast.client_of(SCHOOL)
    page = school.get(f"/integrity/signals/{teacher.pk}/").content.decode()
    assert "立案和处置由上一级管理员办理" in page
    assert "立案核查" not in page
    assert school.post(f"/integrity/signals/{teacher.pk}/open/", {"signals": signal.pk}).status_code == 403

    inquiry = inquiry_of(cast, teacher)
    assert "学校说明" in school.get(f"/integrity/inquiries/{inquiry.pk}/").content.decode()
    school.post(f"/integrity/inquiries/{inquiry.pk}/comment/", {"text": "当天下午机房安排了集中研修。"})
    assert Statement.objects.get().kind == "school"


@pytest.mark.parametrize(
    ("path", "sent", "place"),
    [
        ("ask", {"question": "", "days": "7"}, "question"), ("ask", {"question": steps.QUESTION, "days": "99"}, "days"),
        ("decide", {"finding": "no_fault", "reason": ""}, "reason"), ("decide", {"finding": "gone", "reason": steps.REASON}, "finding"),
        ("decide", {"finding": "hours", "reason": steps.REASON, "records": "x"}, "records"),
    ],
)  # fmt: skip
def test_bad_forms_are_refused_at_their_field_and_change_nothing(cast, teacher, path, sent, place):
    inquiry = inquiry_of(cast, teacher, state="open", asked_at=None, due_at=None, question="")

    answer = cast.client_of(OFFICE).post(f"/integrity/inquiries/{inquiry.pk}/{path}/", sent)

    assert answer.status_code == 422
    assert f"id_{place}" in answer.content.decode()
    inquiry.refresh_from_db()
    assert inquiry.state == "open"


def test_an_empty_answer_and_appeal_are_refused(cast, teacher):
    own = cast.client_of(TEACHER, hat="learner")
    inquiry = inquiry_of(cast, teacher)
    assert own.post(f"/integrity/explanations/{inquiry.pk}/answer/", {"text": ""}).status_code == 422

    Inquiry.objects.filter(pk=inquiry.pk).update(state="decided", appeal_due_at=clock.now() + timedelta(days=3))
    make.decision(inquiry, finding=Finding.WARNING)
    assert own.post(f"/integrity/explanations/{inquiry.pk}/appeal/", {"reason": "不"}).status_code == 422
    assert not Appeal.objects.exists()


@pytest.mark.parametrize("who", ["外人", "王老师", "方案", "审计", "运维"])
def test_others_are_refused(cast, teacher, signal, who):
    inquiry = inquiry_of(cast, teacher)
    browser = cast.client_of(who)

    for path in (f"signals/{teacher.pk}/", f"inquiries/{inquiry.pk}/", f"explanations/{inquiry.pk}/"):
        assert browser.get(f"/integrity/{path}").status_code in (403, 404)


def test_the_teacher_learns_of_nothing_before_she_is_asked(cast, teacher, signal):
    own = cast.client_of(TEACHER, hat="learner")
    inquiry_of(cast, teacher, state="open", asked_at=None, due_at=None, question="")

    assert "没有需要说明的情况" in own.get("/integrity/explanations/").content.decode()


def test_an_office_does_not_meet_its_own_matter_in_the_lists(cast):
    me = cast.person(OFFICE)
    make.signal(me)
    inquiry = inquiry_of(cast, me, opened_by=0)

    browser = cast.client_of(OFFICE)

    assert "没有等人看的线索" in browser.get("/integrity/signals/").content.decode()
    assert browser.get(f"/integrity/inquiries/{inquiry.pk}/").status_code == 404


def test_filters_narrow_the_list_and_remarks_wait_behind_one(cast, teacher):
    make.signal(teacher, strength=1, kind="hidden_page")
    office = cast.client_of(OFFICE)

    assert "没有等人看的线索" in office.get("/integrity/signals/").content.decode()
    assert TEACHER in office.get("/integrity/signals/?least=1&kind=hidden_page&q=李").content.decode()
    assert "没有找到" in office.get("/integrity/signals/?least=1&kind=far_networks").content.decode()


def test_lists_cost_the_same_for_one_and_ten(cast, teacher, assert_same_queries):
    browser = cast.client_of(OFFICE)
    make.signal(teacher)
    inquiry_of(cast, teacher)

    def more():
        for _ in range(9):
            one = programmes.teacher(cast.school)
            make.signal(one)
            make.signal(one, on_day=date(2026, 11, 18))
            inquiry_of(cast, one)

    def read():
        assert browser.get("/integrity/signals/").status_code == 200
        assert browser.get("/integrity/inquiries/").status_code == 200
        assert browser.get("/integrity/inquiries/export/").status_code == 200

    assert_same_queries(read, more, at_most=30)


def test_one_inquiry_costs_the_same_for_one_and_ten(cast, teacher, assert_same_queries):
    office, own = cast.client_of(OFFICE), cast.client_of(TEACHER, hat="learner")
    inquiry = inquiry_of(cast, teacher, state="answered")
    said = make.statement(inquiry)
    make.enclosure(said)
    make.handling(make.signal(teacher), inquiry=inquiry)

    def more():
        for _ in range(9):
            make.enclosure(make.statement(inquiry))
            make.handling(make.signal(teacher), inquiry=inquiry)
            steps.completed(teacher, number=1)

    count = assert_same_queries(lambda: office.get(f"/integrity/inquiries/{inquiry.pk}/"), more)
    assert assert_same_queries(lambda: own.get(f"/integrity/explanations/{inquiry.pk}/"), lambda: None) <= count


def test_the_way_to_the_lists_and_to_the_question(cast, teacher):
    inquiry = inquiry_of(cast, teacher)
    one = learning.programme(cast.county)
    learning.enrolment(one, teacher, stage="初中", subject="数学")

    assert f"/integrity/explanations/{inquiry.pk}/" in cast.client_of(TEACHER, hat="learner").get("/").content.decode()
    for who in (OFFICE, SCHOOL):
        assert 'href="/integrity/signals/"' in cast.client_of(who).get("/programmes/withdrawals/").content.decode()


@pytest.mark.parametrize("outcome", [None, "kept"])
def test_a_decided_one_stays_within_ten_queries(cast, teacher, outcome, django_assert_max_num_queries):
    office, own, above = cast.client_of(OFFICE), cast.client_of(TEACHER, hat="learner"), cast.client_of(ABOVE)
    office.post(f"/integrity/signals/{teacher.pk}/open/", {"signals": make.signal(teacher).pk})
    here, mine = (f"/integrity/{name}/{Inquiry.objects.get().pk}/" for name in ("inquiries", "explanations"))
    office.post(f"{here}ask/", {"question": steps.QUESTION, "days": "7"})
    own.post(f"{mine}answer/", {"text": steps.ANSWER})
    office.post(f"{here}decide/", {"finding": "hours", "records": steps.completed(teacher), "reason": steps.REASON})
    if outcome:
        own.post(f"{mine}appeal/", {"reason": "签到表可以证明我在场。"})
        assert "决定申诉" in above.get(here).content.decode()
        above.post(f"{here}hear/", {"outcome": outcome, "opinion": "签到表不能证明。"})

    for browser, path in ((office, here), (own, mine)):
        browser.get(path)  # shows the note of what was just done, once
        with django_assert_max_num_queries(10):
            assert "课堂观察" in browser.get(path).content.decode()


def test_one_person_costs_the_same_for_one_and_ten(cast, teacher, signal, assert_same_queries):
    office = cast.client_of(OFFICE)

    assert_same_queries(
        lambda: office.get(f"/integrity/signals/{teacher.pk}/"),
        lambda: [make.handling(make.signal(teacher)) and make.signal(teacher) for _ in range(9)],
    )
