"""What is posted by mistake or malice where exams are marked, ruled about, released and appealed against: a sentence, and nothing changes."""

import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from tests.assessment import exam_factories as exams
from tests.assessment.stages import Stage, released, staged
from yanxiu.assessment.models import (
    AnswerMark,
    Exam,
    ExamMarker,
    MarkingTask,
    ResultEdition,
    ScoreAppeal,
    ScoreRuling,
    SittingAnswer,
    SittingResult,
)
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
LONG = "长" * 1_001


def stored() -> list[object]:
    """All that these doors may change."""
    kept = (AnswerMark, ExamMarker, MarkingTask, ResultEdition, ScoreAppeal, ScoreRuling, SittingAnswer, SittingResult)
    rows: list[object] = [list(model.objects.order_by("pk").values()) for model in kept]
    return [*rows, list(Exam.objects.values("edition", "released_at", "pass_score")), Record.objects.count()]


@pytest.fixture
def stage(cast) -> Stage:
    return staged(cast)


@pytest.fixture
def shown(stage) -> Stage:
    """The same once its results are out, with an appeal that waits."""
    released(stage)
    stage.learner.post(stage.url("appeal_score", stage.sitting.pk), {"number": "4", "reason": "第 4 题写了证据，没有给分"})
    return stage


MARKING = {
    "no answer": ({"points": "5", "round": "1"}, 404, "没有找到这份答卷"),
    "an answer that is none": ({"task": "x1", "points": "5", "round": "1"}, 404, "没有找到这份答卷"),
    "a number without end": ({"task": "9" * 5000, "points": "5", "round": "1"}, 404, "没有找到这份答卷"),
    "no points": ({"task": "TASK", "points": "", "round": "1"}, 422, "请写给多少分"),
    "words for points": ({"task": "TASK", "points": "八分", "round": "1"}, 422, "请写给多少分"),
    "more than there are": ({"task": "TASK", "points": "10.5", "round": "1"}, 422, "给分在 0 到 10 之间"),
    "less than nothing": ({"task": "TASK", "points": "-0.5", "round": "1"}, 422, "给分在 0 到 10 之间"),
    "three places": ({"task": "TASK", "points": "7.125", "round": "1"}, 422, "最多两位小数"),
    "not a number": ({"task": "TASK", "points": "NaN", "round": "1"}, 422, "给分在 0 到 10 之间"),
    "beyond all": ({"task": "TASK", "quick": "1e999", "round": "1"}, 422, "给分在 0 到 10 之间"),
    "another round": ({"task": "TASK", "points": "5", "round": "2"}, 409, "刚由别的老师阅过"),
    "a review's round": ({"task": "TASK", "points": "5", "round": "4"}, 409, "刚由别的老师阅过"),
    "no round": ({"task": "TASK", "points": "5"}, 409, "刚由别的老师阅过"),
    "a comment without end": ({"task": "TASK", "points": "5", "round": "1", "comment": LONG}, 422, "最多 500 字"),
}


@pytest.mark.parametrize("case", MARKING)
def test_marks_that_cannot_be_are_refused_and_nothing_is_stored(stage, case):
    sent, status, says = MARKING[case]
    task = MarkingTask.objects.get()
    before = stored()
    answer = stage.expert.post(stage.url("mark_answer"), {**sent, "task": task.pk} if sent.get("task") == "TASK" else sent)

    assert (answer.status_code, says in strip_tags(answer.content.decode())) == (status, True)
    assert stored() == before


HANDLING = {
    "answers still unmarked": ("propose", {}, 409, "还有 1 份答卷有题没有阅完"),
    "nothing to release": ("release_results", {}, 409, "没有算好的成绩"),
    "nothing to drop": ("drop_proposal", {}, 409, "没有待发布的成绩"),
    "a marker that is nobody": ("appoint_marker", {"person": "0"}, 404, "没有找到这位老师"),
    "a marker in words": ("appoint_marker", {"person": "王老师"}, 404, "没有找到这位老师"),
    "no decision": ("rule", {"version": "VERSION", "reason": "歧义"}, 422, "请选怎样改判"),
    "a decision that is none": ("rule", {"version": "VERSION", "kind": "double", "reason": "歧义"}, 422, "请选怎样改判"),
    "the pass line as a question's": ("rule", {"version": "VERSION", "kind": "pass_score", "reason": "歧义"}, 422, "请选怎样改判"),
    "no reason": ("rule", {"version": "VERSION", "kind": "everybody", "reason": " "}, 422, "改判的理由"),
    "no other answer": ("rule", {"version": "VERSION", "kind": "accept", "reason": "歧义"}, 422, "另认的答案"),
    "an answer that is no option": ("rule", {"version": "VERSION", "kind": "accept", "reason": "歧义", "q1": "77"}, 422, "第 1 题"),
    "a question nobody got": ("rule", {"version": "999999999", "kind": "everybody", "reason": "歧义"}, 404, "没有考这道题"),
    "a pass line in words": ("rule", {"pass_score": "六十", "reason": "会议"}, 422, "及格线在 0 到 100 之间"),
    "a pass line above all": ("rule", {"pass_score": "100.01", "reason": "会议"}, 422, "及格线在 0 到 100 之间"),
    "a pass line of three places": ("rule", {"pass_score": "59.995", "reason": "会议"}, 422, "及格线在 0 到 100 之间"),
}


@pytest.mark.parametrize("case", HANDLING)
def test_what_an_office_cannot_do_is_refused_and_nothing_changes(stage, case):
    name, sent, status, says = HANDLING[case]
    version = exams.papers.read(stage.exam.paper.sections)[0].fixed[0].version
    before = stored()
    answer = stage.office.post(stage.url(name), {**sent, "version": version} if sent.get("version") == "VERSION" else sent)

    assert (answer.status_code, says in strip_tags(answer.content.decode())) == (status, True)
    assert stored() == before


APPEALING = {
    "no reason": ({"number": "3", "reason": ""}, 422, "请写明哪里不对"),
    "a reason of a word": ({"number": "3", "reason": "不对"}, 422, "请写明哪里不对"),
    "a reason without end": ({"number": "3", "reason": LONG}, 422, "最多 1000 字"),
    "a question that is not there": ({"number": "5", "reason": "第 5 题我写对了"}, 422, "没有第 5 题"),
    "twice": ({"number": "4", "reason": "第 4 题写了证据，没有给分"}, 409, "已经申请过复核"),
}


@pytest.mark.parametrize("case", APPEALING)
def test_appeals_that_cannot_be_are_refused_and_nothing_is_stored(shown, case):
    sent, status, says = APPEALING[case]
    before = stored()
    answer = shown.learner.post(shown.url("appeal_score", shown.sitting.pk), sent)

    assert (answer.status_code, says in strip_tags(answer.content.decode())) == (status, True)
    assert stored() == before


DECIDING = {
    "no points": ({"decision": "change", "answer": "核对过，补给分"}, 422, "请写改成多少分"),
    "words for points": ({"decision": "change", "points_4": "满分", "answer": "核对过，补给分"}, 422, "第 4 题的分数读不出来"),
    "more than there are": ({"decision": "change", "points_4": "11", "answer": "核对过，补给分"}, 422, "第 4 题给分在 0 到 10 之间"),
    "another question": ({"decision": "change", "points_1": "5", "answer": "核对过，补给分"}, 422, "没有要求复核第 1 题"),
    "no words": ({"decision": "keep", "answer": ""}, 422, "请写给考生的答复"),
    "words without end": ({"decision": "keep", "answer": LONG}, 422, "最多 1000 字"),
}


@pytest.mark.parametrize("case", DECIDING)
def test_decisions_that_cannot_be_are_refused_and_nothing_changes(shown, case):
    sent, status, says = DECIDING[case]
    before = stored()
    answer = shown.expert.post(shown.url("decide_appeal", ScoreAppeal.objects.get().pk), sent)

    assert (answer.status_code, says in strip_tags(answer.content.decode())) == (status, True)
    assert stored() == before


def test_what_was_typed_stays_in_the_form_that_was_sent(shown):
    learner, expert = shown.learner, shown.expert
    of_one = learner.post(shown.url("appeal_score", shown.sitting.pk), {"number": "3", "reason": "不对"}).content.decode()
    of_all = learner.post(shown.url("appeal_score", shown.sitting.pk), {"number": "", "reason": "再看"}).content.decode()
    decided = expert.post(
        shown.url("decide_appeal", ScoreAppeal.objects.get().pk), {"decision": "change", "points_4": "11", "answer": "核对过，补给分"}
    ).content.decode()

    assert re.search(r'id="reason-3"[^>]*aria-invalid="true"[^>]*>不对</textarea>', of_one)
    assert re.search(r'id="reason-all"[^>]*aria-invalid="true"[^>]*>再看</textarea>', of_all)
    assert (of_one.count("aria-invalid"), of_all.count("aria-invalid")) == (1, 1)
    assert re.search(r'name="points_4"[^>]*value="11"', decided)
    assert "核对过，补给分</textarea>" in decided


def test_what_is_not_theirs_nobody_reaches_by_its_number(shown):
    appeal, mark = ScoreAppeal.objects.get(), AnswerMark.objects.get()
    ruling = exams.score_ruling(exam=shown.exam)
    before = stored()
    tried = [
        (client, client.post(reverse(f"assessment:{name}", args=[number]), sent).status_code)
        for name, number, sent in (
            ("unmark", mark.pk, {}),
            ("withdraw_appeal", appeal.pk, {}),
            ("decide_appeal", appeal.pk, {"decision": "keep", "answer": "没有问题，维持"}),
            ("withdraw_ruling", ruling.pk, {}),
            ("appeal_score", shown.sitting.pk, {"number": "", "reason": "请再看一遍"}),
        )
        for client in (shown.cast.client_of("外人"), shown.cast.client_of("韩梅梅"))
    ]

    assert {status for _client, status in tried} <= {403, 404}
    assert stored() == before


@pytest.mark.parametrize(
    "odd", ["?page=0&sort=x&show=%00&size=9999999", "?page=99999999999999999999", "?sort=q-1&q=%27%3B--", "?sort=q9%5E9"]
)
def test_odd_addresses_show_the_page(shown, odd):
    office = shown.office
    for name in ("results", "exam_results", "markers", "rulings"):
        url = shown.url(name) if name != "results" else reverse("assessment:results")
        assert office.get(url + odd).status_code == 200
    assert shown.expert.get(reverse("assessment:appeals") + odd).status_code == 200
