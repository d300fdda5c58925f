"""Films are real, right in length, repeatable, and made once."""

from __future__ import annotations

import dataclasses
import shutil

import av
import pytest

from yanxiu.demo.media import make_video, make_videos
from yanxiu.demo.slides import Script, Slide, captions, cues, duration

SCRIPT = Script(
    title="一条短片",
    series="测试",
    speaker="主讲：周敏",
    slides=(
        Slide(title="为什么", sentences=("班级公约不是贴在墙上的要求，而是全班约定的几句话。", "写 3 < 5 & 5 > 3 也行。")),
        Slide(title="怎样做", sentences=("先收集，再归类，最后只留五条，太多就没有人记得。",) * 6),
    ),
)

pytestmark = pytest.mark.slow  # encodes real films, about 0.2 s each


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return make_video(SCRIPT, path=tmp_path_factory.mktemp("films") / "one.mp4")


def test_the_film_holds_h264_and_aac_of_the_promised_length(film):
    with av.open(str(film.path)) as container:
        lengths = {stream.codec.name: float(stream.duration * stream.time_base) for stream in container.streams}
        pictures = sum(1 for _ in container.decode(video=0))

    assert set(lengths) == {"h264", "aac"}
    assert film.seconds == duration(SCRIPT) == pictures
    assert all(abs(length - film.seconds) < 0.2 for length in lengths.values())


def test_the_sound_can_be_decoded_and_is_not_all_silence(film):
    with av.open(str(film.path)) as container:
        loudest = max(max(map(abs, _samples(frame))) for frame in container.decode(audio=0))

    assert 0.02 < loudest < 0.5


def _samples(frame):
    return memoryview(frame.planes[0]).cast("f")[: frame.samples]


def test_the_index_comes_first_so_that_playing_starts_at_once(film):
    content = film.path.read_bytes()

    assert content.index(b"moov") < content.index(b"mdat")
    assert film.bytes == len(content) < 1_000_000 * film.seconds / 60


def test_captions_and_poster_lie_beside(film):
    text = film.captions.read_text(encoding="utf-8")

    assert text == captions(SCRIPT)
    assert text.startswith("WEBVTT\n")
    assert text.count("-->") == len(cues(SCRIPT)) == 8
    assert "写 3 &lt; 5 &amp; 5 &gt; 3 也行。" in text
    assert film.poster.read_bytes().startswith(b"\x89PNG")


def test_the_same_script_gives_the_same_bytes(film, tmp_path):
    again = make_video(SCRIPT, path=tmp_path / "again.mp4")

    assert again.sha256 == film.sha256


def test_a_film_that_is_there_is_left_alone_and_another_script_replaces_it(film, tmp_path):
    path = tmp_path / "one.mp4"
    for source in (film.path, film.captions, film.poster):
        shutil.copy(source, path.with_suffix(source.suffix))
    before = path.stat().st_mtime_ns

    assert make_video(SCRIPT, path=path).sha256 == film.sha256
    assert path.stat().st_mtime_ns == before

    changed = make_video(dataclasses.replace(SCRIPT, title="另一条"), path=path)
    assert changed.sha256 != film.sha256


def test_a_damaged_film_is_made_again(film, tmp_path):
    path = tmp_path / "one.mp4"
    for source in (film.captions, film.poster):
        shutil.copy(source, path.with_suffix(source.suffix))
    path.write_bytes(film.path.read_bytes()[:100])

    assert make_video(SCRIPT, path=path).sha256 == film.sha256


def test_many_films_come_back_in_order(tmp_path):
    jobs = [(dataclasses.replace(SCRIPT, title=f"第 {number} 条"), tmp_path / f"{number}.mp4") for number in range(4)]

    made = list(make_videos(jobs, workers=2))

    assert [media.path for media in made] == [path for _, path in jobs]
    assert len({media.sha256 for media in made}) == 4
