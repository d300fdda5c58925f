"""Pages of assessment over HTTP: what they show, what they hide, whom they refuse, and what they cost."""

import io
import json
from dataclasses import dataclass
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from tests.assessment import factories as make
from tests.files import samples
from yanxiu.access import actions as access
from yanxiu.assessment import actions
from yanxiu.assessment.models import Answer, Attempt, Observation, Submission, SubmissionState
from yanxiu.catalogue.models import LessonCase, Step
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, Programme
from yanxiu.records.models import Record

HTMX = {"HX-Request": "true"}
OPEN_PLAN = make.PLAN.replace("2026-11-01", "2020-01-01").replace("2026-12-31", "2098-12-31").replace("MIN", "")


@dataclass
class Stage:
    """The cast with a programme that is open now: 李雷 studies, 王老师 marks, 外人 belongs elsewhere."""

    cast: object
    programme: Programme
    enrolment: Enrolment
    test: Step
    homework: Step
    case: LessonCase

    @property
    def learner(self) -> Actor:
        return make.learner(self.enrolment)

    def url(self, name: str, *args: int) -> str:
        return reverse(f"assessment:{name}", args=args)

    def of_step(self, name: str, step: Step) -> str:
        return self.url(name, self.enrolment.pk, step.pk)

    def of_case(self, name: str) -> str:
        return self.url(name, self.enrolment.pk, self.case.pk)

    def more(self, count: int) -> list[Enrolment]:
        return [make.participant(self.programme, self.cast.school) for _ in range(count)]


@pytest.fixture
def stage(cast, monkeypatch) -> Stage:
    monkeypatch.setattr(make, "PLAN", OPEN_PLAN)
    programme = make.programme(cast.county)
    course = make.course(programme)
    person = cast.person("李雷")
    enrolment = Enrolment.objects.create(
        programme=programme, version_id=programme.current_id, person=person, unit=cast.school, unit_path=cast.school.path, stage="初中",
        subject="数学", enrolled_at=make.AT,
    )  # fmt: skip
    make.rubric(cast.county)
    access.appoint(person=cast.person("王老师"), role="tutor", org=cast.county, from_on=date(2020, 1, 1), by=SYSTEM, at=make.AT)
    return Stage(
        cast=cast,
        programme=programme,
        enrolment=enrolment,
        test=make.quiz_step(course),
        homework=make.homework_step(course),
        case=make.case(cast.county, stage="初中", subject="数学", commentary="专家点评"),
    )


@pytest.fixture
def lilei(stage):
    return stage.cast.client_of("李雷")


@pytest.fixture
def marker(stage):
    from yanxiu.access.models import Appointment

    hat = Appointment.objects.get(role="tutor").pk
    return stage.cast.client_of("王老师", hat=str(hat))


def paper(attempt: Attempt, answers=make.RIGHT) -> dict[str, object]:
    """What the browser sends for a whole paper."""
    chosen = make.positions(attempt, answers)
    return {"asked": list(chosen), **{f"q{number}": positions for number, positions in chosen.items()}}


def words(response) -> str:
    return response.content.decode()


def headline(response) -> str:
    return strip_tags(words(response).partition("<h1>")[2].partition("</h1>")[0])


# The test


def test_a_test_is_taken_from_start_to_result_without_javascript(stage, lilei):
    page = lilei.get(stage.of_step("test", stage.test))
    assert "3 道题，60 分通过" in words(page)
    assert "开始测试" in words(page)

    started = lilei.post(stage.of_step("start", stage.test))
    attempt = Attempt.objects.get()
    assert started["Location"] == stage.url("attempt", attempt.pk)

    saved = lilei.post(stage.url("save_answers", attempt.pk), paper(attempt, ((1,), (0,), ())), follow=True)
    assert "已答 2 题，共 3 题" in words(saved)
    asked = lilei.post(stage.url("hand_in", attempt.pk), paper(attempt, ((1,), (0,), ())))
    assert asked.status_code == 409
    assert "第 3 题没有答" in words(asked)
    assert "就这样交卷" in words(asked)
    result = lilei.post(stage.url("hand_in", attempt.pk), {**paper(attempt), "allow_blank": "1"}, follow=True)

    assert "通过了，100 分" in words(result)
    assert "能核对的是事实。" in words(result)
    assert words(result).count("正确答案</span>") == 4
    assert "测试已通过，100 分" in words(lilei.get(stage.of_step("test", stage.test)))


def test_an_open_paper_tells_nothing_of_what_is_right(stage, lilei):
    attempt = make.attempt(stage.enrolment, stage.test)

    open_page = words(lilei.get(stage.url("attempt", attempt.pk)))
    saved = words(lilei.post(stage.url("save_answers", attempt.pk), paper(attempt), headers=HTMX | {"HX-Target": "answered"}))

    for text in (open_page, saved):
        assert "证据可以核对" not in text
        assert "正确答案" not in text
        assert "解析" not in text


def test_after_a_failure_wrong_questions_stay_closed_until_nothing_is_left(stage, lilei):
    wrong = ((0,), (0, 2), (0,))
    first = make.handed_in(stage.enrolment, stage.test, answers=wrong)
    make.handed_in(stage.enrolment, stage.test, answers=wrong)

    answer = lilei.get(stage.url("attempt", first.pk))
    assert headline(answer) == "还没有通过，33.33 分，60 分及格"
    closed = words(answer)
    assert "证据可以核对。" not in closed
    assert "正确答案</span>" not in closed
    assert "能核对的是事实。" in closed
    assert "再做一次" in closed

    make.handed_in(stage.enrolment, stage.test, answers=wrong)
    opened = words(lilei.get(stage.url("attempt", first.pk)))
    assert "证据可以核对。" in opened
    assert "再做一次" not in opened


def test_an_answer_is_kept_by_htmx_and_the_part_comes_back(stage, lilei):
    attempt = make.attempt(stage.enrolment, stage.test)
    (position,) = make.positions(attempt)[1]

    answer = lilei.post(stage.url("save_answers", attempt.pk), {"asked": 1, "q1": position}, headers=HTMX | {"HX-Target": "answered"})

    assert words(answer).lstrip().startswith('<div id="answered"')
    assert "已答 1 题，共 3 题" in words(answer)
    assert Answer.objects.get().chosen == [1]


@pytest.mark.parametrize(
    "sent",
    [{"asked": "1", "q1": "9"}, {"asked": "1", "q1": "x"}, {"asked": "-1"}, {"asked": "99"}, {"asked": "１"}, {"asked": ["1"] * 501}],
)
def test_forged_answers_get_a_sentence_and_nothing_is_kept(stage, lilei, sent):
    attempt = make.attempt(stage.enrolment, stage.test)

    refused = lilei.post(stage.url("save_answers", attempt.pk), sent, headers={"Accept": "application/json"})

    assert refused.status_code == 422
    assert "请刷新后" in refused.json()["message"]
    assert not Answer.objects.exists()


def test_a_second_handing_in_leads_to_the_result(stage, lilei):
    attempt = make.handed_in(stage.enrolment, stage.test)

    again = lilei.post(stage.url("hand_in", attempt.pk), paper(attempt, ((0,), (), (0,))))

    assert again["Location"] == stage.url("attempt", attempt.pk)
    attempt.refresh_from_db()
    assert attempt.passed


# Homework


def test_homework_is_saved_handed_in_returned_and_accepted(stage, lilei, marker):
    first = words(lilei.get(stage.of_step("homework", stage.homework)))
    assert "作业还差 10 字" in first
    assert "<p>写一份观课记录。</p>" in first
    assert "正文 <span" not in first  # it is asked for, not optional
    kept = lilei.post(stage.of_step("save_homework", stage.homework), {"text": "写了一半"}, headers={"Accept": "application/json"})
    assert set(kept.json()) == {"at"}
    assert "写了一半" in words(lilei.get(stage.of_step("homework", stage.homework)))

    lilei.post(stage.of_step("submit_homework", stage.homework), {"text": "第三分钟教师问为什么，等了七秒。"})
    waiting = Submission.objects.get()
    assert "等指导教师批阅" in words(lilei.get(stage.of_step("homework", stage.homework)))

    returned = marker.post(stage.url("return_homework", waiting.pk), {"reason": "请补一段原话"}, follow=True)
    assert "没有待批的作业" in words(returned)
    assert "请补一段原话" in words(lilei.get(stage.of_step("homework", stage.homework)))
    lilei.post(stage.of_step("submit_homework", stage.homework), {"text": "教师问为什么，学生说因为没有力，等了七秒。"})

    assert "李雷" in words(marker.get(stage.url("queue")))
    marker.post(stage.url("accept_homework", waiting.pk), {"score": "88.5", "comment": "有原话"})
    final = words(lilei.get(stage.of_step("homework", stage.homework)))
    assert "作业合格，88.5 分" in final
    assert "有原话" in final


def test_too_short_a_homework_comes_back_with_what_was_written(stage, lilei):
    refused = lilei.post(stage.of_step("submit_homework", stage.homework), {"text": "太短 <b>了</b>"})

    assert refused.status_code == 422
    assert "还差 5 字" in words(refused)
    assert "太短 &lt;b&gt;了&lt;/b&gt;" in words(refused)


def test_a_refused_homework_with_odd_characters_is_no_success(stage, lilei):
    refused = lilei.post(stage.of_step("submit_homework", stage.homework), {"text": "\x00太短"})

    assert refused.status_code == 422
    assert Submission.objects.count() == 0


@pytest.mark.slow  # a file is looked at by a process of its own
def test_files_come_and_go_on_the_page(stage, lilei, settings, tmp_path):
    settings.DATA = tmp_path
    page = stage.of_step("homework", stage.homework)

    refused = lilei.post(stage.of_step("attach", stage.homework), {"file": io.BytesIO(b"")})
    assert refused.status_code == 422
    upload = io.BytesIO(samples.PDF)
    upload.name = "观课记录.pdf"
    lilei.post(stage.of_step("attach", stage.homework), {"file": upload})
    shown = words(lilei.get(page))
    assert "观课记录.pdf" in shown
    assert settings.FILES_URL in shown

    attachment = Submission.objects.get()
    from yanxiu.assessment.models import Attachment

    lilei.post(stage.url("detach", Attachment.objects.get(submission=attachment).pk))
    assert ">观课记录.pdf<" not in words(lilei.get(page))


# Marking


def test_after_a_decision_the_next_one_opens(stage, marker):
    first, second = (make.submission(one, stage.homework) for one in stage.more(2))

    answer = marker.post(stage.url("accept_homework", first.pk), {"score": "80", "comment": ""})

    assert answer["Location"] == stage.url("mark", second.pk)
    assert "给了 80 分" in words(marker.get(answer["Location"]))


@pytest.mark.parametrize(
    ("name", "sent", "sentence"),
    [
        ("accept_homework", {"score": "59"}, "合格要 60 分"),
        ("accept_homework", {"score": "七十"}, "数"),
        ("accept_homework", {"score": "1e5"}, "0 到 100"),
        ("return_homework", {"reason": " "}, "还没填"),
    ],
)
def test_a_bad_mark_comes_back_with_the_reason_at_its_field(stage, marker, name, sent, sentence):
    waiting = make.submission(stage.enrolment, stage.homework)

    refused = marker.post(stage.url(name, waiting.pk), sent)

    assert refused.status_code == 422
    assert sentence in words(refused)
    waiting.refresh_from_db()
    assert waiting.state == SubmissionState.SUBMITTED


def test_what_another_marked_meanwhile_says_so(stage, marker):
    waiting = make.submission(stage.enrolment, stage.homework)
    make.mark(waiting)

    assert "不用再批" in words(marker.get(stage.url("mark", waiting.pk)))
    assert marker.post(stage.url("accept_homework", waiting.pk), {"score": "90"}).status_code == 409


def test_a_marker_who_studies_too_does_not_find_the_own_work(stage, marker):
    person = stage.cast.person("王老师")
    own = Enrolment.objects.create(
        programme=stage.programme, version_id=stage.programme.current_id, person=person, unit=stage.cast.school,
        unit_path=stage.cast.school.path, stage="初中", subject="数学", enrolled_at=make.AT,
    )  # fmt: skip
    waiting = make.submission(own, stage.homework)

    assert "没有待批的作业" in words(marker.get(stage.url("queue")))
    refused = marker.post(stage.url("accept_homework", waiting.pk), {"score": "90"})

    assert refused.status_code == 403
    assert "不能由自己批阅" in words(refused)


# Observing


def test_a_case_is_observed_beside_its_film(stage, lilei):
    page = words(lilei.get(stage.of_case("observe")))
    assert "<video controls" in page
    assert 'crossorigin="anonymous"' in page
    sheet = {"level_goals": "0", "report": "开头"}
    assert set(lilei.post(stage.of_case("save_observation"), sheet, headers={"Accept": "application/json"}).json()) == {"at"}

    refused = lilei.post(stage.of_case("submit_observation"), sheet)
    assert refused.status_code == 422
    assert "“教学效果”还没有评；观课报告还差 198 字" in words(refused)
    assert "开头" in words(refused)
    done = lilei.post(stage.of_case("submit_observation"), {"level_goals": "0", "level_outcome": "1", "report": make.REPORT}, follow=True)

    assert headline(done) == "观课报告已交，评了 44 分，满分 50"
    assert Observation.objects.get().submitted_at is not None


@pytest.mark.parametrize("sheet", [{"level_goals": "7"}, {"level_goals": "x"}])
def test_a_forged_sheet_gets_a_sentence_and_nothing_is_kept(stage, lilei, sheet):
    refused = lilei.post(stage.of_case("save_observation"), sheet, headers={"Accept": "application/json"})

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert not Observation.objects.exists()


def test_a_case_withdrawn_meanwhile_stays_readable_to_who_began(stage, lilei):
    actions.save_observation(enrolment=stage.enrolment, case=stage.case, levels={}, report="写过的", by=stage.learner, at=make.AT)
    LessonCase.objects.update(withdrawn_at=make.AT)

    page = lilei.get(stage.of_case("observe"))

    assert page.status_code == 200
    assert "写过的" in words(page)
    assert "已经撤下" in words(page)


def test_scores_reach_the_author_and_the_office_without_names(stage, lilei):
    observers = [make.participant(stage.programme, stage.cast.school, name=f"观课人{n}", stage="初中", subject="数学") for n in (1, 2)]
    for one, goals in zip(observers, (0, 1), strict=True):
        make.observation(one, stage.case, goals=goals)
    LessonCase.objects.update(author_id=stage.enrolment.person_id)
    url = stage.url("case_scores", stage.case.pk)

    for name in ("李雷", "教务"):
        page = stage.cast.client_of(name).get(url)
        assert headline(page) == "2 份观课报告，平均 42.3 分，满分 50"  # (44 + 40.5) / 2 = 42.25
        assert "18.3" in words(page)
        assert "观课人" not in words(page)
    assert stage.cast.client_of("外人").get(url).status_code == 404
    assert stage.cast.client_of("韩梅梅").get(url).status_code == 404


# Who may


def test_a_stranger_finds_nothing_and_changes_nothing(stage):
    attempt = make.attempt(stage.enrolment, stage.test)
    waiting = make.submission(stage.enrolment, stage.homework)
    before = Record.objects.count()
    stranger = stage.cast.client_of("外人")
    reads = [stage.of_step("test", stage.test), stage.url("attempt", attempt.pk), stage.of_step("homework", stage.homework),
             stage.of_case("observe"), stage.url("case_scores", stage.case.pk)]  # fmt: skip
    writes = [stage.of_step("start", stage.test), stage.url("save_answers", attempt.pk), stage.url("hand_in", attempt.pk),
              stage.of_step("save_homework", stage.homework), stage.of_step("submit_homework", stage.homework),
              stage.of_step("attach", stage.homework), stage.of_case("save_observation"), stage.of_case("submit_observation")]  # fmt: skip

    assert {stranger.get(url).status_code for url in reads} == {404}
    assert {stranger.post(url, paper(attempt)).status_code for url in writes} == {404}
    for name in ("queue", "mark", "accept_homework", "return_homework"):
        url = stage.url(name, *([] if name == "queue" else [waiting.pk]))
        assert (stranger.get(url) if name in ("queue", "mark") else stranger.post(url)).status_code == 403
    assert Record.objects.count() == before


def test_the_signed_out_are_sent_to_the_door(stage, client):
    assert reverse("people:sign_in") in client.get(stage.of_step("test", stage.test))["Location"]
    assert client.post(stage.of_step("start", stage.test)).status_code == 302
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("name", ["start", "save_homework", "submit_homework", "attach", "submit_observation"])
def test_verbs_are_not_done_by_looking(stage, lilei, name):
    step = stage.test if name == "start" else stage.homework

    assert lilei.get(stage.of_step(name, step)).status_code == 405


def test_the_school_looks_at_results_and_not_at_open_papers(stage):
    running = make.attempt(stage.enrolment, stage.test)
    office = stage.cast.client_of("韩梅梅")
    assert office.get(stage.url("attempt", running.pk)).status_code == 404

    actions.hand_in(attempt=running, chosen=make.positions(running), allow_blank=True, by=stage.learner, at=make.AT)

    shown = office.get(stage.url("attempt", running.pk))
    assert shown.status_code == 200
    assert "再做一次" not in words(shown)
    assert office.post(stage.url("hand_in", running.pk)).status_code == 404


# Cost


def cost(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as taken:
        assert client.get(url).status_code == 200
    return len(taken)


def test_pages_cost_the_same_at_one_and_at_many(stage, lilei, marker):
    office = stage.cast.client_of("教务")
    own = make.submission(stage.enrolment, stage.homework)
    make.attachment(stage.more(1)[0], stage.homework)
    make.handed_in(stage.enrolment, stage.test, answers=((0,), (), ()))
    observer = make.participant(stage.programme, stage.cast.school, stage="初中", subject="数学")
    make.observation(observer, stage.case)
    pages = {
        "queue": (marker, stage.url("queue")),
        "mark": (marker, stage.url("mark", own.pk)),
        "test": (lilei, stage.of_step("test", stage.test)),
        "scores": (office, stage.url("case_scores", stage.case.pk)),
    }
    at_one = {name: cost(*page) for name, page in pages.items()}

    for one in stage.more(10):
        make.submission(one, stage.homework)
    for _ in range(2):
        make.handed_in(stage.enrolment, stage.test, answers=((0,), (), ()))
    for _ in range(9):
        make.observation(make.participant(stage.programme, stage.cast.school, stage="初中", subject="数学"), stage.case)

    assert {name: cost(*page) for name, page in pages.items()} == at_one
    assert max(at_one.values()) <= 10


def test_a_paper_and_a_homework_cost_at_most_ten(stage, lilei):
    few, many = (
        make.quiz_step(stage.test.course, questions=make.QUESTIONS[:1]),
        make.quiz_step(stage.test.course, questions=make.QUESTIONS * 10),
    )
    papers = {make.attempt(stage.enrolment, step).pk for step in (few, many)}
    costs = {cost(lilei, stage.url("attempt", pk)) for pk in papers}
    make.attachment(stage.enrolment, stage.homework)
    one = cost(lilei, stage.of_step("homework", stage.homework))
    make.attachment(stage.enrolment, stage.homework)

    assert len(costs) == 1
    assert cost(lilei, stage.of_step("homework", stage.homework)) == one
    assert max(*costs, one, cost(lilei, stage.of_case("observe"))) <= 10


def test_the_answer_of_saving_is_small_json(stage, lilei):
    kept = lilei.post(stage.of_step("save_homework", stage.homework), {"text": "一"}, headers={"Accept": "application/json"})

    assert json.loads(kept.content)["at"].count(":") == 1
    assert Person.objects.get(name="李雷").pk == Submission.objects.get().enrolment.person_id
