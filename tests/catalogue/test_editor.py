"""The editor: every kind of step by its form, drafts of forms, order with and without a mouse, modules, review, versions, search."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.catalogue.factories import course, module, published_case, published_course, ready_course, review, step
from tests.drafts.forms import discard, keep
from tests.files import samples
from yanxiu.catalogue import actions, content
from yanxiu.catalogue.models import Course, Module, RemovedStep, Review, ReviewComment, Step
from yanxiu.drafts.models import Draft
from yanxiu.kit.actor import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # whole pages for a whole cast

CUES = "00:01\n观课先做什么？\nA. 定问题\nB. 打分\n答案：A"


@pytest.fixture
def designer(cast):
    return cast.client_of("方案")


@pytest.fixture
def draft(cast):
    return course(owner=cast.county)


def url(name: str, *args) -> str:
    return reverse(f"catalogue:{name}", args=args)


def picture(name="板书.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, samples.picture(), content_type="image/png")


def film() -> SimpleUploadedFile:
    return SimpleUploadedFile("第一讲.mp4", samples.film(3), content_type="video/mp4")


# Each kind by its form, and again to change it


@pytest.mark.parametrize(
    ("kind", "data", "check"),
    [
        ("discussion", {"prompt": "说一个您试过的追问。", "posts": "2", "min_characters": "40"}, {"posts": 2, "min_characters": 40}),
        ("link", {"url": "https://example.edu.cn/a?b=1", "why": "看目录", "min_seconds": "30"}, {"url": "https://example.edu.cn/a?b=1"}),
        (
            "offline",
            {"task": "听一节课。", "place": "本校", "min_characters": "100", "photos": "2"},
            {"photos": 2, "needs_confirmation": False},
        ),
    ],
)
def test_a_step_without_files(designer, draft, kind, data, check):
    assert designer.get(url("add_step", draft.pk, kind)).status_code == 200
    answer = designer.post(url("add_step", draft.pk, kind), {"title": "环节", **data})
    assert answer.url == url("edit_course", draft.pk), answer.content.decode()

    made = Step.objects.get()
    assert (made.kind, made.content | check) == (kind, made.content)
    form = designer.get(url("replace_step", made.pk)).content.decode()
    assert next(iter(data.values())).replace("&", "&amp;") in form
    assert designer.get(url("preview_step", made.pk)).status_code == 200


def test_a_film_with_questions_inside(designer, draft):
    answer = designer.post(url("add_step", draft.pk, "video"), {"title": "第一讲", "film": film(), "cues": CUES})
    assert answer.status_code == 302, answer.content.decode()

    made = Step.objects.get()
    sheet = content.read(made.content, content.CueSheet)
    assert [(cue.second, cue.required, cue.question.answers) for cue in sheet.cues] == [(1, True, (0,))]
    assert "00:01" in designer.get(url("replace_step", made.pk)).content.decode()
    assert "00:01" in designer.get(url("preview_step", made.pk)).content.decode()
    assert "定问题" not in designer.get(url("preview_step", made.pk)).content.decode()


@pytest.mark.parametrize(
    ("cues", "message"),
    [
        ("观课先做什么？", "第 1 行：先写时刻"),
        ("00:61\n题？\n答案：对", "没有“00:61”这个时刻"),
        ("00:02\n题？\n答案：对\n\n00:01\n题？\n答案：对", "不晚于前一处"),
        ("10:00\n题？\n答案：对", "片子只有 00:03"),
        ("00:01\n题？\nA. 一\nB. 二", "00:01 的提问：第 1 题（第 1 行起）：没有“答案：”"),
        ("00:01", "下面还没有题目"),
        ("00:01\n1. 题？\n答案：对\n2. 题？\n答案：错", "有 2 题"),
    ],
)
def test_questions_inside_that_cannot_be(designer, draft, cues, message):
    answer = designer.post(url("add_step", draft.pk, "video"), {"title": "第一讲", "film": film(), "cues": cues})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Step.objects.exists()


def test_a_document_and_its_replacement_keep_the_file(designer, draft):
    paper = SimpleUploadedFile("课标.docx", samples.office())
    facts = {"title": "课标", "dwell_seconds": "90", "is_downloadable": "on"}
    answer = designer.post(url("add_step", draft.pk, "document"), facts | {"document": paper})
    assert answer.status_code == 302, answer.content.decode()
    made = Step.objects.get()

    designer.post(url("replace_step", made.pk), {"title": "课标（节选）", "dwell_seconds": "30"})

    after = Step.objects.get()
    assert (after.title, after.media_id) == ("课标（节选）", made.media_id)
    assert after.content == {"dwell_seconds": 30, "is_downloadable": False}
    assert designer.get(url("preview_step", made.pk)).status_code == 200


def test_pictures_are_named_reordered_and_taken_out_by_lines(designer, draft):
    files = {"pictures": [picture("一.png"), picture("二.png"), picture("三.png")]}
    answer = designer.post(url("add_step", draft.pk, "images"), {"title": "板书", "dwell_seconds": "20", "captions": "", **files})
    assert answer.status_code == 302, answer.content.decode()
    made = Step.objects.get()
    first = content.read(made.content, content.ImageSet).pictures
    assert [one.caption for one in first] == ["一", "二", "三"]

    lines = "3. 结课板书\n1. 导入板书\n4."
    designer.post(
        url("replace_step", made.pk), {"title": "板书", "dwell_seconds": "20", "captions": lines, "pictures": [picture("新.png")]}
    )

    made.refresh_from_db()
    now = content.read(made.content, content.ImageSet).pictures
    assert [one.caption for one in now] == ["结课板书", "导入板书", "新"]
    assert [one.file_id for one in now][:2] == [first[2].file_id, first[0].file_id]
    refused = designer.post(url("replace_step", made.pk), {"title": "板书", "dwell_seconds": "20", "captions": "9. 没有"})
    assert "一共有 3 张" in refused.content.decode()


def test_a_lesson_case_inside_a_course(designer, draft, cast):
    case = published_case(owner=cast.county)
    page = designer.get(url("add_step", draft.pk, "case")).content.decode()
    assert case.title in page

    designer.post(url("add_step", draft.pk, "case"), {"title": "观一节课", "case_id": str(case.pk), "needs_report": "on"})

    assert Step.objects.get().content == {"case_id": case.pk, "needs_report": True}
    assert case.title in designer.get(url("preview_step", Step.objects.get().pk)).content.decode()


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        ("link", {"url": "javascript:alert(1)", "min_seconds": "1"}, "https:// 或 http:// 开头"),
        ("link", {"url": "https://a:b@example.com/", "min_seconds": "1"}, "账号或密码"),
        ("link", {"url": "https://[", "min_seconds": "1"}, "链接写得不对"),
        ("discussion", {"prompt": "问？", "posts": "0", "min_characters": "1"}, "至少发言"),
        ("offline", {"task": " ", "min_characters": "1", "photos": "1"}, "活动要求"),
        ("case", {"case_id": "999"}, "课例"),
        ("images", {"dwell_seconds": "1", "captions": ""}, "图片"),
        ("document", {"dwell_seconds": "1"}, "文档"),
        ("audio", {"cues": ""}, "音频"),
    ],
)
def test_what_cannot_be_used_is_explained(designer, draft, kind, data, message):
    answer = designer.post(url("add_step", draft.pk, kind), {"title": "环节", **data})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Step.objects.exists()


# Drafts of forms


def test_what_is_typed_comes_back(designer, draft):
    add = url("add_step", draft.pk, "text")
    assert keep(designer, add, {"title": "半", "source": "写到一半"}).json()["at"]

    page = designer.get(add).content.decode()
    assert "写到一半" in page
    assert "这是您上次没存完的内容" in page
    assert f'href="{add}"' in designer.get("/drafts/").content.decode()
    assert discard(designer, add).url == add
    assert "写到一半" not in designer.get(add).content.decode()


def test_a_draft_of_a_present_step(designer, draft):
    made = step(course=draft)
    keep(designer, url("replace_step", made.pk), {"title": "改了", "source": "新"})

    assert "改了" in designer.get(url("replace_step", made.pk)).content.decode()
    designer.post(url("replace_step", made.pk), {"title": "存了", "source": "新"})
    assert not Draft.objects.exists()


# Order, undo, modules


def test_moving_by_menu_and_by_drop(designer, draft):
    held = module(course=draft, title="甲")
    other = module(course=draft, number=2, title="乙")
    one = actions.add_step(course=draft, title="一", content=content.Text(source="x"), module=held, by=SYSTEM, at=draft.created_at)

    designer.post(url("move_step", one.pk), {"place": f"{other.pk}:1"})
    one.refresh_from_db()
    assert one.module_id == other.pk
    assert designer.post(url("move_step", one.pk), {"place": f"{other.pk}:9"}).status_code == 422


def test_removing_duplicating_and_putting_back(designer, draft):
    one = step(course=draft, title="一")
    designer.post(url("duplicate_step", one.pk))
    assert Step.objects.count() == 2
    designer.post(url("remove_step", one.pk))
    page = designer.get(url("edit_course", draft.pk)).content.decode()
    assert "移除了“一”" in page
    designer.post(url("put_back", RemovedStep.objects.get().pk))
    assert list(Step.objects.order_by("number").values_list("title", flat=True)) == ["一", "一（副本）"]


def test_a_module_is_written_moved_and_dissolved(designer, draft):
    facts = {
        "title": "走进课例",
        "goals": "会观课",
        "outcomes": "一份报告",
        "online_hours": "1.5",
        "offline_hours": "0",
        "is_compulsory": "on",
    }
    assert designer.post(url("add_module", draft.pk), facts).status_code == 302
    assert designer.post(url("add_module", draft.pk), facts | {"title": "第二"}).status_code == 302
    first, second = Module.objects.order_by("number")
    assert "会观课" in designer.get(url("correct_module", first.pk)).content.decode()
    assert designer.post(url("correct_module", first.pk), facts | {"title": "改名"}).status_code == 302
    assert designer.post(url("correct_module", first.pk), facts | {"online_hours": "-1"}).status_code == 422
    designer.post(url("move_module", second.pk), {"to": "1"})
    assert list(Module.objects.order_by("number").values_list("title", flat=True)) == ["第二", "改名"]
    designer.post(url("remove_module", second.pk))
    assert Module.objects.count() == 1


def test_the_editor_costs_the_same_for_1_and_10_steps(designer, draft, assert_same_queries):
    held = module(course=draft)
    step(course=draft)
    Step.objects.update(module=held)

    def more():
        for number in range(2, 6):
            module(course=draft, number=number)
        for _ in range(9):
            step(course=draft)

    assert_same_queries(lambda: designer.get(url("edit_course", draft.pk)), more)
    assert_same_queries(lambda: designer.get(url("add_step", draft.pk, "text")), more=lambda: step(course=draft))


def test_a_published_course_opens_its_page_instead(designer, cast):
    done = published_course(owner=cast.county)
    assert designer.get(url("edit_course", done.pk)).url == url("course", done.pk)


# Review


def test_an_expert_reads_remarks_and_approves(cast, designer, at):
    draft = actions.submit(course=ready_course(owner=cast.county), by=SYSTEM, at=at)
    office = cast.client_of("教务")
    assert "1 门课程等您审" in office.get(url("reviews")).content.decode()
    page = office.get(url("review_course", draft.pk)).content.decode()
    assert "等您的结论" in page
    one = Step.objects.filter(course=draft).first()
    assert "写这个环节的意见" in office.get(url("preview_step", one.pk)).content.decode()

    answer = office.post(url("comment", draft.pk), {"step": one.pk, "text": "字幕太快。", "back": "step"})
    assert answer.url == url("preview_step", one.pk)
    office.post(url("comment", draft.pk), {"text": "整体好。"})
    assert ReviewComment.objects.count() == 2
    assert office.post(url("comment", draft.pk), {"text": " "}).status_code == 422
    assert office.post(url("approve", draft.pk), {"word": "好"}).url == url("reviews")

    assert Review.objects.get().decision == "approved"
    assert "字幕太快" in designer.get(url("course", draft.pk)).content.decode()
    assert "没有等审的课程" in office.get(url("reviews")).content.decode()
    assert draft.title in office.get(url("reviews") + "?done=1").content.decode()


def test_the_reason_of_a_return_stands_in_the_editor(cast, designer, at):
    draft = actions.submit(course=ready_course(owner=cast.county), by=SYSTEM, at=at)
    cast.client_of("教务").post(url("send_back", draft.pk), {"reason": "第 2 题有误"})
    assert "第 2 题有误" in designer.get(url("edit_course", draft.pk)).content.decode()


def test_the_inbox_costs_the_same(cast, at, assert_same_queries):
    office = cast.client_of("教务")

    def more(count=9):
        for _ in range(count):
            waiting = course(owner=cast.county)
            Course.objects.filter(pk=waiting.pk).update(state="review")
            review(course=waiting)

    more(1)
    assert_same_queries(lambda: office.get(url("reviews")), more)


def test_an_exception_is_granted_from_the_editor(designer, draft):
    held = module(course=draft)
    step(course=draft)
    Step.objects.update(module=held)
    page = designer.get(url("edit_course", draft.pk)).content.decode()
    assert "原则上不少于必修线上学时的两倍" in page

    designer.post(url("grant_exception", draft.pk), {"rule": "electives", "reason": "省平台统一提供选修"})

    assert "例外：省平台统一提供选修" in designer.get(url("edit_course", draft.pk)).content.decode()


# Versions


def test_a_new_version_from_the_page(designer, cast):
    done = published_course(owner=cast.county)
    answer = designer.post(url("revise_course", done.pk))
    second = Course.objects.get(version=2)
    assert answer.url == url("edit_course", second.pk)
    assert "发布第 2 版" in designer.get(url("course", second.pk)).content.decode()
    assert "第 1 版" in designer.get(url("course", second.pk)).content.decode()


# The shelf: words and facets


def test_courses_are_found_by_what_is_said_in_them(designer, cast, at):
    one = published_course(owner=cast.county, title="课堂提问的艺术", lecturer="张伟丽")
    published_course(owner=cast.county, title="班级管理")
    actions.reindex(by=SYSTEM, at=at)

    def found(query):
        return designer.get(url("courses") + f"?q={query}").content.decode()

    assert "1 门课程讲到" in found("张伟丽")
    page = found("提问 艺术")
    assert "<mark>提问</mark>" in page
    assert ">班级管理</a>" not in page
    assert one.title in found("kttwdys")
    assert "没有课程讲到" in found("足球")
    assert "看得见的" not in found("证据可以核对")


def test_facets_count_what_they_leave(designer, cast, at):
    published_course(owner=cast.county, topic="班级管理", stages=("小学",), provider="甲院")
    published_course(owner=cast.county, topic="班级管理", stages=("初中",), provider="乙院")
    published_course(owner=cast.county, topic="艺术修养", stages=("初中",), provider="乙院")
    actions.reindex(by=SYSTEM, at=at)

    page = designer.get(url("courses") + "?topic=班级管理")
    buttons = {one.label: {option.label: option.count for option in one.options} for one in page.context["buttons"]}

    assert page.context["total"] == 2
    assert buttons["专题"] == {"全部": None, "班级管理": 2, "艺术修养": 1}
    assert buttons["学段"] == {"全部": None, "小学": 1, "初中": 1}
    assert buttons["提供单位"] == {"全部": None, "乙院": 1, "甲院": 1}
    assert buttons["环节"]["视频"] == 2
    for query in (
        "?hours=2",
        "?place=county",
        "?kind=video",
        "?provider=甲院",
        "?sort=hours",
        "?sort=newest",
        "?sort=title",
        "?hours=x&kind=y",
    ):
        assert designer.get(url("courses") + query).status_code == 200
