"""Course files that come into another unit, and the pages of everything that comes from files."""

import hashlib
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.catalogue import factories as make
from tests.catalogue import transport_samples as samples
from tests.catalogue.transport_samples import loose, outline, plan_of, upload
from tests.files import samples as files
from yanxiu.catalogue import actions, content, permissions, tasks
from yanxiu.catalogue.models import Course, CourseImport, LessonCase, Module, Package, Step
from yanxiu.files.models import StoredFile
from yanxiu.kit.errors import NotFound, NotPermitted
from yanxiu.kit.rules import holds
from yanxiu.records.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # files are checked in children
FACTS = ("title", "summary", "topic", "hours", "stages", "subjects", "provider", "lecturer")


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
