"""Loose files that become a course: what is made of each, what is refused with its reason, how more are added and all let go."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.catalogue import factories as make
from tests.catalogue.transport_samples import loose, outline, plan_of, upload
from tests.files import samples as files
from yanxiu.catalogue import actions, transport
from yanxiu.catalogue.models import Course, CourseImport, ImportState, Step
from yanxiu.catalogue.transport import HeldFile, Row
from yanxiu.files import actions as stored
from yanxiu.files.actions import Ahead
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # files are checked in children


def prepared(**given) -> CourseImport:
    """Files put by, and read as the worker does."""
    return read(actions.prepare_files(**given), at=given["at"])


def added(**given) -> CourseImport:
    return read(actions.add_files(**given), at=given["at"])


def read(brought: CourseImport, *, at=make.AT) -> CourseImport:
    actions.read_course(brought=brought, by=SYSTEM, at=at)
    brought.refresh_from_db()
    return brought


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
