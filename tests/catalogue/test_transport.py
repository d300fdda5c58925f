"""A course as one file: what travels, who may take it out, and every hostile file refused with its reason and nothing left."""

import io
import json
import zipfile

import pytest

from tests.catalogue import factories as make
from tests.catalogue import transport_samples as samples
from tests.files import samples as files
from tests.files.factories import stored_row
from yanxiu.catalogue import actions
from yanxiu.catalogue.content import ImageSet, Picture
from yanxiu.catalogue.models import Course, CourseImport, Step
from yanxiu.files import queries as stored
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.records.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # files are checked in children


def left() -> list[str]:
    """Whatever files lie in the folder of this test."""
    return sorted(path.name for path in stored.folder().rglob("*") if path.is_file())


def prepared(raw: bytes, *, owner=None, by=SYSTEM, name: str = samples.NAME) -> CourseImport:
    return actions.prepare_course(sent=samples.upload(name, raw), owner=owner or make.county(), by=by, at=make.AT)


# Out


def test_a_course_leaves_as_data_and_originals():
    course = samples.small_course(title="有效观课")
    author = make.worker("designer", course.owner)

    raw = samples.exported(course, by=author)

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert archive.namelist() == ["course.json", "media/0001"]
        head = json.loads(archive.read("course.json"))
        assert archive.read("media/0001") == stored.path(StoredFile.objects.get()).read_bytes()
    assert (head["format"], head["version"], head["facts"]["title"]) == ("yanxiu-course", 1, "有效观课")
    assert head["steps"][1]["content"]["pictures"] == [{"file_id": 1, "caption": "导入时的板书"}]  # a number, no id of ours
    record = Record.objects.get(verb="exported")
    assert (record.object_id, record.data["files"]) == (str(course.pk), 1)


def test_who_may_take_a_course_out():
    course = make.published_course()

    with pytest.raises(NotPermitted):  # published: she sees it, and its answers are not hers
        actions.export_course(course=course, by=make.learner(), at=make.AT)
    with pytest.raises(NotFound):
        actions.export_course(course=make.course(), by=make.learner(), at=make.AT)
    assert not Record.objects.filter(verb="exported").exists()


def test_a_lost_file_is_named_before_a_byte_leaves():
    course = make.course()
    picture = stored_row(name="板书.png", media_type="image/png", kind="image", seconds=0)
    make.step(course=course, title="板书", content=ImageSet(pictures=(Picture(file_id=picture.pk, caption="板书"),)))

    with pytest.raises(Conflict, match="第 1 个环节“板书”的文件不在了"):
        actions.export_course(course=course, by=SYSTEM, at=make.AT)


def test_a_file_that_changed_on_the_disk_is_no_course_file():
    course = samples.small_course()
    stored.path(StoredFile.objects.get()).write_bytes(b"other")

    with pytest.raises(OSError, match="not what was stored"):
        samples.exported(course)


def test_export_costs_the_same_for_many_steps(django_assert_max_num_queries):
    course = samples.small_course()
    for _ in range(8):
        make.step(course=course)

    with django_assert_max_num_queries(8):
        b"".join(actions.export_course(course=course, by=SYSTEM, at=make.AT))


# Hostile


def _first_step(**values):
    return lambda head: head["steps"][0].update(values)


def _second(**values):
    return lambda head: head["steps"][1]["content"].update(values)


HOSTILE = {
    "unknown key": (lambda head: head.update(owner_id=1), "认不出的内容"),
    "unknown key in a step": (_first_step(id=7), "认不出的内容"),
    "unknown key in content": (_first_step(content={"source": "a", "run": "b"}), "第 1 个环节“阅读”：内容认不出"),
    "another version": (lambda head: head.update(version=2), "第 2 版的课程文件"),
    "another format": (lambda head: head.update(format="yanxiu-point"), "不是课程文件"),
    "a kind that is none": (_first_step(kind="script"), "不认得“script”"),
    "script": (_first_step(content={"source": "<p>a</p><script>alert(1)</script>"}), "夹带了脚本"),
    "handler": (_first_step(content={"source": '<p onclick="alert(1)">a</p>'}), "夹带了脚本"),
    "frame": (_first_step(content={"source": "<p>a</p><iframe src=//x></iframe>"}), "夹带了脚本"),
    "script link": (_first_step(content={"source": '<p><a href="javascript:x()">a</a></p>'}), "夹带了脚本"),
    "no such module": (_first_step(module=3), "指到了没有的模块"),
    "no such file": (_second(pictures=[{"file_id": 9, "caption": "a"}]), "指到了没有的文件"),
    "file below zero": (_second(pictures=[{"file_id": -1, "caption": "a"}]), "指到了没有的文件"),
    "a step with a file too many": (_first_step(media=1), "多了文件"),
    "wrong hash": (lambda head: head["files"][0].update(sha256="0" * 64), "和清单对不上"),
    "no hash": (lambda head: head["files"][0].update(sha256="x"), "校验值认不出"),
    "wrong size": (lambda head: head["files"][0].update(size=3), "和清单对不上"),
    "kind that does not travel": (lambda head: head["files"][0].update(kind="archive"), "种类“archive”"),
    "a file nobody uses": (lambda head: head["steps"].pop(), "用不到的文件"),
    "no steps": (lambda head: head.update(steps=[]), "应有 1 到 100 个环节"),
    "too many steps": (lambda head: head.update(steps=head["steps"][:1] * 101), "101 个环节"),
    "no title": (lambda head: head["facts"].update(title=" "), "没有名称"),
    "hours in words": (lambda head: head["facts"].update(hours="两"), "认不出的内容"),
}


@pytest.fixture(scope="module")
def course_file(django_db_setup, django_db_blocker, tmp_path_factory):
    """The bytes of a small course, made once."""
    from django.db import transaction
    from django.test import override_settings

    with django_db_blocker.unblock(), override_settings(DATA=tmp_path_factory.mktemp("out")), transaction.atomic():
        raw = samples.exported(samples.small_course())
        transaction.set_rollback(True)
    return raw


@pytest.mark.parametrize("case", HOSTILE)
def test_a_changed_course_file_is_refused_and_leaves_nothing(course_file, case, django_capture_on_commit_callbacks):
    change, reason = HOSTILE[case]

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Invalid, match=reason):
        prepared(samples.changed(course_file, change))

    _assert_nothing_left()


ARCHIVES = {
    "traversal": (lambda raw: samples.changed(raw, more={"../../x": b"1"}), "包外面"),
    "absolute": (lambda raw: samples.changed(raw, more={"/etc/x": b"1"}), "包外面"),
    "a member too many": (lambda raw: samples.changed(raw, more={"media/0002": b"1"}), "和清单对不上"),
    "other bytes": (lambda raw: samples.changed(raw, more={"media/0001": b"1"}), "和清单对不上"),
    "bomb": (lambda raw: samples.changed(raw, more={"media/0002": bytes(30_000_000)}), "倍"),
    "a manifest that swells": (lambda raw: samples.changed(raw, more={"course.json": b" " * 9_000_000}), "倍"),
    "half of it": (lambda raw: raw[: len(raw) // 2], "打不开"),
    "deep JSON": (lambda raw: samples.changed(raw, more={"course.json": b"[" * 100_000}), "读不出来"),
    "no JSON": (lambda raw: samples.changed(raw, more={"course.json": b"\xff\xfe"}), "读不出来"),
    "another zip": (lambda _raw: files.archive({"a.txt": b"x"}), "不是课程文件"),
    "a link": (lambda _raw: files.archive_with_link(), "链接"),
    "locked": (lambda _raw: files.locked_archive(), "口令"),
    "lying": (lambda _raw: files.lying_archive(), "不是课程文件"),
    "nothing": (lambda _raw: b"", "空的"),
    "a rar": (lambda _raw: b"Rar!\x1a\x07" + bytes(100), "不是 ZIP"),
}


@pytest.mark.parametrize("case", ARCHIVES)
def test_a_hostile_archive_is_refused_and_leaves_nothing(course_file, case, django_capture_on_commit_callbacks):
    make_it, reason = ARCHIVES[case]

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Invalid, match=reason):
        prepared(make_it(course_file))

    _assert_nothing_left()


def _assert_nothing_left():
    assert left() == []
    assert not StoredFile.objects.filter(deleted_at__isnull=True).exists()
    assert not CourseImport.objects.exists()
    assert not Course.objects.exists()
    assert not Step.objects.exists()
