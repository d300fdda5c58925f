"""Course files for tests, right and hostile, made from a course that holds a step of every kind that travels."""

import io
import json
import zipfile
from collections.abc import Callable

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.catalogue import factories as make
from tests.catalogue import package_samples
from tests.files import media_samples, samples
from tests.files.factories import stored_file
from yanxiu.catalogue import actions
from yanxiu.catalogue.content import (
    CaseStudy,
    Cue,
    CueSheet,
    Discussion,
    Homework,
    ImageSet,
    Link,
    Offline,
    Package,
    Picture,
    QuestionSet,
    Test,
    Text,
)
from yanxiu.catalogue.models import Course, CourseImport
from yanxiu.catalogue.transport.outline import HEADINGS
from yanxiu.catalogue.transport.shape import Plan, read_plan
from yanxiu.files.kinds import Kind
from yanxiu.kit.actor import SYSTEM

NAME = "有效观课.yanxiu-course.zip"


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def plan_of(brought: CourseImport) -> Plan:
    return read_plan(brought.plan)


def outline(*rows: tuple[str, ...]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate((HEADINGS, *rows)):
        for column, value in enumerate(row):
            sheet.write_string(number, column, value)
    book.close()
    return buffer.getvalue()


def loose() -> list[SimpleUploadedFile]:
    """What a teacher has in a folder."""
    return [
        upload("10 小结.mp3", media_samples.sound("mp3")),
        upload("02 观课记录表.pdf", samples.PDF),
        upload("01 带着问题进课堂.mp4", samples.film(3)),
        upload("01 带着问题进课堂.vtt", samples.CAPTIONS),
        upload("01 带着问题进课堂.png", samples.picture()),
        upload("03 板书一.png", samples.picture(size=(41, 30))),
        upload("04 板书二.png", samples.picture(size=(42, 30))),
        upload("05 班级公约.zip", package_samples.single_12()),
    ]


def small_course(**changes) -> Course:
    """A draft with a reading and a captions file, so that bytes travel: quick to make."""
    course = make.course(**changes)
    make.step(course=course, title="阅读", content=Text(source="观课前先定一个问题。"))
    picture = stored_file(samples.picture(), name="板书.png", kind=Kind.IMAGE)
    make.step(course=course, title="板书", content=ImageSet(pictures=(Picture(file_id=picture.pk, caption="导入时的板书"),)))
    return course


def whole_course(**changes) -> Course:
    """A draft with two modules and a step of every kind; its files are real."""
    course = make.course(**changes)
    first, second = (make.module(course=course, number=n, title=title) for n, title in ((1, "走进课例"), (2, "写下证据")))
    film = stored_file(samples.film(3), name="第一讲.mp4", kind=Kind.VIDEO)
    captions = stored_file(samples.CAPTIONS, name="第一讲.vtt")
    poster = stored_file(samples.picture(), name="封面.png", kind=Kind.IMAGE)
    sound = stored_file(media_samples.sound("mp3"), name="访谈.mp3", kind=Kind.AUDIO)
    paper = stored_file(samples.PDF, name="观课记录表.pdf", kind=Kind.DOCUMENT)
    cues = CueSheet(cues=(Cue(second=1, question=make.SINGLE),))
    package = actions.import_package(course=course, sent=upload("课件.zip", package_samples.single_12()), by=SYSTEM, at=make.AT)
    case = make.published_case(title="勾股定理")

    def add(title: str, content, module) -> None:
        actions.add_step(course=course, title=title, content=content, module=module, by=SYSTEM, at=make.AT)

    add("第一讲", actions.Film(media=film, captions=captions, poster=poster, cues=cues), first)
    add("访谈", actions.Sound(media=sound), first)
    add("阅读", Text(source="<p>先定<b>一个</b>问题。</p>"), first)
    add("记录表", actions.Paper(media=paper), first)
    add("板书", ImageSet(pictures=(Picture(file_id=poster.pk, caption="小结时的板书"),)), first)
    add("想一想", QuestionSet(questions=(make.SINGLE,)), first)
    add("测试", Test(questions=(make.SINGLE, make.MULTIPLE)), second)
    add("作业", Homework(task="写一份观课记录。"), second)
    add("讨论", Discussion(prompt="说一个您试过的追问。"), second)
    add("看课例", CaseStudy(case_id=case.pk), second)
    add("课件", Package(package_id=package.pk), second)
    add("目录", Link(url="https://example.edu.cn/a"), second)
    add("听一节课", Offline(task="听一节课。"), second)
    return course


def exported(course: Course, *, by=SYSTEM) -> bytes:
    return b"".join(actions.export_course(course=course, by=by, at=make.AT))


def changed(raw: bytes, change: Callable[[dict], object] | None = None, *, more: dict[str, bytes] | None = None) -> bytes:
    """The course file with another manifest, and other or more members."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(raw)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    if change is not None:
        head = json.loads(parts["course.json"])
        change(head)
        parts["course.json"] = json.dumps(head, ensure_ascii=False).encode()
    return samples.archive(parts | (more or {}))
