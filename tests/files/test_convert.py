"""Renditions: films in several rates, sound alone, posters, pages of documents; and how they are played and shown."""

import io
import shutil
import subprocess
from unittest.mock import Mock

import av
import pytest
from PIL import Image

from tests.files import media_samples, samples
from tests.files.factories import AT, rendition, stored_row
from tests.files.test_origin import ask
from yanxiu.files import actions, conversion, queries, reactions, storage, tasks
from yanxiu.files.conversion import ffmpeg, slides
from yanxiu.files.inspection import Unusable
from yanxiu.files.kinds import Kind
from yanxiu.files.models import Rendition, RenditionState
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict, NotPermitted
from yanxiu.records.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each file is looked at and converted by processes of their own
LILEI = Actor(person_id=7, label="李雷")
OFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(
    OFFICE is None, reason="no LibreOffice here: slides are shown as words and pictures (install libreoffice-impress)"
)
needs_ffmpeg = pytest.mark.skipif(
    ffmpeg.found() is None, reason="no ffmpeg here: rates of films are not made (install ffmpeg, or the media extra)"
)


def put(content: bytes, name: str, kind: Kind):
    return actions.store(content=io.BytesIO(content), name=name, kind=kind, by=LILEI, at=AT)


def convert(file, kind: str) -> Rendition:
    made = Rendition.objects.select_related("file").get(file=file, kind=kind)
    actions.convert(rendition=made, by=SYSTEM, at=AT)
    made.refresh_from_db()
    return made


def renditions(file) -> list[Rendition]:
    return list(Rendition.objects.filter(file=file).exclude(kind="transcript").order_by("kind", "pk"))


def part(made: Rendition, name: str):
    return storage.rendition_part(queries.folder(), made.storage_name, name)


@needs_ffmpeg
def test_a_film_becomes_rates_that_are_not_above_it():
    file = put(media_samples.talk(9, size=(1280, 720), busy=True), "第一讲.mp4", Kind.VIDEO)

    made = convert(file, "hls")

    assert (made.state, [rate["height"] for rate in made.facts["rates"]]) == ("done", [360, 720])
    master = part(made, "master.m3u8").read_text()
    assert "RESOLUTION=640x360" in master
    assert "RESOLUTION=1280x720" in master
    assert "mp4a.40.2" in master
    playlist = part(made, "360.m3u8").read_text()
    lengths = [float(line[8:].rstrip(",")) for line in playlist.splitlines() if line.startswith("#EXTINF:")]
    assert lengths[:2] == [pytest.approx(4, abs=0.11)] * 2  # cut where the four-second pictures stand
    assert sum(lengths) == pytest.approx(9, abs=0.3)
    assert "#EXT-X-ENDLIST" in playlist
    with av.open(str(part(made, "720.m3u8")), options={"allowed_extensions": "ALL"}) as film:
        assert sum(1 for _ in film.decode(video=0)) == pytest.approx(90, abs=3)
    assert made.size_bytes == sum(path.stat().st_size for path in part(made, "master.m3u8").parent.iterdir())


@needs_ffmpeg
def test_a_small_or_upright_film_is_never_made_larger():
    small = convert(put(media_samples.talk(3, size=(320, 240), busy=True), "小.mp4", Kind.VIDEO), "hls")
    upright = convert(put(media_samples.talk(3, size=(360, 640), busy=True), "竖.mp4", Kind.VIDEO), "hls")

    assert "RESOLUTION=320x240" in part(small, "master.m3u8").read_text()
    assert "RESOLUTION=360x640" in part(upright, "master.m3u8").read_text()


@needs_ffmpeg
def test_a_film_of_a_phone_that_browsers_cannot_play_is_kept_and_converted():
    file = put(media_samples.talk(3, codec="mpeg4"), "手机.mp4", Kind.VIDEO)
    before = queries.playable(file, person_id=7, at=AT)
    convert(file, "hls")
    after = queries.playable(file, person_id=7, at=AT)

    assert (before.progressive, before.hls) == ("", "")
    assert "正在转换" in before.note
    assert after.hls.endswith("/master.m3u8")
    assert after.progressive == ""


def test_a_quicktime_film_is_packed_anew():
    file = put(media_samples.talk(3, form="mov"), "录像.MOV", Kind.VIDEO)

    assert (file.name, file.media_type) == ("录像.mp4", "video/mp4")
    with av.open(str(queries.path(file)), format="mp4") as film:
        assert (len(film.streams.video), len(film.streams.audio)) == (1, 1)


def test_sound_and_poster_come_without_ffmpeg():
    file = put(media_samples.talk(10), "第一讲.mp4", Kind.VIDEO)

    sound, poster = convert(file, "audio"), convert(file, "poster")

    with av.open(str(part(sound, "sound.m4a"))) as made:
        assert (made.streams.audio[0].codec_context.name, made.duration / av.time_base) == ("aac", pytest.approx(10, abs=0.2))
    with Image.open(part(poster, "poster.jpg")) as image:
        assert image.size == (640, 360)
    shown = queries.playable(file, person_id=7, at=AT)
    assert shown.audio.endswith("/sound.m4a")
    assert shown.poster.endswith("/poster.jpg")
    assert (shown.seconds, shown.width, shown.height, shown.note) == (10, 640, 360, "")
    assert shown.progressive.startswith("http")


def test_a_silent_film_has_no_sound_and_says_so():
    made = convert(put(media_samples.talk(3, sound=False), "默片.mp4", Kind.VIDEO), "audio")

    assert (made.state, "没有声音" in made.reason) == ("skipped", True)


@pytest.mark.parametrize("extension", ["mp3", "m4a", "wav", "ogg"])
def test_sounds_of_all_formats_become_m4a(extension):
    file = put(media_samples.sound(extension), f"录音.{extension}", Kind.AUDIO)

    made = convert(file, "audio")

    assert (file.seconds, made.state) == (5, "done")
    assert part(made, "sound.m4a").stat().st_size > 1_000


@pytest.mark.parametrize(
    ("content", "name", "kind", "reason"),
    [
        (media_samples.talk(4)[:-3_000], "断.mp4", Kind.VIDEO, "可能没有传完整|0 路画面"),
        (samples.film(5, codec="vp9"), "新.mp4", Kind.VIDEO, "vp9"),
        (media_samples.talk(1, size=(4_160, 64)), "宽.mp4", Kind.VIDEO, "每边最多 4096"),
        (b"\0\0\0\x20ftypisom" + b"\xff" * 4_000, "坏.mp4", Kind.VIDEO, "打不开"),
        (b"\0\0\0\x14ftypqt  " + b"\0" * 100, "坏.mov", Kind.VIDEO, "打不开|0 路画面"),
        (b"ID3\x04" + b"\0" * 900, "空.mp3", Kind.AUDIO, "打不开|没有一点|应在"),
        (media_samples.sound("wav"), "假.mp3", Kind.AUDIO, "这不是 MP3"),
        (media_samples.sound("mp3"), "假.m4a", Kind.AUDIO, "这不是 M4A"),
        (media_samples.talk(2), "片.m4a", Kind.AUDIO, "1 路画面"),
        (media_samples.sound("m4a", 2, stretch=9_000), "静.m4a", Kind.AUDIO, "应在 1 秒到|几乎没有声音|没有一点"),
        (media_samples.sound("m4a", 5, stretch=2_000), "静.m4a", Kind.AUDIO, "几乎没有声音|没有一点"),
        (media_samples.sound("ogg")[:300], "断.ogg", Kind.AUDIO, "打不开|没有一点|应在"),
        (b"RIFF\xff\xff\xff\x7fWAVEfmt " + b"\0" * 40, "坏.wav", Kind.AUDIO, "打不开|采样率|声音编码|应在|路声音"),
        (b"#EXTM3U\n#EXTINF:4,\nfile:///etc/passwd\n", "列.mp3", Kind.AUDIO, "这不是 MP3"),
        (b"\0\0\0\x18ftypM4A " + b"concat:/etc/passwd|", "连.m4a", Kind.AUDIO, "打不开"),
    ],
)
def test_media_that_lies_is_refused_with_its_reason(content, name, kind, reason, folder):
    with pytest.raises(Unusable, match=reason):
        put(content, name, kind)
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_header_that_lies_earns_nothing():
    file = put(media_samples.with_duration(samples.film(5, index_first=True), 100), "长.mp4", Kind.VIDEO)

    assert file.seconds == 5  # the film's pictures are counted, not its word


def test_a_pdf_is_shown_page_by_page():
    file = put(media_samples.pdf(3), "讲义.pdf", Kind.DOCUMENT)
    assert "正在转换" in queries.pages(file, person_id=7, at=AT).note

    convert(file, "pages")
    shown = queries.pages(file, person_id=7, at=AT, is_downloadable=False)

    assert (len(shown.pages), shown.total, shown.download, shown.note) == (3, 3, "", "")
    assert (shown.pages[0].width, shown.pages[0].height) == (1240, 1755)
    status, headers, body = ask(shown.pages[2].url)
    assert (status, headers["content-type"]) == (200, "image/webp")
    with Image.open(io.BytesIO(body)) as image:
        assert image.size == (1240, 1755)


def test_a_long_pdf_is_shown_as_far_as_three_hundred_pages():
    made = convert(put(media_samples.pdf(305, size=(600, 40)), "大全.pdf", Kind.DOCUMENT), "pages")

    assert (len(made.facts["pages"]), made.facts["total"]) == (300, 305)


def test_a_pdf_that_cannot_be_drawn_is_still_a_download():
    file = put(samples.PDF, "空.pdf", Kind.DOCUMENT)

    made = convert(file, "pages")
    shown = queries.pages(file, person_id=7, at=AT)

    assert (made.state, made.tries) == ("failed", 1)
    assert shown.note == made.reason
    assert "重新导出" in shown.note
    assert shown.download.startswith("http")
    assert Record.objects.filter(verb="failed_to_convert", object_id=str(file.pk)).count() == 1


def test_a_word_document_becomes_clean_html():
    hostile = '<w:p><w:hyperlink r:id="rId5"><w:r><w:t>&lt;script&gt;alert(1)&lt;/script&gt;课堂提问</w:t></w:r></w:hyperlink></w:p>'
    file = put(media_samples.docx(hostile.replace(' r:id="rId5"', ""), picture=samples.picture()), "说课稿.docx", Kind.DOCUMENT)

    made = convert(file, "pages")
    shown = queries.pages(file, person_id=7, at=AT)

    assert made.state == "done", made.reason
    assert "<h2>说课稿</h2>" in shown.html
    assert "&lt;script&gt;alert(1)" in shown.html
    assert "<script" not in shown.html
    picture = shown.html.partition('src="')[2].partition('"')[0]
    assert ask(picture)[1]["content-type"] == "image/webp"


@needs_office
def test_slides_are_printed_as_they_look_where_libreoffice_is(tmp_path):
    words = "<text:p>第 1 讲 有效的课堂提问</text:p>"
    source = tmp_path / "课件.fodp"
    source.write_text(media_samples.slides(words), encoding="utf-8")
    command = [
        str(OFFICE),
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pptx",
        "--outdir",
        str(tmp_path),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    file = put((tmp_path / "课件.pptx").read_bytes(), "课件.pptx", Kind.DOCUMENT)

    made = convert(file, "pages")

    assert (made.state, made.facts["total"]) == ("done", 1)
    assert "有效的课堂提问" in made.facts["pages"][0]["text"]
    with Image.open(part(made, "0001.webp")) as picture:
        assert picture.width == 1240
        assert len(picture.convert("L").getcolors() or []) > 1  # not a blank sheet
    shown = queries.pages(file, person_id=7, at=AT)
    assert (len(shown.pages), str(shown.html), shown.note) == (1, "", "")


def test_slides_are_words_and_pictures_where_no_printer_is(tmp_path):
    content = media_samples.pptx([("课堂提问", ["为什么问", "问什么"]), ("", ["第二页 &lt;b&gt;"])], picture=samples.picture())
    source = tmp_path / "课件.pptx"
    source.write_bytes(content)

    assert slides.make(source, tmp_path) == {"html": True, "total": 2}

    html = (tmp_path / "body.html").read_text()
    assert "1. 课堂提问" in html
    assert html.index("为什么问") < html.index("问什么") < html.index("2. 第 2 页")
    assert "&lt;b&gt;" in html
    assert "picture-1.webp" in html
    assert convert(put(content, "课件.pptx", Kind.DOCUMENT), "pages").state == "done"  # with a printer or without


@pytest.mark.parametrize(
    ("content", "name", "wanted"),
    [
        (media_samples.docx(comments=2, author="王老师"), "a.docx", ["姓名：王老师", "2 条批注"]),
        (media_samples.docx("<w:p><w:ins><w:r><w:t>新</w:t></w:r></w:ins></w:p>"), "a.docx", ["1 处没有接受的修订"]),
        (media_samples.docx(), "a.docx", []),
        (media_samples.xlsx(hidden=["身份证号", "工资"]), "a.xlsx", ["2 个隐藏的工作表：身份证号、工资"]),
        (media_samples.pptx([("一", []), ("二", [])], hidden=1, notes="别念这一页"), "a.pptx", ["1 页隐藏", "1 页写了备注"]),
    ],
)
def test_what_an_author_forgot_is_said(content, name, wanted):
    found = queries.warnings(put(content, name, Kind.DOCUMENT))

    assert len(found) == len(wanted)
    assert all(words in sentence for words, sentence in zip(wanted, found, strict=True))


def test_storing_asks_for_what_is_to_be_made_and_the_queue_hears_it(monkeypatch):
    asked = Mock()
    monkeypatch.setattr(tasks, "ask_to_convert", asked)
    film, note = put(media_samples.talk(3), "第一讲.mp4", Kind.VIDEO), put(samples.PDF, "假条.pdf", Kind.ATTACHMENT)

    for record in Record.objects.filter(verb="stored").order_by("pk"):
        reactions.convert(record)

    assert {one.kind for one in renditions(film)} == {"poster", "audio", "hls"}
    assert not renditions(note)
    asked.assert_called_once_with(film.pk)


def test_the_task_makes_all_and_again_makes_nothing():
    file = put(media_samples.talk(3), "第一讲.mp4", Kind.VIDEO)

    tasks.convert(file_id=file.pk)
    names = {one.kind: one.storage_name for one in renditions(file)}
    tasks.convert(file_id=file.pk)

    assert {one.kind: one.storage_name for one in renditions(file)} == names
    # A film that is small as it is needs no other rates.
    assert {one.kind: one.state for one in renditions(file)} == {"poster": "done", "audio": "done", "hls": "skipped"}


def test_without_ffmpeg_the_film_plays_as_it_is(monkeypatch):
    file = put(media_samples.talk(3), "第一讲.mp4", Kind.VIDEO)
    monkeypatch.setattr(conversion, "run", Mock(side_effect=conversion.UnneededError(f"{conversion.LACKING}，按原样播放。")))

    made = convert(file, "hls")
    shown = queries.playable(file, person_id=7, at=AT)

    assert (made.state, "没有装 ffmpeg" in made.reason) == ("skipped", True)
    assert (shown.hls, shown.note) == ("", "")
    assert shown.progressive


def test_a_failure_may_be_tried_again_by_who_brought_it():
    file = stored_row(uploaded_by=7)
    rendition(file=file, kind="hls", state="failed", reason="坏了", storage_name="", tries=1)

    with pytest.raises(NotPermitted, match="不是您上传的"):
        actions.retry(file=file, by=Actor(person_id=8, label="外人"), at=AT)
    assert actions.retry(file=file, by=LILEI, at=AT) == 1
    assert renditions(file)[0].state == RenditionState.WAITING
    with pytest.raises(Conflict, match="没有要再转的"):
        actions.retry(file=file, by=LILEI, at=AT)


def test_a_converter_that_hangs_or_dies_is_a_reason_in_words(monkeypatch):
    file = put(media_samples.pdf(1), "讲义.pdf", Kind.DOCUMENT)
    monkeypatch.setattr(conversion, "MEMORY_BYTES", 1024)
    made = convert(file, "pages")
    assert (made.state, "转换中断" in made.reason or "内存" in made.reason) == ("failed", True)

    actions.retry(file=file, by=LILEI, at=AT)
    monkeypatch.setattr(conversion, "SHORTEST_SECONDS", -conversion.GRACE_SECONDS + 0.01)
    made = convert(file, "pages")

    assert (made.state, "还没有转完" in made.reason) == ("failed", True)
    assert list(queries.folder().rglob("*.work")) == []


def test_what_waits_may_rest_and_be_asked_for_again():
    file = put(media_samples.pdf(1), "讲义.pdf", Kind.DOCUMENT)
    with pytest.raises(NotPermitted):
        actions.do_without(files=[file], reason="以后再转", by=LILEI, at=AT)

    assert actions.do_without(files=[file], reason="以后再转", by=SYSTEM, at=AT) == 1
    assert queries.pages(file, person_id=7, at=AT).note == "以后再转"

    assert actions.retry(file=file, by=LILEI, at=AT) == 1
    assert convert(file, "pages").state == "done"


def test_deleting_and_sweeping_take_renditions_along(django_capture_on_commit_callbacks, folder):
    file = put(media_samples.pdf(1), "讲义.pdf", Kind.DOCUMENT)
    made = convert(file, "pages")
    place = part(made, "0001.webp")

    with django_capture_on_commit_callbacks(execute=True):
        actions.delete(file=file, by=LILEI, at=AT)

    assert not place.exists()
    assert not Rendition.objects.filter(file=file).exists()


def test_the_second_origin_serves_only_the_files_of_that_rendition(folder):
    file = put(media_samples.pdf(2), "讲义.pdf", Kind.DOCUMENT)
    convert(file, "pages")
    url = queries.pages(file, person_id=7, at=AT).pages[0].url
    prefix = url.removesuffix("0001.webp")

    assert ask(url)[0] == 200
    assert ask(url, range="bytes=0-9")[0] == 206
    assert ask(url, if_none_match=ask(url)[1]["etag"])[0] == 304
    assert ask(url)[1]["etag"] != ask(prefix + "0002.webp")[1]["etag"]
    for wrong in ("", "0003.webp", "body.html", "../../../etc/passwd", "x/0001.webp", "%2e%2e/0001.webp", "0001.webp/", ".."):
        assert ask(prefix + wrong)[0] == 404
