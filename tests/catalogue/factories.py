"""Courses, steps and lesson cases for tests, made through the actions."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

from tests.files.factories import stored_row
from tests.orgs import factories as orgs
from yanxiu.access.roles import ROLES
from yanxiu.catalogue import actions
from yanxiu.catalogue.content import Homework, Question, QuestionSet, Test, Text
from yanxiu.catalogue.models import (
    Course,
    CourseImport,
    CourseWords,
    GrantedException,
    LessonCase,
    Module,
    Package,
    RemovedStep,
    Review,
    ReviewComment,
    Step,
)
from yanxiu.files import storage
from yanxiu.kit.actor import SYSTEM, Actor, Grant
from yanxiu.orgs.models import Kind, Org

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SINGLE = Question(
    kind="single", stem="观课记录最应当写下什么？", options=("感受", "证据", "评语"), answers=(1,), explanation="证据可以核对。"
)
MULTIPLE = Question(kind="multiple", stem="哪些是证据？", options=("学生的话", "用时", "印象"), answers=(0, 1))
TRUE_FALSE = Question(kind="true_false", stem="议课先说优点。", options=("对", "错"), answers=(1,))
_numbers = count(1)


def worker(role: str, unit: Org, *, person_id: int = 100) -> Actor:
    """Somebody who holds a role at a unit, without the rows of people and access."""
    grant = Grant(role=role, permissions=frozenset(ROLES[role].permissions), path=unit.path)
    return Actor(person_id=person_id, label=ROLES[role].zh, grants=(grant,))


def learner(person_id: int = 200) -> Actor:
    """A teacher without any appointment."""
    return Actor(person_id=person_id, label="李雷")


def county(**facts) -> Org:
    """A county that owns courses."""
    return orgs.org(parent=orgs.org(), kind=Kind.COUNTY, **facts)


def facts(**changes) -> actions.CourseFacts:
    values = {
        "title": f"有效观课 {next(_numbers)}",
        "hours": Decimal(2),
        "stages": ("初中",),
        "subjects": ("数学",),
        "topic": "班级管理",
        "summary": "怎样带着问题进课堂。",
    }
    return actions.CourseFacts(**(values | changes))


def course(*, owner: Org | None = None, by: Actor = SYSTEM, **changes) -> Course:
    """A draft without steps."""
    return actions.draft_course(facts=facts(**changes), owner=owner or county(), by=by, at=AT)


def film(*, seconds: int = 600, captions: bool = True) -> actions.Film:
    """The content of a video step; rows without bytes."""
    return actions.Film(
        media=stored_row(seconds=seconds),
        captions=stored_row(name="字幕.vtt", media_type="text/vtt", kind="captions", seconds=0) if captions else None,
    )


def step(*, course: Course, content=None, title: str = "带着问题进课堂", by: Actor = SYSTEM) -> Step:
    """A step of a draft; a reading text unless `content` says otherwise."""
    return actions.add_step(course=course, title=title, content=content or Text(source="观课前先定一个问题。"), by=by, at=AT)


def module(*, course: Course, number: int = 1, title: str = "走进课例") -> Module:
    """A module of a draft."""
    return Module.objects.create(course=course, number=number, title=title, goals="学会带着问题观课。", online_hours=2, offline_hours=1)


def ready_course(**changes) -> Course:
    """A draft with one step of every kind, ready to be published."""
    draft = course(**changes)
    step(course=draft, content=film(), title="第一讲")
    step(course=draft, title="阅读")
    step(course=draft, content=QuestionSet(questions=(SINGLE, TRUE_FALSE)), title="回馈题")
    step(course=draft, content=Test(questions=(SINGLE, MULTIPLE, TRUE_FALSE)), title="课程测试")
    step(course=draft, content=Homework(task="写一份观课记录。", min_characters=300, attachments=2), title="作业")
    return draft


def published_course(**changes) -> Course:
    return actions.publish(course=ready_course(**changes), by=SYSTEM, at=AT)


def case_facts(**changes) -> actions.CaseFacts:
    values = {"title": f"勾股定理 {next(_numbers)}", "level": "省级", "stage": "初中", "subject": "数学", "author_name": "谢柏年"}
    return actions.CaseFacts(**(values | changes))


def lesson_case(*, owner: Org | None = None, by: Actor = SYSTEM, **changes) -> LessonCase:
    """A registered case, not yet published."""
    return actions.register_case(facts=case_facts(**changes), film=film(), owner=owner or county(), by=by, at=AT)


def published_case(**changes) -> LessonCase:
    return actions.publish_case(case=lesson_case(**changes), by=SYSTEM, at=AT)


def review(*, course: Course, **facts) -> Review:
    """An open round of review."""
    return Review.objects.create(course=course, **({"submitted_at": AT} | facts))


def review_comment(*, review: Review, text: str = "例子再具体些。", **facts) -> ReviewComment:
    return ReviewComment.objects.create(review=review, text=text, **({"written_at": AT} | facts))


def granted_exception(*, course: Course, rule: str = "electives", reason: str = "选修资源由省平台统一提供。") -> GrantedException:
    return GrantedException.objects.create(course=course, rule=rule, reason=reason, granted_at=AT)


def removed_step(*, course: Course, number: int = 1, title: str = "旧阅读") -> RemovedStep:
    return RemovedStep.objects.create(
        course=course, number=number, kind="text", title=title, body="<p>旧的。</p>", content={"source": "旧的。"}, removed_at=AT
    )


def course_import(*, owner: Org | None = None, **facts) -> CourseImport:
    return CourseImport.objects.create(owner=owner or county(), **({"source": "课程.zip", "created_at": AT} | facts))


def course_words(*, course: Course, **facts) -> CourseWords:
    return CourseWords.objects.create(course=course, words="", **({"text": course.title, "dictionary": "old"} | facts))


def package(*, owner: Org | None = None, scos: int = 1, **values) -> Package:
    """A package's row without bytes: SCORM 1.2 with so many units."""
    leaves = [{"id": f"sco{n}", "title": f"第 {n} 单元", "is_launched": True} for n in range(1, scos + 1)]
    manifest = {
        "edition": "scorm12", "title": "班级管理", "contents": {"id": "org", "title": "班级管理", "children": leaves},
        "scos": [{"id": f"sco{n}", "title": f"第 {n} 单元", "path": "index.html"} for n in range(1, scos + 1)],
    }  # fmt: skip
    values = {
        "file": stored_row(name="班级管理.zip", media_type="application/zip", kind="package", seconds=0), "owner": owner or county(),
        "title": "班级管理", "edition": "scorm12", "manifest": manifest, "storage_name": storage.new_name(), "file_count": 2,
        "size_bytes": 2_000, "encoding": "utf-8", "uploaded_at": AT,
    } | values  # fmt: skip
    return Package.objects.create(**values)
