"""The pages of the catalogue: who sees what, forms without JavaScript, and the same number of queries for 1 and 10 rows."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.catalogue.factories import SINGLE, course, lesson_case, published_case, published_course, ready_course, step, worker
from tests.files import samples
from yanxiu.catalogue import actions
from yanxiu.catalogue.content import Homework, QuestionSet, Test, Text
from yanxiu.catalogue.models import Course, CourseState, LessonCase, Step
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import SYSTEM
from yanxiu.records.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # whole pages for a whole cast


@pytest.fixture
def designer(cast):
    return cast.client_of("方案")


def url(name: str, *args) -> str:
    return reverse(f"catalogue:{name}", args=args)


def facts(**changes) -> dict:
    return {
        "title": "有效观课",
        "summary": "怎样看课",
        "topic": "班级管理",
        "hours": "2",
        "stages": ["初中"],
        "subjects": ["数学"],
    } | changes


def film(name: str = "film", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}.mp4", content or samples.film(3), content_type="video/mp4")


# The whole way without JavaScript


def test_a_designer_writes_a_course_and_publishes_it(designer, cast):
    answer = designer.post(url("draft_course"), facts())
    draft = Course.objects.get()
    assert answer.url == url("edit_course", draft.pk)
    assert draft.owner == cast.county

    for kind, data in (
        ("video", {"film": film(), "captions": SimpleUploadedFile("a.vtt", samples.CAPTIONS)}),
        ("text", {"source": "## 观课\n\n先定问题。"}),
        ("question", {"questions": "1. 写证据？\n答案：对"}),
        ("test", {"questions": "1. 写证据？\nA. 是\nB. 否\n答案：A", "pass_score": "80", "attempts": "0"}),
        ("homework", {"task": "写记录", "need_text": "required", "amount_text": "300", "points": "100", "pass_points": "60"}),
    ):
        answer = designer.post(url("add_step", draft.pk, kind), {"title": f"环节 {kind}", **data})
        assert answer.status_code == 302, answer.content.decode()

    page = designer.get(url("course", draft.pk)).content.decode()
    assert "还不能发布" not in page
    assert designer.post(url("publish", draft.pk)).status_code == 302
    draft.refresh_from_db()
    assert draft.state == CourseState.PUBLISHED
    assert list(Step.objects.order_by("number").values_list("kind", flat=True)) == ["video", "text", "question", "test", "homework"]
    assert Step.objects.get(kind="video").seconds == 3
    assert designer.session["note"] == "已发布，可以排进方案供教师选择"


def test_steps_are_moved_replaced_and_removed(designer, cast):
    draft = course(owner=cast.county)
    first, second = (step(course=draft, title=title) for title in "甲乙")

    designer.post(url("move_step", second.pk), {"to": "1"})
    form = designer.get(url("replace_step", first.pk)).content.decode()
    assert "观课前先定一个问题。" in form
    designer.post(url("replace_step", first.pk), {"title": "丙", "source": "新正文"})
    assert list(Step.objects.order_by("number").values_list("title", flat=True)) == ["乙", "丙"]

    designer.post(url("remove_step", second.pk))
    assert list(Step.objects.values_list("number", "title")) == [(1, "丙")]


def test_replacing_a_film_without_a_file_keeps_the_film(designer, cast):
    draft = course(owner=cast.county)
    designer.post(url("add_step", draft.pk, "video"), {"title": "第一讲", "film": film()})
    before = Step.objects.get()

    designer.post(url("replace_step", before.pk), {"title": "新名", "captions": SimpleUploadedFile("a.vtt", samples.CAPTIONS)})

    after = Step.objects.get()
    assert (after.title, after.media_id, after.captions.name) == ("新名", before.media_id, "a.vtt")


def test_review_and_its_reason(designer, cast, at):
    draft = ready_course(owner=cast.county)
    county = cast.client_of("教务")
    actions.submit(course=draft, by=SYSTEM, at=at)

    answer = county.post(url("send_back", draft.pk), {"reason": ""})
    assert answer.status_code == 422
    assert "请写明退回的原因" in answer.content.decode()
    assert county.post(url("send_back", draft.pk), {"reason": "第 2 题有误"}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == CourseState.DRAFT


def test_after_the_word_of_an_expert_the_course_waits_for_publishing_alone(cast, at):
    reviewed = ready_course(owner=cast.county, by=SYSTEM)
    actions.submit(course=reviewed, by=worker("designer", cast.county), at=at)
    county = cast.client_of("教务")
    before = county.get(url("course", reviewed.pk)).content.decode()

    actions.approve(course=reviewed, by=worker("expert", cast.county, person_id=300), at=at)
    after = county.get(url("course", reviewed.pk)).content.decode()

    assert ("审过，等发布" in before, "审这门课" in before) == (False, True)
    assert ("审过，等发布" in after, "审这门课" in after) == (True, False)


def test_archive_restore_and_copy(designer, cast):
    done = published_course(owner=cast.county)

    designer.post(url("archive", done.pk))
    done.refresh_from_db()
    assert done.state == CourseState.ARCHIVED
    designer.post(url("restore", done.pk))
    done.refresh_from_db()
    assert done.state == CourseState.PUBLISHED
    designer.post(url("copy_course", done.pk))
    assert Course.objects.get(copied_from=done.pk).state == CourseState.DRAFT


def test_a_lesson_case_is_registered_published_and_withdrawn(designer, cast):
    data = {"title": "勾股定理", "level": "省级", "stage": "初中", "subject": "数学", "author_name": "谢柏年", "film": film()}

    assert designer.post(url("register_case"), data).status_code == 302
    case = LessonCase.objects.get()
    assert (case.owner, case.seconds) == (cast.county, 3)
    designer.post(url("correct_case", case.pk), {**data, "title": "勾股定理的证明", "film": ""})
    designer.post(url("publish_case", case.pk))
    case.refresh_from_db()
    assert (case.title, case.is_published) == ("勾股定理的证明", True)
    assert designer.post(url("withdraw_case", case.pk), {"reason": ""}).status_code == 422
    assert designer.post(url("withdraw_case", case.pk), {"reason": "画面有正脸"}).status_code == 302
    case.refresh_from_db()
    assert not case.is_published


# Refusals say why and leave everything as it was


@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        ("video", {}, "还没有文件。请选一个上传"),
        ("video", {"film": film(content=b"<html>")}, "这不是 MP4 视频"),
        ("video", {"film": SimpleUploadedFile("a.exe", b"MZ")}, "这里只收视频"),
        ("video", {"film": SimpleUploadedFile("a.mp4", b"")}, "0 字节"),
        ("text", {"source": "  "}, "环节名称"),
        ("question", {"questions": "没有题号"}, "第 1 行：题目要以题号开头"),
        ("test", {"questions": "1. x\nA. a\nB. b\n答案：C", "pass_score": "60", "attempts": "1"}, "对不上选项"),
        ("test", {"questions": "1. x\n答案：对", "pass_score": "101", "attempts": "1"}, "100"),
        ("homework", {"task": "x", "need_text": "required", "points": "50", "pass_points": "60"}, "合格分应在 1 到 50"),
        ("homework", {"task": "x", "points": "100", "pass_points": "60"}, "还没有要交的东西"),
    ],
)
def test_a_step_that_cannot_be_used_is_explained_at_its_field(kind, data, reason, designer, cast):
    draft = course(owner=cast.county)
    before = Record.objects.count()
    for value in data.values():
        if hasattr(value, "seek"):
            value.seek(0)

    answer = designer.post(url("add_step", draft.pk, kind), {"title": "环节", **data})

    assert answer.status_code in {200, 422}
    assert reason in answer.content.decode()
    assert not Step.objects.exists()
    assert not StoredFile.objects.exists()
    assert Record.objects.count() == before


def test_a_kind_of_step_that_does_not_exist_leads_nowhere(designer, cast):
    draft = course(owner=cast.county)

    assert designer.get(url("add_step", draft.pk, "quiz")).status_code == 404


def test_a_course_form_with_mistakes_keeps_what_was_typed(designer):
    answer = designer.post(url("draft_course"), facts(hours="-1", stages=[]))

    page = answer.content.decode()
    assert "有 2 处要改，还没有存" in page
    assert "怎样看课" in page
    assert not Course.objects.exists()


def test_an_unfinished_course_says_what_is_missing_and_cannot_be_published(designer, cast):
    draft = course(owner=cast.county)

    page = designer.get(url("course", draft.pk)).content.decode()

    assert "还不能发布" in page
    assert "还没有环节，至少加一个视频、阅读或题目。" in page
    assert 'aria-disabled="true"' in page
    answer = designer.post(url("publish", draft.pk))
    assert answer.status_code == 409
    assert "还没有环节" in answer.content.decode()


def test_a_published_course_shows_no_way_to_change_it(designer, cast):
    done = published_course(owner=cast.county)

    page = designer.get(url("course", done.pk)).content.decode()

    assert url("correct_course", done.pk) not in page
    assert url("copy_course", done.pk) in page
    answer = designer.post(url("remove_step", Step.objects.filter(course=done).first().pk))
    assert answer.status_code == 409


# Who sees what


def test_a_learner_sees_published_courses_and_no_draft(cast):
    learner = cast.client_of("李雷")
    done, draft = published_course(owner=cast.county), ready_course(owner=cast.county)

    page = learner.get(url("courses")).content.decode()

    assert done.title in page
    assert draft.title not in page
    assert learner.get(url("course", done.pk)).status_code == 200
    assert learner.get(url("course", draft.pk)).status_code == 404


def test_answers_stay_with_those_who_write(cast):
    done = published_course(owner=cast.county)
    learner, school, designer = (cast.client_of(name) for name in ("李雷", "韩梅梅", "方案"))
    test = Step.objects.get(course=done, kind="test")

    assert SINGLE.explanation not in learner.get(url("course", done.pk)).content.decode()
    assert learner.get(url("preview_step", test.pk)).status_code == 403
    preview = school.get(url("preview_step", test.pk)).content.decode()
    assert SINGLE.stem in preview
    assert SINGLE.explanation not in preview
    assert "答案" not in preview
    assert school.get(url("replace_step", test.pk)).status_code == 403
    assert SINGLE.explanation in designer.get(url("replace_step", test.pk)).content.decode()


def test_a_preview_shows_the_film_from_the_second_origin(designer, cast, settings):
    done = published_course(owner=cast.county)

    page = designer.get(url("preview_step", Step.objects.get(course=done, kind="video").pk)).content.decode()

    assert f'src="{settings.FILES_URL}/' in page
    assert 'kind="captions"' in page


@pytest.mark.parametrize("name", ["外人", "李雷", "韩梅梅", "王老师", "运维", "审计"])
def test_nobody_else_writes(name, cast):
    draft = ready_course(owner=cast.county)
    one = Step.objects.filter(course=draft).first()
    case = lesson_case(owner=cast.county)
    client = cast.client_of(name)
    before = Record.objects.count()

    for address in (
        url("draft_course"), url("correct_course", draft.pk), url("copy_course", draft.pk), url("submit", draft.pk), url("publish", draft.pk),
        url("send_back", draft.pk), url("archive", draft.pk), url("restore", draft.pk), url("add_step", draft.pk, "text"),
        url("replace_step", one.pk), url("move_step", one.pk), url("remove_step", one.pk), url("register_case"),
        url("correct_case", case.pk), url("publish_case", case.pk), url("withdraw_case", case.pk),
    ):  # fmt: skip
        assert client.post(address, facts(to="1", reason="x")).status_code in {403, 404}, address
    assert Record.objects.count() == before


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get(url("courses")).url.startswith(reverse("people:sign_in"))


# Finding


def test_the_shelf_is_narrowed(designer, cast):
    published_course(owner=cast.county, title="有效观课", topic="班级管理")
    published_course(owner=cast.county, title="戏曲入门", topic="中国传统文化", stages=("小学",), subjects=("音乐",))
    published_course(owner=cast.county, title="心理健康", topic="学生心理健康教育", subjects=())

    def found(**given):
        page = designer.get(url("courses"), given).content.decode().replace("<mark>", "").replace("</mark>", "")
        return {title for title in ("有效观课", "戏曲入门", "心理健康") if f">{title}</a>" in page}

    assert found() == {"有效观课", "戏曲入门", "心理健康"}
    assert found(q="观课") == {"有效观课"}
    assert found(q="%") == set()
    assert found(topic="中国传统文化") == {"戏曲入门"}
    assert found(stage="小学") == {"戏曲入门"}
    assert found(subject="音乐") == {"戏曲入门", "心理健康"}
    assert found(state="draft") == set()
    assert found(state="nonsense", stage="大学") == {"有效观课", "戏曲入门", "心理健康"}


def test_the_case_shelf_is_narrowed(designer, cast):
    published_case(owner=cast.county, title="勾股定理", author_name="谢柏年")
    lesson_case(owner=cast.county, title="光的折射", subject="物理", level="国家级", author_name="周淑芬")

    page = designer.get(url("cases"), {"q": "周淑芬"}).content.decode()

    assert "光的折射" in page
    assert "勾股定理" not in page


# Cost


@pytest.mark.parametrize("name", ["courses", "cases"])
def test_a_list_costs_the_same_for_1_and_10_rows(name, designer, cast):
    make = published_course if name == "courses" else published_case
    make(owner=cast.county)
    designer.get(url(name))
    with CaptureQueriesContext(connection) as one:
        designer.get(url(name))
    for _ in range(9):
        make(owner=cast.county)
    with CaptureQueriesContext(connection) as ten:
        designer.get(url(name))

    assert len(one) == len(ten) <= 10


def test_a_course_page_costs_the_same_for_1_and_10_steps(designer, cast):
    draft = course(owner=cast.county)
    step(course=draft)
    designer.get(url("course", draft.pk))
    with CaptureQueriesContext(connection) as one:
        designer.get(url("course", draft.pk))
    for given in (Text(source="x"), QuestionSet(questions=(SINGLE,)), Test(questions=(SINGLE,)), Homework(task="x")) * 2:
        step(course=draft, content=given)
    with CaptureQueriesContext(connection) as ten:
        designer.get(url("course", draft.pk))

    assert len(one) == len(ten) <= 10


def test_a_page_of_twenty_leads_to_the_next(designer, cast):
    for _ in range(21):
        course(owner=cast.county)

    page = designer.get(url("courses")).content.decode()

    assert "再看 20 门" in page
    assert "再看" not in designer.get(url("courses"), {"page": "2"}).content.decode()
