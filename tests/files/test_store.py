"""Storing what people upload: what is kept, what is refused, and that a refusal leaves nothing behind."""

import hashlib
import io
import zipfile
from unittest.mock import Mock

import pytest
from PIL import Image

from tests.files import samples
from yanxiu.files import actions, inspection, parts, queries, storage
from yanxiu.files.actions import storing
from yanxiu.files.inspection import Unusable
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import ANONYMOUS, SYSTEM, Actor
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.records.models import Record

OFFICE = "application/vnd.openxmlformats-officedocument"
pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # every file is looked at by a process of its own
LILEI = Actor(person_id=7, label="李雷")


def put(content: bytes, name: str, kind: Kind, *, by: Actor = LILEI, at) -> StoredFile:
    return actions.store(content=io.BytesIO(content), name=name, kind=kind, by=by, at=at)


def left(folder) -> list:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "name", "kind", "media_type"),
    [
        (samples.PDF, "通知.PDF", Kind.DOCUMENT, "application/pdf"),
        (
            samples.office("docx"),
            "教学设计.docx",
            Kind.ATTACHMENT,
            f"{OFFICE}.wordprocessingml.document",
        ),
        (samples.office("xlsx"), "名册.xlsx", Kind.SHEET, f"{OFFICE}.spreadsheetml.sheet"),
        (samples.archive({"照片/1.jpg": b"x", "教案.docx": b"y"}), "材料.zip", Kind.ATTACHMENT, "application/zip"),
        (samples.gbk_archive(), "材料.zip", Kind.ARCHIVE, "application/zip"),
    ],
)
def test_a_good_file_is_kept_byte_for_byte_under_a_generated_name(content, name, kind, media_type, at, folder):
    file = put(content, name, kind, at=at)

    assert queries.path(file).read_bytes() == content
    assert (file.sha256, file.size_bytes, file.media_type) == (hashlib.sha256(content).hexdigest(), len(content), media_type)
    assert storage.NAME.fullmatch(file.storage_name)
    assert left(folder) == [queries.path(file)]
    assert (file.uploaded_by, file.uploaded_at) == (7, at)
    record = Record.objects.get(object_type="file")
    assert (record.verb, record.object_id, record.data["bytes"]) == ("stored", str(file.pk), len(content))


def test_a_film_is_measured(at):
    file = put(samples.film(5), "课.mp4", Kind.VIDEO, at=at)

    assert file.seconds == 5


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "照片.jpg"), ("PNG", "截图.png"), ("WEBP", "图.webp")])
def test_an_image_is_drawn_anew(kind, name, at):
    file = put(samples.picture(kind), name, Kind.IMAGE, at=at)

    with Image.open(queries.path(file)) as image:
        assert (image.format, image.size) == (kind, (40, 30))


def test_a_photo_loses_its_place_and_is_put_upright(at):
    sent = samples.photo_with_place()
    assert b"secret-note" in sent

    file = put(sent, "照片.jpg", Kind.IMAGE, at=at)

    kept = queries.path(file).read_bytes()
    assert b"secret-note" not in kept
    assert b"Exif" not in kept
    with Image.open(queries.path(file)) as image:
        assert image.size == (30, 40)


def test_what_hides_behind_a_picture_is_gone(at):
    file = put(samples.picture("JPEG") + b"<script>alert(1)</script>" + samples.archive({"a": b"b"}), "头像.jpg", Kind.IMAGE, at=at)

    kept = queries.path(file).read_bytes()
    assert b"<script>" not in kept
    assert not zipfile.is_zipfile(io.BytesIO(kept))


@pytest.mark.parametrize(
    ("content", "name", "kind", "reason"),
    [
        (b"", "空.pdf", Kind.DOCUMENT, "0 字节"),
        (b"MZ\x90\0", "作业.exe", Kind.ATTACHMENT, "只收附件"),
        (b"<?php", "a.jpg.php", Kind.IMAGE, "只收图片"),
        (b"<svg onload=alert(1)>", "图.svg", Kind.IMAGE, "只收图片"),
        (b"<svg onload=alert(1)>", "图.png", Kind.IMAGE, "这不是 PNG"),
        (b"GIF89a", "图.jpg", Kind.IMAGE, "这不是 JPEG"),
        (samples.picture("PNG"), "图.jpg", Kind.IMAGE, "这不是 JPEG"),
        (samples.picture("PNG")[:60], "图.png", Kind.IMAGE, "打不开"),
        (samples.giant_png(), "图.png", Kind.IMAGE, "100000×100000 像素"),
        (samples.giant_png(15_000, 15_000), "图.png", Kind.IMAGE, "最多 3000 万像素"),
        (b"#EXTM3U\nfile:///etc/passwd", "课.mp4", Kind.VIDEO, "这不是 MP4"),
        (samples.film(5)[:900], "课.mp4", Kind.VIDEO, "0 路画面"),
        (samples.film(40, index_first=True)[:-600], "课.mp4", Kind.VIDEO, "说自己长 40 秒，实际只有"),
        (samples.film(5, codec="vp9"), "课.mp4", Kind.VIDEO, "H.264"),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 200, "课.mp4", Kind.VIDEO, "打不开"),
        (b"WEBVTT\n\n1\n00:05.000 --> 00:01.000\nx\n", "字幕.vtt", Kind.CAPTIONS, "第 4 行的结束时间"),
        (b"WEBVTT\n\n00:61.000 --> 1\nx\n", "字幕.vtt", Kind.CAPTIONS, "第 3 行的时间"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nx\n", "字幕.vtt", Kind.CAPTIONS, "第 1 行应是 WEBVTT"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x80\x81", "字幕.srt", Kind.CAPTIONS, "编码认不出来"),
        (b"WEBVTT\n\n", "字幕.vtt", Kind.CAPTIONS, "0 条"),
        (b"hello", "通知.pdf", Kind.DOCUMENT, "这不是 PDF"),
        (samples.PDF[:-30], "通知.pdf", Kind.DOCUMENT, "结尾不见了"),
        (samples.PDF + samples.archive({"a.html": b"<script>" * 40}), "通知.pdf", Kind.DOCUMENT, "结尾后面"),
        (samples.PDF_WITHOUT_TABLE, "通知.pdf", Kind.DOCUMENT, "目录损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧.docx", Kind.DOCUMENT, "旧格式"),
        (samples.office("xlsx"), "表.docx", Kind.DOCUMENT, "这不是 Word"),
        (samples.archive({"a.txt": b"x"}), "作业.docx", Kind.DOCUMENT, "这不是 Word"),
        (samples.office("docx", main="application/vnd.ms-word.document.macroEnabled.main+xml"), "宏.docx", Kind.DOCUMENT, "这不是 Word"),
        (samples.office("docx", more={"word/vbaProject.bin": b"x"}), "宏.docx", Kind.DOCUMENT, "带有宏"),
        (samples.office("docx", more={"w.xml": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}), "外.docx", Kind.DOCUMENT, "外部引用"),
        (samples.office("xlsx", more={"s.xml": "<!ENTITY a 'b'>".encode("utf-16")}), "外.xlsx", Kind.SHEET, "外部引用"),
        (b"Rar!\x1a\x07", "材料.zip", Kind.ARCHIVE, "这不是 ZIP"),
        (samples.archive({"../../evil.txt": b"x"}), "材料.zip", Kind.ARCHIVE, "包外面"),
        (samples.archive({"/etc/cron.d/x": b"x"}), "材料.zip", Kind.ARCHIVE, "包外面"),
        (samples.archive({"..\\evil.txt": b"x"}), "材料.zip", Kind.ARCHIVE, "包外面"),
        (samples.archive({"C:/evil.txt": b"x"}), "材料.zip", Kind.ARCHIVE, "包外面"),
        (samples.archive({"a\nb.txt": b"x"}), "材料.zip", Kind.ARCHIVE, "包外面"),
        (samples.archive({"A.txt": b"x", "a.TXT": b"y"}), "材料.zip", Kind.ARCHIVE, "只差大小写"),
        (samples.archive({"con.txt": b"x"}), "材料.zip", Kind.ARCHIVE, "Windows 不能用"),
        (samples.archive({"长" * 100 + ".txt": b"x"}), "材料.zip", Kind.ARCHIVE, "名字太长"),
        (samples.archive_with_link(), "材料.zip", Kind.ARCHIVE, "是链接"),
        (samples.locked_archive(), "材料.zip", Kind.ARCHIVE, "口令"),
        (samples.archive({"bomb.txt": b"0" * 8_000_000}), "材料.zip", Kind.ARCHIVE, "倍，最多 100 倍"),
        (samples.lying_archive(), "材料.zip", Kind.ARCHIVE, "读不出来|大得多"),
        (samples.archive({f"{n}.txt": b"" for n in range(5_001)}), "材料.zip", Kind.ARCHIVE, "5001 个文件"),
        (samples.archive({"里面.zip": samples.archive({"a": b"b"})}), "材料.zip", Kind.ARCHIVE, "还有压缩包"),
        (samples.archive({"index.html": b"<script>"}), "材料.zip", Kind.ARCHIVE, "网页或程序"),
        (samples.archive({"a.txt": b"x"}, method=zipfile.ZIP_LZMA), "材料.zip", Kind.ARCHIVE, "少见的压缩方法"),
        (samples.archive({"a.txt": b"plan" * 99})[:90], "材料.zip", Kind.ARCHIVE, "打不开"),
    ],
)
def test_a_bad_file_is_refused_with_a_reason_and_nothing_stays(content, name, kind, reason, at, folder):
    with pytest.raises(Unusable, match=reason) as refusal:
        put(content, name, kind, at=at)

    assert refusal.value.status == 422
    assert refusal.value.field == "file"
    assert not StoredFile.objects.exists()
    assert not Record.objects.exists()
    assert left(folder) == []


@pytest.mark.parametrize("name", ["没有扩展名", ".docx", "a.b\0c.pdf", "..", "x. ", ""])
def test_a_name_that_says_nothing_is_refused(name, at):
    with pytest.raises(Invalid):
        put(samples.PDF, name, Kind.DOCUMENT, at=at)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\我的文档\\教案.pdf", "教案.pdf"),
        ("../../通知.pdf", "通知.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("教案\u2066.pdf. ", "教案.pdf"),
        ("长" * 400 + ".pdf", "长" * 146 + ".pdf"),
    ],
)
def test_the_shown_name_is_harmless(name, kept, at):
    assert put(samples.PDF, name, Kind.DOCUMENT, at=at).name == kept


def test_more_bytes_than_allowed_are_cut_off_while_they_come(at, folder, monkeypatch):
    monkeypatch.setattr(storage, "CHUNK_BYTES", 64 * 1024)

    class Endless(io.RawIOBase):
        sent = 0

        def read(self, size=-1):
            Endless.sent += size
            return b"0" * size

    with pytest.raises(Unusable, match="超过 1 MB"):
        actions.store(content=Endless(), name="字幕.vtt", kind=Kind.CAPTIONS, by=LILEI, at=at)

    assert Endless.sent < 1.2 * Kind.CAPTIONS.most_bytes
    assert left(folder) == []


def test_a_stranger_who_is_not_signed_in_stores_nothing(at, folder):
    with pytest.raises(NotPermitted):
        put(samples.PDF, "通知.pdf", Kind.DOCUMENT, by=ANONYMOUS, at=at)

    assert left(folder) == []


def test_a_nearly_full_disk_takes_no_file(at, monkeypatch):
    monkeypatch.setattr(parts.shutil, "disk_usage", Mock(return_value=Mock(total=10**12, free=10**6)))

    with pytest.raises(Conflict, match="存储空间快满了"):
        put(samples.PDF, "通知.pdf", Kind.DOCUMENT, at=at)


def test_a_row_that_cannot_be_written_takes_its_bytes_along(at, folder, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(storing, "record", broken)

    with pytest.raises(RuntimeError):
        put(samples.PDF, "通知.pdf", Kind.DOCUMENT, at=at)

    assert not StoredFile.objects.exists()
    assert left(folder) == []


def test_a_parser_that_hangs_or_dies_refuses_the_file(at, monkeypatch, folder):
    monkeypatch.setattr(inspection, "SECONDS", 0.01)
    with pytest.raises(Unusable, match="还没有查完"):
        put(samples.PDF, "通知.pdf", Kind.DOCUMENT, at=at)

    monkeypatch.setattr(inspection, "SECONDS", 60)
    monkeypatch.setattr(inspection, "USUAL_MEMORY_BYTES", 1024)
    with pytest.raises(Unusable, match="展开后太大"):
        put(samples.picture("PNG"), "图.png", Kind.IMAGE, at=at)

    monkeypatch.setattr(inspection.confined.sys, "executable", "/bin/false")
    with pytest.raises(Unusable, match="可能已经损坏"):
        put(samples.picture("PNG"), "图.png", Kind.IMAGE, at=at)

    assert left(folder) == []


def test_the_parser_sees_none_of_our_secrets(at, monkeypatch):
    seen = {}

    def spy(command, *, env, **options):
        seen.update(env)
        raise inspection.confined.subprocess.TimeoutExpired(command, 1)

    monkeypatch.setenv("SECRET_KEY", "canary")
    monkeypatch.setattr(inspection.confined.subprocess, "run", spy)

    with pytest.raises(Unusable):
        put(samples.PDF, "通知.pdf", Kind.DOCUMENT, by=SYSTEM, at=at)

    assert set(seen) == {"PYTHONPATH", "PATH", "LC_ALL"}


def test_one_child_judges_many_files_of_our_own(at, folder):
    """The same judgements as one by one, a refusal among them, and the children do not outlive the block."""
    with inspection.one_child("captions", "image"):
        first = put(samples.picture("PNG"), "封面.png", Kind.IMAGE, at=at)
        with pytest.raises(Unusable, match="第 1 行应是 WEBVTT"):
            put(b"nothing", "字幕.vtt", Kind.CAPTIONS, at=at)
        second = put(samples.picture("PNG"), "封面.png", Kind.IMAGE, at=at)

    assert first.sha256 == second.sha256
    assert len(left(folder)) == 2
