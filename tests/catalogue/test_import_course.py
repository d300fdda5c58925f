"""Courses that come from files: a course file into another unit, several loose files with and without an outline, and the pages."""

import hashlib
import io
import re
from datetime import timedelta

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.catalogue import factories as make
from tests.catalogue import package_samples
from tests.catalogue import transport_samples as samples
from tests.catalogue.transport_samples import plan_of, upload
from tests.files import media_samples
from tests.files import samples as files
from yanxiu.catalogue import actions, content, permissions, tasks, transport
from yanxiu.catalogue.models import Course, CourseImport, ImportState, LessonCase, Module, Package, Step
from yanxiu.catalogue.transport import HeldFile, Row
from yanxiu.files import actions as stored
from yanxiu.files.actions import Ahead
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.kit.rules import holds
from yanxiu.records.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # files are checked in children
FACTS = ("title", "summary", "topic", "hours", "stages", "subjects", "provider", "lecturer")


def outline(*rows: tuple[str, ...]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate((transport.outline.HEADINGS, *rows)):
        for column, value in enumerate(row):
            sheet.write_string(number, column, value)
    book.close()
    return buffer.getvalue()


def loose() -> list[SimpleUploadedFile]:
    """What a teacher has in a folder."""
    return [
        upload("10 小结.mp3", media_samples.sound("mp3")),
        upload("02 观课记录表.pdf", files.PDF),
        upload("01 带着问题进课堂.mp4", files.film(3)),
        upload("01 带着问题进课堂.vtt", files.CAPTIONS),
        upload("01 带着问题进课堂.png", files.picture()),
        upload("03 板书一.png", files.picture(size=(41, 30))),
        upload("04 板书二.png", files.picture(size=(42, 30))),
        upload("05 班级公约.zip", package_samples.single_12()),
    ]


def prepared(**given) -> CourseImport:
    """Files put by, and read as the worker does."""
    return read(actions.prepare_files(**given), at=given["at"])


def added(**given) -> CourseImport:
    return read(actions.add_files(**given), at=given["at"])


def read(brought: CourseImport, *, at=make.AT) -> CourseImport:
    actions.read_course(brought=brought, by=SYSTEM, at=at)
    brought.refresh_from_db()
    return brought


# A course file


def test_a_whole_course_comes_again_as_a_draft_of_another_unit(unit, author):
    course = samples.whole_course(title="有效观课")
    raw = samples.exported(course)
    old = {"step": set(Step.objects.values_list("pk", flat=True)), "file": set(StoredFile.objects.values_list("pk", flat=True))}

    brought = actions.prepare_course(sent=upload(samples.NAME, raw), owner=unit, by=author, at=make.AT)
    assert Course.objects.count() == 1
    plan = plan_of(brought)
    assert (plan.refused, plan.notes, len(plan.steps)) == ((), (), 13)
    facts = actions.CourseFacts(**{name: getattr(plan.facts, name) for name in FACTS})
    made = actions.import_course(brought=brought, facts=facts, by=author, at=make.AT)

    assert (made.owner, made.author_id, made.state, made.version) == (unit, author.person_id, "draft", 1)
    assert [getattr(made, name) for name in FACTS] == [getattr(course, name) for name in FACTS]
    theirs, ours = (list(Step.objects.filter(course=one).order_by("number")) for one in (course, made))
    assert [(one.kind, one.title, one.body, one.seconds) for one in ours] == [
        (one.kind, one.title, one.body, one.seconds) for one in theirs
    ]
    assert [one.module.title for one in ours] == [one.module.title for one in theirs]
    assert not old["step"] & {one.pk for one in ours}
    used = {pk for one in ours for pk in (one.media_id, one.captions_id, one.poster_id) if pk}
    used |= {picture["file_id"] for one in ours for picture in one.content.get("pictures", [])}
    assert len(used) == 5  # the poster, which serves as a picture too, once
    assert not used & old["file"]
    assert Package.objects.filter(owner=unit).count() == 1
    assert content.read(ours[0].content, content.CueSheet).cues[0].question == make.SINGLE
    case = next(one for one in ours if one.kind == "case")
    assert case.content["case_id"] == LessonCase.objects.get().pk
    record = Record.objects.get(verb="imported", object_type="course")
    assert (record.object_id, record.data["steps"]) == (str(made.pk), 13)
    assert not StoredFile.objects.filter(waits_until__isnull=False, deleted_at__isnull=True).exists()


def test_what_does_not_fit_here_is_named_and_the_rest_comes(unit, author):
    course = samples.small_course(subjects=("数学",))
    make.step(course=course, title="看课例", content=content.CaseStudy(case_id=make.published_case().pk))
    raw = samples.exported(course)
    LessonCase.objects.update(withdrawn_at=make.AT)
    raw = samples.changed(raw, lambda head: head["facts"].update(subjects=["数学", "占星"]))

    plan = plan_of(actions.prepare_course(sent=upload(samples.NAME, raw), owner=unit, by=author, at=make.AT))

    assert [step.title for step in plan.steps] == ["阅读", "板书"]
    assert "这里没有这节课例" in plan.refused[0].why
    assert plan.refused[0].what == "第 3 个环节“看课例”"
    assert plan.facts.subjects == ("数学",)
    assert "占星" in plan.notes[0]


def test_a_member_that_is_not_what_it_says_is_refused_by_name(unit, author):
    def lie(head: dict) -> None:
        head["files"][0] |= {"size": len(bad), "sha256": hashlib.sha256(bad).hexdigest()}

    bad = b"GIF89a" + bytes(50)
    raw = samples.changed(samples.exported(samples.small_course()), lie, more={"media/0001": bad})

    plan = plan_of(actions.prepare_course(sent=upload(samples.NAME, raw), owner=unit, by=author, at=make.AT))

    assert [step.title for step in plan.steps] == ["阅读"]
    assert [one.what for one in plan.refused] == ["板书.png", "第 2 个环节“板书”"]


def test_html_is_cleaned_again(unit, author):
    raw = samples.changed(
        samples.exported(samples.small_course()),
        lambda head: head["steps"][0].update(content={"source": '<p class="x" style="color:red">先<marquee>定</marquee>问题</p>'}),
    )
    brought = actions.prepare_course(sent=upload(samples.NAME, raw), owner=unit, by=author, at=make.AT)

    actions.import_course(brought=brought, facts=make.facts(), by=author, at=make.AT)

    assert Step.objects.filter(course__owner=unit).order_by("number").first().body == "<p>先定问题</p>"


def test_what_our_own_pages_took_in_travels_clean(unit, author):
    course = make.course()
    make.step(course=course, content=content.Text(source='<p onclick="x()">写 javascript: 开头的链接</p><script>alert(1)</script>'))

    plan = plan_of(actions.prepare_course(sent=upload(samples.NAME, samples.exported(course)), owner=unit, by=author, at=make.AT))

    assert plan.steps[0].content == {"source": "<p>写 javascript: 开头的链接</p>"}


def test_the_same_file_is_the_same_import_and_a_second_yes_the_same_course(unit, author):
    raw = samples.exported(samples.small_course())

    first = actions.prepare_course(sent=upload(samples.NAME, raw), owner=unit, by=author, at=make.AT)
    second = actions.prepare_course(sent=upload("另一个名字.zip", raw), owner=unit, by=author, at=make.AT)
    made = actions.import_course(brought=first, facts=make.facts(), by=author, at=make.AT)
    again = actions.import_course(brought=second, facts=make.facts(), by=author, at=make.AT)
    after = actions.prepare_course(sent=upload(samples.NAME, raw), owner=unit, by=author, at=make.AT)

    assert first.pk == second.pk == after.pk
    assert made.pk == again.pk
    assert Course.objects.filter(owner=unit).count() == 1


def test_another_unit_and_another_person_have_imports_of_their_own(unit, author):
    raw = samples.exported(samples.small_course())
    colleague = make.worker("designer", unit, person_id=101)

    first = actions.prepare_course(sent=upload(samples.NAME, raw), owner=unit, by=author, at=make.AT)
    second = actions.prepare_course(sent=upload(samples.NAME, raw), owner=unit, by=colleague, at=make.AT)

    assert first.pk != second.pk
    assert list(permissions.visible_imports(author)) == [first]
    for by in (colleague, make.learner(), make.worker("designer", make.county(), person_id=author.person_id)):
        assert first not in permissions.visible_imports(by)
        assert not holds(permissions.check_can_import, by, first)
        with pytest.raises(NotFound):
            actions.import_course(brought=first, facts=make.facts(), by=by, at=make.AT)
        with pytest.raises(NotFound):
            actions.give_up_import(brought=first, by=by, at=make.AT)


def test_who_may_not_write_may_not_bring(unit):
    for by in (make.learner(), make.worker("designer", make.county())):
        with pytest.raises(NotPermitted):
            actions.prepare_course(sent=upload(samples.NAME, b"PK"), owner=unit, by=by, at=make.AT)
        with pytest.raises(NotPermitted):
            actions.prepare_files(sent=[upload("a.pdf", files.PDF)], owner=unit, by=by, at=make.AT)
    assert not StoredFile.objects.exists()


# Loose files


def test_loose_files_become_steps_in_the_order_of_their_names(unit, author):
    brought = prepared(sent=loose(), owner=unit, by=author, at=make.AT)

    plan = plan_of(brought)
    assert plan.refused == ()
    assert [(step.kind, step.title) for step in plan.steps] == [
        ("video", "带着问题进课堂"), ("document", "观课记录表"), ("images", "图集"), ("package", "班级公约"), ("audio", "小结"),
    ]  # fmt: skip
    assert not Course.objects.exists()
    assert StoredFile.objects.filter(waits_until=make.AT + timedelta(days=7)).count() == 8

    made = actions.import_course(brought=brought, facts=make.facts(), by=author, at=make.AT)

    steps = list(Step.objects.filter(course=made).select_related("media", "captions", "poster").order_by("number"))
    assert [step.number for step in steps] == [1, 2, 3, 4, 5]
    assert (steps[0].captions.name, steps[0].poster.name) == ("01 带着问题进课堂.vtt", "01 带着问题进课堂.png")
    assert [one["caption"] for one in steps[2].content["pictures"]] == ["板书一", "板书二"]
    assert not StoredFile.objects.filter(waits_until__isnull=False).exists()


def test_an_outline_gives_modules_order_and_what_is_asked(unit, author):
    rows = (
        ("走进课例", "带着问题进课堂", "视频", "01 带着问题进课堂", ""),
        ("", "观课前读一读", "阅读", "", "观课前先定一个**问题**。"),
        ("", "课堂里的板书", "图集", "03 板书一.png、04 板书二.png", "导入\n小结"),
        ("写下证据", "想一想", "回馈题", "", "1. 写什么？\nA. 感受\nB. 证据\n答案：B"),
        ("", "说一说", "讨论", "", "说一个追问。"),
        ("", "目录", "", "https://example.edu.cn/a", ""),
        ("", "缺了", "视频", "没有.mp4", ""),
        ("", "怪的", "游戏", "", "x"),
        ("", "题不对", "测试", "", "随便写写"),
        ("空着", "", "", "", ""),
    )
    sent = [*loose(), upload("有效观课提纲.xlsx", outline(*rows))]

    plan = plan_of(prepared(sent=sent, owner=unit, by=author, at=make.AT))

    assert [module.title for module in plan.modules] == ["走进课例", "写下证据"]
    assert [(step.module, step.kind, step.title) for step in plan.steps][:6] == [
        (1, "video", "带着问题进课堂"), (1, "text", "观课前读一读"), (1, "images", "课堂里的板书"), (2, "question", "想一想"),
        (2, "discussion", "说一说"), (2, "link", "目录"),
    ]  # fmt: skip
    assert [step.title for step in plan.steps][6:] == ["观课记录表", "班级公约", "小结"]
    assert plan.facts.title == "有效观课"
    assert [one.what for one in plan.refused] == ["提纲第 8 行“缺了”", "提纲第 9 行“怪的”", "提纲第 10 行“题不对”"]
    assert ["没有收到“没有.mp4”" in plan.refused[0].why, "没有“游戏”" in plan.refused[1].why] == [True, True]
    assert plan.notes == ("提纲没有写到 3 个文件，按文件名排在最后。", "这些模块没有环节，没有建：空着。")


def test_the_template_is_an_outline():
    rows = transport.read_outline(transport.empty_outline())

    made = transport.arrange([HeldFile(file_id=n, name=name, kind=kind) for n, (name, kind) in enumerate(
        [("01 带着问题进课堂.mp4", "video"), ("观课记录表.docx", "document"), ("板书1.jpg", "image"), ("板书2.jpg", "image")], start=1
    )], rows)  # fmt: skip

    assert made.refused == []
    assert [step.kind for step in made.steps] == ["video", "text", "document", "images", "discussion", "question", "offline"]
    assert [step.module for step in made.steps] == [1, 1, 1, 2, 2, 2, 2]


def test_a_table_without_the_headings_is_a_document(unit, author):
    book = files.office("xlsx")

    plan = plan_of(prepared(sent=[upload("评分表.pdf", files.PDF), upload("坏.xlsx", book)], owner=unit, by=author, at=make.AT))

    assert [step.title for step in plan.steps] == ["评分表"] or [one.what for one in plan.refused] == ["坏.xlsx"]


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("病毒.exe", b"MZ", "用不了这种文件"),
        ("改名.mp4", b"not a film", "“改名.mp4”|不是|打不开"),
        ("无主.vtt", files.CAPTIONS, "没有同名的视频或音频"),
        ("空.pdf", b"", "是空的"),
        ("坏课件.zip", files.archive({"a.txt": b"x"}), "imsmanifest"),
        ("没有扩展名", b"x", "用不了这种文件"),
        ("../../名.pdf", b"%PDF-bad", ""),
    ],
)
def test_a_refused_file_is_named_and_the_others_come(unit, author, name, raw, reason):
    sent = SimpleUploadedFile("x", raw)
    sent._name = name  # a name as a hostile browser sends it

    plan = plan_of(prepared(sent=[upload("好.pdf", files.PDF), sent], owner=unit, by=author, at=make.AT))

    assert [step.title for step in plan.steps] == ["好"]
    assert len(plan.refused) == 1
    assert re.search(reason, plan.refused[0].why)


def test_nothing_usable_leaves_nothing(unit, author, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Invalid, match=r"“a\.exe”课程里用不了.*“空\.pdf”是空的"):
        actions.prepare_files(sent=[upload("a.exe", b"MZ"), upload("空.pdf", b"")], owner=unit, by=author, at=make.AT)
    assert not CourseImport.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        brought = prepared(sent=[upload("无主.vtt", files.CAPTIONS), upload("a.exe", b"MZ")], owner=unit, by=author, at=make.AT)

    plan = plan_of(brought)
    assert (brought.state, [one.what for one in plan.refused]) == (ImportState.GIVEN_UP, ["a.exe", "无主.vtt"])
    assert "原因写在下面" in plan.broken
    assert not StoredFile.objects.filter(deleted_at__isnull=True).exists()


def test_files_are_added_until_it_is_a_course(unit, author):
    brought = prepared(sent=[upload("第二讲 追问.mp4", files.film(3))], owner=unit, by=author, at=make.AT)
    ahead = stored.store(
        content=io.BytesIO(files.film(4)), name="第十讲 小结.mp4", kind=actions.importing.Kind.VIDEO, by=author, at=make.AT
    )

    sent = [upload("第一讲 进课堂.pdf", files.PDF), Ahead(file_id=ahead.pk, name=ahead.name), upload("第二讲 追问.mp4", files.film(3))]
    brought = added(brought=brought, sent=sent, by=author, at=make.AT)

    plan = plan_of(brought)
    assert [step.title for step in plan.steps] == ["第一讲 进课堂", "第二讲 追问", "第十讲 小结"]
    assert "同名" in plan.refused[0].why
    actions.import_course(brought=brought, facts=make.facts(), by=author, at=make.AT)
    with pytest.raises(Conflict, match="已经建成课程"):
        actions.add_files(brought=brought, sent=[upload("再.pdf", files.PDF)], by=author, at=make.AT)
    with pytest.raises(Conflict, match="已经建成课程"):
        actions.give_up_import(brought=brought, by=author, at=make.AT)


def test_the_same_files_are_the_same_import(unit, author):
    first = prepared(sent=[upload("a.pdf", files.PDF)], owner=unit, by=author, at=make.AT)
    second = prepared(sent=[upload("a.pdf", files.PDF)], owner=unit, by=author, at=make.AT)

    assert first.pk == second.pk
    assert StoredFile.objects.filter(deleted_at__isnull=True).count() == 1


def test_giving_up_removes_the_files(unit, author, django_capture_on_commit_callbacks):
    brought = prepared(sent=[upload("a.pdf", files.PDF)], owner=unit, by=author, at=make.AT)

    with django_capture_on_commit_callbacks(execute=True):
        actions.give_up_import(brought=brought, by=author, at=make.AT)
        actions.give_up_import(brought=brought, by=author, at=make.AT)

    brought.refresh_from_db()
    assert brought.state == ImportState.GIVEN_UP
    assert not StoredFile.objects.filter(deleted_at__isnull=True).exists()
    with pytest.raises(Conflict, match="放弃"):
        actions.import_course(brought=brought, facts=make.facts(), by=author, at=make.AT)


def test_what_nobody_confirmed_in_seven_days_is_let_go_of(unit, author, django_capture_on_commit_callbacks):
    old = prepared(sent=[upload("a.pdf", files.PDF)], owner=unit, by=author, at=make.AT)
    young = prepared(sent=[upload("b.pdf", files.PDF + b"\n")], owner=unit, by=author, at=make.AT + timedelta(days=2))
    with pytest.raises(NotPermitted):
        actions.end_imports(by=author, at=make.AT)

    later = make.AT + timedelta(days=7, minutes=1)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.end_imports(by=SYSTEM, at=later) == 1
    assert actions.end_imports(by=SYSTEM, at=later) == 0

    for one in (old, young):
        one.refresh_from_db()
    assert (old.state, old.ended_at, young.state) == (ImportState.GIVEN_UP, later, ImportState.WAITING)
    assert [file.name for file in StoredFile.objects.filter(deleted_at__isnull=True)] == ["b.pdf"]
    with pytest.raises(Conflict, match="放弃"):
        actions.import_course(brought=old, facts=make.facts(), by=author, at=later)


def test_files_that_were_swept_make_no_half_course(unit, author):
    brought = prepared(sent=[upload("a.pdf", files.PDF), upload("b.pdf", files.PDF)], owner=unit, by=author, at=make.AT)
    later = make.AT + timedelta(days=8)
    stored.sweep_uploads(by=SYSTEM, at=later)

    with pytest.raises(Invalid, match="第 1 个环节“a”：先传上来的文件已经不在了"):
        actions.import_course(brought=brought, facts=make.facts(), by=author, at=later)

    assert not Course.objects.exists()
    assert CourseImport.objects.get().state == ImportState.WAITING


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (["第十讲", "第二讲", "第一讲", "第二十一讲"], ["第一讲", "第二讲", "第十讲", "第二十一讲"]),
        (["10", "9", "1-2", "1-10"], ["1-2", "1-10", "9", "10"]),
        (["２ 全角", "10 半角"], ["２ 全角", "10 半角"]),
    ],
)
def test_names_are_ordered_as_people_order_them(names, order):
    assert sorted(names, key=transport.arranging.natural) == order


def test_steps_above_the_first_module_go_into_it():
    made = transport.arrange([], [Row(number=2, title="先读", words="读。"), Row(number=3, module="甲", title="再读", words="读。")])

    assert [(step.title, step.module) for step in made.steps] == [("先读", 1), ("再读", 1)]


# Pages


def url(name: str, *args) -> str:
    return reverse(f"catalogue:{name}", args=args)


FORM = {"title": "有效观课", "hours": "2", "stages": ["初中"]}


def test_the_whole_way_through_the_pages(cast):
    """Files become a course, the course a file, and the file a course again; without JavaScript."""
    designer = cast.client_of("方案")
    assert "从文件建课" in designer.get(url("courses")).content.decode()
    assert "怎样认文件" in designer.get(url("prepare_files")).content.decode()
    assert designer.get(url("outline_template")).content[:2] == b"PK"

    sent = [*loose(), upload("a.exe", b"MZ")]
    answer = designer.post(url("prepare_files"), {"uploads": sent})
    brought = CourseImport.objects.get()
    assert answer.url == url("import_course", brought.pk), answer.content.decode()
    assert "正在检查 8 个文件" in designer.get(answer.url).text
    tasks.read_course(import_id=brought.pk)
    page = designer.get(answer.url).content.decode()
    assert "能建成 5 个环节，1 处没有收" in page
    assert "a.exe" in page
    answer = designer.post(
        url("add_files", brought.pk), {"uploads": [upload("提纲.xlsx", outline(("走进课例", "读", "阅读", "", "先定问题。")))]}
    )
    assert answer.url == url("import_course", brought.pk)
    assert "正在检查新添的 1 个文件" in designer.get(answer.url).text
    tasks.read_course(import_id=brought.pk)
    assert "模块1 走进课例" in designer.get(answer.url).content.decode()

    refused = designer.post(url("import_course", brought.pk), FORM | {"hours": "0"})
    assert refused.status_code == 422
    assert not Course.objects.exists()
    answer = designer.post(url("import_course", brought.pk), FORM)
    course = Course.objects.get()
    assert answer.url == url("edit_course", course.pk)
    assert Module.objects.get().title == "走进课例"

    assert "导出课程" in designer.get(url("course", course.pk)).content.decode()
    answer = designer.post(url("export_course", course.pk))
    raw = b"".join(answer.streaming_content)
    assert "yanxiu-course.zip" in answer["Content-Disposition"]
    answer = designer.post(url("prepare_course"), {"bundle": upload(samples.NAME, raw)})
    second = CourseImport.objects.order_by("-pk").first()
    assert answer.url == url("import_course", second.pk), answer.content.decode()
    page = designer.get(answer.url).content.decode()
    assert 'value="有效观课"' in page
    assert "能建成 6 个环节，都读懂了" in page
    assert designer.post(answer.url, FORM).status_code == 302
    assert [step.title for step in Step.objects.filter(course=Course.objects.order_by("-pk")[0]).order_by("number")] == [
        step.title for step in Step.objects.filter(course=course).order_by("number")
    ]
    assert "已建成草稿" in designer.get(answer.url).content.decode()
    assert "我最近的导入" in designer.get(url("prepare_files")).content.decode()


def test_a_refused_course_file_is_told_at_its_field(cast):
    answer = cast.client_of("方案").post(url("prepare_course"), {"bundle": upload("课.zip", files.archive({"a.txt": b"x"}))})

    assert answer.status_code == 422
    assert "不是课程文件" in answer.content.decode()


def test_a_form_without_files_says_so(cast):
    designer = cast.client_of("方案")

    answer = designer.post(url("prepare_files"), {})

    assert answer.status_code == 422
    assert "还没有选文件" in answer.content.decode()


def test_giving_up_and_strangers(cast):
    designer = cast.client_of("方案")
    designer.post(url("prepare_files"), {"uploads": [upload("a.pdf", files.PDF)]})
    brought = CourseImport.objects.get()
    tasks.read_course(import_id=brought.pk)

    assert cast.client_of("教务").get(url("import_course", brought.pk)).status_code == 404
    assert cast.client_of("李雷").get(url("import_course", brought.pk)).status_code == 403
    assert "前不建成草稿，这次导入和它的文件会清理" in designer.get(url("import_course", brought.pk)).text
    assert designer.post(url("give_up_import", brought.pk)).url == url("prepare_files")
    assert "这次导入已放弃" in designer.get(url("import_course", brought.pk)).content.decode()
    CourseImport.objects.update(created_at=brought.created_at - timedelta(days=9))
    assert "等了七天没有确认" in designer.get(url("import_course", brought.pk)).text


def test_pages_cost_the_same_for_long_imports(cast, assert_same_queries):
    designer = cast.client_of("方案")
    person = cast.person("方案").pk
    rows = [{"kind": "text", "title": f"读 {n}", "content": {"source": "读。"}} for n in range(40)]
    brought = make.course_import(owner=cast.county, person_id=person, plan={"origin": "files", "steps": rows[:1]})

    def grow() -> None:
        brought.plan["steps"] = rows
        brought.save()
        for _ in range(9):
            make.course_import(owner=cast.county, person_id=person)

    assert_same_queries(lambda: designer.get(url("import_course", brought.pk)), grow)
    brought.plan["steps"] = rows[:1]
    CourseImport.objects.exclude(pk=brought.pk).delete()
    assert_same_queries(lambda: designer.get(url("prepare_files")), grow)
