"""Pages of results, marking, rulings and appeals over HTTP: the way through, refusals in place, and what they cost."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from tests.assessment import exam_factories as exams
from tests.assessment import factories as make
from tests.assessment import scored
from tests.assessment.scored import OVER, RIGHT, WORDS
from tests.assessment.stages import Stage, released, staged
from yanxiu.assessment import actions
from yanxiu.assessment.models import (
    AnswerMark,
    Exam,
    ExamMarker,
    MarkingTask,
    ResultEdition,
    ScoreAppeal,
    ScoreRuling,
    Sitting,
    SittingResult,
)
from yanxiu.people.roster.workbook import Workbook
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(cast) -> Stage:
    return staged(cast)


def _text(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def test_marking_goes_from_answer_to_answer_without_names(stage):
    stage.more(1)
    expert = stage.expert
    listed = _text(expert.get(reverse("assessment:exams_to_mark")))
    waiting = _text(expert.get(stage.url("desk")))
    claimed = expert.post(stage.url("claim_next"))
    desk = expert.get(claimed.url)
    task = MarkingTask.objects.order_by("pk").first()

    assert "2 道答题待阅" in listed
    assert "开始阅" in waiting
    assert WORDS in _text(desk)
    assert "先事实后判断。" in _text(desk)
    assert "李雷" not in _text(desk)
    main = desk.content.decode().split("<main", 1)[1]
    assert stage.cast.school.name not in main
    marked = expert.post(stage.url("mark_answer"), {"task": task.pk, "round": 1, "points": "7.5", "comment": "好"})
    assert marked.status_code == 302
    assert AnswerMark.objects.get().points == Decimal("7.5")
    assert "给了 7.5 分" in _text(expert.get(marked.url))
    second = MarkingTask.objects.order_by("pk").last()
    last = expert.post(stage.url("mark_answer"), {"task": second.pk, "round": 1, "quick": "10"})
    assert last.url == reverse("assessment:exams_to_mark")
    undone = expert.post(reverse("assessment:unmark", args=[AnswerMark.objects.get(points=10).pk]))
    assert undone.status_code == 302
    assert AnswerMark.objects.count() == 1


@pytest.mark.parametrize("points", ["", "十分", "10.5", "-1"])
def test_points_that_cannot_be_are_said_beside_the_field(stage, points):
    expert = stage.expert
    expert.post(stage.url("claim_next"))
    answer = expert.post(stage.url("mark_answer"), {"task": MarkingTask.objects.get().pk, "round": 1, "points": points, "comment": "留着"})

    assert answer.status_code == 422
    assert "分" in _text(answer)
    assert "留着" in answer.content.decode()
    assert not AnswerMark.objects.exists()


def test_results_come_out_by_two_presses(stage):
    office = stage.office
    waiting = office.get(stage.url("exam_results"))
    assert "还有 1 道答题没有阅完" in _text(waiting)
    refused = office.post(stage.url("propose"))
    assert refused.status_code == 409
    scored.marked(stage.sitting, points="6")
    office.post(stage.url("propose"), {"reason": ""})
    proposed = _text(office.get(stage.url("exam_results")))
    before = _text(stage.learner.get(stage.url("sitting_result", stage.sitting.pk)))
    office.post(stage.url("release_results"))
    after = _text(stage.learner.get(stage.url("sitting_result", stage.sitting.pk)))

    assert "还没有公布，只有办理成绩的人看得到" in proposed
    assert "成绩还没有公布" in before
    assert "通过了，90 分" in after
    assert "得 6 分" in after
    assert "证据可以核对。" in after


@pytest.mark.parametrize(
    ("reveal", "shown", "hidden"), [("score", "只公布分数", "观课记录写什么"), ("right", "观课记录写什么", "证据可以核对")]
)
def test_candidates_see_what_the_exam_reveals(stage, reveal, shown, hidden):
    released(stage)
    Exam.objects.update(reveal=reveal)
    text = _text(stage.learner.get(stage.url("sitting_result", stage.sitting.pk)))

    assert shown in text
    assert hidden not in text


def test_a_result_is_nobody_elses(stage):
    released(stage)
    for name in ("韩梅梅", "外人", "教务"):
        assert stage.cast.client_of(name).get(stage.url("sitting_result", stage.sitting.pk)).status_code == 404


def test_an_appeal_goes_there_and_back(stage):
    released(stage)
    learner, expert = stage.learner, stage.expert
    refused = learner.post(stage.url("appeal_score", stage.sitting.pk), {"number": "4", "reason": "嗯"})
    filed = learner.post(stage.url("appeal_score", stage.sitting.pk), {"number": "4", "reason": "第 4 题写了判断"})
    appeal = ScoreAppeal.objects.get()
    queue = _text(expert.get(reverse("assessment:appeals")))
    page = _text(expert.get(stage.url("appeal", appeal.pk)))
    empty = expert.post(stage.url("decide_appeal", appeal.pk), {"decision": "change", "answer": "看过了，漏了第二段"})
    bad = expert.post(stage.url("decide_appeal", appeal.pk), {"decision": "change", "points_4": "九", "answer": "看过了，漏了第二段"})
    done = expert.post(stage.url("decide_appeal", appeal.pk), {"decision": "change", "points_4": "9", "answer": "看过了，漏了第二段"})
    result = _text(learner.get(stage.url("sitting_result", stage.sitting.pk)))

    assert refused.status_code == 422
    assert "哪里不对" in _text(refused)
    assert filed.status_code == done.status_code == 302
    assert "第 4 题，期末网上考核" in queue
    assert "第 4 题写了判断" in page
    assert "李雷" not in page
    assert empty.status_code == bad.status_code == 422
    assert "97.5 分" in result
    assert "看过了，漏了第二段" in result
    assert "已改分" in _text(expert.get(reverse("assessment:appeals") + "?state=decided"))


def test_an_appeal_is_taken_back(stage):
    released(stage)
    learner = stage.learner
    learner.post(stage.url("appeal_score", stage.sitting.pk), {"number": "", "reason": "请整份再看一遍"})
    appeal = ScoreAppeal.objects.get()
    assert appeal.number is None
    assert stage.cast.client_of("外人").post(stage.url("withdraw_appeal", appeal.pk)).status_code == 404
    learner.post(stage.url("withdraw_appeal", appeal.pk))
    assert "复核已撤回" in _text(learner.get(stage.url("sitting_result", stage.sitting.pk)))


def test_a_ruling_by_its_page(stage):
    released(stage)
    office = stage.office
    listed = office.get(stage.url("rulings"))
    version = exams.papers.read(stage.exam.paper.sections)[0].fixed[0].version
    page = office.get(stage.url("ruling", stage.exam.pk, version))
    unsaid = office.post(stage.url("rule"), {"version": version, "reason": "歧义"})
    given = office.post(stage.url("rule"), {"version": version, "kind": "accept", "reason": "选 A 也对", "q1": "0", "asked": "1"})
    pass_score = office.post(stage.url("rule"), {"pass_score": "60.5", "reason": "会议决定"})
    bad = office.post(stage.url("rule"), {"pass_score": "一百", "reason": "会议决定"})

    assert "观课记录写什么" in _text(listed)
    assert "另认一个答案" in _text(page)
    assert unsaid.status_code == bad.status_code == 422
    assert given.status_code == pass_score.status_code == 302
    assert list(ScoreRuling.objects.order_by("pk").values_list("kind", "given")) == [("accept", [0]), ("pass_score", None)]
    office.post(stage.url("withdraw_ruling", ScoreRuling.objects.get(kind="pass_score").pk))
    assert ScoreRuling.objects.count() == 1


def test_a_ruling_is_about_the_question_that_was_pressed(stage):
    released(stage)
    office = stage.office
    listed = office.get(stage.url("rulings")).content.decode()
    version = exams.papers.read(stage.exam.paper.sections)[0].fixed[1].version
    page = office.get(stage.url("ruling", stage.exam.pk, version)).content.decode()
    unsaid = office.post(stage.url("rule"), {"version": version, "kind": "accept", "reason": "歧义"}).content.decode()
    office.post(stage.url("rule"), {"version": version, "kind": "accept", "reason": "只选一个也对", "q1": ["0"]})

    assert re.search(rf'/rulings/{version}/">2\. ', listed)
    for html in (page, unsaid):
        assert "第 2 题怎样改判" in strip_tags(html)
        assert re.findall(r'yx-asked-number">(\d+)<', html) == ["2", "2"]
    ruling = ScoreRuling.objects.get()
    assert (ruling.version_id, ruling.given) == (version, [0])


@pytest.mark.parametrize(
    ("agent", "focused"),
    [
        ({"user-agent": "Mozilla/5.0 (Linux; Android 14) Mobile"}, '<a href="#points" autofocus>'),
        ({"sec-ch-ua-mobile": "?1", "user-agent": "Mozilla/5.0"}, '<a href="#points" autofocus>'),
        ({"user-agent": "Mozilla/5.0 (Windows NT 10.0)"}, '<input class="form-control" id="points"'),
    ],
)
def test_the_focus_goes_to_one_place_of_the_desk(stage, agent, focused):
    expert = stage.expert
    expert.post(stage.url("claim_next"))
    html = expert.get(stage.url("desk"), headers=agent).content.decode()
    task = MarkingTask.objects.get()
    refused = expert.post(stage.url("mark_answer"), {"task": task.pk, "round": 1, "points": "多"}, headers=agent).content.decode()

    assert (html.count("autofocus"), refused.count("autofocus")) == (1, 1)
    assert "autofocus" in next(piece for piece in html.split("<") if f"<{piece}".startswith(focused.split(" autofocus")[0]))
    assert "autofocus" in next(piece for piece in refused.split("<") if 'id="points"' in piece)


def test_markers_are_appointed_and_seen(stage):
    office = stage.office
    person = stage.cast.person("王老师")
    listed = _text(office.get(stage.url("markers")))
    office.post(stage.url("appoint_marker"), {"person": person.pk})
    appointed = _text(office.get(stage.url("markers")))
    odd = office.post(stage.url("appoint_marker"), {"person": stage.cast.person("外人").pk})

    assert "王老师" in listed
    assert "不再阅" in appointed
    assert odd.status_code == 404
    office.post(stage.url("dismiss_marker", stage.exam.pk, person.pk))
    assert not ExamMarker.objects.exists()


def test_the_table_sorts_filters_and_leaves_as_a_workbook(stage):
    released(stage)
    stage.more(3)
    exam = Exam.objects.select_related("programme").get(pk=stage.exam.pk)
    for task in MarkingTask.objects.filter(round=1):
        actions.mark_answer(task=task, round_number=1, points=Decimal(2), comment="", by=scored.marker(stage.cast.county), at=OVER)
    actions.propose(exam=exam, reason="补交", by=scored.office(exam), at=OVER)
    office = stage.office
    version = exams.papers.read(stage.exam.paper.sections)[0].fixed[3].version

    by_question = office.get(stage.url("exam_results") + f"?sort=q{version}&size=500")
    found = _text(office.get(stage.url("exam_results") + "?q=李雷&show=passed"))
    none = _text(office.get(stage.url("exam_results") + "?q=没有这个人"))
    file = office.get(stage.url("export_results") + "?sort=name")

    assert by_question.content.decode().index("李雷") > 0
    assert "李雷" in found
    assert "没有这样的答卷" in none
    rows = next(iter(Workbook(b"".join(file.streaming_content)).sheets(first_rows=50))).rows
    assert [rows[1][column] for column in (0, 4, 9)] == ["姓名", "百分制", "第 4 题"]
    assert len(rows) == 5
    assert Record.objects.filter(verb="exported", object_type="scores").count() == 1


def test_schools_see_their_own_once_it_is_out(stage):
    school = stage.cast.client_of("韩梅梅")
    assert school.get(stage.url("exam_results")).status_code == 404
    released(stage)
    elsewhere = make.participant(stage.exam.programme, exams.programmes.org(parent=stage.cast.county, name="别的学校"))
    scored.sat(stage.exam, RIGHT, enrolment=elsewhere)
    stage.exam.refresh_from_db()
    page = _text(school.get(stage.url("exam_results")))

    assert "李雷" in page
    assert elsewhere.person.name not in page
    assert "公布成绩" not in page


@pytest.mark.parametrize("name", ["results", "exam_results", "markers", "rulings", "desk", "exams_to_mark", "appeals", "sitting_result"])
def test_pages_cost_ten_queries_at_most(stage, assert_same_queries, name):
    released(stage)
    stage.more(1)
    client = stage.expert if name in {"desk", "exams_to_mark", "appeals"} else stage.learner if name == "sitting_result" else stage.office
    if name == "desk":
        client.post(stage.url("claim_next"))
    args = {"sitting_result": [stage.sitting.pk], "results": [], "exams_to_mark": [], "appeals": []}.get(name, [stage.exam.pk])
    url = reverse(f"assessment:{name}", args=args)

    def more():
        stage.more()
        for sitting in Sitting.objects.filter(exam=stage.exam).exclude(pk=stage.sitting.pk):
            SittingResult.objects.get_or_create(
                sitting=sitting,
                edition=1,
                defaults={"points_each": ["10"] * 4, "points": 40, "score": 100, "passed": True, "computed_at": OVER},
            )
            exams.score_appeal(sitting=sitting)
        scored.written_exam(programme=stage.exam.programme)

    assert_same_queries(lambda: client.get(url), more)


def test_a_proposal_is_dropped(stage):
    scored.marked(stage.sitting, points="6")
    office = stage.office
    office.post(stage.url("propose"))
    office.post(stage.url("drop_proposal"))
    assert not ResultEdition.objects.exists()


def test_others_are_refused(stage):
    for name in ("李雷", "韩梅梅", "外人"):
        client = stage.cast.client_of(name)
        for address in ("propose", "release_results", "drop_proposal", "appoint_marker", "rule", "mark_answer", "claim_next"):
            assert client.post(stage.url(address)).status_code in (403, 404), (name, address)
