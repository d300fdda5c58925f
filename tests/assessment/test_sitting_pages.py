"""The pages of an exam over HTTP: the way through without scripts, devices, refusals, what they hide, and what they cost."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from tests.assessment import exam_factories as exams
from tests.assessment import factories as make
from tests.cast import Cast
from yanxiu.assessment import exam_tickets
from yanxiu.assessment.models import Exam, Sitting, SittingAnswer
from yanxiu.programmes.models import Enrolment

PHONE = "Mozilla/5.0 (Linux; Android 14) Mobile"


@dataclass
class Hall:
    """李雷 may sit an exam that is open; his classmate too."""

    cast: Cast
    exam: Exam
    enrolment: Enrolment

    def browser(self, name: str = "李雷") -> Client:
        return self.cast.client_of(name)

    def begun(self, browser: Client) -> str:
        """Begin, and return the address of the sheet."""
        answer = browser.post(reverse("assessment:begin_sitting", args=[self.exam.pk]), headers={"user-agent": PHONE})
        assert answer.status_code == 302
        return answer["Location"]


@pytest.fixture
def hall(cast) -> Hall:
    programme = make.programme(cast.county)
    now = datetime.now(UTC)
    exam = exams.exam(
        programme=programme, paper=exams.paper(*make.QUESTIONS, exams.FILLED, exams.ESSAY, owner=cast.county),
        opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=2), title="期末网上考核",
    )  # fmt: skip
    enrolment = Enrolment.objects.create(
        programme=programme, version_id=programme.current_id, person=cast.person("李雷"), unit=cast.school, unit_path=cast.school.path,
        stage="高中", subject="物理", enrolled_at=make.AT,
    )  # fmt: skip
    return Hall(cast, exam, enrolment)


def fields_of(page: str) -> dict[str, list[str]]:
    """The form of a sheet as a browser without scripts would send it, nothing chosen."""
    return {"asked": re.findall(r'name="asked" value="(\d+)"', page), "lease": re.findall(r'name="lease" value="(\d+)"', page)[:1]}


def shown(browser: Client, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_way_through_without_scripts(hall):
    browser = hall.browser()
    assert "“期末网上考核”已经开考" in shown(browser, reverse("assessment:my_exams"))
    cover = shown(browser, reverse("assessment:my_exam", args=[hall.exam.pk]))
    assert "5 道题，60 分钟，准备好就开始" in strip_tags(cover)  # its clauses stand in marks of their own

    url = hall.begun(browser)
    page = shown(browser, url)
    assert "已答" in page
    ticket = exam_tickets.read(re.search(r'data-ticket="([^"]+)"', page)[1])
    assert (ticket.sitting, ticket.person, ticket.lease) == (Sitting.objects.get().pk, hall.enrolment.person_id, 1)

    saved = browser.post(f"{url}save/", {**fields_of(page), "q1": "1", "q4.1": "证据", "q4.2": "感受", "q5": "先说事实。"}, follow=True)
    assert "已存" in saved.content.decode()
    assert SittingAnswer.objects.get(number=4).given == ["证据", "感受"]

    asked = browser.post(f"{url}hand-in/", {**fields_of(page), "q1": "1", "q4.1": "证据", "q4.2": "感受", "q5": "先说事实。"})
    assert "还有 2 题没有答，要交卷吗" in asked.content.decode()
    assert Sitting.objects.get().handed_in_at is None

    done = browser.post(f"{url}hand-in/", {**fields_of(page), "q1": "1", "confirm": "1"}, follow=True).content.decode()
    assert "已交卷：5 题答了 1 题" in done  # what the form no longer held was taken back
    assert Sitting.objects.get().handed_in_at is not None


def test_the_sheet_tells_nothing_that_is_right(hall):
    page = shown(hall.browser(), hall.begun(hall.browser()))

    for hidden in ("证据可以核对", "先事实后判断", "采分点"):
        assert hidden not in page


def test_another_device_must_take_over(hall):
    phone, pad = hall.browser(), hall.browser()
    url = hall.begun(phone)
    page = shown(phone, url)

    assert "这场考试在另一台设备上进行" in shown(pad, url)
    assert "data-ticket" not in shown(pad, url)
    assert "data-ticket" in pad.post(f"{url}take-over/", follow=True).content.decode()

    refused = phone.post(f"{url}save/", {**fields_of(page), "q1": "1"})
    assert refused.status_code == 409
    assert not SittingAnswer.objects.exists()
    assert "这场考试在另一台设备上进行" in shown(phone, url)


def test_when_time_is_up_the_form_is_not_taken_and_the_receipt_says_so(hall):
    browser = hall.browser()
    url = hall.begun(browser)
    page = shown(browser, url)
    now = datetime.now(UTC)
    Sitting.objects.update(started_at=now - timedelta(hours=1), ends_at=now - timedelta(seconds=1))

    assert browser.post(f"{url}save/", {**fields_of(page), "q1": "1"}).status_code == 409
    receipt = browser.post(f"{url}hand-in/", {**fields_of(page), "q1": "1"}, follow=True).content.decode()

    assert "时间到，已自动交卷：5 题答了 0 题" in receipt
    assert Sitting.objects.get().handed_in_at == Sitting.objects.get().ends_at


def test_a_request_that_waited_counts_by_its_arrival(hall):
    browser = hall.browser()
    url = hall.begun(browser)
    page = shown(browser, url)
    now = datetime.now(UTC)
    early, hour_ago = (now - timedelta(seconds=3)).isoformat(), (now - timedelta(hours=1)).isoformat()

    Sitting.objects.update(started_at=now - timedelta(hours=1), ends_at=now - timedelta(seconds=40))
    assert browser.post(f"{url}save/", {**fields_of(page), "q1": "1"}, headers={"x-received": hour_ago}).status_code == 409
    assert browser.post(f"{url}save/", {**fields_of(page), "q1": "1"}, headers={"x-received": "nonsense"}).status_code == 409
    Sitting.objects.update(ends_at=now - timedelta(seconds=2))
    assert browser.post(f"{url}save/", {**fields_of(page), "q1": "1"}, headers={"x-received": early}).status_code == 302
    assert SittingAnswer.objects.get(number=1).given is not None


@pytest.mark.parametrize("name", ["王老师", "外人"])
def test_others_find_nothing(hall, name):
    url = hall.begun(hall.browser())
    other = hall.browser(name)

    for path in (url, reverse("assessment:my_exam", args=[hall.exam.pk])):
        assert other.get(path).status_code == 404
    for path in (f"{url}save/", f"{url}hand-in/", f"{url}take-over/", reverse("assessment:begin_sitting", args=[hall.exam.pk])):
        assert other.post(path, {"lease": "1"}).status_code == 404
    assert Sitting.objects.get().lease == 1


UNFIT = {
    "nothing at all": ({}, "这一页不完整"),
    "no lease": ({"lease": "x", "asked": "1", "q1": "1"}, "这一页不完整"),
    "a place that is no option": ({"lease": "1", "asked": "1", "q1": "77"}, "第 1 题"),
    "words for a place": ({"lease": "1", "asked": "1", "q1": "甲"}, "第 1 题"),
    "a blank without end": ({"lease": "1", "asked": "4", "q4.1": "长" * 300}, "第 4 题"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_what_no_page_sends_is_refused_and_nothing_is_stored(hall, case):
    sent, says = UNFIT[case]
    browser = hall.browser()
    url = hall.begun(browser)
    answers = [browser.post(f"{url}save/", sent), browser.post(f"{url}hand-in/", {**sent, "confirm": "yes"})]

    assert [(one.status_code, says in strip_tags(one.content.decode())) for one in answers] == [(422, True)] * 2
    assert not SittingAnswer.objects.exists()
    assert Sitting.objects.get().handed_in_at is None


def test_a_result_is_shown_only_when_released(hall):
    browser = hall.browser()
    row = exams.sitting(exam=hall.exam, enrolment=hall.enrolment, handed_in_at=make.AT + timedelta(minutes=40))
    exams.sitting_result(sitting=row, score=Decimal("87.5"), passed=True, edition=1)
    Exam.objects.update(edition=1)

    assert "87.5" not in shown(browser, reverse("assessment:my_exams"))
    Exam.objects.update(released_at=make.AT + timedelta(hours=3))
    assert "87.5" in shown(browser, reverse("assessment:my_exams"))
    assert "87.5 分，通过" in shown(browser, reverse("assessment:sitting", args=[row.pk]))


def test_the_home_says_what_to_do(hall):
    browser = hall.browser()
    assert "期末网上考核" in shown(browser, "/")

    hall.begun(browser)
    assert "接着考" in shown(browser, "/")


def test_pages_cost_the_same_for_one_and_for_ten(hall, assert_same_queries):
    browser = hall.browser()
    url = hall.begun(browser)

    def more():
        for _ in range(9):
            other = exams.exam(
                programme=hall.exam.programme, paper=hall.exam.paper, opens_at=hall.exam.opens_at, closes_at=hall.exam.closes_at
            )
            row = exams.sitting(exam=other, enrolment=hall.enrolment, handed_in_at=make.AT + timedelta(minutes=1))
            exams.sitting_answer(sitting=row)

    assert_same_queries(lambda: shown(browser, reverse("assessment:my_exams")), more)
    assert_same_queries(lambda: shown(browser, reverse("assessment:my_exam", args=[hall.exam.pk])), more)
    sitting = Sitting.objects.get(exam=hall.exam)
    numbers = iter(range(2, 6))
    exams.sitting_answer(sitting=sitting)
    assert_same_queries(lambda: shown(browser, url), lambda: [exams.sitting_answer(sitting=sitting, number=n) for n in numbers])
    Sitting.objects.filter(pk=sitting.pk).update(handed_in_at=datetime.now(UTC))
    assert_same_queries(lambda: shown(browser, url), more)
